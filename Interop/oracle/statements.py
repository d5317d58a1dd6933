"""Requests and statements: which statements of a policy apply to a request.

Pages: "IAM JSON policy elements: Action", "... NotAction", "... Resource", "... NotResource", "... Condition", "... Version",
"Elements in a key policy"."""

from . import operators, patterns
from .readings import DOCUMENTED

_PAIR = "kms:encryptioncontext:"


class Request:
    """What a case asks. Condition keys are found by their names in whatever case."""

    def __init__(self, case, readings=DOCUMENTED):
        self.readings = readings
        self.action = case["action"]
        self.resource = case["resource"]["arn"]
        self.context = case["context"]
        self._keys = {folded(key, readings): values for key, values in self.context.items() if values}

    def values(self, key):
        """The request's values of a condition key, or None."""
        return self._keys.get(folded(key, self.readings))

    def encryption_context(self):
        """The pairs, with the names as the request spells them."""
        return {
            key[len(_PAIR) :]: values[0]
            for key, values in self.context.items()
            if key[: len(_PAIR)].lower() == _PAIR and values
        }


def folded(key, readings):
    """A condition key as it is compared: all in small letters, or all but a name that the key carries within it."""
    small = key.lower()
    if readings.names_ignore_case:
        return small
    named = len(_PAIR) if small.startswith(_PAIR) else small.find("/")
    return small if named < 0 else small[:named] + key[named:]


def listed(element):
    """An element that is one thing or a list of them."""
    return element if isinstance(element, list) else [element]


def applies(statement, request, variables):
    """Whether the statement's action, resource and conditions are those of the request.

    A statement that lacks its action or its resource applies to nothing: "Elements in a key policy" says so of key policies,
    and elsewhere such a statement can't be stored."""
    try:
        return (
            _names_action(statement, request)
            and _names_resource(statement, request, variables)
            and _conditions_hold(statement, request, variables)
        )
    except patterns.Missing:
        return False


def _names_action(statement, request):
    if "Action" in statement:
        return any(_is_action(pattern, request.action) for pattern in listed(statement["Action"]))
    if "NotAction" in statement:
        return not any(_is_action(pattern, request.action) for pattern in listed(statement["NotAction"]))
    return False


def _is_action(pattern, action):
    return patterns.wildcard(((pattern, False),), True)(action) is not None


def _names_resource(statement, request, variables):
    if "Resource" in statement:
        return _among(statement["Resource"], statement, request, variables)
    if "NotResource" in statement:
        return not _among(statement["NotResource"], statement, request, variables)
    return False


def _among(resources, statement, request, variables):
    found = False
    for text in listed(resources):
        try:
            parts = patterns.resource_pieces(text, request, variables)
        except patterns.Missing:
            if voids(statement, request):
                raise
            continue
        match = patterns.resource(parts, request.readings.short_arn_is_only_completed)
        found = found or match(request.resource) is not None
    return found


def voids(statement, request):
    """Whether a variable without a value makes this statement void, rather than just matching nothing."""
    return statement["Effect"] == "Allow" and request.readings.missing_variable_voids_allow


def _conditions_hold(statement, request, variables):
    return all(
        _holds(name, key, listed(values), statement, request, variables)
        for name, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _holds(name, key, values, statement, request, variables):
    try:
        return operators.holds(name, key, values, request, variables)
    except patterns.Missing:
        if voids(statement, request):
            raise
    # The values that have no value match nothing; the others are judged as ever.
    return operators.holds(name, key, [value for value in values if _known(value, request)], request, variables)


def _known(value, request):
    try:
        patterns.pieces(value, request, True)
    except patterns.Missing:
        return False
    return True
