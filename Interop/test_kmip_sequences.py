"""What products send that store their keys over KMIP, message by message, in their versions and with their peculiarities.

Each sequence is a product's as its users have reported it. Their readers are strict in places: what they don't expect in an
answer they can't get past, so these tests say what may stand in answers and not only what must."""

import hashlib
import os
import time
import uuid

import pytest
from cryptography.hazmat.primitives import serialization
from kmip.core.enums import (
    CryptographicAlgorithm,
    KeyFormatType,
    ObjectType,
    Operation,
    QueryFunction,
    ResultReason,
    RevocationReasonCode,
    SecretDataType,
    State,
)

from kmip_client import (
    Connection,
    attribute,
    attributes,
    attributes_of,
    identifier,
    key_block,
    material_of,
    name_value,
    references,
)
from ttlv import Code, Time, item

ENCRYPT_AND_DECRYPT = 12
SIGN, VERIFY = 1, 2

AES_256 = [
    ("CryptographicAlgorithm", CryptographicAlgorithm.AES),
    ("CryptographicLength", 256),
    ("CryptographicUsageMask", ENCRYPT_AND_DECRYPT),
]


def of_type(kind):
    return item("ObjectType", kind)


def end(connection, name):
    """What most products do with a key that they need no more."""
    why = item("RevocationReason", [item("RevocationReasonCode", RevocationReasonCode.CESSATION_OF_OPERATION)])
    connection.ask(Operation.REVOKE, identifier(name), why).done()
    connection.ask(Operation.DESTROY, identifier(name)).done()


def names_in(structure):
    """The names of a structure's items."""
    return [inner.name for inner in structure.value]


class TestVirtualMachines:
    """VMware's vCenter and vSAN, KMIP 1.1: a key for each host and machine, marked with the product. Its requests are named by four
    letters and a number."""

    @pytest.fixture
    def vcenter(self, kmip_client):
        with Connection(kmip_client, (1, 1)) as connection:
            yield connection

    @staticmethod
    def named(number):
        return b"QLKC" + number.to_bytes(4, "little")

    def one(self, vcenter, operation, *payload):
        (answer,) = vcenter.batch([(operation, payload)], ids=[self.named(1)])
        assert answer.item["UniqueBatchItemID"].value == self.named(1)
        return answer.done()

    def test_a_key_is_made_marked_and_fetched_again(self, vcenter):
        versions = self.one(vcenter, Operation.DISCOVER_VERSIONS)
        assert names_in(versions)[0] == "ProtocolVersion"
        server = self.one(vcenter, Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_SERVER_INFORMATION))
        assert server["VendorIdentification"].value
        template = attributes(
            (1, 1),
            [AES_256[0], AES_256[2], AES_256[1]],
        )
        made = self.one(vcenter, Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), template)
        assert names_in(made) == ["ObjectType", "UniqueIdentifier"]
        name = made["UniqueIdentifier"].value
        marks = {"x-Product_Version": "8.0.3 build-24022510", "x-Vendor": "VMware, Inc.", "x-Product": "VMware vSphere"}

        # It asks for its mark before it has made one: no mark is no error.
        before = self.one(vcenter, Operation.GET_ATTRIBUTES, identifier(name), *references((1, 1), "x-Product_Version"))
        assert names_in(before) == ["UniqueIdentifier"]
        added = vcenter.batch(
            [(Operation.ADD_ATTRIBUTE, (identifier(name), attribute((1, 1), *mark))) for mark in marks.items()],
            ids=[self.named(number) for number in (1, 2, 3)],
        )
        for number, (answer, (mark, text)) in enumerate(zip(added, marks.items()), 1):
            assert answer.item["UniqueBatchItemID"].value == self.named(number)
            assert answer.done()["Attribute"].value_of("AttributeName") == mark
            assert answer.done()["Attribute"].value_of("AttributeValue") == text
        after = self.one(vcenter, Operation.GET_ATTRIBUTES, identifier(name), *references((1, 1), *marks))
        assert attributes_of(after) == {mark: [text] for mark, text in marks.items()}

        states = self.one(vcenter, Operation.GET_ATTRIBUTES, identifier(name), *references((1, 1), "State"))
        assert attributes_of(states) == {"State": [State.PRE_ACTIVE.value]}
        self.one(vcenter, Operation.ACTIVATE, identifier(name))
        key = self.one(vcenter, Operation.GET, identifier(name))
        block = key["SymmetricKey"]["KeyBlock"]
        assert names_in(block) == ["KeyFormatType", "KeyValue", "CryptographicAlgorithm", "CryptographicLength"]
        assert names_in(block["KeyValue"]) == ["KeyMaterial"]
        assert len(material_of(key, "SymmetricKey")) == 32

    def test_a_key_that_is_lost_is_told_as_one(self, vcenter):
        answer = vcenter.ask(Operation.GET, identifier(str(uuid.uuid4())))
        answer.refused(ResultReason.ITEM_NOT_FOUND)


