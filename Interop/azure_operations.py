"""The operations of vaults and managed HSMs, each with the data action and the permission that Azure asks for.

Written from Azure's definitions of the data actions ("Azure permissions for security", "Local RBAC built-in roles for Managed HSM") and
of the permissions of access policies, and from nothing that the server has.
"""

import dataclasses
import json

from azure_vaults import claviger, encoded

DIGEST = encoded(bytes(32))
OCTETS = {"key": {"kty": "oct", "k": encoded(bytes(16))}}
POLICY = {"lifetimeActions": [], "attributes": {"expiryTime": "P90D"}}
CIPHER = {"alg": "RSA-OAEP", "value": encoded(b"x")}
SIGNED = {"alg": "ES256", "value": DIGEST}
RELEASE = {
    "version": "1.0.0", "anyOf": [{"authority": "https://attest.example", "allOf": [{"claim": "level", "equals": 1}]}]
}


@dataclasses.dataclass(frozen=True)
class Operation:
    """One request. `{cell}` in its path is another name for each caller."""

    name: str
    method: str
    path: str
    action: str
    permission: str | None = None
    body: object = None
    # What somebody is answered who may.
    status: int = 200
    code: str | None = None
    is_in_batch: bool = False


KEYS = [
    Operation("create", "POST", "/keys/new-{cell}/create", "keys/create/action", "keys/create", {"kty": "EC"}),
    Operation("import", "PUT", "/keys/brought-{cell}", "keys/import/action", "keys/import", OCTETS),
    Operation("get", "GET", "/keys/ec", "keys/read", "keys/get"),
    Operation("list", "GET", "/keys", "keys/read", "keys/list"),
    Operation("list versions", "GET", "/keys/ec/versions", "keys/read", "keys/list"),
    Operation("update", "PATCH", "/keys/ec", "keys/update/action", "keys/update", {"tags": {"a": "b"}}),
    Operation("delete", "DELETE", "/keys/go-{cell}", "keys/delete", "keys/delete"),
    Operation("get deleted", "GET", "/deletedkeys/gone", "keys/read", "keys/get"),
    Operation("list deleted", "GET", "/deletedkeys", "keys/read", "keys/list"),
    Operation("recover", "POST", "/deletedkeys/back-{cell}/recover", "keys/recover/action", "keys/recover"),
    Operation("purge", "DELETE", "/deletedkeys/out-{cell}", "keys/purge/action", "keys/purge", status=204),
    Operation("rotate", "POST", "/keys/turn-{cell}/rotate", "keys/rotate/action", "keys/rotate"),
    Operation("get rotation policy", "GET", "/keys/ec/rotationpolicy", "keyrotationpolicies/read", "keys/getrotationpolicy"),
    Operation(
        "set rotation policy", "PUT", "/keys/ec/rotationpolicy", "keyrotationpolicies/write", "keys/setrotationpolicy", POLICY
    ),
    Operation("encrypt", "POST", "/keys/rsa/encrypt", "keys/encrypt/action", "keys/encrypt", CIPHER),
    # Nothing that opens: whoever may hears that, and nobody else.
    Operation("decrypt", "POST", "/keys/rsa/decrypt", "keys/decrypt/action", "keys/decrypt", CIPHER, 400, "BadParameter"),
    Operation("wrap", "POST", "/keys/rsa/wrapkey", "keys/wrap/action", "keys/wrapkey", CIPHER),
    Operation("unwrap", "POST", "/keys/rsa/unwrapkey", "keys/unwrap/action", "keys/unwrapkey", CIPHER, 400, "BadParameter"),
    Operation("sign", "POST", "/keys/ec/sign", "keys/sign/action", "keys/sign", SIGNED),
    Operation(
        "verify", "POST", "/keys/ec/verify", "keys/verify/action", "keys/verify",
        {"alg": "ES256", "digest": DIGEST, "value": encoded(bytes(64))}
    ),
    Operation("back up a key", "POST", "/keys/ec/backup", "keys/backup/action", "keys/backup"),
    # Nothing that is a backup, and no word of an authority.
    Operation("restore a key", "POST", "/keys/restore", "keys/restore/action", "keys/restore", {"value": "AA"}, 400, "BadParameter"),
    Operation(
        "release", "POST", "/keys/leaving//release", "keys/release/action", "keys/release", {"target": "e30.e30.AA"}, 403, "Forbidden"
    ),
    Operation("attestation", "GET", "/keys/ec//attestation", "keys/read", "keys/get"),
]

