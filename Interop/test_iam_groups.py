"""Groups over IAM: members, lists, and what a group's policies do to its members."""

import pytest

from expect import refused
from identities import Member, allow, deny, fresh, policy


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def group(iam):
    return iam.create_group(GroupName=fresh("group"))["Group"]["GroupName"]


@pytest.fixture
def user(iam):
    return iam.create_user(UserName=fresh("user"))["User"]["UserName"]


def test_a_group_is_made_found_and_removed(server, iam):
    name = fresh("group")
    made = iam.create_group(GroupName=name, Path="/teams/")["Group"]
    assert made["Arn"] == f"arn:aws:iam::{server.account}:group/teams/{name}"
    assert made["GroupId"].startswith("AGPA")
    told = iam.get_group(GroupName=name)
    assert told["Group"] == made and told["Users"] == [] and told["IsTruncated"] is False
    assert [group["GroupName"] for group in iam.list_groups(PathPrefix="/teams/")["Groups"]] == [name]
    with refused("EntityAlreadyExists", f"Group with name {name} already exists.", status=409):
        iam.create_group(GroupName=name)
    other = fresh("renamed")
    iam.update_group(GroupName=name, NewGroupName=other, NewPath="/")
    assert iam.get_group(GroupName=other)["Group"]["GroupId"] == made["GroupId"]
    iam.delete_group(GroupName=other)
    with refused("NoSuchEntity", f"The group with name {other} cannot be found.", status=404):
        iam.get_group(GroupName=other)


def test_members(iam, group):
    users = [iam.create_user(UserName=fresh("user"))["User"]["UserName"] for _ in range(3)]
    for user in users:
        iam.add_user_to_group(GroupName=group, UserName=user)
        iam.add_user_to_group(GroupName=group, UserName=user)
    pages = list(iam.get_paginator("get_group").paginate(GroupName=group, PaginationConfig={"PageSize": 2}))
    assert [len(page["Users"]) for page in pages] == [2, 1]
    assert sorted(user["UserName"] for page in pages for user in page["Users"]) == sorted(users)
    assert [each["GroupName"] for each in iam.list_groups_for_user(UserName=users[0])["Groups"]] == [group]
    with refused("DeleteConflict", "Cannot delete entity, must remove users from group first.", status=409):
        iam.delete_group(GroupName=group)
    with refused("DeleteConflict", status=409):
        iam.delete_user(UserName=users[0])
    for user in users:
        iam.remove_user_from_group(GroupName=group, UserName=user)
        iam.remove_user_from_group(GroupName=group, UserName=user)
    iam.delete_group(GroupName=group)


def test_a_user_has_ten_groups_at_most(iam, user):
    groups = [iam.create_group(GroupName=fresh("group"))["Group"]["GroupName"] for _ in range(11)]
    for group in groups[:10]:
        iam.add_user_to_group(GroupName=group, UserName=user)
    with refused("LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10", status=409):
        iam.add_user_to_group(GroupName=groups[10], UserName=user)


def test_absent_ones(iam, group, user):
    with refused("NoSuchEntity", "The user with name nobody cannot be found.", status=404):
        iam.add_user_to_group(GroupName=group, UserName="nobody")
    with refused("NoSuchEntity", "The group with name none cannot be found.", status=404):
        iam.add_user_to_group(GroupName="none", UserName=user)


def test_a_groups_policies_are_its_members_from_the_next_request_on(server, iam, kms, key, group):
    member = Member(server, iam, inline=policy(allow("kms:Encrypt", key["Arn"])))
    theirs = member.client()
    theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    with refused("AccessDeniedException"):
        theirs.describe_key(KeyId=key["KeyId"])

    iam.put_group_policy(GroupName=group, PolicyName="look", PolicyDocument=policy(allow("kms:DescribeKey")))
    iam.add_user_to_group(GroupName=group, UserName=member.name)
    theirs.describe_key(KeyId=key["KeyId"])

    iam.put_group_policy(GroupName=group, PolicyName="never", PolicyDocument=policy(deny("kms:Encrypt")))
    with refused("AccessDeniedException", matching="with an explicit deny in an identity-based policy"):
        theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")

    iam.remove_user_from_group(GroupName=group, UserName=member.name)
    theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    with refused("AccessDeniedException"):
        theirs.describe_key(KeyId=key["KeyId"])
