"""Grants by boto3: what is kept, what is answered, and who may take them away. What they allow is in test_evaluation."""

import base64
import json
import re

import pytest

from expect import refused

NO_SUCH_GRANT = "0" * 64
DRY_RUN = "The request would have succeeded, but the DryRun option is set."


def user(server, name):
    return f"arn:aws:iam::{server.account}:user/{name}"


@pytest.fixture
def grant(server, kms, key):
    """A grant of the fresh key, as CreateGrant answered."""
    return kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=user(server, "alice"), Operations=["Encrypt", "Decrypt"])


def ids(answer):
    return [entry["GrantId"] for entry in answer["Grants"]]


class TestCreate:
    def test_a_grant_is_listed_as_it_was_asked_for(self, server, kms, key):
        made = kms.create_grant(
            KeyId=key["Arn"],
            GranteePrincipal=user(server, "alice"),
            RetiringPrincipal=server.account,
            Operations=["Encrypt", "Decrypt", "CreateGrant", "Encrypt"],
            Constraints={"EncryptionContextSubset": {"tenant": "blue"}, "EncryptionContextEquals": {}},
            Name="a-name",
        )
        assert re.fullmatch("[0-9a-f]{64}", made["GrantId"])
        assert len(base64.b64decode(made["GrantToken"], validate=True)) == 97
        (entry,) = kms.list_grants(KeyId=key["KeyId"])["Grants"]
        assert entry.pop("CreationDate")
        assert sorted(entry.pop("Operations")) == ["CreateGrant", "Decrypt", "Encrypt"]
        assert entry == {
            "KeyId": key["Arn"],
            "GrantId": made["GrantId"],
            "Name": "a-name",
            "GranteePrincipal": user(server, "alice"),
            "RetiringPrincipal": f"arn:aws:iam::{server.account}:root",
            "IssuingAccount": f"arn:aws:iam::{server.account}:root",
            "Constraints": {"EncryptionContextSubset": {"tenant": "blue"}, "EncryptionContextEquals": {}},
        }

    def test_a_grant_without_a_name_has_an_empty_one(self, kms, key, grant):
        (entry,) = kms.list_grants(KeyId=key["KeyId"])["Grants"]
        assert entry["Name"] == "" and "RetiringPrincipal" not in entry and "Constraints" not in entry

    def test_the_same_again_is_the_same_grant_with_a_new_token(self, server, kms, key):
        request = {
            "KeyId": key["KeyId"],
            "GranteePrincipal": user(server, "alice"),
            "Operations": ["Encrypt", "Decrypt"],
            "Name": "once",
        }
        first = kms.create_grant(**request)
        again = kms.create_grant(**{**request, "Operations": ["Decrypt", "Encrypt"], "KeyId": key["Arn"]})
        assert again["GrantId"] == first["GrantId"] and again["GrantToken"] != first["GrantToken"]
        other = kms.create_grant(**{**request, "Operations": ["Decrypt"]})
        elsewhere = kms.create_grant(**{**request, "KeyId": kms.create_key()["KeyMetadata"]["KeyId"]})
        assert len({first["GrantId"], other["GrantId"], elsewhere["GrantId"]}) == 3
        del request["Name"]
        assert kms.create_grant(**request)["GrantId"] != kms.create_grant(**request)["GrantId"]

    @pytest.mark.parametrize("operation", ["Sign", "VerifyMac", "GetPublicKey", "DeriveSharedSecret", "Encapsulate"])
    def test_what_the_key_cant_do_cant_be_granted(self, server, kms, key, operation):
        with refused("ValidationException", matching=operation):
            kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=user(server, "alice"), Operations=["Encrypt", operation])
        assert kms.list_grants(KeyId=key["KeyId"])["Grants"] == []

    def test_a_grant_to_create_grants_needs_something_to_grant(self, server, kms, key):
        with refused("ValidationException", "Grants must not contain only the CreateGrant operation."):
            kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=user(server, "alice"), Operations=["CreateGrant"])

    @pytest.mark.parametrize("principal", ["alice", "acm.us-east-2.amazonaws.com", "arn:aws:iam::1:user/a"])
    def test_who_is_nobody_gets_nothing(self, kms, key, principal):
        with refused("InvalidArnException", f"ARN does not refer to a valid principal: {principal}"):
            kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=principal, Operations=["Encrypt"])

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"kms:GranteePrincipal": "arn:aws:iam::%s:user/alice"}},
            {"StringEquals": {"kms:RetiringPrincipal": "arn:aws:iam::%s:user/bob"}},
            {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt"]}},
            {"ForAnyValue:StringEquals": {"kms:GrantConstraintType": "EncryptionContextSubset"}},
            {"StringEquals": {"kms:EncryptionContext:tenant": "blue"}},
            {"Bool": {"kms:GrantIsForAWSResource": "false"}},
        ],
    )
    def test_a_policy_can_say_which_grants(self, server, kms, key, condition):
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": server.account}, "NotAction": "kms:CreateGrant", "Resource": "*"},
            {
                "Effect": "Allow",
                "Principal": {"AWS": server.account},
                "Action": "kms:CreateGrant",
                "Resource": "*",
                "Condition": json.loads(json.dumps(condition).replace("%s", server.account)),
            },
        ]
        kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
        wanted = {
            "KeyId": key["KeyId"],
            "GranteePrincipal": user(server, "alice"),
            "RetiringPrincipal": user(server, "bob"),
            "Operations": ["Encrypt"],
            "Constraints": {"EncryptionContextSubset": {"tenant": "blue"}},
        }
        assert kms.create_grant(**wanted)["GrantId"]
        if "Bool" in condition:
            return
        other = {
            "KeyId": key["KeyId"],
            "GranteePrincipal": user(server, "carol"),
            "RetiringPrincipal": user(server, "carol"),
            "Operations": ["Encrypt", "DescribeKey"],
        }
        with refused("AccessDeniedException", matching="kms:CreateGrant"):
            kms.create_grant(**other)

    def test_services_of_aws_are_refused(self, server, kms, key):
        with refused("UnsupportedOperationException"):
            kms.create_grant(
                KeyId=key["KeyId"], GranteeServicePrincipal="a.amazonaws.com", Operations=["Encrypt"], RetiringPrincipal=server.account
            )

    def test_dry_runs_change_nothing(self, server, kms, key, grant):
        calls = (
            lambda: kms.create_grant(
                KeyId=key["KeyId"], GranteePrincipal=user(server, "bob"), Operations=["Encrypt"], DryRun=True
            ),
            lambda: kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"], DryRun=True),
            lambda: kms.retire_grant(GrantToken=grant["GrantToken"], DryRun=True),
        )
        for call in calls:
            with refused("DryRunOperationException", DRY_RUN):
                call()
        assert ids(kms.list_grants(KeyId=key["KeyId"])) == [grant["GrantId"]]


