"""Wycheproof's vectors through the vaults' API: keys are imported as JSON Web Keys, then used there.

Public keys alone can't be imported: of files that have nothing else, those are tried whose key is whole in another file. ECDSA has a
suite of its own, where they are adopted."""

import hashlib

import pytest
from cryptography.hazmat.primitives import serialization

import vectors
from azure_names import resolved
from azure_vaults import Shop, encoded
from brought import mismatches
from server import Server
from vectors import needs_wycheproof

pytestmark = needs_wycheproof

PKCS1 = {
    f"rsa_signature_{size}_sha{bits}": f"RS{bits}" for size in (2048, 3072, 4096) for bits in (256, 384, 512)
}
PSS = {
    "rsa_pss_2048_sha256_mgf1_32": "PS256",
    "rsa_pss_2048_sha384_mgf1_48": "PS384",
    "rsa_pss_3072_sha256_mgf1_32": "PS256",
    "rsa_pss_4096_sha256_mgf1_32": "PS256",
    "rsa_pss_4096_sha384_mgf1_48": "PS384",
    "rsa_pss_4096_sha512_mgf1_64": "PS512",
}
OAEP = {
    "rsa_oaep_2048_sha1_mgf1sha1": "RSA-OAEP",
    "rsa_oaep_2048_sha256_mgf1sha256": "RSA-OAEP-256",
    "rsa_oaep_3072_sha256_mgf1sha256": "RSA-OAEP-256",
    "rsa_oaep_4096_sha256_mgf1sha256": "RSA-OAEP-256",
}


@pytest.fixture(scope="module")
def wire(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("azure-vectors") / "server")
    with resolved():
        try:
            running.start()
            shop = Shop(running)
            yield shop.wire(shop.vault)
            assert running.is_alive(), running.log_tail()
            running.stop()
        finally:
            running.dispose()


@pytest.fixture(scope="module")
def brought(wire):
    """Imports a key once.
    Returns: its id."""
    known = {}

    def bring(jwk):
        text = repr(sorted(jwk.items()))
        if text not in known:
            known[text] = wire.bring(f"brought-{len(known)}", jwk)
        return known[text]

    return bring


def jwk_of(pkcs8):
    numbers = serialization.load_der_private_key(pkcs8, None, unsafe_skip_rsa_key_validation=True).private_numbers()
    public = numbers.public_numbers
    members = {"n": public.n, "e": public.e, "d": numbers.d, "p": numbers.p, "q": numbers.q}
    text = {name: encoded(number.to_bytes((number.bit_length() + 7) // 8)) for name, number in members.items()}
    return {"kty": "RSA", **text}


def octets(key):
    return {"kty": "oct", "k": encoded(bytes.fromhex(key))}


def verdicts(wire, brought, name, algorithm):
    hash_ = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}[algorithm[2:5]]
    found = {}
    for group in vectors.groups(name):
        private = vectors.private_keys().get(bytes.fromhex(group["publicKeyDer"]))
        if private is None:
            continue
        key = brought(jwk_of(private))
        for test in group["tests"]:
            told = wire.use(
                key,
                "verify",
                alg=algorithm,
                digest=hash_(bytes.fromhex(test["msg"])).digest(),
                value=bytes.fromhex(test["sig"]),
            )
            found[test["tcId"]] = (test["result"] == "valid", told)
    return found


@pytest.mark.parametrize("name", [*PKCS1, *PSS])
def test_signatures_of_rsa(wire, brought, name):
    found = verdicts(wire, brought, name, PKCS1.get(name) or PSS[name])
    assert len(found) > 90 and mismatches(found) == {}


@pytest.mark.parametrize("name", OAEP)
def test_oaep(wire, brought, name):
    """A label has no place in the API: what was sealed with one doesn't open."""
    tried = 0
    for group in vectors.groups(name):
        key = brought(jwk_of(bytes.fromhex(group["privateKeyPkcs8"])))
        for test in group["tests"]:
            told = wire.use(key, "decrypt", alg=OAEP[name], value=bytes.fromhex(test["ct"]))
            opens = test["result"] == "valid" and not test["label"]
            assert told == (bytes.fromhex(test["msg"]) if opens else "BadParameter"), (test["tcId"], told)
            tried += 1
    assert tried > 30


def test_pkcs1_encryption(wire, brought):
    """What isn't padded as it should be opens to bytes that mean nothing, or not at all: never to the message."""
    tried = 0
    for group in vectors.groups("rsa_pkcs1_2048"):
        key = brought(jwk_of(bytes.fromhex(group["privateKeyPkcs8"])))
        for test in group["tests"]:
            told = wire.use(key, "decrypt", alg="RSA1_5", value=bytes.fromhex(test["ct"]))
            message = bytes.fromhex(test["msg"])
            assert (told == message) == (test["result"] == "valid") or not message, (test["tcId"], told)
            tried += 1
    assert tried > 60


@pytest.mark.parametrize("name,algorithms", [("aes_wrap", "A{}KW CKM_AES_KEY_WRAP"), ("aes_kwp", "CKM_AES_KEY_WRAP_PAD")])
def test_key_wrapping(wire, brought, name, algorithms):
    tried = 0
    for group in vectors.groups(name):
        for test in group["tests"]:
            key = brought(octets(test["key"]))
            message, sealed = bytes.fromhex(test["msg"]), bytes.fromhex(test["ct"])
            for algorithm in algorithms.format(group["keySize"]).split():
                told = wire.use(key, "unwrapkey", alg=algorithm, value=sealed)
                if test["result"] == "valid":
                    assert told == message, (test["tcId"], told)
                    assert wire.use(key, "wrapkey", alg=algorithm, value=message) == sealed
                elif test["result"] == "invalid":
                    assert told == "BadParameter", (test["tcId"], told)
            tried += 1
    assert tried > 150


def test_cbc(wire, brought):
    tried = 0
    for group in vectors.groups("aes_cbc_pkcs5"):
        for test in group["tests"]:
            key = brought(octets(test["key"]))
            algorithm = f"A{group['keySize']}CBCPAD"
            iv, message, sealed = (bytes.fromhex(test[name]) for name in ("iv", "msg", "ct"))
            told = wire.use(key, "decrypt", alg=algorithm, iv=iv, value=sealed)
            if test["result"] == "valid":
                assert told == message, test["tcId"]
                assert wire.use(key, "encrypt", alg=algorithm, iv=iv, value=message) == sealed
            else:
                assert told == "BadParameter", (test["tcId"], told)
            tried += 1
    assert tried > 200
