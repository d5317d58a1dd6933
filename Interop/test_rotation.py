"""Rotation by boto3: by demand, by schedule on a clock that is moved, and what it leaves readable."""

import datetime
import json
import re

import pytest

from expect import invalid, refused
from server import run_claviger


def advance(server, **distance):
    """Returns how many keys that rotated."""
    ((unit, count),) = distance.items()
    answer = run_claviger("dev", "advance-clock", "--data-dir", server.data, f"--{unit}", count)
    assert answer.returncode == 0, answer.stderr
    return int(re.search(r"rotated: (\d+)", answer.stdout).group(1))


def status(kms, key):
    answer = kms.get_key_rotation_status(KeyId=key["KeyId"])
    del answer["ResponseMetadata"]
    assert answer.pop("KeyId") == key["Arn"]
    return answer


def rotations(kms, key, **more):
    return kms.list_key_rotations(KeyId=key["KeyId"], **more)["Rotations"]


def material(kms, key):
    return kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["CurrentKeyMaterialId"]


class TestOnDemand:
    def test_the_new_material_protects_and_the_old_still_opens(self, kms, key):
        old = key["CurrentKeyMaterialId"]
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"before")["CiphertextBlob"]
        assert kms.rotate_key_on_demand(KeyId=key["KeyId"])["KeyId"] == key["Arn"]
        new = material(kms, key)
        assert re.fullmatch("[0-9a-f]{64}", new) and new != old
        opened = kms.decrypt(CiphertextBlob=blob)
        assert (opened["Plaintext"], opened["KeyMaterialId"]) == (b"before", old)
        data = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
        assert data["KeyMaterialId"] == new
        bare = kms.generate_data_key_without_plaintext(KeyId=key["KeyId"], KeySpec="AES_256")
        assert bare["KeyMaterialId"] == new
        assert kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["KeyMaterialId"] == new

    def test_re_encryption_tells_both_materials(self, kms, key):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"moved")["CiphertextBlob"]
        kms.rotate_key_on_demand(KeyId=key["KeyId"])
        answer = kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key["KeyId"])
        assert answer["SourceKeyMaterialId"] == key["CurrentKeyMaterialId"]
        assert answer["DestinationKeyMaterialId"] == material(kms, key)
        opened = kms.decrypt(CiphertextBlob=answer["CiphertextBlob"])
        assert (opened["Plaintext"], opened["KeyMaterialId"]) == (b"moved", material(kms, key))

    def test_a_key_has_twenty_five_of_them(self, kms, key):
        for _ in range(25):
            kms.rotate_key_on_demand(KeyId=key["KeyId"])
        limit = (
            "The on-demand rotations limit has been reached for the given keyId. "
            f"No more on-demand rotations can be performed for this key: {key['Arn']}"
        )
        with refused("LimitExceededException", limit):
            kms.rotate_key_on_demand(KeyId=key["KeyId"])
        assert len(rotations(kms, key)) == 25

    def test_nothing_of_it_without_a_key_that_is_on(self, kms, key):
        kms.disable_key(KeyId=key["KeyId"])
        for call in (kms.rotate_key_on_demand, kms.enable_key_rotation, kms.disable_key_rotation):
            with refused("DisabledException", f"{key['Arn']} is disabled."):
                call(KeyId=key["KeyId"])
        assert status(kms, key) == {"KeyRotationEnabled": False}
        assert rotations(kms, key) == []

    def test_that_a_key_is_off_is_said_before_what_it_is(self, kms):
        other = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        with refused("UnsupportedOperationException"):
            kms.rotate_key_on_demand(KeyId=other)
        kms.disable_key(KeyId=other)
        with refused("DisabledException"):
            kms.rotate_key_on_demand(KeyId=other)

    def test_an_alias_is_no_key_here(self, kms, key):
        kms.create_alias(AliasName="alias/not-rotated", TargetKeyId=key["KeyId"])
        with refused("NotFoundException", "Invalid keyId 'alias/not-rotated'"):
            kms.rotate_key_on_demand(KeyId="alias/not-rotated")


