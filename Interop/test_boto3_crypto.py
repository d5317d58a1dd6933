"""Encrypt, Decrypt, ReEncrypt, data keys and random bytes by boto3."""

import base64
import re
import uuid

import pytest

from expect import invalid, refused

CONTEXT = {"tenant": "blue", "table": "orders"}
MATERIAL_ID = r"[0-9a-f]{64}"


@pytest.fixture(scope="module")
def shared(kms):
    """A key for tests that leave its state alone."""
    return kms.create_key()["KeyMetadata"]


@pytest.fixture(scope="module")
def alias(kms, shared):
    name = f"alias/{uuid.uuid4()}"
    kms.create_alias(AliasName=name, TargetKeyId=shared["KeyId"])
    return name


def names_of(server, metadata, alias):
    return [metadata["KeyId"], metadata["Arn"], alias, f"arn:aws:kms:{server.region}:{server.account}:{alias}"]


class TestEncryptAndDecrypt:
    @pytest.mark.parametrize("size", [1, 2, 31, 4095, 4096])
    def test_what_went_in_comes_out(self, kms, shared, size):
        plaintext = bytes(n % 251 for n in range(size))
        sealed = kms.encrypt(KeyId=shared["KeyId"], Plaintext=plaintext)
        assert sealed["KeyId"] == shared["Arn"]
        assert sealed["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
        assert size < len(sealed["CiphertextBlob"]) <= 6144
        assert plaintext not in sealed["CiphertextBlob"] or size < 8
        opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])
        assert opened["Plaintext"] == plaintext
        assert opened["KeyId"] == shared["Arn"]
        assert opened["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
        assert opened["KeyMaterialId"] == shared["CurrentKeyMaterialId"]

    def test_the_same_plaintext_never_looks_the_same_twice(self, kms, shared):
        blobs = {kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"same")["CiphertextBlob"] for _ in range(20)}
        assert len(blobs) == 20

    @pytest.mark.parametrize("size", [0, 4097])
    def test_sizes_outside_the_range_are_refused_without_repeating_the_plaintext(self, wire, shared, size):
        planted = base64.b64encode((b"planted secret " * 400)[:size]).decode()
        reply = wire.call("Encrypt", {"KeyId": shared["KeyId"], "Plaintext": planted})
        assert reply.status == 400 and reply.error == "ValidationException"
        bound = "less than or equal to 4096" if size else "greater than or equal to 1"
        assert reply.message == invalid(f"Value at 'plaintext' failed to satisfy constraint: Member must have length {bound}")

    def test_every_form_of_the_name_works_and_the_answer_is_the_arn(self, server, kms, shared, alias):
        for name in names_of(server, shared, alias):
            sealed = kms.encrypt(KeyId=name, Plaintext=b"x")
            assert sealed["KeyId"] == shared["Arn"]
            for again in names_of(server, shared, alias):
                assert kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], KeyId=again)["Plaintext"] == b"x"

    def test_decrypting_with_another_key_is_refused(self, kms, shared):
        other = kms.create_key()["KeyMetadata"]
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        with refused(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
        ):
            kms.decrypt(CiphertextBlob=blob, KeyId=other["KeyId"])

    @pytest.mark.parametrize("spec, usage", [("HMAC_256", "GENERATE_VERIFY_MAC"), ("ECC_NIST_P256", "SIGN_VERIFY")])
    def test_a_key_for_something_else_is_another_key_first(self, kms, shared, spec, usage):
        other = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        text = "The key ID in the request does not identify a CMK that can perform this operation."
        with refused("IncorrectKeyException", text):
            kms.decrypt(CiphertextBlob=blob, KeyId=other)
        with refused("IncorrectKeyException", text):
            kms.re_encrypt(CiphertextBlob=blob, SourceKeyId=other, DestinationKeyId=shared["KeyId"])
        # What nobody here made says nothing of a key.
        with refused("InvalidKeyUsageException"):
            kms.decrypt(CiphertextBlob=b"rubbish", KeyId=other)

    def test_an_absent_key_is_refused(self, server, kms):
        absent = "00000000-0000-4000-8000-000000000000"
        with refused("NotFoundException", f"Key 'arn:aws:kms:{server.region}:{server.account}:key/{absent}' does not exist"):
            kms.encrypt(KeyId=absent, Plaintext=b"x")

    def test_an_algorithm_of_another_kind_of_key_is_refused(self, kms, shared):
        with refused("InvalidKeyUsageException"):
            kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x", EncryptionAlgorithm="RSAES_OAEP_SHA_256")


