"""Sign and Verify by boto3: what is signed here verifies outside, what is verified here was signed outside."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, ec, rsa

import outside
from expect import invalid, refused
from made import OfEachKind
from material import imported

MESSAGE = b"What is signed here verifies anywhere."
CASES = [(spec, algorithm) for spec, algorithms in outside.SIGNATURES.items() for algorithm in algorithms]
DIGESTED = [case for case in CASES if case[1] != "ED25519_SHA_512"]
EVERY_SPEC = [*outside.SIGNATURES, "SM2"]


@pytest.fixture(scope="module")
def keys(kms):
    """The metadata of one key of each kind."""
    return OfEachKind(lambda spec: kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"])


@pytest.fixture(scope="module")
def publics(kms, keys):
    return OfEachKind(lambda spec: kms.get_public_key(KeyId=keys[spec]["KeyId"]))


def sign(kms, key, algorithm, message=MESSAGE, **more):
    told = kms.sign(KeyId=key["KeyId"], SigningAlgorithm=algorithm, Message=message, **more)
    assert (told["KeyId"], told["SigningAlgorithm"]) == (key["Arn"], algorithm)
    return told["Signature"]


def verify(kms, key, algorithm, signature, message=MESSAGE, **more):
    request = {"KeyId": key["KeyId"], "SigningAlgorithm": algorithm, "Message": message, "Signature": signature}
    told = kms.verify(**request, **more)
    assert (told["KeyId"], told["SigningAlgorithm"]) == (key["Arn"], algorithm)
    return told["SignatureValid"]


class TestKeys:
    @pytest.mark.parametrize("spec", EVERY_SPEC)
    def test_metadata_and_public_key_agree_on_what_the_key_does(self, keys, publics, spec):
        key, public = keys[spec], publics[spec]
        assert key["KeySpec"] == key["CustomerMasterKeySpec"] == public["KeySpec"] == public["CustomerMasterKeySpec"] == spec
        assert key["KeyUsage"] == public["KeyUsage"] == "SIGN_VERIFY"
        assert sorted(key["SigningAlgorithms"]) == sorted(public["SigningAlgorithms"])
        assert set(outside.SIGNATURES.get(spec, ["SM2DSA"])) <= set(key["SigningAlgorithms"])
        assert public["KeyId"] == key["Arn"]
        assert not {"EncryptionAlgorithms", "MacAlgorithms", "CurrentKeyMaterialId"} & set(key)

    def test_public_keys_are_what_their_names_say(self, publics):
        for spec in outside.RSA_SPECS:
            key = outside.public_key(publics[spec]["PublicKey"])
            assert (key.key_size, key.public_numbers().e) == (int(spec[4:]), 65537)
        for spec, curve in outside.CURVES.items():
            assert outside.public_key(publics[spec]["PublicKey"]).curve.name == curve.name
        edwards = publics["ECC_NIST_EDWARDS25519"]["PublicKey"]
        assert len(edwards) == 44 and isinstance(outside.public_key(edwards), ed25519.Ed25519PublicKey)

    def test_openssl_reads_a_public_key_of_sm2(self, publics, openssl):
        command = "pkey -pubin -inform DER -in key -noout -text"
        told = openssl.run(*command.split(), key=publics["SM2"]["PublicKey"])
        assert b"ASN1 OID: SM2" in told.stdout


class TestSignedHereVerifiedOutside:
    @pytest.mark.parametrize("spec, algorithm", CASES)
    def test_a_message(self, kms, keys, publics, spec, algorithm):
        signature = sign(kms, keys[spec], algorithm)
        assert outside.verifies(publics[spec]["PublicKey"], algorithm, MESSAGE, signature)
        assert not outside.verifies(publics[spec]["PublicKey"], algorithm, MESSAGE + b"!", signature)
        assert verify(kms, keys[spec], algorithm, signature) is True

    @pytest.mark.parametrize("spec, algorithm", DIGESTED)
    def test_a_digest_is_signed_as_it_is(self, kms, keys, publics, spec, algorithm):
        digest = outside.digest_of(algorithm, MESSAGE)
        signature = sign(kms, keys[spec], algorithm, digest, MessageType="DIGEST")
        assert outside.verifies(publics[spec]["PublicKey"], algorithm, MESSAGE, signature)
        assert outside.verifies(publics[spec]["PublicKey"], algorithm, digest, signature, digested=True)
        assert verify(kms, keys[spec], algorithm, signature) is True
        assert verify(kms, keys[spec], algorithm, signature, digest, MessageType="DIGEST") is True

    @pytest.mark.parametrize("spec, algorithm", DIGESTED)
    def test_raw_is_the_default_and_hashes_even_what_could_be_a_digest(self, kms, keys, publics, spec, algorithm):
        digest = outside.digest_of(algorithm, MESSAGE)
        signature = sign(kms, keys[spec], algorithm, digest)
        assert outside.verifies(publics[spec]["PublicKey"], algorithm, digest, signature)
        with refused("KMSInvalidSignatureException", None):
            verify(kms, keys[spec], algorithm, signature)
        assert verify(kms, keys[spec], algorithm, signature, digest, MessageType="RAW") is True

    @pytest.mark.parametrize("size", [1, 4096])
    def test_messages_of_any_size(self, kms, keys, publics, size):
        for spec in ("ECC_NIST_P256", "RSA_2048", "ECC_NIST_EDWARDS25519"):
            algorithm = outside.SIGNATURES[spec][0]
            signature = sign(kms, keys[spec], algorithm, b"m" * size)
            assert outside.verifies(publics[spec]["PublicKey"], algorithm, b"m" * size, signature)

    def test_ecdsa_and_pss_differ_each_time_and_the_others_do_not(self, kms, keys):
        def distinct(spec, algorithm):
            return len({sign(kms, keys[spec], algorithm) for _ in range(4)})

        assert distinct("ECC_NIST_P256", "ECDSA_SHA_256") == distinct("RSA_2048", "RSASSA_PSS_SHA_256") == 4
        assert distinct("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256") == distinct("ECC_NIST_EDWARDS25519", "ED25519_SHA_512") == 1


class TestSM2:
    def test_openssl_verifies_it_under_the_usual_identity(self, kms, keys, publics, openssl):
        signature = sign(kms, keys["SM2"], "SM2DSA")
        assert openssl.verifies_sm2(publics["SM2"]["PublicKey"], MESSAGE, signature)
        assert not openssl.verifies_sm2(publics["SM2"]["PublicKey"], MESSAGE + b"!", signature)
        assert verify(kms, keys["SM2"], "SM2DSA", signature) is True
        with refused("KMSInvalidSignatureException", None):
            verify(kms, keys["SM2"], "SM2DSA", signature, MESSAGE + b"!")
        for bad in (signature[:-1], signature + b"\0", bytes([*signature[:-1], signature[-1] ^ 1]), b"x"):
            with refused("KMSInvalidSignatureException", None):
                verify(kms, keys["SM2"], "SM2DSA", bad)

    def test_a_digest_is_that_of_identity_key_and_message(self, kms, keys, publics, openssl):
        """SM3(Z || message), where Z is SM3 of the identity's length, the identity, the curve and the public point."""
        point = publics["SM2"]["PublicKey"][-64:]
        curve = bytes.fromhex(
            "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
            "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
            "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
            "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
        )
        identity = outside.SM2_IDENTITY.encode()
        about = hashlib.new("sm3", (8 * len(identity)).to_bytes(2) + identity + curve + point).digest()
        digest = hashlib.new("sm3", about + MESSAGE).digest()
        signature = sign(kms, keys["SM2"], "SM2DSA", digest, MessageType="DIGEST")
        assert openssl.verifies_sm2(publics["SM2"]["PublicKey"], MESSAGE, signature)
        assert verify(kms, keys["SM2"], "SM2DSA", signature) is True


