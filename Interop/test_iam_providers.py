"""Providers of tokens, and what is told of an account as a whole, by boto3."""

import json

import pytest

from documents import NOBODY, document
from expect import refused
from identities import fresh

THUMBPRINT = "a" * 40


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def url():
    return f"https://{fresh('issuer')}.example.com/id/One"


@pytest.fixture
def arn(iam, url):
    return iam.create_open_id_connect_provider(Url=url, ClientIDList=["one"], ThumbprintList=[THUMBPRINT])[
        "OpenIDConnectProviderArn"
    ]


class TestProviders:
    def test_one_is_made_and_told(self, server, iam, url):
        made = iam.create_open_id_connect_provider(
            Url=url, ClientIDList=["one", "two"], ThumbprintList=[THUMBPRINT], Tags=[{"Key": "a", "Value": "b"}]
        )
        name = url.removeprefix("https://")
        assert made["OpenIDConnectProviderArn"] == f"arn:aws:iam::{server.account}:oidc-provider/{name}"
        assert made["Tags"] == [{"Key": "a", "Value": "b"}]
        told = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=made["OpenIDConnectProviderArn"])
        assert (told["Url"], told["ClientIDList"], told["ThumbprintList"]) == (name, ["one", "two"], [THUMBPRINT])
        assert told["Tags"] == made["Tags"] and told["CreateDate"]
        listed = [entry["Arn"] for entry in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
        assert made["OpenIDConnectProviderArn"] in listed

    def test_one_needs_nothing_but_a_url(self, iam, url):
        arn = iam.create_open_id_connect_provider(Url=url)["OpenIDConnectProviderArn"]
        told = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        assert (told["ClientIDList"], told["ThumbprintList"], told["Tags"]) == ([], [], [])

    def test_audiences_and_thumbprints_can_be_changed(self, iam, arn):
        def told():
            answer = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
            return answer["ClientIDList"], answer["ThumbprintList"]

        for _ in range(2):
            iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
        assert told() == (["one", "two"], [THUMBPRINT])
        for _ in range(2):
            iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="one")
        iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["b" * 40, "c" * 40])
        assert told() == (["two"], ["b" * 40, "c" * 40])

    def test_tags(self, iam, arn):
        iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "a", "Value": "1"}])
        assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
        iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=arn, TagKeys=["a"])
        assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"] == []

    def test_it_can_go(self, iam, arn):
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        message = f"OpenIDConnect Provider not found for arn {arn}"
        with refused("NoSuchEntity", message, status=404):
            iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        with refused("NoSuchEntity", status=404):
            iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)

    def test_a_url_is_given_once(self, iam, url, arn):
        with refused("EntityAlreadyExists", f"Provider with url {url} already exists.", status=409):
            iam.create_open_id_connect_provider(Url=url)

    @pytest.mark.parametrize(
        "wrong",
        [
            "http://issuer.example.com",
            "issuer.example.com",
            "https://",
            "https://user@issuer.example.com",
            "https://issuer.example.com?a=b",
            "https://issuer.example.com/#a",
            "https://issuer.example.com:port",
            "https://issuer.example.com/a b",
            "https://*.example.com",
        ],
    )
    def test_what_is_no_issuer(self, iam, wrong):
        with refused("ValidationError", "Invalid Open ID Connect Provider URL"):
            iam.create_open_id_connect_provider(Url=wrong)

    def test_limits(self, iam, arn):
        with refused("InvalidInput", "Thumbprint list must contain fewer than 5 entries."):
            iam.create_open_id_connect_provider(Url="https://x.example", ThumbprintList=[THUMBPRINT] * 6)
        with refused("LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100", status=409):
            iam.create_open_id_connect_provider(Url="https://x.example", ClientIDList=[str(n) for n in range(101)])
        for number in range(99):
            iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=f"more-{number}")
        with refused("LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100", status=409):
            iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="too-many")

    def test_what_is_no_providers_arn(self, iam):
        for wrong in ("arn:aws:iam::111122223333:user/x", "arn:aws:iam::111122223333:oidc-provider/"):
            with refused("InvalidInput", f"ARN {wrong} is not valid."):
                iam.get_open_id_connect_provider(OpenIDConnectProviderArn=wrong)


