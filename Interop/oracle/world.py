"""The little world of the generated cases: few names, and close to each other, so that policies and requests meet."""

HOME = "111122223333"
AWAY = "444455556666"
ACCOUNTS = (HOME, AWAY)

KEYS = ("1234abcd-12ab-34cd-56ef-1234567890ab", "1234abcd-98fe-76dc-54ba-0987654321ff", "mrk-1234abcd12ab34cd56ef1234567890ab")
ALIASES = ("alias/alice-main", "alias/bob-main", "alias/app", "alias/App")

USERS = ("alice", "bob", "team/alice")
ROLES = ("app", "service/app", "ops")
SESSIONS = ("one", "alice")


def root(account):
    return f"arn:aws:iam::{account}:root"


def user(account, path):
    return f"arn:aws:iam::{account}:user/{path}"


def federated(account, name):
    return f"arn:aws:sts::{account}:federated-user/{name}"


def role(account, path):
    return f"arn:aws:iam::{account}:role/{path}"


def session(account, path, name):
    return f"arn:aws:sts::{account}:assumed-role/{path.rpartition('/')[2]}/{name}"


def key(account, identifier):
    return f"arn:aws:kms:eu-central-1:{account}:key/{identifier}"


def alias(account, name):
    return f"arn:aws:kms:eu-central-1:{account}:{name}"


# Operations that a grant may have and that have an encryption context, then those that have none.
WITH_CONTEXT = (
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
)
WITHOUT_CONTEXT = (
    *("Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"),
    *("GetPublicKey", "DescribeKey", "CreateGrant", "RetireGrant"),
)
# Operations on a key that no grant has.
MANAGING = (
    *("GetKeyPolicy", "PutKeyPolicy", "ListKeyPolicies", "ListGrants", "RevokeGrant", "GetKeyRotationStatus"),
    *("EnableKey", "DisableKey", "EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand", "ListKeyRotations"),
    *("ScheduleKeyDeletion", "CancelKeyDeletion", "UpdateKeyDescription", "TagResource", "UntagResource"),
    *("ListResourceTags", "ReplicateKey", "UpdatePrimaryRegion", "GetParametersForImport", "ImportKeyMaterial"),
    *("DeleteImportedKeyMaterial", "CreateAlias", "UpdateAlias", "DeleteAlias"),
)
OF_ALIAS = ("CreateAlias", "UpdateAlias", "DeleteAlias")
OF_ACCOUNT = (
    *("ListKeys", "ListAliases", "CreateKey", "GenerateRandom", "ListRetirableGrants"),
    *("CreateCustomKeyStore", "DescribeCustomKeyStores", "DeleteCustomKeyStore"),
)

# --- condition keys, by the type of operator that they take, with the values that requests and policies draw from

TEAMS = ("red", "blue", "Red", "redder")
STRINGS = {
    "aws:PrincipalTag/team": TEAMS,
    "aws:ResourceTag/team": TEAMS,
    "kms:EncryptionContext:team": TEAMS,
    "aws:RequestTag/Team": TEAMS,
    "kms:EncryptionContext:Owner": ("alice", "bob", "Alice", "alice-main"),
    "kms:EncryptionContext:mark": ("a*b", "axxb", "a?b", "axb", "$b", "*", "*", "", ""),
    "aws:username": ("alice", "bob"),
    "aws:userid": ("AIDAEXAMPLEALICE", "AROAEXAMPLE:one"),
    "aws:PrincipalAccount": ACCOUNTS,
    "kms:ViaService": ("s3.eu-central-1.amazonaws.com", "ec2.eu-central-1.amazonaws.com"),
    "kms:KeySpec": ("SYMMETRIC_DEFAULT", "RSA_2048", "RSA_4096"),
    "kms:GranteePrincipal": (role(HOME, "app"), user(HOME, "alice")),
}
NAMED_STRINGS = tuple(name for name in STRINGS if "/" in name or "EncryptionContext:" in name)
LISTS = {
    "aws:TagKeys": ("team", "owner", "Owner", "stage"),
    "kms:EncryptionContextKeys": ("team", "Owner", "mark"),
    "kms:GrantOperations": ("Encrypt", "Decrypt", "DescribeKey"),
    "kms:ResourceAliases": ("alias/app", "alias/App", "alias/alice-main"),
}
ARNS = {
    "aws:PrincipalArn": (
        user(HOME, "alice"),
        user(HOME, "team/alice"),
        role(HOME, "app"),
        role(HOME, "service/app"),
        user(AWAY, "alice"),
    ),
    "aws:SourceArn": ("arn:aws:s3:::bucket/a:b", "arn:aws:sns:eu-central-1:111122223333:topic"),
}
ADDRESSES = {
    "aws:SourceIp": ("10.0.0.1", "10.0.1.9", "192.0.2.77", "2001:db8::1", "2001:db8:1::9"),
    "aws:VpcSourceIp": ("10.0.0.1", "10.0.1.9"),
}
DATES = {
    "aws:CurrentTime": ("2026-03-01T12:00:00Z", "2026-06-15T00:00:00Z", "2026-03-01T12:00:00.500Z"),
    "aws:EpochTime": ("1772366400", "1781481600"),
    "kms:ValidTo": ("2026-06-15T00:00:00Z", "1772366400"),
}
NUMBERS = {
    "aws:MultiFactorAuthAge": ("5", "300", "3600"),
    "kms:RotationPeriodInDays": ("90", "365", "365.0"),
    "kms:ScheduleKeyDeletionPendingWindowInDays": ("7", "30"),
}
BOOLEANS = {
    "aws:SecureTransport": ("true", "false"),
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "kms:GrantIsForAWSResource": ("true", "false"),
    "kms:ReEncryptOnSameKey": ("true", "false"),
}
BINARIES = {"kms:RecipientAttestation:ImageSha384": ("AAEC", "AAED", "AAE=")}

ADDRESS_RANGES = (
    "10.0.0.0/24",
    "10.0.0.0/8",
    "10.0.0.1",
    "10.0.1.7/24",
    "192.0.2.0/25",
    "2001:db8::/32",
    "2001:DB8::/48",
    "2001:db8::1",
)
DATE_VALUES = (
    *("2026-03-01T12:00:00Z", "2026-03-01T13:00:00+01:00", "2026-03-01", "2026-03", "2026", "2026-06-15T00:00Z"),
    *("1772366400", "1781481600", "2026-03-01T12:00:00.5Z"),
)
NUMBER_VALUES = ("5", "300", "300.0", "3e2", "364", "365", "7", 30, 90, 3600.5)
