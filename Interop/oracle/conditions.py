"""Generated Condition elements: mostly about keys that the request has, and mostly true."""

from . import world

_STRING_OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringLike",
    "StringNotLike",
)
_ARN_OPERATORS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringEquals")
_COMPARISONS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_VARIABLES = (
    *("${aws:username}", "${aws:PrincipalTag/team}", "${aws:principaltag/TEAM}", "${aws:PrincipalAccount}"),
    *("${aws:username, 'alice'}", "${aws:PrincipalTag/team, 'red'}", "${aws:ResourceTag/team}", "${AWS:userid}"),
    *("${kms:EncryptionContext:mark}", "${aws:PrincipalArn}", "${aws:username, ''}"),
)
_PAIRS = tuple(key for key in world.STRINGS if key.startswith("kms:EncryptionContext:"))
_MARK = "kms:EncryptionContext:mark"
_MARK_VARIABLE = f"${{{_MARK}}}"
_TYPES = (
    (world.STRINGS, "string", 46),
    (world.LISTS, "list", 20),
    (world.ARNS, "arn", 10),
    (world.ADDRESSES, "address", 6),
    (world.DATES, "date", 6),
    (world.NUMBERS, "number", 6),
    (world.BOOLEANS, "boolean", 4),
    (world.BINARIES, "binary", 2),
)
KIND_OF = {key: kind for keys, kind, _ in _TYPES for key in keys}
VALUES_OF = {key: values for keys, _, _ in _TYPES for key, values in keys.items()}
_ALL_KEYS = tuple(KIND_OF)

# Keys that a policy of one kind may not have, as KMS knows them only in the other.
_ONLY_FOR_IDENTITY = "kms:ResourceAliases"


def context(rng, caller, is_key):
    """The condition keys of a request: those that this caller and most requests have, and some others."""
    found = {}
    for key in rng.sample(_ALL_KEYS, rng.randrange(2, 7)):
        found[key] = _request_values(rng, key)
    if is_key and rng.random() < 0.5:
        key = rng.choice(_PAIRS)
        found[key] = _request_values(rng, key)
    if caller["kind"] == "user" and rng.random() < 0.8:
        found["aws:username"] = [caller["arn"].rpartition("/")[2]]
    elif caller["kind"] != "user":
        found.pop("aws:username", None)
    if rng.random() < 0.7:
        found["aws:PrincipalArn"] = [caller.get("role") or caller["arn"]]
    if is_key and rng.random() < 0.3:
        found["aws:PrincipalTag/key"] = [rng.choice(world.KEYS)]
    return {_respelled(rng, key, 0.1): values for key, values in found.items()}


def _request_values(rng, key):
    values = VALUES_OF[key]
    if KIND_OF[key] != "list":
        return [rng.choice(values)]
    return rng.sample(values, rng.choice((1, 1, 2, 2, 3)))


def conditions(rng, request_context, is_key_policy):
    """A Condition element, or None."""
    count = rng.choice((0, 0, 0, 0, 1, 1, 1, 2))
    if not count:
        return None
    element = {}
    for _ in range(count):
        key = _some_key(rng, request_context)
        if is_key_policy and key == _ONLY_FOR_IDENTITY:
            continue
        operator, values = _line(rng, key, _given(request_context, key), _given(request_context, _MARK))
        element.setdefault(operator, {})[_respelled(rng, key, 0.15)] = values
    return element or None


def _some_key(rng, request_context):
    """A key that the request has, as the tables spell it, or now and then any other."""
    if request_context and rng.random() < 0.85:
        wanted = rng.choice(tuple(request_context)).lower()
        for key in _ALL_KEYS:
            if key.lower() == wanted:
                return key
    return rng.choice(_ALL_KEYS)


def _given(request_context, key):
    small = key.lower()
    for name, values in request_context.items():
        if name.lower() == small:
            return values
    return None


def _respelled(rng, key, share):
    """The key, now and then in other letters: all of it, or just what stands before the name that it carries."""
    if rng.random() >= share:
        return key
    if key in world.NAMED_STRINGS and rng.random() < 0.5:
        at = key.index("/") if "/" in key else key.rindex(":")
        return key[:at].upper() + key[at:]
    return key.lower() if rng.random() < 0.5 else key.upper()


def _line(rng, key, given, mark):
    """(operator, the policy's values)"""
    if rng.random() < 0.06:
        return "Null", _null_values(rng, given)
    kind = KIND_OF[key]
    operator, values = _MAKERS[kind](rng, key, given, mark)
    if kind == "list":
        share = rng.random()
        operator = ("ForAllValues:" if share < 0.45 else "ForAnyValue:" if share < 0.9 else "") + operator
    elif rng.random() < (0.3 if key == _MARK else 0.06):
        operator = rng.choice(("ForAllValues:", "ForAnyValue:")) + operator
    if rng.random() < (0.15 if given else 0.4):
        operator += "IfExists"
    return operator, values if len(values) > 1 or rng.random() < 0.3 else values[0]