class TestList:
    def test_rotations_come_oldest_first_and_the_first_material_on_request(self, kms, key):
        for _ in range(3):
            kms.rotate_key_on_demand(KeyId=key["KeyId"])
        listed = rotations(kms, key)
        assert [entry["RotationType"] for entry in listed] == ["ON_DEMAND"] * 3
        assert [entry["KeyMaterialState"] for entry in listed] == ["NON_CURRENT", "NON_CURRENT", "CURRENT"]
        assert {entry["KeyId"] for entry in listed} == {key["KeyId"]}
        dates = [entry["RotationDate"] for entry in listed]
        assert dates == sorted(dates)
        everything = rotations(kms, key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
        assert everything[1:] == listed
        assert everything[0] == {
            "KeyId": key["KeyId"],
            "KeyMaterialId": key["CurrentKeyMaterialId"],
            "KeyMaterialState": "NON_CURRENT",
        }
        assert rotations(kms, key, IncludeKeyMaterial="ROTATIONS_ONLY") == listed

    def test_pages(self, kms, key):
        for _ in range(5):
            kms.rotate_key_on_demand(KeyId=key["KeyId"])
        listed = rotations(kms, key)
        pages = list(kms.get_paginator("list_key_rotations").paginate(KeyId=key["KeyId"], PaginationConfig={"PageSize": 2}))
        assert [len(page["Rotations"]) for page in pages] == [2, 2, 1]
        assert [page["Truncated"] for page in pages] == [True, True, False]
        assert [entry for page in pages for entry in page["Rotations"]] == listed
        with refused("InvalidMarkerException"):
            kms.list_key_rotations(KeyId=key["KeyId"], Marker="x")

    def test_a_key_without_rotations_has_an_empty_list(self, kms, key):
        answer = kms.list_key_rotations(KeyId=key["KeyId"])
        assert (answer["Rotations"], answer["Truncated"]) == ([], False)
        (first,) = rotations(kms, key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
        assert first["KeyMaterialState"] == "CURRENT"


class TestSchedule:
    @pytest.mark.parametrize("days, told", [({}, 365), ({"RotationPeriodInDays": 90}, 90), ({"RotationPeriodInDays": 2560}, 2560)])
    def test_it_is_told_as_it_was_set(self, kms, key, days, told):
        before = datetime.datetime.now(datetime.timezone.utc)
        kms.enable_key_rotation(KeyId=key["Arn"], **days)
        answer = status(kms, key)
        assert (answer["KeyRotationEnabled"], answer["RotationPeriodInDays"]) == (True, told)
        assert abs(answer["NextRotationDate"] - before - datetime.timedelta(days=told)) < datetime.timedelta(minutes=5)
        assert "OnDemandRotationStartDate" not in answer
        kms.rotate_key_on_demand(KeyId=key["KeyId"])
        assert status(kms, key) == answer
        kms.disable_key_rotation(KeyId=key["KeyId"])
        assert status(kms, key) == {"KeyRotationEnabled": False}

    def test_a_period_has_bounds(self, kms, wire, key):
        for days, bound in ((89, "greater than or equal to 90"), (2561, "less than or equal to 2560")):
            reply = wire.call("EnableKeyRotation", {"KeyId": key["KeyId"], "RotationPeriodInDays": days})
            assert reply.error == "ValidationException"
            assert reply.json["message"] == invalid(
                f"Value '{days}' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value {bound}"
            )

    def test_a_policy_can_bound_the_period(self, server, kms, key):
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": server.account}, "Action": "kms:*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "kms:EnableKeyRotation",
                "Resource": "*",
                "Condition": {"NumericGreaterThan": {"kms:RotationPeriodInDays": "180"}},
            },
        ]
        kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
        for days in ({}, {"RotationPeriodInDays": 181}):
            with refused("AccessDeniedException", matching="kms:EnableKeyRotation"):
                kms.enable_key_rotation(KeyId=key["KeyId"], **days)
        kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=180)

    def test_a_key_on_its_way_out_isnt_rotated(self, kms, key):
        kms.enable_key_rotation(KeyId=key["KeyId"])
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        assert status(kms, key) == {"KeyRotationEnabled": False}
        kms.cancel_key_deletion(KeyId=key["KeyId"])
        assert status(kms, key)["KeyRotationEnabled"] is True

    def test_keys_are_rotated_when_their_time_has_come(self, own_server):
        kms = own_server.client()
        key = kms.create_key()["KeyMetadata"]
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"long ago")["CiphertextBlob"]
        kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=90)
        planned = status(kms, key)["NextRotationDate"]
        assert advance(own_server, days=89) == 0
        assert rotations(kms, key) == []
        assert advance(own_server, seconds=86_400 - 600) == 0
        with refused("ConflictException", matching="within the next 20 minutes"):
            kms.rotate_key_on_demand(KeyId=key["KeyId"])
        assert advance(own_server, seconds=700) == 1
        (rotated,) = rotations(kms, key)
        assert (rotated["RotationType"], rotated["KeyMaterialState"]) == ("AUTOMATIC", "CURRENT")
        assert rotated["KeyMaterialId"] == material(kms, key) != key["CurrentKeyMaterialId"]
        assert status(kms, key)["NextRotationDate"] == planned + datetime.timedelta(days=90)
        own_server.restart()
        kms = own_server.client()
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"long ago"
        assert rotations(kms, key) == [rotated]
        record = [line for line in own_server.audit_lines() if b'"operation":"RotateKey"' in line]
        assert len(record) == 1 and b'"action":"rotateKey"' in record[0] and b'"by":"system"' in record[0]
