"""A server whose token is away, or can only be read: what still works, what is said, and that it heals by itself."""

import json
import time
import urllib.request

import pytest

from expect import refused
from seals import SealedServer, settings
from server import PATIENCE, clean_environment, run_claviger
from tokens import SoftToken

DAY = 86_400


@pytest.fixture
def token(tmp_path):
    return SoftToken(tmp_path / "token").make()


def told(token, **changes):
    return clean_environment(
        **{**token.with_faults(), **settings(kind="file"), "CLAVIGER_CUSTODY_KEYS": "hsm", **changes})


@pytest.fixture
def house(tmp_path, token):
    server = SealedServer(tmp_path / "mine", environment=told(token))
    yield server.start()
    server.dispose()


class Keys:
    """One in memory and one on the token, and something under each."""

    def __init__(self, server, token):
        server.stop()
        server.environment = told(token, CLAVIGER_CUSTODY_KEYS="software")
        server.start()
        self.here = self.make(server)
        server.stop()
        server.environment = told(token)
        server.start()
        self.there = self.make(server)

    @staticmethod
    def make(server):
        kms = server.client()
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        return key, kms.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]


def opens(server, blob):
    return server.client().decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"


def waits(server, keys):
    """Keys in memory work, those on the token say what clients try again."""
    assert opens(server, keys.here[1])
    with refused("KeyUnavailableException", status=500):
        server.client().decrypt(CiphertextBlob=keys.there[1])
    with refused("KeyUnavailableException", status=500):
        server.client().create_key()
    assert server.client().describe_key(KeyId=keys.there[0])["KeyMetadata"]["Enabled"]


def heals(server, keys):
    deadline = time.monotonic() + PATIENCE
    while health(server) != {"status": "open"}:
        assert time.monotonic() < deadline, "it never found the token again"
        time.sleep(0.1)
    assert opens(server, keys.here[1]) and opens(server, keys.there[1])
    assert opens(server, Keys.make(server)[1])
    assert not any("token" in warning for warning in status(server)["warnings"])


def health(server):
    with urllib.request.urlopen(server.endpoint + "/health", timeout=PATIENCE) as answer:
        assert answer.status == 200
        return json.load(answer)


def status(server):
    return json.loads(server.run("status", "--json"))


def doctor(server, **changes):
    answer = run_claviger("doctor", "--data-dir", server.data, environment={**server.environment, **changes})
    return answer.stdout + answer.stderr


def test_a_server_starts_without_its_token_and_heals_when_it_comes(house, token):
    keys = Keys(house, token)
    house.stop()
    store = token.folder / "tokens"
    store.rename(token.folder / "elsewhere")
    store.mkdir()
    house.start()
    waits(house, keys)
    assert health(house) == {"status": "open", "missing": "token"}
    said = status(house)
    assert "no token with" in said["custody"]["tokenFault"]
    assert any("the token can't be used" in warning for warning in said["warnings"])
    assert "no token with" in doctor(house)
    store.rmdir()
    (token.folder / "elsewhere").rename(store)
    heals(house, keys)


def test_a_token_that_answers_nothing_at_the_start_is_waited_for_too(house, token):
    keys = Keys(house, token)
    house.stop()
    token.away.touch()
    house.start()
    waits(house, keys)
    assert "CKR_TOKEN_NOT_PRESENT" in status(house)["custody"]["tokenFault"]
    token.away.unlink()
    heals(house, keys)


def test_a_token_that_goes_and_comes_back_is_told_of_and_found(house, token):
    keys = Keys(house, token)
    token.away.touch()
    waits(house, keys)
    deadline = time.monotonic() + PATIENCE
    while health(house) != {"status": "open", "missing": "token"}:
        assert time.monotonic() < deadline, "nothing says that the token is away"
        time.sleep(0.1)
    assert opens(house, keys.here[1])
    token.away.unlink()
    heals(house, keys)


def test_a_wrong_pin_ends_the_start(house, token):
    house.stop()
    token.write_pin("wrong-pin")
    assert "the PIN of the token" in house.fails_to_start()


@pytest.mark.parametrize("where", ["token", "session"])
def test_a_token_that_can_only_be_read_is_named_by_the_doctor_and_ends_the_start(house, where):
    house.stop()
    house.environment = {**house.environment, "PKCS11_FAULTS_READ_ONLY": where}
    said = f'the token with the label "{house.environment["CLAVIGER_PKCS11_TOKEN"]}" can only be read'
    assert said in doctor(house)
    assert said in house.fails_to_start()


def test_a_token_that_lets_no_key_be_made_is_named_in_the_log_and_goes_on_being_used(house, token):
    keys = Keys(house, token)
    house.stop()
    house.environment = {**house.environment, "PKCS11_FAULTS_READ_ONLY": "object"}
    house.start()
    with refused("KeyUnavailableException", status=500):
        house.client().create_key()
    assert "can only be read" in house.log_tail()
    assert opens(house, keys.there[1])
