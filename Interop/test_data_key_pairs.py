"""Key pairs for callers, by boto3, taken apart by another implementation."""

import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from expect import refused
from server import Server, clean_environment

CONTEXT = {"tenant": "blue"}
CURVES = {
    "ECC_NIST_P256": "secp256r1",
    "ECC_NIST_P384": "secp384r1",
    "ECC_NIST_P521": "secp521r1",
    "ECC_SECG_P256K1": "secp256k1",
}
NEWER = ["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"]


@pytest.fixture(scope="module")
def shared(kms):
    return kms.create_key()["KeyMetadata"]


def halves(kms, shared, spec):
    """The two halves, after what every answer must say was checked."""
    made = kms.generate_data_key_pair(KeyId=shared["KeyId"], KeyPairSpec=spec, EncryptionContext=CONTEXT)
    assert made["KeyId"] == shared["Arn"] and made["KeyPairSpec"] == spec
    assert made["KeyMaterialId"] == shared["CurrentKeyMaterialId"]
    opened = kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == made["PrivateKeyPlaintext"]
    private = serialization.load_der_private_key(made["PrivateKeyPlaintext"], None)
    public = serialization.load_der_public_key(made["PublicKey"])
    assert private.public_key() == public
    return private, public


@pytest.mark.parametrize("spec", sorted(CURVES))
def test_a_pair_on_a_curve(kms, shared, spec):
    private, public = halves(kms, shared, spec)
    assert private.curve.name == CURVES[spec]
    algorithm = ec.ECDSA(hashes.SHA256())
    public.verify(private.sign(b"x", algorithm), b"x", algorithm)


def test_a_pair_on_edwards25519(kms, shared):
    private, public = halves(kms, shared, "ECC_NIST_EDWARDS25519")
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    public.verify(private.sign(b"x"), b"x")


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_a_pair_of_rsa(kms, shared, bits):
    private, public = halves(kms, shared, f"RSA_{bits}")
    assert isinstance(private, rsa.RSAPrivateKey) and private.key_size == bits
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    assert private.decrypt(public.encrypt(b"x", oaep), oaep) == b"x"


def test_a_pair_on_the_curve_of_sm2(kms, shared):
    """Which the library of this suite can't read: so the name of the curve must do."""
    made = kms.generate_data_key_pair(KeyId=shared["KeyId"], KeyPairSpec="SM2")
    curve = bytes.fromhex("06082a811ccf5501822d")
    assert curve in made["PublicKey"] and curve in made["PrivateKeyPlaintext"]
    assert kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"])["Plaintext"] == made["PrivateKeyPlaintext"]


@pytest.mark.parametrize("spec", NEWER)
def test_kinds_that_the_library_may_lack_are_whole_or_refused(kms, shared, spec):
    arguments = {"KeyId": shared["KeyId"], "KeyPairSpec": spec}
    try:
        made = kms.generate_data_key_pair(**arguments)
    except kms.exceptions.UnsupportedOperationException as refusal:
        assert spec.replace("_", "-") in refusal.response["Error"]["Message"]
        assert "libcrypto" in refusal.response["Error"]["Message"]
        with refused("UnsupportedOperationException"):
            kms.generate_data_key_pair_without_plaintext(**arguments)
        return
    # The private key as its seed, as AWS documents: of one length for all three.
    assert len(made["PrivateKeyPlaintext"]) == 86 and len(made["PublicKey"]) > 800
    assert kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"])["Plaintext"] == made["PrivateKeyPlaintext"]


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "RSA_2048"])
def test_a_pair_can_come_sealed_only(kms, shared, spec):
    made = kms.generate_data_key_pair_without_plaintext(KeyId=shared["Arn"], KeyPairSpec=spec)
    assert "PrivateKeyPlaintext" not in made and "CiphertextForRecipient" not in made
    assert made["KeyId"] == shared["Arn"] and made["KeyPairSpec"] == spec
    assert made["KeyMaterialId"] == shared["CurrentKeyMaterialId"]
    private = kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"])["Plaintext"]
    public = serialization.load_der_private_key(private, None).public_key()
    assert public == serialization.load_der_public_key(made["PublicKey"])


def test_the_context_is_bound(kms, shared):
    made = kms.generate_data_key_pair_without_plaintext(
        KeyId=shared["KeyId"], KeyPairSpec="ECC_NIST_P256", EncryptionContext=CONTEXT
    )
    with refused("InvalidCiphertextException", None):
        kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"])


def test_no_two_pairs_are_alike(kms, shared):
    pairs = [kms.generate_data_key_pair(KeyId=shared["KeyId"], KeyPairSpec="ECC_NIST_P256") for _ in range(10)]
    assert len({made["PublicKey"] for made in pairs}) == 10


def test_kinds_of_no_pair_are_refused(wire, shared):
    for spec in ("AES_256", "HMAC_256", "ML_DSA_44", "SYMMETRIC_DEFAULT"):
        reply = wire.call("GenerateDataKeyPair", {"KeyId": shared["KeyId"], "KeyPairSpec": spec})
        assert reply.error == "ValidationException"
        assert "at 'keyPairSpec' failed to satisfy constraint: Member must satisfy enum value set" in reply.message


def test_a_policy_can_choose_the_kinds(server, kms, key):
    me = server.client("sts").get_caller_identity()["Arn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": me},
        "Action": ["kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext"],
        "Resource": "*",
        "Condition": {"StringLike": {"kms:DataKeyPairSpec": "ECC*"}},
    }
    administration = {"Effect": "Allow", "Principal": {"AWS": me}, "Action": "kms:PutKeyPolicy", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement, administration]})
    kms.put_key_policy(KeyId=key["KeyId"], Policy=document)
    for make in (kms.generate_data_key_pair, kms.generate_data_key_pair_without_plaintext):
        assert make(KeyId=key["KeyId"], KeyPairSpec="ECC_NIST_P384")["PublicKey"]
        with refused("AccessDeniedException"):
            make(KeyId=key["KeyId"], KeyPairSpec="RSA_2048")


class TestStock:
    def test_a_server_that_stops_while_it_makes_pairs_stops_well(self, tmp_path):
        for number in range(3):
            environment = clean_environment(CLAVIGER_CACHES_RSA_KEY_PAIRS="8")
            running = Server(tmp_path / str(number), environment=environment)
            try:
                running.start()
                running.stop()
            finally:
                running.dispose()

    def test_pairs_out_of_the_stock_are_good_too(self, tmp_path):
        running = Server(tmp_path, environment=clean_environment(CLAVIGER_CACHES_RSA_KEY_PAIRS="1"))
        try:
            kms = running.start().client()
            shared = kms.create_key()["KeyMetadata"]
            seen = set()
            for _ in range(3):
                private, public = halves(kms, shared, "RSA_2048")
                seen.add(public.public_numbers().n)
            assert len(seen) == 3
            running.stop()
        finally:
            running.dispose()
