"""The condition operators: does one line of a Condition element hold for a request?

Pages: "Condition operators", "Conditions with multiple context keys or values", "Single-valued vs. multivalued context
keys"."""

import base64
import binascii
import datetime
import decimal
import functools
import ipaddress
import operator
import re

from . import patterns


def holds(name, key, values, request, variables):
    """Whether the operator is true of this key. Raises `Missing` for a variable that has no value."""
    qualifier, base, negated, if_exists = parsed(name)
    present = request.values(key)
    if base == "Null":
        return any((present is None) == (_text(value).lower() == "true") for value in values)
    if present is None and if_exists and (qualifier != "ForAnyValue" or request.readings.if_exists_beats_any_value):
        return True
    matches = _matcher(base, values, request, variables)
    if present is None:
        return _absent(qualifier, negated)
    if qualifier is None:
        return _bare(present, matches, negated, request.readings)
    if not request.readings.empty_string_is_a_value and not any(present):
        return qualifier == "ForAllValues"
    if qualifier == "ForAllValues":
        return all(matches(value) != negated for value in present)
    if negated and not request.readings.any_value_negates_each:
        return not any(map(matches, present))
    return any(matches(value) != negated for value in present)


def _absent(qualifier, negated):
    """ForAllValues is true of no values and ForAnyValue is not; a bare operator doesn't match what isn't there."""
    return negated if qualifier is None else qualifier == "ForAllValues"


def _bare(present, matches, negated, readings):
    if readings.bare_operator_takes_any_value:
        return any(map(matches, present)) != negated
    return all(matches(value) != negated for value in present)


# --- names

_SHAPE = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?")


@functools.lru_cache(maxsize=None)
def parsed(name):
    """(set qualifier or None, positive operator, whether it is negated, whether it has IfExists)"""
    qualifier, base, if_exists = _SHAPE.fullmatch(name).groups()
    positive = NEGATIONS.get(base, base)
    if positive not in _KINDS and positive != "Null":
        raise ValueError(f"no such operator: {name}")
    return qualifier, positive, base in NEGATIONS, if_exists is not None


NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


# --- matching one value of the request against the policy's values (any of them: they are alternatives)


def _matcher(base, values, request, variables):
    return _KINDS[base](base, [_text(value) for value in values], request, variables)


def _string_equals(base, values, request, variables):
    wanted = [patterns.plain(patterns.pieces(value, request, variables)) for value in values]
    if base == "StringEqualsIgnoreCase":
        folded = [value.casefold() for value in wanted]
        return lambda value: value.casefold() in folded
    return lambda value: value in wanted


def _string_like(base, values, request, variables):
    wanted = [patterns.wildcard(patterns.pieces(value, request, variables)) for value in values]
    return lambda value: any(match(value) for match in wanted)


def _arn(base, values, request, variables):
    wanted = [patterns.arn(patterns.pieces(value, request, variables)) for value in values]
    return lambda value: any(match is not None and match(value) for match in wanted)


def _ordered(parse, compare):
    def matcher(base, values, request, variables):
        wanted = [parse(value) for value in values]

        def matches(value):
            given = parse(value)
            return given is not None and any(limit is not None and compare(given, limit) for limit in wanted)

        return matches

    return matcher


def _binary(base, values, request, variables):
    wanted = [bytes_of(value) for value in values]

    def matches(value):
        given = bytes_of(value) if request.readings.binary_request_is_base64 else value.encode()
        return given is not None and given in wanted

    return matches


def _within(address, network):
    return address.version == network.version and address in network


# --- the types


def _text(value):
    """A JSON string, boolean or number of a policy as text: the grammar lets all three stand for a condition's value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


@functools.lru_cache(maxsize=65536)
def number(text):
    try:
        value = decimal.Decimal(text)
    except decimal.InvalidOperation:
        return None
    return value if value.is_finite() else None


_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:(Z)|([+-])(\d\d):(\d\d)))?)?)?")


@functools.lru_cache(maxsize=65536)
def instant(text):
    """Seconds since 1970: of the W3C's forms of ISO 8601, or that number itself. Four digits alone are a year."""
    found = _DATE.fullmatch(text)
    if found is None:
        return number(text)
    year, month, day, hour, minute, second, fraction, _, sign, off_hours, off_minutes = found.groups()
    try:
        clock = datetime.datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0),
            tzinfo=datetime.timezone.utc,
        )  # fmt: skip
    except ValueError:
        return None
    seconds = decimal.Decimal(int(clock.timestamp())) + decimal.Decimal(f"0.{fraction or 0}")
    if sign:
        shift = int(off_hours) * 3600 + int(off_minutes) * 60
        seconds += -shift if sign == "+" else shift
    return seconds


@functools.lru_cache(maxsize=65536)
def truth(text):
    return {"true": True, "false": False}.get(text.lower())


@functools.lru_cache(maxsize=65536)
def bytes_of(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@functools.lru_cache(maxsize=65536)
def network(text):
    """A range of addresses; one address alone is a range of one."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _address(base, values, request, variables):
    wanted = [network(value) for value in values]
    return lambda value: _in_some(value, wanted)


def _in_some(value, ranges):
    given = network(value)
    return given is not None and any(within is not None and _within(given.network_address, within) for within in ranges)


_KINDS = {
    "StringEquals": _string_equals,
    "StringEqualsIgnoreCase": _string_equals,
    "StringLike": _string_like,
    "NumericEquals": _ordered(number, operator.eq),
    "NumericLessThan": _ordered(number, operator.lt),
    "NumericLessThanEquals": _ordered(number, operator.le),
    "NumericGreaterThan": _ordered(number, operator.gt),
    "NumericGreaterThanEquals": _ordered(number, operator.ge),
    "DateEquals": _ordered(instant, operator.eq),
    "DateLessThan": _ordered(instant, operator.lt),
    "DateLessThanEquals": _ordered(instant, operator.le),
    "DateGreaterThan": _ordered(instant, operator.gt),
    "DateGreaterThanEquals": _ordered(instant, operator.ge),
    "Bool": _ordered(truth, operator.eq),
    "BinaryEquals": _binary,
    "IpAddress": _address,
    "ArnEquals": _arn,
    "ArnLike": _arn,
}

OPERATORS = (*(kind for kind in _KINDS), *NEGATIONS, "Null")
