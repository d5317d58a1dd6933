"""The policy simulator of IAM, by boto3: AWS's own documented examples, and keys."""

import json

import pytest
from botocore.exceptions import ClientError

from server import run_claviger

# The policy, the actions and the results of the AWS command line's examples for simulate-custom-policy.
LATER = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
    '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
)


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


def entry(name, *values, kind="string"):
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


def custom(iam, policy, action, resource=None, **arguments):
    """The one result."""
    policies = policy if isinstance(policy, list) else [policy]
    if resource:
        arguments["ResourceArns"] = [resource]
    policies = [text if isinstance(text, str) else json.dumps(text) for text in policies]
    (result,) = iam.simulate_custom_policy(PolicyInputList=policies, ActionNames=[action], **arguments)[
        "EvaluationResults"
    ]
    return result


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(effect="Allow", action="kms:Encrypt", resource="*", **others):
    return {"Effect": effect, "Action": action, "Resource": resource, **others}


class TestDocumentedExamples:
    def test_a_date_that_is_late_enough(self, iam):
        result = custom(
            iam, LATER, "dynamodb:CreateBackup", ContextEntries=[entry("aws:CurrentTime", "2019-04-25T11:00:00Z", kind="date")]
        )
        assert result["EvalActionName"] == "dynamodb:CreateBackup" and result["EvalResourceName"] == "*"
        assert result["EvalDecision"] == "allowed" and result["MissingContextValues"] == []
        (matched,) = result["MatchedStatements"]
        assert matched["SourcePolicyId"] == "PolicyInputList.1"
        assert matched["StartPosition"] == {"Line": 1, "Column": 38}
        assert matched["EndPosition"] == {"Line": 1, "Column": 167}

    def test_a_date_that_is_too_early(self, iam):
        result = custom(
            iam, LATER, "dynamodb:CreateBackup", ContextEntries=[entry("aws:CurrentTime", "2014-04-25T11:00:00Z", kind="date")]
        )
        assert result["EvalDecision"] == "implicitDeny"
        assert result["MatchedStatements"] == [] and result["MissingContextValues"] == []

    def test_a_user_whose_policy_allows_one_action(self, iam):
        iam.create_user(UserName="alejandro")
        iam.put_user_policy(
            UserName="alejandro",
            PolicyName="Grant-Access-To-CodeCommit-ListRepo",
            PolicyDocument=json.dumps(document(statement(action="codecommit:ListRepositories")), indent=4),
        )
        arn = iam.get_user(UserName="alejandro")["User"]["Arn"]
        results = iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=["codecommit:ListRepositories", "dynamodb:CreateBackup"]
        )["EvaluationResults"]
        assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]
        (matched,) = results[0]["MatchedStatements"]
        assert matched["SourcePolicyId"] == "Grant-Access-To-CodeCommit-ListRepo"
        # Behind the bracket that opens the list, as in the example.
        assert matched["StartPosition"] == {"Line": 3, "Column": 19}
        assert matched["EndPosition"] == {"Line": 8, "Column": 10}


