"""Whom a key policy's statement or a grant names, and how.

Pages: "AWS JSON policy elements: Principal", "... NotPrincipal", "How AWS enforcement code logic evaluates requests",
"Grants in AWS KMS"."""

import enum

from .statements import listed


class Way(enum.Enum):
    """In which way an allowance reaches the caller."""

    # To the one who calls: a user, a session, or everybody. No implicit deny elsewhere limits it within the account.
    DIRECT = "direct"
    # To the role or the user behind a session: boundary and session policies limit it, identity policies needn't allow.
    LIMITED = "limited"
    # To the account: its identity policies decide, within boundary and session policies.
    ACCOUNT = "account"


def account_names(caller):
    return (f"arn:aws:iam::{caller['account']}:root", caller["account"])


def way_of(principal, caller, readings):
    """How this one principal names the caller, or None."""
    if principal == "*":
        return Way.DIRECT if readings.star_is_unlimited else Way.LIMITED
    if principal in account_names(caller):
        return Way.DIRECT if caller["kind"] == "root" else Way.ACCOUNT
    if principal == caller["arn"]:
        return Way.DIRECT
    if principal == behind(caller):
        return Way.LIMITED
    return None


def behind(caller):
    """The ARN of the role or the user that a session is of."""
    return caller.get("role") if caller["kind"] == "role" else caller.get("user")


def ways(statement, caller, readings):
    """The ways in which a key policy's statement names the caller; for a Deny only whether there are any counts."""
    if "NotPrincipal" in statement:
        return _other_ways(statement, caller, readings)
    found = {way_of(principal, caller, readings) for principal in aws_principals(statement.get("Principal", {}))}
    return found - {None}


def aws_principals(element):
    """The principals that a caller of ours could be. Services and identity providers are none of those."""
    return ["*"] if element == "*" else listed(element.get("AWS", []))


def _other_ways(statement, caller, readings):
    named = aws_principals(statement["NotPrincipal"])
    if statement["Effect"] == "Allow":
        if readings.not_principal_never_allows or any(way_of(one, caller, readings) for one in named):
            return set()
        return {Way.LIMITED}
    if caller["boundary"] is not None and readings.boundary_defeats_not_principal:
        return {Way.DIRECT}
    return set() if _is_excepted(named, caller, readings) else {Way.DIRECT}


def _is_excepted(named, caller, readings):
    if "*" in named:
        return True
    if not readings.not_principal_asks_for_all_levels:
        return any(way_of(one, caller, readings) for one in named)
    has_account = any(name in named for name in account_names(caller))
    return has_account and all(level in named for level in (behind(caller), caller["arn"]) if level and not _is_root(level))


def _is_root(arn):
    return arn.endswith(":root")
