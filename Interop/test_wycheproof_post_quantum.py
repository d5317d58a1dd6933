"""Wycheproof's vectors for ML-DSA and ML-KEM through the API, on a server with a newer libcrypto.

Private keys are imported from their seeds. The API has no context, and takes no expanded private keys: such vectors aren't
here."""

import pytest

import vectors
from brought import Brought, fits_the_api, is_valid, mismatches, outcome
from vectors import needs_wycheproof

pytestmark = needs_wycheproof

# Each vector has a key of its own.
MOST_KEYS = 12


@pytest.fixture(scope="module")
def pq(newer_server):
    return newer_server.client()


@pytest.fixture(scope="module")
def brought(pq):
    return Brought(pq)


@pytest.mark.parametrize("size", [44, 65, 87])
def test_ml_dsa_signatures(pq, brought, size):
    found, keys = {}, set()
    for group in vectors.groups(f"mldsa_{size}_verify"):
        private = vectors.private_keys().get(bytes.fromhex(group["publicKeyDer"] or ""))
        if private is None or (private not in keys and len(keys) == MOST_KEYS):
            continue
        keys.add(private)
        key = brought.key(f"ML_DSA_{size}", "SIGN_VERIFY", private)
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            if not test.get("ctx") and fits_the_api(message, signature):
                told = is_valid(pq, key, "ML_DSA_SHAKE_256", message, signature)
                found[test["tcId"]] = (test["result"] == "valid", told)
    assert len(found) > 60 and mismatches(found) == {}


@pytest.mark.parametrize("size", [44, 65, 87])
def test_ml_dsa_with_a_mu_from_outside(pq, brought, size):
    found, keys = {}, set()
    for group in vectors.groups(f"mldsa_{size}_sign_seed"):
        for test in group["tests"]:
            if test["result"] != "valid" or not test.get("mu") or not group.get("privateKeyPkcs8"):
                continue
            private = bytes.fromhex(group["privateKeyPkcs8"])
            if private not in keys and len(keys) == MOST_KEYS:
                continue
            keys.add(private)
            key = brought.key(f"ML_DSA_{size}", "SIGN_VERIFY", private)
            mu, signature = bytes.fromhex(test["mu"]), bytes.fromhex(test["sig"])
            told = is_valid(pq, key, "ML_DSA_SHAKE_256", mu, signature, MessageType="EXTERNAL_MU")
            found[test["tcId"]] = (True, told)
    assert len(found) > 10 and mismatches(found) == {}


@pytest.mark.parametrize("size", [512, 768, 1024])
def test_ml_kem(pq, brought, size):
    tried = 0
    for group in vectors.groups(f"mlkem_{size}"):
        tests = [test for test in group["tests"] if len(test["seed"]) == 128 and test["c"]]
        for test in tests[:MOST_KEYS]:
            material = vectors.kem_key(size, bytes.fromhex(test["seed"]))
            request = {"KeyId": brought.key(f"ML_KEM_{size}", "ENCAPSULATE_DECAPSULATE", material)}
            request["SharedSecretCiphertextBlob"] = bytes.fromhex(test["c"])
            told = outcome(pq.decapsulate, EncapsulationAlgorithm="ML_KEM", **request)
            secret = told["SharedSecret"].hex() if isinstance(told, dict) else told
            assert secret == (test["K"] if test["result"] == "valid" else "InvalidCiphertextException"), test["tcId"]
            tried += 1
    assert tried >= MOST_KEYS
