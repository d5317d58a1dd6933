"""Azure's own clients for the administration of managed HSMs: roles, settings, and full backups, of which there are none."""

import asyncio
import json
import uuid

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.keyvault.administration import (
    ApiVersion,
    KeyVaultAccessControlClient,
    KeyVaultBackupClient,
    KeyVaultDataAction,
    KeyVaultPermission,
    KeyVaultRoleScope,
    KeyVaultSetting,
    KeyVaultSettingsClient,
    KeyVaultSettingType,
)
from azure.keyvault.administration.aio import KeyVaultAccessControlClient as AsyncAccessControlClient
from azure.keyvault.administration.aio import KeyVaultBackupClient as AsyncBackupClient
from azure.keyvault.administration.aio import KeyVaultSettingsClient as AsyncSettingsClient

from azure_callers import Caller
from azure_names import authority, vault_url
from azure_vaults import claviger, refused

OFFICER = "515eb02d-2335-4d2d-92f2-b1cbdf9c3778"
USER = "21dbd100-6940-42c2-9190-5d6cb909625b"
AUDITOR = "2c18b078-7c48-4d3a-af88-5a3a1b3f82b3"
BLOBS = "https://account.blob.core.windows.net/backup"
SETTING = "AllowKeyManagementOperationsThroughARM"
HSM = "two"


@pytest.fixture(scope="module")
def owner(server, names):
    """The administrator of the managed HSM `two`; of the vault `one` too."""
    caller = Caller(server, "owner")
    claviger(server, "create", HSM, "--hsm", "--admin", caller.client)
    claviger(server, "create", "one", "--admin", caller.client)
    return caller


@pytest.fixture
def guest(server, owner):
    """Somebody without any right."""
    return Caller(server, "guest-" + uuid.uuid4().hex[:8])


def client(caller, kind=KeyVaultAccessControlClient, *, credential=ClientSecretCredential, name=HSM, **options):
    ours = {"connection_verify": caller.server.ca_file}
    shown = credential(
        caller.tenant,
        caller.client,
        caller.secret,
        authority=authority(caller.server),
        disable_instance_discovery=True,
        **ours,
    )
    return kind(vault_url(caller.server, name, "managedhsm"), shown, retry_total=0, **ours, **options)


@pytest.fixture(scope="module")
def roles(owner):
    with client(owner) as one:
        yield one


def forbidden():
    return refused(403, "Forbidden", "ForbiddenByRbac")


def test_the_roles_that_every_hsm_has(roles):
    definitions = {one.name: one for one in roles.list_role_definitions(KeyVaultRoleScope.GLOBAL)}
    assert len([one for one in definitions.values() if one.role_type == "AKVBuiltInRole"]) == 9
    officer = definitions[OFFICER]
    assert officer.role_name == "Managed HSM Crypto Officer" and officer.description
    assert officer.id == "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/" + OFFICER
    assert officer.type == "Microsoft.Authorization/roleDefinitions" and officer.assignable_scopes == ["/"]
    (permission,) = officer.permissions
    assert KeyVaultDataAction.PURGE_DELETED_HSM_KEY in permission.data_actions
    assert KeyVaultDataAction.SIGN_HSM_KEY not in permission.data_actions and permission.actions == []
    read = roles.get_role_definition(KeyVaultRoleScope.GLOBAL, OFFICER.upper())
    assert vars(read).keys() == vars(officer).keys() and read.id == officer.id
    assert {one.name for one in roles.list_role_definitions(KeyVaultRoleScope.KEYS)} == set(definitions)