def _null_values(rng, given):
    is_absent = (given is None) == (rng.random() < 0.75)
    return rng.choice((is_absent, str(is_absent).lower(), [str(is_absent).lower()]))


def _wanted(rng, key, given, negated):
    """Values to compare with: for a positive operator mostly the request's own, for a negated one mostly others."""
    values = VALUES_OF[key]
    if given and (rng.random() < 0.8) != negated:
        chosen = list(given)
        if len(chosen) > 1 and rng.random() < 0.4:
            chosen.pop()
        if rng.random() < 0.4:
            chosen.append(rng.choice(values))
        return chosen
    return rng.sample(values, min(len(values), rng.choice((1, 1, 2))))


def _strings(rng, key, given, mark):
    operator = rng.choice(_STRING_OPERATORS)
    values = _wanted(rng, key, given, "Not" in operator)
    if mark and rng.random() < 0.3:
        # A mark may be a wildcard: is it still one when it comes out of a variable?
        operator = rng.choice(("StringLike", "StringNotLike"))
        values = [_MARK_VARIABLE]
    elif rng.random() < 0.2:
        values[rng.randrange(len(values))] = rng.choice(_VARIABLES)
    if "*" in str(values) or "?" in str(values) or "$b" in values:
        values = [_escaped(value) if rng.random() < 0.7 else value for value in values]
    if operator.endswith("Like"):
        values = [_blurred(rng, value) for value in values]
    elif operator.endswith("Case"):
        values = [value.swapcase() if rng.random() < 0.5 and "${" not in value else value for value in values]
    return operator, values


def _escaped(value):
    if "${" in value:
        return value
    return "".join(f"${{{letter}}}" if letter in "*?$" else letter for letter in value)


def _blurred(rng, value):
    """The value with wildcards in it, so that it still matches."""
    if "${" in value or len(value) < 2:
        return value if rng.random() < 0.8 else value + "*"
    share = rng.random()
    if share < 0.3:
        return value
    if share < 0.5:
        return value[: rng.randrange(1, len(value))] + "*"
    if share < 0.7:
        at = rng.randrange(len(value))
        return value[:at] + "?" + value[at + 1 :]
    if share < 0.85:
        at = rng.randrange(1, len(value))
        return "*" + value[at:]
    return value[0] + "*" + value[-1]


def _arns(rng, key, given, mark):
    operator = rng.choice(_ARN_OPERATORS)
    values = _wanted(rng, key, given, "Not" in operator)
    if operator != "StringEquals":
        values = [_blurred_arn(rng, value) for value in values]
    return operator, values


def _blurred_arn(rng, value):
    share = rng.random()
    if share < 0.4:
        return value
    if share < 0.47:
        return "${aws:PrincipalArn}"
    parts = value.split(":", 5)
    if share < 0.62:
        parts[4] = rng.choice(("*", "1111*", "????????????", "${aws:PrincipalAccount}"))
    elif share < 0.8:
        parts[5] = parts[5][: rng.randrange(1, len(parts[5]) + 1)] + "*"
    elif share < 0.9:
        parts[5] = parts[5].partition("/")[0] + "/${aws:username}"
    else:
        # One wildcard over what are two parts: a string operator matches, an ARN operator doesn't.
        return ":".join(parts[:3]) + ":*:" + parts[5]
    return ":".join(parts)


def _addresses(rng, key, given, mark):
    return rng.choice(("IpAddress", "IpAddress", "NotIpAddress")), rng.sample(world.ADDRESS_RANGES, rng.choice((1, 2, 3)))


def _dates(rng, key, given, mark):
    return "Date" + rng.choice(_COMPARISONS), _compared(rng, world.DATE_VALUES, given)


def _numbers(rng, key, given, mark):
    return "Numeric" + rng.choice(_COMPARISONS), _compared(rng, world.NUMBER_VALUES, given)


def _compared(rng, values, given):
    chosen = rng.sample(values, rng.choice((1, 1, 2)))
    if given and rng.random() < 0.3:
        chosen[0] = given[0]
    return chosen


def _booleans(rng, key, given, mark):
    value = given[0] if given and rng.random() < 0.75 else rng.choice(("true", "false"))
    return "Bool", [value == "true" if rng.random() < 0.4 else value]


def _binaries(rng, key, given, mark):
    return "BinaryEquals", _wanted(rng, key, given, False)


_MAKERS = {
    "string": _strings,
    "list": _strings,
    "arn": _arns,
    "address": _addresses,
    "date": _dates,
    "number": _numbers,
    "boolean": _booleans,
    "binary": _binaries,
}
