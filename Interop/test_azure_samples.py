"""What samples and suites of Azure's own clients do with vaults, step by step, in every version of the interface that those speak."""

import datetime
import hashlib
import itertools
import json

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.keyvault.keys import ApiVersion as KeysVersion
from azure.keyvault.keys import JsonWebKey, KeyClient, KeyRotationLifetimeAction, KeyRotationPolicy
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm, KeyWrapAlgorithm
from azure.keyvault.secrets import ApiVersion as SecretsVersion
from azure.keyvault.secrets import SecretClient
from cryptography.hazmat.primitives.asymmetric import rsa

from azure_vaults import fresh

FAR = datetime.datetime(2050, 1, 2, 8, tzinfo=datetime.timezone.utc)
PAST = datetime.datetime(2015, 2, 2, 8, tzinfo=datetime.timezone.utc)
USES = ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"]
PLACES = [*itertools.product(KeysVersion, ["vault"]), *((one, "hsm") for one in list(KeysVersion)[-5:])]
ATTRIBUTES = (
    "name", "vault_url", "enabled", "not_before", "expires_on", "created_on", "updated_on", "tags", "recovery_level",
)


def key_client(shop, version, place):
    url = shop.vault if place == "vault" else shop.hsm
    return KeyClient(url, shop.credential(), api_version=version, **shop.options())


@pytest.fixture(scope="module", params=PLACES, ids=lambda one: f"{one[0].value}-{one[1]}")
def client(request, shop):
    with key_client(shop, *request.param) as client:
        client.in_hsm = request.param[1] == "hsm"
        yield client


@pytest.fixture(scope="module")
def keys(shop):
    with key_client(shop, KeysVersion.V2025_07_01, "vault") as client:
        yield client


@pytest.fixture(scope="module")
def hsm(shop):
    with key_client(shop, KeysVersion.V2025_07_01, "hsm") as client:
        yield client


@pytest.fixture(scope="module", params=list(SecretsVersion), ids=lambda one: one.value)
def secrets(request, shop):
    with SecretClient(shop.vault, shop.credential(), api_version=request.param, **shop.options()) as client:
        client.of_version = request.param
        yield client


def same(one, other, attributes=ATTRIBUTES):
    for name in attributes:
        assert getattr(one, name) == getattr(other, name), name


# Keys


def test_a_key_from_its_making_to_its_end(client):
    name = fresh("life")
    made = client.create_rsa_key(name, size=2048, key_operations=USES, tags={"purpose": "test"}, hardware_protected=client.in_hsm)
    assert made.key_type == ("RSA-HSM" if client.in_hsm else "RSA") and sorted(made.key_operations) == sorted(USES)
    assert made.id.startswith(f"{client.vault_url}/keys/{name}/") and made.key.n and made.key.e == b"\x01\x00\x01"
    assert made.properties.created_on and made.properties.updated_on and made.properties.recoverable_days == 90
    same(client.get_key(name, made.properties.version).properties, made.properties)
    same(client.get_key(name).properties, made.properties)

    updated = client.update_key_properties(name, key_operations=["decrypt", "encrypt"], expires_on=FAR, tags={"a": "new"})
    assert updated.id == made.id and updated.properties.updated_on != made.properties.updated_on
    assert (updated.properties.tags, updated.properties.expires_on) == ({"a": "new"}, FAR)
    assert sorted(updated.key_operations) == ["decrypt", "encrypt"]

    deleted = client.begin_delete_key(name).result()
    assert deleted.id == made.id and deleted.key.n == made.key.n
    assert deleted.recovery_id and deleted.deleted_date and deleted.scheduled_purge_date
    same(deleted.properties, updated.properties)
    assert client.get_deleted_key(name).id == made.id
    with pytest.raises(ResourceNotFoundError) as told:
        client.get_key(name)
    assert told.value.error.code == "KeyNotFound"
    same(client.begin_recover_deleted_key(name).result().properties, updated.properties)
    client.begin_delete_key(name).wait()
    client.purge_deleted_key(name)
    with pytest.raises(ResourceNotFoundError):
        client.get_deleted_key(name)
    assert client.create_ec_key(name, hardware_protected=client.in_hsm).id != made.id


def test_lists_say_what_keys_say(client):
    word = fresh("listed")
    made = {}
    for number in range(7):
        key = client.create_ec_key(f"{word}-{number}", hardware_protected=client.in_hsm, tags={"number": str(number)})
        made[key.name] = key.properties
    for found in client.list_properties_of_keys(max_page_size=6):
        if found.name in made:
            assert found.version is None and found.id == f"{client.vault_url}/keys/{found.name}"
            same(found, made[found.name])
            del made[found.name]
    assert not made