@pytest.fixture(scope="module")
def private():
    """Private keys made outside."""
    return {
        "RSA_2048": rsa.generate_private_key(65537, 2048),
        "ECC_NIST_EDWARDS25519": ed25519.Ed25519PrivateKey.generate(),
        **{spec: ec.generate_private_key(curve) for spec, curve in outside.CURVES.items()},
    }


@pytest.fixture(scope="module")
def brought(kms, private):
    """The same keys, imported."""
    return {spec: imported(kms, spec, "SIGN_VERIFY", outside.pkcs8(key)) for spec, key in private.items()}


class TestSignedOutsideVerifiedHere:
    @pytest.mark.parametrize("spec, algorithm", [case for case in CASES if case[0] not in ("RSA_3072", "RSA_4096")])
    def test_a_message(self, kms, private, brought, spec, algorithm):
        signature = outside.signs(private[spec], algorithm, MESSAGE)
        assert verify(kms, brought[spec], algorithm, signature) is True
        with refused("KMSInvalidSignatureException", None):
            verify(kms, brought[spec], algorithm, signature, MESSAGE + b"!")
        ours = sign(kms, brought[spec], algorithm)
        assert outside.verifies(outside.spki(private[spec].public_key()), algorithm, MESSAGE, ours)

    @pytest.mark.parametrize("algorithm", [name for name in outside.RSA_SIGNATURES if "PSS" in name])
    @pytest.mark.parametrize("salt", ["none", "shorter", "longer", "longest"])
    def test_a_salt_of_another_length_is_refused(self, kms, private, brought, algorithm, salt):
        size = outside.hash_of(algorithm).digest_size
        length = {"none": 0, "shorter": size - 1, "longer": size + 1, "longest": 256 - size - 2}[salt]
        signature = outside.signs(private["RSA_2048"], algorithm, MESSAGE, salt_length=length)
        with refused("KMSInvalidSignatureException", None):
            verify(kms, brought["RSA_2048"], algorithm, signature)


