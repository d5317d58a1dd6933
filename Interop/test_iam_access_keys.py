"""Access keys over IAM: made, listed, switched off, removed, and what that does to who holds them."""

import datetime
import re

import pytest

from expect import refused
from identities import Member, allow, fresh, policy


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def user(iam):
    return iam.create_user(UserName=fresh("user"))["User"]["UserName"]


def identity(server, key):
    client = server.client("sts", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    return client.get_caller_identity()["Arn"]


def test_an_access_key_is_made_and_works(server, iam, user):
    key = iam.create_access_key(UserName=user)["AccessKey"]
    assert re.fullmatch("AKIA[A-Z2-7]{16}", key["AccessKeyId"])
    assert re.fullmatch("[A-Za-z0-9+/]{40}", key["SecretAccessKey"])
    assert key["Status"] == "Active" and key["UserName"] == user
    assert identity(server, key) == f"arn:aws:iam::{server.account}:user/{user}"
    (listed,) = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
    assert listed == {name: key[name] for name in ("UserName", "AccessKeyId", "Status", "CreateDate")}


def test_an_inactive_or_deleted_key_is_refused_on_the_next_request(server, iam, user):
    key = iam.create_access_key(UserName=user)["AccessKey"]
    same = {"UserName": user, "AccessKeyId": key["AccessKeyId"]}
    for _ in range(3):
        identity(server, key)
        iam.update_access_key(**same, Status="Inactive")
        with refused("InvalidClientTokenId", status=403):
            identity(server, key)
        assert iam.list_access_keys(UserName=user)["AccessKeyMetadata"][0]["Status"] == "Inactive"
        iam.update_access_key(**same, Status="Active")
    identity(server, key)
    iam.delete_access_key(**same)
    with refused("InvalidClientTokenId", status=403):
        identity(server, key)
    with refused("NoSuchEntity", f"The Access Key with id {key['AccessKeyId']} cannot be found.", status=404):
        iam.delete_access_key(**same)
    with refused("ValidationError"):
        iam.update_access_key(**same, Status="Expired")


def test_a_warm_key_is_refused_by_kms_too(server, iam):
    member = Member(server, iam, inline=policy(allow("kms:*")))
    kms = member.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for _ in range(3):
        kms.encrypt(KeyId=key, Plaintext=b"x")
    iam.update_access_key(UserName=member.name, AccessKeyId=member.key["AccessKeyId"], Status="Inactive")
    with refused("UnrecognizedClientException"):
        kms.encrypt(KeyId=key, Plaintext=b"x")


def test_two_keys_at_most(iam, user):
    keys = [iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"] for _ in range(2)]
    with refused("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", status=409):
        iam.create_access_key(UserName=user)
    page = iam.list_access_keys(UserName=user, MaxItems=1)
    assert page["IsTruncated"] and page["AccessKeyMetadata"][0]["AccessKeyId"] == min(keys)
    rest = iam.list_access_keys(UserName=user, Marker=page["Marker"])
    assert [key["AccessKeyId"] for key in rest["AccessKeyMetadata"]] == [max(keys)]
    with refused("DeleteConflict", "Cannot delete entity, must remove access keys first.", status=409):
        iam.delete_user(UserName=user)
    for key in keys:
        iam.delete_access_key(UserName=user, AccessKeyId=key)
    iam.delete_user(UserName=user)


def test_somebody_elses_key_is_absent(server, iam, user):
    key = Member(server, iam).key["AccessKeyId"]
    for call in (iam.delete_access_key, lambda **names: iam.update_access_key(**names, Status="Inactive")):
        with refused("NoSuchEntity", f"The Access Key with id {key} cannot be found.", status=404):
            call(UserName=user, AccessKeyId=key)


def test_without_a_name_it_is_ones_own(server, iam):
    member = Member(server, iam)
    own = policy(allow("iam:*AccessKey*", member.arn))
    iam.put_user_policy(UserName=member.name, PolicyName="own", PolicyDocument=own)
    theirs = member.client("iam")
    second = theirs.create_access_key()["AccessKey"]
    assert second["UserName"] == member.name
    assert len(theirs.list_access_keys()["AccessKeyMetadata"]) == 2
    theirs.delete_access_key(AccessKeyId=second["AccessKeyId"])
    with refused("AccessDenied", matching="iam:ListAccessKeys on resource", status=403):
        theirs.list_access_keys(UserName="admin")


def test_the_last_use(server, iam):
    member = Member(server, iam)
    key = member.key["AccessKeyId"]
    told = iam.get_access_key_last_used(AccessKeyId=key)
    assert told["UserName"] == member.name
    assert told["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    member.client("sts", region="eu-west-3").get_caller_identity()
    used = iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("sts", "eu-west-3")
    age = datetime.datetime.now(datetime.timezone.utc) - used["LastUsedDate"]
    assert abs(age) < datetime.timedelta(minutes=10)
    with refused("AccessDenied", status=403):
        member.client("iam").get_access_key_last_used(AccessKeyId=key)
    assert iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]["ServiceName"] == "iam"
    with refused("NoSuchEntity", status=404):
        iam.get_access_key_last_used(AccessKeyId="AKIAIOSFODNN7EXAMPLE")


def test_keys_and_their_last_use_outlive_a_restart(own_server):
    iam = own_server.client("iam")
    member = Member(own_server, iam)
    member.client("sts").get_caller_identity()
    own_server.restart()
    iam = own_server.client("iam")
    used = iam.get_access_key_last_used(AccessKeyId=member.key["AccessKeyId"])["AccessKeyLastUsed"]
    assert used["ServiceName"] == "sts"
    assert member.client("sts").get_caller_identity()["Arn"] == member.arn


def test_neither_log_has_the_secret(server, iam, user):
    key = iam.create_access_key(UserName=user)["AccessKey"]
    lines = b"\n".join(server.audit_lines())
    assert key["AccessKeyId"].encode() in lines
    assert key["SecretAccessKey"].encode() not in lines
    assert key["SecretAccessKey"] not in server.log_tail(1 << 20)
