"""Keys, aliases, tags and policies by boto3: what is answered, what is refused, and in which words."""

import datetime
import json
import re
import uuid

import pytest

from expect import invalid, refused

NO_SUCH = "00000000-0000-4000-8000-000000000000"


def arn(server, resource, region=None):
    return f"arn:aws:kms:{region or server.region}:{server.account}:{resource}"


def default_policy(server):
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{server.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def alias_name():
    return f"alias/{uuid.uuid4()}"


class TestCreateAndDescribe:
    def test_a_key_made_with_nothing_said_is_an_enabled_symmetric_key(self, server, kms):
        before = datetime.datetime.now(datetime.timezone.utc)
        made = kms.create_key()["KeyMetadata"]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["KeyId"])
        assert made["Arn"] == arn(server, f"key/{made['KeyId']}")
        assert made["AWSAccountId"] == server.account
        assert abs((made["CreationDate"] - before).total_seconds()) < 300
        assert re.fullmatch(r"[0-9a-f]{64}", made["CurrentKeyMaterialId"])
        expected = {
            "Enabled": True,
            "Description": "",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": "Enabled",
            "Origin": "AWS_KMS",
            "KeyManager": "CUSTOMER",
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
            "MultiRegion": False,
        }
        assert {name: made[name] for name in expected} == expected
        for absent in ("DeletionDate", "ValidTo", "ExpirationModel", "SigningAlgorithms", "MacAlgorithms"):
            assert absent not in made

    def test_every_option_of_this_part_is_kept(self, server, kms):
        policy = json.dumps(default_policy(server), indent=3)
        made = kms.create_key(
            Policy=policy,
            Description="für Büro – 鍵",
            KeyUsage="ENCRYPT_DECRYPT",
            KeySpec="SYMMETRIC_DEFAULT",
            Origin="AWS_KMS",
            BypassPolicyLockoutSafetyCheck=False,
            MultiRegion=False,
            Tags=[{"TagKey": "team", "TagValue": "öl"}, {"TagKey": "empty", "TagValue": ""}],
        )["KeyMetadata"]
        assert made["Description"] == "für Büro – 鍵"
        assert kms.get_key_policy(KeyId=made["KeyId"])["Policy"] == policy
        tags = kms.list_resource_tags(KeyId=made["KeyId"])["Tags"]
        assert sorted((tag["TagKey"], tag["TagValue"]) for tag in tags) == [("empty", ""), ("team", "öl")]

    def test_the_deprecated_name_of_the_key_spec_is_understood(self, kms):
        made = kms.create_key(CustomerMasterKeySpec="SYMMETRIC_DEFAULT")["KeyMetadata"]
        assert made["KeySpec"] == "SYMMETRIC_DEFAULT"

    def test_describe_repeats_what_create_said_for_every_form_of_the_name(self, server, kms, key):
        alias = alias_name()
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        for name in (key["KeyId"], key["Arn"], alias, arn(server, alias)):
            assert kms.describe_key(KeyId=name)["KeyMetadata"] == key

    def test_an_absent_key_is_named_by_its_arn(self, server, kms):
        with refused("NotFoundException", f"Key '{arn(server, 'key/' + NO_SUCH)}' does not exist"):
            kms.describe_key(KeyId=NO_SUCH)
        with refused("NotFoundException", f"Key '{arn(server, 'key/' + NO_SUCH)}' does not exist"):
            kms.describe_key(KeyId=arn(server, f"key/{NO_SUCH}"))

    def test_a_name_that_can_not_be_a_key_is_refused(self, kms):
        with refused("NotFoundException", "Invalid keyId 'not-a-key'"):
            kms.describe_key(KeyId="not-a-key")

    def test_an_absent_alias_is_named(self, server, kms):
        alias = alias_name()
        with refused("NotFoundException", matching=re.escape(alias)):
            kms.describe_key(KeyId=alias)

    def test_an_unknown_usage_is_refused_with_the_list_of_usages(self, kms):
        with refused(
            "ValidationException",
            matching=r"^1 validation error detected: Value 'RANDOM' at 'keyUsage' failed to satisfy constraint: "
            r"Member must satisfy enum value set: \[[A-Z_, ]*ENCRYPT_DECRYPT[A-Z_, ]*\]$",
        ):
            kms.create_key(KeyUsage="RANDOM")

    def test_an_unknown_spec_is_refused(self, kms):
        with refused("ValidationException", matching=r"^1 validation error detected: Value 'AES_9' at 'keySpec' "):
            kms.create_key(KeySpec="AES_9")

    def test_a_description_beyond_its_limit_is_refused(self, kms):
        kms.create_key(Description="d" * 8192)
        with refused("ValidationException", matching="'description'.*less than or equal to 8192"):
            kms.create_key(Description="d" * 8193)

    def test_a_failed_creation_leaves_nothing_behind(self, kms):
        before = count_keys(kms)
        with refused("TagException"):
            kms.create_key(Tags=[{"TagKey": "aws:mine", "TagValue": "x"}])
        assert count_keys(kms) == before


