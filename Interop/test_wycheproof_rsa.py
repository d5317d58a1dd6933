"""Wycheproof's RSA vectors through the API: the key is imported, then Verify, Sign or Decrypt is asked.

Of the files with public keys only, those whose key is whole in another file are here. The rest of them (SHA-3, SHAKE, keys
that are nowhere whole) the suites of custody try without the API, as they do the hashes that the API has no name for."""

import pytest

import vectors
from brought import Brought, fits_the_api, is_valid, mismatches, outcome
from vectors import needs_wycheproof

pytestmark = needs_wycheproof

HASHES = {"SHA-256": "SHA_256", "SHA-384": "SHA_384", "SHA-512": "SHA_512"}

# File: the algorithm that its hash and salt are those of. A salt of another length than the hash's is never valid here.
PKCS1 = {
    f"rsa_signature_{size}_sha{bits}": f"RSASSA_PKCS1_V1_5_SHA_{bits}" for size in (2048, 3072, 4096) for bits in (256, 384, 512)
}
PSS = {
    "rsa_pss_2048_sha256_mgf1_32": "RSASSA_PSS_SHA_256",
    "rsa_pss_2048_sha384_mgf1_48": "RSASSA_PSS_SHA_384",
    "rsa_pss_3072_sha256_mgf1_32": "RSASSA_PSS_SHA_256",
    "rsa_pss_4096_sha256_mgf1_32": "RSASSA_PSS_SHA_256",
    "rsa_pss_4096_sha384_mgf1_48": "RSASSA_PSS_SHA_384",
    "rsa_pss_4096_sha512_mgf1_64": "RSASSA_PSS_SHA_512",
}
OTHER_PSS = {
    "rsa_pss_2048_sha256_mgf1_0": "RSASSA_PSS_SHA_256",
    "rsa_pss_2048_sha256_mgf1sha1_20": "RSASSA_PSS_SHA_256",
    "rsa_pss_4096_sha512_mgf1_32": "RSASSA_PSS_SHA_512",
}


@pytest.fixture(scope="module")
def brought(kms):
    return Brought(kms)


def verdicts(kms, brought, name, algorithm):
    """{id: (whether it should be valid, whether it is)} for the groups of a file whose private key is known."""
    found = {}
    for group in vectors.groups(name):
        private = vectors.private_keys().get(bytes.fromhex(group["publicKeyDer"]))
        if private is None:
            continue
        key = brought.key(f"RSA_{group['keySize']}", "SIGN_VERIFY", private)
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            if fits_the_api(message, signature):
                told = is_valid(kms, key, algorithm, message, signature)
                found[test["tcId"]] = (test["result"] == "valid", told)
    return found


@pytest.mark.parametrize("name", PKCS1)
def test_pkcs1_signatures(kms, brought, name):
    """The one "acceptable" vector of each file leaves out a NULL that the standard asks for: it isn't accepted."""
    found = verdicts(kms, brought, name, PKCS1[name])
    assert len(found) > 200 and mismatches(found) == {}


@pytest.mark.parametrize("name", PSS)
def test_pss_signatures(kms, brought, name):
    found = verdicts(kms, brought, name, PSS[name])
    assert len(found) > 90 and mismatches(found) == {}


@pytest.mark.parametrize("name", OTHER_PSS)
def test_pss_signatures_with_another_salt_or_mask_are_not_valid(kms, brought, name):
    """But for the one, invalid to its file, whose salt was changed to the length of the hash."""
    comments = {test["tcId"]: test["comment"] for group in vectors.groups(name) for test in group["tests"]}
    found = verdicts(kms, brought, name, OTHER_PSS[name])
    assert len(found) > 90
    length = int(OTHER_PSS[name][-3:]) // 8
    valid = {comments[number] for number, (_, told) in found.items() if told}
    assert valid <= {f"s_len changed to {length}"}


@pytest.mark.parametrize("size", [2048, 3072, 4096])
def test_pkcs1_signatures_are_made_as_they_should_be(kms, brought, size):
    made = 0
    for group in vectors.groups(f"rsa_pkcs1_{size}_sig_gen"):
        if group["sha"] not in HASHES or any("SmallPublicKey" in test["flags"] for test in group["tests"]):
            continue
        key = brought.key(f"RSA_{size}", "SIGN_VERIFY", bytes.fromhex(group["privateKeyPkcs8"]))
        algorithm = f"RSASSA_PKCS1_V1_5_{HASHES[group['sha']]}"
        for test in group["tests"]:
            message = bytes.fromhex(test["msg"])
            if fits_the_api(message):
                told = kms.sign(KeyId=key, SigningAlgorithm=algorithm, Message=message)
                assert told["Signature"].hex() == test["sig"], (group["sha"], test["tcId"])
                made += 1
    assert made >= 14


OAEP = [
    "rsa_oaep_2048_sha1_mgf1sha1",
    "rsa_oaep_2048_sha256_mgf1sha256",
    "rsa_oaep_3072_sha256_mgf1sha256",
    "rsa_oaep_4096_sha256_mgf1sha256",
    "rsa_oaep_misc",
    "rsa_three_primes_oaep_2048_sha1_mgf1sha1",
    "rsa_three_primes_oaep_4096_sha256_mgf1sha256",
]


def oaep_algorithm(group):
    """The API's name for hash and mask of a group; None if it has none."""
    names = {("SHA-1", "SHA-1"): "RSAES_OAEP_SHA_1", ("SHA-256", "SHA-256"): "RSAES_OAEP_SHA_256"}
    return names.get((group["sha"], group["mgfSha"])) if group["keySize"] in (2048, 3072, 4096) else None


@pytest.mark.parametrize("name", OAEP)
def test_oaep(kms, brought, name):
    """A label has no place in the API: what was sealed with one doesn't open. An empty plaintext is none."""
    tried = 0
    for group in vectors.groups(name):
        algorithm = oaep_algorithm(group)
        if algorithm is None:
            continue
        key = brought.key(f"RSA_{group['keySize']}", "ENCRYPT_DECRYPT", bytes.fromhex(group["privateKeyPkcs8"]))
        for test in group["tests"]:
            sealed = bytes.fromhex(test["ct"])
            if not sealed or not test["msg"]:
                continue
            told = outcome(kms.decrypt, KeyId=key, EncryptionAlgorithm=algorithm, CiphertextBlob=sealed)
            if test["result"] == "valid" and not test["label"]:
                assert isinstance(told, dict) and told["Plaintext"].hex() == test["msg"], (test["tcId"], told)
            else:
                assert told == "InvalidCiphertextException", (test["tcId"], told)
            tried += 1
    assert tried >= 10


@pytest.mark.parametrize(
    "name", ["rsa_oaep_2048_sha256_mgf1sha1", "rsa_oaep_2048_sha384_mgf1sha384", "rsa_oaep_2048_sha512_mgf1sha512"]
)
def test_oaep_with_another_hash_or_mask_does_not_open(kms, brought, name):
    (group,) = vectors.groups(name)
    key = brought.key("RSA_2048", "ENCRYPT_DECRYPT", bytes.fromhex(group["privateKeyPkcs8"]))
    for test in group["tests"]:
        for algorithm in ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"):
            sealed = bytes.fromhex(test["ct"]) or b"x"
            told = outcome(kms.decrypt, KeyId=key, EncryptionAlgorithm=algorithm, CiphertextBlob=sealed)
            assert told == "InvalidCiphertextException", (test["tcId"], told)
