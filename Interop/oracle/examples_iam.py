"""What the IAM user guide documents about whose policies count and whom they name, by page: [(case, decision)]."""

from . import world
from .building import (
    ALLOWED,
    DENIED,
    FULL,
    KEY,
    NOT_ALLOWED,
    allow,
    deny,
    federated,
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
NOTHING = policy(allow("s3:*"))
READS = policy(allow("kms:DescribeKey"))
EVALUATION = "How AWS enforcement code logic evaluates requests to allow or deny access"


def names(arn):
    return policy(allow(to=arn))


LIMITS = {
    EVALUATION: [
        (on_key(user(boundary=NOTHING), "kms:Encrypt", names(ALICE)), ALLOWED),
        (on_key(role(boundary=NOTHING), "kms:Encrypt", names(APP)), NOT_ALLOWED),
        (on_key(role(session=NOTHING), "kms:Encrypt", names(APP)), NOT_ALLOWED),
        (on_key(role(boundary=FULL, session=FULL), "kms:Encrypt", names(APP)), ALLOWED),
        (on_key(role(boundary=NOTHING, session=NOTHING), "kms:Encrypt", names(world.session(HOME, "app", "one"))), ALLOWED),
        (on_key(role(), "kms:Encrypt", names(world.session(HOME, "app", "two"))), NOT_ALLOWED),
        (on_key(federated(boundary=NOTHING, session=NOTHING), "kms:Encrypt", names(world.federated(HOME, "alice"))), ALLOWED),
        (on_key(federated(session=NOTHING), "kms:Encrypt", names(ALICE)), NOT_ALLOWED),
        (on_key(federated(boundary=NOTHING, session=FULL), "kms:Encrypt", names(ALICE)), NOT_ALLOWED),
        (on_key(federated(session=FULL), "kms:Encrypt", names(ALICE)), ALLOWED),
        (on_key(role(boundary=policy(deny("kms:Encrypt"))), "kms:Encrypt", names(world.session(HOME, "app", "one"))), DENIED),
        (
            on_key(
                role(boundary=NOTHING),
                "kms:Encrypt",
                policy(allow(to="*", when={"ArnEquals": {"aws:PrincipalArn": APP}})),
                context={"aws:PrincipalArn": APP},
            ),
            ALLOWED,
        ),
        (on_account(root(), "kms:ListKeys"), ALLOWED),
    ],
    "Permissions boundaries for IAM entities": [
        (on_key(user(identity=FULL, boundary=READS), "kms:DescribeKey"), ALLOWED),
        (on_key(user(identity=FULL, boundary=READS), "kms:Encrypt"), NOT_ALLOWED),
        (on_key(user(boundary=FULL), "kms:DescribeKey"), NOT_ALLOWED),
        (on_account(user(identity=FULL, boundary=READS), "kms:ListKeys"), NOT_ALLOWED),
    ],
    "Policies and permissions in IAM: session policies": [
        (on_key(role(identity=FULL, session=READS), "kms:Encrypt"), NOT_ALLOWED),
        (on_key(role(identity=READS, session=FULL), "kms:Encrypt"), NOT_ALLOWED),
        (on_key(role(identity=FULL, session=[READS, policy(allow("kms:Encrypt"))]), "kms:Encrypt"), ALLOWED),
    ],
    "GetFederationToken": [
        (on_key(federated(identity=FULL), "kms:Encrypt"), NOT_ALLOWED),
        (on_key(federated(identity=FULL, session=FULL), "kms:Encrypt"), ALLOWED),
    ],
    "Cross-account policy evaluation logic": [
        (on_key(role(account=AWAY, identity=FULL, boundary=READS), "kms:Encrypt", names(world.role(AWAY, "app"))), NOT_ALLOWED),
        (
            on_key(
                role(account=AWAY, identity=policy(allow(), deny(resource=KEY))), "kms:Encrypt", names(world.role(AWAY, "app"))
            ),
            DENIED,
        ),
    ],
}

DENIES_BUT_ALICE = deny(but=[ALICE, world.root(HOME)])
PRINCIPALS = {
    "AWS JSON policy elements: Principal": [
        (on_key(user(identity=FULL), "kms:Encrypt", names(HOME)), ALLOWED),
        (on_key(user("Alice"), "kms:Encrypt", names(ALICE)), NOT_ALLOWED),
        (on_key(user(), "kms:Encrypt", names([world.user(HOME, "bob"), ALICE])), ALLOWED),
        (on_key(user(), "kms:Encrypt", policy(allow(Principal={"Service": "s3.amazonaws.com"}))), NOT_ALLOWED),
    ],
    "AWS JSON policy elements: NotPrincipal": [
        (on_key(user(), "kms:Encrypt", policy(allow(to=ALICE), DENIES_BUT_ALICE)), ALLOWED),
        (on_key(user("bob"), "kms:Encrypt", policy(allow(to=world.user(HOME, "bob")), DENIES_BUT_ALICE)), DENIED),
        (on_key(user(boundary=FULL), "kms:Encrypt", policy(allow(to=ALICE), DENIES_BUT_ALICE)), DENIED),
        (on_key(user(), "kms:Encrypt", policy(allow(to=ALICE), deny(but=ALICE))), DENIED),
    ],
    "IAM JSON policy elements: Action": [
        (on_key(user(identity=policy(allow("KMS:encrypt"))), "kms:Encrypt"), ALLOWED),
        (on_key(user(identity=policy(allow("kms:*crypt"))), "kms:Decrypt"), ALLOWED),
    ],
    "IAM JSON policy elements: NotAction": [
        (on_key(user(identity=policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})), "kms:Decrypt"), ALLOWED),
    ],
    "IAM JSON policy elements: NotResource": [
        (
            on_key(user(identity=policy(allow(), {"Effect": "Deny", "Action": "kms:*", "NotResource": KEY})), "kms:Decrypt"),
            ALLOWED,
        ),
    ],
    "IAM JSON policy elements: Resource": [
        (on_key(user(identity=policy(allow(resource=KEY[:-3] + "???"))), "kms:Decrypt"), ALLOWED),
        (on_key(user(identity=policy(allow(resource="arn:aws:kms:eu-central-1"))), "kms:Decrypt"), ALLOWED),
    ],
}

TABLES = (LIMITS, PRINCIPALS)