class TestMongoDB:
    """Percona Server for MongoDB, KMIP 1.0: every header has a limit for the answer and the time. Its reader knows the attributes
    of 1.0 only, and of State no more than one value."""

    @pytest.fixture
    def mongod(self, kmip_client):
        with Connection(kmip_client, (1, 0)) as connection:
            yield connection

    def ask(self, mongod, operation, *payload):
        header = [item("MaximumResponseSize", 8192), item("TimeStamp", Time(time.time()))]
        return mongod.ask(operation, *payload, header=header)

    def test_a_master_key_is_kept_polled_and_replaced(self, mongod):
        keys = []
        for _ in range(2):
            material = os.urandom(32)
            block = key_block(material, key_format=KeyFormatType.RAW, algorithm=CryptographicAlgorithm.AES, length=256)
            kept = self.ask(
                mongod,
                Operation.REGISTER,
                of_type(ObjectType.SYMMETRIC_KEY),
                attributes((1, 0), AES_256),
                item("SymmetricKey", [block]),
            ).done()
            assert names_in(kept) == ["UniqueIdentifier"]
            name = kept["UniqueIdentifier"].value
            activated = self.ask(mongod, Operation.ACTIVATE, identifier(name)).done()
            assert activated["UniqueIdentifier"].value == name
            keys.append((name, material))
        for name, material in keys:
            back = self.ask(mongod, Operation.GET, identifier(name)).done()
            assert names_in(back) == ["ObjectType", "UniqueIdentifier", "SymmetricKey"]
            block = back["SymmetricKey"]["KeyBlock"]
            assert names_in(block) == ["KeyFormatType", "KeyValue", "CryptographicAlgorithm", "CryptographicLength"]
            assert block["KeyFormatType"].value == KeyFormatType.RAW.value
            assert names_in(block["KeyValue"]) == ["KeyMaterial"]
            assert material_of(back, "SymmetricKey") == material
            polled = self.ask(mongod, Operation.GET_ATTRIBUTES, identifier(name), *references((1, 0), "State")).done()
            assert names_in(polled) == ["UniqueIdentifier", "Attribute"]
            assert attributes_of(polled) == {"State": [State.ACTIVE.value]}
            assert not polled["Attribute"].has("AttributeIndex")

    def test_a_key_that_it_has_lost(self, mongod):
        self.ask(mongod, Operation.GET, identifier("no-such-key")).refused(ResultReason.ITEM_NOT_FOUND)
        asked = self.ask(mongod, Operation.GET_ATTRIBUTES, identifier("no-such-key"), *references((1, 0), "State"))
        asked.refused(ResultReason.ITEM_NOT_FOUND)

    def test_it_sees_nothing_newer_than_itself(self, mongod):
        made = self.ask(mongod, Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), attributes((1, 0), AES_256)).done()
        given = self.ask(mongod, Operation.GET_ATTRIBUTES, identifier(made["UniqueIdentifier"].value)).done()
        newer = {"Fresh", "OriginalCreationDate", "RandomNumberGenerator", "Sensitive", "Extractable", "AlternativeName"}
        assert not newer & set(attributes_of(given))


