"""Wycheproof's vectors for curves through the API: ECDH and Ed25519 with imported keys, ECDSA with the same damage done to
signatures of a key of the server.

The files for ECDSA have public keys only, and none of them is whole anywhere: their signatures can't be shown to the API, and
the suites of custody try them. What they do to a signature can: numbers and encoding of the vector's good signature are
replaced by those of our own, and what was wrong with it stays."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

import outside
import vectors
from brought import Brought, fits_the_api, is_valid, mismatches, outcome
from vectors import needs_wycheproof

pytestmark = needs_wycheproof

ECDSA = {
    "ecdsa_secp256r1_sha256": ("ECC_NIST_P256", "ECDSA_SHA_256"),
    "ecdsa_secp384r1_sha384": ("ECC_NIST_P384", "ECDSA_SHA_384"),
    "ecdsa_secp521r1_sha512": ("ECC_NIST_P521", "ECDSA_SHA_512"),
    "ecdsa_secp256k1_sha256": ("ECC_SECG_P256K1", "ECDSA_SHA_256"),
}
ECDH = {"ecdh_secp256r1": "ECC_NIST_P256", "ecdh_secp384r1": "ECC_NIST_P384", "ecdh_secp521r1": "ECC_NIST_P521"}

# Of each of Wycheproof's keys for ECDH, and how many keys: the busiest.
MOST_OF_A_KEY = 120
MOST_KEYS = 8


@pytest.fixture(scope="module")
def brought(kms):
    return Brought(kms)


def integer(number):
    """The content of a DER INTEGER."""
    return number.to_bytes(number.bit_length() // 8 + 1)


def shape(signature):
    return [len(integer(number)) for number in decode_dss_signature(signature)]


def transplant(damaged, theirs, ours):
    """The damaged signature with our numbers where theirs are."""
    for their, our in zip(decode_dss_signature(theirs), decode_dss_signature(ours)):
        damaged = damaged.replace(integer(their), integer(our))
    return damaged


@pytest.mark.parametrize("name", ECDSA)
def test_no_damage_to_an_ecdsa_signature_goes_unnoticed(kms, name):
    spec, algorithm = ECDSA[name]
    group = max(vectors.groups(name), key=lambda group: len(group["tests"]))
    message = bytes.fromhex(group["tests"][0]["msg"])
    tests = [test for test in group["tests"] if bytes.fromhex(test["msg"]) == message]
    theirs = next(bytes.fromhex(test["sig"]) for test in tests if test["comment"] == "valid")
    key = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    ours = b""
    while not ours or shape(ours) != shape(theirs):
        ours = kms.sign(KeyId=key, SigningAlgorithm=algorithm, Message=message)["Signature"]

    found, moved = {}, 0
    for test in tests:
        damaged = bytes.fromhex(test["sig"])
        if test["result"] == "invalid" and fits_the_api(message, damaged):
            transplanted = transplant(damaged, theirs, ours)
            moved += transplanted != damaged
            found[test["tcId"]] = (False, is_valid(kms, key, algorithm, message, transplanted))
    assert transplant(theirs, theirs, ours) == ours and is_valid(kms, key, algorithm, message, ours)
    assert len(found) > 250 and moved > 150 and mismatches(found) == {}


def test_ed25519(kms, brought):
    found = {}
    for group in vectors.groups("ed25519"):
        private = vectors.private_keys().get(bytes.fromhex(group["publicKeyDer"]))
        if private is None:
            continue
        key = brought.key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", private)
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            if fits_the_api(message, signature):
                told = is_valid(kms, key, "ED25519_SHA_512", message, signature)
                found[test["tcId"]] = (test["result"] == "valid", told)
                if test["result"] == "valid":
                    made = kms.sign(KeyId=key, SigningAlgorithm="ED25519_SHA_512", Message=message)["Signature"]
                    assert made == signature, test["tcId"]
    assert len(found) > 60 and mismatches(found) == {}


@pytest.mark.parametrize("name", ECDH)
def test_ecdh(kms, brought, name):
    """What is "acceptable" (curves spelled out, compressed points, lax DER) is refused, or gives the right secret."""
    spec = ECDH[name]
    (group,) = vectors.groups(name)
    of_key = {}
    for test in group["tests"]:
        of_key.setdefault(int(test["private"], 16), []).append(test)
    busiest = sorted(of_key, key=lambda scalar: -len(of_key[scalar]))[:MOST_KEYS]

    tried, wrong = 0, {}
    for scalar in busiest:
        key = brought.key(spec, "KEY_AGREEMENT", vectors.curve_key(outside.CURVES[spec], scalar))
        for test in of_key[scalar][:MOST_OF_A_KEY]:
            public = bytes.fromhex(test["public"]) or b"x"
            told = outcome(kms.derive_shared_secret, KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=public)
            secret = told["SharedSecret"].hex() if isinstance(told, dict) else told
            refused = secret == "ValidationException"
            expected = {
                "valid": secret == test["shared"],
                "invalid": refused,
                "acceptable": refused or secret == test["shared"],
            }
            if not expected[test["result"]]:
                wrong[test["tcId"]] = (test["result"], test["flags"], secret)
            tried += 1
    assert tried > 300 and wrong == {}
