"""Key policies take effect: the policy is the root of every right to a key."""

import json

import pytest

from expect import refused

LOCKOUT = "The new key policy will not allow you to update the key policy in the future."

ADMINISTRATION = [
    "kms:Create*",
    "kms:Describe*",
    "kms:Enable*",
    "kms:List*",
    "kms:Put*",
    "kms:Update*",
    "kms:Disable*",
    "kms:Get*",
    "kms:Delete*",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
]


@pytest.fixture(scope="module")
def me(server):
    return server.client("sts").get_caller_identity()["Arn"]


def statement(effect, actions, principal, **more):
    return {"Effect": effect, "Principal": {"AWS": principal}, "Action": actions, "Resource": "*", **more}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def root(server):
    return f"arn:aws:iam::{server.account}:root"


def put(kms, key, *statements, **more):
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=document(*statements), **more)


class TestDeny:
    def test_a_deny_wins_over_every_allow(self, server, kms, key, me):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        put(
            kms,
            key,
            statement("Allow", "kms:*", root(server)),
            statement("Allow", "kms:*", me),
            statement("Deny", "kms:Encrypt", "*", Sid="NoMoreEncryption"),
        )
        with refused(
            "AccessDeniedException",
            f"User: {me} is not authorized to perform: kms:Encrypt on resource: {key['Arn']} "
            "with an explicit deny in a resource-based policy",
        ):
            kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"

    @pytest.mark.parametrize(
        "action, use",
        [
            ("kms:DescribeKey", lambda kms, key, blob: kms.describe_key(KeyId=key)),
            ("kms:DisableKey", lambda kms, key, blob: kms.disable_key(KeyId=key)),
            ("kms:EnableKey", lambda kms, key, blob: kms.enable_key(KeyId=key)),
            ("kms:UpdateKeyDescription", lambda kms, key, blob: kms.update_key_description(KeyId=key, Description="x")),
            ("kms:ScheduleKeyDeletion", lambda kms, key, blob: kms.schedule_key_deletion(KeyId=key)),
            ("kms:CancelKeyDeletion", lambda kms, key, blob: kms.cancel_key_deletion(KeyId=key)),
            ("kms:TagResource", lambda kms, key, blob: kms.tag_resource(KeyId=key, Tags=[{"TagKey": "a", "TagValue": "b"}])),
            ("kms:UntagResource", lambda kms, key, blob: kms.untag_resource(KeyId=key, TagKeys=["a"])),
            ("kms:ListResourceTags", lambda kms, key, blob: kms.list_resource_tags(KeyId=key)),
            ("kms:GetKeyPolicy", lambda kms, key, blob: kms.get_key_policy(KeyId=key)),
            ("kms:ListKeyPolicies", lambda kms, key, blob: kms.list_key_policies(KeyId=key)),
            ("kms:CreateAlias", lambda kms, key, blob: kms.create_alias(AliasName=f"alias/{key}", TargetKeyId=key)),
            ("kms:Encrypt", lambda kms, key, blob: kms.encrypt(KeyId=key, Plaintext=b"x")),
            ("kms:Decrypt", lambda kms, key, blob: kms.decrypt(CiphertextBlob=blob, KeyId=key)),
            ("kms:ReEncryptFrom", lambda kms, key, blob: kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key)),
            ("kms:ReEncryptTo", lambda kms, key, blob: kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key)),
            ("kms:GenerateDataKey", lambda kms, key, blob: kms.generate_data_key(KeyId=key, KeySpec="AES_256")),
            (
                "kms:GenerateDataKeyWithoutPlaintext",
                lambda kms, key, blob: kms.generate_data_key_without_plaintext(KeyId=key, KeySpec="AES_256"),
            ),
        ],
    )
    def test_every_operation_has_its_own_right(self, server, kms, key, action, use):
        """Denying one action stops that operation, and only that action is missing."""
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        put(kms, key, statement("Allow", "kms:*", root(server)), statement("Deny", action, "*"))
        with refused("AccessDeniedException", matching=action):
            use(kms, key["KeyId"], blob)
        if action != "kms:DescribeKey":
            assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"

    def test_a_denied_put_leaves_the_policy_and_the_key_alone(self, server, kms, key):
        put(
            kms,
            key,
            statement("Allow", "kms:*", root(server)),
            statement("Deny", "kms:PutKeyPolicy", "*"),
            BypassPolicyLockoutSafetyCheck=True,
        )
        with refused("AccessDeniedException", matching="kms:PutKeyPolicy"):
            put(kms, key, statement("Allow", "kms:*", root(server)))
        assert "Deny" in kms.get_key_policy(KeyId=key["KeyId"])["Policy"]

    def test_the_end_of_a_deny_takes_effect_at_once(self, server, kms, key):
        for _ in range(5):
            put(kms, key, statement("Allow", "kms:*", root(server)), statement("Deny", "kms:Encrypt", "*"))
            with refused("AccessDeniedException"):
                kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
            put(kms, key, statement("Allow", "kms:*", root(server)))
            assert kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]

    def test_a_denied_decrypt_by_ciphertext_alone_is_refused(self, server, kms, key):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        put(kms, key, statement("Allow", "kms:*", root(server)), statement("Deny", "kms:Decrypt", "*"))
        with refused("AccessDeniedException"):
            kms.decrypt(CiphertextBlob=blob)


