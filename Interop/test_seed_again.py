"""A seed and a data directory that was there before: what is added, what is left alone, what is refused."""

import re

import pytest

from expect import refused
from seeds import FAMILY, FIRST, HMAC, RANDOM, ROTATED, SECOND, SYMMETRIC, Material, Seeded, failing, second, write
from server import Server, clean_environment, run_claviger

ONE_HEX = "00" * 32


@pytest.fixture(scope="module")
def material():
    return Material()


@pytest.fixture
def start(tmp_path):
    servers = Seeded(tmp_path)
    yield servers
    servers.dispose()


def snapshot(server):
    """All keys of both accounts in all Regions of the file."""
    result = {}
    for region in ("us-east-1", "eu-west-1", "ap-southeast-2"):
        for kms in (server.client(region=region), second(server, region=region)):
            for entry in kms.list_keys()["Keys"]:
                result[entry["KeyArn"]] = (
                    kms.describe_key(KeyId=entry["KeyId"])["KeyMetadata"],
                    kms.get_key_policy(KeyId=entry["KeyId"])["Policy"],
                    kms.list_resource_tags(KeyId=entry["KeyId"])["Tags"],
                    kms.list_aliases(KeyId=entry["KeyId"])["Aliases"],
                )
    return result


# Again and again


def test_starting_again_changes_nothing(start, tmp_path, material):
    text = material.seed(write(tmp_path / "one", "").parent)
    running = start(text)
    before = snapshot(running)
    blobs = [running.client().encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"] for key in (SYMMETRIC, RANDOM, FAMILY)]
    running = start(text)
    assert snapshot(running) == before
    for blob in blobs:
        assert running.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    assert "left alone" not in running.log_tail()
    # Without the file everything is still there.
    running.stop()
    running.arguments = []
    assert snapshot(running.start()) == before


def test_a_longer_file_adds_what_is_new(start):
    short = f"keys:\n  - id: {SYMMETRIC}\n    aliases: [alias/a]\n  - id: {FAMILY}\n    replicas: [eu-west-1]\n"
    kms = start(short).client()
    blob = kms.encrypt(KeyId=SYMMETRIC, Plaintext=b"x")["CiphertextBlob"]
    everywhere = kms.encrypt(KeyId=FAMILY, Plaintext=b"x")["CiphertextBlob"]
    longer = short.replace("alias/a]", "alias/a, alias/b]").replace("eu-west-1]", "eu-west-1, sa-east-1]")
    running = start(longer + f"  - id: {HMAC}\n    spec: HMAC_256\n    aliases: [alias/c]\n")
    kms = running.client()
    assert kms.decrypt(CiphertextBlob=blob, KeyId="alias/b")["Plaintext"] == b"x"
    assert kms.describe_key(KeyId="alias/c")["KeyMetadata"]["KeyId"] == HMAC
    assert running.client(region="sa-east-1").decrypt(CiphertextBlob=everywhere)["Plaintext"] == b"x"
    family = running.client(region="eu-west-1").describe_key(KeyId=FAMILY)["KeyMetadata"]["MultiRegionConfiguration"]
    assert {replica["Region"] for replica in family["ReplicaKeys"]} == {"eu-west-1", "sa-east-1"}


def test_what_somebody_changed_since_is_left_alone(start):
    text = "keys:\n" + "".join(f"  - id: {key}\n    aliases: [alias/{key[:4]}]\n" for key in (SYMMETRIC, RANDOM, ROTATED))
    running = start(text)
    kms = running.client()
    kms.schedule_key_deletion(KeyId=SYMMETRIC, PendingWindowInDays=7)
    kms.schedule_key_deletion(KeyId=ROTATED, PendingWindowInDays=30)
    kms.update_key_description(KeyId=RANDOM, Description="mine")
    kms.disable_key(KeyId=RANDOM)
    elsewhere = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName=f"alias/{RANDOM[:4]}", TargetKeyId=elsewhere)
    assert run_claviger("dev", "advance-clock", "--days", 8, "--data-dir", running.data).returncode == 0
    running = start(text)
    kms = running.client()
    with refused("NotFoundException"):
        kms.describe_key(KeyId=SYMMETRIC)
    assert kms.describe_key(KeyId=ROTATED)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    described = kms.describe_key(KeyId=RANDOM)["KeyMetadata"]
    assert (described["Description"], described["KeyState"]) == ("mine", "Disabled")
    assert kms.describe_key(KeyId=f"alias/{RANDOM[:4]}")["KeyMetadata"]["KeyId"] == elsewhere
    log = running.log_tail()
    for key, reason in ((SYMMETRIC, "it was deleted"), (ROTATED, "its deletion is pending")):
        assert re.search(rf"name=\S*{key} reason={reason} .*left alone", log), log
    assert "it stands for another key by now" in log


