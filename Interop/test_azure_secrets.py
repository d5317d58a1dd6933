"""Azure's own client keeps secrets in a vault, and hears Azure's own errors."""

import asyncio
import datetime
import json

import pytest
import requests
from azure.core.exceptions import ResourceNotFoundError
from azure.core.rest import HttpRequest
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.keyvault.secrets import ApiVersion, SecretClient
from azure.keyvault.secrets.aio import SecretClient as AsyncSecretClient

from azure_names import authority, resource, vault_url
from azure_vaults import refused
from server import run_claviger


def vault(server, *arguments, fails=False):
    answer = run_claviger("vault", *arguments, "--data-dir", server.data, "--json")
    assert (answer.returncode != 0) == fails, answer.stderr
    return answer.stderr if fails else json.loads(answer.stdout)


class Application:
    """An application with a secret."""

    def __init__(self, server, name):
        made = vault(server, "app", "create", name)
        self.client, self.object, self.tenant = made["clientID"], made["objectID"], made["tenantID"]
        self.secret = vault(server, "app", "add-secret", self.client)["secret"]
        self.server = server

    def options(self):
        return {
            "authority": authority(self.server),
            "disable_instance_discovery": True,
            "connection_verify": self.server.ca_file,
        }

    def credential(self):
        return ClientSecretCredential(self.tenant, self.client, self.secret, **self.options())

    def secrets(self, name, **options):
        return SecretClient(
            vault_url(self.server, name), self.credential(), connection_verify=self.server.ca_file, retry_total=0, **options
        )

    def token(self, audience=None):
        return self.credential().get_token((audience or resource(self.server)) + "/.default").token


@pytest.fixture(scope="module")
def shop(server, names):
    """The administrator of the vault `shop`."""
    application = Application(server, "shop")
    vault(server, "create", "shop", "--admin", application.client)
    return application


@pytest.fixture(scope="module")
def guest(server, names):
    """Somebody without any right."""
    return Application(server, "guest")


@pytest.fixture
def client(shop):
    with shop.secrets("shop") as one:
        yield one


def test_a_secret_is_set_and_read(client):
    made = client.set_secret("first", "héllo \"wörld\"\n", content_type="text/plain", tags={"a": "b"})
    assert made.value == "héllo \"wörld\"\n"
    assert made.id == made.properties.vault_url + "/secrets/first/" + made.properties.version
    assert len(made.properties.version) == 32 and made.properties.version == made.properties.version.lower()
    read = client.get_secret("first")
    assert read.value == made.value and read.id == made.id
    assert read.properties.content_type == "text/plain" and read.properties.tags == {"a": "b"}
    assert read.properties.enabled and read.properties.recovery_level == "Recoverable+Purgeable"
    assert read.properties.created_on == made.properties.created_on
    assert client.get_secret("FIRST").value == made.value


def test_a_secret_has_versions(client):
    first = client.set_secret("versions", "one")
    second = client.set_secret("versions", "two")
    assert client.get_secret("versions").value == "two"
    assert client.get_secret("versions", first.properties.version).value == "one"
    listed = {one.version for one in client.list_properties_of_secret_versions("versions")}
    assert listed == {first.properties.version, second.properties.version}


def test_attributes_change_and_the_value_stays(client):
    made = client.set_secret("update", "kept", content_type="one")
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    end = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
    changed = client.update_secret_properties(
        "update", made.properties.version, content_type="two", not_before=start, expires_on=end, tags={"x": "y"}
    )
    assert (changed.content_type, changed.not_before, changed.expires_on, changed.tags) == ("two", start, end, {"x": "y"})
    assert changed.updated_on > made.properties.updated_on
    again = client.update_secret_properties("update", tags={})
    assert again.tags == {} and again.content_type == "two" and again.updated_on > changed.updated_on
    assert client.get_secret("update").value == "kept"


