"""Roles by boto3: who may act as them, what they say of themselves, and everything that IAM refuses."""

import json

import pytest

from awscli_driver import CommandLine
from documents import NOBODY, document, padded, trust
from expect import refused
from identities import fresh


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def role(iam):
    """The name of a role that nobody may act as."""
    name = fresh("role")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=NOBODY)
    return name


def test_a_role_is_made_and_told_as_iam_tells_it(server, iam):
    name = fresh("role")
    document = trust({"AWS": server.account}, Condition={"StringEquals": {"aws:PrincipalArn": "ü/%+ &<>"}})
    made = iam.create_role(
        RoleName=name, Path="/team/", AssumeRolePolicyDocument=document, Description="for tests",
        MaxSessionDuration=7200, Tags=[{"Key": "team", "Value": "core"}],
    )["Role"]
    assert made["Arn"] == f"arn:aws:iam::{server.account}:role/team/{name}"
    assert made["RoleId"].startswith("AROA") and len(made["RoleId"]) == 21
    assert made["Tags"] == [{"Key": "team", "Value": "core"}]
    assert made["AssumeRolePolicyDocument"] == json.loads(document)
    assert not {"Description", "MaxSessionDuration", "RoleLastUsed"} & set(made)

    told = iam.get_role(RoleName=name.upper())["Role"]
    assert (told["Description"], told["MaxSessionDuration"], told["RoleLastUsed"]) == ("for tests", 7200, {})
    assert told["AssumeRolePolicyDocument"] == json.loads(document)
    assert {key: told[key] for key in made} == made
    assert "PermissionsBoundary" not in told


def test_the_document_is_percent_encoded_on_the_wire(iam, role):
    """RFC 3986: what forms write as a plus must not be one."""
    seen = {}
    iam.meta.events.register("before-parse.iam.GetRole", lambda response_dict, **_: seen.update(response_dict))
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=NOBODY.replace(",", ", "))
    iam.get_role(RoleName=role)
    assert b"<AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%20%22" in seen["body"]


def test_lists_have_parts_and_paths(iam):
    path = f"/{fresh('path')}/"
    names = sorted(fresh("role") for _ in range(5))
    for name in names:
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=NOBODY, Tags=[{"Key": "a", "Value": "b"}])
    pages = list(iam.get_paginator("list_roles").paginate(PathPrefix=path, PaginationConfig={"PageSize": 2}))
    assert [len(page["Roles"]) for page in pages] == [2, 2, 1]
    listed = [role for page in pages for role in page["Roles"]]
    assert [role["RoleName"] for role in listed] == names
    assert all(role["MaxSessionDuration"] == 3600 and "Tags" not in role for role in listed)
    assert iam.list_roles(PathPrefix="/nowhere/")["Roles"] == []


def test_a_role_can_be_changed(iam, role):
    iam.update_role(RoleName=role, Description="one", MaxSessionDuration=43200)
    iam.update_role(RoleName=role)
    told = iam.get_role(RoleName=role)["Role"]
    assert (told["Description"], told["MaxSessionDuration"]) == ("one", 43200)
    answer = iam.update_role_description(RoleName=role, Description="two")["Role"]
    assert answer["Description"] == "two" and answer["RoleName"] == role
    iam.update_role(RoleName=role, Description="")
    assert "Description" not in iam.get_role(RoleName=role)["Role"]


