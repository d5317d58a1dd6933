"""Short ways to write a case by hand, for the documented examples."""

from . import world
from .world import HOME

KEY = world.key(HOME, world.KEYS[0])
OTHER_KEY = world.key(HOME, world.KEYS[1])

ALLOWED = {"allowed": True, "explicitDeny": False}
NOT_ALLOWED = {"allowed": False, "explicitDeny": False}
DENIED = {"allowed": False, "explicitDeny": True}


def policy(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": list(statements)}


def allow(action="kms:*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource} | _elements(more)


def deny(action="kms:*", resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource} | _elements(more)


def _elements(more):
    """`to` is the AWS principals, `but` those of a NotPrincipal, `when` the conditions."""
    names = {"to": "Principal", "but": "NotPrincipal", "when": "Condition"}
    return {
        names.get(name, name): {"AWS": value} if name in ("to", "but") and value != "*" else value
        for name, value in more.items()
    }


# The default key policy: the account's identity policies decide.
ENABLES_IAM = policy(allow(to=world.root(HOME)))
FULL = policy(allow())


def root(account=HOME):
    return _caller("root", account, world.root(account))


def user(name="alice", account=HOME, **own):
    return _caller("user", account, world.user(account, name), **own)


def role(name="app", account=HOME, **own):
    """A session of the role; the session's name is "one"."""
    caller = _caller("role", account, world.session(account, name, "one"), **own)
    return caller | {"role": world.role(account, name)}


def federated(name="alice", account=HOME, **own):
    caller = _caller("federated", account, world.federated(account, name), **own)
    return caller | {"user": world.user(account, name)}


def _caller(kind, account, arn, identity=None, boundary=None, session=None):
    """Policies are given as one document or a list of them."""
    return {
        "kind": kind,
        "account": account,
        "arn": arn,
        "identity": _list(identity) or [],
        "boundary": boundary,
        "session": _list(session),
    }


def _list(documents):
    return [documents] if isinstance(documents, dict) else documents


def grant(grantee, *operations, equals=None, subset=None):
    return {"grantee": grantee, "operations": list(operations), "equals": equals, "subset": subset}


def on_key(caller, action, key_policy=ENABLES_IAM, grants=(), arn=KEY, **context):
    """A case about a key. `context` is given as `context={key: value or list of values}`."""
    resource = {"arn": arn, "account": HOME, "policy": key_policy, "grants": list(grants)}
    return _case(caller, action, resource, context)


def on_account(caller, action, arn="*", account=None, **context):
    """A case about an account's operation, or about an alias."""
    resource = {"arn": arn, "account": account or caller["account"], "policy": None, "grants": []}
    return _case(caller, action, resource, context)


def _case(caller, action, resource, more):
    found = {key: values if isinstance(values, list) else [values] for key, values in more.get("context", {}).items()}
    return {"caller": caller, "action": action, "resource": resource, "context": found}
