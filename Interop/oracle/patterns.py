"""Wildcards and policy variables: a value of a policy, made into something that a value of a request can be held against.

Pages: "IAM JSON policy elements: Variables and tags", "... Resource", "... Action", "Condition operators"."""

import functools
import re

# A variable with its optional default, or one of the three characters that would mean something else if they stood bare.
_VARIABLE = re.compile(r"\$\{(?:(?P<escape>[*?$])|(?P<name>[^{}$,*?]+?)(?:, '(?P<default>[^']*)')?)\}")

# "Single-valued vs. multivalued context keys": these can't be variables.
MULTIVALUED = frozenset(
    ("aws:tagkeys", "aws:calledvia", "kms:encryptioncontextkeys", "kms:grantoperations", "kms:resourcealiases")
)

SUPPORTS_VARIABLES = "2012-10-17"


class Missing(Exception):
    """A variable that the request has no value for, and the policy no default."""


def pieces(text, request, variables):
    """[(text, whether its wildcards are literal)], with the variables replaced if the document may have them."""
    if not variables or "${" not in text:
        return ((text, False),)
    found, at = [], 0
    for variable in _VARIABLE.finditer(text):
        found.append((text[at : variable.start()], False))
        if variable["escape"]:
            found.append((variable["escape"], True))
        else:
            found.append((_value(variable, request), request.readings.variable_values_are_literal))
        at = variable.end()
    found.append((text[at:], False))
    return tuple(found)


def _value(variable, request):
    name = variable["name"]
    values = request.values(name)
    if values is None or len(values) != 1 or name.lower() in MULTIVALUED:
        if variable["default"] is None:
            raise Missing(name)
        return variable["default"]
    return values[0]


def plain(parts):
    """The text itself, for operators that know no wildcards."""
    return parts[0][0] if len(parts) == 1 else "".join(text for text, _ in parts)


@functools.lru_cache(maxsize=65536)
def wildcard(parts, ignore_case=False):
    """* is any run of characters and ? is one, across everything."""
    return _compiled("".join(_expression(text, literal, ".*", ".") for text, literal in parts), ignore_case)


@functools.lru_cache(maxsize=65536)
def arn(parts):
    """Each of the six parts by itself: only in the last may a wildcard stand for a colon. None if there are fewer parts."""
    expression, colons = _by_parts(parts)
    return _compiled(expression) if colons >= 5 else None


@functools.lru_cache(maxsize=65536)
def resource(parts, only_completed):
    """An ARN of a Resource element: parts that are missing are *, and a * at the end of a part goes on over colons."""
    if plain(parts) == "*":
        return _compiled(".*")
    expression, colons = _by_parts(parts)
    completed = expression + ":.*" * (5 - colons)
    if only_completed or colons >= 5:
        return _compiled(_run_on(completed))
    return _compiled(f"{_run_on(completed)}|{_run_on(expression)}")


def _by_parts(parts):
    """(an expression in which wildcards of the first five parts stop at colons, the number of colons)"""
    expression, colons = [], 0
    for text, literal in parts:
        for index, part in enumerate(text.split(":")):
            if index:
                colons += 1
                expression.append(":")
            inside = colons < 5
            expression.append(_expression(part, literal, "[^:]*" if inside else ".*", "[^:]" if inside else "."))
    return "".join(expression), colons


def _run_on(expression):
    """Lets each * at the end of a part go on."""
    return re.sub(r"\[\^:\]\*(?=:|$)", ".*", expression)


def resource_pieces(text, request, variables):
    """The pieces of an ARN in a Resource element: variables only after the fifth colon."""
    if not variables or "${" not in text:
        return ((text, False),)
    head = re.match(r"(?:[^:]*:){5}", text)
    if head is None:
        return ((text, False),)
    return ((head[0], False), *pieces(text[head.end() :], request, variables))


def _expression(text, literal, many, one):
    if literal:
        return re.escape(text)
    return "".join(many if part == "*" else one if part == "?" else re.escape(part) for part in re.split(r"([*?])", text))


@functools.lru_cache(maxsize=65536)
def _compiled(expression, ignore_case=False):
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0)).fullmatch
