"""Grants: what they let the caller do.

Pages: "Grants in AWS KMS", "Creating grants", "Retiring and revoking grants", "GrantConstraints" (API reference)."""

from .principals import way_of

# "all cryptographic operations with a symmetric KMS key": the others have no encryption context to constrain.
CONSTRAINED = frozenset(
    (
        "Encrypt",
        "Decrypt",
        "ReEncryptFrom",
        "ReEncryptTo",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
    )
)


def ways(grants, caller, request):
    """The ways in which grants let the caller do what the request asks. A grant allows; it never denies."""
    operation = request.action.partition(":")[2]
    return {
        way
        for grant in grants
        if operation in grant["operations"]
        and (way := way_of(grant["grantee"], caller, request.readings))
        and (operation not in CONSTRAINED or _constraints_hold(grant, request))
    }


def _constraints_hold(grant, request):
    spell = _exact if request.readings.grant_names_match_exactly else _small
    given = spell(request.encryption_context())
    equals, subset = grant.get("equals"), grant.get("subset")
    if equals is not None and spell(equals) != given:
        return False
    return subset is None or spell(subset).items() <= given.items()


def _exact(pairs):
    return pairs


def _small(pairs):
    return {name.lower(): value for name, value in pairs.items()}