def test_lists_say_what_versions_say(client):
    name = fresh("versions")
    made = {}
    for _ in range(7):
        key = client.create_ec_key(name, hardware_protected=client.in_hsm)
        made[key.id] = key.properties
    for found in client.list_properties_of_key_versions(name, max_page_size=6):
        same(found, made.pop(found.id))
    assert not made
    assert list(client.list_properties_of_key_versions("nothing")) == []


def test_deleted_keys_are_listed_and_come_back(client):
    word = fresh("deleted")
    made = {name: client.create_ec_key(name, hardware_protected=client.in_hsm) for name in (f"{word}-{one}" for one in "abc")}
    for name in made:
        client.begin_delete_key(name).wait()
    found = {one.name: one for one in client.list_deleted_keys()}
    for name, key in made.items():
        same(found[name].properties, key.properties)
        assert found[name].deleted_date and found[name].scheduled_purge_date and found[name].recovery_id
    assert not made.keys() & {one.name for one in client.list_properties_of_keys()}
    for name, key in made.items():
        same(client.begin_recover_deleted_key(name).result().properties, key.properties)


def test_backups_bring_keys_back_as_they_were(client):
    key = client.create_ec_key(fresh("kept"), hardware_protected=client.in_hsm, tags={"a": "b"})
    backup = client.backup_key(key.name)
    with pytest.raises(ResourceExistsError):
        client.restore_key_backup(backup)
    client.begin_delete_key(key.name).wait()
    client.purge_deleted_key(key.name)
    restored = client.restore_key_backup(backup)
    assert restored.id == key.id and restored.key.x == key.key.x
    same(restored.properties, key.properties)
    with pytest.raises(HttpResponseError) as told:
        client.restore_key_backup(b"non-existing")
    assert told.value.status_code == 400
    with pytest.raises(ResourceNotFoundError):
        client.backup_key("nothing")


def test_earlier_versions_are_changed_by_name_and_the_latest_without(keys):
    name = fresh("two")
    first, second = keys.create_ec_key(name), keys.create_ec_key(name)
    assert not keys.update_key_properties(name, first.properties.version, enabled=False).properties.enabled
    assert keys.get_key(name).properties.enabled and keys.get_key(name).id == second.id
    assert keys.update_key_properties(name, tags={"of": "latest"}).id == second.id
    # A key that is switched off is changed all the same.
    changed = keys.update_key_properties(name, first.properties.version, expires_on=PAST)
    assert changed.properties.expires_on == PAST and not changed.properties.enabled


def test_a_key_is_made_switched_off_and_for_a_time(keys):
    key = keys.create_ec_key(fresh("off"), enabled=False, not_before=PAST, expires_on=FAR, key_operations=["verify"])
    same(keys.get_key(key.name).properties, key.properties)
    assert (key.properties.enabled, key.properties.not_before, key.properties.expires_on) == (False, PAST, FAR)
    assert key.key_operations == ["verify"]


def test_uses_that_a_kind_doesnt_have_are_kept_as_they_were_asked_for(keys, hsm):
    assert keys.create_rsa_key(fresh("all"), key_operations=[*USES, "import"]).key_operations == [*USES, "import"]
    assert keys.create_ec_key(fresh("all"), key_operations=["sign", "verify", "import"]).key_operations[2] == "import"
    made = hsm.create_oct_key(fresh("all"), size=128, key_operations=["wrapKey", "unwrapKey"], hardware_protected=True)
    assert (made.key_type, made.key_operations) == ("oct-HSM", ["wrapKey", "unwrapKey"])


def test_a_client_of_a_key_uses_it_with_and_without_its_version(keys):
    key = keys.create_rsa_key(fresh("client"))
    for version in (key.properties.version, None):
        crypto = keys.get_cryptography_client(key.name, key_version=version)
        sealed = crypto.encrypt("RSA-OAEP", b"plaintext")
        opened = crypto.decrypt(sealed.algorithm, sealed.ciphertext)
        assert sealed.key_id == opened.key_id == key.id and opened.plaintext == b"plaintext"


def test_whatever_is_encrypted_or_wrapped_here_opens_there(shop, keys):
    key = keys.create_rsa_key(fresh("local"), size=4096)
    crypto = CryptographyClient(key, shop.credential(), **shop.options())
    text = bytes(range(200))
    for algorithm in (one for one in EncryptionAlgorithm if one.value.startswith("RSA")):
        sealed = crypto.encrypt(algorithm, text)
        assert crypto.decrypt(algorithm, sealed.ciphertext).plaintext == text
    for algorithm in (one for one in KeyWrapAlgorithm if one.value.startswith("RSA")):
        assert crypto.unwrap_key(algorithm, crypto.wrap_key(algorithm, text).encrypted_key).key == text