class TestTheAccount:
    def test_the_summary_counts(self, iam):
        before = iam.get_account_summary()["SummaryMap"]
        assert before["AssumeRolePolicySizeQuota"] == 2048 and before["MFADevices"] == 0
        iam.create_user(UserName=fresh("user"))
        iam.create_role(RoleName=fresh("role"), AssumeRolePolicyDocument=NOBODY)
        arn = iam.create_policy(PolicyName=fresh("policy"), PolicyDocument=document("kms:*"))["Policy"]["Arn"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("kms:Sign"))
        after = iam.get_account_summary()["SummaryMap"]
        changed = {key: after[key] - before[key] for key in after if after[key] != before[key]}
        assert changed == {"Users": 1, "Roles": 1, "Policies": 1, "PolicyVersionsInUse": 2}

    def test_there_are_no_aliases(self, iam):
        answer = iam.list_account_aliases()
        assert (answer["AccountAliases"], answer["IsTruncated"]) == ([], False)

    def test_who_may_do_what(self, iam):
        user, group, role = fresh("user"), fresh("group"), fresh("role")
        arn = iam.create_policy(PolicyName=fresh("policy"), PolicyDocument=document("kms:Sign"))["Policy"]["Arn"]
        iam.create_user(UserName=user, Tags=[{"Key": "a", "Value": "b"}], PermissionsBoundary=arn)
        iam.create_group(GroupName=group)
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=NOBODY)
        iam.add_user_to_group(UserName=user, GroupName=group)
        iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document("kms:Verify"))
        iam.attach_group_policy(GroupName=group, PolicyArn=arn)
        iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ClavigerAuditor")

        lists = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")

        def details(**options):
            pages = list(iam.get_paginator("get_account_authorization_details").paginate(**options))
            return {name: [entry for page in pages for entry in page[name]] for name in lists}

        everything = details()
        assert everything == details(PaginationConfig={"PageSize": 2})
        (told,) = [entry for entry in everything["UserDetailList"] if entry["UserName"] == user]
        assert told["GroupList"] == [group] and told["Tags"] == [{"Key": "a", "Value": "b"}]
        assert told["UserPolicyList"] == [{"PolicyName": "own", "PolicyDocument": json.loads(document("kms:Verify"))}]
        assert told["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
        (told,) = [entry for entry in everything["GroupDetailList"] if entry["GroupName"] == group]
        assert told["AttachedManagedPolicies"] == [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn}]
        (told,) = [entry for entry in everything["RoleDetailList"] if entry["RoleName"] == role]
        assert told["AssumeRolePolicyDocument"] == json.loads(NOBODY) and told["InstanceProfileList"] == []
        (told,) = [entry for entry in everything["Policies"] if entry["Arn"] == arn]
        assert (told["AttachmentCount"], told["PermissionsBoundaryUsageCount"]) == (1, 1)
        assert told["PolicyVersionList"][0]["Document"] == json.loads(document("kms:Sign"))
        built_in = [entry["Arn"] for entry in everything["Policies"] if "::aws:" in entry["Arn"]]
        assert built_in == ["arn:aws:iam::aws:policy/ClavigerAuditor"], "those that somebody carries"

        filters = {"User": 0, "Group": 1, "Role": 2, "LocalManagedPolicy": 3, "AWSManagedPolicy": 3}
        for word, place in filters.items():
            told = details(Filter=[word])
            assert [name for name in lists if told[name]] == [lists[place]]
        told = details(Filter=["Group", "Role"])
        assert [name for name in lists if told[name]] == ["GroupDetailList", "RoleDetailList"]
        with refused("ValidationError"):
            iam.get_account_authorization_details(Marker="nonsense")


class TestContextKeys:
    ASKING = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "kms:*",
                "Resource": "arn:aws:kms:*:*:key/${aws:username}",
                "Condition": {
                    "StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team, 'none'}", "kms:ViaService": "x"},
                    "Bool": {"aws:SecureTransport": "true"},
                },
            },
        }
    )
    ASKED = {
        "aws:PrincipalTag/team", "kms:ViaService", "aws:SecureTransport", "aws:username", "aws:ResourceTag/team",
    }

    def test_of_policies_that_nobody_carries(self, iam):
        told = iam.get_context_keys_for_custom_policy(PolicyInputList=[self.ASKING, document("kms:*"), self.ASKING])
        assert len(told["ContextKeyNames"]) == len(self.ASKED) and set(told["ContextKeyNames"]) == self.ASKED
        with refused("InvalidInput"):
            iam.get_context_keys_for_custom_policy(PolicyInputList=["{"])

    def test_of_somebody(self, iam):
        user, group = fresh("user"), fresh("group")
        arn = iam.create_user(UserName=user)["User"]["Arn"]
        iam.create_group(GroupName=group)
        iam.add_user_to_group(UserName=user, GroupName=group)
        iam.put_group_policy(GroupName=group, PolicyName="own", PolicyDocument=self.ASKING)
        asking = document("kms:*", Condition={"StringLike": {"kms:RequestAlias": "alias/*"}})
        told = iam.get_context_keys_for_principal_policy(PolicySourceArn=arn, PolicyInputList=[asking])
        assert set(told["ContextKeyNames"]) == self.ASKED | {"kms:RequestAlias"}
        with refused("NoSuchEntity", status=404):
            iam.get_context_keys_for_principal_policy(PolicySourceArn=arn + "x")
        with refused("InvalidInput"):
            iam.get_context_keys_for_principal_policy(PolicySourceArn="arn:aws:iam::111122223333:policy/x")
