"""What the KMS developer guide and API reference document, by page: [(case, decision)]."""

from . import world
from .building import (
    ALLOWED,
    DENIED,
    ENABLES_IAM,
    FULL,
    KEY,
    NOT_ALLOWED,
    OTHER_KEY,
    allow,
    deny,
    federated,
    grant,
    on_account,
    on_key,
    policy,
    role,
    root,
    user,
)
from .world import AWAY, HOME

ALICE = world.user(HOME, "alice")
APP = world.role(HOME, "app")
ONLY_ALICE = policy(allow(to=ALICE))
USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
ADMINISTER = ["kms:Create*", "kms:Describe*", "kms:Put*", "kms:ScheduleKeyDeletion"]
CONSOLE = policy(
    allow(to=world.root(HOME)), allow(ADMINISTER, to=world.user(HOME, "bob")), allow(USE, to=[APP, world.root(AWAY)])
)
USES_KEY = policy(allow(USE, KEY))


def pair(name, value):
    return {f"kms:EncryptionContext:{name}": value}


def when(operator, key, value):
    return {"when": {operator: {key: value}}}


KEY_POLICIES = {
    "Default key policy": [
        (on_key(root(), "kms:Encrypt"), ALLOWED),
        (on_key(root(), "kms:Encrypt", ONLY_ALICE), NOT_ALLOWED),
        (on_key(user(), "kms:Encrypt"), NOT_ALLOWED),
        (on_key(user(identity=FULL), "kms:Encrypt"), ALLOWED),
        (on_key(user("bob"), "kms:PutKeyPolicy", CONSOLE), ALLOWED),
        (on_key(user("bob"), "kms:Decrypt", CONSOLE), NOT_ALLOWED),
        (on_key(role(), "kms:ReEncryptFrom", CONSOLE), ALLOWED),
        (on_key(role(), "kms:GenerateDataKeyWithoutPlaintext", CONSOLE), ALLOWED),
        (on_key(role(), "kms:ScheduleKeyDeletion", CONSOLE), NOT_ALLOWED),
    ],
    "Key policies in AWS KMS": [
        (on_key(user("bob", identity=FULL), "kms:Encrypt", ONLY_ALICE), NOT_ALLOWED),
        (on_key(user(identity=policy(deny("kms:Encrypt"))), "kms:Encrypt", ONLY_ALICE), DENIED),
    ],
    "Elements in a key policy": [
        (
            on_key(user(), "kms:Encrypt", policy({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "kms:*"})),
            NOT_ALLOWED,
        ),
        (on_key(user(), "kms:Encrypt", policy({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Resource": "*"})), NOT_ALLOWED),
        (on_key(user(), "kms:Encrypt", policy(allow(to="*"))), ALLOWED),
        (on_key(user(account=AWAY), "kms:Encrypt", policy(allow(to="*"))), NOT_ALLOWED),
        (on_key(user(account=AWAY, identity=USES_KEY), "kms:Encrypt", policy(allow(to="*"))), ALLOWED),
    ],
    "Troubleshooting key access": [
        (on_key(user(), "kms:Decrypt", ENABLES_IAM), NOT_ALLOWED),
        (on_key(role(account=AWAY, identity=USES_KEY), "kms:Decrypt", CONSOLE), ALLOWED),
    ],
}

CROSS_ACCOUNT = {
    "Allowing users in other accounts to use a KMS key": [
        (on_key(user(account=AWAY), "kms:Decrypt", CONSOLE), NOT_ALLOWED),
        (on_key(user(account=AWAY, identity=USES_KEY), "kms:Decrypt"), NOT_ALLOWED),
        (on_key(user(account=AWAY, identity=FULL), "kms:Sign", CONSOLE), NOT_ALLOWED),
        (on_key(user(account=AWAY, identity=FULL), "kms:ScheduleKeyDeletion", policy(allow(to=world.root(AWAY)))), NOT_ALLOWED),
        (
            on_key(user("bob", account=AWAY, identity=FULL), "kms:Decrypt", policy(allow(to=world.user(AWAY, "alice")))),
            NOT_ALLOWED,
        ),
        (on_key(user(account=AWAY, identity=USES_KEY), "kms:Decrypt", policy(allow(to=world.user(AWAY, "alice")))), ALLOWED),
    ],
    "AWS KMS permissions": [
        (on_key(user(account=AWAY, identity=FULL), "kms:GetKeyRotationStatus", policy(allow(to=world.root(AWAY)))), ALLOWED),
        (on_key(user(account=AWAY, identity=FULL), "kms:GetKeyPolicy", policy(allow(to=world.root(AWAY)))), NOT_ALLOWED),
        (on_account(user(identity=FULL), "kms:ListKeys"), ALLOWED),
        (on_account(user(), "kms:GenerateRandom"), NOT_ALLOWED),
        (on_account(user(identity=policy(allow("kms:CreateKey", "arn:aws:kms:*:*:key/*"))), "kms:CreateKey"), NOT_ALLOWED),
    ],
    "Controlling access to aliases": [
        (
            on_account(
                user(identity=policy(allow("kms:CreateAlias", "arn:aws:kms:*:*:alias/app"))),
                "kms:CreateAlias",
                world.alias(HOME, "alias/app"),
            ),
            ALLOWED,
        ),
        (
            on_account(user(identity=policy(allow("kms:CreateAlias", KEY))), "kms:CreateAlias", world.alias(HOME, "alias/app")),
            NOT_ALLOWED,
        ),
    ],
    "Specifying KMS keys in IAM policy statements": [
        (on_key(user(identity=USES_KEY), "kms:Encrypt", arn=OTHER_KEY), NOT_ALLOWED),
        (on_key(user(identity=policy(allow("kms:Encrypt", "arn:aws:kms:*:111122223333:key/*"))), "kms:Encrypt"), ALLOWED),
        (on_key(user(identity=policy(allow("kms:Encrypt", "arn:aws:kms:*:*:alias/app"))), "kms:Encrypt"), NOT_ALLOWED),
    ],
}

NEEDS_PAIR = policy(allow("kms:GenerateDataKey", to=APP, **when("StringEquals", "kms:EncryptionContext:AppName", "Example")))
NO_BYPASS = policy(allow("kms:PutKeyPolicy", to=ALICE, **when("Null", "kms:BypassPolicyLockoutSafetyCheck", True)))
ONE_OF_TWO = {"kms:EncryptionContextKeys": ["team", "stage"]}
THERE_IS_ONE = {"kms:EncryptionContextKeys": False}
ONLY_THESE_KEYS = policy(
    allow("kms:GenerateDataKey", to=APP, when={"ForAllValues:StringEquals": ONE_OF_TWO, "Null": THERE_IS_ONE})
)
GRANTING = policy(
    allow("kms:CreateGrant", to=APP, **when("ForAllValues:StringEquals", "kms:GrantOperations", ["Encrypt", "Decrypt"]))
)
BY_ALIAS = policy(
    allow(
        "kms:Encrypt", "arn:aws:kms:*:111122223333:key/*", **when("ForAnyValue:StringLike", "kms:ResourceAliases", "alias/app*")
    )
)
BY_TAG = policy(allow("kms:*", **when("StringEquals", "aws:ResourceTag/Purpose", "Test")))
BY_ACCOUNT = policy(allow(to="*", **when("StringEquals", "kms:CallerAccount", HOME)))

CONDITION_KEYS = {
    "kms:EncryptionContext:": [
        (on_key(role(), "kms:GenerateDataKey", NEEDS_PAIR, context=pair("AppName", "Example")), ALLOWED),
        (on_key(role(), "kms:GenerateDataKey", NEEDS_PAIR, context=pair("AppName", "example")), NOT_ALLOWED),
        (on_key(role(), "kms:GenerateDataKey", NEEDS_PAIR, context=pair("appname", "Example")), ALLOWED),
        (on_key(role(), "kms:GenerateDataKey", NEEDS_PAIR), NOT_ALLOWED),
        (on_key(role(), "kms:GenerateDataKey", NEEDS_PAIR, context=pair("AppName", "Example") | pair("Path", "/a")), ALLOWED),
    ],
    "kms:EncryptionContextKeys": [
        (on_key(role(), "kms:GenerateDataKey", ONLY_THESE_KEYS, context={"kms:EncryptionContextKeys": ["team"]}), ALLOWED),
        (
            on_key(role(), "kms:GenerateDataKey", ONLY_THESE_KEYS, context={"kms:EncryptionContextKeys": ["team", "x"]}),
            NOT_ALLOWED,
        ),
        (on_key(role(), "kms:GenerateDataKey", ONLY_THESE_KEYS), NOT_ALLOWED),
        (on_key(role(), "kms:GenerateDataKey", ONLY_THESE_KEYS, context={"kms:EncryptionContextKeys": ["Team"]}), NOT_ALLOWED),
    ],
    "kms:BypassPolicyLockoutSafetyCheck": [
        (on_key(user(), "kms:PutKeyPolicy", NO_BYPASS), ALLOWED),
        (on_key(user(), "kms:PutKeyPolicy", NO_BYPASS, context={"kms:BypassPolicyLockoutSafetyCheck": "true"}), NOT_ALLOWED),
    ],
    "kms:GrantOperations": [
        (on_key(role(), "kms:CreateGrant", GRANTING, context={"kms:GrantOperations": ["Decrypt"]}), ALLOWED),
        (on_key(role(), "kms:CreateGrant", GRANTING, context={"kms:GrantOperations": ["Decrypt", "Sign"]}), NOT_ALLOWED),
    ],
    "kms:ResourceAliases": [
        (
            on_key(user(identity=BY_ALIAS), "kms:Encrypt", context={"kms:ResourceAliases": ["alias/old", "alias/app-2"]}),
            ALLOWED,
        ),
        (on_key(user(identity=BY_ALIAS), "kms:Encrypt", context={"kms:ResourceAliases": ["alias/old"]}), NOT_ALLOWED),
    ],
    "kms:CallerAccount": [
        (on_key(user(), "kms:Encrypt", BY_ACCOUNT, context={"kms:CallerAccount": HOME}), ALLOWED),
        (
            on_key(user(account=AWAY, identity=FULL), "kms:Encrypt", BY_ACCOUNT, context={"kms:CallerAccount": AWAY}),
            NOT_ALLOWED,
        ),
    ],
    "ABAC for AWS KMS": [
        (on_key(user(identity=BY_TAG), "kms:Encrypt", context={"aws:ResourceTag/Purpose": "Test"}), ALLOWED),
        (on_key(user(identity=BY_TAG), "kms:Encrypt", context={"aws:ResourceTag/Purpose": "Prod"}), NOT_ALLOWED),
    ],
}

NOBODY = policy(allow("kms:PutKeyPolicy", to=world.user(HOME, "bob")))
PAIRS = {"Department": "Finance", "Classification": "Public"}
IN_CONTEXT = pair("Department", "Finance") | pair("Classification", "Public")
SUBSET = [grant(ALICE, "Decrypt", "DescribeKey", subset=PAIRS)]
EQUAL = [grant(ALICE, "Decrypt", "RetireGrant", equals=PAIRS)]
MAY_RETIRE = policy(allow("kms:RetireGrant", to=ALICE))

GRANTS = {
    "Grants in AWS KMS": [
        (on_key(user(), "kms:Decrypt", NOBODY, [grant(ALICE, "Decrypt")]), ALLOWED),
        (on_key(user(), "kms:Encrypt", NOBODY, [grant(ALICE, "Decrypt")]), NOT_ALLOWED),
        (on_key(role(), "kms:Decrypt", NOBODY, [grant(APP, "Decrypt")]), ALLOWED),
        (on_key(user(identity=policy(deny("kms:Decrypt"))), "kms:Decrypt", NOBODY, [grant(ALICE, "Decrypt")]), DENIED),
        (on_key(user(account=AWAY), "kms:Decrypt", NOBODY, [grant(world.user(AWAY, "alice"), "Decrypt")]), NOT_ALLOWED),
        (
            on_key(user(account=AWAY, identity=USES_KEY), "kms:Decrypt", NOBODY, [grant(world.user(AWAY, "alice"), "Decrypt")]),
            ALLOWED,
        ),
    ],
    "Creating grants": [
        (on_key(user(), "kms:Decrypt", NOBODY, SUBSET, context=IN_CONTEXT | pair("Purpose", "Test")), ALLOWED),
        (on_key(user(), "kms:Decrypt", NOBODY, SUBSET, context=pair("Department", "Finance")), NOT_ALLOWED),
        (on_key(user(), "kms:Decrypt", NOBODY, EQUAL, context=IN_CONTEXT), ALLOWED),
        (on_key(user(), "kms:Decrypt", NOBODY, EQUAL, context=IN_CONTEXT | pair("Purpose", "Test")), NOT_ALLOWED),
        (
            on_key(
                user(), "kms:Decrypt", NOBODY, EQUAL, context=pair("department", "finance") | pair("classification", "public")
            ),
            NOT_ALLOWED,
        ),
    ],
    "GrantConstraints": [
        (on_key(user(), "kms:DescribeKey", NOBODY, SUBSET), ALLOWED),
    ],
    "Retiring and revoking grants": [
        (on_key(user(), "kms:RetireGrant", NOBODY, EQUAL), ALLOWED),
        (on_key(user(), "kms:RetireGrant", MAY_RETIRE), NOT_ALLOWED),
        (on_key(user(identity=policy(deny("kms:RetireGrant"))), "kms:RetireGrant", NOBODY, EQUAL), DENIED),
        (on_key(user(), "kms:RetireGrant", NOBODY, [grant(ALICE, "Decrypt")]), NOT_ALLOWED),
        (on_key(federated(session=FULL), "kms:RevokeGrant", NOBODY, EQUAL), NOT_ALLOWED),
    ],
}

TABLES = (KEY_POLICIES, CROSS_ACCOUNT, CONDITION_KEYS, GRANTS)