def test_a_role_of_one_s_own(server, owner, roles, guest):
    id = uuid.uuid4()
    permission = KeyVaultPermission(data_actions=[KeyVaultDataAction.READ_HSM_KEY])
    made = roles.set_role_definition("/", name=id, role_name="reads", description="Reads.", permissions=[permission])
    assert (made.name, made.role_name, made.description, made.role_type) == (str(id), "reads", "Reads.", "CustomRole")
    assert made.permissions[0].data_actions == [KeyVaultDataAction.READ_HSM_KEY] and made.assignable_scopes == ["/"]
    assert roles.get_role_definition("/", id).role_name == "reads"
    assert str(id) in {one.name for one in roles.list_role_definitions("/")}
    given = roles.create_role_assignment("/", made.id, guest.object)
    owner.ask(HSM, "POST", "/keys/own/create", {"kty": "EC"}, kind="managedhsm")
    assert guest.ask(HSM, "GET", "/keys/own", kind="managedhsm").status == 200
    assert guest.ask(HSM, "DELETE", "/keys/own", kind="managedhsm").status == 403
    with refused(409, "Conflict", "RoleDefinitionHasAssignments"):
        roles.delete_role_definition("/", id)
    # What it says anew holds at once.
    changed = roles.set_role_definition("/", name=id, role_name="deletes", permissions=[
        KeyVaultPermission(data_actions=["Microsoft.KeyVault/managedHsm/keys/*"], not_data_actions=[KeyVaultDataAction.READ_HSM_KEY])
    ])
    assert changed.description == "" and changed.permissions[0].not_data_actions == [KeyVaultDataAction.READ_HSM_KEY]
    assert guest.ask(HSM, "GET", "/keys/own", kind="managedhsm").status == 403
    assert guest.ask(HSM, "DELETE", "/keys/own", kind="managedhsm").status == 200
    roles.delete_role_assignment("/", given.name)
    roles.delete_role_definition("/", id)
    with pytest.raises(ResourceNotFoundError):
        roles.get_role_definition("/", id)
    # The client takes one that is gone for one that it has deleted.
    roles.delete_role_definition("/", id)


def test_roles_that_cannot_be_are_refused(roles):
    for permissions in (
        [KeyVaultPermission(actions=["Microsoft.KeyVault/managedHSMs/write"])],
        [KeyVaultPermission(data_actions=["Microsoft.KeyVault/managedHsm/keys/raed/action"])],
        [KeyVaultPermission(data_actions=["Microsoft.KeyVault/managedHsm/*"], not_data_actions=["Microsoft.KeyVault/managedHsm/keys/sing/*"])],
        [KeyVaultPermission(data_actions=["Microsoft.KeyVault/vaults/keys/read"])],
        [KeyVaultPermission(data_actions=[]), KeyVaultPermission(data_actions=[])],
    ):
        with refused(400, "BadParameter"):
            roles.set_role_definition("/", permissions=permissions)
    for scopes in (["/secrets"], ["keys"], ["/keys/a/b"], []):
        with refused(400, "BadParameter"):
            roles.set_role_definition("/", assignable_scopes=scopes)
    with refused(400, "BadParameter"):
        roles.set_role_definition("/keys", role_name="x")
    for change in (lambda: roles.set_role_definition("/", name=OFFICER), lambda: roles.delete_role_definition("/", OFFICER)):
        with refused(400, "BadParameter"):
            change()
    with refused(404, "RoleDefinitionNotFound"):
        roles.get_role_definition("/", uuid.uuid4())


def test_roles_are_given_and_taken(owner, roles, guest):
    definition = roles.get_role_definition("/", AUDITOR)
    name = uuid.uuid4()
    made = roles.create_role_assignment(KeyVaultRoleScope.KEYS, definition.id, guest.object, name=name)
    assert made.name == str(name) and made.type == "Microsoft.Authorization/roleAssignments"
    assert made.role_assignment_id == f"/keys/providers/Microsoft.Authorization/roleAssignments/{name}"
    told = made.properties
    assert (told.principal_id, told.role_definition_id, told.scope) == (guest.object, definition.id, "/keys")
    read = roles.get_role_assignment(KeyVaultRoleScope.KEYS, name)
    assert vars(read.properties) == vars(told) and read.role_assignment_id == made.role_assignment_id
    assert str(name) in {one.name for one in roles.list_role_assignments(KeyVaultRoleScope.KEYS)}
    for again in ({"name": name}, {}):
        with refused(409, "RoleAssignmentExists"):
            roles.create_role_assignment("/keys", definition.id, guest.object, **again)
    with pytest.raises(ResourceExistsError):
        roles.create_role_assignment("/", definition.id, guest.object, name=name)
    # It was given at one place and is nowhere else.
    with pytest.raises(ResourceNotFoundError):
        roles.get_role_assignment("/", name)
    roles.delete_role_assignment("/", name)
    assert roles.get_role_assignment("/keys", name).name == str(name)
    assert guest.ask(HSM, "GET", "/keys", kind="managedhsm").status == 200
    roles.delete_role_assignment("/keys", name)
    with refused(404, "RoleAssignmentNotFound"):
        roles.get_role_assignment("/keys", name)
    assert guest.ask(HSM, "GET", "/keys", kind="managedhsm").status == 403


