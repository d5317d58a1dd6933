"""`claviger serve --dev --seed FILE`: accounts, keys, aliases and material that are the same at every start and on every
machine."""

import json

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from expect import refused
from seeds import (
    CURVE,
    EXTERNAL,
    FAMILY,
    FIRST,
    HMAC,
    RANDOM,
    ROTATED,
    RSA_ENCRYPTION,
    RSA_SIGNING,
    SECOND,
    SYMMETRIC,
    Material,
    Seeded,
    second,
    seeded,
    write,
)


@pytest.fixture(scope="module")
def material():
    return Material()


@pytest.fixture(scope="module")
def seed(tmp_path_factory, material):
    folder = tmp_path_factory.mktemp("seed")
    return write(folder, material.seed(folder))


@pytest.fixture(scope="module")
def server(tmp_path_factory, seed):
    with seeded(tmp_path_factory.mktemp("server"), seed).serving() as running:
        yield running


@pytest.fixture
def start(tmp_path):
    servers = Seeded(tmp_path)
    yield servers
    servers.dispose()


# What is there


def test_the_first_account_is_the_servers_own(server):
    assert server.account == FIRST
    assert (server.access_key, server.secret_key) == ("test", "test")
    assert server.client("sts").get_caller_identity()["Account"] == FIRST
    assert server.client("sts", access_key="SECONDACCOUNT", secret_key="not-a-secret-at-all").get_caller_identity()[
        "Arn"
    ] == f"arn:aws:iam::{SECOND}:user/admin"


def test_a_key_looks_like_any_other(kms):
    described = kms.describe_key(KeyId="alias/app")["KeyMetadata"]
    assert described["Arn"] == f"arn:aws:kms:us-east-1:{FIRST}:key/{SYMMETRIC}"
    assert described["Origin"] == "AWS_KMS"
    assert described["KeyState"] == "Enabled"
    assert described["Description"] == "for the tests"
    assert "ExpirationModel" not in described
    tags = kms.list_resource_tags(KeyId=SYMMETRIC)["Tags"]
    assert {tag["TagKey"]: tag["TagValue"] for tag in tags} == {"team": "billing", "stage": "1"}
    aliases = kms.list_aliases(KeyId=SYMMETRIC)["Aliases"]
    assert [alias["AliasName"] for alias in aliases] == ["alias/app", "alias/app-again"]
    status = kms.get_key_rotation_status(KeyId=SYMMETRIC)
    assert status["KeyRotationEnabled"] and status["RotationPeriodInDays"] == 90
    assert not kms.get_key_rotation_status(KeyId=ROTATED)["KeyRotationEnabled"]
    rotated = kms.rotate_key_on_demand(KeyId=ROTATED)["KeyId"]
    assert rotated.endswith(ROTATED)


def test_regions_and_accounts_are_apart(server, kms):
    blob = kms.encrypt(KeyId=SYMMETRIC, Plaintext=b"x")["CiphertextBlob"]
    west = server.client(region="eu-west-1")
    assert west.describe_key(KeyId="alias/app")["KeyMetadata"]["Arn"].startswith(f"arn:aws:kms:eu-west-1:{FIRST}:")
    with refused("AccessDeniedException"):
        west.decrypt(CiphertextBlob=blob)
    theirs = second(server).describe_key(KeyId="alias/app")["KeyMetadata"]
    assert theirs["AWSAccountId"] == SECOND
    assert theirs["KeyState"] == "Disabled"
    with refused("DisabledException"):
        second(server).encrypt(KeyId=SYMMETRIC, Plaintext=b"x")
    with refused("AccessDeniedException"):
        second(server).describe_key(KeyId=f"arn:aws:kms:us-east-1:{FIRST}:key/{SYMMETRIC}")


