"""Encrypt and Decrypt with RSA and SM2 keys: sealed outside with the public key, opened here, and the bounds of both."""

import pytest

import outside
from expect import refused
from made import OfEachKind

ALGORITHMS = ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]
CASES = [(spec, algorithm) for spec in outside.RSA_SPECS for algorithm in ALGORITHMS]
LONGEST = {
    ("RSA_2048", "RSAES_OAEP_SHA_1"): 214,
    ("RSA_2048", "RSAES_OAEP_SHA_256"): 190,
    ("RSA_3072", "RSAES_OAEP_SHA_1"): 342,
    ("RSA_3072", "RSAES_OAEP_SHA_256"): 318,
    ("RSA_4096", "RSAES_OAEP_SHA_1"): 470,
    ("RSA_4096", "RSAES_OAEP_SHA_256"): 446,
}
SECRET = b"sealed outside, opened here"


@pytest.fixture(scope="module")
def keys(kms):
    return OfEachKind(lambda spec: kms.create_key(KeySpec=spec, KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"])


@pytest.fixture(scope="module")
def publics(kms, keys):
    return OfEachKind(lambda spec: kms.get_public_key(KeyId=keys[spec]["KeyId"]))


def encrypt(kms, key, algorithm, plaintext=SECRET, **more):
    told = kms.encrypt(KeyId=key["KeyId"], EncryptionAlgorithm=algorithm, Plaintext=plaintext, **more)
    assert (told["KeyId"], told["EncryptionAlgorithm"]) == (key["Arn"], algorithm)
    return told["CiphertextBlob"]


def decrypt(kms, key, algorithm, ciphertext, **more):
    told = kms.decrypt(KeyId=key["KeyId"], EncryptionAlgorithm=algorithm, CiphertextBlob=ciphertext, **more)
    assert (told["KeyId"], told["EncryptionAlgorithm"]) == (key["Arn"], algorithm)
    assert "KeyMaterialId" not in told
    return told["Plaintext"]


@pytest.mark.parametrize("spec", [*outside.RSA_SPECS, "SM2"])
def test_metadata_and_public_key_name_the_algorithms(keys, publics, spec):
    algorithms = ["SM2PKE"] if spec == "SM2" else ALGORITHMS
    assert sorted(keys[spec]["EncryptionAlgorithms"]) == sorted(publics[spec]["EncryptionAlgorithms"]) == algorithms
    assert publics[spec]["KeyUsage"] == "ENCRYPT_DECRYPT" and "SigningAlgorithms" not in publics[spec]


class TestRSA:
    @pytest.mark.parametrize("spec, algorithm", CASES)
    def test_what_was_sealed_outside_opens_here(self, kms, keys, publics, spec, algorithm):
        public = outside.public_key(publics[spec]["PublicKey"])
        for plaintext in (b"x", SECRET, b"l" * LONGEST[spec, algorithm]):
            sealed = public.encrypt(plaintext, outside.oaep(algorithm))
            assert decrypt(kms, keys[spec], algorithm, sealed) == plaintext

    @pytest.mark.parametrize("spec, algorithm", CASES)
    def test_what_was_sealed_here_opens_here_up_to_the_bound(self, kms, keys, spec, algorithm):
        longest = LONGEST[spec, algorithm]
        sealed = encrypt(kms, keys[spec], algorithm, b"l" * longest)
        assert len(sealed) == int(spec[4:]) // 8
        assert decrypt(kms, keys[spec], algorithm, sealed) == b"l" * longest
        message = f"Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {longest} bytes."
        with refused("ValidationException", message):
            encrypt(kms, keys[spec], algorithm, b"l" * (longest + 1))

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_any_damage_is_an_invalid_ciphertext_and_no_more_is_said(self, kms, keys, publics, algorithm):
        key = keys["RSA_2048"]
        good = outside.public_key(publics["RSA_2048"]["PublicKey"]).encrypt(SECRET, outside.oaep(algorithm))
        other = next(name for name in ALGORITHMS if name != algorithm)
        for bad in (good[:-1], good + b"\0", bytes([good[0] ^ 1, *good[1:]]), b"\0" * 256, b"\xff" * 256, b"x"):
            with refused("InvalidCiphertextException", None):
                decrypt(kms, key, algorithm, bad)
        with refused("InvalidCiphertextException", None):
            decrypt(kms, key, other, good)

    def test_a_ciphertext_moves_between_kinds_of_keys(self, kms, keys, publics):
        symmetric = kms.create_key()["KeyMetadata"]
        sealed = outside.public_key(publics["RSA_2048"]["PublicKey"]).encrypt(SECRET, outside.oaep("RSAES_OAEP_SHA_256"))
        moved = kms.re_encrypt(
            CiphertextBlob=sealed,
            SourceKeyId=keys["RSA_2048"]["KeyId"],
            SourceEncryptionAlgorithm="RSAES_OAEP_SHA_256",
            DestinationKeyId=symmetric["KeyId"],
            DestinationEncryptionContext={"tenant": "blue"},
        )
        assert (moved["SourceKeyId"], moved["KeyId"]) == (keys["RSA_2048"]["Arn"], symmetric["Arn"])
        assert moved["SourceEncryptionAlgorithm"] == "RSAES_OAEP_SHA_256"
        assert moved["DestinationEncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
        opened = kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], EncryptionContext={"tenant": "blue"})
        assert opened["Plaintext"] == SECRET
        back = kms.re_encrypt(
            CiphertextBlob=moved["CiphertextBlob"],
            SourceEncryptionContext={"tenant": "blue"},
            DestinationKeyId=keys["RSA_3072"]["KeyId"],
            DestinationEncryptionAlgorithm="RSAES_OAEP_SHA_1",
        )
        assert decrypt(kms, keys["RSA_3072"], "RSAES_OAEP_SHA_1", back["CiphertextBlob"]) == SECRET

    def test_an_rsa_key_must_be_named_to_open(self, kms, keys):
        sealed = encrypt(kms, keys["RSA_2048"], "RSAES_OAEP_SHA_256")
        with refused("InvalidCiphertextException", None):
            kms.decrypt(CiphertextBlob=sealed)


class TestSM2:
    def test_what_openssl_sealed_opens_here(self, kms, keys, publics, openssl):
        for plaintext in (b"x", SECRET, b"l" * 1024):
            sealed = openssl.encrypts_sm2(publics["SM2"]["PublicKey"], plaintext)
            assert decrypt(kms, keys["SM2"], "SM2PKE", sealed) == plaintext

    def test_what_was_sealed_here_opens_here_up_to_the_bound(self, kms, keys):
        sealed = encrypt(kms, keys["SM2"], "SM2PKE", b"l" * 1024)
        assert decrypt(kms, keys["SM2"], "SM2PKE", sealed) == b"l" * 1024
        with refused("ValidationException", "Algorithm SM2PKE and key spec SM2 cannot encrypt data larger than 1024 bytes."):
            encrypt(kms, keys["SM2"], "SM2PKE", b"l" * 1025)

    def test_damage_is_an_invalid_ciphertext(self, kms, keys):
        good = encrypt(kms, keys["SM2"], "SM2PKE")
        for bad in (good[:-1], good + b"\0", bytes([*good[:-1], good[-1] ^ 1]), b"x"):
            with refused("InvalidCiphertextException", None):
                decrypt(kms, keys["SM2"], "SM2PKE", bad)


class TestRefusals:
    @pytest.mark.parametrize(
        "spec, algorithm",
        [("RSA_2048", "SYMMETRIC_DEFAULT"), ("RSA_2048", "SM2PKE"), ("SM2", "RSAES_OAEP_SHA_256"), ("SM2", None)],
    )
    def test_an_algorithm_of_another_kind_of_key(self, kms, keys, spec, algorithm):
        """Without one it is SYMMETRIC_DEFAULT."""
        named = {} if algorithm is None else {"EncryptionAlgorithm": algorithm}
        message = f"Algorithm {algorithm or 'SYMMETRIC_DEFAULT'} is incompatible with key spec {spec}."
        with refused("InvalidKeyUsageException", message):
            kms.encrypt(KeyId=keys[spec]["KeyId"], Plaintext=b"x", **named)
        with refused("InvalidKeyUsageException", message):
            kms.decrypt(KeyId=keys[spec]["KeyId"], CiphertextBlob=b"x" * 256, **named)

    def test_a_context_has_no_place_in_it(self, kms, keys):
        with refused("ValidationException"):
            encrypt(kms, keys["RSA_2048"], "RSAES_OAEP_SHA_256", EncryptionContext={"tenant": "blue"})
        with refused("ValidationException"):
            decrypt(kms, keys["RSA_2048"], "RSAES_OAEP_SHA_256", b"x" * 256, EncryptionContext={"tenant": "blue"})

    def test_keys_for_encryption_do_not_sign(self, kms, keys):
        arn = keys["RSA_2048"]["Arn"]
        with refused("InvalidKeyUsageException", f"{arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign."):
            kms.sign(KeyId=arn, Message=b"m", SigningAlgorithm="RSASSA_PSS_SHA_256")

    def test_a_disabled_key_opens_nothing(self, kms):
        key = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
        sealed = encrypt(kms, key, "RSAES_OAEP_SHA_256")
        kms.disable_key(KeyId=key["KeyId"])
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            decrypt(kms, key, "RSAES_OAEP_SHA_256", sealed)


class TestKindsOfKeys:
    @pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_EDWARDS25519", "HMAC_256", "SM2"])
    def test_all_but_symmetric_keys_need_a_usage(self, kms, spec):
        message = "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
        with refused("ValidationException", message):
            kms.create_key(KeySpec=spec)

    @pytest.mark.parametrize(
        "spec, usage",
        [
            ("SYMMETRIC_DEFAULT", "SIGN_VERIFY"),
            ("RSA_2048", "KEY_AGREEMENT"),
            ("RSA_2048", "GENERATE_VERIFY_MAC"),
            ("ECC_NIST_P256", "ENCRYPT_DECRYPT"),
            ("ECC_SECG_P256K1", "KEY_AGREEMENT"),
            ("ECC_NIST_EDWARDS25519", "KEY_AGREEMENT"),
            ("HMAC_256", "SIGN_VERIFY"),
            ("SM2", "GENERATE_VERIFY_MAC"),
            ("ML_DSA_44", "ENCAPSULATE_DECAPSULATE"),
            ("ML_KEM_768", "SIGN_VERIFY"),
        ],
    )
    def test_a_usage_must_fit_the_spec(self, kms, spec, usage):
        with refused("ValidationException", f"KeyUsage {usage} is not compatible with KeySpec {spec}"):
            kms.create_key(KeySpec=spec, KeyUsage=usage)

    def test_the_older_name_of_the_spec_is_as_good(self, kms):
        made = kms.create_key(CustomerMasterKeySpec="ECC_NIST_P384", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        assert made["KeySpec"] == made["CustomerMasterKeySpec"] == "ECC_NIST_P384"