def count_keys(kms):
    return sum(len(page["Keys"]) for page in kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1000}))


class TestListKeys:
    def test_pages_are_whole_disjoint_and_in_one_order(self, server, kms):
        made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(120)}
        first = kms.list_keys()
        assert len(first["Keys"]) == 100
        assert first["Truncated"] is True and first["NextMarker"]
        seen = []
        marker = {}
        while True:
            page = kms.list_keys(Limit=17, **marker)
            assert len(page["Keys"]) <= 17
            seen += page["Keys"]
            if not page["Truncated"]:
                assert "NextMarker" not in page
                break
            marker = {"Marker": page["NextMarker"]}
        ids = [entry["KeyId"] for entry in seen]
        assert len(ids) == len(set(ids))
        assert made <= set(ids)
        assert all(entry["KeyArn"] == arn(server, f"key/{entry['KeyId']}") for entry in seen)
        assert [entry["KeyId"] for entry in first["Keys"]] == ids[:100]

    def test_one_page_can_hold_a_thousand(self, kms):
        assert kms.list_keys(Limit=1000)["Truncated"] is False

    @pytest.mark.parametrize("limit, constraint", [(0, "greater than or equal to 1"), (1001, "less than or equal to 1000")])
    def test_a_limit_out_of_range_is_refused(self, wire, limit, constraint):
        reply = wire.call("ListKeys", {"Limit": limit})
        assert reply.error == "ValidationException"
        assert reply.message == invalid(
            f"Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value {constraint}"
        )

    def test_a_marker_that_was_never_given_out_is_refused(self, kms):
        with refused("InvalidMarkerException"):
            kms.list_keys(Marker="not a marker of ours")


