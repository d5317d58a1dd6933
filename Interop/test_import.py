"""Imported material by boto3, protected on its way in by Python's `cryptography`, on a clock that is moved."""

import datetime
import json
import os
import re

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from expect import invalid, refused
from material import oaep, wrap
from server import run_claviger

FOREVER = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}


def bring(kms, key, material, algorithm="RSAES_OAEP_SHA_256", spec="RSA_2048", **terms):
    """Imports material, for ever unless the terms say otherwise."""
    parameters = kms.get_parameters_for_import(KeyId=key["KeyId"], WrappingAlgorithm=algorithm, WrappingKeySpec=spec)
    return kms.import_key_material(
        KeyId=key["KeyId"],
        ImportToken=parameters["ImportToken"],
        EncryptedKeyMaterial=wrap(parameters["PublicKey"], material, algorithm=algorithm),
        **({} if "ValidTo" in terms else FOREVER),
        **terms,
    )


def advance(server, **distance):
    """Returns how many keys lost material by that."""
    ((unit, count),) = distance.items()
    answer = run_claviger("dev", "advance-clock", "--data-dir", server.data, f"--{unit}", count)
    assert answer.returncode == 0, answer.stderr
    return int(re.search(r"material expired: (\d+)", answer.stdout).group(1))


def describe(kms, key):
    return kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]


def materials(kms, key):
    return kms.list_key_rotations(KeyId=key["KeyId"], IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]


def tomorrow(days=1):
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=days)


@pytest.fixture
def empty(kms):
    """The metadata of a key that waits for its material."""
    return kms.create_key(Origin="EXTERNAL", Description="from outside")["KeyMetadata"]


@pytest.fixture
def filled(kms, empty):
    """A key with material, and the material."""
    material = os.urandom(32)
    bring(kms, empty, material)
    return empty, material


class TestWaiting:
    def test_a_key_without_material_says_so(self, kms, empty):
        told = describe(kms, empty)
        assert told == empty
        assert (told["Origin"], told["KeyState"], told["Enabled"]) == ("EXTERNAL", "PendingImport", False)
        assert not {"ExpirationModel", "ValidTo", "CurrentKeyMaterialId"} & told.keys()
        assert materials(kms, empty) == []

    def test_it_can_neither_be_used_nor_switched(self, kms, empty):
        pending = f"{empty['Arn']} is pending import."
        for call in (
            lambda: kms.encrypt(KeyId=empty["KeyId"], Plaintext=b"x"),
            lambda: kms.generate_data_key(KeyId=empty["KeyId"], KeySpec="AES_256"),
            lambda: kms.enable_key(KeyId=empty["KeyId"]),
            lambda: kms.disable_key(KeyId=empty["KeyId"]),
            lambda: kms.rotate_key_on_demand(KeyId=empty["KeyId"]),
        ):
            with refused("KMSInvalidStateException", pending):
                call()

    def test_deleting_what_isnt_there_changes_nothing(self, kms, empty):
        answer = kms.delete_imported_key_material(KeyId=empty["KeyId"])
        assert answer["KeyId"] == empty["Arn"] and "KeyMaterialId" not in answer
        assert describe(kms, empty) == empty

    def test_a_cancelled_deletion_leaves_it_waiting(self, kms, empty):
        kms.schedule_key_deletion(KeyId=empty["KeyId"])
        kms.cancel_key_deletion(KeyId=empty["KeyId"])
        assert describe(kms, empty)["KeyState"] == "PendingImport"


