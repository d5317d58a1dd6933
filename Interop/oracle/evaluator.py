"""The decision: may this caller do this to this resource?

1. An explicit deny in any policy in force wins.
   "How AWS enforcement code logic evaluates requests to allow or deny access".
2. A key policy has to allow the caller, whom the caller's session is of, everybody, or the account, which lets the account's
   identity policies allow. Identity policies alone allow nothing, and the root user is no exception.
   "Key policies in AWS KMS", "Default key policy".
3. What the key policy allows a user's ARN or a session's ARN isn't limited by implicit denies. What it allows a role's ARN, or
   the ARN of the user that a federated session is of, is limited by boundary and session policies. The page of rule 1.
4. Identity policies allow within the boundary and within the session policies.
   "Permissions boundaries for IAM entities", "Policies and permissions in IAM".
5. Across accounts the key policy or a grant has to allow, and identity policies too; and only some operations exist.
   "Allowing users in other accounts to use a KMS key", "Cross-account policy evaluation logic", "AWS KMS permissions".
6. A grant allows as a key policy does that names its grantee. "Grants in AWS KMS", "Troubleshooting key access".
7. kms:RetireGrant is allowed by grants only. "Retiring and revoking grants".
8. Account operations and aliases are the identity policies' alone, and the root user has full access.
   "AWS KMS permissions", "Controlling access to aliases".

`readings` has what these pages leave open."""

from . import grants, principals
from .patterns import SUPPORTS_VARIABLES
from .principals import Way
from .readings import DOCUMENTED, names, turned
from .statements import Request, applies, listed

RETIRE = "kms:RetireGrant"

# "AWS KMS permissions": cross-account use "Yes".
CROSSES_ACCOUNTS = frozenset(
    f"kms:{operation}"
    for operation in (
        *("CreateGrant", "ListGrants", "RetireGrant", "RevokeGrant"),
        *("DescribeKey", "GetPublicKey", "GetKeyRotationStatus"),
        *("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"),
        *("GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
        *("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"),
        *("Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"),
    )
)


def decide(case, readings=DOCUMENTED):
    """{"allowed": whether, "explicitDeny": whether a Deny statement applied}"""
    request = Request(case, readings)
    caller, resource = case["caller"], case["resource"]
    own = _OwnPolicies(caller, request)
    if resource["policy"] is None:
        allowed = caller["account"] == resource["account"] and own.allow
        denied = own.denied
    else:
        ways, denied_by_key = _of_key_policy(resource["policy"], caller, request)
        ways |= grants.ways(resource["grants"], caller, request)
        allowed = _is_allowed(ways, caller["account"] == resource["account"], request, own)
        denied = own.denied or denied_by_key
    return {"allowed": allowed and not denied, "explicitDeny": denied}


def explained_by(case, decision):
    """The readings of which one, turned by itself, gives another judge's decision: then that is what to talk about."""
    return [name for name in names() if decide(case, turned(name)) == decision]


def _is_allowed(ways, is_own_account, request, own):
    if is_own_account or (request.action == RETIRE and request.readings.retiring_needs_no_identity_policy):
        return Way.DIRECT in ways or (Way.LIMITED in ways and own.within) or (Way.ACCOUNT in ways and own.allow)
    return bool(ways) and request.action in CROSSES_ACCOUNTS and own.allow


def _of_key_policy(document, caller, request):
    """(the ways in which it allows, whether it denies)"""
    variables = document.get("Version") == SUPPORTS_VARIABLES
    is_retiring = request.action == RETIRE
    allowing, denies = set(), False
    for statement in listed(document["Statement"]):
        denying = statement["Effect"] == "Deny"
        if is_retiring and not (denying and request.readings.key_policy_denies_retiring):
            continue
        named = principals.ways(statement, caller, request.readings)
        if not named or not applies(statement, request, variables):
            continue
        if denying:
            denies = True
        else:
            allowing |= named
    return allowing, denies


class _OwnPolicies:
    """What the caller's own policies say: those of the identity, its boundary, and those of its session."""

    def __init__(self, caller, request):
        identity = _effects(caller["identity"], request)
        boundary = _limit([caller["boundary"]] if caller["boundary"] is not None else None, request)
        session = _limit(caller["session"], request)
        if caller["kind"] == "federated" and caller["session"] is None:
            if request.readings.federation_needs_session_policies:
                session = set()
        self.denied = any("Deny" in effects for effects in (identity, boundary, session))
        # What boundary and session policies leave to whatever they limit.
        self.within = "Allow" in boundary and "Allow" in session
        # The root user "has full access" as far as identity policies are concerned.
        self.allow = self.within and (caller["kind"] == "root" or "Allow" in identity)


def _limit(documents, request):
    """The effects of policies that only limit. Where there are none, nothing is limited."""
    return {"Allow"} if documents is None else _effects(documents, request)


def _effects(documents, request):
    """The effects of the statements that apply."""
    return {
        statement["Effect"]
        for document in documents
        for statement in listed(document["Statement"])
        if applies(statement, request, document.get("Version") == SUPPORTS_VARIABLES)
    }
