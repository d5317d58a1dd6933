"""Managed policies by boto3: versions, lists, who carries them, and the policies that every account has."""

import json

import pytest

from documents import NOBODY, document, padded
from expect import refused
from identities import fresh

BUILT_IN = "arn:aws:iam::aws:policy/ClavigerKeyUser"


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def arn(iam):
    """A policy of one version."""
    return iam.create_policy(PolicyName=fresh("policy"), PolicyDocument=document("kms:ListKeys"))["Policy"]["Arn"]


def versions(iam, arn):
    return [(v["VersionId"], v["IsDefaultVersion"]) for v in iam.list_policy_versions(PolicyArn=arn)["Versions"]]


def test_a_policy_is_made_and_told_as_iam_tells_it(server, iam):
    name = fresh("policy")
    made = iam.create_policy(
        PolicyName=name, Path="/a/b/", PolicyDocument=document("kms:*"), Description="everything, <all> of it",
        Tags=[{"Key": "team", "Value": "core"}],
    )["Policy"]
    assert made["Arn"] == f"arn:aws:iam::{server.account}:policy/a/b/{name}"
    assert made["PolicyId"].startswith("ANPA") and made["Path"] == "/a/b/"
    assert (made["DefaultVersionId"], made["AttachmentCount"], made["PermissionsBoundaryUsageCount"]) == ("v1", 0, 0)
    assert made["IsAttachable"] is True and made["CreateDate"] == made["UpdateDate"]
    assert made.pop("Tags") == [{"Key": "team", "Value": "core"}]
    told = iam.get_policy(PolicyArn=made["Arn"])["Policy"]
    assert told.pop("Tags") == [{"Key": "team", "Value": "core"}]
    assert told.pop("Description") == "everything, <all> of it"
    made.pop("Description", None)
    assert told == {key: made[key] for key in told}
    version = iam.get_policy_version(PolicyArn=made["Arn"], VersionId="v1")["PolicyVersion"]
    assert version["Document"] == json.loads(document("kms:*")) and version["IsDefaultVersion"] is True


class TestVersions:
    def test_five_at_most_and_numbers_are_not_given_again(self, iam, arn):
        for number in range(2, 6):
            made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("kms:ListAliases"))["PolicyVersion"]
            assert (made["VersionId"], made["IsDefaultVersion"]) == (f"v{number}", False)
            assert "Document" not in made
        assert versions(iam, arn) == [("v5", False), ("v4", False), ("v3", False), ("v2", False), ("v1", True)]
        message = (
            "A managed policy can have up to 5 versions. "
            "Before you create a new version, you must delete an existing version."
        )
        with refused("LimitExceeded", message, status=409):
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("kms:ListAliases"))
        iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
        made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("kms:Sign"), SetAsDefault=True)
        assert (made["PolicyVersion"]["VersionId"], made["PolicyVersion"]["IsDefaultVersion"]) == ("v6", True)
        assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v6"
        first = iam.list_policy_versions(PolicyArn=arn, MaxItems=2)
        assert [v["VersionId"] for v in first["Versions"]] == ["v6", "v4"] and first["IsTruncated"] is True
        rest = iam.list_policy_versions(PolicyArn=arn, Marker=first["Marker"])
        assert [v["VersionId"] for v in rest["Versions"]] == ["v3", "v2", "v1"] and rest["IsTruncated"] is False

    def test_the_one_in_force_stays(self, iam, arn):
        with refused("DeleteConflict", "Cannot delete the default version of a policy.", status=409):
            iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("kms:Sign"))
        with refused("DeleteConflict", matching="more than one version", status=409):
            iam.delete_policy(PolicyArn=arn)
        iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
        iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
        assert versions(iam, arn) == [("v2", True)]
        iam.delete_policy(PolicyArn=arn)
        with refused("NoSuchEntity", f"Policy {arn} was not found.", status=404):
            iam.get_policy(PolicyArn=arn)

    def test_versions_that_are_not_there(self, iam, arn):
        for policy_arn in (arn, arn + "x"):
            message = f"Policy {policy_arn} version v9 does not exist or is not attachable."
            for call in (iam.get_policy_version, iam.set_default_policy_version, iam.delete_policy_version):
                with refused("NoSuchEntity", message, status=404):
                    call(PolicyArn=policy_arn, VersionId="v9")

    @pytest.mark.parametrize("version", ["1", "v0", "v", "v01", "v1 "])
    def test_what_is_no_version(self, iam, arn, version):
        constraint = r"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"
        message = f"1 validation error detected: Value at 'versionId' failed to satisfy constraint: {constraint}"
        with refused("ValidationError", message):
            iam.get_policy_version(PolicyArn=arn, VersionId=version)


