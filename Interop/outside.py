"""The other side of asymmetric keys: Python's `cryptography`, and the `openssl` command where that knows no such key."""

import contextlib
import datetime
import hashlib
import os
import pathlib
import subprocess
import tempfile

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.x509.oid import NameOID

from server import PATIENCE

RSA_SPECS = ["RSA_2048", "RSA_3072", "RSA_4096"]
RSA_SIGNATURES = [f"RSASSA_{scheme}_SHA_{bits}" for scheme in ("PSS", "PKCS1_V1_5") for bits in (256, 384, 512)]

# What each kind of key signs with. The post-quantum ones and Ed25519ph have a suite of their own.
SIGNATURES = {
    **{spec: RSA_SIGNATURES for spec in RSA_SPECS},
    "ECC_NIST_P256": ["ECDSA_SHA_256"],
    "ECC_NIST_P384": ["ECDSA_SHA_384"],
    "ECC_NIST_P521": ["ECDSA_SHA_512"],
    "ECC_SECG_P256K1": ["ECDSA_SHA_256"],
    "ECC_NIST_EDWARDS25519": ["ED25519_SHA_512"],
}
CURVES = {
    "ECC_NIST_P256": ec.SECP256R1(),
    "ECC_NIST_P384": ec.SECP384R1(),
    "ECC_NIST_P521": ec.SECP521R1(),
    "ECC_SECG_P256K1": ec.SECP256K1(),
}
SM2_IDENTITY = "1234567812345678"


def hash_of(algorithm):
    """The hash that an algorithm's name ends with."""
    known = {"1": hashes.SHA1, "256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
    return known[algorithm.rpartition("_")[2]]()


def digest_of(algorithm, message):
    return hashlib.new(hash_of(algorithm).name, message).digest()


def pss(algorithm, salt_length=None):
    hashing = hash_of(algorithm)
    return padding.PSS(padding.MGF1(hashing), hashing.digest_size if salt_length is None else salt_length)


def oaep(algorithm):
    return padding.OAEP(padding.MGF1(hash_of(algorithm)), hash_of(algorithm), None)


def public_key(spki):
    return serialization.load_der_public_key(spki)


def _scheme(algorithm):
    """What `sign` and `verify` of a key of `cryptography` take besides signature and message, but for the hash."""
    if algorithm.startswith("RSASSA_PSS"):
        return (pss(algorithm),)
    return (padding.PKCS1v15(),) if algorithm.startswith("RSASSA") else ()


def verifies(spki, algorithm, message, signature, *, digested=False):
    """Whether `cryptography` accepts the signature, over the message or over a digest as it is."""
    key = public_key(spki)
    with contextlib.suppress(InvalidSignature):
        if algorithm == "ED25519_SHA_512":
            key.verify(signature, message)
            return True
        hashing = utils.Prehashed(hash_of(algorithm)) if digested else hash_of(algorithm)
        if algorithm.startswith("ECDSA"):
            key.verify(signature, message, ec.ECDSA(hashing))
        else:
            key.verify(signature, message, *_scheme(algorithm), hashing)
        return True
    return False


def signs(private, algorithm, message, *, salt_length=None):
    """A signature by a private key of `cryptography`."""
    if algorithm == "ED25519_SHA_512":
        return private.sign(message)
    if algorithm.startswith("ECDSA"):
        return private.sign(message, ec.ECDSA(hash_of(algorithm)))
    if algorithm.startswith("RSASSA_PSS"):
        return private.sign(message, pss(algorithm, salt_length), hash_of(algorithm))
    return private.sign(message, *_scheme(algorithm), hash_of(algorithm))


def pkcs8(private):
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def spki(public):
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class OpenSSL:
    """The command, on a folder of its own; on another libcrypto, if a folder with one is named."""

    def __init__(self, library=None):
        self.environment = dict(os.environ)
        if library is not None:
            self.environment["LD_LIBRARY_PATH"] = library

    def run(self, *arguments, accepts=(0,), **files):
        """Runs it in a folder with these files. Ending with a code that isn't in `accepts` is a failure."""
        with tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                (pathlib.Path(folder) / name).write_bytes(content)
            told = subprocess.run(
                ["openssl", *arguments],
                cwd=folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
            )
        assert told.returncode in accepts, f"openssl {arguments}: {told.stdout} {told.stderr}"
        return told

    def verifies_sm2(self, spki, message, signature):
        command = f"dgst -sm3 -verify key -keyform DER -signature signature -sigopt distid:{SM2_IDENTITY} message"
        files = {"key": spki, "message": message, "signature": signature}
        return self.run(*command.split(), accepts=(0, 1), **files).returncode == 0

    def encrypts_sm2(self, spki, message):
        command = "pkeyutl -encrypt -pubin -inkey key -keyform DER -in message"
        return self.run(*command.split(), key=spki, message=message).stdout

    def verifies_ed25519ph(self, spki, message, signature):
        command = "pkeyutl -verify -pubin -inkey key -keyform DER -rawin -in message -sigfile signature"
        files = {"key": spki, "message": message, "signature": signature}
        command += " -pkeyopt instance:Ed25519ph"
        return self.run(*command.split(), accepts=(0, 1), **files).returncode == 0


def self_signed(key=None, common_name="somebody", *, days=1, is_authority=False):
    """DER of a certificate that is good for so many days, of a new key unless one is given. One of -1 day ended yesterday."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=abs(days) + 1))
        .not_valid_after(now + datetime.timedelta(days=days))
    )
    if is_authority:
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