class TestContext:
    def test_the_same_context_in_any_order_opens(self, kms, shared):
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x", EncryptionContext=CONTEXT)["CiphertextBlob"]
        turned = dict(reversed(CONTEXT.items()))
        assert list(turned) != list(CONTEXT)
        assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=turned)["Plaintext"] == b"x"

    @pytest.mark.parametrize(
        "wrong",
        [
            None,
            {},
            {"tenant": "blue"},
            {**CONTEXT, "more": ""},
            {**CONTEXT, "tenant": "Blue"},
            {"Tenant": "blue", "table": "orders"},
            {"tenant": "orders", "table": "blue"},
            {"tenantblue": "", "table": "orders"},
        ],
    )
    def test_any_other_context_is_indistinguishable_from_damage(self, kms, shared, wrong):
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x", EncryptionContext=CONTEXT)["CiphertextBlob"]
        arguments = {} if wrong is None else {"EncryptionContext": wrong}
        with refused("InvalidCiphertextException", None):
            kms.decrypt(CiphertextBlob=blob, **arguments)

    def test_a_context_where_none_was_given_is_refused_and_an_empty_one_is_none(self, kms, shared):
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        with refused("InvalidCiphertextException", None):
            kms.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"})
        assert kms.decrypt(CiphertextBlob=blob, EncryptionContext={})["Plaintext"] == b"x"

    def test_contexts_may_hold_any_text(self, kms, shared):
        context = {"": "", "ключ": "値", "quotes": '"\\\n\t', "é": "e\u0301"}
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"x"
        with refused("InvalidCiphertextException", None):
            kms.decrypt(CiphertextBlob=blob, EncryptionContext={**context, "é": "é"})


class TestReEncrypt:
    def test_a_ciphertext_moves_to_another_key_and_context(self, kms, shared):
        target = kms.create_key()["KeyMetadata"]
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"moving", EncryptionContext=CONTEXT)["CiphertextBlob"]
        told = kms.re_encrypt(
            CiphertextBlob=blob,
            SourceEncryptionContext=CONTEXT,
            DestinationKeyId=target["KeyId"],
            DestinationEncryptionContext={"new": "one"},
        )
        assert told["SourceKeyId"] == shared["Arn"] and told["KeyId"] == target["Arn"]
        assert told["SourceEncryptionAlgorithm"] == told["DestinationEncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
        assert told["SourceKeyMaterialId"] == shared["CurrentKeyMaterialId"]
        assert told["DestinationKeyMaterialId"] == target["CurrentKeyMaterialId"]
        opened = kms.decrypt(CiphertextBlob=told["CiphertextBlob"], EncryptionContext={"new": "one"})
        assert opened["Plaintext"] == b"moving" and opened["KeyId"] == target["Arn"]

    def test_to_the_same_key_makes_a_new_ciphertext(self, kms, shared, alias):
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        told = kms.re_encrypt(CiphertextBlob=blob, SourceKeyId=alias, DestinationKeyId=alias)
        assert told["CiphertextBlob"] != blob
        assert kms.decrypt(CiphertextBlob=told["CiphertextBlob"])["Plaintext"] == b"x"

    def test_wrong_sources_are_refused(self, kms, shared):
        other = kms.create_key()["KeyMetadata"]
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x", EncryptionContext=CONTEXT)["CiphertextBlob"]
        with refused("IncorrectKeyException"):
            kms.re_encrypt(
                CiphertextBlob=blob,
                SourceEncryptionContext=CONTEXT,
                SourceKeyId=other["KeyId"],
                DestinationKeyId=shared["KeyId"],
            )
        with refused("InvalidCiphertextException", None):
            kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=shared["KeyId"])