SECRETS = [
    Operation("set secret", "PUT", "/secrets/new-{cell}", "secrets/setSecret/action", "secrets/set", {"value": "1"}),
    Operation("get secret", "GET", "/secrets/one", "secrets/getSecret/action", "secrets/get"),
    Operation("update secret", "PATCH", "/secrets/one", "secrets/update/action", "secrets/set", {"tags": {"a": "b"}}),
    Operation("list secrets", "GET", "/secrets", "secrets/readMetadata/action", "secrets/list"),
    Operation("list secret versions", "GET", "/secrets/one/versions", "secrets/readMetadata/action", "secrets/list"),
    Operation("delete secret", "DELETE", "/secrets/go-{cell}", "secrets/delete", "secrets/delete"),
    Operation("list deleted secrets", "GET", "/deletedsecrets", "secrets/readMetadata/action", "secrets/list"),
    Operation("get deleted secret", "GET", "/deletedsecrets/gone", "secrets/readMetadata/action", "secrets/list"),
    Operation("recover secret", "POST", "/deletedsecrets/back-{cell}/recover", "secrets/recover/action", "secrets/recover"),
    Operation("purge secret", "DELETE", "/deletedsecrets/out-{cell}", "secrets/purge/action", "secrets/purge", status=204),
    Operation("back up a secret", "POST", "/secrets/one/backup", "secrets/backup/action", "secrets/backup"),
    Operation(
        "restore a secret", "POST", "/secrets/restore", "secrets/restore/action", "secrets/restore", {"value": "AA"}, 400, "BadParameter"
    ),
]

# Of a key of AWS that has a name in the vault. What it takes on the key itself, a role or permission of the vault gives in that vault.
ADOPTED = [
    Operation("get an adopted key", "GET", "/keys/till", "keys/read", "keys/get"),
    Operation("attestation of an adopted key", "GET", "/keys/till//attestation", "keys/read", "keys/get"),
    Operation("list the version of an adopted key", "GET", "/keys/till/versions", "keys/read", "keys/list"),
    Operation("sign by an adopted key", "POST", "/keys/till/sign", "keys/sign/action", "keys/sign", SIGNED),
    Operation(
        "switch an adopted key on", "PATCH", "/keys/till", "keys/update/action", "keys/update", {"attributes": {"enabled": True}}
    ),
    # That it is adopted is said to those alone who could.
    Operation(
        "create a version of an adopted key", "POST", "/keys/till/create", "keys/create/action", "keys/create", {"kty": "EC"},
        409, "Conflict"
    ),
    Operation("rotate an adopted key", "POST", "/keys/till/rotate", "keys/rotate/action", "keys/rotate", None, 409, "Conflict"),
    Operation("back an adopted key up", "POST", "/keys/till/backup", "keys/backup/action", "keys/backup", None, 409, "Conflict"),
]

BATCHED = ["get", "encrypt", "decrypt", "wrap", "unwrap", "sign", "verify", "get secret", "sign by an adopted key"]


def in_batch(operation):
    """The same operation in a batch, which anybody may send: each request in it takes its own right."""
    request = {"method": operation.method, "path": operation.path}
    if operation.body is not None:
        request["body"] = operation.body
    return dataclasses.replace(
        operation, name=operation.name + " in a batch", method="POST", path="/batch", body={"requests": [request]}, is_in_batch=True
    )


KEYS += ADOPTED
KEYS += [in_batch(one) for one in KEYS if one.name in BATCHED]
SECRETS += [in_batch(one) for one in SECRETS if one.name in BATCHED]

# In managed HSMs, keys that were deleted are a thing of their own, and rotation policies are read and written with keys.
HSM_ACTIONS = {
    "keys/create/action": "keys/create",
    "keys/read": "keys/read/action",
    "keys/update/action": "keys/write/action",
    "keys/recover/action": "keys/deletedKeys/recover/action",
    "keys/purge/action": "keys/deletedKeys/delete",
    "keyrotationpolicies/read": "keys/read/action",
    "keyrotationpolicies/write": "keys/write/action",
}


def of_hsm(operation):
    """The same operation in a managed HSM."""
    action = HSM_ACTIONS.get(operation.action, operation.action)
    if operation.path.startswith("/deletedkeys") and operation.method == "GET":
        action = "keys/deletedKeys/read/action"
    return dataclasses.replace(operation, action=action)


