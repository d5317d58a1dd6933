"""Azure's own clients take keys and secrets away and bring them back: to the same vault, to another one, and to another server."""

import asyncio
import shutil

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm, SignatureAlgorithm
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets.aio import SecretClient as AsyncSecretClient

import hsm_mode
from azure_vaults import Shop, claviger, decoded, encoded
from server import Server, clean_environment, run_claviger

ACCOUNT = "123456789012"
TEXT = b"what the first one keeps"


def serve(directory, *arguments, environment=None):
    return Server(directory, arguments=("--account", ACCOUNT, *arguments), environment=environment)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("azure-backup") / "server").serving() as running:
        yield running


def initialised(folder, first, *, shared=True, account=ACCOUNT):
    """A server that has a copy of the seal of another one, and on request its store secret."""
    if hsm_mode.SEAL != "file":
        pytest.skip("the seal is on a token of the first server's own, of which there is no copy")
    folder.mkdir()
    key = folder / "seal-key"
    shutil.copy(first.data / "seal-key", key)
    environment = clean_environment(CLAVIGER_SEAL_PATH=str(key))
    second = Server(folder / "server", arguments=("--account", account), environment=environment)
    second.directory.mkdir()
    more = ("--backups-of", first.data / "seal") if shared else ()
    made = run_claviger(
        "init", "--dev", "--data-dir", second.data, "--account", account, *more, environment=environment
    )
    assert made.returncode == 0, made.stderr
    return second


@pytest.fixture(scope="module")
def second(server, tmp_path_factory):
    """Another server with the same store secret and account."""
    with initialised(tmp_path_factory.mktemp("azure-backup") / "second", server).serving() as running:
        yield running


@pytest.fixture(scope="module")
def branch(second, names):
    """The same on the other server."""
    return Shop(second)


def keys(shop, url=None):
    return shop.keys(url)


def secrets(shop):
    return SecretClient(shop.vault, shop.credential(), **shop.options())


def crypto(shop, key):
    return CryptographyClient(key, shop.credential(), **shop.options())


def gone(client, kind, name):
    getattr(client, f"begin_delete_{kind}")(name).result()
    getattr(client, f"purge_deleted_{kind}")(name)


def same(one, other):
    for name in ("name", "version", "enabled", "not_before", "expires_on", "created_on", "updated_on", "tags"):
        assert getattr(one, name) == getattr(other, name), name


def test_a_key_comes_back_with_its_versions(shop):
    client = keys(shop)
    first = client.create_rsa_key("rsa", size=2048, tags={"a": "b"})
    sealed = crypto(shop, first).encrypt(EncryptionAlgorithm.rsa_oaep_256, TEXT).ciphertext
    second = client.create_rsa_key("rsa", size=2048, enabled=False)
    backup = client.backup_key("rsa")
    assert isinstance(backup, bytes) and TEXT not in backup
    with pytest.raises(ResourceExistsError):
        client.restore_key_backup(backup)
    client.begin_delete_key("rsa").result()
    with pytest.raises(ResourceExistsError) as refused:
        client.restore_key_backup(backup)
    assert "ObjectIsDeletedButRecoverable" in str(refused.value)
    client.purge_deleted_key("rsa")
    with pytest.raises(ResourceNotFoundError):
        client.backup_key("rsa")
    restored = client.restore_key_backup(backup)
    assert restored.id == second.id and restored.key.n == second.key.n
    same(restored.properties, second.properties)
    again = client.get_key("rsa", first.properties.version)
    same(again.properties, first.properties)
    assert crypto(shop, again).decrypt(EncryptionAlgorithm.rsa_oaep_256, sealed).plaintext == TEXT
    assert {one.version for one in client.list_properties_of_key_versions("rsa")} == {
        first.properties.version,
        second.properties.version,
    }


