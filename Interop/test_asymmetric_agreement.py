"""DeriveSharedSecret: the secret here is the secret that the other side has."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519

import outside
from expect import refused
from material import imported


# Keys on secp256k1 only sign.
SPECS = ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"]


@pytest.fixture(scope="module")
def keys(kms):
    return {spec: kms.create_key(KeySpec=spec, KeyUsage="KEY_AGREEMENT")["KeyMetadata"] for spec in SPECS}


def derive(kms, key, public):
    told = kms.derive_shared_secret(KeyId=key["KeyId"], KeyAgreementAlgorithm="ECDH", PublicKey=public)
    assert (told["KeyId"], told["KeyAgreementAlgorithm"]) == (key["Arn"], "ECDH")
    assert told["KeyOrigin"] == key["Origin"]
    return told["SharedSecret"]


@pytest.mark.parametrize("spec", SPECS)
def test_both_sides_have_the_same_secret(kms, keys, spec):
    public = kms.get_public_key(KeyId=keys[spec]["KeyId"])
    assert public["KeyAgreementAlgorithms"] == keys[spec]["KeyAgreementAlgorithms"] == ["ECDH"]
    theirs = ec.generate_private_key(outside.CURVES[spec])
    ours = derive(kms, keys[spec], outside.spki(theirs.public_key()))
    assert ours == theirs.exchange(ec.ECDH(), outside.public_key(public["PublicKey"]))
    assert len(ours) == (theirs.curve.key_size + 7) // 8


@pytest.mark.parametrize("spec", SPECS)
def test_two_keys_of_the_server_agree(kms, keys, spec):
    other = kms.create_key(KeySpec=spec, KeyUsage="KEY_AGREEMENT")["KeyMetadata"]
    publics = [kms.get_public_key(KeyId=key["KeyId"])["PublicKey"] for key in (keys[spec], other)]
    assert derive(kms, keys[spec], publics[1]) == derive(kms, other, publics[0])


def test_an_imported_key_agrees_as_it_did_outside(kms):
    private = ec.generate_private_key(ec.SECP256R1())
    key = imported(kms, "ECC_NIST_P256", "KEY_AGREEMENT", outside.pkcs8(private))
    theirs = ec.generate_private_key(ec.SECP256R1())
    assert derive(kms, key, outside.spki(theirs.public_key())) == private.exchange(ec.ECDH(), theirs.public_key())


def other_publics():
    p256 = ec.generate_private_key(ec.SECP256R1()).public_key()
    good = outside.spki(p256)
    pem = p256.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "of another curve": outside.spki(ec.generate_private_key(ec.SECP384R1()).public_key()),
        "of RSA": outside.spki(rsa.generate_private_key(65537, 2048).public_key()),
        "of Ed25519": outside.spki(ed25519.Ed25519PrivateKey.generate().public_key()),
        "of X25519": outside.spki(x25519.X25519PrivateKey.generate().public_key()),
        "in PEM": pem,
        "a bare point": p256.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint),
        "cut short": good[:-1],
        "with more behind it": good + b"\0",
        "off the curve": good[:-1] + bytes([good[-1] ^ 1]),
        "nothing like it": b"x" * 91,
    }


@pytest.mark.parametrize("kind", sorted(other_publics()))
def test_a_public_key_that_is_none_of_this_curve_is_refused(kms, keys, kind):
    with refused("ValidationException"):
        derive(kms, keys["ECC_NIST_P256"], other_publics()[kind])


def test_keys_for_signing_do_not_agree(kms):
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    public = outside.spki(ec.generate_private_key(ec.SECP256R1()).public_key())
    message = f"{key['Arn']} key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret."
    with refused("InvalidKeyUsageException", message):
        derive(kms, key, public)


def test_a_disabled_key_does_not_agree(kms):
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]
    kms.disable_key(KeyId=key["KeyId"])
    with refused("DisabledException", f"{key['Arn']} is disabled."):
        derive(kms, key, outside.spki(ec.generate_private_key(ec.SECP256R1()).public_key()))