def test_tags(iam, role):
    iam.tag_role(RoleName=role, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    iam.tag_role(RoleName=role, Tags=[{"Key": "A", "Value": "2"}])
    assert {tag["Key"].lower(): tag["Value"] for tag in iam.list_role_tags(RoleName=role)["Tags"]} == {"a": "2", "b": ""}
    iam.untag_role(RoleName=role, TagKeys=["a", "absent"])
    answer = iam.list_role_tags(RoleName=role)
    assert (answer["Tags"], answer["IsTruncated"]) == ([{"Key": "b", "Value": ""}], False)


def test_a_role_that_has_something_stays(iam, role):
    iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=document("kms:*"))
    with refused("DeleteConflict", "Cannot delete entity, must delete policies first.", status=409):
        iam.delete_role(RoleName=role)
    iam.delete_role_policy(RoleName=role, PolicyName="own")
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ClavigerKeyUser")
    with refused("DeleteConflict", "Cannot delete entity, must detach all policies first.", status=409):
        iam.delete_role(RoleName=role)
    iam.detach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ClavigerKeyUser")
    iam.delete_role(RoleName=role)
    with refused("NoSuchEntity", f"The role with name {role} cannot be found.", status=404):
        iam.get_role(RoleName=role)


def test_instance_profiles_are_none(iam, role):
    answer = iam.list_instance_profiles_for_role(RoleName=role)
    assert (answer["InstanceProfiles"], answer["IsTruncated"]) == ([], False)
    with refused("NoSuchEntity", status=404):
        iam.list_instance_profiles_for_role(RoleName="nobody")


def test_a_boundary_can_come_with_the_role(server, iam):
    name, limit = fresh("role"), "arn:aws:iam::aws:policy/ClavigerAuditor"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=NOBODY, PermissionsBoundary=limit)
    told = iam.get_role(RoleName=name)["Role"]["PermissionsBoundary"]
    assert told["PermissionsBoundaryArn"] == limit
    absent = f"arn:aws:iam::{server.account}:policy/absent"
    with refused("NoSuchEntity", matching="does not exist or is not attachable", status=404):
        iam.create_role(RoleName=fresh("role"), AssumeRolePolicyDocument=NOBODY, PermissionsBoundary=absent)


