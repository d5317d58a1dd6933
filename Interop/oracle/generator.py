"""Cases by chance, from a seed: the same seed gives the same cases, on every machine.

    python -m oracle.generator --seed S --count N

prints one case a line; run it in the folder that has the package. Each case is built around a way in which access could be
allowed, and then gets the policies that may take it away again."""

import argparse
import json
import random
import sys

from . import world
from .conditions import context
from .policies import document, put_principals, statement


def cases(seed):
    """Cases without end."""
    rng = random.Random(seed)
    while True:
        yield one(rng)


def one(rng):
    caller = _caller(rng)
    resource, action = _asked(rng, caller["account"])
    case = {"caller": caller, "action": f"kms:{action}", "resource": resource, "context": {}}
    case["context"] = context(rng, caller, resource["policy"] is not None)
    way = None
    if resource["policy"] is not None:
        way = rng.choice(("direct", "direct", "limited", "limited", "account", "account", "account", "all", "grant", "none"))
        resource["policy"] = _key_policy(rng, case, way)
        resource["grants"] = _grants(rng, case, action, way)
    if caller["kind"] != "root":
        _put_own_policies(rng, case, way)
    return case


# --- who and what


def _caller(rng):
    account = world.HOME if rng.random() < 0.75 else world.AWAY
    kind = rng.choice(("user",) * 7 + ("role",) * 7 + ("federated",) * 4 + ("root",) * 2)
    caller = {"kind": kind, "account": account}
    if kind == "root":
        caller["arn"] = world.root(account)
    elif kind == "role":
        path = rng.choice(world.ROLES)
        caller["arn"] = world.session(account, path, rng.choice(world.SESSIONS))
        caller["role"] = world.role(account, path)
    else:
        path = rng.choice(world.USERS)
        caller["arn"] = world.user(account, path)
        if kind == "federated":
            caller["user"] = caller["arn"]
            caller["arn"] = world.federated(account, path.rpartition("/")[2])
    return caller | {"identity": [], "boundary": None, "session": None}


def _asked(rng, account):
    """(resource, operation): mostly a key of the home account."""
    share = rng.random()
    if share < 0.12:
        return _without_policy("*", account), rng.choice(world.OF_ACCOUNT)
    if share < 0.2:
        owner = account if rng.random() < 0.85 else rng.choice(world.ACCOUNTS)
        return _without_policy(world.alias(owner, rng.choice(world.ALIASES)), owner), rng.choice(world.OF_ALIAS)
    operations = rng.choice((world.WITH_CONTEXT,) * 6 + (world.WITHOUT_CONTEXT,) * 3 + (world.MANAGING,) * 2)
    resource = {"arn": world.key(world.HOME, rng.choice(world.KEYS)), "account": world.HOME, "policy": {}, "grants": []}
    return resource, "RetireGrant" if rng.random() < 0.02 else rng.choice(operations)


def _without_policy(arn, account):
    return {"arn": arn, "account": account, "policy": None, "grants": []}


# --- what the resource says


def _key_policy(rng, case, way):
    caller = case["caller"]
    statements = []
    if way != "grant":
        statements.append(put_principals(rng, statement(rng, case, "Allow", True, 0.92), caller, way))
    if rng.random() < (0.4 if way in ("direct", "limited") else 0.15):
        statements.append({"Effect": "Allow", "Principal": {"AWS": world.root(world.HOME)}, "Action": "kms:*", "Resource": "*"})
    if rng.random() < 0.25 or not statements:
        statements.append(put_principals(rng, statement(rng, case, "Allow", True, 0.6), caller))
    if rng.random() < 0.2:
        statements.append(put_principals(rng, statement(rng, case, "Deny", True, 0.8), caller))
    if rng.random() < 0.3:
        rng.shuffle(statements)
    return document(rng, case, statements)