class TestStorageArray:
    """An array of disks, KMIP 1.0: one message finds its key by marks of its own and fetches it, without knowing its identifier.
    One of the marks is a number."""

    MARKS = [("x-ResourceID", "san01-pod1-las1 351538/351539"), ("x-SystemID", 351538)]

    @pytest.fixture
    def array(self, kmip_client):
        with Connection(kmip_client, (1, 0)) as connection:
            yield connection

    def register(self, array, marks, material):
        block = key_block(material, key_format=KeyFormatType.OPAQUE)
        secret = item("SecretData", [item("SecretDataType", SecretDataType.SEED), block])
        template = attributes((1, 0), [("CryptographicUsageMask", 0), *marks])
        kept = array.ask(Operation.REGISTER, of_type(ObjectType.SECRET_DATA), template, secret).done()
        return kept["UniqueIdentifier"].value

    def question(self, marks):
        functions = [
            QueryFunction.QUERY_OPERATIONS,
            QueryFunction.QUERY_OBJECTS,
            QueryFunction.QUERY_SERVER_INFORMATION,
            QueryFunction.QUERY_APPLICATION_NAMESPACES,
        ]
        wanted = references((1, 0), "UniqueIdentifier", "ObjectType", "InitialDate", "State", "x-ResourceID", "x-SystemID")
        return [
            (Operation.QUERY, [item("QueryFunction", function) for function in functions]),
            (Operation.LOCATE, [item("MaximumItems", 1), *(attribute((1, 0), *mark) for mark in marks)]),
            (Operation.GET, [item("KeyFormatType", KeyFormatType.OPAQUE)]),
            (Operation.GET_ATTRIBUTES, wanted),
        ]

    def test_one_message_finds_and_fetches(self, array):
        material = os.urandom(64)
        other = [self.MARKS[0], ("x-SystemID", 351539)]
        self.register(array, other, os.urandom(64))
        name = self.register(array, self.MARKS, material)
        server, located, key, given = (answer.done() for answer in array.batch(self.question(self.MARKS)))
        assert Operation.LOCATE.value in [one.value for one in server.all("Operation")]
        assert [one.value for one in located.all("UniqueIdentifier")] == [name]
        assert key["UniqueIdentifier"].value == name
        assert material_of(key, "SecretData") == material
        found = attributes_of(given)
        assert found["UniqueIdentifier"] == [name]
        assert found["ObjectType"] == [ObjectType.SECRET_DATA.value]
        assert found["x-ResourceID"] == [self.MARKS[0][1]] and found["x-SystemID"] == [351538]
        assert abs(found["InitialDate"][0] - time.time()) < 3600

    def test_nothing_found_fetches_nothing(self, array):
        """Above all not the first key that comes along."""
        unknown = [("x-ResourceID", f"nowhere {uuid.uuid4()}"), ("x-SystemID", 1)]
        answers = array.batch(self.question(unknown), header=[item("BatchErrorContinuationOption", Code(1))])
        server, located, key = answers[:3]
        server.done()
        assert not located.done().has("UniqueIdentifier")
        key.refused()
        for answer in answers[3:]:
            answer.refused()

    def test_a_template_full_of_marks(self, array):
        """NetApp's clusters mark a key with sixteen texts."""
        marks = [(f"x-NETAPP-{letter}", f"value {letter}") for letter in "ABCDEFGHIJKLMNOP"]
        name = self.register(array, marks, os.urandom(32))
        given = attributes_of(array.ask(Operation.GET_ATTRIBUTES, identifier(name)).done())
        assert {mark: given[mark] for mark, _ in marks} == {mark: [text] for mark, text in marks}
        located = array.ask(Operation.LOCATE, attribute((1, 0), *marks[7])).done()
        assert name in [one.value for one in located.all("UniqueIdentifier")]
        listed = array.ask(Operation.GET_ATTRIBUTE_LIST, identifier(name)).done()
        assert {mark for mark, _ in marks} <= {one.value for one in listed.all("AttributeName")}