class TestWhoIsTrusted:
    def test_principals_of_this_server_must_be_there(self, server, iam, role):
        for missing in (f"user/{fresh('x')}", f"role/{fresh('x')}"):
            arn = f"arn:aws:iam::{server.account}:{missing}"
            message = f'Invalid principal in policy: "AWS":"{arn}"'
            with refused("MalformedPolicyDocument", message):
                iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust({"AWS": arn}))
            with refused("MalformedPolicyDocument", message):
                iam.create_role(RoleName=fresh("role"), AssumeRolePolicyDocument=trust({"AWS": [server.account, arn]}))

    def test_a_user_by_another_path_is_nobody(self, server, iam, role):
        user = fresh("user")
        arn = iam.create_user(UserName=user, Path="/a/")["User"]["Arn"]
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust({"AWS": arn}))
        with refused("MalformedPolicyDocument"):
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust({"AWS": arn.replace("/a/", "/b/")}))

    def test_sessions_of_a_role_that_is_there_can_be_named(self, server, iam, role):
        session = f"arn:aws:sts::{server.account}:assumed-role/{role}/somebody"
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust({"AWS": session}))
        with refused("MalformedPolicyDocument"):
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust({"AWS": session.replace(role, "absent")}))

    def test_another_of_the_same_name_is_not(self, server, iam, role):
        user = fresh("user")
        arn = f"arn:aws:iam::{server.account}:role/{role}"

        def assume():
            iam.create_user(UserName=user)
            iam.put_user_policy(UserName=user, PolicyName="all", PolicyDocument=document("sts:AssumeRole"))
            key = iam.create_access_key(UserName=user)["AccessKey"]
            iam.update_role(RoleName=role, Description="unchanged in who is trusted")
            sts = server.client("sts", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
            return key["AccessKeyId"], lambda: sts.assume_role(RoleArn=arn, RoleSessionName="again")

        key, act = assume()
        trusting = trust({"AWS": f"arn:aws:iam::{server.account}:user/{user}"})
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=trusting)
        assert act()["Credentials"]
        iam.delete_access_key(UserName=user, AccessKeyId=key)
        iam.delete_user_policy(UserName=user, PolicyName="all")
        iam.delete_user(UserName=user)
        _, act = assume()
        with refused("AccessDenied", status=403):
            act()
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=trusting)
        assert act()["Credentials"]

    @pytest.mark.parametrize(
        "principal",
        [
            {"AWS": "arn:aws:iam::999988887777:user/somebody"},
            {"AWS": "999988887777"},
            {"AWS": "*"},
            {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
            "*",
        ],
        ids=str,
    )
    def test_others_are_taken_at_their_word(self, iam, role, principal):
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust(principal))
        told = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        assert told["Statement"][0]["Principal"] == principal


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "document, message",
        [
            ("{", "This policy contains invalid Json"),
            ('{"Version":"2012-10-17"}', "Syntax errors in policy."),
            (document("sts:AssumeRole"), None),
        ],
        ids=["no JSON", "no statement", "no principal"],
    )
    def test_what_is_no_trust_policy(self, iam, role, document, message):
        for call in (
            lambda: iam.update_assume_role_policy(RoleName=role, PolicyDocument=document),
            lambda: iam.create_role(RoleName=fresh("role"), AssumeRolePolicyDocument=document),
        ):
            with refused("MalformedPolicyDocument", *([message] if message else [])):
                call()

    def test_a_document_is_measured_without_white_space(self, iam, role):
        fits = padded(NOBODY, 2048)
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(json.loads(fits), indent=8))
        with refused("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048", status=409):
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=padded(NOBODY, 2049))

    def test_a_name_is_given_once_in_any_case(self, iam, role):
        with refused("EntityAlreadyExists", f"Role with name {role.upper()} already exists.", status=409):
            iam.create_role(RoleName=role.upper(), AssumeRolePolicyDocument=NOBODY)

    def test_a_session_is_twelve_hours_at_most(self, iam, role):
        """Less than an hour the client doesn't even send."""
        with refused("ValidationError", matching="maxSessionDuration"):
            iam.update_role(RoleName=role, MaxSessionDuration=43201)
        with refused("ValidationError", matching="maxSessionDuration"):
            iam.create_role(RoleName=fresh("role"), AssumeRolePolicyDocument=NOBODY, MaxSessionDuration=43201)

    def test_names_that_nobody_has(self, iam):
        name = fresh("role")
        calls = [
            lambda: iam.get_role(RoleName=name),
            lambda: iam.update_role(RoleName=name),
            lambda: iam.update_role_description(RoleName=name, Description=""),
            lambda: iam.update_assume_role_policy(RoleName=name, PolicyDocument=NOBODY),
            lambda: iam.delete_role(RoleName=name),
            lambda: iam.tag_role(RoleName=name, Tags=[]),
            lambda: iam.untag_role(RoleName=name, TagKeys=[]),
            lambda: iam.list_role_tags(RoleName=name),
        ]
        for call in calls:
            with refused("NoSuchEntity", f"The role with name {name} cannot be found.", status=404):
                call()

    @pytest.mark.parametrize("name", ["a b", "a/b", "é"])
    def test_names_that_are_none(self, iam, name):
        with refused("ValidationError", matching="roleName"):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=NOBODY)
        with refused("ValidationError", matching="roleName"):
            iam.get_role(RoleName=name)


def test_the_command_line_makes_a_role(server, tmp_path):
    aws, name = CommandLine(server, tmp_path, service="iam"), fresh("role")
    (tmp_path / "trust.json").write_text(json.dumps(json.loads(NOBODY), indent=2))
    made = aws("create-role", "--role-name", name, "--assume-role-policy-document", "file://trust.json")
    assert made["Role"]["AssumeRolePolicyDocument"] == json.loads(NOBODY)
    aws("update-role", "--role-name", name, "--max-session-duration", "7200")
    assert aws("get-role", "--role-name", name)["Role"]["MaxSessionDuration"] == 7200
    assert name in [role["RoleName"] for role in aws("list-roles")["Roles"]]
    aws("delete-role", "--role-name", name)
