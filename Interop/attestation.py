"""Attestation documents as Nitro machines make them, from a chain of certificates of the tests' own."""

import datetime
import subprocess

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.x509.oid import NameOID

ALGORITHM = "RSAES_OAEP_SHA_256"
PCR0 = bytes(range(48))


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Issued:
    """A certificate and its key."""

    def __init__(self, name, issuer=None, *, is_authority=True, begins=-60, ends=3600):
        self.key = ec.generate_private_key(ec.SECP384R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(issuer.certificate.subject if issuer else _name(name))
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(seconds=begins))
            .not_valid_after(now + datetime.timedelta(seconds=ends))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(_usage(is_authority), critical=True)
        )
        self.certificate = builder.sign(issuer.key if issuer else self.key, hashes.SHA384())

    @property
    def der(self):
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def _usage(is_authority):
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class Authority:
    """A root, two authorities below it and a signer, as AWS has them."""

    def __init__(self):
        self.root = Issued("root")
        region = Issued("region", self.root)
        host = Issued("host", region)
        self.bundle = [self.root, region, host]
        self.signer = Issued("signer", host, is_authority=False)

    def document(self, public_key, *, age=0, key=None, **members):
        """Signed by the signer, or by another `key`; members in place of the usual ones, None leaves one out."""
        now = datetime.datetime.now(datetime.timezone.utc).timestamp() - age
        content = {
            "module_id": "i-0123456789abcdef0-enc0123456789abcdef",
            "digest": "SHA384",
            "timestamp": int(now * 1000),
            "pcrs": {0: PCR0, 1: bytes(48), 2: bytes(48)},
            "certificate": self.signer.der,
            "cabundle": [issued.der for issued in self.bundle],
            "public_key": public_key,
            "user_data": None,
            "nonce": None,
        }
        content.update(members)
        payload = cbor2.dumps({name: value for name, value in content.items() if value is not ...})
        protected = cbor2.dumps({1: -35})
        signed = cbor2.dumps(["Signature1", protected, b"", payload])
        der = (key or self.signer.key).sign(signed, ec.ECDSA(hashes.SHA384()))
        r, s = utils.decode_dss_signature(der)
        return cbor2.dumps([protected, {}, payload, r.to_bytes(48, "big") + s.to_bytes(48, "big")])


class Enclave:
    """What runs in the attested environment: a key that never leaves it."""

    def __init__(self, directory, bits=2048):
        self.key = rsa.generate_private_key(65537, bits)
        self.public_key = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.path = directory / f"enclave-{bits}.pem"
        self.path.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def open(self, ciphertext):
        """By another implementation than the server's libcrypto binding: the command line of OpenSSL."""
        opened = subprocess.run(
            ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-inkey", str(self.path)],
            input=ciphertext,
            capture_output=True,
        )
        assert opened.returncode == 0, opened.stderr
        return opened.stdout