class TestVolumes:
    """Synology's DSM, KMIP 1.2: a connection for each message; a volume's password is kept under a hash and then given the volume's
    name by a change of the attribute."""

    FUNCTIONS = [Code(number) for number in range(1, 7)]

    @pytest.fixture
    def ask(self, kmip_client):
        def asked(operation, *payload):
            with Connection(kmip_client, (1, 2)) as connection:
                return connection.ask(operation, *payload).done()

        return asked

    def located(self, ask, volume):
        found = ask(Operation.LOCATE, attribute((1, 2), "Name", name_value(volume)))
        return [one.value for one in found.all("UniqueIdentifier")]

    def keep(self, ask, password):
        block = key_block(password, key_format=KeyFormatType.OPAQUE)
        template = attributes(
            (1, 2),
            [
                ("CryptographicUsageMask", VERIFY),
                ("OperationPolicyName", "default"),
                ("Name", name_value(hashlib.sha512(password).hexdigest())),
            ],
        )
        secret = item("SecretData", [item("SecretDataType", SecretDataType.PASSWORD), block])
        return ask(Operation.REGISTER, of_type(ObjectType.SECRET_DATA), template, secret)["UniqueIdentifier"].value

    def test_a_password_of_a_volume(self, ask):
        volume, password = str(uuid.uuid4()), os.urandom(72)
        for _ in range(3):
            assert ask(Operation.QUERY, *(item("QueryFunction", function) for function in self.FUNCTIONS))
        assert self.located(ask, volume) == []
        name = self.keep(ask, password)
        changed = ask(Operation.MODIFY_ATTRIBUTE, identifier(name), attribute((1, 2), "Name", name_value(volume)))

        # Without the attribute in the answer it gives up.
        assert names_in(changed) == ["UniqueIdentifier", "Attribute"]
        assert changed["Attribute"]["AttributeValue"].value_of("NameValue") == volume
        assert self.located(ask, volume) == [name]
        assert self.located(ask, hashlib.sha512(password).hexdigest()) == []
        ask(Operation.ACTIVATE, identifier(name))
        listed = ask(Operation.GET_ATTRIBUTE_LIST, identifier(name))
        assert "Operation Policy Name" in [one.value for one in listed.all("AttributeName")]
        given = attributes_of(ask(Operation.GET_ATTRIBUTES, identifier(name)))
        assert given["OperationPolicyName"] == ["default"]
        assert material_of(ask(Operation.GET, identifier(name)), "SecretData") == password

    def test_a_key_that_another_replaces_is_renamed(self, ask):
        """A volume that is made again finds the old key by its name, and puts it aside."""
        volume = str(uuid.uuid4())
        old, new = self.keep(ask, os.urandom(72)), self.keep(ask, os.urandom(72))
        rename = Operation.MODIFY_ATTRIBUTE
        ask(rename, identifier(old), attribute((1, 2), "Name", name_value(volume)))
        ask(rename, identifier(old), attribute((1, 2), "Name", name_value(f"{volume}-deprecated-1")))
        ask(rename, identifier(new), attribute((1, 2), "Name", name_value(volume)))
        assert self.located(ask, volume) == [new]
        assert self.located(ask, f"{volume}-deprecated-1") == [old]


class TestObjectStore:
    """VAST Data's storage, KMIP 1.4: keys are found by name, in a group, and replaced by new ones that take over the name."""

    @pytest.fixture
    def vast(self, kmip_client):
        with Connection(kmip_client, (1, 4)) as connection:
            yield connection

    def located(self, vast, called):
        found = vast.ask(Operation.LOCATE, attribute((1, 4), "Name", name_value(called))).done()
        return [one.value for one in found.all("UniqueIdentifier")]

    def test_a_group_of_keys_from_its_making_to_its_end(self, vast):
        called, group = f"VAST_EKM_KEY_2_{uuid.uuid4()}_0", str(uuid.uuid4())
        vast.ask(Operation.DISCOVER_VERSIONS).done()
        template = attributes((1, 4), [*AES_256, ("OperationPolicyName", "default")])
        made = vast.ask(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), template).done()
        old = made["UniqueIdentifier"].value
        for name, value in (("Name", name_value(called)), ("ObjectGroup", group)):
            vast.ask(Operation.ADD_ATTRIBUTE, identifier(old), attribute((1, 4), name, value)).done()
        vast.ask(Operation.ACTIVATE, identifier(old)).done()
        assert self.located(vast, called) == [old]
        before = material_of(vast.ask(Operation.GET, identifier(old)).done(), "SymmetricKey")
        wanted = references((1, 4), "State", "ActivationDate")
        given = attributes_of(vast.ask(Operation.GET_ATTRIBUTES, identifier(old), *wanted).done())
        assert given["State"] == [State.ACTIVE.value] and abs(given["ActivationDate"][0] - time.time()) < 3600

        mask = item("CryptographicUsageMask", ENCRYPT_AND_DECRYPT)
        assert names_in(vast.ask(Operation.CHECK, identifier(old), mask).done()) == ["UniqueIdentifier"]
        new = vast.ask(Operation.REKEY, identifier(old)).done()["UniqueIdentifier"].value
        assert new != old and self.located(vast, called) == [new]
        after = material_of(vast.ask(Operation.GET, identifier(new)).done(), "SymmetricKey")
        assert len(after) == 32 and after != before
        wanted = references((1, 4), "State", "ObjectGroup", "OperationPolicyName")
        given = attributes_of(vast.ask(Operation.GET_ATTRIBUTES, identifier(new), *wanted).done())
        assert given == {"State": [State.ACTIVE.value], "ObjectGroup": [group], "OperationPolicyName": ["default"]}
        end(vast, old)
        end(vast, new)