class TestStateChanges:
    def test_disable_and_enable(self, kms, key):
        for _ in range(2):
            kms.disable_key(KeyId=key["KeyId"])
            told = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            assert (told["Enabled"], told["KeyState"]) == (False, "Disabled")
        for _ in range(2):
            kms.enable_key(KeyId=key["Arn"])
            told = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            assert (told["Enabled"], told["KeyState"]) == (True, "Enabled")

    def test_the_description_can_be_changed_and_emptied(self, kms, key):
        kms.update_key_description(KeyId=key["KeyId"], Description="other")
        assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Description"] == "other"
        kms.update_key_description(KeyId=key["KeyId"], Description="")
        assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Description"] == ""

    def test_management_operations_do_not_take_aliases(self, kms, key):
        alias = alias_name()
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        for operation, extra in (
            (kms.disable_key, {}),
            (kms.enable_key, {}),
            (kms.update_key_description, {"Description": "x"}),
            (kms.schedule_key_deletion, {}),
            (kms.get_key_policy, {}),
            (kms.list_resource_tags, {}),
            (kms.tag_resource, {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
        ):
            with refused("NotFoundException", f"Invalid keyId '{alias}'"):
                operation(KeyId=alias, **extra)
        assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"


class TestDeletion:
    @pytest.mark.parametrize("window", [7, 30])
    def test_the_window_is_kept_at_both_ends(self, kms, key, window):
        before = datetime.datetime.now(datetime.timezone.utc)
        told = kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=window)
        assert told["KeyId"] == key["Arn"]
        assert told["KeyState"] == "PendingDeletion"
        assert told["PendingWindowInDays"] == window
        days = (told["DeletionDate"] - before).total_seconds() / 86400
        assert window - 0.01 < days < window + 1.01
        described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        assert described["KeyState"] == "PendingDeletion"
        assert described["Enabled"] is False
        assert described["DeletionDate"] == told["DeletionDate"]

    def test_thirty_days_is_what_nothing_said_means(self, kms, key):
        assert kms.schedule_key_deletion(KeyId=key["KeyId"])["PendingWindowInDays"] == 30

    @pytest.mark.parametrize("window", [1, 6, 31, 365])
    def test_windows_outside_the_documented_range_are_refused(self, kms, key, window):
        with refused("ValidationException"):
            kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=window)
        assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"

    def test_a_cancelled_deletion_leaves_the_key_disabled(self, kms, key):
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        assert kms.cancel_key_deletion(KeyId=key["KeyId"])["KeyId"] == key["Arn"]
        told = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        assert told["KeyState"] == "Disabled" and "DeletionDate" not in told
        kms.enable_key(KeyId=key["KeyId"])
        assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"

    def test_only_a_pending_deletion_can_be_cancelled(self, kms, key):
        with refused("KMSInvalidStateException", f"{key['Arn']} is not pending deletion."):
            kms.cancel_key_deletion(KeyId=key["KeyId"])

    def test_what_a_key_pending_deletion_refuses(self, kms, key):
        other = kms.create_key()["KeyMetadata"]
        alias = alias_name()
        kms.create_alias(AliasName=alias, TargetKeyId=other["KeyId"])
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        for operation, extra in (
            (kms.enable_key, {"KeyId": key["KeyId"]}),
            (kms.disable_key, {"KeyId": key["KeyId"]}),
            (kms.schedule_key_deletion, {"KeyId": key["KeyId"]}),
            (kms.update_key_description, {"KeyId": key["KeyId"], "Description": "x"}),
            (kms.tag_resource, {"KeyId": key["KeyId"], "Tags": [{"TagKey": "a", "TagValue": "b"}]}),
            (kms.untag_resource, {"KeyId": key["KeyId"], "TagKeys": ["a"]}),
            (kms.create_alias, {"AliasName": alias_name(), "TargetKeyId": key["KeyId"]}),
            (kms.update_alias, {"AliasName": alias, "TargetKeyId": key["KeyId"]}),
            (kms.encrypt, {"KeyId": key["KeyId"], "Plaintext": b"x"}),
            (kms.generate_data_key, {"KeyId": key["KeyId"], "KeySpec": "AES_256"}),
        ):
            with refused("KMSInvalidStateException", f"{key['Arn']} is pending deletion."):
                operation(**extra)

    def test_what_a_key_pending_deletion_still_allows(self, server, kms, key):
        alias = alias_name()
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == key["KeyId"]
        assert kms.list_aliases(KeyId=key["KeyId"])["Aliases"][0]["AliasName"] == alias
        assert kms.list_resource_tags(KeyId=key["KeyId"])["Tags"] == []
        assert kms.list_key_policies(KeyId=key["KeyId"])["PolicyNames"] == ["default"]
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=json.dumps(default_policy(server)))
        kms.delete_alias(AliasName=alias)