ROLES = "/providers/Microsoft.Authorization/"
ASSIGNED = {"properties": {"roleDefinitionId": "2c18b078-7c48-4d3a-af88-5a3a1b3f82b3", "principalId": "{guid}"}}
DEFINED = {"properties": {"roleName": "own", "permissions": [{"dataActions": []}]}}
JOB = "0" * 32

ADMINISTRATION = [
    Operation("random", "POST", "/rng", "rng/action", None, {"count": 4}),
    Operation("list roles", "GET", ROLES + "roleDefinitions", "roleDefinitions/read/action"),
    Operation("get role", "GET", ROLES + "roleDefinitions/4bd23610-cdcf-4971-bdee-bdc562cc28e4", "roleDefinitions/read/action"),
    Operation("define role", "PUT", ROLES + "roleDefinitions/{guid}", "roleDefinitions/write/action", None, DEFINED, 201),
    Operation(
        "delete role", "DELETE", ROLES + "roleDefinitions/00000000-0000-4000-8000-00000000dead",
        "roleDefinitions/delete/action", status=404, code="RoleDefinitionNotFound"
    ),
    Operation("list assignments", "GET", ROLES + "roleAssignments", "roleAssignments/read/action"),
    Operation(
        "get assignment", "GET", ROLES + "roleAssignments/00000000-0000-4000-8000-00000000dead", "roleAssignments/read/action",
        status=404, code="RoleAssignmentNotFound"
    ),
    Operation("assign", "PUT", ROLES + "roleAssignments/{guid}", "roleAssignments/write/action", None, ASSIGNED, 201),
    Operation(
        "take away", "DELETE", ROLES + "roleAssignments/00000000-0000-4000-8000-00000000dead",
        "roleAssignments/delete/action", status=404, code="RoleAssignmentNotFound"
    ),
    Operation("back up", "POST", "/backup", "backup/start/action", None, {}, 202),
    Operation("check a backup", "POST", "/prebackup", "backup/start/action", None, {}, 202),
    Operation("ask for a backup", "GET", f"/backup/{JOB}/pending", "backup/status/action", code="NotImplemented"),
    Operation("restore", "PUT", "/restore", "restore/start/action", None, {}, 202),
    Operation("check a restore", "PUT", "/prerestore", "restore/start/action", None, {}, 202),
    Operation("ask for a restore", "GET", f"/restore/{JOB}/pending", "restore/status/action", code="NotImplemented"),
    Operation("restore one key", "PUT", "/keys/ec/restore", "restore/start/action", None, {}, 202),
    # Azure has no data actions of these: its administrators may.
    Operation("list settings", "GET", "/settings", "settings/read/action"),
    Operation("get a setting", "GET", "/settings/AllowKeyManagementOperationsThroughARM", "settings/read/action"),
    Operation(
        "update a setting", "PATCH", "/settings/AllowKeyManagementOperationsThroughARM", "settings/write/action", None,
        {"value": "true"}
    ),
]


def adopt(server, vaults):
    """Gives one key of AWS the name `till` in each of the vaults."""
    key = server.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    for vault in vaults:
        claviger(server, "adopt", vault, "till", "--key", key)


def furnish(owner, vault, cells, *, kind="vault"):
    """Puts there what the operations are about, so that nothing is asked in vain."""

    def ask(method, path, body=None):
        answer = owner.ask(vault, method, path, body, kind=kind)
        assert answer.status in (200, 204), answer

    leaving = {"kty": "EC", "attributes": {"exportable": True}, "release_policy": {"data": encoded(json.dumps(RELEASE).encode())}}
    for name, body in (
        ("ec", {"kty": "EC"}), ("rsa", {"kty": "RSA", "key_size": 2048}), ("gone", {"kty": "EC"}), ("leaving", leaving)
    ):
        ask("POST", f"/keys/{name}/create", body)
    ask("DELETE", "/keys/gone")
    collections = ["keys"] if kind == "managedhsm" else ["keys", "secrets"]
    if "secrets" in collections:
        for name in ("one", "gone"):
            ask("PUT", f"/secrets/{name}", {"value": "1"})
        ask("DELETE", "/secrets/gone")
    for cell in cells:
        for collection in collections:
            for name in ("go", "back", "out", "turn"):
                if collection == "keys":
                    ask("POST", f"/keys/{name}-{cell}/create", {"kty": "EC"})
                else:
                    ask("PUT", f"/secrets/{name}-{cell}", {"value": "1"})
                if name in ("back", "out"):
                    ask("DELETE", f"/{collection}/{name}-{cell}")