class TestLists:
    def test_by_path_and_in_parts(self, iam):
        path = f"/{fresh('path')}/"
        names = sorted(fresh("policy") for _ in range(5))
        for name in names:
            iam.create_policy(PolicyName=name, Path=path, PolicyDocument=document("kms:*"), Description="x")
        pages = list(iam.get_paginator("list_policies").paginate(PathPrefix=path, PaginationConfig={"PageSize": 2}))
        listed = [entry for page in pages for entry in page["Policies"]]
        assert [entry["PolicyName"] for entry in listed] == names and len(pages) == 3
        assert all("Description" not in entry and "Tags" not in entry for entry in listed)

    def test_scopes(self, server, iam, arn):
        def listed(**filters):
            pages = iam.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 3}, **filters)
            return [entry["Arn"] for page in pages for entry in page["Policies"]]

        own, built_in, both = listed(Scope="Local"), listed(Scope="AWS"), listed()
        assert arn in own and BUILT_IN in built_in
        assert all(f"::{server.account}:" in entry for entry in own)
        assert all("::aws:" in entry for entry in built_in)
        assert both == own + built_in == listed(Scope="All")

    def test_who_is_used_for_what(self, iam, arn):
        def listed(**filters):
            pages = iam.get_paginator("list_policies").paginate(**filters)
            return {entry["Arn"] for page in pages for entry in page["Policies"]}

        user, role, group = fresh("user"), fresh("role"), fresh("group")
        assert arn not in listed(OnlyAttached=True)
        limit = iam.create_policy(PolicyName=fresh("limit"), PolicyDocument=document("kms:*"))["Policy"]["Arn"]
        iam.create_user(UserName=user, PermissionsBoundary=limit)
        iam.create_group(GroupName=group)
        iam.create_role(RoleName=role, Path="/r/", AssumeRolePolicyDocument=NOBODY)
        iam.attach_user_policy(UserName=user, PolicyArn=arn)
        iam.attach_group_policy(GroupName=group, PolicyArn=arn)
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        iam.attach_role_policy(RoleName=role, PolicyArn=BUILT_IN)

        assert arn in listed(OnlyAttached=True) and limit not in listed(OnlyAttached=True)
        assert BUILT_IN in listed(OnlyAttached=True, Scope="AWS")
        assert limit in listed(PolicyUsageFilter="PermissionsBoundary")
        assert arn not in listed(PolicyUsageFilter="PermissionsBoundary")
        assert arn in listed(PolicyUsageFilter="PermissionsPolicy")
        assert limit not in listed(PolicyUsageFilter="PermissionsPolicy")
        told = iam.get_policy(PolicyArn=arn)["Policy"]
        assert (told["AttachmentCount"], told["PermissionsBoundaryUsageCount"]) == (3, 0)
        told = iam.get_policy(PolicyArn=limit)["Policy"]
        assert (told["AttachmentCount"], told["PermissionsBoundaryUsageCount"]) == (0, 1)

        def carriers(policy_arn, **filters):
            answer = iam.list_entities_for_policy(PolicyArn=policy_arn, **filters)
            assert answer["IsTruncated"] is False
            lists = (("PolicyUsers", "UserName"), ("PolicyGroups", "GroupName"), ("PolicyRoles", "RoleName"))
            return {entry[name] for part, name in lists for entry in answer[part]}

        assert carriers(arn) == {user, group, role}
        assert carriers(arn, EntityFilter="Role") == {role} == carriers(arn, PathPrefix="/r/")
        assert carriers(arn, PolicyUsageFilter="PermissionsBoundary") == set()
        assert carriers(limit, PolicyUsageFilter="PermissionsBoundary") == {user}
        assert role in carriers(BUILT_IN)
        first = iam.list_entities_for_policy(PolicyArn=arn, MaxItems=2)
        assert first["IsTruncated"] is True
        second = iam.list_entities_for_policy(PolicyArn=arn, Marker=first["Marker"])
        parts = ("PolicyUsers", "PolicyGroups", "PolicyRoles")
        assert [sum(len(answer[part]) for part in parts) for answer in (first, second)] == [2, 1]

        for policy_arn in (arn, limit):
            with refused("DeleteConflict", "Cannot delete a policy attached to entities.", status=409):
                iam.delete_policy(PolicyArn=policy_arn)


