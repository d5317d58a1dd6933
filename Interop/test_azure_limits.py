"""Limits of each vault, on a server that has them on: who is kept back, from what, and who doesn't notice."""

import contextlib
import json

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient

from azure_callers import Caller
from azure_names import authority, resolved, vault_url
from azure_vaults import claviger
from server import Server, clean_environment, run_claviger

THROTTLED = "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached"
# One request, and the next in many minutes: no test is that slow.
ONCE = "0.001"


@contextlib.contextmanager
def limited(directory, **limits):
    """A development server with these limits of vaults, and who may do everything in two of them and in a managed HSM."""
    settings = {
        "CLAVIGER_QUOTAS_" + (name if name == "VAULTS_PER_ACCOUNT" else "VAULTS_" + name): str(value)
        for name, value in limits.items()
    }
    running = Server(directory, environment=clean_environment(CLAVIGER_QUOTAS_ENABLED="true", **settings))
    try:
        with resolved():
            running.start()
            caller = Caller(running, "owner")
            for name in ("one", "two"):
                claviger(running, "create", name, "--admin", caller.client)
            claviger(running, "create", "hsm", "--hsm", "--admin", caller.client)
            yield running, caller
    finally:
        running.dispose()


def throttled(answer):
    if answer.status != 429:
        return False
    assert (answer.code, answer.message, answer.inner) == ("Throttled", THROTTLED, None)
    assert int(answer.headers["retry-after"]) >= 1
    return True


def test_requests_beyond_a_limit_are_throttled(tmp_path):
    with limited(tmp_path / "server", SECRETS=ONCE, CREATE_SECRET=ONCE) as (server, owner):
        assert owner.ask("one", "PUT", "/secrets/a", {"value": "1"}).status == 200
        assert throttled(owner.ask("one", "PUT", "/secrets/b", {"value": "1"}))
        # Reading has a limit of its own; so has another vault, and keys have theirs.
        assert owner.ask("one", "GET", "/secrets/a").status == 200
        assert throttled(owner.ask("one", "GET", "/secrets/a"))
        assert throttled(owner.ask("one", "GET", "/deletedsecrets"))
        assert owner.ask("two", "PUT", "/secrets/a", {"value": "1"}).status == 200
        assert owner.ask("one", "POST", "/keys/a/create", {"kty": "EC"}).status == 200
        # A limit is a vault's, whoever comes.
        other = Caller(server, "other")
        assert throttled(other.ask("one", "GET", "/secrets/a"))
        told = json.loads(run_claviger("status", "--json", "--data-dir", server.data).stdout)["quotas"]
        assert told["throttled"] == 4
        records = [r for r in map(json.loads, server.audit_lines()) if r.get("code") == "throttled"]
        assert [r["operation"] for r in records] == ["create-secret", "secrets", "secrets", "secrets"]
        assert {r["outcome"] for r in records} == {"rejected"} and records[0]["who"]["principal"].endswith("owner")


def test_all_vaults_of_an_account_share_a_limit(tmp_path):
    with limited(tmp_path / "server", CREATE_SECRET=ONCE, VAULTS_PER_ACCOUNT=2) as (server, owner):
        claviger(server, "create", "three", "--admin", owner.client)
        wanted = {"value": "1"}
        for name in ("one", "two"):
            assert owner.ask(name, "PUT", "/secrets/a", wanted).status == 200
        # This one has had none, and there is none left. Reading has a limit of its own.
        assert throttled(owner.ask("three", "PUT", "/secrets/a", wanted))
        assert owner.ask("three", "GET", "/secrets/a").status == 404
    with limited(tmp_path / "unlimited", CREATE_SECRET=ONCE, VAULTS_PER_ACCOUNT=0) as (server, owner):
        for number in range(7):
            claviger(server, "create", f"more{number}", "--admin", owner.client)
            assert owner.ask(f"more{number}", "PUT", "/secrets/a", wanted).status == 200


def test_hardware_and_software_have_limits_of_their_own(tmp_path):
    with limited(tmp_path / "server", CREATE_HSM_KEY=ONCE, CREATE_SOFTWARE_KEY=3, HSM_KEYS=ONCE) as (_, owner):
        assert owner.ask("one", "POST", "/keys/hsm/create", {"kty": "EC-HSM"}).status == 200
        assert throttled(owner.ask("one", "POST", "/keys/hsm2/create", {"kty": "RSA-HSM"}))
        assert throttled(owner.ask("one", "POST", "/keys/hsm/rotate"))
        assert owner.ask("one", "POST", "/keys/soft/create", {"kty": "EC"}).status == 200
        assert owner.ask("one", "GET", "/keys/hsm").status == 200
        assert throttled(owner.ask("one", "GET", "/keys/hsm/"))
        assert owner.ask("one", "GET", "/keys/soft").status == 200
        # Managed HSMs have no limits.
        for number in range(4):
            assert owner.ask("hsm", "POST", f"/keys/k{number}/create", {"kty": "EC"}, kind="managedhsm").status == 200
            assert owner.ask("hsm", "GET", "/keys/k0", kind="managedhsm").status == 200


def test_a_larger_key_counts_for_several(tmp_path):
    with limited(tmp_path / "server", SOFTWARE_KEYS=16) as (_, owner):
        assert owner.ask("one", "POST", "/keys/large/create", {"kty": "RSA", "key_size": 4096}).status == 200
        assert owner.ask("two", "POST", "/keys/small/create", {"kty": "RSA", "key_size": 2048}).status == 200
        digest = {"alg": "RS256", "value": "A" * 43}
        large = [owner.ask("one", "POST", "/keys/large/sign", digest) for _ in range(3)]
        # Each counts for eight; five seconds later there would be room.
        assert [answer.status for answer in large] == [200, 200, 429] and throttled(large[2])
        assert 1 < int(large[2].headers["retry-after"]) <= 5
        assert {owner.ask("two", "POST", "/keys/small/sign", digest).status for _ in range(16)} == {200}


def client(server, owner, **options):
    shown = ClientSecretCredential(
        owner.tenant, owner.client, owner.secret, authority=authority(server), disable_instance_discovery=True,
        connection_verify=server.ca_file
    )
    return SecretClient(vault_url(server, "one"), shown, connection_verify=server.ca_file, **options)


def test_the_client_tries_again_and_gets_through(tmp_path):
    with limited(tmp_path / "server", SECRETS=20) as (server, owner):
        with client(server, owner) as secrets:
            secrets.set_secret("a", "1")
            assert {secrets.get_secret("a").value for _ in range(22)} == {"1"}
        with client(server, owner, retry_total=0) as secrets, pytest.raises(HttpResponseError) as error:
            for _ in range(30):
                secrets.get_secret("a")
        assert error.value.status_code == 429 and "VaultRequestTypeLimitReached" in str(error.value)


def test_a_development_server_has_none(tmp_path):
    running = Server(tmp_path / "server")
    try:
        with resolved():
            running.start()
            caller = Caller(running, "owner")
            claviger(running, "create", "one", "--admin", caller.client)
            for number in range(40):
                assert caller.ask("one", "POST", f"/keys/k{number}/create", {"kty": "EC-HSM"}).status == 200
    finally:
        running.dispose()