def test_a_disabled_secret_is_not_read(client):
    client.set_secret("disabled", "hidden", enabled=False)
    with refused(403, "Forbidden", "SecretDisabled") as info:
        client.get_secret("disabled")
    assert "Operation get is not allowed on a disabled secret." in info.value.message
    assert [one for one in client.list_properties_of_secrets() if one.name == "disabled"][0].enabled is False
    client.update_secret_properties("disabled", enabled=True)
    assert client.get_secret("disabled").value == "hidden"


def test_deleted_secrets_are_recovered_and_purged(client):
    made = client.set_secret("gone", "one")
    client.set_secret("gone", "two")
    deleted = client.begin_delete_secret("gone").result()
    assert deleted.name == "gone" and deleted.recovery_id.endswith("/deletedsecrets/gone")
    assert deleted.scheduled_purge_date - deleted.deleted_date == datetime.timedelta(days=90)
    with refused(404, "SecretNotFound"):
        client.get_secret("gone")
    with refused(404, "SecretNotFound"):
        client.get_secret("gone", made.properties.version)
    assert "gone" not in [one.name for one in client.list_properties_of_secrets()]
    assert "gone" in [one.name for one in client.list_deleted_secrets()]
    assert client.get_deleted_secret("gone").id == deleted.id
    with refused(409, "Conflict", "ObjectIsDeletedButRecoverable"):
        client.set_secret("gone", "three")
    client.begin_recover_deleted_secret("gone").wait()
    assert client.get_secret("gone").value == "two"
    assert client.get_secret("gone", made.properties.version).value == "one"
    client.begin_delete_secret("gone").wait()
    client.purge_deleted_secret("gone")
    with refused(404, "SecretNotFound"):
        client.get_deleted_secret("gone")
    assert client.set_secret("gone", "anew").value == "anew"
    assert len(list(client.list_properties_of_secret_versions("gone"))) == 1


def test_what_was_disabled_stays_so_when_it_is_recovered(client):
    client.set_secret("dark", "one", enabled=False)
    client.begin_delete_secret("dark").wait()
    client.begin_recover_deleted_secret("dark").wait()
    with refused(403, "Forbidden", "SecretDisabled"):
        client.get_secret("dark")


def test_lists_go_on_past_a_page(server, shop):
    vault(server, "create", "many", "--admin", shop.client)
    with shop.secrets("many") as client:
        wanted = {f"secret-{number:03}" for number in range(60)}
        for name in wanted:
            client.set_secret(name, "x")
        assert {one.name for one in client.list_properties_of_secrets()} == wanted
        pages = list(client.list_properties_of_secrets(max_page_size=7).by_page())
        assert [len(list(page)) for page in pages][:2] == [7, 7]
        for one in client.list_properties_of_secrets():
            full = client.get_secret(one.name).properties
            assert (one.created_on, one.updated_on, one.enabled) == (full.created_on, full.updated_on, full.enabled)
            assert one.recovery_level == full.recovery_level and one.version is None


@pytest.mark.parametrize("version", list(ApiVersion))
def test_every_version_of_the_interface_is_spoken(shop, version):
    with shop.secrets("shop", api_version=version) as client:
        client.set_secret("spoken", "x")
        assert client.get_secret("spoken").value == "x"


def test_it_works_asynchronously(server, shop):
    async def work():
        credential = AsyncClientSecretCredential(shop.tenant, shop.client, shop.secret, **shop.options())
        async with (
            credential,
            AsyncSecretClient(vault_url(server, "shop"), credential, connection_verify=server.ca_file) as client,
        ):
            await client.set_secret("async", "one")
            await client.set_secret("async", "two")
            assert (await client.get_secret("async")).value == "two"
            assert len([one async for one in client.list_properties_of_secret_versions("async")]) == 2
            assert "async" in [one.name async for one in client.list_properties_of_secrets()]
            await client.update_secret_properties("async", tags={"a": "b"})
            await client.delete_secret("async")
            assert "async" in [one.name async for one in client.list_deleted_secrets()]
            await client.recover_deleted_secret("async")
            assert (await client.get_secret("async")).properties.tags == {"a": "b"}
            await client.delete_secret("async")
            await client.purge_deleted_secret("async")

    asyncio.run(work())


