"""GenerateMac and VerifyMac: Python's hmac on the other side, which knows the key when it was imported."""

import hmac
import os

import pytest

from expect import invalid, refused
from material import imported

# Bytes of a tag, and of an imported key.
SIZES = {"HMAC_224": 28, "HMAC_256": 32, "HMAC_384": 48, "HMAC_512": 64}
SPECS = sorted(SIZES)
MESSAGE = b"Whoever has the key can say whether this is it."


def algorithm_of(spec):
    return spec.replace("HMAC_", "HMAC_SHA_")


def tag_outside(spec, key, message=MESSAGE):
    return hmac.digest(key, message, f"sha{spec[5:]}")


@pytest.fixture(scope="module")
def keys(kms):
    return {spec: kms.create_key(KeySpec=spec, KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"] for spec in SPECS}


def generate(kms, key, algorithm, message=MESSAGE):
    told = kms.generate_mac(KeyId=key["KeyId"], MacAlgorithm=algorithm, Message=message)
    assert (told["KeyId"], told["MacAlgorithm"]) == (key["Arn"], algorithm)
    return told["Mac"]


def verify(kms, key, algorithm, mac, message=MESSAGE):
    told = kms.verify_mac(KeyId=key["KeyId"], MacAlgorithm=algorithm, Message=message, Mac=mac)
    assert (told["KeyId"], told["MacAlgorithm"]) == (key["Arn"], algorithm)
    return told["MacValid"]


@pytest.mark.parametrize("spec", SPECS)
def test_metadata_names_the_one_algorithm(keys, spec):
    assert keys[spec]["MacAlgorithms"] == [algorithm_of(spec)]
    assert keys[spec]["KeySpec"] == keys[spec]["CustomerMasterKeySpec"] == spec
    assert keys[spec]["KeyUsage"] == "GENERATE_VERIFY_MAC"


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("size", [1, 4096])
def test_a_tag_verifies_and_repeats_itself(kms, keys, spec, size):
    algorithm, message = algorithm_of(spec), b"m" * size
    mac = generate(kms, keys[spec], algorithm, message)
    assert len(mac) == SIZES[spec]
    assert mac == generate(kms, keys[spec], algorithm, message)
    assert verify(kms, keys[spec], algorithm, mac, message) is True


@pytest.mark.parametrize("spec", SPECS)
def test_an_imported_key_makes_the_tags_that_it_made_outside(kms, spec):
    material = os.urandom(SIZES[spec])
    key = imported(kms, spec, "GENERATE_VERIFY_MAC", material, algorithm="RSAES_OAEP_SHA_256")
    algorithm = algorithm_of(spec)
    assert generate(kms, key, algorithm) == tag_outside(spec, material)
    assert verify(kms, key, algorithm, tag_outside(spec, material, b"another"), b"another") is True
    with refused("KMSInvalidMacException", None):
        verify(kms, key, algorithm, tag_outside(spec, material + b"\1"))


@pytest.mark.parametrize("spec", SPECS)
def test_any_other_tag_is_refused_and_no_more_is_said(kms, keys, spec):
    algorithm = algorithm_of(spec)
    good = generate(kms, keys[spec], algorithm)
    for bad in (good[:-1], good[:16], good + b"\0", bytes([good[0] ^ 1, *good[1:]]), bytes(len(good)), b"x"):
        with refused("KMSInvalidMacException", None):
            verify(kms, keys[spec], algorithm, bad)
    with refused("KMSInvalidMacException", None):
        verify(kms, keys[spec], algorithm, good, MESSAGE + b"!")


@pytest.mark.parametrize("spec", SPECS)
def test_an_algorithm_of_another_key(kms, keys, spec):
    for other in SPECS:
        if other == spec:
            continue
        message = f"Algorithm {algorithm_of(other)} is incompatible with key spec {spec}."
        with refused("InvalidKeyUsageException", message):
            generate(kms, keys[spec], algorithm_of(other))
        with refused("InvalidKeyUsageException", message):
            verify(kms, keys[spec], algorithm_of(other), b"x")


def test_keys_for_other_uses(kms):
    for kind in (
        {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"},
        {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"},
    ):
        key = kms.create_key(**kind)["KeyMetadata"]
        about = f"{key['Arn']} key usage is {kind['KeyUsage']} which is not valid for"
        with refused("InvalidKeyUsageException", f"{about} GenerateMac."):
            generate(kms, key, "HMAC_SHA_256")
        with refused("InvalidKeyUsageException", f"{about} VerifyMac."):
            verify(kms, key, "HMAC_SHA_256", b"x")


def test_keys_for_tags_have_no_public_key_and_do_nothing_else(kms, keys):
    arn = keys["HMAC_256"]["Arn"]
    about = f"{arn} key usage is GENERATE_VERIFY_MAC which is not valid for"
    with refused("UnsupportedOperationException"):
        kms.get_public_key(KeyId=arn)
    with refused("InvalidKeyUsageException", f"{about} Encrypt."):
        kms.encrypt(KeyId=arn, Plaintext=b"x")
    with refused("InvalidKeyUsageException", f"{about} Sign."):
        kms.sign(KeyId=arn, Message=b"x", SigningAlgorithm="RSASSA_PSS_SHA_256")
    assert kms.get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"] is False


def test_sizes_of_messages(wire, keys):
    for text, bound in (("", "greater than or equal to 1"), ("A" * 5464, "less than or equal to 4096")):
        request = {"KeyId": keys["HMAC_256"]["KeyId"], "MacAlgorithm": "HMAC_SHA_256", "Message": text}
        reply = wire.call("GenerateMac", request)
        assert reply.error == "ValidationException"
        assert reply.message == invalid(f"Value at 'message' failed to satisfy constraint: Member must have length {bound}")


def test_a_disabled_key_makes_no_tags(kms):
    key = kms.create_key(KeySpec="HMAC_384", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
    kms.disable_key(KeyId=key["KeyId"])
    with refused("DisabledException", f"{key['Arn']} is disabled."):
        generate(kms, key, "HMAC_SHA_384")


def test_tags_survive_a_restart(own_server):
    kms = own_server.client()
    key = kms.create_key(KeySpec="HMAC_512", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
    mac = generate(kms, key, "HMAC_SHA_512")
    own_server.restart()
    assert verify(own_server.client(), key, "HMAC_SHA_512", mac) is True
