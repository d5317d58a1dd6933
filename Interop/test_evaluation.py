"""Who may what: grants, boundaries, session policies and conditions that ask about the caller, by the clients of those callers."""

import json

import pytest

from expect import refused
from identities import Member, allow, fresh, policy


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def member(server, iam):
    """Somebody who may nothing."""
    return Member(server, iam)


def encrypts(client, key, **context):
    return client.encrypt(KeyId=key["Arn"], Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]


def bounded(iam, member, document):
    arn = iam.create_policy(PolicyName=fresh("limit"), PolicyDocument=document)["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=member.name, PermissionsBoundary=arn)


def statement(server, member, condition=None):
    """A key policy that lets the account decide, and the member by name."""
    named = {"Sid": "Named", "Effect": "Allow", "Principal": {"AWS": member.arn}, "Action": "kms:*", "Resource": "*"}
    root = {"Effect": "Allow", "Principal": {"AWS": server.account}, "Action": "kms:*", "Resource": "*"}
    return policy(root, named | ({"Condition": condition} if condition else {}))


class TestGrants:
    def test_a_grant_allows_from_the_moment_it_is_made_until_it_is_revoked(self, kms, key, member):
        mine = member.client()
        with refused("AccessDeniedException", matching="kms:Encrypt"):
            encrypts(mine, key)
        grant = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=member.arn, Operations=["Encrypt"])
        blob = encrypts(mine, key)
        assert encrypts(mine, key) and mine.encrypt(KeyId=key["Arn"], Plaintext=b"x", GrantTokens=[grant["GrantToken"]])
        with refused("AccessDeniedException", matching="kms:Decrypt"):
            mine.decrypt(CiphertextBlob=blob, KeyId=key["Arn"])
        kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"])
        with refused("AccessDeniedException", matching="kms:Encrypt"):
            encrypts(mine, key)

    def test_constraints_ask_for_the_encryption_context(self, kms, key, member):
        mine = member.client()
        kms.create_grant(
            KeyId=key["KeyId"], GranteePrincipal=member.arn, Operations=["Encrypt"],
            Constraints={"EncryptionContextSubset": {"dept": "it"}})
        assert encrypts(mine, key, dept="it", more="x")
        for context in ({}, {"dept": "IT"}, {"Dept": "it"}):
            with refused("AccessDeniedException"):
                encrypts(mine, key, **context)

    def test_whoever_may_make_grants_by_a_grant_passes_on_no_more(self, server, kms, key, member):
        kms.create_grant(
            KeyId=key["KeyId"], GranteePrincipal=member.arn, Operations=["CreateGrant", "Encrypt"],
            Constraints={"EncryptionContextSubset": {"dept": "it"}})
        mine, other = member.client(), f"arn:aws:iam::{server.account}:user/other"
        stricter = {"EncryptionContextEquals": {"dept": "it", "more": "x"}}
        assert mine.create_grant(
            KeyId=key["Arn"], GranteePrincipal=other, Operations=["Encrypt"], Constraints=stricter)["GrantId"]
        for operations, constraints in ((["Decrypt"], stricter), (["Encrypt"], {"EncryptionContextSubset": {"more": "x"}})):
            with refused("AccessDeniedException", matching="kms:CreateGrant"):
                mine.create_grant(
                    KeyId=key["Arn"], GranteePrincipal=other, Operations=operations, Constraints=constraints)


class TestLimits:
    def test_a_boundary_limits_what_identity_policies_allow_and_not_what_names_the_user(
            self, server, iam, kms, key, member):
        iam.put_user_policy(UserName=member.name, PolicyName="all", PolicyDocument=policy(allow("kms:*")))
        mine = member.client()
        assert encrypts(mine, key)
        bounded(iam, member, policy(allow("kms:Decrypt")))
        with refused("AccessDeniedException", matching="because no permissions boundary allows the kms:Encrypt action"):
            encrypts(mine, key)
        kms.put_key_policy(KeyId=key["KeyId"], Policy=statement(server, member))
        assert encrypts(mine, key)

    def test_a_deny_in_a_boundary_wins(self, server, iam, kms, key, member):
        kms.put_key_policy(KeyId=key["KeyId"], Policy=statement(server, member))
        mine = member.client()
        assert encrypts(mine, key)
        bounded(iam, member, policy(allow("*"), {"Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}))
        with refused("AccessDeniedException", matching="with an explicit deny in a permissions boundary"):
            encrypts(mine, key)


class TestConditions:
    @pytest.mark.parametrize("condition", [
        {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
        {"NumericGreaterThan": {"aws:EpochTime": "1.5e9"}},
        {"IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1"]}},
        {"StringEquals": {"aws:username": "${aws:username}", "aws:PrincipalType": "User"}},
        {"StringEquals": {"aws:RequestedRegion": "REGION"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/member-*"}},
        {"Null": {"aws:TokenIssueTime": "true"}, "Bool": {"aws:ViaAWSService": "false"}},
        {"StringLike": {"aws:UserAgent": "Boto3*"}},
        {"StringEquals": {"kms:EncryptionContext:DEPT": "it"}},
    ])
    def test_each_key_has_the_value_that_it_should(self, server, kms, key, member, condition):
        told = json.loads(json.dumps(condition).replace("REGION", server.region))
        kms.put_key_policy(KeyId=key["KeyId"], Policy=statement(server, member, told))
        assert encrypts(member.client(), key, dept="it")

    @pytest.mark.parametrize("condition", [
        {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, {"NotIpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1"]}},
        {"StringEquals": {"aws:username": "${aws:PrincipalTag/absent}"}}, {"StringNotEquals": {"aws:RequestedRegion": "REGION"}},
    ])
    def test_and_no_other(self, server, kms, key, member, condition):
        told = json.loads(json.dumps(condition).replace("REGION", server.region))
        kms.put_key_policy(KeyId=key["KeyId"], Policy=statement(server, member, told))
        with refused("AccessDeniedException"):
            encrypts(member.client(), key, dept="it")
