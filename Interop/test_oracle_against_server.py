"""The oracle against a whole server: cases by chance, with real users, sessions, policies, keys and grants, asked over the wire.

What a request can't be made to have, another address or another time, is as it is for all of them: the case is told so, and
both judge what there really was."""

import datetime
import itertools
import json

import pytest

from operations.cast import Cast, Unfit
from oracle import world
from oracle.evaluator import decide, explained_by
from oracle.generator import cases

SEED = 20_261_126
WANTED = 300
REGION = "eu-central-1"
PAIR = "kms:encryptioncontext:"

# (case, what is staged) -> parameters. Nothing here changes a key.
ON_A_KEY = {
    "Encrypt": lambda s: dict(KeyId=s.arn, Plaintext=b"x", EncryptionContext=s.pairs),
    "Decrypt": lambda s: dict(KeyId=s.arn, CiphertextBlob=s.blob, EncryptionContext=s.pairs),
    "GenerateDataKey": lambda s: dict(KeyId=s.arn, KeySpec="AES_256", EncryptionContext=s.pairs),
    "GenerateDataKeyWithoutPlaintext": lambda s: dict(KeyId=s.arn, KeySpec="AES_256", EncryptionContext=s.pairs),
    "GenerateDataKeyPair": lambda s: dict(KeyId=s.arn, KeyPairSpec="ECC_NIST_P256", EncryptionContext=s.pairs),
    "GenerateDataKeyPairWithoutPlaintext": lambda s: dict(
        KeyId=s.arn, KeyPairSpec="ECC_NIST_P256", EncryptionContext=s.pairs
    ),
    "DescribeKey": lambda s: dict(KeyId=s.arn),
    "GetKeyPolicy": lambda s: dict(KeyId=s.arn),
    "ListKeyPolicies": lambda s: dict(KeyId=s.arn),
    "GetKeyRotationStatus": lambda s: dict(KeyId=s.arn),
    "ListKeyRotations": lambda s: dict(KeyId=s.arn),
    "ListResourceTags": lambda s: dict(KeyId=s.arn),
}
ON_THE_ACCOUNT = {
    "ListKeys": lambda s: {},
    "ListAliases": lambda s: {},
    "GenerateRandom": lambda s: dict(NumberOfBytes=8),
    "DescribeCustomKeyStores": lambda s: {},
}
REQUESTS = {**ON_A_KEY, **ON_THE_ACCOUNT}
GRANTABLE = {*world.WITH_CONTEXT, "DescribeKey", "CreateGrant", "RetireGrant"}


