"""Generated policies: statements that nearly always have to do with the request."""

from . import world
from .conditions import conditions


def shouted(arn):
    """The same in capitals but for what makes it an ARN: without that it would be refused, not stored."""
    return arn if arn == "*" else "arn:" + arn[4:].upper()


def document(rng, case, statements):
    found = {"Version": "2012-10-17", "Statement": statements}
    share = rng.random()
    if share < 0.05:
        found["Version"] = "2008-10-17"
    elif share < 0.1:
        del found["Version"]
    if len(statements) == 1 and rng.random() < 0.2:
        found["Statement"] = statements[0]
    return found


def statement(rng, case, effect, is_key_policy=False, aim=0.85):
    """A statement without principals, whose action and resource are the case's with a chance of `aim` each."""
    made = {"Effect": effect}
    action = _actions(rng, case["action"], rng.random() < aim)
    made["NotAction" if action is None else "Action"] = _other_actions(rng, case) if action is None else action
    _put_resource(rng, made, case, is_key_policy, rng.random() < aim)
    condition = conditions(rng, case["context"], is_key_policy)
    if condition:
        made["Condition"] = condition
    return made


# --- actions

_FAMILIES = ("kms:Describe*", "kms:List*", "kms:Generate*", "kms:ReEncrypt*", "kms:*Key", "kms:*Grant*", "kms:*crypt")


def _actions(rng, action, hits):
    """An Action element, or None where there is to be a NotAction."""
    share = rng.random()
    if share < 0.09:
        return None
    other = f"kms:{rng.choice(rng.choice((world.WITH_CONTEXT, world.WITHOUT_CONTEXT, world.MANAGING)))}"
    if not hits:
        return rng.choice((other, [other, "kms:Sign"], rng.choice(_FAMILIES), "s3:*"))
    if share < 0.3:
        return "kms:*"
    if share < 0.35:
        return "*"
    if share < 0.6:
        return action
    if share < 0.8:
        return [other, action]
    return _blurred_action(rng, action)


def _blurred_action(rng, action):
    share = rng.random()
    name = action[4:]
    if share < 0.4:
        return "kms:" + name[: rng.randrange(3, len(name))] + "*"
    if share < 0.6:
        at = rng.randrange(len(name))
        return "kms:" + name[:at] + "?" + name[at + 1 :]
    if share < 0.8:
        return rng.choice((action.lower(), "KMS:" + name, action.swapcase()))
    return "kms:*" + name[-rng.randrange(2, len(name)) :]


def _other_actions(rng, case):
    """What a NotAction has: mostly not the action itself."""
    return rng.choice(
        (["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"], "kms:Create*", "iam:*", case["action"], ["kms:*Policy"])
    )


# --- resources


def _put_resource(rng, made, case, is_key_policy, hits):
    share = rng.random()
    resource = case["resource"]["arn"]
    if is_key_policy:
        if share < 0.84:
            made["Resource"] = "*"
        elif share < 0.92:
            made["Resource"] = resource if hits else _another(rng, resource)
        elif share < 0.95:
            made["NotResource"] = _another(rng, resource)
        elif share < 0.98:
            # Such a statement is accepted, and has no effect.
            made.pop(rng.choice(("Action", "NotAction")), None)
            if rng.random() < 0.4:
                made["Resource"] = "*"
        else:
            made["Resource"] = _pattern(rng, resource)
    elif share < 0.09:
        made["NotResource"] = _another(rng, resource) if hits else _pattern(rng, resource)
    elif not hits:
        made["Resource"] = _another(rng, resource)
    elif share < 0.35 or resource == "*":
        made["Resource"] = "*"
    elif share < 0.55:
        made["Resource"] = resource
    elif share < 0.7:
        made["Resource"] = [_another(rng, resource), _pattern(rng, resource)]
    else:
        made["Resource"] = _pattern(rng, resource)


def _another(rng, resource):
    """Some other resource, often one that is close by."""
    if resource == "*":
        return "arn:aws:kms:eu-central-1:111122223333:key/*"
    account = resource.split(":")[4]
    return rng.choice(
        (
            world.key(account, rng.choice(world.KEYS)),
            world.alias(account, rng.choice(world.ALIASES)),
            shouted(resource),
            resource.replace("eu-central-1", "eu-west-1"),
            "arn:aws:kms:*:444455556666:key/*",
            "arn:aws:kms:eu-central-1:123456789012:*",
        )
    )


