"""Acting as a role: who may, for how long, with what, and what becomes of it when the role changes."""

import json

import pytest

from expect import refused
from sessions import client

ENCRYPT = {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture(scope="module")
def sts(server):
    return server.client("sts")


def trust(account, **more):
    return {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole", **more}


@pytest.fixture
def role(server, iam, request):
    """A role that the account may act as, which encrypts."""
    name = "role-" + "".join(letter for letter in request.node.name if letter.isalnum())[-50:]
    everything = {**trust(server.account), "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(everything))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="encrypt", PolicyDocument=document(ENCRYPT))
    return made


def test_somebody_who_may_acts_as_the_role_and_as_nothing_else(server, sts, role, key):
    begun = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build-7")
    arn = f"arn:aws:sts::{server.account}:assumed-role/{role['RoleName']}/build-7"
    assert begun["AssumedRoleUser"] == {"AssumedRoleId": f"{role['RoleId']}:build-7", "Arn": arn}
    assert "PackedPolicySize" not in begun
    told = client(server, begun["Credentials"], "sts").get_caller_identity()
    assert (told["Arn"], told["UserId"]) == (arn, f"{role['RoleId']}:build-7")
    mine = client(server, begun["Credentials"])
    blob = mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    assert mine.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    with refused("AccessDeniedException"):
        mine.list_keys()


def test_the_trust_policy_decides(server, iam, sts, role):
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": "agreed"}}}
    iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=document(trust(server.account, **condition)))
    with refused("AccessDenied", status=403, matching="sts:AssumeRole"):
        sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build")
    with refused("AccessDenied", status=403):
        sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build", ExternalId="guessed")
    sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build", ExternalId="agreed")
    with refused("AccessDenied", status=403):
        sts.assume_role(RoleArn=role["Arn"] + "x", RoleSessionName="build")


def test_a_session_policy_takes_away_and_gives_nothing(server, sts, role, key):
    only = document({"Effect": "Allow", "Action": ["kms:Encrypt", "kms:ListKeys"], "Resource": "*"})
    begun = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build", Policy=only)
    assert begun["PackedPolicySize"] >= 1
    mine = client(server, begun["Credentials"])
    blob = mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    with refused("AccessDeniedException"):
        mine.decrypt(CiphertextBlob=blob)
    with refused("AccessDeniedException"):
        mine.list_keys()


def test_durations(iam, sts, role):
    with refused("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."):
        sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build", DurationSeconds=3601)
    iam.update_role(RoleName=role["RoleName"], MaxSessionDuration=7200)
    sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build", DurationSeconds=7200)


def test_a_chain_of_roles(server, iam, sts, role):
    """Source identity and transitive tags go on; the second session lasts an hour at most."""
    second = iam.create_role(
        RoleName="second-in-the-chain",
        MaxSessionDuration=7200,
        AssumeRolePolicyDocument=document(
            {
                "Effect": "Allow",
                "Principal": {"AWS": role["Arn"]},
                "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
                "Condition": {"StringEquals": {"aws:SourceIdentity": "maria", "aws:PrincipalTag/team": "blue"}},
            }
        ),
    )["Role"]
    iam.put_role_policy(
        RoleName=role["RoleName"],
        PolicyName="assume",
        PolicyDocument=document({"Effect": "Allow", "Action": "sts:*", "Resource": "*"}),
    )
    first = sts.assume_role(
        RoleArn=role["Arn"],
        RoleSessionName="one",
        SourceIdentity="maria",
        Tags=[{"Key": "team", "Value": "blue"}],
        TransitiveTagKeys=["team"],
    )
    assert first["SourceIdentity"] == "maria"
    chained = client(server, first["Credentials"], "sts")
    begun = chained.assume_role(RoleArn=second["Arn"], RoleSessionName="two")
    assert begun["SourceIdentity"] == "maria"
    with refused("ValidationError", matching="1 hour session limit for roles assumed by role chaining"):
        chained.assume_role(RoleArn=second["Arn"], RoleSessionName="two", DurationSeconds=3601)
    with refused("AccessDenied", status=403):
        chained.assume_role(RoleArn=second["Arn"], RoleSessionName="two", SourceIdentity="eve")
    with refused("ValidationError"):
        chained.assume_role(RoleArn=second["Arn"], RoleSessionName="two", Tags=[{"Key": "Team", "Value": "red"}])


def test_changes_of_the_role_act_on_sessions_under_way(server, iam, sts, role, key):
    begun = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build")
    mine = client(server, begun["Credentials"])
    for _ in range(2):
        mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    iam.delete_role_policy(RoleName=role["RoleName"], PolicyName="encrypt")
    with refused("AccessDeniedException"):
        mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="encrypt", PolicyDocument=document(ENCRYPT))
    mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")


def test_a_deleted_role_has_no_sessions_any_more_and_a_new_one_of_its_name_not_the_old_ones(server, iam, sts, role, key):
    begun = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build")
    mine = client(server, begun["Credentials"])
    mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    iam.delete_role_policy(RoleName=role["RoleName"], PolicyName="encrypt")
    iam.delete_role(RoleName=role["RoleName"])
    with refused("UnrecognizedClientException"):
        mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    iam.create_role(RoleName=role["RoleName"], AssumeRolePolicyDocument=document(trust(server.account)))
    with refused("UnrecognizedClientException"):
        mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    with refused("InvalidClientTokenId", status=403):
        client(server, begun["Credentials"], "sts").get_caller_identity()


def test_a_role_s_session_gets_no_user_s_session(server, sts, role):
    mine = client(server, sts.assume_role(RoleArn=role["Arn"], RoleSessionName="build")["Credentials"], "sts")
    with refused("AccessDenied", status=403, matching="Cannot call GetSessionToken with session credentials"):
        mine.get_session_token()
