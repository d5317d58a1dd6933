"""What a crash leaves on a token of a key that was never stored is removed by the next server, and by nobody else."""

import json
import shutil
import time

import pytest
from botocore.exceptions import BotoCoreError

from server import PATIENCE, Server, clean_environment
from tokens import SoftToken

SPECS = [("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", 1), ("ECC_NIST_P256", "SIGN_VERIFY", 2), ("HMAC_256", "GENERATE_VERIFY_MAC", 1)]
WARNING = "the token may keep an object of no key"


@pytest.fixture
def token(tmp_path):
    return SoftToken(tmp_path / "token").make()


@pytest.fixture
def serve(tmp_path, token):
    """Servers that use the token, each in a folder of its own."""
    all = []

    def start(name):
        environment = clean_environment(**token.with_faults(), CLAVIGER_CUSTODY_KEYS="hsm")
        all.append(Server(tmp_path / name, environment=environment))
        return all[-1].start()

    yield start
    for server in all:
        server.dispose()


@pytest.fixture
def house(serve):
    return serve("server")


class Kept:
    """A key that is stored, and something under it."""

    def __init__(self, server):
        kms = server.client()
        self.key = kms.create_key()["KeyMetadata"]["KeyId"]
        self.blob = kms.encrypt(KeyId=self.key, Plaintext=b"kept")["CiphertextBlob"]

    def opens(self, server):
        return server.client().decrypt(CiphertextBlob=self.blob)["Plaintext"] == b"kept"


def die(server, token, work):
    """Has the server killed when the token has done its part of the work."""
    token.dying.touch()
    with pytest.raises(BotoCoreError):
        work(server.client())
    assert server.process.wait(timeout=PATIENCE) == -9
    server.dispose()
    token.dying.unlink()


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.2)


def removals(server):
    every = (json.loads(line) for line in server.audit_lines())
    return [(one["outcome"], one["details"]) for one in every if one["operation"] == "RemoveFromDevice"]


@pytest.mark.parametrize("spec, usage, objects", SPECS)
def test_the_next_server_removes_it(house, token, spec, usage, objects):
    kept = Kept(house)
    die(house, token, lambda kms: kms.create_key(KeySpec=spec, KeyUsage=usage))
    assert token.keys() == 1 + objects
    house.start()
    until(lambda: token.keys() == 1)
    assert kept.opens(house)
    until(lambda: removals(house) == [("success", {"unmade": "1"})])
    house.restart()
    assert kept.opens(house) and len(removals(house)) == 1, "once is enough"


def test_a_rotation_that_was_cut_off_leaves_the_key_as_it_was(house, token):
    kept = Kept(house)
    die(house, token, lambda kms: kms.rotate_key_on_demand(KeyId=kept.key))
    assert token.keys() == 2
    house.start()
    until(lambda: token.keys() == 1)
    assert kept.opens(house)
    house.client().rotate_key_on_demand(KeyId=kept.key)
    assert token.keys() == 2 and kept.opens(house)


def test_while_the_token_is_away_it_waits_for_it_over_further_crashes(house, token):
    kept = Kept(house)
    die(house, token, lambda kms: kms.create_key())
    token.away.touch()
    for _ in range(2):
        house.start()
        house.kill()
    house.start()
    assert token.keys() == 2
    token.away.unlink()
    until(lambda: token.keys() == 1)
    until(lambda: kept.opens(house))


def test_a_server_with_another_store_removes_nothing_of_it(serve, house, token):
    other = serve("other")
    theirs = Kept(other)
    die(house, token, lambda kms: kms.create_key())
    other.restart()
    made = Kept(other)
    assert token.keys() == 3 and removals(other) == []
    house.start()
    until(lambda: token.keys() == 2)
    assert theirs.opens(other) and made.opens(other)


def test_a_copy_of_the_store_removes_nothing_and_says_what_there_may_be(serve, house, token, tmp_path):
    kept = Kept(house)
    die(house, token, lambda kms: kms.create_key())
    shutil.copytree(house.data, tmp_path / "copy" / "data", ignore=shutil.ignore_patterns("*.sock"))
    copy = serve("copy")
    assert kept.opens(copy)
    assert WARNING in copy.log_tail()
    copy.restart()
    assert copy.log_tail(1 << 20).count(WARNING) == 1, "it is said once"
    assert token.keys() == 2 and removals(copy) == []
    house.start()
    until(lambda: token.keys() == 1)
    assert kept.opens(house) and kept.opens(copy)
