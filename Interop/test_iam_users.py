"""Users over IAM: names, paths, tags, what they don't have, and what they may do once they have a policy."""

import json

import pytest

from awscli_driver import CommandLine
from expect import invalid, refused
from identities import Member, allow, fresh, policy


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def user(iam):
    return iam.create_user(UserName=fresh("user"))["User"]["UserName"]


def tags_of(iam, user):
    return {tag["Key"]: tag["Value"] for tag in iam.list_user_tags(UserName=user)["Tags"]}


def test_a_user_is_made_found_and_removed(server, iam):
    name = fresh("user")
    made = iam.create_user(UserName=name, Path="/team/", Tags=[{"Key": "stage", "Value": "test"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{server.account}:user/team/{name}"
    assert made["UserId"].startswith("AIDA") and made["Path"] == "/team/"
    assert made["Tags"] == [{"Key": "stage", "Value": "test"}]
    assert iam.get_user(UserName=name.upper())["User"] == made
    assert name in [user["UserName"] for user in iam.list_users(PathPrefix="/team/")["Users"]]
    with refused("EntityAlreadyExists", f"User with name {name.upper()} already exists.", status=409):
        iam.create_user(UserName=name.upper())
    iam.delete_user(UserName=name)
    with refused("NoSuchEntity", f"The user with name {name} cannot be found.", status=404):
        iam.get_user(UserName=name)


def test_without_a_name_it_is_the_caller(server, iam):
    me = iam.get_user()["User"]
    assert me["Arn"] == server.client("sts").get_caller_identity()["Arn"]


def test_a_user_is_renamed_and_moved(server, iam, user):
    before = iam.get_user(UserName=user)["User"]
    name = fresh("renamed")
    iam.update_user(UserName=user, NewUserName=name, NewPath="/moved/")
    after = iam.get_user(UserName=name)["User"]
    assert after["Arn"] == f"arn:aws:iam::{server.account}:user/moved/{name}"
    assert after["UserId"] == before["UserId"]
    with refused("NoSuchEntity", status=404):
        iam.get_user(UserName=user)
    other = iam.create_user(UserName=fresh("user"))["User"]["UserName"]
    with refused("EntityAlreadyExists", status=409):
        iam.update_user(UserName=name, NewUserName=other)


def test_a_renamed_user_is_called_so_at_once(server, iam):
    member = Member(server, iam)
    assert member.client("sts").get_caller_identity()["Arn"] == member.arn
    name = fresh("renamed")
    iam.update_user(UserName=member.name, NewUserName=name)
    assert member.client("sts").get_caller_identity()["Arn"].endswith(f":user/{name}")


def test_tags_come_and_go(iam, user):
    iam.tag_user(UserName=user, Tags=[{"Key": "Team", "Value": "a"}, {"Key": "ümläut 1", "Value": ""}])
    iam.tag_user(UserName=user, Tags=[{"Key": "team", "Value": "b"}])
    assert tags_of(iam, user) == {"team": "b", "ümläut 1": ""}
    page = iam.list_user_tags(UserName=user, MaxItems=1)
    assert page["IsTruncated"] and len(page["Tags"]) == 1
    rest = iam.list_user_tags(UserName=user, MaxItems=1, Marker=page["Marker"])
    assert not rest["IsTruncated"] and len(rest["Tags"]) == 1
    iam.untag_user(UserName=user, TagKeys=["TEAM", "none"])
    assert tags_of(iam, user) == {"ümläut 1": ""}


def test_tags_that_iam_refuses(iam, user):
    with refused("InvalidInput", matching="Duplicate tag keys"):
        iam.tag_user(UserName=user, Tags=[{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}])
    with refused("InvalidInput"):
        iam.tag_user(UserName=user, Tags=[{"Key": "aws:a", "Value": ""}])
    with refused("ValidationError", matching="tags.1.member.key"):
        iam.tag_user(UserName=user, Tags=[{"Key": "a;b", "Value": ""}])
    iam.tag_user(UserName=user, Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    with refused("LimitExceeded", "Cannot exceed quota for TagsPerEntity: 50", status=409):
        iam.tag_user(UserName=user, Tags=[{"Key": "one more", "Value": ""}])
    with refused("ValidationError"):
        iam.list_user_tags(UserName=user, Marker="nonsense")


def test_names_that_iam_refuses(iam):
    with refused(
        "ValidationError",
        invalid("Value 'a b' at 'userName' failed to satisfy constraint:", "Member must satisfy regular expression pattern: [\\w+=,.@-]+"),
    ):
        iam.create_user(UserName="a b")
    with refused("ValidationError"):
        iam.create_user(UserName=fresh("user"), Path="no slashes")


def test_a_user_has_no_other_credentials(iam, user):
    with refused("NoSuchEntity", f"Login Profile for User {user} cannot be found.", status=404):
        iam.get_login_profile(UserName=user)
    with refused("NoSuchEntity", status=404):
        iam.delete_login_profile(UserName=user)
    assert iam.list_mfa_devices(UserName=user)["MFADevices"] == []
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert iam.list_ssh_public_keys(UserName=user)["SSHPublicKeys"] == []
    assert iam.list_service_specific_credentials(UserName=user)["ServiceSpecificCredentials"] == []
    answer = iam.list_signing_certificates(UserName=user)
    assert answer["Certificates"] == [] and answer["IsTruncated"] is False
    with refused("NoSuchEntity", status=404):
        iam.list_mfa_devices(UserName="nobody")


def test_a_user_without_policies_may_do_nothing(server, iam):
    member = Member(server, iam)
    with refused("AccessDenied", matching="iam:GetUser on resource: arn:aws:iam", status=403):
        member.client("iam").get_user()
    with refused("AccessDeniedException", matching="kms:CreateKey"):
        member.client().create_key()


def test_who_may_tag_may_not_make_with_tags(server, iam):
    member = Member(server, iam, inline=policy(allow("iam:CreateUser")))
    theirs = member.client("iam")
    theirs.create_user(UserName=fresh("user"))
    with refused("AccessDenied", matching="iam:TagUser", status=403):
        theirs.create_user(UserName=fresh("user"), Tags=[{"Key": "a", "Value": "b"}])


def test_the_command_line(server, tmp_path):
    aws = CommandLine(server, tmp_path, service="iam")
    name = fresh("cli")
    assert aws("create-user", "--user-name", name)["User"]["UserName"] == name
    aws("tag-user", "--user-name", name, "--tags", "Key=stage,Value=test")
    assert aws("list-user-tags", "--user-name", name)["Tags"] == [{"Key": "stage", "Value": "test"}]
    document = tmp_path / "policy.json"
    document.write_text(policy(allow("kms:ListKeys")))
    aws("put-user-policy", "--user-name", name, "--policy-name", "p", "--policy-document", f"file://{document}")
    told = aws("get-user-policy", "--user-name", name, "--policy-name", "p")
    assert told["PolicyDocument"] == json.loads(document.read_text())
    assert "NoSuchEntity" in aws.refusal("get-user", "--user-name", "nobody")