class TestBackup:
    """Veeam's backups, KMIP 1.4: a pair of keys for signing. Its reader takes nothing beside the material in a key's value."""

    @pytest.fixture
    def veeam(self, kmip_client):
        with Connection(kmip_client, (1, 4)) as connection:
            yield connection

    def test_a_pair_of_keys_is_made_and_read(self, veeam):
        made = veeam.ask(
            Operation.CREATE_KEY_PAIR,
            attributes((1, 4), [("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)], "Common"),
            attributes((1, 4), [("CryptographicUsageMask", SIGN)], "PrivateKey"),
            attributes((1, 4), [("CryptographicUsageMask", VERIFY)], "PublicKey"),
        ).done()
        private, public = (made[f"{which}KeyUniqueIdentifier"].value for which in ("Private", "Public"))
        numbers = []
        for name, kind in ((public, "PublicKey"), (private, "PrivateKey")):
            key = veeam.ask(Operation.GET, identifier(name)).done()
            assert names_in(key) == ["ObjectType", "UniqueIdentifier", kind]
            block = key[kind]["KeyBlock"]
            assert names_in(block) == ["KeyFormatType", "KeyValue", "CryptographicAlgorithm", "CryptographicLength"]
            assert names_in(block["KeyValue"]) == ["KeyMaterial"]
            numbers.append(self.numbers(material_of(key, kind), kind))
        assert numbers[0] == numbers[1]
        for name in (private, public):
            veeam.ask(Operation.DESTROY, identifier(name)).done()

    def test_both_halves_have_the_name_that_is_said_of_both(self, veeam):
        name = f"pair {uuid.uuid4()}"
        common = [("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)]
        asked = (
            attributes((1, 4), [*common, ("Name", name_value(name))], "Common"),
            attributes((1, 4), [("CryptographicUsageMask", SIGN)], "PrivateKey"),
            attributes((1, 4), [("CryptographicUsageMask", VERIFY)], "PublicKey"),
        )
        made = veeam.ask(Operation.CREATE_KEY_PAIR, *asked).done()
        for half, kind in (("Private", ObjectType.PRIVATE_KEY), ("Public", ObjectType.PUBLIC_KEY)):
            found = veeam.ask(
                Operation.LOCATE, attribute((1, 4), "Name", name_value(name)), attribute((1, 4), "ObjectType", kind)
            ).done()
            assert [one.value for one in found.all("UniqueIdentifier")] == [made[f"{half}KeyUniqueIdentifier"].value]
        veeam.ask(Operation.CREATE_KEY_PAIR, *asked).refused()
        for half in ("Private", "Public"):
            veeam.ask(Operation.DESTROY, identifier(made[f"{half}KeyUniqueIdentifier"].value)).done()

    @staticmethod
    def numbers(material, kind):
        if kind == "PublicKey":
            return serialization.load_der_public_key(material).public_numbers()
        return serialization.load_der_private_key(material, None).public_key().public_numbers()