# Errors


def test_what_is_not_there_is_not_found(client):
    for work in (
        lambda: client.get_secret("nobody"),
        lambda: client.get_secret("nobody", "0" * 32),
        lambda: client.get_deleted_secret("nobody"),
        lambda: client.begin_delete_secret("nobody"),
        lambda: client.update_secret_properties("nobody", tags={}),
        lambda: client.purge_deleted_secret("nobody"),
    ):
        with pytest.raises(ResourceNotFoundError):
            work()
    client.set_secret("other", "x")
    version = client.set_secret("mine", "y").properties.version
    with pytest.raises(ResourceNotFoundError):
        client.get_secret("other", version)


@pytest.mark.parametrize(
    "name, value, options",
    [
        ("no_name", "x", {}),
        ("n" * 128, "x", {}),
        ("long", "x" * (25 * 1024 + 1), {}),
        ("tags", "x", {"tags": {str(number): "x" for number in range(16)}}),
        ("tags", "x", {"tags": {"x": "x" * 257}}),
        ("type", "x", {"content_type": "x" * 256}),
    ],
)
def test_what_cannot_be_is_a_bad_parameter(client, name, value, options):
    with refused(400, "BadParameter"):
        client.set_secret(name, value, **options)


def test_the_longest_value_is_kept(client):
    value = "é" * (25 * 1024 // 2)
    client.set_secret("longest", value)
    assert client.get_secret("longest").value == value


def test_purge_protection_keeps_what_was_deleted(server, shop):
    vault(server, "create", "keeps", "--admin", shop.client, "--purge-protection", "--retention-days", "7")
    with shop.secrets("keeps") as client:
        made = client.set_secret("kept", "x")
        assert made.properties.recovery_level == "CustomizedRecoverable"
        client.begin_delete_secret("kept").wait()
        with refused(403, "Forbidden", "PurgeProtected"):
            client.purge_deleted_secret("kept")
        server.advance_clock(7 * 86_400 + 60)
    # Tokens from before that have expired: another client gets one of its own.
    with shop.secrets("keeps") as client:
        with refused(404, "SecretNotFound"):
            client.get_deleted_secret("kept")
        assert client.set_secret("kept", "y").value == "y"


# Who may


def test_whoever_has_no_right_is_refused(guest, client):
    client.set_secret("guarded", "x")
    with guest.secrets("shop") as stranger:
        for work in (
            lambda: stranger.get_secret("guarded"),
            lambda: stranger.set_secret("guarded", "y"),
            lambda: stranger.set_secret("fresh", "y"),
            lambda: list(stranger.list_properties_of_secrets()),
            lambda: list(stranger.list_properties_of_secret_versions("guarded")),
            lambda: list(stranger.list_deleted_secrets()),
            lambda: stranger.update_secret_properties("guarded", tags={}),
            lambda: stranger.begin_delete_secret("guarded"),
        ):
            with refused(403, "Forbidden", "ForbiddenByRbac") as info:
                work()
            assert info.value.message.find("Caller is not authorized to perform action on resource.") >= 0


def test_a_role_is_for_its_vault_and_its_scope_alone(server, guest, client):
    vault(server, "create", "elsewhere")
    client.set_secret("one", "1")
    client.set_secret("two", "2")
    changed = vault(
        server, "assign", "shop", "--role", "Key Vault Secrets User", "--principal", guest.client, "--scope", "/secrets/One"
    )
    assignment = [one["id"] for one in changed["assignments"] if one["principal"] == guest.object][0]
    with guest.secrets("shop") as reader, guest.secrets("elsewhere") as other:
        assert reader.get_secret("one").value == "1"
        for work in (
            lambda: reader.get_secret("two"),
            lambda: reader.set_secret("one", "3"),
            lambda: list(reader.list_properties_of_secrets()),
            lambda: other.set_secret("one", "1"),
        ):
            with refused(403, "Forbidden", "ForbiddenByRbac"):
                work()
        vault(server, "unassign", "shop", assignment)
        with refused(403, "Forbidden", "ForbiddenByRbac"):
            reader.get_secret("one")


def test_access_policies_permit_what_they_say(server, guest):
    vault(server, "create", "policies", "--access-policies")
    vault(server, "permit", "policies", "--principal", guest.client, "--permission", "secrets/set")
    with guest.secrets("policies") as writer:
        writer.set_secret("one", "1")
        with refused(403, "Forbidden", "AccessDenied") as info:
            writer.get_secret("one")
        assert "does not have secrets get permission on key vault" in info.value.message
        vault(server, "permit", "policies", "--principal", guest.client, "--permission", "secrets/get")
        assert writer.get_secret("one").value == "1"
        with refused(403, "Forbidden", "AccessDenied"):
            writer.set_secret("one", "2")


# On the wire


def url(server, path, version="2025-07-01", name="shop", kind="vault"):
    return vault_url(server, name, kind) + path + (f"?api-version={version}" if version else "")


def ask(server, token, method, path, **more):
    wanted = {name: more.pop(name) for name in ("version", "name", "kind") if name in more}
    fields = {"authorization": "Bearer " + token} if token else {}
    fields.update(more.pop("headers", {}))
    return requests.request(
        method, url(server, path, **wanted), headers=fields, verify=server.ca_file, timeout=60, **more
    )


def test_without_a_token_there_is_a_challenge_whatever_the_body(server, shop):
    answer = ask(server, None, "PUT", "/secrets/x", data=b"\xff not json")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        f'Bearer authorization="{authority(server)}/{shop.tenant}", resource="{resource(server)}"'
    )
    assert answer.json()["error"]["message"] == "AKV10000: Request is missing a Bearer or PoP token."
    vault(server, "create", "machine", "--hsm")
    answer = ask(server, None, "GET", "/keys", name="machine", kind="managedhsm")
    assert answer.status_code == 401 and answer.content == b""
    assert "managedhsm.claviger.localhost" in answer.headers["www-authenticate"]