class TestPoliciesOfEveryAccount:
    def test_they_are_told(self, iam):
        told = iam.get_policy(PolicyArn=BUILT_IN)["Policy"]
        assert (told["PolicyName"], told["DefaultVersionId"], told["Tags"]) == ("ClavigerKeyUser", "v1", [])
        version = iam.get_policy_version(PolicyArn=BUILT_IN, VersionId="v1")["PolicyVersion"]
        assert version["Document"]["Statement"][0]["Effect"] == "Allow"
        assert versions(iam, BUILT_IN) == [("v1", True)]
        assert iam.list_policy_tags(PolicyArn=BUILT_IN)["Tags"] == []
        absent = "arn:aws:iam::aws:policy/Absent"
        with refused("NoSuchEntity", f"Policy {absent} was not found.", status=404):
            iam.get_policy(PolicyArn=absent)

    def test_they_cannot_be_changed(self, iam):
        calls = [
            lambda: iam.delete_policy(PolicyArn=BUILT_IN),
            lambda: iam.create_policy_version(PolicyArn=BUILT_IN, PolicyDocument=document("kms:*")),
            lambda: iam.set_default_policy_version(PolicyArn=BUILT_IN, VersionId="v1"),
            lambda: iam.delete_policy_version(PolicyArn=BUILT_IN, VersionId="v1"),
            lambda: iam.tag_policy(PolicyArn=BUILT_IN, Tags=[{"Key": "a", "Value": "b"}]),
            lambda: iam.untag_policy(PolicyArn=BUILT_IN, TagKeys=["a"]),
        ]
        for call in calls:
            with refused("AccessDenied", status=403):
                call()


class TestWhatIsRefused:
    def test_a_name_is_given_once_whatever_the_path(self, iam):
        name = fresh("policy")
        iam.create_policy(PolicyName=name, PolicyDocument=document("kms:*"))
        message = f"A policy called {name} already exists. Duplicate names are not allowed."
        with refused("EntityAlreadyExists", message, status=409):
            iam.create_policy(PolicyName=name, Path="/other/", PolicyDocument=document("kms:*"))

    def test_a_policy_by_another_path_is_not_there(self, iam, arn):
        other = arn.replace(":policy/", ":policy/elsewhere/")
        with refused("NoSuchEntity", f"Policy {other} was not found.", status=404):
            iam.get_policy(PolicyArn=other)
        with refused("NoSuchEntity", f"Policy {other} was not found.", status=404):
            iam.delete_policy(PolicyArn=other)
        assert iam.get_policy(PolicyArn=arn)

    @pytest.mark.parametrize(
        "wrong",
        [
            "arn:aws:iam::111122223333:user/somebody",
            "arn:aws:iam:eu-west-1:111122223333:policy/x",
            "arn:aws:iam::111122223333:policy/",
            "arn:aws:iam::111122223333:policy//x",
            "arn:aws:iam::111122223333:policies/x",
            "arn:aws:kms::111122223333:policy/x",
        ],
    )
    def test_what_is_no_policys_arn(self, iam, wrong):
        with refused("InvalidInput", f"ARN {wrong} is not valid."):
            iam.get_policy(PolicyArn=wrong)
        nonsense = "long-and-no-arn-" + wrong
        with refused("ValidationError", f"ARN {nonsense} is not valid."):
            iam.get_policy(PolicyArn=nonsense)

    def test_other_accounts_policies_are_not_the_callers(self, iam):
        user = fresh("user")
        iam.create_user(UserName=user)
        with refused("AccessDenied", status=403):
            iam.get_policy(PolicyArn="arn:aws:iam::999988887777:policy/x")

    @pytest.mark.parametrize(
        "document, message",
        [
            ("{", "This policy contains invalid Json"),
            ('{"Version":"2012-10-17"}', "Syntax errors in policy."),
            (document("kms:*", Principal="*"), "Policy document should not specify a principal."),
        ],
        ids=["no JSON", "no statement", "a principal"],
    )
    def test_what_is_no_policy(self, iam, arn, document, message):
        with refused("MalformedPolicyDocument", message):
            iam.create_policy(PolicyName=fresh("policy"), PolicyDocument=document)
        with refused("MalformedPolicyDocument", message):
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=document)

    def test_a_document_is_measured_without_white_space(self, iam, arn):
        fits = padded(document("kms:*"), 6144)
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(json.loads(fits), indent=8))
        for call in (
            lambda document: iam.create_policy(PolicyName=fresh("policy"), PolicyDocument=document),
            lambda document: iam.create_policy_version(PolicyArn=arn, PolicyDocument=document),
        ):
            with refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", status=409):
                call(padded(document("kms:*"), 6145))


def test_tags(iam, arn):
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    assert iam.get_policy(PolicyArn=arn)["Policy"]["Tags"] == [{"Key": "A", "Value": "2"}]


def test_a_new_version_is_in_force_at_once(server, iam, arn):
    """For whoever carries it, whose rights the server had in memory a moment ago."""
    user = fresh("user")
    iam.create_user(UserName=user)
    iam.attach_user_policy(UserName=user, PolicyArn=arn)
    secret = iam.create_access_key(UserName=user)["AccessKey"]
    kms = server.client(access_key=secret["AccessKeyId"], secret_key=secret["SecretAccessKey"])
    kms.list_keys()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("kms:ListAliases"))
    kms.list_keys()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    with refused("AccessDeniedException"):
        kms.list_keys()
    kms.list_aliases()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("kms:*", effect="Deny"), SetAsDefault=True)
    with refused("AccessDeniedException"):
        kms.list_aliases()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    kms.list_keys()
