"""Deletion windows run out: the only clock that is moved is the development server's own."""

import re
import uuid

from expect import refused
from server import run_claviger
from wire import Wire

INACCESSIBLE = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
    "or you are not allowed to access."
)


def advance(server, days):
    """Returns how many keys that destroyed."""
    answer = run_claviger("dev", "advance-clock", "--data-dir", server.data, "--days", days)
    assert answer.returncode == 0, answer.stderr
    return int(re.search(r"keys destroyed: (\d+)", answer.stdout).group(1))


def test_a_key_is_gone_when_its_window_is_over_and_not_before(own_server):
    kms = own_server.client()
    kept = kms.create_key()["KeyMetadata"]
    key = kms.create_key()["KeyMetadata"]
    alias = f"alias/{uuid.uuid4()}"
    kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)

    assert advance(own_server, 6) == 0
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    kms.cancel_key_deletion(KeyId=key["KeyId"])
    kms.enable_key(KeyId=key["KeyId"])
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)

    assert advance(own_server, 8) == 1
    for _ in range(2):
        with refused("NotFoundException", f"Key '{key['Arn']}' does not exist"):
            kms.describe_key(KeyId=key["KeyId"])
        with refused("NotFoundException"):
            kms.cancel_key_deletion(KeyId=key["KeyId"])
        with refused("NotFoundException"):
            kms.describe_key(KeyId=alias)
        with refused("AccessDeniedException", INACCESSIBLE):
            kms.decrypt(CiphertextBlob=blob)
        assert [entry["KeyId"] for entry in kms.list_keys()["Keys"]] == [kept["KeyId"]]
        assert kms.list_aliases()["Aliases"] == []
        own_server.restart()
        kms = own_server.client()


def test_the_name_of_an_alias_is_free_again(own_server):
    kms = own_server.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/again", TargetKeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert advance(own_server, 8) == 1
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/again", TargetKeyId=other)
    assert kms.describe_key(KeyId="alias/again")["KeyMetadata"]["KeyId"] == other


def test_a_moved_clock_neither_refreshes_nor_ages_signatures(own_server):
    advance(own_server, 30)
    with Wire(own_server) as wire:
        assert wire.call("ListKeys", {}).status == 200
        assert wire.call("ListKeys", {}, minutes=30 * 24 * 60).error == "InvalidSignatureException"


def test_moving_the_clock_and_destroying_are_in_the_log(own_server):
    kms = own_server.client()
    key = kms.create_key()["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    advance(own_server, 8)
    own_server.stop()
    log = b"\n".join(own_server.audit_lines()).decode()
    assert '"action":"advanceClock"' in log
    assert re.search(rf'"action":"destroyKey"[^\n]*"resolved":"{re.escape(key["Arn"])}"', log)
    verified = run_claviger("audit", "verify", "--data-dir", own_server.data)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_server_in_earnest_has_no_such_lever(tmp_path):
    made = run_claviger("init", "--data-dir", tmp_path / "data")
    assert made.returncode == 0, made.stderr
    assert run_claviger("dev", "advance-clock", "--data-dir", tmp_path / "data", "--days", 1).returncode != 0
