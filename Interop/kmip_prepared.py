"""What some published KMIP cases take for granted: objects that are there before they begin, time that passes, a right that is missing.

The publication says so in words, or not at all; the replayer does what stands in the messages. The figures are those of the cases."""

import argparse
import importlib.util
import json

from kmip.core import enums
from kmip.core.enums import CryptographicAlgorithm, KeyFormatType, ObjectType, Operation

from kmip_client import Connection, attributes, key_block, name_value
from kmip_server import kmip_house_in
from kmip_vectors import CASES, REPLAYER
from ttlv import Code, Time, item

LONG_AGO = Time(1_262_304_000)

# The cases of the tape library end with the key that the second of them makes.
_TAPE = "123456789ABCDEF123456789123456789ABCDEF123456789ABCDEF1234000000"
_TAPE_KEY = b"*" * 32
# When it was last used, an attribute of the vendor's.
_TAPE_TIME = Time(1_349_474_899)

_FRESH_KEY = bytes.fromhex("7fe09d434868ae14a0021ac19330f8d9226790d680e519f8ac25f42d72f60f0c")

# Plaintext and ciphertext of the cases of the one-time pad, one over the other.
_PAD = bytes(one ^ other for one, other in zip(bytes.fromhex("010203040506"), bytes.fromhex("fd912d102dbb"), strict=True))

ONE_TIME_PAD = Code(0x1B)


class Stage:
    """A server for one case, and the client that plays it."""

    def __init__(self, house, case):
        self.house = house
        self.version = tuple(int(number) for number in case["version"].split("."))
        self.owner = house.kmip_client()
        self.player = self.owner
        # What is done before an exchange, by its number.
        self.between = {}

    def register(self, kind, template, body):
        """Registers an object over KMIP, as the cases' own setup would."""
        with Connection(self.owner, self.version) as connection:
            payload = [item("ObjectType", kind), attributes(self.version, template), body]
            connection.ask(Operation.REGISTER, *payload).done()


def tape(stage):
    """The key of the second case, as the publication shows it."""
    template = [
        ("CryptographicUsageMask", 12),
        ("Name", name_value("AAAAAAA1A1AA12345678901234567")),
        (
            "ApplicationSpecificInformation",
            [item("ApplicationNamespace", "LIBRARY-LTO"), item("ApplicationData", _TAPE)],
        ),
        ("x-ID", f"TL-M-2-{stage.version[0]}{stage.version[1]}"),
        ("x-Barcode", "XXA012A1"),
        ("x-VendorAttribute1", "XXA012A1"),
        ("x-VendorAttribute2", 0),
        ("x-VendorAttribute3", _TAPE_TIME),
    ]
    if stage.version >= (1, 2):
        other = [item("AlternativeNameValue", "XXA012A1"), item("AlternativeNameType", Code(1))]
        template += [("AlternativeName", other), ("OriginalCreationDate", _TAPE_TIME)]
    if stage.version >= (1, 3):
        template.append(("Random Number Generator", _generator()))
    stage.register(ObjectType.SYMMETRIC_KEY, template, _aes(_TAPE_KEY))


def _generator():
    """Where the publication's key came from."""
    return [
        item("RNGAlgorithm", enums.RNGAlgorithm.ANSI_X931),
        item("CryptographicAlgorithm", CryptographicAlgorithm.AES),
        item("CryptographicLength", 256),
    ]


def _aes(material):
    block = key_block(material, key_format=KeyFormatType.RAW, algorithm=CryptographicAlgorithm.AES, length=8 * len(material))
    return item("SymmetricKey", [block])


def fresh(stage):
    """A key that nobody has fetched, in the group where clients look for such."""
    stage.register(ObjectType.SYMMETRIC_KEY, [("CryptographicUsageMask", 12), ("ObjectGroup", "default")], _aes(_FRESH_KEY))


def pad(stage):
    """A one-time pad."""
    stage.register(ObjectType.SECRET_DATA, _of_pads(), _password(key_block(_PAD, key_format=KeyFormatType.OPAQUE)))


def pad_elsewhere(stage):
    """A one-time pad that the server was only told of."""
    where = [item("KeyValueLocationValue", "urn:x:pad"), item("KeyValueLocationType", Code(2))]
    block = item("KeyBlock", [item("KeyFormatType", KeyFormatType.OPAQUE)])
    stage.register(ObjectType.SECRET_DATA, [*_of_pads(), ("KeyValueLocation", where)], _password(block))


def pad_of_another(stage):
    """A one-time pad that the player may look at and not fetch."""
    pad(stage)
    stage.player = stage.house.kmip_client("player")
    denial = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kmip:Get", "Resource": "*"}]}
    iam = stage.house.client("iam")
    iam.put_user_policy(UserName="player", PolicyName="no-get", PolicyDocument=json.dumps(denial))


def _of_pads():
    return [
        ("Name", name_value("one-time-pad-1")),
        ("CryptographicAlgorithm", ONE_TIME_PAD),
        ("CryptographicUsageMask", 12),
        ("ActivationDate", LONG_AGO),
    ]


def _password(block):
    return item("SecretData", [item("SecretDataType", enums.SecretDataType.PASSWORD), block])


def until_it_is_over(stage):
    """The case asks again and again until a key's two minutes are over."""
    stage.between[3] = lambda: stage.house.advance_clock(121)


def leases_until_the_operator_ends_them(stage):
    """Leases of 16 seconds, and later none: then clients ask again before each use. How long they are the operator says."""
    stage.between[8] = lambda: stage.house.reconfigure({"KMIP_LEASE_TIME": "0s"})


leases_until_the_operator_ends_them.settings = {"KMIP_LEASE_TIME": "16s"}


PREPARED = {
    **{f"{version}-TL-M-3-{number}": tape for version, number in [("1.0", 10), ("1.2", 12), ("1.4", 14), ("2.1", 21)]},
    "1.2-TC_151_12_Locate_a_Fresh_Object_from_the_Default_Group": fresh,
    "1.0-TC_95_10_Obtain_Lease_for_Expired_Key": leases_until_the_operator_ends_them,
    "1.2-TC_92_12_Existing_Key_Expired_Re_key_with_Same_Life_cycle": until_it_is_over,
    **{f"1.4-TC-OTP-{number}-14": pad for number in (1, 2, 5)},
    "1.4-TC-OTP-3-14": pad_elsewhere,
    "1.4-TC-OTP-4-14": pad_of_another,
}


def played(case, prepare, folder):
    """What becomes of a case on a server of its own, prepared for it: the replayer's own result."""
    replayer = _replayer()
    with kmip_house_in(folder, **getattr(prepare, "settings", {})) as house:
        stage = Stage(house, case)
        prepare(stage)
        player = stage.player
        options = argparse.Namespace(
            host=player.host, port=player.port, cert=player.certificate, key=player.key, ca=player.authority,
            ciphers=None, tls_min=None, timeout=15, trace=False, keep_going=False,
        )  # fmt: skip
        transport = _interrupted(replayer, options, stage.between)
        result, _ = replayer.run_test(transport, CASES / case["file"], options)
        transport.close()
        return result


def _replayer():
    place = importlib.util.spec_from_file_location("kmip_replayer", REPLAYER)
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def _interrupted(replayer, options, between):
    """The replayer's transport, which lets things happen between exchanges. Those end its connection, and the next opens another."""

    class Interrupted(replayer.TTLVTransport):
        exchange = 0

        def send(self, node, now):
            if happens := between.get(self.exchange):
                self.close()
                happens()
            self.exchange += 1
            return super().send(node, now)

    return Interrupted(options)
