"""What a server says of keys, as somebody judges it who has nothing but the statement and the certificate authority's certificate."""

import base64
import hashlib
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from azure_vaults import decoded

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


class Statement:
    """A signed statement (JWS in compact serialisation). Fails unless the chain leads to the authority and the signature is right."""

    def __init__(self, text, authority):
        header, claims, signature = text.split(b".")
        self.header, self.claims = self.said(header), self.said(claims)
        self.leaf, top = (x509.load_der_x509_certificate(base64.b64decode(one)) for one in self.header["x5c"])
        assert top == authority
        self.leaf.verify_directly_issued_by(authority)
        self._judge_leaf()
        assert self.header["alg"] == "RS256" and self.header["typ"] == "claviger-key-statement+jwt"
        public = self.leaf.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        public.verify(decoded(signature.decode()), header + b"." + claims, padding.PKCS1v15(), hashes.SHA256())

    @staticmethod
    def said(part):
        """What a part says, whether it is true or not."""
        return json.loads(decoded(part.decode()))

    def _judge_leaf(self):
        """It vouches for documents of that moment, and can be neither an authority nor a server."""
        now = self.claims["iat"]
        assert self.leaf.not_valid_before_utc.timestamp() <= now <= self.leaf.not_valid_after_utc.timestamp()
        extensions = self.leaf.extensions
        assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [DOCUMENT_SIGNING]
        assert extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature


class Attested:
    """Both statements about a key."""

    def __init__(self, key, ca_file):
        told = key.properties.attestation
        authority = x509.load_pem_x509_certificate(open(ca_file, "rb").read())
        self.key, self.pem = key, told.certificate_pem_file
        self.secret, self.public = (
            text and Statement(text, authority) for text in (told.private_key_attestation, told.public_key_attestation)
        )
        assert told.version == "claviger/1"
        assert x509.load_pem_x509_certificates(self.pem)[-1] == authority
        for one in filter(None, (self.secret, self.public)):
            assert one.claims["sub"] == key.id and key.id.startswith(one.claims["iss"] + "/keys/")
            assert one.claims["key"]["kty"] == key.key_type and one.claims["key"]["key_ops"] == key.key_operations
        self._judge_public()

    def _judge_public(self):
        """What is said of the public half fits the key that is told beside it."""
        public = public_key(self.key)
        assert (self.public is None) == (public is None)
        for one in filter(None, (self.secret, self.public)):
            said = one.claims["key"]
            assert said.get("jkt") == thumbprint(public)
            assert said.get("spki_sha256") == spki_digest(public)
        if public:
            assert self.public.claims["about"] == "public-key" and "custody" not in self.public.claims

    @property
    def custody(self):
        return self.secret.claims["custody"]

    @property
    def origin(self):
        return self.secret.claims["origin"]


def public_key(key):
    """Of a key of the SDK, as the library has it; None for symmetric keys."""
    if key.key.n:
        return rsa.RSAPublicNumbers(int.from_bytes(key.key.e), int.from_bytes(key.key.n)).public_key()
    if key.key.y:
        curves = {"P-256": ec.SECP256R1, "P-256K": ec.SECP256K1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
        return ec.EllipticCurvePublicNumbers(
            int.from_bytes(key.key.x), int.from_bytes(key.key.y), curves[key.key.crv]()
        ).public_key()
    return None


def spki_digest(public):
    if public is None:
        return None
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return text(hashlib.sha256(spki).digest())


def thumbprint(public):
    """RFC 7638."""
    if public is None:
        return None
    numbers = public.public_numbers()
    if isinstance(public, rsa.RSAPublicKey):
        members = {"e": octets(numbers.e), "kty": "RSA", "n": octets(numbers.n)}
    else:
        width = (public.curve.key_size + 7) // 8
        name = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}.get(public.curve.name, public.curve.name)
        members = {"crv": name, "kty": "EC", "x": octets(numbers.x, width), "y": octets(numbers.y, width)}
    return text(hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest())


def octets(number, width=None):
    return text(number.to_bytes(width or (number.bit_length() + 7) // 8))


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
