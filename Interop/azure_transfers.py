"""Keys on their way into a vault, sealed to a key exchange key there as a hardware module's tool does it."""

import dataclasses
import json
import secrets

from azure.keyvault.keys import JsonWebKey
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from azure_vaults import encoded, fresh

OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)


def make_exchange(keys, size=2048, **more):
    """A key exchange key."""
    return keys.create_rsa_key(fresh("exchange"), size=size, hardware_protected=True, key_operations=["import"], **more)


def pkcs8(key):
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def sealed(exchange, material, bits=256):
    """What PKCS#11's CKM_RSA_AES_KEY_WRAP makes."""
    public = rsa.RSAPublicNumbers(int.from_bytes(exchange.key.e), int.from_bytes(exchange.key.n)).public_key()
    wrapping = secrets.token_bytes(bits // 8)
    return public.encrypt(wrapping, OAEP) + aes_key_wrap_with_padding(wrapping, material)


@dataclasses.dataclass
class Blob:
    """A file that a tool writes."""

    kid: str
    ciphertext: bytes
    schema: object = "1.0.0"
    alg: object = "dir"
    enc: object = "CKM_RSA_AES_KEY_WRAP"

    def data(self):
        header = {"kid": self.kid, "alg": self.alg, "enc": self.enc}
        whole = {"schema_version": self.schema, "header": header, "ciphertext": encoded(self.ciphertext), "generator": "a test; 1"}
        return json.dumps(whole, indent=2).encode()


def damaged(data, at):
    """One bit of it is another."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def bring(keys, blob, kty="RSA-HSM", **more):
    """Imports what is in a blob."""
    data = blob if isinstance(blob, bytes) else blob.data()
    return keys.import_key(fresh("brought"), JsonWebKey(kty=kty, t=data, **more))
