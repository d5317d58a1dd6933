"""Who may do what in a vault: each built-in role of Azure and each permission of access policies, against each operation.

What is expected comes from Azure's own definitions of the roles, written down here: the server's tables have no part in it.
"""

import fnmatch
import json
import uuid

import pytest

import azure_operations as operations
from azure_callers import Caller
from azure_vaults import claviger

HSMS = "Microsoft.KeyVault/managedHsm/"

# Of the page "Azure built-in roles for Security": id, dataActions, and notDataActions, of which none has any. Roles that are about
# certificates alone, or about vaults as such, have nothing that could be allowed here.
VAULT_ROLES = {
    "Key Vault Administrator": ("00482a5a-887f-4fb3-b363-3b7fe8e74483", ["*"]),
    "Key Vault Reader": ("21090545-7ca7-4776-b22c-e363652d74d2", ["*/read", "secrets/readMetadata/action"]),
    "Key Vault Crypto Officer": ("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", ["keys/*", "keyrotationpolicies/*"]),
    "Key Vault Crypto User": (
        "12338af0-0e69-4776-bea7-57ae8d297424",
        ["keys/read", "keys/update/action", "keys/backup/action", "keys/encrypt/action", "keys/decrypt/action"]
        + ["keys/wrap/action", "keys/unwrap/action", "keys/sign/action", "keys/verify/action"],
    ),
    "Key Vault Crypto Service Encryption User": (
        "e147488a-f6f5-4113-8e2d-b22465e65bf6",
        ["keys/read", "keys/wrap/action", "keys/unwrap/action"],
    ),
    "Key Vault Crypto Service Release User": ("08bbd89e-9f13-488c-ac41-acfcb10c90ab", ["keys/release/action"]),
    "Key Vault Secrets Officer": ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", ["secrets/*"]),
    "Key Vault Secrets User": (
        "4633458b-17de-408a-b874-0445c86b69e6",
        ["secrets/getSecret/action", "secrets/readMetadata/action"],
    ),
    "Key Vault Certificate User": (
        "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
        ["certificates/read", "secrets/getSecret/action", "secrets/readMetadata/action", "keys/read"],
    ),
}

ROLE_READING = ["roleAssignments/read/action", "roleDefinitions/read/action"]
ROLE_WRITING = [
    f"{kind}/{verb}/action" for kind in ("roleAssignments", "roleDefinitions") for verb in ("read", "write", "delete")
]
CRYPTO = ["encrypt", "decrypt", "wrap", "unwrap", "sign", "verify"]
BACKUP = ["backup/start/action", "backup/status/action"]
RESTORE = ["restore/start/action", "restore/status/action"]
SETTINGS = ["settings/read/action", "settings/write/action"]

# Of the page "Local RBAC built-in roles for Managed HSM". It also lets auditors purge keys, against its own description of them: they may not
# here. Azure says in words alone who may change settings and draw random bytes.
HSM_ROLES = {
    "Administrator": ("a290e904-7015-4bba-90c8-60543313cdb4", ROLE_WRITING + BACKUP + RESTORE + SETTINGS),
    "Crypto Officer": (
        "515eb02d-2335-4d2d-92f2-b1cbdf9c3778",
        ["keys/deletedKeys/read/action", "keys/deletedKeys/recover/action", "keys/deletedKeys/delete"] + ROLE_WRITING,
    ),
    "Crypto User": (
        "21dbd100-6940-42c2-9190-5d6cb909625b",
        ["keys/read/action", "keys/write/action", "keys/rotate/action", "keys/create", "keys/delete", "keys/backup/action"]
        + ["keys/restore/action", "keys/release/action", "keys/import/action", "rng/action"]
        + [f"keys/{verb}/action" for verb in CRYPTO]
        + ROLE_READING,
    ),
    "Policy Administrator": ("4bd23610-cdcf-4971-bdee-bdc562cc28e4", ROLE_WRITING),
    "Crypto Auditor": ("2c18b078-7c48-4d3a-af88-5a3a1b3f82b3", ["keys/read/action"] + ROLE_READING),
    "Crypto Service Encryption User": (
        "33413926-3206-4cdd-b39a-83574fe37a17",
        ["keys/read/action", "keys/wrap/action", "keys/unwrap/action"],
    ),
    "Crypto Service Release User": ("21dbd100-6940-42c2-9190-5d6cb909625c", ["keys/release/action"]),
    "Backup": ("7b127d3c-77bd-4e3e-bbe0-dbb8971fa7f8", ["keys/backup/action"] + BACKUP),
    "Restore": ("6efe6056-5259-49d2-8b3d-d3d73544b20b", ["keys/restore/action"] + RESTORE),
}

VAULT_OPERATIONS = operations.KEYS + operations.SECRETS
HSM_OPERATIONS = [operations.of_hsm(one) for one in operations.KEYS] + operations.ADMINISTRATION
PERMISSIONS = sorted({one.permission for one in VAULT_OPERATIONS})


def cell(role):
    return role.lower().replace(" ", "-")


def allows(patterns, action):
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


@pytest.fixture(scope="module")
def owner(server, names):
    """Of the vault `one`, the managed HSM `two` and the vault `three`, which has access policies."""
    caller = Caller(server, "owner")
    claviger(server, "create", "one", "--admin", caller.client)
    claviger(server, "create", "two", "--hsm", "--admin", caller.client)
    claviger(server, "create", "three", "--access-policies", "--admin", caller.client)
    operations.furnish(owner=caller, vault="one", cells=[cell(role) for role in VAULT_ROLES])
    operations.furnish(owner=caller, vault="two", cells=[cell(role) for role in HSM_ROLES], kind="managedhsm")
    cells = [permission.replace("/", "-") for permission in PERMISSIONS]
    operations.furnish(owner=caller, vault="three", cells=cells)
    operations.adopt(server, ["one", "two", "three"])
    return caller


def fill(value, here):
    """The path or body of an operation, for one caller."""
    text = value if isinstance(value, str) else json.dumps(value)
    text = text.replace("{cell}", here).replace("{guid}", str(uuid.uuid4()))
    return text if isinstance(value, str) else json.loads(text)


def check(caller, vault, one, here, is_allowed, inner, kind="vault"):
    """Does one request, and says what is wrong with the answer."""
    answer = caller.ask(vault, one.method, fill(one.path, here), fill(one.body, here), kind=kind)
    if one.is_in_batch and answer.status == 200:
        (answer,) = answer.parts()
    if is_allowed:
        is_answered = (answer.status, answer.code) == (one.status, one.code) and answer.inner != inner
        return [] if is_answered else [(one.name, "may", answer)]
    told = (answer.status, answer.code, answer.inner)
    return [] if told == (403, "Forbidden", inner) else [(one.name, "may not", answer)]


@pytest.mark.parametrize("role", VAULT_ROLES)
def test_each_role_of_vaults_against_each_operation(server, owner, role):
    caller = Caller(server, cell(role))
    id, patterns = VAULT_ROLES[role]
    claviger(server, "assign", "one", "--role", id, "--principal", caller.client, "--scope", "/")
    wrong = []
    for one in VAULT_OPERATIONS:
        wrong += check(caller, "one", one, cell(role), allows(patterns, one.action), "ForbiddenByRbac")
    assert not wrong


@pytest.mark.parametrize("role", HSM_ROLES)
def test_each_role_of_managed_hsms_against_each_operation(server, owner, role):
    caller = Caller(server, cell(role))
    id, patterns = HSM_ROLES[role]
    claviger(server, "assign", "two", "--role", id, "--principal", caller.client, "--scope", "/")
    wrong = []
    for one in HSM_OPERATIONS:
        wrong += check(
            caller, "two", one, cell(role), allows(patterns, one.action), "ForbiddenByRbac", kind="managedhsm"
        )
    assert not wrong


@pytest.mark.parametrize("role", ["Key Vault Administrator", "Key Vault Crypto Officer"])
def test_no_role_of_vaults_gives_random_bytes(server, owner, role):
    """Only managed HSMs have them in Azure, so that vaults have no data action for it."""
    caller = Caller(server, "random-" + cell(role))
    claviger(server, "assign", "one", "--role", VAULT_ROLES[role][0], "--principal", caller.client, "--scope", "/")
    answer = caller.ask("one", "POST", "/rng", {"count": 4})
    assert (answer.status, answer.inner) == (403, "ForbiddenByRbac"), answer


def test_each_permission_of_access_policies_against_each_operation(server, owner):
    caller = Caller(server, "policies")
    wrong = []
    for permission in PERMISSIONS:
        claviger(server, "permit", "three", "--principal", caller.client, "--permission", permission)
        for one in VAULT_OPERATIONS:
            here = permission.replace("/", "-")
            told = check(caller, "three", one, here, permission == one.permission, "AccessDenied")
            wrong += [(permission, *each) for each in told]
    assert not wrong


def test_a_refusal_says_who_wanted_what_where(server, owner):
    caller = Caller(server, "refused")
    answer = caller.ask("one", "GET", "/secrets/one")
    assert answer.message.startswith("Caller is not authorized to perform action on resource.\r\n")
    for text in (caller.client, caller.object, "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'"):
        assert text in answer.message
    assert "Vault: one;location=" in answer.message
    answer = caller.ask("three", "GET", "/secrets/one")
    assert f"appid={caller.client};oid={caller.object}" in answer.message
    assert "does not have secrets get permission on key vault 'three;location=" in answer.message


def test_nobody_learns_what_is_there_without_the_right(server, owner):
    caller = Caller(server, "curious")
    for here, nowhere in (("/keys/ec", "/keys/none"), ("/secrets/one", "/secrets/none"), ("/deletedkeys/gone", "/deletedkeys/none")):
        answers = [caller.ask("one", "GET", path) for path in (here, nowhere)]
        assert [(a.status, a.code, a.inner) for a in answers] == [(403, "Forbidden", "ForbiddenByRbac")] * 2, answers


def test_a_role_holds_where_it_was_given(server, owner):
    caller = Caller(server, "scoped")
    role = VAULT_ROLES["Key Vault Crypto User"][0]
    claviger(server, "assign", "one", "--role", role, "--principal", caller.client, "--scope", "/keys/ec")
    sign = operations.SIGNED
    assert caller.ask("one", "POST", "/keys/EC/sign", sign).status == 200
    for method, path, body in (
        ("POST", "/keys/rsa/encrypt", operations.CIPHER),
        ("GET", "/keys/rsa", None),
        ("GET", "/keys", None),
        ("GET", "/keys/ec2", None),
        ("GET", "/secrets/ec", None),
    ):
        assert caller.ask("one", method, path, body).status == 403, path
    # What holds in one vault says nothing of another.
    assert caller.ask("two", "POST", "/keys/ec/sign", sign, kind="managedhsm").status == 403
    claviger(server, "assign", "one", "--role", role, "--principal", caller.client, "--scope", "/keys")
    assert caller.ask("one", "GET", "/keys").status == 200
    assert caller.ask("one", "GET", "/secrets").status == 403


def test_who_manages_vaults_has_no_right_in_them(server, owner):
    """Rights over vaults come from identity policies; none of them opens a vault."""
    caller = Caller(server, "manager")
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "claviger:*", "Resource": "*"}],
    }
    server.client("iam").put_user_policy(UserName=caller.user, PolicyName="manages", PolicyDocument=json.dumps(policy))
    for one in VAULT_OPERATIONS:
        assert not check(caller, "one", one, "none", False, "ForbiddenByRbac")
    for one in HSM_OPERATIONS:
        assert not check(caller, "two", one, "none", False, "ForbiddenByRbac", kind="managedhsm")


def test_a_denial_in_a_policy_denies_whatever_role_somebody_has(server, owner):
    caller = Caller(server, "denied")
    claviger(server, "assign", "one", "--role", "Key Vault Administrator", "--principal", caller.client, "--scope", "/")
    assert caller.ask("one", "POST", "/keys/ec/sign", operations.SIGNED).status == 200
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kms:Sign", "Resource": "*"}]}
    server.client("iam").put_user_policy(UserName=caller.user, PolicyName="no", PolicyDocument=json.dumps(policy))
    answer = caller.ask("one", "POST", "/keys/ec/sign", operations.SIGNED)
    assert (answer.status, answer.inner) == (403, "ForbiddenByRbac")
    assert caller.ask("one", "GET", "/keys/ec").status == 200


def test_a_role_that_is_taken_away_is_gone_at_once(server, owner):
    caller = Caller(server, "passing")
    told = claviger(server, "assign", "one", "--role", "Key Vault Secrets User", "--principal", caller.client, "--scope", "/")
    assert caller.ask("one", "GET", "/secrets/one").status == 200
    id = next(one["id"] for one in told["assignments"] if one["principal"] == caller.object)
    claviger(server, "unassign", "one", id)
    assert caller.ask("one", "GET", "/secrets/one").status == 403


def own_role(owner, name, actions, excluded):
    permissions = [{"dataActions": actions, "notDataActions": excluded}]
    body = {"properties": {"roleName": name, "permissions": permissions, "assignableScopes": ["/"]}}
    id = str(uuid.uuid4())
    answer = owner.ask("two", "PUT", operations.ROLES + "roleDefinitions/" + id, body, kind="managedhsm")
    assert answer.status == 201, answer
    return id


@pytest.mark.parametrize(
    "name, actions, excluded",
    [
        ("everything", [HSMS + "*"], []),
        ("uses", [HSMS + "keys/*/action"], [HSMS + "keys/sign/*", "Microsoft.KeyVault/managedHSM/KEYS/DECRYPT/ACTION"]),
        ("one", [HSMS + "keys/sign/action"], []),
        ("nothing", [HSMS + "keys/*"], [HSMS + "keys/*"]),
    ],
)
def test_roles_of_an_hsm_s_own_with_stars_and_exceptions(server, owner, name, actions, excluded):
    caller = Caller(server, "own-" + name)
    role = own_role(owner, name, actions, excluded)
    body = {"properties": {"roleDefinitionId": role, "principalId": caller.object}}
    path = operations.ROLES + "roleAssignments/" + str(uuid.uuid4())
    assert owner.ask("two", "PUT", path, body, kind="managedhsm").status == 201
    here = "own-" + name
    for prefix in ("go", "back", "out", "turn"):
        assert owner.ask("two", "POST", f"/keys/{prefix}-{here}/create", {"kty": "EC"}, kind="managedhsm").status == 200
        if prefix in ("back", "out"):
            assert owner.ask("two", "DELETE", f"/keys/{prefix}-{here}", kind="managedhsm").status == 200
    wrong = []
    for one in HSM_OPERATIONS:
        action = HSMS + one.action
        is_allowed = allows(actions, action) and not allows(excluded, action)
        wrong += check(caller, "two", one, here, is_allowed, "ForbiddenByRbac", kind="managedhsm")
    assert not wrong
