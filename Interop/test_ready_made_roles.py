"""What the ready-made policies may and may not, so that a role's name doesn't say less than the role may."""

import json

import pytest

from expect import refused
from identities import Member, fresh

POLICIES = "arn:aws:iam::aws:policy/"


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture(scope="module")
def member(server, iam):
    """A client of the KMS for somebody who carries one ready-made policy and nothing else."""

    def carrying(policy):
        somebody = Member(server, iam)
        iam.attach_user_policy(UserName=somebody.name, PolicyArn=POLICIES + policy)
        return somebody

    return carrying


def everybody_of(account):
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_key_administrator_finds_no_way_to_use_a_key(server, kms, key, member):
    somebody = member("ClavigerKeyAdministrator")
    mine, name = somebody.client(), key["KeyId"]
    sealed = kms.encrypt(KeyId=name, Plaintext=b"data")["CiphertextBlob"]
    ways = [
        lambda: mine.encrypt(KeyId=name, Plaintext=b"x"),
        lambda: mine.decrypt(CiphertextBlob=sealed),
        lambda: mine.re_encrypt(CiphertextBlob=sealed, DestinationKeyId=name),
        lambda: mine.generate_data_key(KeyId=name, KeySpec="AES_256"),
        lambda: mine.generate_data_key_without_plaintext(KeyId=name, KeySpec="AES_256"),
        lambda: mine.create_grant(KeyId=name, GranteePrincipal=somebody.arn, Operations=["Decrypt"]),
        lambda: mine.put_key_policy(KeyId=name, PolicyName="default", Policy=everybody_of(server.account)),
    ]
    for way in ways:
        with refused("AccessDeniedException"):
            way()
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"data"


def test_a_key_administrator_makes_no_replica_with_a_policy_of_his_own(server, kms, member):
    mine = member("ClavigerKeyAdministrator").client()
    primary = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    with refused("AccessDeniedException"):
        mine.replicate_key(KeyId=primary, ReplicaRegion="eu-west-1", Policy=everybody_of(server.account))


def test_a_key_administrator_administers(key, member):
    mine, name = member("ClavigerKeyAdministrator").client(), key["KeyId"]
    mine.disable_key(KeyId=name)
    mine.enable_key(KeyId=name)
    mine.update_key_description(KeyId=name, Description="kept")
    mine.create_alias(AliasName="alias/" + fresh("kept"), TargetKeyId=name)
    mine.enable_key_rotation(KeyId=name)
    mine.schedule_key_deletion(KeyId=name, PendingWindowInDays=7)
    mine.cancel_key_deletion(KeyId=name)
    made = mine.create_key(Description="made")["KeyMetadata"]
    assert mine.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["Description"] == "made"


@pytest.mark.parametrize("policy", ["ClavigerAuditor", "ClavigerCustodian"])
def test_who_looks_or_keeps_doesn_t_use(server, key, member, policy):
    somebody = member(policy)
    mine, name = somebody.client(), key["KeyId"]
    assert mine.describe_key(KeyId=name)["KeyMetadata"]["KeyId"] == name
    ways = [
        lambda: mine.encrypt(KeyId=name, Plaintext=b"x"),
        lambda: mine.generate_data_key(KeyId=name, KeySpec="AES_256"),
        lambda: mine.create_grant(KeyId=name, GranteePrincipal=somebody.arn, Operations=["Encrypt"]),
        lambda: mine.put_key_policy(KeyId=name, PolicyName="default", Policy=everybody_of(server.account)),
        lambda: mine.create_key(),
    ]
    for way in ways:
        with refused("AccessDeniedException"):
            way()


def test_a_key_user_uses_and_changes_nothing(server, key, member):
    somebody = member("ClavigerKeyUser")
    mine, name = somebody.client(), key["KeyId"]
    sealed = mine.encrypt(KeyId=name, Plaintext=b"x")["CiphertextBlob"]
    assert mine.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    ways = [
        lambda: mine.disable_key(KeyId=name),
        lambda: mine.schedule_key_deletion(KeyId=name),
        lambda: mine.create_grant(KeyId=name, GranteePrincipal=somebody.arn, Operations=["Encrypt"]),
        lambda: mine.put_key_policy(KeyId=name, PolicyName="default", Policy=everybody_of(server.account)),
        lambda: mine.create_key(),
    ]
    for way in ways:
        with refused("AccessDeniedException"):
            way()