def test_rsa_is_the_key_of_the_file(kms, material):
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=RSA_SIGNING)["PublicKey"])
    assert public.public_numbers() == material.rsa.public_key().public_numbers()
    signature = kms.sign(KeyId=RSA_SIGNING, Message=b"m", SigningAlgorithm="RSASSA_PSS_SHA_256")["Signature"]
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    material.rsa.public_key().verify(signature, b"m", pss, hashes.SHA256())
    theirs = material.rsa.sign(b"m", pss, hashes.SHA256())
    assert kms.verify(KeyId=RSA_SIGNING, Message=b"m", Signature=theirs, SigningAlgorithm="RSASSA_PSS_SHA_256")[
        "SignatureValid"
    ]
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    sealed = material.other_rsa.public_key().encrypt(b"from outside", oaep)
    opened = kms.decrypt(KeyId=RSA_ENCRYPTION, CiphertextBlob=sealed, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    assert opened["Plaintext"] == b"from outside"
    ours = kms.encrypt(KeyId=RSA_ENCRYPTION, Plaintext=b"from inside", EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    assert material.other_rsa.decrypt(ours["CiphertextBlob"], oaep) == b"from inside"


def test_a_curve_is_the_key_of_the_file(kms, material):
    signature = kms.sign(KeyId=CURVE, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    material.curve.public_key().verify(signature, b"m", ec.ECDSA(hashes.SHA256()))
    assert json.loads(kms.get_key_policy(KeyId=CURVE)["Policy"])["Statement"][0]["Action"] == "kms:*"


def test_a_mac_is_by_the_bytes_of_the_file(kms, material):
    expected = hmac.HMAC(material.mac, hashes.SHA256())
    expected.update(b"m")
    assert kms.generate_mac(KeyId=HMAC, Message=b"m", MacAlgorithm="HMAC_SHA_256")["Mac"] == expected.finalize()


def test_an_external_key_without_material_waits_for_it(kms):
    described = kms.describe_key(KeyId=EXTERNAL)["KeyMetadata"]
    assert (described["Origin"], described["KeyState"]) == ("EXTERNAL", "PendingImport")


def test_a_multi_region_key_is_one_key_in_all_its_regions(server, kms):
    blob = kms.encrypt(KeyId="alias/everywhere", Plaintext=b"x")["CiphertextBlob"]
    for region in ("eu-west-1", "ap-southeast-2"):
        assert server.client(region=region).decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    far = server.client(region="ap-southeast-2").describe_key(KeyId="alias/everywhere")["KeyMetadata"]
    assert far["Description"] == "the far one"
    configuration = far["MultiRegionConfiguration"]
    assert configuration["MultiRegionKeyType"] == "REPLICA"
    assert configuration["PrimaryKey"]["Region"] == "us-east-1"
    assert {replica["Region"] for replica in configuration["ReplicaKeys"]} == {"eu-west-1", "ap-southeast-2"}
    # It joins a family like any other: a further replica is made by a client.
    kms.replicate_key(KeyId=FAMILY, ReplicaRegion="ca-central-1")
    assert server.client(region="ca-central-1").decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


# The same everywhere


def test_another_server_with_the_same_file_opens_what_this_one_encrypted(server, kms, seed, tmp_path):
    context = {"tenant": "blue"}
    blobs = {
        key: kms.encrypt(KeyId=key, Plaintext=key.encode(), EncryptionContext=context)["CiphertextBlob"]
        for key in (SYMMETRIC, FAMILY)
    }
    data_key = kms.generate_data_key(KeyId=SYMMETRIC, KeySpec="AES_256")
    strange = kms.encrypt(KeyId=RANDOM, Plaintext=b"x")["CiphertextBlob"]
    other = seeded(tmp_path / "other", seed)
    try:
        theirs = other.start().client()
        for key, blob in blobs.items():
            opened = theirs.decrypt(CiphertextBlob=blob, EncryptionContext=context)
            assert opened["Plaintext"] == key.encode() and opened["KeyId"].endswith(key)
            with refused("InvalidCiphertextException", None):
                theirs.decrypt(CiphertextBlob=blob)
        assert theirs.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]
        far = other.client(region="ap-southeast-2")
        assert far.decrypt(CiphertextBlob=blobs[FAMILY], EncryptionContext=context)["Plaintext"] == FAMILY.encode()
        # The same key id, but material that each server has made for itself.
        with refused("InvalidCiphertextException", None):
            theirs.decrypt(CiphertextBlob=strange)
    finally:
        other.dispose()


def test_older_material_opens_what_it_encrypted(start, material):
    entry = f"keys:\n  - id: {ROTATED}\n    material:\n"
    old = f"      - hex: {material.older.hex()}\n"
    new = f"      - hex: {material.newer.hex()}\n"
    before = start(entry + old, "before").client()
    after = start(entry + old + new, "after").client()
    blob = before.encrypt(KeyId=ROTATED, Plaintext=b"x")["CiphertextBlob"]
    assert after.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    newer = after.encrypt(KeyId=ROTATED, Plaintext=b"y")["CiphertextBlob"]
    with refused("InvalidCiphertextException", None):
        before.decrypt(CiphertextBlob=newer)
    assert len(after.list_key_rotations(KeyId=ROTATED)["Rotations"]) == 1


def test_every_seeding_is_in_the_log(server, material):
    records = [json.loads(line) for line in server.audit_lines()]
    seeding = [record for record in records if record["operation"] in ("SeedKey", "SeedAccessKey")]
    assert len(seeding) == 2 + 11
    for record in seeding:
        assert record["who"]["principal"] == "system" and record["outcome"] == "success"
        assert [demand["decision"] for demand in record["demands"]] == ["allow"]
    text = b"\n".join(server.audit_lines()).decode() + server.log_tail(10**6)
    for secret in (material.symmetric, material.mac, material.family, material.newer):
        assert secret.hex() not in text.lower()
    assert "not-a-secret-at-all" not in text and "PRIVATE KEY" not in text
