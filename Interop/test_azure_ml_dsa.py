"""ML-DSA in vaults, as in the previews of Azure's interface: keys of one algorithm alone (`AKP`, RFC 9964).

Azure's clients don't have it yet: these are requests as they are. `cryptography` is the other side."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import mldsa

from azure_vaults import Shop, decoded, encoded, fresh

MESSAGE = b"Signed today, to be believed in thirty years."
CONTEXT = b"application-context-v1"
# The classes, and the bytes of a public key and of a signature (FIPS 204, table 2).
KINDS = {
    "ML-DSA-44": (mldsa.MLDSA44PrivateKey, mldsa.MLDSA44PublicKey, 1312, 2420),
    "ML-DSA-65": (mldsa.MLDSA65PrivateKey, mldsa.MLDSA65PublicKey, 1952, 3309),
    "ML-DSA-87": (mldsa.MLDSA87PrivateKey, mldsa.MLDSA87PublicKey, 2592, 4627),
}


@pytest.fixture(scope="module")
def shop(newer_server, names):
    return Shop(newer_server)


@pytest.fixture(scope="module", params=["vault", "hsm"])
def wire(request, shop):
    return shop.wire(getattr(shop, request.param))


@pytest.fixture(scope="module")
def made(wire):
    """A key of each kind: its id, and its public half out here."""
    all = {}
    for kind, (_, public, _, _) in KINDS.items():
        status, said = wire.ask("POST", f"/keys/{fresh('made')}/create", {"kty": "AKP", "alg": kind, "key_ops": ["sign", "verify"]})
        assert status == 200, said
        all[kind] = said["key"]["kid"], public.from_public_bytes(decoded(said["key"]["pub"])), said["key"]
    return all


def mu_of(public, message, context=b""):
    """FIPS 204 section 6.2: SHAKE256(SHAKE256(public key) || 0 || length of the context || context || message)."""
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    named = hashlib.shake_256(raw).digest(64)
    return hashlib.shake_256(named + bytes([0, len(context)]) + context + message).digest(64)


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_told_as_the_preview_tells_it(wire, shop, made, kind):
    kid, _, jwk = made[kind]
    assert set(jwk) == {"kid", "kty", "alg", "pub", "key_ops"}
    assert jwk["kty"] == ("AKP-HSM" if wire.url == shop.hsm.rstrip("/") else "AKP") and jwk["alg"] == kind
    assert len(decoded(jwk["pub"])) == KINDS[kind][2]
    status, said = wire.ask("GET", "/" + kid.split("/", 3)[3])
    assert status == 200 and said["key"] == jwk


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("context", [b"", CONTEXT, bytes(255)])
def test_what_is_signed_here_verifies_there(wire, made, kind, context):
    kid, public, _ = made[kind]
    more = {"context": context} if context else {}
    signature = wire.use(kid, "sign", value=MESSAGE, **more)
    assert len(signature) == KINDS[kind][3]
    public.verify(signature, MESSAGE, context)
    assert wire.use(kid, "verify", digest=MESSAGE, value=signature, **more) is True
    with pytest.raises(InvalidSignature):
        public.verify(signature, MESSAGE, b"another")
    assert wire.use(kid, "verify", digest=MESSAGE, value=signature, context=b"another") is False
    assert wire.use(kid, "verify", digest=MESSAGE + b"!", value=signature, **more) is False
    assert wire.use(kid, "verify", digest=MESSAGE, value=signature[:-1], **more) is False


@pytest.mark.parametrize("kind", KINDS)
def test_a_mu_is_signed_as_it_is_whatever_context_it_was_made_with(wire, made, kind):
    kid, public, _ = made[kind]
    mu = mu_of(public, MESSAGE, CONTEXT)
    signature = wire.use(kid, "sign", external_mu=mu)
    public.verify(signature, MESSAGE, CONTEXT)
    assert wire.use(kid, "verify", external_mu=mu, value=signature) is True
    assert wire.use(kid, "verify", digest=MESSAGE, value=signature, context=CONTEXT) is True
    assert wire.use(kid, "verify", external_mu=mu_of(public, MESSAGE), value=signature) is False


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_public", [True, False])
def test_a_key_comes_in_by_its_seed(wire, kind, with_public):
    private = KINDS[kind][0].generate()
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    jwk = {"kty": "AKP", "alg": kind, "priv": encoded(private.private_bytes_raw())}
    if with_public:
        jwk["pub"] = encoded(public)
    status, said = wire.ask("PUT", f"/keys/{fresh('brought')}", {"key": jwk})
    assert status == 200, said
    kid = said["key"]["kid"]
    assert decoded(said["key"]["pub"]) == public and "priv" not in said["key"]
    assert wire.use(kid, "verify", digest=MESSAGE, value=private.sign(MESSAGE, CONTEXT), context=CONTEXT) is True
    private.public_key().verify(wire.use(kid, "sign", value=MESSAGE), MESSAGE)


def test_a_public_key_that_is_not_the_seed_s_is_refused(wire):
    one, other = (mldsa.MLDSA44PrivateKey.generate() for _ in range(2))
    public = other.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    jwk = {"kty": "AKP", "alg": "ML-DSA-44", "priv": encoded(one.private_bytes_raw()), "pub": encoded(public)}
    status, said = wire.ask("PUT", f"/keys/{fresh('wrong')}", {"key": jwk})
    assert (status, said["error"]["code"]) == (400, "BadParameter")


SEED = encoded(bytes(32))
BAD_KEYS = [
    {"alg": "ML-DSA-44"}, {"priv": SEED}, {"alg": "ML-DSA-44", "priv": encoded(bytes(31))}, {"alg": "ML-DSA-44", "priv": encoded(bytes(2560))},
    {"alg": "ML-DSA-44", "priv": SEED, "pub": SEED}, {"alg": "ML-DSA-44", "priv": SEED, "pub": 5}, {"alg": "ML-KEM-768", "priv": SEED},
    {"alg": 44, "priv": SEED}, {"alg": "ML-DSA-44", "priv": [SEED]}, {"alg": "ML-DSA-44", "d": SEED}, {"alg": "ml-dsa-44", "priv": SEED},
]


@pytest.mark.parametrize("members", BAD_KEYS, ids=str)
def test_what_is_no_such_key_is_refused(wire, members):
    status, said = wire.ask("PUT", f"/keys/{fresh('bad')}", {"key": {"kty": "AKP", **members}})
    assert (status, said["error"]["code"]) == (400, "BadParameter"), said


BAD_SIGNATURES = [
    {}, {"value": None}, {"value": "*"}, {"value": "AA", "context": "*"}, {"value": "AA", "context": 5}, {"value": "AA", "alg": 5},
    {"value": "AA", "context": encoded(bytes(256))}, {"external_mu": encoded(bytes(63))}, {"external_mu": encoded(bytes(65))},
    {"external_mu": ""}, {"external_mu": encoded(bytes(64)), "value": "AA"}, {"external_mu": encoded(bytes(64)), "context": "AA"},
    {"value": "AA", "alg": "ML-DSA-65"}, {"value": encoded(bytes(32)), "alg": "ES256"}, {"value": encoded(bytes(32)), "alg": "RS256"},
]


@pytest.mark.parametrize("members", BAD_SIGNATURES, ids=lambda one: str(one)[:60])
def test_what_such_a_key_does_not_sign(wire, made, members):
    path = "/" + made["ML-DSA-44"][0].split("/", 3)[3]
    for word, more in (("sign", {}), ("verify", {"value": "AA"})):
        body = {("digest" if word == "verify" and name == "value" else name): value for name, value in members.items()}
        status, said = wire.ask("POST", f"{path}/{word}", {**body, **more})
        assert (status, said["error"]["code"]) == (400, "BadParameter"), (word, said)


def test_keys_of_other_kinds_take_neither_context_nor_mu(wire):
    status, said = wire.ask("POST", f"/keys/{fresh('curve')}/create", {"kty": "EC"})
    assert status == 200
    for members in ({"alg": "ES256", "value": bytes(32), "context": b"x"}, {"alg": "ES256", "external_mu": bytes(64)}, {"value": bytes(32)}):
        assert wire.use(said["key"]["kid"], "sign", **members) == "BadParameter"


def test_a_version_of_another_key_is_not_found_under_a_name(wire, made):
    version = made["ML-DSA-44"][0].rsplit("/", 1)[1]
    other = made["ML-DSA-65"][0].rsplit("/", 2)[1]
    for word, body in (("sign", {"value": "AA"}), ("verify", {"digest": "AA", "value": "AA"})):
        status, said = wire.ask("POST", f"/keys/{other}/{version}/{word}", body)
        assert (status, said["error"]["code"]) == (404, "KeyNotFound"), word


def test_such_keys_are_rotated_backed_up_and_restored(wire, made):
    name = made["ML-DSA-87"][0].rsplit("/", 2)[1]
    status, said = wire.ask("POST", f"/keys/{name}/rotate")
    assert status == 200 and said["key"]["alg"] == "ML-DSA-87" and said["key"]["kid"] != made["ML-DSA-87"][0]
    status, backup = wire.ask("POST", f"/keys/{name}/backup")
    assert status == 200
    signature = wire.use(said["key"]["kid"], "sign", value=MESSAGE, context=CONTEXT)
    assert wire.ask("DELETE", f"/keys/{name}")[0] == 200
    assert wire.ask("DELETE", f"/deletedkeys/{name}")[0] == 204
    status, said = wire.ask("POST", "/keys/restore", backup)
    assert status == 200, said
    assert wire.use(said["key"]["kid"], "verify", digest=MESSAGE, value=signature, context=CONTEXT) is True


class TestWithoutTheLibrary:
    """On the system's libcrypto, if that is an older one."""

    @pytest.fixture(scope="class")
    def old(self, server):
        shop = Shop(server)
        return shop.wire(shop.vault)

    @pytest.mark.parametrize("kind", KINDS)
    def test_such_a_key_is_refused_with_the_reason(self, old, kind):
        for method, path, body in (
            ("POST", "/keys/none/create", {"kty": "AKP", "alg": kind}),
            ("PUT", "/keys/none", {"key": {"kty": "AKP", "alg": kind, "priv": SEED}}),
        ):
            status, said = old.ask(method, path, body)
            if status == 200:
                pytest.skip("the system's libcrypto has ML-DSA")
            assert status == 400, said
        assert old.ask("GET", "/keys/none")[0] == 404