def test_what_is_no_guid_is_nobodys_name(roles):
    # The clients' own deletions take that for done.
    roles.delete_role_definition("/", "foobar")
    roles.delete_role_assignment("/", "foobar")
    for read, code in (
        (roles.get_role_definition, "RoleDefinitionNotFound"),
        (roles.get_role_assignment, "RoleAssignmentNotFound"),
    ):
        with refused(404, code):
            read("/", "foobar")


def test_what_cannot_be_given_is_refused(roles, guest):
    with refused(404, "RoleDefinitionNotFound"):
        roles.create_role_assignment("/", str(uuid.uuid4()), guest.object)
    for role, principal, name in (("x", guest.object, None), (USER, "x", None), (USER, guest.object, "x")):
        with refused(400, "BadParameter"):
            roles.create_role_assignment("/", role, principal, name=name)
    narrow = roles.set_role_definition("/", role_name="narrow", assignable_scopes=["/keys/one"])
    for scope in ("/", "/keys", "/keys/one2"):
        with refused(400, "BadParameter"):
            roles.create_role_assignment(scope, narrow.id, guest.object)
    assert roles.create_role_assignment("/keys/ONE", narrow.id, guest.object).properties.scope == "/keys/ONE"


def test_lists_are_filtered(owner, roles, guest):
    made = {
        scope: roles.create_role_assignment(scope, AUDITOR, guest.object).name for scope in ("/", "/keys", "/keys/first")
    }

    def seen(scope, text=None):
        shown = roles.list_role_assignments(scope, **({"filter": text} if text else {}))
        return {one.properties.scope for one in shown if one.name in made.values()}

    # At the place, above and below; with the filter, what holds there.
    assert seen("/") == {"/", "/keys", "/keys/first"}
    assert seen("/keys/second") == {"/", "/keys"}
    assert seen("/keys", "atScope()") == {"/", "/keys"}
    assert seen("/", f"principalId eq '{guest.object}'") == {"/", "/keys", "/keys/first"}
    assert seen("/", f"principalId eq {guest.object.upper()}") == {"/", "/keys", "/keys/first"}
    assert seen("/", f"principalId eq '{owner.object}'") == set()
    assert seen("/keys/first", f"assignedTo('{guest.object}')") == {"/", "/keys", "/keys/first"}
    for text in ("x", "principalId eq", "principalId eq 'x'", "principalId ne '" + owner.object + "'", "atScope() or true", "'"):
        with refused(400, "BadParameter"):
            seen("/", text)


def test_who_gives_roles_at_one_key_gives_none_elsewhere(server, owner, roles, guest):
    owner.ask(HSM, "POST", "/keys/theirs/create", {"kty": "EC"}, kind="managedhsm")
    roles.create_role_assignment("/keys/theirs", OFFICER, guest.object)
    elsewhere = roles.create_role_assignment("/", AUDITOR, str(uuid.uuid4()))
    with client(guest) as theirs:
        given = theirs.create_role_assignment("/keys/theirs", USER, guest.object)
        assert given.name in {one.name for one in theirs.list_role_assignments("/keys/theirs")}
        for scope in ("/", "/keys", "/keys/other"):
            with forbidden():
                theirs.create_role_assignment(scope, USER, guest.object)
            with forbidden():
                list(theirs.list_role_assignments(scope))
            with forbidden():
                theirs.delete_role_assignment(scope, elsewhere.name)
            with forbidden():
                theirs.delete_role_assignment(scope, given.name)
        # Under the place where they may, the one at another place isn't found.
        theirs.delete_role_assignment("/keys/theirs", elsewhere.name)
        with forbidden():
            theirs.set_role_definition("/", role_name="mine")
    assert roles.get_role_assignment("/", elsewhere.name).name == elsewhere.name
    assert guest.ask(HSM, "GET", "/keys/theirs", kind="managedhsm").status == 200
    assert guest.ask(HSM, "GET", "/keys/own", kind="managedhsm").status == 403