def test_a_key_is_copied_to_another_vault_beside_the_original(shop):
    client = keys(shop)
    key = client.create_ec_key("copied", curve="P-256")
    other = claviger(shop.server, "create", "three", "--admin", shop.app["clientID"])["url"]
    copy = keys(shop, other).restore_key_backup(client.backup_key("copied"))
    assert copy.id.startswith(other.rstrip("/")) and copy.properties.version == key.properties.version
    signature = crypto(shop, copy).sign(SignatureAlgorithm.es256, bytes(32)).signature
    assert crypto(shop, key).verify(SignatureAlgorithm.es256, bytes(32), signature).is_valid
    # Each has a life of its own.
    gone(client, "key", "copied")
    assert keys(shop, other).get_key("copied").key.x == key.key.x
    crypto(shop, copy).sign(SignatureAlgorithm.es256, bytes(32))


def test_keys_and_secrets_come_to_another_server_with_the_same_secret(shop, branch):
    key = keys(shop).create_ec_key("away", curve="P-384", tags={"a": "b"})
    signature = crypto(shop, key).sign(SignatureAlgorithm.es384, bytes(48)).signature
    there = keys(branch).restore_key_backup(keys(shop).backup_key("away"))
    same(there.properties, key.properties)
    assert crypto(branch, there).verify(SignatureAlgorithm.es384, bytes(48), signature).is_valid
    crypto(branch, there).sign(SignatureAlgorithm.es384, bytes(48))
    for value in ("first", "second"):
        secrets(shop).set_secret("away", value, content_type="text")
    restored = secrets(branch).restore_secret_backup(secrets(shop).backup_secret("away"))
    assert restored.content_type == "text"
    assert secrets(branch).get_secret("away").value == "second"
    versions = [one.version for one in secrets(branch).list_properties_of_secret_versions("away")]
    assert {secrets(branch).get_secret("away", version).value for version in versions} == {"first", "second"}
    # It lasts.
    branch.server.restart()
    again = Shop.__new__(Shop)
    again.server, again.app, again.secret = branch.server, branch.app, branch.secret
    again.vault = claviger(branch.server, "show", "one")["url"]
    assert secrets(again).get_secret("away").value == "second"
    crypto(again, keys(again).get_key("away")).sign(SignatureAlgorithm.es384, bytes(48))
    branch.vault = again.vault


def test_a_backup_is_for_its_own_account_and_store(shop, server, tmp_path_factory):
    keys(shop).create_ec_key("own", curve="P-256")
    backup = keys(shop).backup_key("own")
    for name, shared, account in (("other-secret", False, ACCOUNT), ("other-account", True, "210987654321")):
        elsewhere = initialised(tmp_path_factory.mktemp("azure-backup") / name, server, shared=shared, account=account)
        try:
            elsewhere.start()
            with pytest.raises(HttpResponseError) as refused:
                keys(Shop(elsewhere)).restore_key_backup(backup)
            assert refused.value.status_code == 400 and refused.value.error.code == "BadParameter"
            elsewhere.stop()
        finally:
            elsewhere.dispose()


def test_a_backup_that_was_changed_is_none(shop):
    client, wire = keys(shop), shop.wire(shop.vault)
    client.create_ec_key("changed", curve="P-256")
    backup = client.backup_key("changed")
    gone(client, "key", "changed")
    places = [0, 1, 16, 17, 18, len(backup) - 17, len(backup) - 16, len(backup) - 1, *range(2, len(backup), 97)]
    for place in places:
        changed = bytearray(backup)
        changed[place] ^= 0x40
        status, said = wire.ask("POST", "/keys/restore", {"value": encoded(bytes(changed))})
        assert (status, said["error"]["code"]) == (400, "BadParameter"), place
    for other in (b"", b"\x01", backup[:-1], backup + b"\0", bytes(len(backup))):
        status, said = wire.ask("POST", "/keys/restore", {"value": encoded(other)})
        assert (status, said["error"]["code"]) == (400, "BadParameter")
    assert client.restore_key_backup(backup).name == "changed"


def test_a_backup_is_of_one_collection_and_kind(shop):
    wire, hsm = shop.wire(shop.vault), shop.wire(shop.hsm)
    secrets(shop).set_secret("kind", "value")
    keys(shop).create_ec_key("kind", curve="P-256")
    keys(shop, shop.hsm).create_ec_key("hsm-kind", curve="P-256", hardware_protected=True)
    secret = secrets(shop).backup_secret("kind")
    key, hsm_key = keys(shop).backup_key("kind"), keys(shop, shop.hsm).backup_key("hsm-kind")
    for place, path, backup in (
        (wire, "/keys/restore", secret),
        (wire, "/secrets/restore", key),
        (wire, "/keys/restore", hsm_key),
        (hsm, "/keys/restore", key),
    ):
        status, said = place.ask("POST", path, {"value": encoded(backup)})
        assert (status, said["error"]["code"]) == (400, "BadParameter")