class TestLockout:
    def test_a_policy_that_locks_everybody_out_is_refused(self, server, kms, key):
        before = kms.get_key_policy(KeyId=key["KeyId"])["Policy"]
        for statements in (
            [statement("Allow", ["kms:Encrypt", "kms:Decrypt"], root(server))],
            [statement("Allow", "kms:*", "arn:aws:iam::999999999999:root")],
            [statement("Allow", "kms:*", root(server)), statement("Deny", "kms:PutKeyPolicy", "*")],
        ):
            with refused("MalformedPolicyDocumentException", matching="^" + LOCKOUT.rstrip(".")):
                put(kms, key, *statements)
            with refused("MalformedPolicyDocumentException", matching="^" + LOCKOUT.rstrip(".")):
                kms.create_key(Policy=document(*statements))
        assert kms.get_key_policy(KeyId=key["KeyId"])["Policy"] == before

    def test_whoever_insists_may_lock_themselves_out(self, server, kms):
        policy = document(statement("Allow", "kms:*", "arn:aws:iam::999999999999:root"))
        key = kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]
        for use in (
            lambda: kms.describe_key(KeyId=key["KeyId"]),
            lambda: kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x"),
            lambda: kms.get_key_policy(KeyId=key["KeyId"]),
            lambda: kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=policy),
            lambda: kms.schedule_key_deletion(KeyId=key["KeyId"]),
        ):
            with refused("AccessDeniedException", matching="because no resource-based policy allows the kms:"):
                use()

    def test_only_what_the_policy_hands_to_the_account_counts(self, server, kms, key):
        """The caller may do everything by its own policies; the key policy doesn't ask them."""
        put(
            kms,
            key,
            statement("Allow", ["kms:Describe*", "kms:Put*"], root(server)),
        )
        assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Enabled"] is True
        with refused("AccessDeniedException", matching="kms:Encrypt"):
            kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")

    def test_a_statement_for_the_caller_by_name_is_enough(self, server, kms, key, me):
        put(kms, key, statement("Allow", "kms:*", me))
        assert kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["KeyId"] == key["Arn"]