def _pattern(rng, resource):
    """A pattern that the resource matches, or should at first sight."""
    if resource == "*":
        return "*"
    head, _, rest = resource.rpartition("/")
    share = rng.random()
    if share < 0.14:
        return f"{head}/*"
    if share < 0.24:
        return f"{head}/{rest[: rng.randrange(1, len(rest))]}*"
    if share < 0.32:
        return f"{head}/{'?' * len(rest)}"
    if share < 0.4:
        return resource.replace("eu-central-1", rng.choice(("*", "eu-*", "eu-central-?")))
    if share < 0.5:
        # A wildcard at the end of a part goes on over the colon; inside a part it doesn't.
        return rng.choice(("arn:aws:kms:*:key/*", "arn:aws:kms:*:alias/*", f"arn:aws:kms:eu-*{resource.split(':', 4)[4][9:]}"))
    if share < 0.58:
        return rng.choice(("arn:aws:kms", "arn:aws:kms:*", "arn:aws:kms:eu-central-1", "arn:aws:kms:*:*:*"))
    if share < 0.8:
        return _variable_pattern(rng, resource, head)
    return f"{head}/{rest}"


def _variable_pattern(rng, resource, head):
    if ":key/" in resource:
        return f"{head}/" + rng.choice(("${aws:PrincipalTag/key}", "${aws:principaltag/key}", "${aws:PrincipalTag/none}*"))
    return f"{head}/" + rng.choice(("${aws:username}-main", "${aws:username, 'alice'}-*", "${aws:PrincipalTag/none, 'app'}"))


# --- principals


def put_principals(rng, made, caller, way=None):
    """Adds the principals: mostly such that the caller is named in this way ("direct", "limited", "account", "all", "none")."""
    if made["Effect"] == "Deny" and rng.random() < 0.3:
        made["NotPrincipal"] = {"AWS": _excepted(rng, caller)}
        return made
    if made["Effect"] == "Allow" and rng.random() < 0.01:
        made["NotPrincipal"] = {"AWS": rng.choice((world.user(world.HOME, "bob"), world.root(caller["account"])))}
        return made
    way = way or rng.choice(("direct", "direct", "limited", "account", "account", "all", "none", "none"))
    if way == "all":
        made["Principal"] = "*" if rng.random() < 0.5 else {"AWS": rng.choice(("*", ["*"]))}
        return made
    named = [_principal(rng, caller, way)]
    if rng.random() < 0.3:
        named.append(_principal(rng, caller, "none"))
    made["Principal"] = {"AWS": named if len(named) > 1 or rng.random() < 0.2 else named[0]}
    if rng.random() < 0.04:
        made["Principal"]["Service"] = "s3.amazonaws.com"
    return made


def _principal(rng, caller, way):
    account = caller["account"]
    if way == "direct":
        return caller["arn"]
    if way == "limited":
        return caller.get("role") or caller.get("user") or caller["arn"]
    if way == "account":
        return world.root(account) if rng.random() < 0.8 else account
    path = rng.choice(world.USERS)
    return rng.choice(
        (
            world.user(account, path),
            world.role(account, rng.choice(world.ROLES)),
            world.session(account, rng.choice(world.ROLES), "other"),
            world.federated(account, path.rpartition("/")[2]),
            world.root(world.AWAY),
            world.user(world.AWAY, path),
            caller["arn"].replace("alice", "Alice"),
        )
    )


def _excepted(rng, caller):
    """A list of those who aren't denied: the caller on all levels, on some, or somebody else."""
    levels = [caller["arn"]]
    levels += [level for level in (caller.get("role"), caller.get("user")) if level]
    levels += [world.root(caller["account"]) if rng.random() < 0.8 else caller["account"]]
    share = rng.random()
    if share < 0.5:
        return levels
    if share < 0.8:
        return rng.sample(levels, rng.randrange(1, len(levels) + 1))
    return rng.choice(
        (world.user(caller["account"], "bob"), [world.role(caller["account"], "ops"), world.root(caller["account"])])
    )
