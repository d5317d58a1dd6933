"""Keys that the server re-keys without being asked (KMIP 2.1: the Rotate attributes)."""

import time

import pytest
from kmip.core.enums import ObjectType, Operation, State

from kmip_client import Connection, attributes, attributes_of, identifier, name_value
from kmip_operations import AES_256, CBC, of_type
from kmip_server import kmip_house_in
from ttlv import Interval, Time, item

V2_1 = (2, 1)
DAY, HOUR = 86_400, 3600
VECTOR = item("IVCounterNonce", bytes(16))


@pytest.fixture
def house(tmp_path):
    with kmip_house_in(tmp_path / "house") as running:
        yield running


def read(kmip, name):
    return attributes_of(kmip.ask(Operation.GET_ATTRIBUTES, identifier(name)).done())


def located(kmip, name):
    found = kmip.ask(Operation.LOCATE, attributes(V2_1, [("Name", name_value(name))])).done()
    return [one.value for one in found.all("UniqueIdentifier")]


def test_a_key_is_rotated_when_its_interval_is_over(house):
    with Connection(house.kmip_client(), V2_1) as kmip:
        template = [*AES_256, ("Name", name_value("rotated")), ("ActivationDate", Time(time.time() - 60))]
        template += [("RotateInterval", Interval(DAY)), ("RotateAutomatic", True)]
        made = kmip.ask(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), attributes(V2_1, template)).done()
        first = made["UniqueIdentifier"].value
        secret = kmip.ask(Operation.ENCRYPT, identifier(first), CBC, item("Data", b"kept"), VECTOR).done()["Data"]
        house.advance_clock(DAY - HOUR)
        assert located(kmip, "rotated") == [first]
        house.advance_clock(2 * HOUR)
        (second,) = located(kmip, "rotated")
        assert second != first
        old, new = read(kmip, first), read(kmip, second)
        assert (old["RotateLatest"], new["RotateLatest"]) == ([False], [True])
        assert new["RotateGeneration"] == [1] and new["RotateAutomatic"] == [True] and new["RotateInterval"] == [DAY]
        assert new["RotateDate"] == old["RotateDate"]
        assert old["State"] == new["State"] == [State.ACTIVE.value]
        plain = kmip.ask(Operation.DECRYPT, identifier(first), CBC, secret, VECTOR).done()["Data"]
        assert plain.value == b"kept"
        kms = house.client()
        assert kms.describe_key(KeyId=second)["KeyMetadata"]["KeyState"] == "Enabled"
    (renewed,) = [line for line in house.audit_lines() if b'"Renew"' in line]
    assert b'"system"' in renewed and first.encode() in renewed and second.encode() in renewed


def test_the_schedule_outlives_a_restart(house):
    with Connection(house.kmip_client(), V2_1) as kmip:
        template = [*AES_256, ("Name", name_value("rotated")), ("ActivationDate", Time(time.time() - 60))]
        template += [("RotateInterval", Interval(DAY)), ("RotateAutomatic", True)]
        kmip.ask(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), attributes(V2_1, template)).done()
        (first,) = located(kmip, "rotated")
    house.restart()
    house.advance_clock(DAY + HOUR)
    with Connection(house.kmip_client(), V2_1) as kmip:
        (second,) = located(kmip, "rotated")
        assert second != first
