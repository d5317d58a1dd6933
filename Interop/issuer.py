"""An OpenID Connect issuer on loopback: discovery, keys, and tokens, right ones and others."""

import base64
import datetime
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID

AUDIENCE = "sts.amazonaws.com"
SUBJECT = "system:serviceaccount:apps:encryptor"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, length=None):
    return b64(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


class Key:
    """A signing key with its name, of the kind that `algorithm` needs."""

    def __init__(self, kid, algorithm="RS256"):
        self.kid = kid
        self.algorithm = algorithm
        if algorithm == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
        else:
            self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def jwk(self):
        numbers = self.private.public_key().public_numbers()
        shared = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "ES256":
            return {"kty": "EC", "crv": "P-256", "x": number(numbers.x, 32), "y": number(numbers.y, 32), **shared}
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **shared}

    @property
    def pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, text):
        if self.algorithm == "ES256":
            r, s = utils.decode_dss_signature(self.private.sign(text, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self.private.sign(text, padding.PKCS1v15(), hashes.SHA256())


def tls_context(folder):
    """Of a server whose certificate, which nobody else signed, lies in the folder as `ca.pem`."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer for tests")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


class Issuer:
    """Publishes its keys over plain HTTP, which development servers take from loopback addresses, or over TLS with a
    certificate that it writes as `ca.pem` into the folder `tls_in`."""

    def __init__(self, *, keys=None, tls_in=None):
        self.keys = keys or [Key("first"), Key("curve", "ES256")]
        self.published = list(self.keys)
        self.requests = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/realms/test"
        if tls_in is not None:
            self.url = f"https://localhost:{self.port}/realms/test"
            self._server.socket = tls_context(tls_in).wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def name(self):
        """What providers and condition keys call it."""
        return self.url.partition("://")[2]

    def settings(self, **more):
        """An entry of the issuers file."""
        lines = [f"  - issuer: {self.url}"] + [f"    {name}: {value}" for name, value in more.items()]
        return "\n".join(lines) + "\n"

    def documents(self):
        return {
            "/realms/test/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": self.url + "/keys"},
            "/realms/test/keys": {"keys": [key.jwk for key in self.published]},
        }

    def claims(self, **changes):
        now = int(time.time())
        claims = {"iss": self.url, "sub": SUBJECT, "aud": [AUDIENCE], "iat": now, "nbf": now, "exp": now + 600}
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, key=None, header=None, **changes):
        """A claim that is None is left out."""
        key = key or self.keys[0]
        header = header or {"alg": key.algorithm, "kid": key.kid, "typ": "JWT"}
        signed = b64(json.dumps(header).encode()) + "." + b64(json.dumps(self.claims(**changes)).encode())
        return signed + "." + b64(key.sign(signed.encode()))

    def unsigned(self, **changes):
        header = b64(json.dumps({"alg": "none", "typ": "JWT"}).encode())
        return header + "." + b64(json.dumps(self.claims(**changes)).encode()) + "."

    def confused(self, secret):
        """Signed by HMAC, with what everybody knows as the key."""
        header = b64(json.dumps({"alg": "HS256", "kid": self.keys[0].kid, "typ": "JWT"}).encode())
        signed = header + "." + b64(json.dumps(self.claims()).encode())
        return signed + "." + b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())

    def _handler(self):
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.requests.append(self.path)
                document = issuer.documents().get(self.path)
                body = json.dumps(document).encode() if document else b""
                self.send_response(200 if document else 404)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
