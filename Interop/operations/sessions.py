"""The operations of STS: how to ask for each and what it needs, by "Actions, resources, and condition keys for AWS STS".

Roles of a bench trust their account, so that policies of the account decide."""

from .row import Right, Row


def _assuming(b, **more):
    return dict(RoleArn=b.role_arn, RoleSessionName="one", **more)


def _role(action):
    return Right(action, "role_arn")


ROWS = (
    Row("AssumeRole", _assuming, (_role("sts:AssumeRole"),), crosses_accounts=True),
    Row(
        "AssumeRole with tags",
        lambda b: _assuming(b, Tags=[{"Key": "c", "Value": "d"}]),
        (_role("sts:AssumeRole"), _role("sts:TagSession")),
        crosses_accounts=True,
    ),
    Row(
        "AssumeRole with a source identity",
        lambda b: _assuming(b, SourceIdentity="somebody"),
        (_role("sts:AssumeRole"), _role("sts:SetSourceIdentity")),
        crosses_accounts=True,
    ),
    Row(
        "GetFederationToken",
        lambda b: dict(Name=b.tag),
        (Right("sts:GetFederationToken", "federated_arn"),),
        by_sessions=False,
    ),
    Row("GetAccessKeyInfo", lambda b: dict(AccessKeyId=b.access_key), (Right("sts:GetAccessKeyInfo"),)),
    # No operation here answers with such a message.
    Row(
        "DecodeAuthorizationMessage",
        lambda b: dict(EncodedMessage="x" * 40),
        (Right("sts:DecodeAuthorizationMessage"),),
        code="InvalidAuthorizationMessageException",
    ),
)

# What everybody may do who proves who they are.
FREE = (
    Row("GetCallerIdentity", lambda b: {}),
    Row("GetSessionToken", lambda b: {}, by_sessions=False),
)

# What is proved by a token and not by a signature: nobody has rights to it but by the role's trust. test_web_identity tries
# the first; the second is refused to everybody.
BY_TOKEN = ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML")
