"""Keys whose material is on a PKCS#11 token (SoftHSM), by clients that don't notice."""

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from server import Server, clean_environment, run_claviger
from tokens import SoftToken

SPECS = [
    ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
    ("HMAC_224", "GENERATE_VERIFY_MAC"),
    ("HMAC_256", "GENERATE_VERIFY_MAC"),
    ("HMAC_384", "GENERATE_VERIFY_MAC"),
    ("HMAC_512", "GENERATE_VERIFY_MAC"),
    ("RSA_2048", "SIGN_VERIFY"),
    ("RSA_2048", "ENCRYPT_DECRYPT"),
    ("ECC_NIST_P256", "SIGN_VERIFY"),
    ("ECC_NIST_P384", "SIGN_VERIFY"),
    ("ECC_NIST_P521", "SIGN_VERIFY"),
    ("ECC_SECG_P256K1", "SIGN_VERIFY"),
    ("ECC_NIST_P256", "KEY_AGREEMENT"),
]


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    return SoftToken(tmp_path_factory.mktemp("token")).make()


@pytest.fixture(scope="module")
def house(tmp_path_factory, token):
    environment = clean_environment(**token.settings(), CLAVIGER_CUSTODY_KEYS="hsm")
    server = Server(tmp_path_factory.mktemp("server"), environment=environment)
    yield server.start()
    server.dispose()


@pytest.fixture
def client(house):
    return house.client("kms")


def use(client, key, spec, usage):
    """Uses a key in the way that it is for; fails when what comes back is wrong."""
    if usage == "ENCRYPT_DECRYPT":
        algorithm = {} if spec == "SYMMETRIC_DEFAULT" else {"EncryptionAlgorithm": "RSAES_OAEP_SHA_1"}
        blob = client.encrypt(KeyId=key, Plaintext=b"text", **algorithm)["CiphertextBlob"]
        assert client.decrypt(KeyId=key, CiphertextBlob=blob, **algorithm)["Plaintext"] == b"text"
    elif usage == "GENERATE_VERIFY_MAC":
        algorithm = spec.replace("HMAC_", "HMAC_SHA_")
        code = client.generate_mac(KeyId=key, Message=b"text", MacAlgorithm=algorithm)["Mac"]
        assert client.verify_mac(KeyId=key, Message=b"text", MacAlgorithm=algorithm, Mac=code)["MacValid"]
    elif usage == "SIGN_VERIFY":
        answer = client.get_public_key(KeyId=key)
        public = serialization.load_der_public_key(answer["PublicKey"])
        for algorithm in answer["SigningAlgorithms"]:
            signature = client.sign(KeyId=key, Message=b"text", SigningAlgorithm=algorithm)["Signature"]
            verify(public, algorithm, signature)
    else:
        other = ec.generate_private_key(ec.SECP256R1())
        answer = client.derive_shared_secret(
            KeyId=key, KeyAgreementAlgorithm="ECDH",
            PublicKey=other.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        )
        public = serialization.load_der_public_key(client.get_public_key(KeyId=key)["PublicKey"])
        assert answer["SharedSecret"] == other.exchange(ec.ECDH(), public)


def verify(public, algorithm, signature):
    digest = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[algorithm[-3:]]()
    if algorithm.startswith("ECDSA"):
        public.verify(signature, b"text", ec.ECDSA(digest))
    elif "PSS" in algorithm:
        public.verify(signature, b"text", padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    else:
        public.verify(signature, b"text", padding.PKCS1v15(), digest)


def make(client, spec, usage):
    return client.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]


@pytest.mark.parametrize("spec,usage", SPECS)
def test_a_key_on_the_token_does_its_work(client, spec, usage):
    use(client, make(client, spec, usage), spec, usage)


def test_data_keys_and_key_pairs_open_again(client):
    key = make(client, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    made = client.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"a": "b"})
    opened = client.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert opened["Plaintext"] == made["Plaintext"]
    pair = client.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256")
    opened = client.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])
    assert opened["Plaintext"] == pair["PrivateKeyPlaintext"]


def test_keys_are_there_after_a_restart_and_after_a_rotation(house):
    client = house.client("kms")
    keys = [(make(client, spec, usage), spec, usage) for spec, usage in SPECS[:1] + SPECS[5:6] + SPECS[7:8]]
    blob = client.encrypt(KeyId=keys[0][0], Plaintext=b"before")["CiphertextBlob"]
    client.rotate_key_on_demand(KeyId=keys[0][0])
    house.restart()
    client = house.client("kms")
    for key, spec, usage in keys:
        use(client, key, spec, usage)
    assert client.decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"


def test_what_is_on_the_token_is_named_after_the_keys_and_stays_there(client, token):
    make(client, "ECC_NIST_P256", "SIGN_VERIFY")
    listing = token.tool("--list-objects", "--type", "privkey")
    assert "claviger key " in listing
    assert "sensitive, always sensitive, never extractable, local" in listing
    assert "Access:" in listing and "extractable," not in listing.replace("never extractable", "")
    secrets = token.tool("--list-objects", "--type", "secrkey")
    assert "never extractable" in secrets


@pytest.mark.parametrize("spec,usage", [("ECC_NIST_EDWARDS25519", "SIGN_VERIFY"), ("ML_DSA_65", "SIGN_VERIFY")])
def test_what_the_token_cannot_do_is_refused(client, spec, usage):
    with pytest.raises(ClientError) as refusal:
        make(client, spec, usage)
    assert refusal.value.response["Error"]["Code"] == "UnsupportedOperationException"


def test_oaep_with_a_hash_that_the_token_lacks_is_refused_both_ways(client):
    key = make(client, "RSA_2048", "ENCRYPT_DECRYPT")
    with pytest.raises(ClientError) as refusal:
        client.encrypt(KeyId=key, Plaintext=b"x", EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    assert refusal.value.response["Error"]["Code"] == "UnsupportedOperationException"


def test_status_names_the_token(house, token):
    answer = run_claviger("status", "--data-dir", house.data)
    assert answer.returncode == 0, answer.stderr
    line = next(line for line in answer.stdout.splitlines() if line.startswith("custody"))
    assert "hsm" in line and f'token "{token.label}"' in line


def doctor(house, **changes):
    answer = run_claviger(
        "doctor", "--data-dir", house.data, environment={**house.environment, **changes})
    return answer.stdout + answer.stderr


def test_doctor_names_what_is_wrong_with_a_token(house, token, tmp_path):
    house.stop()
    try:
        assert f'"{token.label}", serial number' in doctor(house)
        assert 'no token with the label "other"' in doctor(house, CLAVIGER_PKCS11_TOKEN="other")
        assert "cannot be used as a PKCS#11 module" in doctor(house, CLAVIGER_PKCS11_MODULE="/nowhere.so")
        wrong = tmp_path / "pin"
        wrong.write_text("87654321x\n")
        wrong.chmod(0o600)
        assert "PIN" in doctor(house, CLAVIGER_PKCS11_PIN_FILE=str(wrong))
        wrong.chmod(0o644)
        assert str(wrong) in doctor(house, CLAVIGER_PKCS11_PIN_FILE=str(wrong))
    finally:
        house.start()