class TestList:
    def test_pages_and_filters(self, server, kms, key):
        made = {
            kms.create_grant(
                KeyId=key["KeyId"], GranteePrincipal=user(server, f"user-{number % 2}"), Operations=["Encrypt"]
            )["GrantId"]
            for number in range(7)
        }
        pages = list(kms.get_paginator("list_grants").paginate(KeyId=key["KeyId"], PaginationConfig={"PageSize": 3}))
        assert [len(page["Grants"]) for page in pages] == [3, 3, 1]
        listed = [grant_id for page in pages for grant_id in ids(page)]
        assert set(listed) == made and len(listed) == 7
        of_one = kms.list_grants(KeyId=key["KeyId"], GranteePrincipal=user(server, "user-1"))
        assert len(of_one["Grants"]) == 3 and of_one["Truncated"] is False
        one = kms.list_grants(KeyId=key["KeyId"], GrantId=listed[4])
        assert ids(one) == [listed[4]]
        assert ids(kms.list_grants(KeyId=key["KeyId"], GrantId=NO_SUCH_GRANT)) == []
        with refused("InvalidGrantIdException"):
            kms.list_grants(KeyId=key["KeyId"], GrantId="x")
        with refused("InvalidMarkerException"):
            kms.list_grants(KeyId=key["KeyId"], Marker="x")

    def test_retirable_grants(self, server, kms, key):
        other = kms.create_key()["KeyMetadata"]
        made = {
            kms.create_grant(
                KeyId=each["KeyId"],
                GranteePrincipal=user(server, "alice"),
                RetiringPrincipal=user(server, "retirer"),
                Operations=["Encrypt"],
            )["GrantId"]: each["Arn"]
            for each in (key, other)
        }
        answer = kms.list_retirable_grants(RetiringPrincipal=user(server, "retirer"))
        assert {entry["GrantId"]: entry["KeyId"] for entry in answer["Grants"]} == made
        elsewhere = server.client(region="us-west-2")
        assert ids(elsewhere.list_retirable_grants(RetiringPrincipal=user(server, "retirer"))) == []
        with refused("AccessDeniedException"):
            kms.list_retirable_grants(RetiringPrincipal="arn:aws:iam::999999999999:user/retirer")
        pages = kms.get_paginator("list_retirable_grants").paginate(
            RetiringPrincipal=user(server, "retirer"), PaginationConfig={"PageSize": 1}
        )
        assert {grant_id for page in pages for grant_id in ids(page)} == set(made)