class TestDataKeys:
    @pytest.mark.parametrize(
        "arguments, size",
        [({"KeySpec": "AES_256"}, 32), ({"KeySpec": "AES_128"}, 16), ({"NumberOfBytes": 1}, 1), ({"NumberOfBytes": 1024}, 1024)],
    )
    def test_a_data_key_has_the_size_that_was_asked_for(self, kms, shared, alias, arguments, size):
        made = kms.generate_data_key(KeyId=alias, EncryptionContext=CONTEXT, **arguments)
        assert len(made["Plaintext"]) == size
        assert made["KeyId"] == shared["Arn"]
        assert made["KeyMaterialId"] == shared["CurrentKeyMaterialId"]
        opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
        assert opened["Plaintext"] == made["Plaintext"]

    @pytest.mark.parametrize("arguments, size", [({"KeySpec": "AES_256"}, 32), ({"NumberOfBytes": 77}, 77)])
    def test_a_data_key_can_come_sealed_only(self, kms, shared, arguments, size):
        made = kms.generate_data_key_without_plaintext(KeyId=shared["Arn"], **arguments)
        assert "Plaintext" not in made
        assert made["KeyId"] == shared["Arn"]
        assert made["KeyMaterialId"] == shared["CurrentKeyMaterialId"]
        assert len(kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"]) == size

    def test_exactly_one_way_to_say_the_size_is_needed(self, kms, shared):
        for make in (kms.generate_data_key, kms.generate_data_key_without_plaintext):
            with refused("ValidationException"):
                make(KeyId=shared["KeyId"])
            with refused("ValidationException"):
                make(KeyId=shared["KeyId"], KeySpec="AES_256", NumberOfBytes=32)

    def test_sizes_and_specs_out_of_range_are_refused(self, wire, shared):
        for size, bound in ((0, "greater than or equal to 1"), (1025, "less than or equal to 1024")):
            reply = wire.call("GenerateDataKey", {"KeyId": shared["KeyId"], "NumberOfBytes": size})
            assert reply.error == "ValidationException"
            assert reply.message == invalid(
                f"Value '{size}' at 'numberOfBytes' failed to satisfy constraint: Member must have value {bound}"
            )
        reply = wire.call("GenerateDataKey", {"KeyId": shared["KeyId"], "KeySpec": "AES_512"})
        assert reply.error == "ValidationException"
        assert re.fullmatch(
            r"1 validation error detected: Value 'AES_512' at 'keySpec' failed to satisfy constraint: Member must "
            r"satisfy enum value set: \[(AES_256, AES_128|AES_128, AES_256)\]",
            reply.message,
        )


class TestRandom:
    @pytest.mark.parametrize("size", [1, 32, 1024])
    def test_as_many_bytes_as_were_asked_for(self, kms, size):
        assert len(kms.generate_random(NumberOfBytes=size)["Plaintext"]) == size

    def test_never_the_same_twice(self, kms):
        assert len({kms.generate_random(NumberOfBytes=16)["Plaintext"] for _ in range(50)}) == 50

    def test_limits_are_told_in_the_words_of_the_service(self, kms):
        with refused(
            "ValidationException",
            invalid(
                "Value '1025' at 'numberOfBytes' failed to satisfy constraint:",
                "Member must have value less than or equal to 1024",
            ),
        ):
            kms.generate_random(NumberOfBytes=1025)
        with refused("ValidationException", "NumberOfBytes is required."):
            kms.generate_random()


class TestStates:
    def uses(self, kms, key, blob):
        name = key["KeyId"]
        return [
            lambda: kms.encrypt(KeyId=name, Plaintext=b"x"),
            lambda: kms.decrypt(CiphertextBlob=blob),
            lambda: kms.decrypt(CiphertextBlob=blob, KeyId=name),
            lambda: kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=name),
            lambda: kms.generate_data_key(KeyId=name, KeySpec="AES_256"),
            lambda: kms.generate_data_key_without_plaintext(KeyId=name, KeySpec="AES_256"),
        ]

    def test_a_disabled_key_does_nothing_until_it_is_enabled(self, kms, key):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        kms.disable_key(KeyId=key["KeyId"])
        for use in self.uses(kms, key, blob):
            with refused("DisabledException", f"{key['Arn']} is disabled."):
                use()
        kms.enable_key(KeyId=key["KeyId"])
        for use in self.uses(kms, key, blob):
            use()

    def test_a_key_pending_deletion_does_nothing_until_it_is_enabled_again(self, kms, key):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
        for use in self.uses(kms, key, blob):
            with refused("KMSInvalidStateException", f"{key['Arn']} is pending deletion."):
                use()
        kms.cancel_key_deletion(KeyId=key["KeyId"])
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            kms.decrypt(CiphertextBlob=blob)
        kms.enable_key(KeyId=key["KeyId"])
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"

    def test_re_encrypting_to_a_disabled_key_is_refused(self, kms, shared, key):
        blob = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        kms.disable_key(KeyId=key["KeyId"])
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key["KeyId"])


