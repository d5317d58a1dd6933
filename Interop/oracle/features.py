"""What a case is made of, by name: to see that the generated cases reach everything that the language has."""

import re

from . import operators
from .principals import account_names, aws_principals, behind
from .statements import listed

_ELEMENTS = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")
_KIND_OF_POLICY = ("identity", "boundary", "session", "key policy")

# Every name that `of` may give, but for operators' with qualifiers: what the cases have to reach.
EXPECTED = (
    *(f"caller {kind}" for kind in ("root", "user", "role", "federated")),
    *(f"across accounts {kind}" for kind in ("root", "user", "role", "federated")),
    *(f"resource {kind}" for kind in ("key", "alias", "account")),
    *(f"{effect} in {policy}" for effect in ("Allow", "Deny") for policy in _KIND_OF_POLICY),
    *(f"element {name}" for name in _ELEMENTS),
    *("no Action", "no Resource", "Statement that is no list", "Version 2012-10-17", "Version 2008-10-17", "no Version"),
    *(f"principal {kind}" for kind in ("caller", "behind", "account ARN", "account number", "*", "AWS *", "another", "service")),
    *(f"operator {name}" for name in operators.OPERATORS),
    *("set ForAllValues", "set ForAnyValue", "IfExists", "absent key", "present key", "key in other letters"),
    *("variable", "variable in resource", "default", "escape *", "escape ?", "escape $"),
    *("variable in another version", "boolean value", "number value", "several values"),
    *("wildcard in action", "? in action", "action in other letters", "wildcard in resource", "? in resource", "short ARN"),
    *(f"grant to {kind}" for kind in ("caller", "behind", "account ARN", "another")),
    *("grant of the action", "grant without it", "grant with equals", "grant with subset", "RetireGrant"),
    *("no identity policies", "no boundary", "no session policies", "several identity policies", "several session policies"),
)  # fmt: skip


def of(case):
    """The names of all that the case has."""
    found = {f"caller {case['caller']['kind']}", f"resource {_kind(case['resource'])}"}
    if case["caller"]["account"] != case["resource"]["account"]:
        found.add(f"across accounts {case['caller']['kind']}")
    if case["action"] == "kms:RetireGrant":
        found.add("RetireGrant")
    for policy, document in documents(case):
        found |= _of_document(policy, document, case)
    found |= _of_grants(case)
    found |= _of_what_there_is(case["caller"])
    return found


def _kind(resource):
    return "account" if resource["arn"] == "*" else "key" if resource["policy"] is not None else "alias"


def documents(case):
    caller = case["caller"]
    yield from (("identity", document) for document in caller["identity"])
    yield from (("session", document) for document in caller["session"] or ())
    if caller["boundary"] is not None:
        yield "boundary", caller["boundary"]
    if case["resource"]["policy"] is not None:
        yield "key policy", case["resource"]["policy"]


def _of_what_there_is(caller):
    found = set()
    if caller["kind"] != "root":
        found |= {"no identity policies"} if not caller["identity"] else set()
        found |= {"no boundary"} if caller["boundary"] is None else set()
    if caller["kind"] in ("role", "federated") and caller["session"] is None:
        found.add("no session policies")
    found |= {f"several {name} policies" for name in ("identity", "session") if len(caller[name] or ()) > 1}
    return found


def _of_document(policy, document, case):
    version = document.get("Version")
    found = {f"Version {version}" if version else "no Version"}
    if not isinstance(document["Statement"], list):
        found.add("Statement that is no list")
    for statement in listed(document["Statement"]):
        found.add(f"{statement['Effect']} in {policy}")
        found |= {f"element {name}" for name in _ELEMENTS if name in statement}
        found |= {f"no {name}" for name in ("Action", "Resource") if name not in statement and f"Not{name}" not in statement}
        found |= _of_actions(statement) | _of_resources(statement) | _of_principals(statement, case["caller"])
        found |= _of_conditions(statement, case["context"])
        if "${" in str(statement) and version != "2012-10-17":
            found.add("variable in another version")
    return found


def _of_actions(statement):
    found = set()
    for pattern in listed(statement.get("Action", statement.get("NotAction", []))):
        if "*" in pattern:
            found.add("wildcard in action")
        if "?" in pattern:
            found.add("? in action")
        if pattern != "*" and not re.match(r"[a-z0-9]+:[A-Z*?]", pattern):
            found.add("action in other letters")
    return found


def _of_resources(statement):
    found = set()
    for pattern in listed(statement.get("Resource", statement.get("NotResource", []))):
        if "*" in pattern:
            found.add("wildcard in resource")
        if "?" in pattern:
            found.add("? in resource")
        if "${" in pattern:
            found.add("variable in resource")
        if pattern != "*" and re.sub(r"\$\{[^}]*\}", "", pattern).count(":") < 5:
            found.add("short ARN")
    return found


def _of_principals(statement, caller):
    element = statement.get("Principal", statement.get("NotPrincipal"))
    if element is None:
        return set()
    if element == "*":
        return {"principal *"}
    found = {"principal service"} if "Service" in element else set()
    return found | {f"principal {_named(one, caller)}" for one in aws_principals(element)}


def _named(principal, caller):
    if principal == "*":
        return "AWS *"
    if principal in account_names(caller):
        return "account ARN" if ":" in principal else "account number"
    if principal == caller["arn"]:
        return "caller"
    return "behind" if principal == behind(caller) else "another"


def _of_conditions(statement, context):
    found = set()
    spelled = {key.lower(): key for key in context}
    for name, keys in statement.get("Condition", {}).items():
        qualifier, _, rest = name.rpartition(":")
        found |= {f"operator {rest.removesuffix('IfExists')}"}
        found |= {f"set {qualifier}"} if qualifier else set()
        found |= {"IfExists"} if rest.endswith("IfExists") else set()
        for key, values in keys.items():
            found.add("present key" if key.lower() in spelled else "absent key")
            if spelled.get(key.lower(), key) != key:
                found.add("key in other letters")
            found |= _of_values(listed(values))
    return found


def _of_values(values):
    found = {"several values"} if len(values) > 1 else set()
    for value in values:
        if isinstance(value, bool):
            found.add("boolean value")
        elif not isinstance(value, str):
            found.add("number value")
        else:
            found |= {f"escape {letter}" for letter in "*?$" if f"${{{letter}}}" in value}
            found |= {"variable"} if re.search(r"\$\{[A-Za-z]", value) else set()
            found |= {"default"} if ", '" in value else set()
    return found


def _of_grants(case):
    found = set()
    for grant in case["resource"]["grants"]:
        found.add(f"grant to {_named(grant['grantee'], case['caller'])}")
        found.add("grant of the action" if case["action"][4:] in grant["operations"] else "grant without it")
        found |= {f"grant with {name}" for name in ("equals", "subset") if grant[name] is not None}
    return found