class TestEnd:
    def test_revoking(self, kms, key, grant):
        kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"])
        assert ids(kms.list_grants(KeyId=key["KeyId"])) == []
        with refused("NotFoundException", f"Grant ID {grant['GrantId']} not found"):
            kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"])
        with refused("InvalidGrantTokenException"):
            kms.retire_grant(GrantToken=grant["GrantToken"])
        with refused("InvalidGrantIdException"):
            kms.revoke_grant(KeyId=key["KeyId"], GrantId="x")

    def test_retiring_by_token_or_by_id(self, server, kms, key, grant):
        kms.retire_grant(GrantToken=grant["GrantToken"])
        assert ids(kms.list_grants(KeyId=key["KeyId"])) == []
        made = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=user(server, "alice"), Operations=["Encrypt"])
        kms.retire_grant(KeyId=key["Arn"], GrantId=made["GrantId"])
        with refused("NotFoundException", f"Grant ID {made['GrantId']} not found"):
            kms.retire_grant(KeyId=key["Arn"], GrantId=made["GrantId"])

    def test_retiring_needs_one_name_of_the_grant(self, kms, key, grant):
        for names in (
            {},
            {"GrantId": grant["GrantId"]},
            {"KeyId": key["KeyId"]},
            {"KeyId": key["KeyId"], "GrantId": grant["GrantId"], "GrantToken": grant["GrantToken"]},
        ):
            with refused("ValidationException", "Specify either a grant token, or a key ID and a grant ID."):
                kms.retire_grant(**names)

    def test_a_key_policy_can_deny_retiring_and_revoking(self, server, kms, key, grant):
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": server.account}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": ["kms:RetireGrant", "kms:RevokeGrant"], "Resource": "*"},
        ]
        kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
        with refused("AccessDeniedException", matching="kms:RevokeGrant"):
            kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"])
        with refused("AccessDeniedException", matching="kms:RetireGrant"):
            kms.retire_grant(GrantToken=grant["GrantToken"])

    def test_a_token_that_was_altered_is_none(self, kms, grant):
        token = bytearray(base64.b64decode(grant["GrantToken"]))
        token[60] ^= 1
        for text in (base64.b64encode(token).decode(), "garbage", grant["GrantToken"][:-4]):
            with refused("InvalidGrantTokenException"):
                kms.retire_grant(GrantToken=text)


class TestTokens:
    def test_other_requests_take_tokens_and_refuse_what_cant_be_one(self, kms, key, grant):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", GrantTokens=[grant["GrantToken"]])["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob, GrantTokens=[grant["GrantToken"]] * 10)["Plaintext"] == b"x"
        for call in (
            lambda tokens: kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", GrantTokens=tokens),
            lambda tokens: kms.decrypt(CiphertextBlob=blob, GrantTokens=tokens),
            lambda tokens: kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256", GrantTokens=tokens),
            lambda tokens: kms.describe_key(KeyId=key["KeyId"], GrantTokens=tokens),
        ):
            with refused("InvalidGrantTokenException"):
                call([grant["GrantToken"], "garbage"])


class TestLife:
    def test_grants_survive_a_restart_and_tokens_too(self, own_server):
        kms = own_server.client()
        key = kms.create_key()["KeyMetadata"]
        made = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=user(own_server, "alice"), Operations=["Encrypt"])
        before = kms.list_grants(KeyId=key["KeyId"])["Grants"]
        own_server.restart()
        kms = own_server.client()
        assert kms.list_grants(KeyId=key["KeyId"])["Grants"] == before
        kms.retire_grant(GrantToken=made["GrantToken"])
        record = [line for line in own_server.audit_lines() if b'"operation":"RetireGrant"' in line]
        assert len(record) == 1 and made["GrantId"].encode() in record[0]
        tokens = [made["GrantToken"].encode()]
        assert not any(token in line for token in tokens for line in own_server.audit_lines())