class TestRefusals:
    @pytest.mark.parametrize("spec, algorithm", CASES)
    def test_a_damaged_signature(self, kms, keys, spec, algorithm):
        good = sign(kms, keys[spec], algorithm)
        for bad in (good[:-1], good + b"\0", bytes([*good[:-1], good[-1] ^ 1]), b"\0" * len(good), b"x"):
            with refused("KMSInvalidSignatureException", None):
                verify(kms, keys[spec], algorithm, bad)

    @pytest.mark.parametrize("spec, algorithm", DIGESTED)
    def test_a_digest_of_another_length(self, kms, keys, spec, algorithm):
        digest = outside.digest_of(algorithm, MESSAGE)
        for wrong in (digest[:-1], digest + b"\0", b"x"):
            with refused("ValidationException", f"Digest is invalid length for algorithm {algorithm}."):
                sign(kms, keys[spec], algorithm, wrong, MessageType="DIGEST")
            with refused("ValidationException", f"Digest is invalid length for algorithm {algorithm}."):
                verify(kms, keys[spec], algorithm, b"signature", wrong, MessageType="DIGEST")

    @pytest.mark.parametrize(
        "spec, algorithm",
        [
            ("RSA_2048", "ECDSA_SHA_256"),
            ("ECC_NIST_P256", "ECDSA_SHA_384"),
            ("ECC_NIST_P384", "ECDSA_SHA_256"),
            ("ECC_SECG_P256K1", "ECDSA_SHA_512"),
            ("ECC_NIST_P521", "RSASSA_PSS_SHA_512"),
            ("ECC_NIST_P256", "ED25519_SHA_512"),
            ("ECC_NIST_EDWARDS25519", "ECDSA_SHA_512"),
            ("ECC_NIST_P256", "SM2DSA"),
            ("SM2", "ECDSA_SHA_256"),
            ("RSA_2048", "ML_DSA_SHAKE_256"),
        ],
    )
    def test_an_algorithm_of_another_kind_of_key(self, kms, keys, spec, algorithm):
        message = f"Algorithm {algorithm} is incompatible with key spec {spec}."
        with refused("InvalidKeyUsageException", message):
            sign(kms, keys[spec], algorithm)
        with refused("InvalidKeyUsageException", message):
            verify(kms, keys[spec], algorithm, b"signature")

    @pytest.mark.parametrize(
        "spec, algorithm, form",
        [
            ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "DIGEST"),
            ("RSA_2048", "RSASSA_PSS_SHA_256", "EXTERNAL_MU"),
            ("ECC_NIST_P256", "ECDSA_SHA_256", "EXTERNAL_MU"),
        ],
    )
    def test_a_form_of_message_that_the_key_does_not_sign(self, kms, keys, spec, algorithm, form):
        with refused("ValidationException", f"Message type {form} is incompatible with key spec {spec}."):
            sign(kms, keys[spec], algorithm, b"m" * 64, MessageType=form)
        with refused("ValidationException", f"Message type {form} is incompatible with key spec {spec}."):
            verify(kms, keys[spec], algorithm, b"signature", b"m" * 64, MessageType=form)

    def test_keys_for_other_uses(self, kms):
        for kind in (
            {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"},
            {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
            {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
            {"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"},
        ):
            key = kms.create_key(**kind)["KeyMetadata"]
            algorithm = "RSASSA_PSS_SHA_256" if kind["KeySpec"] == "RSA_2048" else "ECDSA_SHA_256"
            about = f"{key['Arn']} key usage is {kind['KeyUsage']} which is not valid for"
            with refused("InvalidKeyUsageException", f"{about} Sign."):
                sign(kms, key, algorithm)
            with refused("InvalidKeyUsageException", f"{about} Verify."):
                verify(kms, key, algorithm, b"signature")

    def test_keys_for_signing_do_nothing_else(self, kms, keys):
        arn = keys["RSA_2048"]["Arn"]
        about = f"{arn} key usage is SIGN_VERIFY which is not valid for"
        with refused("InvalidKeyUsageException", f"{about} Encrypt."):
            kms.encrypt(KeyId=arn, Plaintext=b"x", EncryptionAlgorithm="RSAES_OAEP_SHA_256")
        with refused("InvalidKeyUsageException", f"{about} GenerateDataKey."):
            kms.generate_data_key(KeyId=arn, KeySpec="AES_256")

    def test_a_message_that_is_too_long(self, kms, keys):
        too_long = "Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096"
        with refused("ValidationException", invalid(too_long)):
            sign(kms, keys["ECC_NIST_P256"], "ECDSA_SHA_256", b"m" * 4097)

    def test_a_disabled_key(self, kms):
        key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        kms.disable_key(KeyId=key["KeyId"])
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            sign(kms, key, "ECDSA_SHA_256")
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            verify(kms, key, "ECDSA_SHA_256", b"signature")
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            kms.get_public_key(KeyId=key["KeyId"])


def test_signatures_survive_a_restart(own_server):
    kms = own_server.client()
    key = kms.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    before = sign(kms, key, "ED25519_SHA_512")
    own_server.restart()
    kms = own_server.client()
    assert verify(kms, key, "ED25519_SHA_512", before) is True
    assert sign(kms, key, "ED25519_SHA_512") == before