def test_the_log_of_a_seeded_server_verifies(start):
    running = start(f"keys:\n  - id: {SYMMETRIC}\n")
    running.stop()
    assert run_claviger("audit", "verify", "--data-dir", running.data).returncode == 0


# Together with the other ways to fix things


def test_the_environment_and_flags_go_first(start):
    text = f"accounts:\n  - id: '{FIRST}'\n    access-keys: [{{id: test, secret: test}}]\nkeys:\n  - id: {SYMMETRIC}\n"
    running = start(
        text,
        "one",
        "--account",
        SECOND,
        CLAVIGER_DEV_ACCESS_KEY_ID="FROMTHEENVIRONMENT",
        CLAVIGER_DEV_SECRET_ACCESS_KEY="ForTestsOnly/ForTestsOnly",
    )
    assert (running.account, running.access_key) == (SECOND, "FROMTHEENVIRONMENT")
    assert running.client().list_keys()["Keys"] == []
    keys = running.client(access_key="test", secret_key="test").list_keys()["Keys"]
    assert [key["KeyId"] for key in keys] == [SYMMETRIC]


def test_a_file_without_accounts_has_an_account_that_is_always_the_same(start):
    text = f"keys:\n  - id: {SYMMETRIC}\n"
    assert start(text, "one").account == start(text, "two").account == "000000000000"
    named = start(text, "three", "--account", SECOND)
    assert named.client().describe_key(KeyId=SYMMETRIC)["KeyMetadata"]["AWSAccountId"] == SECOND


def test_the_environment_can_name_the_file(tmp_path, start):
    path = write(tmp_path, f"keys:\n  - id: {SYMMETRIC}\n")
    running = Server(tmp_path / "server", environment=clean_environment(CLAVIGER_SEED=str(path), CLAVIGER_REGION="eu-north-1"))
    try:
        arn = running.start().client().describe_key(KeyId=SYMMETRIC)["KeyMetadata"]["Arn"]
        assert arn == f"arn:aws:kms:eu-north-1:000000000000:key/{SYMMETRIC}"
    finally:
        running.dispose()


def test_an_entry_that_contradicts_what_is_there_is_refused_and_nothing_changes(start, tmp_path, material):
    accounts = f"accounts:\n  - id: {FIRST}\n    access-keys:\n      - {{id: test, secret: test}}\n"
    key = f"  - id: {SYMMETRIC}\n    material: {{hex: {material.symmetric.hex()}}}\n"
    family = f"  - id: {FAMILY}\n    replicas: [eu-west-1]\n"
    text = accounts + "keys:\n" + key + family
    running = start(text)
    blob = running.client().encrypt(KeyId=SYMMETRIC, Plaintext=b"x")["CiphertextBlob"]
    running.stop()
    place = tmp_path / "one"
    changes = [
        ("with other material", material.symmetric.hex(), material.older.hex()),
        ("with another spec", f"material: {{hex: {material.symmetric.hex()}}}", f"spec: HMAC_256\n    material: {{hex: {ONE_HEX}}}"),
        ("with another origin", f"{SYMMETRIC}\n", f"{SYMMETRIC}\n    origin: EXTERNAL\n"),
        ("with other material", f"material: {{hex: {material.symmetric.hex()}}}", "material:\n" + f"      - hex: {material.symmetric.hex()}\n" + f"      - hex: {ONE_HEX}"),
        ("was not made from such an entry, or with another primary Region", f"{FAMILY}\n    replicas: [eu-west-1]", f"{FAMILY}\n    region: eu-west-1"),
        ("with another secret", "secret: test", "secret: tset"),
        ("of another account", f"{FIRST}\n", f"{FIRST}\n  - id: {SECOND}\n"),
    ]
    for words, before, after in changes:
        assert before in text
        lines = failing(place, text.replace(before, after), environment=running.environment)
        assert len(lines) == 1 and f"is there already, but {words}" in lines[0], lines
        assert re.search(r"FILE:\d+: (key|access key) ", lines[0]), lines
        assert material.older.hex() not in lines[0] and "tset" not in lines[0]
    running = start(text)
    assert running.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