class TestDecisions:
    KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    def test_an_explicit_deny_wins_and_is_the_only_match(self, iam):
        policy = document(statement(), statement("Deny", resource=self.KEY))
        result = custom(iam, policy, "kms:Encrypt", self.KEY)
        assert result["EvalDecision"] == "explicitDeny" and len(result["MatchedStatements"]) == 1
        assert custom(iam, policy, "kms:Encrypt", self.KEY + "0")["EvalDecision"] == "allowed"

    def test_actions_of_services_that_arent_here_are_judged_by_their_names(self, iam):
        policy = document({"Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "*"})
        assert custom(iam, policy, "s3:GetObject")["EvalDecision"] == "allowed"
        assert custom(iam, policy, "S3:DELETEOBJECT")["EvalDecision"] == "implicitDeny"

    def test_each_action_is_tried_on_each_resource_in_parts(self, iam):
        resources = [f"{self.KEY[:-1]}{digit}" for digit in range(3)]
        arguments = {
            "PolicyInputList": [json.dumps(document(statement(resource=resources[1])))],
            "ActionNames": ["kms:Encrypt", "kms:Decrypt"],
            "ResourceArns": resources,
        }
        pages = list(iam.get_paginator("simulate_custom_policy").paginate(**arguments, PaginationConfig={"PageSize": 4}))
        assert [len(page["EvaluationResults"]) for page in pages] == [4, 2]
        results = [result for page in pages for result in page["EvaluationResults"]]
        assert [
            (result["EvalActionName"], result["EvalResourceName"]) for result in results if result["EvalDecision"] == "allowed"
        ] == [("kms:Encrypt", resources[1])]
        (specific,) = results[1]["ResourceSpecificResults"]
        assert specific["EvalResourceName"] == resources[1] and specific["EvalResourceDecision"] == "allowed"

    def test_a_boundary_limits_and_says_so(self, iam):
        result = custom(
            iam, document(statement(action="kms:*")), "kms:Encrypt",
            PermissionsBoundaryPolicyInputList=[json.dumps(document(statement(action="kms:Decrypt")))],
        )  # fmt: skip
        assert result["EvalDecision"] == "implicitDeny"
        assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}

    def test_what_nobody_gave_is_missing(self, iam):
        policy = document(statement(Condition={"StringEquals": {"kms:EncryptionContext:tenant": "acme"}}))
        result = custom(iam, policy, "kms:Encrypt")
        assert result["EvalDecision"] == "implicitDeny"
        assert result["MissingContextValues"] == ["kms:EncryptionContext:tenant"]
        result = custom(iam, policy, "kms:Encrypt", ContextEntries=[entry("kms:EncryptionContext:tenant", "acme")])
        assert result["EvalDecision"] == "allowed" and result["MissingContextValues"] == []

    def test_a_keys_policy_is_the_root_of_every_right_to_it(self, iam, server):
        alice = f"arn:aws:iam::{server.account}:user/alice"
        only_bob = {"Effect": "Allow", "Principal": {"AWS": alice.replace("alice", "bob")}, "Action": "kms:*", "Resource": "*"}
        arguments = {"CallerArn": alice, "ResourcePolicy": json.dumps(document(only_bob))}
        allowed = document(statement(action="*"))
        assert custom(iam, allowed, "kms:Encrypt", self.KEY, **arguments)["EvalDecision"] == "implicitDeny"
        assert custom(iam, allowed, "s3:GetObject", "arn:aws:s3:::b/o", **arguments)["EvalDecision"] == "allowed"
        arguments["CallerArn"] = alice.replace("alice", "bob")
        result = custom(iam, document(statement(action="kms:Nothing")), "kms:Encrypt", self.KEY, **arguments)
        assert result["EvalDecision"] == "allowed"
        assert [match["SourcePolicyType"] for match in result["MatchedStatements"]] == ["Resource Policy"]

    def test_ready_made_roles_are_tried_by_name(self, iam, server):
        answer = run_claviger(
            "identity", "user", "create", "eve", "--role", "auditor", "--without-access-key", "--data-dir", server.data
        )
        assert answer.returncode == 0, answer.stderr
        results = iam.simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{server.account}:user/eve", ActionNames=["kms:DescribeKey", "kms:Decrypt"]
        )["EvaluationResults"]
        assert [result["EvalDecision"] for result in results] == ["allowed", "implicitDeny"]
        assert results[0]["MatchedStatements"][0]["SourcePolicyId"] == "ClavigerAuditor"


class TestRefusals:
    def refused(self, call, **arguments):
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        return caught.value.response["Error"]

    def test_documents_and_names_that_cant_be(self, iam):
        sound = json.dumps(document(statement()))
        call = iam.simulate_custom_policy
        assert self.refused(call, PolicyInputList=["{"], ActionNames=["kms:Encrypt"])["Code"] == "InvalidInput"
        assert self.refused(call, PolicyInputList=[sound], ActionNames=["kms:*"])["Code"] == "InvalidInput"
        error = self.refused(call, PolicyInputList=[sound], ActionNames=["kms:Encrypt"], ResourcePolicy=sound)
        assert "CallerArn" in error["Message"]

    def test_what_would_make_it_another_question_is_refused(self, iam, server):
        error = self.refused(
            iam.simulate_principal_policy,
            PolicySourceArn=f"arn:aws:iam::{server.account}:user/admin",
            ActionNames=["kms:Encrypt"],
            PolicyExclusionList=[{"PolicyType": "inline"}],
        )
        assert error["Code"] == "InvalidInput" and "PolicyExclusionList" in error["Message"]

    def test_nobody_has_no_policies(self, iam, server):
        arn = f"arn:aws:iam::{server.account}:user/nobody"
        error = self.refused(iam.simulate_principal_policy, PolicySourceArn=arn, ActionNames=["kms:Encrypt"])
        assert error["Code"] == "NoSuchEntity"