def test_bad_tokens_prove_nobody(server, shop):
    good = shop.token()
    head, body, signature = good.split(".")
    for token in ("x", head + "." + body + ".", ".".join([head, body, signature[:-4] + "AAAA"]), "a.b.c"):
        answer = ask(server, token, "GET", "/secrets")
        assert answer.status_code == 401 and "www-authenticate" in answer.headers
    answer = ask(server, shop.token("https://management.azure.com"), "GET", "/secrets")
    assert answer.status_code == 401 and answer.json()["error"]["message"].startswith("AKV10022: Invalid audience.")


def test_versions_of_the_interface_are_asked_for(server, shop):
    token = shop.token()
    assert ask(server, token, "GET", "/secrets", version=None).json()["error"]["code"] == "BadParameter"
    for version in ("2016-10-01", "7.0", "7.6", "7.6-preview.2", "2025-07-01", "2026-04-01", "2031-01-01-preview"):
        assert ask(server, token, "GET", "/secrets", version=version).status_code == 200, version
    for version in ("1.0", "2019-01-01", "x", "7.x"):
        assert ask(server, token, "GET", "/secrets", version=version).status_code == 400, version


def test_the_version_before_is_told_where_it_is_known(server, shop, client):
    first = client.set_secret("before", "1").properties.version
    client.set_secret("before", "2")
    token = shop.token()
    assert ask(server, token, "GET", "/secrets/before/", version="2026-04-01").json()["previousVersion"] == first
    assert "previousVersion" not in ask(server, token, "GET", "/secrets/before", version="7.6").json()


