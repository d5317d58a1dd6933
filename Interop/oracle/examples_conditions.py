"""What the IAM user guide documents about conditions and variables, told with keys, by page: [(case, decision)]."""

from . import world
from .building import ALLOWED, DENIED, ENABLES_IAM, NOT_ALLOWED, allow, deny, on_account, on_key, policy, user
from .world import HOME

ALICE = world.user(HOME, "alice")
APP = world.role(HOME, "app")


def by(operator, key, value, effect=allow, **more):
    """A user whose identity policy has this condition, and a key that leaves it to identity policies."""
    own = policy(effect(when={operator: {key: value}}), *more.pop("besides", ()))
    return on_key(user(identity=own), "kms:Encrypt", **more)


ONE_OF = ["finance", "hr"]
DEPARTMENT = "aws:PrincipalTag/department"
OPERATORS = {
    "Condition operators": [
        (by("StringEquals", DEPARTMENT, ONE_OF, context={DEPARTMENT: "hr"}), ALLOWED),
        (by("StringEquals", DEPARTMENT, ONE_OF, context={DEPARTMENT: "HR"}), NOT_ALLOWED),
        (by("StringEqualsIgnoreCase", DEPARTMENT, ONE_OF, context={DEPARTMENT: "HR"}), ALLOWED),
        (by("StringNotEquals", DEPARTMENT, ONE_OF, context={DEPARTMENT: "hr"}), NOT_ALLOWED),
        (by("StringNotEquals", DEPARTMENT, ONE_OF), ALLOWED),
        (by("StringLike", DEPARTMENT, "fin*", context={DEPARTMENT: "finance"}), ALLOWED),
        (by("StringEquals", DEPARTMENT, "fin*", context={DEPARTMENT: "finance"}), NOT_ALLOWED),
        (by("NumericLessThanEquals", "aws:MultiFactorAuthAge", "3600", context={"aws:MultiFactorAuthAge": "2800"}), ALLOWED),
        (by("NumericLessThanEquals", "aws:MultiFactorAuthAge", 3600), NOT_ALLOWED),
        (
            by(
                "DateGreaterThan",
                "aws:TokenIssueTime",
                "2020-01-01T00:00:01Z",
                context={"aws:TokenIssueTime": "2020-01-01T00:00:01Z"},
            ),
            NOT_ALLOWED,
        ),
        (by("DateLessThan", "aws:CurrentTime", "1772366401", context={"aws:CurrentTime": "2026-03-01T12:00:00Z"}), ALLOWED),
        (by("Bool", "aws:SecureTransport", "false", deny, besides=[allow()], context={"aws:SecureTransport": "false"}), DENIED),
        (by("Bool", "aws:SecureTransport", "false", deny, besides=[allow()], context={"aws:SecureTransport": "true"}), ALLOWED),
        (
            by(
                "BinaryEquals",
                "aws:Example",
                "QmluYXJ5VmFsdWVJbkJhc2U2NA==",
                context={"aws:Example": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="},
            ),
            ALLOWED,
        ),
        (
            by(
                "IpAddress",
                "aws:SourceIp",
                ["203.0.113.0/24", "2001:DB8:1234:5678::/64"],
                context={"aws:SourceIp": "2001:db8:1234:5678::9"},
            ),
            ALLOWED,
        ),
        (by("IpAddress", "aws:SourceIp", "203.0.113.7", context={"aws:SourceIp": "203.0.113.8"}), NOT_ALLOWED),
        (
            by(
                "NotIpAddress",
                "aws:SourceIp",
                "203.0.113.0/24",
                deny,
                besides=[allow()],
                context={"aws:SourceIp": "198.51.100.1"},
            ),
            DENIED,
        ),
        (
            by(
                "StringLike",
                "aws:SourceArn",
                "arn:aws:x:*:111122223333:finance/*",
                context={"aws:SourceArn": "arn:aws:x:us-east-2:9:store/abc:111122223333:finance/doc"},
            ),
            ALLOWED,
        ),
        (
            by(
                "ArnLike",
                "aws:SourceArn",
                "arn:aws:x:*:111122223333:finance/*",
                context={"aws:SourceArn": "arn:aws:x:us-east-2:9:store/abc:111122223333:finance/doc"},
            ),
            NOT_ALLOWED,
        ),
        (by("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:user/al*", context={"aws:PrincipalArn": ALICE}), ALLOWED),
        (by("StringEqualsIfExists", DEPARTMENT, "hr"), ALLOWED),
        (by("StringEqualsIfExists", DEPARTMENT, "hr", context={DEPARTMENT: "it"}), NOT_ALLOWED),
        (by("StringNotEqualsIfExists", DEPARTMENT, "hr", deny, besides=[allow()]), DENIED),
        (by("Null", "aws:TokenIssueTime", "true"), ALLOWED),
        (by("Null", "aws:TokenIssueTime", "true", context={"aws:TokenIssueTime": "2026-03-01T12:00:00Z"}), NOT_ALLOWED),
    ],
    "IAM JSON policy elements: Condition": [
        (by("StringEquals", "AWS:SourceVPC", "vpc-1", context={"aws:SourceVpc": "vpc-1"}), ALLOWED),
        (by("StringEquals", "aws:ResourceTag/TagKey1", "v", context={"aws:ResourceTag/tagkey1": "v"}), ALLOWED),
    ],
}

TAGS = ["environment", "cost-center"]
GUARDED = policy(allow(when={"ForAllValues:StringEquals": {"aws:TagKeys": TAGS}, "Null": {"aws:TagKeys": "false"}}))
BOTH = policy(
    allow(
        when={
            "StringEquals": {DEPARTMENT: ONE_OF, "aws:PrincipalTag/role": "audit"},
            "ArnNotLike": {"aws:PrincipalArn": [ALICE, APP]},
        }
    )
)


def tagged(*keys):
    return {"context": {"aws:TagKeys": list(keys)}}


SETS = {
    "Single-valued vs. multivalued context keys": [
        (on_key(user(identity=GUARDED), "kms:TagResource", **tagged("environment", "cost-center")), ALLOWED),
        (on_key(user(identity=GUARDED), "kms:TagResource", **tagged("environment", "dept")), NOT_ALLOWED),
        (on_key(user(identity=GUARDED), "kms:TagResource"), NOT_ALLOWED),
        (by("ForAllValues:StringEquals", "aws:TagKeys", TAGS), ALLOWED),
        (by("ForAnyValue:StringEquals", "aws:TagKeys", TAGS, **tagged("environment", "dept")), ALLOWED),
        (by("ForAnyValue:StringEquals", "aws:TagKeys", TAGS, **tagged("dept")), NOT_ALLOWED),
        (by("ForAnyValue:StringEquals", "aws:TagKeys", TAGS), NOT_ALLOWED),
        (by("ForAnyValue:StringNotEquals", "aws:TagKeys", TAGS, **tagged("environment", "dept")), ALLOWED),
        (by("ForAnyValue:StringNotEquals", "aws:TagKeys", TAGS, **tagged("environment")), NOT_ALLOWED),
    ],
    "Multivalued context key examples": [
        (by("ForAllValues:StringNotLike", "aws:TagKeys", "key1*", deny, besides=[allow()], **tagged("key2:audit")), DENIED),
        (
            by(
                "ForAllValues:StringNotLike",
                "aws:TagKeys",
                "key1*",
                deny,
                besides=[allow()],
                **tagged("key1:hr", "key1:personnel"),
            ),
            ALLOWED,
        ),
        (
            by(
                "ForAllValues:StringNotLike",
                "aws:TagKeys",
                ["key1*", "key2*"],
                deny,
                besides=[allow()],
                **tagged("key1:hr", "key2:audit"),
            ),
            ALLOWED,
        ),
        (by("ForAllValues:StringNotLike", "aws:TagKeys", "key1*", deny, besides=[allow()]), DENIED),
        (by("ForAnyValue:StringEquals", "aws:TagKeys", ["owner"], deny, besides=[allow()], **tagged("owner", "x")), DENIED),
    ],
    "Conditions with multiple context keys or values": [
        (
            on_key(
                user(identity=BOTH),
                "kms:Encrypt",
                context={DEPARTMENT: "hr", "aws:PrincipalTag/role": "audit", "aws:PrincipalArn": world.user(HOME, "bob")},
            ),
            ALLOWED,
        ),
        (
            on_key(
                user(identity=BOTH),
                "kms:Encrypt",
                context={DEPARTMENT: "hr", "aws:PrincipalTag/role": "audit", "aws:PrincipalArn": APP},
            ),
            NOT_ALLOWED,
        ),
        (
            on_key(user(identity=BOTH), "kms:Encrypt", context={DEPARTMENT: "hr", "aws:PrincipalArn": world.user(HOME, "bob")}),
            NOT_ALLOWED,
        ),
    ],
}

OWN_ALIAS = allow("kms:CreateAlias", "arn:aws:kms:*:*:alias/${aws:username}-*")
MINE = world.alias(HOME, "alias/alice-main")


def aliasing(own, **context):
    return on_account(user(identity=own), "kms:CreateAlias", MINE, context=context.get("context", {}))


SAME_TEAM = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
OLD = user(identity=policy(allow(when=SAME_TEAM), version="2008-10-17"))
BOTH_RED = {"aws:ResourceTag/team": "red", "aws:PrincipalTag/team": "red"}

VARIABLES = {
    "Variables and tags": [
        (aliasing(policy(OWN_ALIAS), context={"aws:username": "alice"}), ALLOWED),
        (aliasing(policy(OWN_ALIAS), context={"aws:username": "bob"}), NOT_ALLOWED),
        (aliasing(policy(OWN_ALIAS)), NOT_ALLOWED),
        (aliasing(policy(OWN_ALIAS, version="2008-10-17"), context={"aws:username": "alice"}), NOT_ALLOWED),
        (
            by(
                "StringEquals",
                "aws:ResourceTag/team",
                "${aws:PrincipalTag/team}",
                context={"aws:ResourceTag/team": "red", "aws:PrincipalTag/team": "red"},
            ),
            ALLOWED,
        ),
        (
            by(
                "StringEquals",
                "aws:ResourceTag/team",
                "${aws:PrincipalTag/team}",
                context={"aws:ResourceTag/team": "red", "aws:PrincipalTag/team": "blue"},
            ),
            NOT_ALLOWED,
        ),
        (by("StringEquals", "aws:Example", "id/${aws:userid, 'anonymous'}", context={"aws:Example": "id/anonymous"}), ALLOWED),
        (by("StringLike", "aws:Example", "a${*}b", context={"aws:Example": "a*b"}), ALLOWED),
        (by("StringLike", "aws:Example", "a${*}b", context={"aws:Example": "axb"}), NOT_ALLOWED),
        (by("StringEquals", "aws:Example", "${$}5${?}", context={"aws:Example": "$5?"}), ALLOWED),
        (
            by("StringEquals", "aws:Example", "${aws:username}", context={"aws:Example": "x"}, key_policy=ENABLES_IAM),
            NOT_ALLOWED,
        ),
        (on_key(OLD, "kms:Encrypt", context=BOTH_RED), NOT_ALLOWED),
    ],
}

TABLES = (OPERATORS, SETS, VARIABLES)