class TestConditions:
    def use_under(self, server, *conditions):
        statements = [statement("Allow", ADMINISTRATION, root(server))]
        for condition in conditions:
            statements.append(
                statement("Allow", ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"], root(server), Condition=condition)
            )
        return statements

    def encrypts(self, kms, key, context):
        try:
            kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", EncryptionContext=context)
            return True
        except kms.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDeniedException"
            return False

    @pytest.mark.parametrize(
        "condition, allowed, denied",
        [
            (
                {"StringEquals": {"kms:EncryptionContext:tenant": "blue"}},
                [{"tenant": "blue"}, {"tenant": "blue", "more": "x"}],
                [{}, {"tenant": "Blue"}, {"tenant": "red"}, {"other": "blue"}],
            ),
            (
                {"StringLike": {"kms:EncryptionContext:tenant": ["blue-*", "green"]}},
                [{"tenant": "blue-1"}, {"tenant": "green"}],
                [{}, {"tenant": "blue"}, {"tenant": "green-1"}],
            ),
            (
                {"StringEqualsIgnoreCase": {"kms:EncryptionContext:tenant": "BLUE"}},
                [{"tenant": "blue"}, {"tenant": "Blue"}],
                [{"tenant": "red"}],
            ),
            (
                {"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["tenant", "table"]}},
                [{"tenant": "x"}, {"tenant": "x", "table": "y"}],
                [{"tenant": "x", "other": "y"}],
            ),
            (
                {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "tenant"}},
                [{"tenant": "x", "other": "y"}],
                [{}, {"other": "tenant"}],
            ),
            (
                {"Null": {"kms:EncryptionContext:tenant": "false"}},
                [{"tenant": ""}],
                [{}, {"other": "x"}],
            ),
            (
                {"StringEquals": {"kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}},
                [{}],
                [],
            ),
            (
                {"Bool": {"aws:SecureTransport": "true"}},
                [],
                [{}],
            ),
        ],
    )
    def test_an_allow_with_a_condition_allows_exactly_that(self, server, kms, key, condition, allowed, denied):
        put(kms, key, *self.use_under(server, condition))
        assert [context for context in allowed if not self.encrypts(kms, key, context)] == []
        assert [context for context in denied if self.encrypts(kms, key, context)] == []

    def test_a_deny_with_a_condition_denies_exactly_that(self, server, kms, key):
        put(
            kms,
            key,
            statement("Allow", "kms:*", root(server)),
            statement(
                "Deny",
                ["kms:Encrypt", "kms:Decrypt"],
                "*",
                Condition={"StringNotEquals": {"kms:EncryptionContext:tenant": "blue"}},
            ),
        )
        assert self.encrypts(kms, key, {"tenant": "blue"})
        assert not self.encrypts(kms, key, {"tenant": "red"})
        assert not self.encrypts(kms, key, {})

    def test_conditions_are_asked_again_at_decryption(self, server, kms, key):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", EncryptionContext={"tenant": "red"})["CiphertextBlob"]
        put(kms, key, *self.use_under(server, {"StringEquals": {"kms:EncryptionContext:tenant": "blue"}}))
        with refused("AccessDeniedException"):
            kms.decrypt(CiphertextBlob=blob, EncryptionContext={"tenant": "red"})
        with refused("InvalidCiphertextException", None):
            kms.decrypt(CiphertextBlob=blob, EncryptionContext={"tenant": "blue"})

    def test_an_unknown_condition_key_is_kept_and_never_lets_an_allow_match(self, server, kms, key):
        put(kms, key, *self.use_under(server, {"StringEquals": {"aws:SomethingOfTomorrow": "x"}}))
        assert "SomethingOfTomorrow" in kms.get_key_policy(KeyId=key["KeyId"])["Policy"]
        assert not self.encrypts(kms, key, {})

    def test_the_deletion_window_can_be_bounded(self, server, kms, key):
        put(
            kms,
            key,
            statement("Allow", "kms:*", root(server)),
            statement(
                "Deny",
                "kms:ScheduleKeyDeletion",
                "*",
                Condition={"NumericLessThan": {"kms:ScheduleKeyDeletionPendingWindowInDays": "14"}},
            ),
        )
        with refused("AccessDeniedException"):
            kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=13)
        assert kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=14)["KeyState"] == "PendingDeletion"

    def test_tags_of_the_key_can_decide(self, server, kms):
        policy = document(*self.use_under(server, {"StringEquals": {"aws:ResourceTag/stage": "test"}}))
        key = kms.create_key(Policy=policy, Tags=[{"TagKey": "stage", "TagValue": "test"}])["KeyMetadata"]
        assert self.encrypts(kms, key, {})
        kms.tag_resource(KeyId=key["KeyId"], Tags=[{"TagKey": "stage", "TagValue": "production"}])
        assert not self.encrypts(kms, key, {})