def test_every_answer_has_azures_fields(server, shop):
    answer = ask(server, shop.token(), "GET", "/secrets", headers={"x-ms-client-request-id": "abc-1"})
    assert answer.headers["x-ms-client-request-id"] == "abc-1"
    assert answer.headers["x-ms-keyvault-region"] == server.region
    assert len(answer.headers["x-ms-request-id"]) == 36
    assert answer.headers["cache-control"] == "no-cache"
    odd = ask(server, shop.token(), "GET", "/secrets", headers={"x-ms-client-request-id": "a b"})
    assert "x-ms-client-request-id" not in odd.headers


def test_what_is_not_offered_says_so(server, shop):
    token = shop.token()
    for method, path in (
        ("GET", "/certificates"),
        ("POST", "/backup"),
    ):
        answer = ask(server, token, method, path)
        assert answer.status_code == 501 and answer.json()["error"]["code"] == "NotImplemented", path
    assert ask(server, token, "GET", "/nothing").status_code == 404
    assert ask(server, token, "POST", "/secrets/x").status_code == 405
    assert ask(server, token, "GET", "/secrets", name="nobody").status_code == 404
    assert ask(server, token, "GET", "/secrets", name="shop", kind="managedhsm").status_code == 404


def test_bad_bodies_are_bad_parameters(server, shop):
    token = shop.token()
    for body in (b"", b"{", b"[]", b"{}", b'{"value":1}', b'{"value":"x","tags":[]}',
                 b'{"value":"x","attributes":{"exp":"x"}}', b'{"value":"x","attributes":{"nbf":2,"exp":1}}'):
        answer = ask(server, token, "PUT", "/secrets/bad", data=body)
        assert answer.status_code == 400 and answer.json()["error"]["code"] == "BadParameter", body
    for query in ("maxresults=0", "maxresults=26", "maxresults=x", "$skiptoken=x"):
        answer = requests.get(
            url(server, "/secrets") + "&" + query, headers={"authorization": "Bearer " + token}, verify=server.ca_file
        )
        assert answer.status_code == 400, query


def test_a_deleted_vault_serves_nobody(server, shop):
    vault(server, "create", "closing", "--admin", shop.client)
    with shop.secrets("closing") as client:
        client.set_secret("x", "1")
        assert run_claviger("vault", "delete", "closing", "--data-dir", server.data).returncode == 0
        with refused(404, "VaultNotFound"):
            client.get_secret("x")
        vault(server, "recover", "closing")
        assert client.get_secret("x").value == "1"


def test_no_value_is_in_the_log(server, client):
    marker = "a-very-secret-value-7291"
    client.set_secret("logged", marker)
    client.get_secret("logged")
    lines = server.audit_lines()
    assert not any(marker.encode() in line for line in lines)
    assert any(b'"GetSecret"' in line for line in lines)
    assert marker not in server.log_tail()


def test_several_are_read_at_once(server, client):
    """What Azure has no call for: its client sends it all the same."""
    marker = "a-very-secret-value-1849"
    client.set_secret("batched", marker)
    wanted = [{"method": "GET", "path": f"/secrets/{name}"} for name in ("batched", "nothing", "batched")]
    answer = client.send_request(HttpRequest("POST", "/batch", json={"requests": wanted}))
    answer.raise_for_status()
    found, missing, again = answer.json()["responses"]
    assert found["body"]["value"] == again["body"]["value"] == marker
    assert (missing["status"], missing["body"]["error"]["code"]) == (404, "SecretNotFound")
    lines = server.audit_lines()
    assert not any(marker.encode() in line for line in lines)
    read = [json.loads(line) for line in lines if found["id"].encode() in line]
    assert [(one["request"], one["operation"], one["outcome"]) for one in read] == [(found["id"], "GetSecret", "success")]


def test_the_development_server_has_a_vault_of_its_own(server, names, monkeypatch):
    from azure.identity import DefaultAzureCredential

    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"):
        monkeypatch.setenv(name, server.exports[name])
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", server.ca_file)
    with SecretClient(server.exports["VAULT_URL"], DefaultAzureCredential()) as client:
        client.set_secret("ours", "1")
        assert client.get_secret("ours").value == "1"