class Staged:
    """A case with a key of its own and a caller of its own, who can be asked."""

    def __init__(self, stage, cast, case):
        self.operation = case["action"].removeprefix("kms:")
        self.stage = stage
        given = case["context"]
        has_context = self.operation in world.WITH_CONTEXT
        self.pairs = {key[len(PAIR) :]: values[0] for key, values in given.items() if has_context and is_pair(key)}
        self.key_tags = named(given, "aws:ResourceTag/")
        has_key = case["resource"]["policy"] is not None
        self.case = self._with_key(case) if has_key else case
        # The tags of federated users are those of their sessions, and these have none.
        caller = self.case["caller"]
        tags = {} if caller["kind"] == "federated" else named(given, "aws:PrincipalTag/")
        if "key" in tags and self.case is not case:
            tags["key"] = self.arn.rpartition("/")[2]
        self.credentials = cast.act(caller, tags)
        # Names mean those who have them when they are written, so the caller comes first.
        if has_key:
            self._give()
        told = stage.asking.ask(self.credentials, "GetCallerIdentity", {}).output
        assert told["Arn"] == caller["arn"], told
        self.case = {**self.case, "context": self._context(told["UserId"], tags)}

    def _with_key(self, case):
        """The case about a new key."""
        do = self.stage.do
        tags = [{"TagKey": key, "TagValue": value} for key, value in self.key_tags.items()]
        made = do("CreateKey", Tags=tags, region=REGION)["KeyMetadata"]
        self.arn, identifier = made["Arn"], made["KeyId"]
        old = case["resource"]["arn"].rpartition("/")[2]
        text = json.dumps(case).replace(old, identifier).replace(old.upper(), identifier.upper())
        case = json.loads(text)
        self.blob = do("Encrypt", KeyId=identifier, Plaintext=b"x", EncryptionContext=self.pairs, region=REGION)[
            "CiphertextBlob"
        ]
        resource = case["resource"]
        resource["grants"] = [grant for grant in map(fitting, resource["grants"]) if grant is not None]
        return case

    def _give(self):
        """The key gets its grants and its policy."""
        do, resource = self.stage.do, self.case["resource"]
        identifier = self.arn.rpartition("/")[2]
        for grant in resource["grants"]:
            names = {"equals": "EncryptionContextEquals", "subset": "EncryptionContextSubset"}
            constraints = {names[name]: grant[name] for name in names if grant[name] is not None}
            more = {"Constraints": constraints} if constraints else {}
            terms = dict(GranteePrincipal=grant["grantee"], Operations=grant["operations"], **more)
            do("CreateGrant", KeyId=identifier, region=REGION, **terms)
        policy = json.dumps(resource["policy"])
        do("PutKeyPolicy", KeyId=identifier, Policy=policy, BypassPolicyLockoutSafetyCheck=True, region=REGION)

    def _context(self, user_id, tags):
        """What the request really has, of the keys that cases speak of."""
        caller, now = self.case["caller"], datetime.datetime.now(datetime.timezone.utc)
        found = {
            "aws:PrincipalArn": [caller.get("role") or caller["arn"]],
            "aws:PrincipalAccount": [caller["account"]],
            "aws:userid": [user_id],
            "aws:SourceIp": ["127.0.0.1"],
            "aws:SecureTransport": ["false"],
            "aws:CurrentTime": [now.strftime("%Y-%m-%dT%H:%M:%SZ")],
            "aws:EpochTime": [str(int(now.timestamp()))],
            **{f"aws:PrincipalTag/{key}": [value] for key, value in tags.items()},
        }
        if caller["kind"] == "user":
            found["aws:username"] = [caller["arn"].rpartition("/")[2]]
        else:
            found["aws:MultiFactorAuthPresent"] = ["false"]
        if self.operation in ON_A_KEY:
            found["kms:KeySpec"] = ["SYMMETRIC_DEFAULT"]
            found |= {f"aws:ResourceTag/{key}": [value] for key, value in self.key_tags.items()}
            found |= {f"kms:EncryptionContext:{name}": [value] for name, value in self.pairs.items()}
            if self.pairs:
                found["kms:EncryptionContextKeys"] = list(self.pairs)
        return found

    def ask(self):
        """What the server decides, in the oracle's words; whether a foreign key's policy denies, it doesn't tell."""
        answer = self.stage.asking.ask(self.credentials, self.operation, REQUESTS[self.operation](self), region=REGION)
        if answer.code == "AccessDeniedException":
            return {"allowed": False, "explicitDeny": "with an explicit deny" in answer.message}
        assert answer.status == 200, answer
        return {"allowed": True, "explicitDeny": False}

    @property
    def is_own_account(self):
        return self.case["caller"]["account"] == self.case["resource"]["account"]


def is_pair(key):
    return key.lower().startswith(PAIR)


def named(context, prefix):
    """The values of condition keys that carry a name, by the name."""
    small = prefix.lower()
    return {key[len(prefix) :].lower(): values[0] for key, values in context.items() if key.lower().startswith(small)}


def fitting(grant):
    """The grant as far as a symmetric key can have it."""
    operations = [name for name in grant["operations"] if name in GRANTABLE]
    return {**grant, "operations": operations} if operations else None


def can_be_asked(case):
    """The root has no access key here, and the other operations would change something or need another key."""
    action = case["action"].removeprefix("kms:")
    is_of_key = case["resource"]["policy"] is not None
    return case["caller"]["kind"] != "root" and action in (ON_A_KEY if is_of_key else ON_THE_ACCOUNT)


@pytest.fixture(scope="module")
def staged(stage):
    """As many cases as are wanted, each with (what the oracle says, what the server says)."""
    cast, unfit, told = Cast(stage.asking), 0, []
    for case in filter(can_be_asked, cases(SEED)):
        if len(told) == WANTED:
            break
        try:
            one = Staged(stage, cast, case)
        except Unfit:
            unfit += 1
            continue
        told.append((one, decide(one.case), one.ask()))
    assert unfit < WANTED / 10, "hardly a case can be staged"
    return told


def test_the_server_decides_as_the_oracle_does(staged):
    wrong = []
    for one, mine, theirs in staged:
        same = mine == theirs if one.is_own_account else mine["allowed"] == theirs["allowed"]
        if not same:
            wrong.append({"case": one.case, "oracle": mine, "server": theirs, "explained by": explained_by(one.case, theirs)})
    assert not wrong, f"{len(wrong)} of {len(staged)}\n" + "\n".join(map(json.dumps, wrong[:3]))


def test_the_cases_are_of_all_kinds(staged):
    decisions = [mine for _, mine, _ in staged]
    assert sum(one["allowed"] for one in decisions) > WANTED / 8
    assert sum(one["explicitDeny"] for one in decisions) > WANTED / 20
    kinds = [(one.case["caller"]["kind"], mine["allowed"]) for one, mine, _ in staged]
    for kind, allowed in itertools.product(("user", "role", "federated"), (True, False)):
        assert kinds.count((kind, allowed)) >= 5, (kind, allowed)
    assert sum(not one.is_own_account for one, _, _ in staged) > WANTED / 20
