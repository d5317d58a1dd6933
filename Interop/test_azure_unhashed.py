"""`RSNULL`: PKCS#1 v1.5 over whatever is given, with no word of what hashed it, as TLS 1.0 signs MD5 and SHA-1 together.

Azure's specification has the name, its clients have no member for it: these are requests as they are."""

import hashlib

import pytest
from azure.keyvault.keys.crypto import SignatureAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa

from azure_vaults import Shop, decoded, encoded, fresh
from server import Server, clean_environment

TLS = hashlib.md5(b"message").digest() + hashlib.sha1(b"message").digest()


@pytest.fixture(scope="module")
def wire(server, names):
    shop = Shop(server)
    return shop.wire(shop.vault)


@pytest.fixture(scope="module")
def made(wire):
    return make(wire)


def make(wire):
    """A key: its id, and its numbers."""
    status, said = wire.ask("POST", f"/keys/{fresh('rsa')}/create", {"kty": "RSA"})
    assert status == 200, said
    key = said["key"]
    return key["kid"], rsa.RSAPublicNumbers(*(int.from_bytes(decoded(key[name])) for name in ("e", "n")))


def opened(numbers, signature):
    """What was signed, with its padding (RFC 8017 section 9.2, without the name of a hash)."""
    return pow(int.from_bytes(signature), numbers.e, numbers.n).to_bytes(256)


def test_azure_s_client_has_no_name_for_it():
    assert not hasattr(SignatureAlgorithm, "rsnull") and "RSNULL" not in [one.value for one in SignatureAlgorithm]


@pytest.mark.parametrize("text", [b"x", TLS, bytes(range(245))], ids=len)
def test_what_is_given_is_signed_as_it_is(wire, made, text):
    kid, numbers = made
    signature = wire.use(kid, "sign", alg="RSNULL", value=text)
    assert opened(numbers, signature) == b"\0\1" + b"\xff" * (253 - len(text)) + b"\0" + text
    assert wire.use(kid, "verify", alg="RSNULL", digest=text, value=signature) is True


def test_what_was_not_signed_does_not_verify(wire, made):
    kid, _ = made
    signature = wire.use(kid, "sign", alg="RSNULL", value=TLS)
    for digest, value in (
        (TLS[:-1], signature), (TLS + b"x", signature), (bytes(36), signature), (TLS, signature[:-1]), (TLS, signature + b"x"),
        (TLS, b""), (TLS, bytes(256)), (TLS, b"\xff" * 256), (bytes(246), signature),
    ):
        assert wire.use(kid, "verify", alg="RSNULL", digest=digest, value=value) is False, (len(digest), len(value))
    # More than any key takes isn't looked at.
    assert wire.use(kid, "verify", alg="RSNULL", digest=bytes(5000), value=signature) == "BadParameter"
    # A signature with the name of a hash in it is another one.
    digest = hashlib.sha256(b"message").digest()
    assert wire.use(kid, "verify", alg="RS256", digest=digest, value=wire.use(kid, "sign", alg="RSNULL", value=digest)) is False


@pytest.mark.parametrize("count", [246, 256, 257, 100_000])
def test_what_does_not_fit_into_the_key_is_refused(wire, made, count):
    assert wire.use(made[0], "sign", alg="RSNULL", value=bytes(count)) == "BadParameter"


def test_it_is_for_rsa_keys_alone(wire):
    # What a symmetric key makes are codes, which take a right of their own: such a key has no use as a signer.
    for body, code in (
        ({"kty": "EC"}, "BadParameter"), ({"kty": "OKP", "crv": "Ed25519"}, "BadParameter"),
        ({"kty": "oct", "key_ops": ["sign", "verify"]}, "Forbidden"),
    ):
        status, said = wire.ask("POST", f"/keys/{fresh('other')}/create", body)
        assert status == 200, said
        assert wire.use(said["key"]["kid"], "sign", alg="RSNULL", value=TLS) == code


@pytest.mark.parametrize("members", [{}, {"value": None}, {"value": 5}, {"value": "="}, {"value": ["AA"]}, {"value": "AA", "context": "AA"}], ids=str)
def test_bad_input_is_told_in_azure_s_way(wire, made, members):
    status, said = wire.ask("POST", "/" + made[0].split("/", 3)[3] + "/sign", {"alg": "RSNULL", **members})
    assert (status, said["error"]["code"]) == (400, "BadParameter"), said


def test_it_takes_the_operator_s_permission(tmp_path):
    environment = clean_environment(CLAVIGER_LEGACY_ALGORITHMS="none")
    with Server(tmp_path / "strict", environment=environment).serving() as strict:
        shop = Shop(strict)
        wire = shop.wire(shop.vault)
        kid, _ = make(wire)
        path = "/" + kid.split("/", 3)[3]
        for word, body in (("sign", {"value": encoded(TLS)}), ("verify", {"digest": encoded(TLS), "value": encoded(bytes(256))})):
            status, said = wire.ask("POST", f"{path}/{word}", {"alg": "RSNULL", **body})
            assert (status, said["error"]["code"]) == (400, "NotSupported"), said
