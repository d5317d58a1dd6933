"""The oracle against the policy simulator: cases by chance of users, with whatever condition keys they like, in one call each."""

import itertools
import json

import pytest

from operations.documents import allow, document
from oracle.evaluator import decide, explained_by
from oracle.generator import cases

SEED = 20_261_127
WANTED = 1_000
# At least one policy has to be given, and this one is about nothing that is asked.
ABOUT_NOTHING = document(allow("iam:ListUsers"))
WORDS = {
    "allowed": {"allowed": True, "explicitDeny": False},
    "implicitDeny": {"allowed": False, "explicitDeny": False},
    "explicitDeny": {"allowed": False, "explicitDeny": True},
}


def can_be_simulated(case):
    """The simulator knows neither sessions nor grants, and has no operation on a grant."""
    return case["caller"]["kind"] == "user" and case["action"] != "kms:RetireGrant"


def simulated(asking, case):
    caller, resource = case["caller"], case["resource"]
    request = {
        "PolicyInputList": [json.dumps(policy) for policy in caller["identity"]] or [ABOUT_NOTHING],
        "ActionNames": [case["action"]],
        "ResourceArns": [resource["arn"]],
        "ResourceOwner": f"arn:aws:iam::{resource['account']}:root",
        "CallerArn": caller["arn"],
        "ContextEntries": [
            {"ContextKeyName": key, "ContextKeyValues": values, "ContextKeyType": "stringList"}
            for key, values in case["context"].items()
        ],
    }
    if caller["boundary"] is not None:
        request["PermissionsBoundaryPolicyInputList"] = [json.dumps(caller["boundary"])]
    if resource["policy"] is not None:
        request["ResourcePolicy"] = json.dumps(resource["policy"])
    answer = asking.do("SimulateCustomPolicy", **request)
    assert not answer["IsTruncated"]
    (result,) = answer["EvaluationResults"]
    return WORDS[result["EvalDecision"]]


def with_caller(case):
    """The same, where the request has what the simulator knows of whoever `CallerArn` names."""
    caller = case["caller"]
    known = {
        "aws:PrincipalArn": caller["arn"],
        "aws:PrincipalAccount": caller["account"],
        "kms:CallerAccount": caller["account"],
        "aws:username": caller["arn"].rpartition("/")[2],
    }
    said = {key.lower() for key in case["context"]}
    added = {key: [value] for key, value in known.items() if key.lower() not in said}
    return {**case, "context": {**case["context"], **added}}


@pytest.fixture(scope="module")
def told(stage):
    """(case, what the oracle says, what the simulator says)"""
    wanted = map(with_caller, itertools.islice(filter(can_be_simulated, cases(SEED)), WANTED))
    without_grants = [{**case, "resource": {**case["resource"], "grants": []}} for case in wanted]
    return [(case, decide(case), simulated(stage.asking, case)) for case in without_grants]


def test_the_simulator_decides_as_the_oracle_does(told):
    wrong = [
        {"case": case, "oracle": mine, "simulator": theirs, "explained by": explained_by(case, theirs)}
        for case, mine, theirs in told
        if mine != theirs
    ]
    assert not wrong, f"{len(wrong)} of {len(told)}\n" + "\n".join(map(json.dumps, wrong[:3]))


def test_all_decisions_are_among_them(told):
    for decision in WORDS.values():
        assert sum(mine == decision for _, mine, _ in told) > WANTED / 20