def _grants(rng, case, operation, way):
    count = 1 if way == "grant" else rng.choice((0, 0, 0, 0, 0, 1, 2))
    grants = [_grant(rng, case, operation) for _ in range(count)]
    if operation == "RetireGrant" and rng.random() < 0.5:
        grants.append(_grant(rng, case, operation))
    return grants


def _grant(rng, case, operation):
    grantable = operation in world.WITH_CONTEXT or operation in world.WITHOUT_CONTEXT
    operations = rng.sample(world.WITH_CONTEXT, rng.choice((1, 2, 3)))
    if grantable and rng.random() < 0.85:
        operations.append(operation)
    if rng.random() < 0.25:
        operations.append(rng.choice(("DescribeKey", "RetireGrant")))
    grant = {"grantee": _grantee(rng, case["caller"]), "operations": sorted(set(operations)), "equals": None, "subset": None}
    # Constraints go with operations that have an encryption context, and with the two that ignore them.
    if all(one in world.WITH_CONTEXT or one in ("DescribeKey", "RetireGrant") for one in grant["operations"]):
        share = rng.random()
        if share < 0.25:
            grant["equals"] = _pairs(rng, case["context"], False)
        elif share < 0.5:
            grant["subset"] = _pairs(rng, case["context"], True)
    return grant


def _grantee(rng, caller):
    share = rng.random()
    if share < 0.4:
        return caller["arn"]
    if share < 0.75:
        return caller.get("role") or caller.get("user") or caller["arn"]
    if share < 0.85:
        return world.root(caller["account"])
    return rng.choice((world.user(caller["account"], "bob"), world.role(caller["account"], "app"), world.root(world.AWAY)))


_NAME_OF_PAIR = len("kms:EncryptionContext:")


def _pairs(rng, request_context, is_part):
    """Pairs of the request's encryption context: all of them or some, now and then with something changed."""
    pairs = {
        key[_NAME_OF_PAIR:]: values[0]
        for key, values in request_context.items()
        if key.lower().startswith("kms:encryptioncontext:")
    }
    if is_part and len(pairs) > 1:
        pairs.pop(rng.choice(tuple(pairs)))
    share = rng.random()
    if share < 0.15 and pairs:
        pairs = {name.lower(): value for name, value in pairs.items()}
    elif share < 0.25 and pairs:
        pairs[rng.choice(tuple(pairs))] = "red"
    elif share < 0.35 or not pairs:
        pairs["team"] = rng.choice(world.TEAMS)
    return pairs


# --- what the caller's own policies say


def _put_own_policies(rng, case, way):
    caller = case["caller"]
    is_needed = way in (None, "account") or caller["account"] != case["resource"]["account"]
    if rng.random() < (0.93 if is_needed else 0.45):
        caller["identity"] = [_own_policy(rng, case, 0.9, 0.12)]
        if rng.random() < 0.25:
            caller["identity"].append(_own_policy(rng, case, 0.5, 0.15))
    if rng.random() < 0.3:
        caller["boundary"] = _own_policy(rng, case, 0.8, 0.08)
    if caller["kind"] in ("role", "federated") and rng.random() < (0.3 if caller["kind"] == "role" else 0.85):
        caller["session"] = [_own_policy(rng, case, 0.85, 0.06)]
        if rng.random() < 0.2:
            caller["session"].append(_own_policy(rng, case, 0.5, 0.1))


def _own_policy(rng, case, aim, denies):
    statements = [statement(rng, case, "Allow", False, aim)]
    if rng.random() < 0.3:
        statements.append(statement(rng, case, "Allow", False, aim))
    if rng.random() < denies:
        statements.append(statement(rng, case, "Deny", False, 0.75))
    return document(rng, case, statements)


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Print cases of access decisions, one a line.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    chosen = parser.parse_args(arguments)
    made = cases(chosen.seed)
    for _ in range(chosen.count):
        sys.stdout.write(json.dumps(next(made), separators=(",", ":"), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