class TestTags:
    def tags(self, kms, key):
        return {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]}

    def test_tags_are_added_replaced_and_removed(self, kms, key):
        kms.tag_resource(
            KeyId=key["KeyId"],
            Tags=[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "A", "TagValue": "upper"}, {"TagKey": "b", "TagValue": ""}],
        )
        kms.tag_resource(KeyId=key["Arn"], Tags=[{"TagKey": "a", "TagValue": "2"}])
        assert self.tags(kms, key) == {"a": "2", "A": "upper", "b": ""}
        kms.untag_resource(KeyId=key["KeyId"], TagKeys=["b", "never there"])
        assert self.tags(kms, key) == {"a": "2", "A": "upper"}

    def test_reserved_duplicate_and_too_many_tags_are_refused(self, kms, key):
        with refused("TagException", "Tags beginning with aws: are reserved"):
            kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": "aws:x", "TagValue": "y"}])
        with refused("TagException", "Duplicate tag keys"):
            kms.tag_resource(
                KeyId=key["KeyId"], Tags=[{"TagKey": "d", "TagValue": "1"}, {"TagKey": "d", "TagValue": "2"}]
            )
        kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": f"k{n}", "TagValue": "v"} for n in range(50)])
        with refused("TagException", "Too many tags"):
            kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": "one more", "TagValue": "v"}])
        kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": "k7", "TagValue": "replaced"}])
        told = self.tags(kms, key)
        assert len(told) == 50 and told["k7"] == "replaced"

    def test_tag_sizes_are_limited(self, kms, key):
        kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": "k" * 128, "TagValue": "v" * 256}])
        with refused(
            "ValidationException",
            invalid(
                f"Value '{'k' * 129}' at 'tags.1.member.tagKey' failed to satisfy constraint:",
                "Member must have length less than or equal to 128",
            ),
        ):
            kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": "k" * 129, "TagValue": "v"}])
        with refused("ValidationException", matching=r"'tags\.1\.member\.tagValue'.*less than or equal to 256"):
            kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": "k", "TagValue": "v" * 257}])

    def test_lists_of_tags_come_in_pages(self, kms, key):
        kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": f"t{n:02}", "TagValue": str(n)} for n in range(12)])
        pages = list(kms.get_paginator("list_resource_tags").paginate(KeyId=key["KeyId"], PaginationConfig={"PageSize": 5}))
        assert [len(page["Tags"]) for page in pages] == [5, 5, 2]
        assert len({tag["TagKey"] for page in pages for tag in page["Tags"]}) == 12


class TestPolicies:
    def test_the_default_policy_enables_the_account(self, server, kms, key):
        told = kms.get_key_policy(KeyId=key["KeyId"])
        assert told["PolicyName"] == "default"
        assert json.loads(told["Policy"]) == default_policy(server)

    def test_a_policy_is_kept_byte_for_byte(self, server, kms, key):
        document = json.dumps(default_policy(server), indent=5).replace("key-default-1", "mine")
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=document)
        assert kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"] == document

    def test_there_is_one_policy_and_it_is_called_default(self, kms, key):
        told = kms.list_key_policies(KeyId=key["KeyId"])
        assert told["PolicyNames"] == ["default"] and told["Truncated"] is False
        with refused("NotFoundException"):
            kms.get_key_policy(KeyId=key["KeyId"], PolicyName="other")

    def test_a_document_that_is_no_policy_is_refused(self, server, kms, key):
        before = kms.get_key_policy(KeyId=key["KeyId"])["Policy"]
        broken = [
            "{",
            "[]",
            '"text"',
            json.dumps({**default_policy(server), "Version": "1999-01-01"}),
            json.dumps({**default_policy(server), "Statement": [{"Effect": "Maybe", "Action": "kms:*", "Resource": "*"}]}),
        ]
        for document in broken:
            with refused("MalformedPolicyDocumentException"):
                kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=document)
        assert kms.get_key_policy(KeyId=key["KeyId"])["Policy"] == before

    def test_an_invalid_principal_is_refused_in_the_words_that_terraform_waits_for(self, server, kms):
        policy = default_policy(server)
        policy["Statement"][0]["Principal"] = {"AWS": [f"arn:aws:iam::{server.account}:root", "nobody at all"]}
        with refused(
            "MalformedPolicyDocumentException",
            matching="^Policy contains a statement with one or more invalid principals",
        ):
            kms.create_key(Policy=json.dumps(policy))

    def test_a_policy_over_the_quota_is_refused(self, server, kms, key):
        policy = default_policy(server)
        policy["Statement"] += [{**policy["Statement"][0], "Sid": f"s{n}"} for n in range(300)]
        document = json.dumps(policy)
        assert 32768 < len(document) < 131072
        with refused("LimitExceededException"):
            kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=document)