def test_keys_outside_their_time_are_refused_here_and_there(shop, keys):
    early = keys.create_rsa_key(fresh("early"), not_before=FAR)
    late = keys.create_rsa_key(fresh("late"), expires_on=PAST)
    for key in (early, late):
        with pytest.raises(ValueError):
            CryptographyClient(key, shop.credential(), **shop.options()).encrypt("RSA-OAEP", b"x")
        with pytest.raises(HttpResponseError) as told:
            CryptographyClient(key, shop.credential(), **shop.options()).sign("RS256", hashlib.sha256(b"x").digest())
        assert told.value.status_code == 403


def test_rotation_policies_are_what_was_written(keys):
    name = fresh("policy")
    keys.create_rsa_key(name)
    keys.update_key_rotation_policy(name, KeyRotationPolicy())
    first = keys.update_key_rotation_policy(
        name, KeyRotationPolicy(), lifetime_actions=[KeyRotationLifetimeAction("rotate", time_after_create="P2M")]
    )
    assert first.expires_in is None and first.lifetime_actions[0].time_after_create == "P2M"
    second = keys.update_key_rotation_policy(name, first, expires_in="P90D")
    assert (second.expires_in, second.lifetime_actions[0].time_after_create) == ("P90D", "P2M")
    third = keys.update_key_rotation_policy(
        name, second, lifetime_actions=[KeyRotationLifetimeAction("notify", time_before_expiry="P60D")]
    )
    again = keys.get_key_rotation_policy(name)
    assert (again.id, again.created_on, again.updated_on, again.expires_in) == (
        third.id, third.created_on, third.updated_on, "P90D",
    )
    (action,) = again.lifetime_actions
    assert action.action.lower() == "notify" and action.time_before_expiry == "P60D" and action.time_after_create is None
    with pytest.raises(ResourceNotFoundError):
        keys.get_key_rotation_policy("nothing")
    with pytest.raises(ResourceNotFoundError):
        keys.rotate_key("nothing")