def test_nobody_without_the_right_does_any_of_it(roles, guest, owner):
    there = roles.create_role_assignment("/", AUDITOR, str(uuid.uuid4())).name
    with client(guest) as theirs, client(guest, KeyVaultSettingsClient) as settings, client(guest, KeyVaultBackupClient) as backups:
        for call in (
            lambda: list(theirs.list_role_definitions("/")),
            lambda: theirs.get_role_definition("/", OFFICER),
            lambda: theirs.get_role_definition("/", uuid.uuid4()),
            lambda: theirs.set_role_definition("/", role_name="x"),
            lambda: theirs.delete_role_definition("/", uuid.uuid4()),
            lambda: list(theirs.list_role_assignments("/")),
            lambda: theirs.get_role_assignment("/", there),
            lambda: theirs.get_role_assignment("/", uuid.uuid4()),
            lambda: theirs.create_role_assignment("/", USER, guest.object),
            lambda: theirs.create_role_assignment("/", str(uuid.uuid4()), guest.object),
            lambda: theirs.delete_role_assignment("/", there),
            lambda: theirs.delete_role_assignment("/", uuid.uuid4()),
            lambda: settings.list_settings(),
            lambda: settings.get_setting(SETTING),
            lambda: settings.get_setting("None"),
            lambda: settings.update_setting(KeyVaultSetting(SETTING, True)),
            lambda: settings.update_setting(KeyVaultSetting("None", True)),
            lambda: backups.begin_backup(BLOBS, sas_token="x").result(),
            lambda: backups.begin_restore(BLOBS + "/x", sas_token="x").result(),
            lambda: backups.begin_restore(BLOBS + "/x", sas_token="x", key_name="own").result(),
        ):
            with forbidden():
                call()


def test_the_setting(owner):
    with client(owner, KeyVaultSettingsClient) as settings:
        (only,) = settings.list_settings()
        assert (only.name, only.setting_type, only.value) == (SETTING, KeyVaultSettingType.BOOLEAN, "false")
        changed = settings.update_setting(KeyVaultSetting(SETTING, True, setting_type=KeyVaultSettingType.BOOLEAN))
        assert changed.getboolean() and settings.get_setting(SETTING).getboolean()
        assert not settings.update_setting(KeyVaultSetting(SETTING, "false")).getboolean()
        with refused(400, "BadParameter"):
            settings.update_setting(KeyVaultSetting(SETTING, "maybe"))
        with refused(400, "BadParameter"):
            settings.update_setting(KeyVaultSetting("Other", True))
        with refused(404, "NotFound"):
            settings.get_setting("Other")


@pytest.mark.parametrize("way", ["backup", "restore", "one key"])
def test_a_full_backup_is_an_operation_that_has_failed(owner, way):
    with client(owner, KeyVaultBackupClient) as backups:
        begin = {
            "backup": lambda: backups.begin_backup(BLOBS, sas_token="sig=x"),
            "restore": lambda: backups.begin_restore(BLOBS + "/mhsm-two", use_managed_identity=True),
            "one key": lambda: backups.begin_restore(BLOBS + "/mhsm-two", sas_token="x", key_name="own"),
        }[way]
        poller = begin()
        with pytest.raises(HttpResponseError) as error:
            poller.result()
        assert "NotImplemented" in str(error.value) and "claviger backup" in str(error.value)
        assert poller.status() == "Failed"