class TestDryRun:
    SUCCESS = "The request would have succeeded, but the DryRun option is set."

    def test_what_would_have_succeeded_says_so(self, kms, shared):
        name = shared["KeyId"]
        blob = kms.encrypt(KeyId=name, Plaintext=b"x")["CiphertextBlob"]
        for use in (
            lambda: kms.encrypt(KeyId=name, Plaintext=b"x", DryRun=True),
            lambda: kms.decrypt(CiphertextBlob=blob, DryRun=True),
            lambda: kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=name, DryRun=True),
            lambda: kms.generate_data_key(KeyId=name, KeySpec="AES_256", DryRun=True),
            lambda: kms.generate_data_key_without_plaintext(KeyId=name, KeySpec="AES_256", DryRun=True),
        ):
            with refused("DryRunOperationException", self.SUCCESS):
                use()

    def test_what_would_have_failed_fails(self, kms, key):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        kms.disable_key(KeyId=key["KeyId"])
        with refused("DisabledException"):
            kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", DryRun=True)
        with refused("DisabledException"):
            kms.decrypt(CiphertextBlob=blob, DryRun=True)

    def test_false_means_do_it(self, kms, shared):
        assert kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"x", DryRun=False)["CiphertextBlob"]


class TestRegions:
    """One endpoint serves every Region: the credential scope says which."""

    def test_regions_are_separate_namespaces(self, server, kms, key):
        elsewhere = server.client(region="eu-central-1")
        with refused("NotFoundException", f"Key 'arn:aws:kms:eu-central-1:{server.account}:key/{key['KeyId']}' does not exist"):
            elsewhere.describe_key(KeyId=key["KeyId"])
        made = elsewhere.create_key()["KeyMetadata"]
        assert made["Arn"].startswith(f"arn:aws:kms:eu-central-1:{server.account}:key/")
        listed = [entry["KeyId"] for page in elsewhere.get_paginator("list_keys").paginate() for entry in page["Keys"]]
        assert made["KeyId"] in listed and key["KeyId"] not in listed
        alias = f"alias/{uuid.uuid4()}"
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        elsewhere.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
        assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == key["KeyId"]
        assert elsewhere.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == made["KeyId"]

    def test_an_arn_of_another_region_is_invalid_here(self, server, key):
        elsewhere = server.client(region="eu-central-1")
        with refused("NotFoundException", f"Invalid arn {server.region}"):
            elsewhere.describe_key(KeyId=key["Arn"])
        with refused("NotFoundException", f"Invalid arn {server.region}"):
            elsewhere.encrypt(KeyId=key["Arn"], Plaintext=b"x")

    def test_a_ciphertext_of_another_region_is_not_told_from_one_that_is_forbidden(self, server, kms, key):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        with refused(
            "AccessDeniedException",
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
            "or you are not allowed to access.",
        ):
            server.client(region="eu-central-1").decrypt(CiphertextBlob=blob)