class TestWrapping:
    @pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072", "RSA_4096"])
    @pytest.mark.parametrize(
        "algorithm",
        ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"],
    )
    def test_symmetric_material_comes_in_every_way(self, kms, empty, algorithm, spec):
        answer = bring(kms, empty, os.urandom(32), algorithm, spec)
        assert answer["KeyId"] == empty["Arn"]
        assert re.fullmatch("[0-9a-f]{64}", answer["KeyMaterialId"])
        told = describe(kms, empty)
        assert (told["KeyState"], told["Enabled"]) == ("Enabled", True)
        assert told["CurrentKeyMaterialId"] == answer["KeyMaterialId"]
        blob = kms.encrypt(KeyId=empty["KeyId"], Plaintext=b"mine")["CiphertextBlob"]
        opened = kms.decrypt(CiphertextBlob=blob)
        assert (opened["Plaintext"], opened["KeyMaterialId"]) == (b"mine", answer["KeyMaterialId"])

    def test_parameters_say_how_long_they_last(self, kms, empty):
        before = datetime.datetime.now(datetime.timezone.utc)
        answer = kms.get_parameters_for_import(
            KeyId=empty["Arn"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
        )
        assert answer["KeyId"] == empty["Arn"]
        assert serialization.load_der_public_key(answer["PublicKey"]).key_size == 2048
        lasting = answer["ParametersValidTo"] - before
        assert abs(lasting - datetime.timedelta(hours=24)) < datetime.timedelta(minutes=5)

    def test_an_sm2_import_key_can_be_had(self, kms, empty):
        answer = kms.get_parameters_for_import(
            KeyId=empty["KeyId"], WrappingAlgorithm="SM2PKE", WrappingKeySpec="SM2"
        )
        assert len(answer["PublicKey"]) == 91

    def test_what_cant_go_together_is_refused(self, kms, empty):
        with refused("UnsupportedOperationException", matching="RSAES_PKCS1_V1_5"):
            kms.get_parameters_for_import(
                KeyId=empty["KeyId"], WrappingAlgorithm="RSAES_PKCS1_V1_5", WrappingKeySpec="RSA_2048"
            )
        with refused("ValidationException", matching="SM2PKE"):
            kms.get_parameters_for_import(KeyId=empty["KeyId"], WrappingAlgorithm="SM2PKE", WrappingKeySpec="RSA_2048")

    def test_a_key_made_here_takes_none(self, kms, key):
        wrong = f"{key['Arn']} origin is AWS_KMS which is not valid for this operation."
        with refused("UnsupportedOperationException", wrong):
            kms.get_parameters_for_import(
                KeyId=key["KeyId"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
            )
        with refused("UnsupportedOperationException", wrong):
            kms.import_key_material(KeyId=key["KeyId"], ImportToken=b"x", EncryptedKeyMaterial=b"x", **FOREVER)
        with refused("UnsupportedOperationException", wrong):
            kms.delete_imported_key_material(KeyId=key["KeyId"])

    def test_token_and_material_must_be_whole_and_belong_together(self, kms, empty):
        other = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
        one, two = (
            kms.get_parameters_for_import(
                KeyId=key["KeyId"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
            )
            for key in (empty, empty)
        )
        sent = wrap(one["PublicKey"], os.urandom(32), algorithm="RSAES_OAEP_SHA_256")

        def send(key, token, material):
            kms.import_key_material(KeyId=key["KeyId"], ImportToken=token, EncryptedKeyMaterial=material, **FOREVER)

        with refused("InvalidImportTokenException", None):
            send(other, one["ImportToken"], sent)
        with refused("InvalidImportTokenException", None):
            send(empty, one["ImportToken"][:-1] + b"x", sent)
        with refused("InvalidCiphertextException", None):
            send(empty, two["ImportToken"], sent)
        with refused("InvalidCiphertextException", None):
            send(empty, one["ImportToken"], sent[:-1])
        short = wrap(one["PublicKey"], os.urandom(31), algorithm="RSAES_OAEP_SHA_256")
        with refused("IncorrectKeyMaterialException", None):
            send(empty, one["ImportToken"], short)
        send(empty, one["ImportToken"], sent)

    def test_a_token_lasts_a_day(self, own_server):
        kms = own_server.client()
        key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
        parameters = kms.get_parameters_for_import(
            KeyId=key["KeyId"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
        )
        call = dict(
            KeyId=key["KeyId"],
            ImportToken=parameters["ImportToken"],
            EncryptedKeyMaterial=wrap(parameters["PublicKey"], os.urandom(32), algorithm="RSAES_OAEP_SHA_256"),
            **FOREVER,
        )
        own_server.restart()
        kms = own_server.client()
        advance(own_server, seconds=86_400 - 600)
        kms.import_key_material(**call)
        advance(own_server, seconds=600)
        with refused("ExpiredImportTokenException", None):
            kms.import_key_material(**call)


class TestTerms:
    def test_a_date_is_needed_unless_the_material_is_to_stay(self, kms, empty):
        parameters = kms.get_parameters_for_import(
            KeyId=empty["KeyId"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
        )
        call = dict(
            KeyId=empty["KeyId"],
            ImportToken=parameters["ImportToken"],
            EncryptedKeyMaterial=wrap(parameters["PublicKey"], os.urandom(32), algorithm="RSAES_OAEP_SHA_256"),
        )
        missing = "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
        with refused("ValidationException", missing):
            kms.import_key_material(**call)
        with refused("ValidationException", missing):
            kms.import_key_material(ExpirationModel="KEY_MATERIAL_EXPIRES", **call)
        with refused("ValidationException", matching="KEY_MATERIAL_DOES_NOT_EXPIRE"):
            kms.import_key_material(ValidTo=tomorrow(), **FOREVER, **call)
        for date in (tomorrow(-1), tomorrow(366)):
            with refused("ValidationException", matching="validTo"):
                kms.import_key_material(ValidTo=date, **call)
        assert describe(kms, empty)["KeyState"] == "PendingImport"
        kms.import_key_material(ValidTo=tomorrow(364), **call)

    def test_the_date_is_told_and_can_be_changed_by_bringing_the_same_again(self, kms, empty):
        material, date = os.urandom(32), tomorrow(10)
        first = bring(kms, empty, material, ValidTo=date, KeyMaterialDescription="the first: 2026/10")
        told = describe(kms, empty)
        assert (told["ExpirationModel"], told["ValidTo"]) == ("KEY_MATERIAL_EXPIRES", date)
        (entry,) = materials(kms, empty)
        assert entry == {
            "KeyId": empty["KeyId"],
            "KeyMaterialId": first["KeyMaterialId"],
            "KeyMaterialState": "CURRENT",
            "KeyMaterialDescription": "the first: 2026/10",
            "ImportState": "IMPORTED",
            "ExpirationModel": "KEY_MATERIAL_EXPIRES",
            "ValidTo": date,
        }
        again = bring(kms, empty, material)
        assert again["KeyMaterialId"] == first["KeyMaterialId"]
        told = describe(kms, empty)
        assert told["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE" and "ValidTo" not in told
        (entry,) = materials(kms, empty)
        assert entry["KeyMaterialDescription"] == "the first: 2026/10" and "ValidTo" not in entry

    def test_members_have_their_bounds(self, wire, empty):
        call = {"KeyId": empty["KeyId"], "ImportToken": "eA==", "EncryptedKeyMaterial": "eA==", "ValidTo": 1}
        for member, value, constraint in (
            ("ImportType", "OTHER", "Member must satisfy enum value set: [NEW_KEY_MATERIAL, EXISTING_KEY_MATERIAL]"),
            ("KeyMaterialDescription", "a*b", "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_\\s.-]+$"),
            ("KeyMaterialDescription", "a" * 257, "Member must have length less than or equal to 256"),
            ("KeyMaterialId", "ab", "Member must have length greater than or equal to 64"),
        ):
            reply = wire.call("ImportKeyMaterial", {**call, member: value})
            assert reply.error == "ValidationException"
            path = member[0].lower() + member[1:]
            assert reply.json["message"] == invalid(f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}")
        reply = wire.call("ImportKeyMaterial", {**call, "ValidTo": "2030-01-01"})
        assert (reply.error, reply.json["message"]) == (
            "SerializationException",
            "STRING_VALUE can not be converted to a Timestamp",
        )


class TestSameMaterial:
    def test_other_material_is_not_the_keys(self, kms, filled):
        key, material = filled
        for again in ({}, {"ImportType": "EXISTING_KEY_MATERIAL"}):
            with refused("IncorrectKeyMaterialException", None):
                bring(kms, key, os.urandom(32), **again)
        kms.delete_imported_key_material(KeyId=key["KeyId"])
        with refused("IncorrectKeyMaterialException", None):
            bring(kms, key, os.urandom(32))
        bring(kms, key, material, ImportType="EXISTING_KEY_MATERIAL")
        assert describe(kms, key)["KeyState"] == "Enabled"

    def test_the_same_material_isnt_new(self, kms, filled):
        key, material = filled
        with refused("IncorrectKeyMaterialException", None):
            bring(kms, key, material, ImportType="NEW_KEY_MATERIAL")

    def test_the_same_material_has_another_name_in_another_key(self, kms, filled):
        key, material = filled
        other = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
        assert bring(kms, other, material)["KeyMaterialId"] != describe(kms, key)["CurrentKeyMaterialId"]

    def test_material_can_be_named(self, kms, filled):
        key, material = filled
        name = describe(kms, key)["CurrentKeyMaterialId"]
        assert bring(kms, key, material, KeyMaterialId=name)["KeyMaterialId"] == name
        with refused("IncorrectKeyMaterialException", None):
            bring(kms, key, material, KeyMaterialId="0" * 64)
        with refused("ValidationException", matching="NEW_KEY_MATERIAL"):
            bring(kms, key, material, KeyMaterialId=name, ImportType="NEW_KEY_MATERIAL")

    def test_what_was_encrypted_opens_once_the_material_is_back(self, kms, filled):
        key, material = filled
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"kept")["CiphertextBlob"]
        name = describe(kms, key)["CurrentKeyMaterialId"]
        answer = kms.delete_imported_key_material(KeyId=key["KeyId"])
        assert (answer["KeyId"], answer["KeyMaterialId"]) == (key["Arn"], name)
        told = describe(kms, key)
        assert (told["KeyState"], told["CurrentKeyMaterialId"]) == ("PendingImport", name)
        assert "ExpirationModel" not in told
        (entry,) = materials(kms, key)
        assert (entry["KeyMaterialState"], entry["ImportState"]) == ("CURRENT", "PENDING_IMPORT")
        with refused("KMSInvalidStateException", f"{key['Arn']} is pending import."):
            kms.decrypt(CiphertextBlob=blob)
        bring(kms, key, material)
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"

    def test_a_key_that_is_off_stays_off(self, kms, filled):
        key, material = filled
        kms.disable_key(KeyId=key["KeyId"])
        bring(kms, key, material)
        assert describe(kms, key)["KeyState"] == "Disabled"
        kms.delete_imported_key_material(KeyId=key["KeyId"])
        assert describe(kms, key)["KeyState"] == "PendingImport"

    def test_on_its_way_out_a_key_gives_material_up_and_takes_none(self, kms, filled):
        key, material = filled
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        pending = f"{key['Arn']} is pending deletion."
        with refused("KMSInvalidStateException", pending):
            bring(kms, key, material)
        kms.delete_imported_key_material(KeyId=key["KeyId"])
        assert describe(kms, key)["KeyState"] == "PendingDeletion"
        kms.cancel_key_deletion(KeyId=key["KeyId"])
        assert describe(kms, key)["KeyState"] == "PendingImport"
        bring(kms, key, material)
        assert describe(kms, key)["KeyState"] == "Enabled"


class TestRotation:
    def test_new_material_waits_until_it_is_rotated_to(self, kms, filled):
        key, material = filled
        old = describe(kms, key)["CurrentKeyMaterialId"]
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"before")["CiphertextBlob"]
        with refused(
            "KMSInvalidStateException", f"No available key material pending rotation for the key: {key['Arn']}."
        ):
            kms.rotate_key_on_demand(KeyId=key["KeyId"])
        second = os.urandom(32)
        new = bring(kms, key, second, ImportType="NEW_KEY_MATERIAL", KeyMaterialDescription="second")["KeyMaterialId"]
        assert new != old and describe(kms, key)["CurrentKeyMaterialId"] == old
        assert kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")["KeyMaterialId"] == old
        assert [(e["KeyMaterialId"], e["KeyMaterialState"]) for e in materials(kms, key)] == [
            (old, "CURRENT"),
            (new, "PENDING_ROTATION"),
        ]
        assert not {"RotationDate", "RotationType"} & materials(kms, key)[1].keys()
        assert kms.list_key_rotations(KeyId=key["KeyId"])["Rotations"] == []
        with refused(
            "KMSInvalidStateException",
            matching=f"^New key material \\(id: [0-9a-f]{{64}}\\) cannot be imported into KMS key {key['KeyId']}, "
            f"because another key material \\(id: {new}\\) is pending rotation.$",
        ):
            bring(kms, key, os.urandom(32), ImportType="NEW_KEY_MATERIAL")

        assert kms.rotate_key_on_demand(KeyId=key["KeyId"])["KeyId"] == key["Arn"]
        assert describe(kms, key)["CurrentKeyMaterialId"] == new
        (rotation,) = kms.list_key_rotations(KeyId=key["KeyId"])["Rotations"]
        assert (rotation["KeyMaterialId"], rotation["RotationType"]) == (new, "ON_DEMAND")
        assert (rotation["KeyMaterialDescription"], rotation["KeyMaterialState"]) == ("second", "CURRENT")
        assert kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")["KeyMaterialId"] == new
        opened = kms.decrypt(CiphertextBlob=blob)
        assert (opened["Plaintext"], opened["KeyMaterialId"]) == (b"before", old)

        # All of it is needed from now on.
        kms.delete_imported_key_material(KeyId=key["KeyId"], KeyMaterialId=old)
        assert describe(kms, key)["KeyState"] == "PendingImport"
        with refused("KMSInvalidStateException"):
            kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
        kms.delete_imported_key_material(KeyId=key["KeyId"])
        bring(kms, key, second)
        assert describe(kms, key)["KeyState"] == "PendingImport"
        bring(kms, key, material, KeyMaterialId=old)
        assert describe(kms, key)["KeyState"] == "Enabled"
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"

    def test_what_waits_can_go_without_a_trace(self, kms, filled):
        key, _ = filled
        waiting = os.urandom(32)
        name = bring(kms, key, waiting, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
        assert bring(kms, key, waiting, ValidTo=tomorrow())["KeyMaterialId"] == name
        assert "ValidTo" not in describe(kms, key)
        assert kms.delete_imported_key_material(KeyId=key["KeyId"], KeyMaterialId=name)["KeyMaterialId"] == name
        assert describe(kms, key)["KeyState"] == "Enabled" and len(materials(kms, key)) == 1
        with refused("NotFoundException"):
            kms.delete_imported_key_material(KeyId=key["KeyId"], KeyMaterialId=name)
        with refused("KMSInvalidStateException", matching="No available key material"):
            kms.rotate_key_on_demand(KeyId=key["KeyId"])
        assert bring(kms, key, waiting, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"] == name

    def test_there_is_no_schedule(self, kms, filled):
        key, _ = filled
        wrong = f"{key['Arn']} origin is EXTERNAL which is not valid for this operation."
        for call in (kms.enable_key_rotation, kms.disable_key_rotation, kms.get_key_rotation_status):
            with refused("UnsupportedOperationException", wrong):
                call(KeyId=key["KeyId"])


class TestExpiry:
    def test_material_goes_when_its_time_has_come(self, own_server):
        kms = own_server.client()
        key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
        material = os.urandom(32)
        name = bring(kms, key, material, ValidTo=tomorrow(10))["KeyMaterialId"]
        bring(kms, key, os.urandom(32), ImportType="NEW_KEY_MATERIAL", ValidTo=tomorrow(5))
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"kept")["CiphertextBlob"]
        assert advance(own_server, days=4) == 0
        assert advance(own_server, days=2) == 1
        assert describe(kms, key)["KeyState"] == "Enabled" and len(materials(kms, key)) == 1
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
        assert advance(own_server, days=4) == 1
        for _ in range(2):
            told = describe(kms, key)
            assert (told["KeyState"], told["Enabled"], told["CurrentKeyMaterialId"]) == ("PendingImport", False, name)
            assert "ValidTo" not in told
            with refused("KMSInvalidStateException", f"{key['Arn']} is pending import."):
                kms.decrypt(CiphertextBlob=blob)
            own_server.restart()
            kms = own_server.client()
        bring(kms, key, material)
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"
        records = [line for line in own_server.audit_lines() if b'"operation":"ExpireKeyMaterial"' in line]
        assert len(records) == 2
        assert all(b'"action":"expireKeyMaterial"' in record and b'"by":"system"' in record for record in records)
        assert describe(kms, key)["KeyState"] == "Enabled"

    def test_a_later_date_keeps_it(self, own_server):
        kms = own_server.client()
        key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
        material = os.urandom(32)
        bring(kms, key, material, ValidTo=tomorrow(2))
        bring(kms, key, material, ValidTo=tomorrow(20))
        assert advance(own_server, days=3) == 0
        assert describe(kms, key)["KeyState"] == "Enabled"
        assert advance(own_server, days=18) == 1


class TestPolicies:
    def test_conditions_see_how_material_comes_and_how_long_it_stays(self, server, kms, empty):
        def deny(action, condition):
            return {
                "Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*", "Condition": condition
            }  # fmt: skip

        statements = [
            {"Effect": "Allow", "Principal": {"AWS": server.account}, "Action": "kms:*", "Resource": "*"},
            deny("kms:GetParametersForImport", {"StringNotEquals": {"kms:WrappingAlgorithm": "RSAES_OAEP_SHA_256"}}),
            deny("kms:GetParametersForImport", {"StringEquals": {"kms:WrappingKeySpec": "RSA_4096"}}),
            deny("kms:ImportKeyMaterial", {"StringNotEquals": {"kms:ExpirationModel": "KEY_MATERIAL_EXPIRES"}}),
            deny("kms:ImportKeyMaterial", {"Null": {"kms:ValidTo": "true"}}),
        ]
        kms.put_key_policy(KeyId=empty["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
        for algorithm, spec in (("RSAES_OAEP_SHA_1", "RSA_2048"), ("RSAES_OAEP_SHA_256", "RSA_4096")):
            with refused("AccessDeniedException", matching="kms:GetParametersForImport"):
                kms.get_parameters_for_import(
                    KeyId=empty["KeyId"], WrappingAlgorithm=algorithm, WrappingKeySpec=spec
                )
        with refused("AccessDeniedException", matching="kms:ImportKeyMaterial"):
            bring(kms, empty, os.urandom(32))
        bring(kms, empty, os.urandom(32), ValidTo=tomorrow())


def can_make(kms, **members):
    """A key of another kind that waits for its material; skips where the server makes none such."""
    try:
        return kms.create_key(Origin="EXTERNAL", **members)["KeyMetadata"]
    except kms.exceptions.UnsupportedOperationException as refusal:
        pytest.skip(f"SKIPPED: {refusal.response['Error'].get('Message')}")


class TestOtherKinds:
    def test_the_code_is_the_materials_own(self, kms):
        key = can_make(kms, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
        material = os.urandom(32)
        with refused("UnsupportedOperationException", matching="HMAC_256"):
            bring(kms, key, material, ImportType="NEW_KEY_MATERIAL")
        assert "KeyMaterialId" not in bring(kms, key, material)
        code = kms.generate_mac(KeyId=key["KeyId"], Message=b"m", MacAlgorithm="HMAC_SHA_256")["Mac"]
        from cryptography.hazmat.primitives import hmac

        mine = hmac.HMAC(material, hashes.SHA256())
        mine.update(b"m")
        mine.verify(code)
        kms.delete_imported_key_material(KeyId=key["KeyId"])
        with refused("IncorrectKeyMaterialException"):
            bring(kms, key, os.urandom(32))
        bring(kms, key, material)

    @pytest.mark.parametrize("curve, spec", [(ec.SECP256R1, "ECC_NIST_P256"), (ec.SECP521R1, "ECC_NIST_P521")])
    def test_a_signature_is_by_the_pair_that_was_brought(self, kms, curve, spec):
        key = can_make(kms, KeySpec=spec, KeyUsage="SIGN_VERIFY")
        pair = ec.generate_private_key(curve())
        bring(kms, key, pkcs8(pair), "RSA_AES_KEY_WRAP_SHA_256")
        assert kms.get_public_key(KeyId=key["KeyId"])["PublicKey"] == spki(pair)
        digest = hashes.SHA256() if spec.endswith("P256") else hashes.SHA512()
        name = f"ECDSA_SHA_{digest.digest_size * 8}"
        signature = kms.sign(KeyId=key["KeyId"], Message=b"m", SigningAlgorithm=name)["Signature"]
        pair.public_key().verify(signature, b"m", ec.ECDSA(digest))
        with refused("IncorrectKeyMaterialException"):
            bring(kms, key, pkcs8(ec.generate_private_key(curve())), "RSA_AES_KEY_WRAP_SHA_256")

    def test_an_rsa_pair_comes_under_a_wrap_only(self, kms):
        key = can_make(kms, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
        pair = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        with refused("ValidationException"):
            kms.get_parameters_for_import(
                KeyId=key["KeyId"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_4096"
            )
        bring(kms, key, pkcs8(pair), "RSA_AES_KEY_WRAP_SHA_1")
        sent = pair.public_key().encrypt(b"m", oaep("RSAES_OAEP_SHA_256"))
        opened = kms.decrypt(KeyId=key["KeyId"], CiphertextBlob=sent, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
        assert opened["Plaintext"] == b"m"


def pkcs8(pair):
    return pair.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def spki(pair):
    return pair.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
