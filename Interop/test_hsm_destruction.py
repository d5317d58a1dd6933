"""What destroyed keys had on a token is removed there: also after a crash, when the token was away, and only by the last of related keys."""

import json
import time

import pytest

from server import PATIENCE, Server, clean_environment, run_claviger
from tokens import SoftToken

DAY = 86_400
ELSEWHERE = "eu-west-3"


@pytest.fixture
def token(tmp_path):
    return SoftToken(tmp_path / "token").make()


@pytest.fixture
def house(tmp_path, token):
    environment = clean_environment(
        **token.with_faults(), CLAVIGER_CUSTODY_KEYS="hsm", CLAVIGER_AUDIT_CHECKPOINT_INTERVAL="1s")
    server = Server(tmp_path / "server", environment=environment)
    yield server.start()
    server.dispose()


def destroy(server, key, **where):
    server.client(**where).schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    server.advance_clock(8 * DAY)


def status(server):
    answer = run_claviger("status", "--json", "--data-dir", server.data)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.2)


def nothing_waits(server):
    return status(server)["custody"]["awaitingRemoval"] == 0


def records(server, operation):
    every = (json.loads(line) for line in server.audit_lines())
    return [record for record in every if record["operation"] == operation]


def make(kms, spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT", **more):
    return kms.create_key(KeySpec=spec, KeyUsage=usage, **more)["KeyMetadata"]["KeyId"]


def test_every_version_of_a_destroyed_key_leaves_the_token_and_the_others_stay(house, token):
    kms = house.client()
    kept = make(kms)
    blob = kms.encrypt(KeyId=kept, Plaintext=b"kept")["CiphertextBlob"]
    doomed = [make(kms), make(kms, "ECC_NIST_P256", "SIGN_VERIFY"), make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")]
    kms.rotate_key_on_demand(KeyId=doomed[0])
    assert token.keys() == 1 + 2 + 2 + 1
    for key in doomed:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    house.advance_clock(6 * DAY)
    assert token.keys() == 6, "nothing goes before its time"
    house.advance_clock(2 * DAY)
    until(lambda: nothing_waits(house))
    assert token.keys() == 1
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
    done = records(house, "RemoveFromDevice")
    assert sorted(record["details"]["removed"] for record in done) == ["1", "1", "2"]
    assert {record["outcome"] for record in done} == {"success"}


def test_a_token_that_is_away_loses_them_when_it_is_back_though_the_server_was_killed(house, token):
    key = make(house.client())
    token.away.touch()
    destroy(house, key)
    assert status(house)["custody"]["awaitingRemoval"] == 1
    assert any("on the token still" in warning for warning in status(house)["warnings"])
    assert token.keys() == 1
    house.kill()
    house.start()
    assert status(house)["custody"]["awaitingRemoval"] == 1
    token.away.unlink()
    until(lambda: nothing_waits(house))
    assert token.keys() == 0
    assert not [record for record in records(house, "RemoveFromDevice") if record["outcome"] != "success"], (
        "an absent token fills no log")


def test_one_killed_between_the_removal_and_its_record_is_done_again(house, token):
    key = make(house.client())
    token.away.touch()
    destroy(house, key)
    house.kill()
    token.away.unlink()
    # As if the server had been killed when the token had done it and the store not yet.
    token.tool("--delete-object", "--type", "secrkey", "--label", label(token))
    assert token.keys() == 0
    house.start()
    until(lambda: nothing_waits(house))
    assert [record["outcome"] for record in records(house, "RemoveFromDevice")] == ["success"]


def label(token):
    listing = token.tool("--list-objects", "--type", "secrkey")
    return next(line.split(":", 1)[1].strip() for line in listing.splitlines() if "claviger key" in line)


def test_related_keys_share_an_object_and_the_last_takes_it_along(house, token):
    kms = house.client()
    key = make(kms, MultiRegion=True)
    blob = kms.encrypt(KeyId=key, Plaintext=b"shared")["CiphertextBlob"]
    kms.replicate_key(KeyId=key, ReplicaRegion=ELSEWHERE)
    assert token.keys() == 1
    destroy(house, key, region=ELSEWHERE)
    until(lambda: nothing_waits(house))
    assert token.keys() == 1
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"shared"
    kms.replicate_key(KeyId=key, ReplicaRegion=ELSEWHERE)
    assert house.client(region=ELSEWHERE).decrypt(CiphertextBlob=blob)["Plaintext"] == b"shared"

    # A primary waits for its replica, which becomes one itself.
    kms.update_primary_region(KeyId=key, PrimaryRegion=ELSEWHERE)
    destroy(house, key)
    assert token.keys() == 1
    assert house.client(region=ELSEWHERE).decrypt(CiphertextBlob=blob)["Plaintext"] == b"shared"
    destroy(house, key, region=ELSEWHERE)
    until(lambda: nothing_waits(house))
    assert token.keys() == 0


def test_the_certificate_says_that_it_was_removed_and_there_is_none_before(house, token, tmp_path):
    key = make(house.client())
    token.away.touch()
    destroy(house, key)
    erase(house)
    until(lambda: "no signed record" not in certificate(house, key).stderr)
    assert "is on the token still" in certificate(house, key).stderr
    token.away.unlink()
    until(lambda: nothing_waits(house))
    erase(house)
    until(lambda: certificate(house, key).returncode == 0)
    made = tmp_path / "certificate.json"
    made.write_text(certificate(house, key).stdout)
    verifier = house.data / "audit/verifier-key"
    verified = run_claviger("audit", "verify-certificate", made, "--key", verifier)
    assert verified.returncode == 0, verified.stderr
    assert "removed from the token: " in verified.stdout


def erase(server):
    answer = run_claviger("erase", "--yes", "--data-dir", server.data)
    assert answer.returncode == 0, answer.stderr


def certificate(server, key):
    return run_claviger("audit", "certificate", "--key", key, "--data-dir", server.data)