class TestAliases:
    def test_an_alias_is_made_moved_listed_and_removed(self, server, kms, key):
        other = kms.create_key()["KeyMetadata"]
        alias = alias_name()
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        (entry,) = kms.list_aliases(KeyId=key["KeyId"])["Aliases"]
        assert entry["AliasName"] == alias
        assert entry["AliasArn"] == arn(server, alias)
        assert entry["TargetKeyId"] == key["KeyId"]
        assert entry["CreationDate"] <= entry["LastUpdatedDate"]
        kms.update_alias(AliasName=alias, TargetKeyId=other["Arn"])
        assert kms.list_aliases(KeyId=key["KeyId"])["Aliases"] == []
        assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == other["KeyId"]
        kms.delete_alias(AliasName=alias)
        with refused("NotFoundException"):
            kms.describe_key(KeyId=alias)

    def test_names_are_unique_and_case_sensitive(self, server, kms, key):
        alias = alias_name() + "-Name"
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        with refused("AlreadyExistsException", f"An alias with the name {arn(server, alias)} already exists"):
            kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        kms.create_alias(AliasName=alias.lower(), TargetKeyId=key["KeyId"])

    def test_a_name_without_the_prefix_is_refused(self, kms, key):
        with refused(
            "ValidationException",
            'Alias must start with the prefix "alias/". Please see '
            "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ):
            kms.create_alias(AliasName="mine", TargetKeyId=key["KeyId"])

    @pytest.mark.parametrize("name", ["alias/a b", "alias/ä", "alias/a.b", "alias/" + "x" * 251])
    def test_names_outside_the_pattern_are_refused(self, kms, key, name):
        with refused("ValidationException", matching="^1 validation error detected: .*'aliasName'"):
            kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])

    def test_names_of_aws_are_reserved(self, kms, key):
        with refused("NotAuthorizedException"):
            kms.create_alias(AliasName="alias/aws/mine", TargetKeyId=key["KeyId"])

    def test_an_alias_can_not_point_to_an_alias(self, server, kms, key):
        alias = alias_name()
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        for name in (alias, arn(server, alias), alias_name()):
            with refused("ValidationException", "Aliases must refer to keys. Not aliases"):
                kms.create_alias(AliasName=alias_name(), TargetKeyId=name)
            with refused("ValidationException", "Aliases must refer to keys. Not aliases"):
                kms.update_alias(AliasName=alias, TargetKeyId=name)

    def test_nobody_gets_a_name_with_a_colon(self, kms, key):
        for change in (kms.create_alias, kms.update_alias):
            with refused("ValidationException", "alias/my:own contains invalid characters for an alias"):
                change(AliasName="alias/my:own", TargetKeyId=key["KeyId"])

    def test_absent_aliases_and_targets_are_refused(self, server, kms, key):
        absent = alias_name()
        text = f"Alias {arn(server, absent)} is not found."
        with refused("NotFoundException", text):
            kms.update_alias(AliasName=absent, TargetKeyId=key["KeyId"])
        with refused("NotFoundException", text):
            kms.delete_alias(AliasName=absent)
        with refused("NotFoundException", f"Key '{arn(server, 'key/' + NO_SUCH)}' does not exist"):
            kms.create_alias(AliasName=absent, TargetKeyId=NO_SUCH)

    def test_a_key_has_fifty_aliases_at_most_and_they_come_in_pages(self, kms, key):
        prefix = alias_name()
        for number in range(50):
            kms.create_alias(AliasName=f"{prefix}/{number:02}", TargetKeyId=key["KeyId"])
        with refused("LimitExceededException"):
            kms.create_alias(AliasName=f"{prefix}/50", TargetKeyId=key["KeyId"])
        names = []
        pages = kms.get_paginator("list_aliases").paginate(KeyId=key["KeyId"], PaginationConfig={"PageSize": 8})
        for page in pages:
            assert len(page["Aliases"]) <= 8
            names += [entry["AliasName"] for entry in page["Aliases"]]
        assert sorted(names) == [f"{prefix}/{number:02}" for number in range(50)]
        everything = [entry["AliasName"] for page in kms.get_paginator("list_aliases").paginate() for entry in page["Aliases"]]
        assert set(names) <= set(everything) and len(everything) == len(set(everything))
        kms.delete_alias(AliasName=f"{prefix}/07")
        kms.create_alias(AliasName=f"{prefix}/50", TargetKeyId=key["KeyId"])

    def test_a_page_never_holds_more_than_a_hundred(self, kms):
        """The service model lets a client ask for a thousand; the documentation says a hundred."""
        for key in [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(3)]:
            for number in range(40):
                kms.create_alias(AliasName=f"alias/{key}/{number}", TargetKeyId=key)
        page = kms.list_aliases(Limit=1000)
        assert len(page["Aliases"]) == 100 and page["Truncated"] is True
        assert len(kms.list_aliases()["Aliases"]) == 50