def brought():
    numbers = rsa.generate_private_key(65537, 2048).private_numbers()
    public = numbers.public_numbers
    # With a zero in front, as some clients write numbers.
    named = {"n": public.n, "e": public.e, "d": numbers.d, "p": numbers.p, "q": numbers.q}
    named |= {"dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
    return {name: b"\0" + value.to_bytes((value.bit_length() + 7) // 8) for name, value in named.items()}


def test_a_key_is_brought(client):
    numbers = brought()
    kind = "RSA-HSM" if client.in_hsm else "RSA"
    made = client.import_key(fresh("brought"), JsonWebKey(kty=kind, key_ops=USES, **numbers))
    assert made.key_type == kind and sorted(made.key_operations) == sorted(USES)
    assert made.key.n.lstrip(b"\0") == numbers["n"].lstrip(b"\0")
    assert not any(getattr(made.key, name) for name in ("d", "p", "q", "dp", "dq", "qi"))


def test_a_managed_hsm_makes_the_public_exponent_that_is_asked_for_and_a_vault_its_own(shop, keys, hsm):
    name = fresh("exponent")
    made = hsm.create_rsa_key(name, hardware_protected=True, public_exponent=17)
    again = hsm.rotate_key(name)
    assert made.key.e == again.key.e == bytes([17]) and made.key.n != again.key.n
    crypto = CryptographyClient(made, shop.credential(), **shop.options())
    assert crypto.decrypt("RSA-OAEP", crypto.encrypt("RSA-OAEP", b"x").ciphertext).plaintext == b"x"
    digest = hashlib.sha256(b"x").digest()
    assert crypto.verify("RS256", digest, crypto.sign("RS256", digest).signature).is_valid
    with pytest.raises(HttpResponseError) as told:
        hsm.create_rsa_key(fresh("exponent"), hardware_protected=True, public_exponent=4)
    assert told.value.error.code == "BadParameter"
    assert keys.create_rsa_key(fresh("exponent"), public_exponent=3).key.e == b"\x01\x00\x01"


def test_random_bytes_are_as_many_as_were_asked_for(hsm):
    assert len({hsm.get_random_bytes(8) for _ in range(5)}) == 5
    with pytest.raises(HttpResponseError) as told:
        hsm.get_random_bytes(129)
    assert told.value.status_code == 400


def test_without_a_policy_nothing_is_exportable_and_the_other_way_round(keys):
    for options in ({"exportable": True}, {"release_policy": None, "exportable": True}):
        with pytest.raises(HttpResponseError, match="(?i)exportable") as told:
            keys.create_rsa_key(fresh("exportable"), hardware_protected=True, **options)
        assert told.value.status_code == 400


# Secrets


def test_a_secret_from_its_making_to_its_end(secrets):
    name = fresh("life")
    assert secrets.set_secret(name, "first").value == "first"
    made = secrets.set_secret(
        name, "second", enabled=True, content_type="password", not_before=PAST, expires_on=FAR, tags={"a": "b"}
    )
    properties = made.properties
    assert (properties.content_type, properties.not_before, properties.expires_on) == ("password", PAST, FAR)
    read = secrets.get_secret(name)
    assert read.value == "second" and read.id == made.id
    same(read.properties, properties, (*ATTRIBUTES, "content_type", "key_id"))
    same(secrets.get_secret(name, properties.version).properties, properties)

    updated = secrets.update_secret_properties(
        name, properties.version, content_type="text/plain", tags={"a": "new"}, enabled=False
    )
    assert updated.id == made.id and updated.updated_on != properties.updated_on and not updated.enabled
    with pytest.raises(HttpResponseError, match="not allowed on a disabled secret") as told:
        secrets.get_secret(name)
    assert told.value.status_code == 403
    deleted = secrets.begin_delete_secret(name).result()
    same(deleted.properties, updated, (*ATTRIBUTES, "content_type"))
    assert deleted.id == made.id and deleted.recovery_id and deleted.deleted_date and deleted.scheduled_purge_date
    same(secrets.get_deleted_secret(name).properties, updated)
    with pytest.raises(ResourceExistsError):
        secrets.set_secret(name, "third")
    secrets.begin_recover_deleted_secret(name).wait()
    same(secrets.update_secret_properties(name), updated, ("name", "enabled", "tags", "content_type", "created_on"))
    secrets.begin_delete_secret(name).wait()
    secrets.purge_deleted_secret(name)
    with pytest.raises(ResourceNotFoundError):
        secrets.get_deleted_secret(name)


def test_lists_say_what_secrets_say(secrets):
    word = fresh("listed")
    made = {}
    for number in range(7):
        secret = secrets.set_secret(f"{word}-{number}", f"value-{number}", content_type="text/plain")
        made[secret.name] = secret.properties
    for found in secrets.list_properties_of_secrets(max_page_size=6):
        if found.name in made:
            same(found, made.pop(found.name), (*ATTRIBUTES, "content_type", "key_id"))
    assert not made
    versions = {secrets.set_secret(word, "value").id for _ in range(7)}
    listed = [one.id for one in secrets.list_properties_of_secret_versions(word, max_page_size=6)]
    assert len(listed) == 7 and set(listed) == versions


def test_backups_bring_secrets_back_as_they_were(secrets):
    secret = secrets.set_secret(fresh("kept"), "value", content_type="text/plain")
    backup = secrets.backup_secret(secret.name)
    with pytest.raises(ResourceExistsError):
        secrets.restore_secret_backup(backup)
    secrets.begin_delete_secret(secret.name).wait()
    secrets.purge_deleted_secret(secret.name)
    same(secrets.restore_secret_backup(backup), secret.properties, (*ATTRIBUTES, "content_type"))
    assert secrets.get_secret(secret.name).value == "value"
    with pytest.raises(HttpResponseError) as told:
        secrets.restore_secret_backup(b"non-existing")
    assert told.value.status_code == 400
    with pytest.raises(ResourceNotFoundError):
        secrets.backup_secret("nothing")


def test_a_value_may_be_empty(secrets):
    name = fresh("empty")
    assert secrets.set_secret(name, "").value == ""
    assert secrets.get_secret(name).value == ""
    backup = secrets.backup_secret(name)
    secrets.begin_delete_secret(name).wait()
    secrets.purge_deleted_secret(name)
    secrets.restore_secret_backup(backup)
    assert secrets.get_secret(name).value == ""
    assert name in {one.name for one in secrets.list_properties_of_secrets()}


def test_the_time_of_a_secret_is_for_those_who_use_it(secrets):
    """It is read before and after all the same."""
    for options in ({"not_before": FAR}, {"expires_on": PAST}):
        made = secrets.set_secret(fresh("time"), "value", **options)
        assert secrets.get_secret(made.name).value == "value"


def test_a_secret_without_its_version_is_changed_in_its_latest(secrets):
    name = fresh("latest")
    secrets.set_secret(name, "first", enabled=False)
    latest = secrets.set_secret(name, "second", enabled=False)
    changed = secrets.update_secret_properties(name, expires_on=FAR)
    assert changed.id == latest.id and changed.expires_on == FAR and not changed.enabled


def test_what_isnt_there_has_a_code(secrets):
    for ask in (
        secrets.get_secret, secrets.begin_delete_secret, secrets.get_deleted_secret, secrets.begin_recover_deleted_secret,
        secrets.update_secret_properties, secrets.purge_deleted_secret,
    ):
        with pytest.raises(ResourceNotFoundError) as told:
            ask("nothing")
        assert json.loads(told.value.response.text())["error"]["code"] == "SecretNotFound"