def test_checks_before_full_backups_fail_alike(owner):
    with client(owner, KeyVaultBackupClient) as backups:
        for poller in (backups.begin_pre_backup(BLOBS, sas_token="x"), backups.begin_pre_restore(BLOBS + "/x", sas_token="x")):
            with pytest.raises(HttpResponseError) as error:
                poller.result()
            assert "claviger backup" in str(error.value)


@pytest.mark.parametrize("version", list(ApiVersion))
def test_every_version_of_the_client(owner, version):
    with client(owner, api_version=version) as roles:
        assert len(list(roles.list_role_definitions("/"))) >= 9
        assert list(roles.list_role_assignments("/"))


def test_the_asynchronous_clients(owner, guest):
    async def all():
        make = {"credential": AsyncClientSecretCredential}
        async with client(owner, AsyncAccessControlClient, **make) as roles:
            definitions = [one.name async for one in roles.list_role_definitions("/")]
            assert OFFICER in definitions
            given = await roles.create_role_assignment("/keys", AUDITOR, guest.object)
            assert (await roles.get_role_assignment("/keys", given.name)).name == given.name
            assert given.name in [one.name async for one in roles.list_role_assignments("/keys")]
            await roles.delete_role_assignment("/keys", given.name)
            own = await roles.set_role_definition("/", role_name="own")
            await roles.delete_role_definition("/", own.name)
        async with client(owner, AsyncSettingsClient, **make) as settings:
            assert (await settings.get_setting(SETTING)).name == SETTING
        async with client(owner, AsyncBackupClient, **make) as backups:
            poller = await backups.begin_backup(BLOBS, sas_token="x")
            with pytest.raises(HttpResponseError) as error:
                await poller.result()
            assert "claviger backup" in str(error.value)

    asyncio.run(all())


def test_vaults_have_none_of_it(owner):
    for method, path in (
        ("GET", "/providers/Microsoft.Authorization/roleDefinitions"),
        ("GET", "/keys/k/providers/Microsoft.Authorization/roleAssignments"),
        ("GET", "/settings"),
        ("POST", "/backup"),
    ):
        answer = owner.ask("one", method, path)
        assert (answer.status, answer.code) == (501, "NotImplemented"), path
    assert owner.ask("one", "PUT", "/keys/k/restore").status == 405


def test_what_is_changed_is_written_down(server, owner, roles):
    own = roles.set_role_definition("/", role_name="written", permissions=[KeyVaultPermission(data_actions=[KeyVaultDataAction.READ_HSM_KEY])])
    given = roles.create_role_assignment("/keys", own.id, owner.object)
    roles.delete_role_assignment("/keys", given.name)
    roles.delete_role_definition("/", own.name)
    records = [json.loads(line) for line in server.audit_lines()]
    found = {
        one["operation"]: one.get("details", {})
        for one in records
        if own.name in json.dumps(one) or given.name in json.dumps(one)
    }
    assert {"WriteRoleDefinition", "WriteRoleAssignment", "DeleteRoleAssignment", "DeleteRoleDefinition"} <= set(found)
    assert found["WriteRoleDefinition"]["dataActions"] == KeyVaultDataAction.READ_HSM_KEY.value
    assert found["WriteRoleAssignment"]["scope"] == "/keys"


# The last: the server is found at another port afterwards.
def test_roles_outlive_the_server(server, owner):
    with client(owner) as roles:
        own = roles.set_role_definition("/", role_name="lasting", permissions=[KeyVaultPermission(data_actions=[KeyVaultDataAction.READ_HSM_KEY])])
        given = roles.create_role_assignment("/keys", own.id, str(uuid.uuid4()))
        with client(owner, KeyVaultSettingsClient) as settings:
            settings.update_setting(KeyVaultSetting(SETTING, True))
    server.restart()
    with client(owner) as roles:
        assert roles.get_role_definition("/", own.name).permissions[0].data_actions == [KeyVaultDataAction.READ_HSM_KEY]
        assert roles.get_role_assignment("/keys", given.name).properties.role_definition_id == own.id
    with client(owner, KeyVaultSettingsClient) as settings:
        assert settings.get_setting(SETTING).getboolean()
        settings.update_setting(KeyVaultSetting(SETTING, False))