def test_restored_keys_stay_what_they_were_over_the_other_protocols(shop):
    client = keys(shop)
    key = client.create_ec_key("seen", curve="P-256")
    backup = client.backup_key("seen")
    gone(client, "key", "seen")
    client.restore_key_backup(backup)
    kms = shop.server.client()
    found = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in kms.list_keys(Limit=1000)["Keys"]]
    live = [one["KeyId"] for one in found if one["KeyState"] == "Enabled" and one["KeySpec"] == "ECC_NIST_P256"]
    signature = crypto(shop, key).sign(SignatureAlgorithm.es256, bytes(32)).signature
    assert len(signature) == 64
    # Its record is another than the one that was purged.
    assert key.properties.version not in [one.replace("-", "") for one in live]


def test_what_is_taken_away_is_written_down(shop):
    secrets(shop).set_secret("noted", "a value that nobody logs")
    backup = secrets(shop).backup_secret("noted")
    gone(secrets(shop), "secret", "noted")
    secrets(shop).restore_secret_backup(backup)
    lines = [line for line in shop.server.audit_lines() if backup[1:17].hex().encode() in line]
    done = (b'"BackupSecret"', b'"OpenBackup"', b'"RestoreSecret"')
    assert [[name in line for name in done].index(True) for line in lines] == [0, 1, 2]
    assert not any(b"a value that nobody logs" in line for line in shop.server.audit_lines())


def test_a_secret_with_many_versions_comes_back_whole(shop):
    client, wire = secrets(shop), shop.wire(shop.vault)
    for number in range(60):
        client.set_secret("many", f"{number} " + "x" * 24_000)
    backup = client.backup_secret("many")
    assert len(backup) > 1 << 20
    gone(client, "secret", "many")
    client.restore_secret_backup(backup)
    assert client.get_secret("many").value.startswith("59 ")
    assert sum(1 for _ in client.list_properties_of_secret_versions("many")) == 60
    for number in range(80):
        client.set_secret("many", f"{number} " + "x" * 24_000)
    with pytest.raises(HttpResponseError) as refused:
        client.backup_secret("many")
    assert refused.value.status_code == 400 and "too large" in refused.value.message
    status, said = wire.ask("POST", "/secrets/restore", {"value": "A" * (5 << 20)})
    assert status == 413, said


def test_asynchronous_clients(shop):
    async def run():
        credential = shop.credential(AsyncClientSecretCredential)
        async with (
            credential,
            AsyncKeyClient(shop.vault, credential, **shop.options()) as client,
            AsyncSecretClient(shop.vault, credential, **shop.options()) as values,
        ):
            await client.create_ec_key("async", curve="P-256")
            await values.set_secret("async", "value")
            key, secret = await client.backup_key("async"), await values.backup_secret("async")
            await client.delete_key("async")
            await client.purge_deleted_key("async")
            await values.delete_secret("async")
            await values.purge_deleted_secret("async")
            assert (await client.restore_key_backup(key)).name == "async"
            assert (await values.restore_secret_backup(secret)).name == "async"
            assert (await values.get_secret("async")).value == "value"

    asyncio.run(run())


def test_rights(shop):
    app = claviger(shop.server, "app", "create", "clerk")
    secret = claviger(shop.server, "app", "add-secret", app["clientID"])["secret"]
    clerk = Shop.__new__(Shop)
    clerk.server, clerk.app, clerk.secret, clerk.vault = shop.server, app, secret, shop.vault
    keys(shop).create_ec_key("guarded", curve="P-256")
    backup = keys(shop).backup_key("guarded")
    for call in (lambda: keys(clerk).backup_key("guarded"), lambda: keys(clerk).restore_key_backup(backup)):
        with pytest.raises(HttpResponseError) as refused:
            call()
        assert refused.value.status_code == 403
    assert decoded(encoded(backup)) == backup
