"""A client is never sent what its version lacks: no tag, no attribute, no value of an enumeration.

Clients of old versions stop at what they don't know. The objects here are made by a client of the newest version with whatever
it can give them, and then read by one of each version."""

import os
import uuid

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kmip.core import enums
from kmip.core.enums import CryptographicAlgorithm, KeyFormatType, ObjectType, Operation, QueryFunction, ResultReason

from kmip_client import Connection, attribute, attributes, identifier, key_block, name_value, references
from kmip_names import VERSIONS, Names
from kmip_vectors import needs_registry
from outside import self_signed
from ttlv import Code, Interval, Long, decode, encode, item

pytestmark = needs_registry

NEWEST = VERSIONS[-1]
# Every kind of use that 2.1 has a bit for, of those that a symmetric key can be put to.
EVERY_USE = 0x0F0F9C


@pytest.fixture(scope="module")
def names():
    return Names()


class Checked(Connection):
    """A connection that looks at each answer, errors included, for what its version lacks."""

    def __init__(self, identity, version, names):
        super().__init__(identity, version)
        self.names = names

    def exchange(self, message):
        """An operation that its version lacks is named in the answer because the request named it."""
        answer = super().exchange(message)
        asked = [item.value for item, _ in decode(encode(message)).walk() if item.name == "Operation"]
        said = {f"value {operation:x} of Operation" for operation in asked}
        beyond = [fault for fault in self.names.beyond(answer, self.version) if fault not in said]
        assert not beyond, f"KMIP {self.version[0]}.{self.version[1]} has no {'; no '.join(beyond)}: {answer}"
        return answer


@pytest.fixture(params=VERSIONS, ids=lambda version: f"{version[0]}.{version[1]}")
def client(request, kmip_client, names):
    with Checked(kmip_client, request.param, names) as connection:
        yield connection


@pytest.fixture(scope="module")
def maker(kmip_client):
    """A client of the newest version."""
    with Connection(kmip_client, NEWEST) as connection:
        yield connection


def called(kind):
    return ("Name", name_value(f"{kind}-{uuid.uuid4()}"))


def given(kind):
    """What any object can be given."""
    return [
        called(kind),
        ("ObjectGroup", f"group-{kind}"),
        ("Comment", "a comment"),
        ("Description", "a description"),
        ("ContactInformation", "somebody"),
        ("AlternativeName", [item("AlternativeNameValue", "urn:x"), item("AlternativeNameType", Code(2))]),
        ("ApplicationSpecificInformation", [item("ApplicationNamespace", "ssl"), item("ApplicationData", "example")]),
        ("x-Mark", "a mark"),
    ]


def symmetric(maker):
    parameters = [
        item("BlockCipherMode", enums.BlockCipherMode.CBC),
        item("PaddingMethod", enums.PaddingMethod.PKCS5),
        item("CryptographicAlgorithm", CryptographicAlgorithm.AES),
        item("RandomIV", True),
        item("IVLength", 128),
    ]
    template = [
        ("CryptographicAlgorithm", CryptographicAlgorithm.AES),
        ("CryptographicLength", 256),
        ("CryptographicUsageMask", EVERY_USE),
        ("CryptographicParameters", parameters),
        ("UsageLimits", [item("UsageLimitsTotal", Long(1000)), item("UsageLimitsUnit", enums.UsageLimitsUnit.OBJECT)]),
        ("Sensitive", False),
        ("Extractable", True),
        *given("symmetric"),
    ]
    return [made(maker.ask(Operation.CREATE, item("ObjectType", ObjectType.SYMMETRIC_KEY), attributes(NEWEST, template)))]


def of_a_newer_algorithm(maker):
    template = [
        ("CryptographicAlgorithm", CryptographicAlgorithm.CHACHA20_POLY1305),
        ("CryptographicLength", 256),
        ("CryptographicUsageMask", 12),
        called("newer"),
    ]
    return [made(maker.ask(Operation.CREATE, item("ObjectType", ObjectType.SYMMETRIC_KEY), attributes(NEWEST, template)))]


def pair(maker):
    answer = maker.ask(
        Operation.CREATE_KEY_PAIR,
        attributes(NEWEST, [("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)], "Common"),
        attributes(NEWEST, [("CryptographicUsageMask", 1), *given("private")], "PrivateKey"),
        attributes(NEWEST, [("CryptographicUsageMask", 2), *given("public")], "PublicKey"),
    ).done()
    return [answer[f"{which}KeyUniqueIdentifier"].value for which in ("Private", "Public")]


def curve(maker):
    key = ec.generate_private_key(ec.SECP256R1())
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    block = key_block(der, key_format=KeyFormatType.EC_PRIVATE_KEY, algorithm=CryptographicAlgorithm.EC, length=256)
    return registered(maker, ObjectType.PRIVATE_KEY, [("CryptographicUsageMask", 1)], item("PrivateKey", [block]))


def secret(maker):
    block = key_block(os.urandom(20), key_format=KeyFormatType.OPAQUE)
    body = item("SecretData", [item("SecretDataType", enums.SecretDataType.PASSWORD), block])
    return registered(maker, ObjectType.SECRET_DATA, [("CryptographicUsageMask", 0)], body)


def opaque(maker):
    body = [item("OpaqueDataType", enums.OpaqueDataType.NONE), item("OpaqueDataValue", os.urandom(100))]
    return registered(maker, ObjectType.OPAQUE_DATA, [], item("OpaqueObject", body))


def certified(maker):
    body = [item("CertificateType", enums.CertificateType.X_509), item("CertificateValue", self_signed())]
    return registered(maker, ObjectType.CERTIFICATE, [("CryptographicUsageMask", 2)], item("Certificate", body))


def replaced(maker):
    """Two keys, one in place of the other, with the links that say so."""
    (old,) = symmetric(maker)
    maker.ask(Operation.ACTIVATE, identifier(old)).done()
    return [old, made(maker.ask(Operation.REKEY, identifier(old)))]


def revoked(maker):
    (name,) = secret(maker)
    why = item("RevocationReason", [item("RevocationReasonCode", enums.RevocationReasonCode.KEY_COMPROMISE)])
    maker.ask(Operation.REVOKE, identifier(name), why).done()
    return [name]


def turning(maker):
    """A key that is to be replaced by and by."""
    (name,) = symmetric(maker)
    rotation = [("RotateInterval", Interval(86_400)), ("RotateOffset", Interval(3600)), ("RotateAutomatic", False)]
    for one in rotation:
        maker.ask(Operation.SET_ATTRIBUTE, identifier(name), attribute(NEWEST, *one)).done()
    return [name]


def registered(maker, kind, template, body):
    payload = attributes(NEWEST, [*template, *given(kind.name.lower())])
    return [made(maker.ask(Operation.REGISTER, item("ObjectType", kind), payload, body))]


def made(answer):
    return answer.done()["UniqueIdentifier"].value


MAKERS = [symmetric, of_a_newer_algorithm, pair, curve, secret, opaque, certified, replaced, revoked, turning]


@pytest.fixture(scope="module", params=MAKERS, ids=lambda make: make.__name__)
def objects(request, maker):
    return request.param(maker)


def test_what_an_object_is(client, objects):
    for name in objects:
        listed = client.ask(Operation.GET_ATTRIBUTE_LIST, identifier(name)).done()
        client.ask(Operation.GET_ATTRIBUTES, identifier(name)).done()
        if client.version >= (2, 0):
            wanted = listed.all("AttributeReference")
        else:
            wanted = listed.all("AttributeName")
        assert len(wanted) > 3
        client.ask(Operation.GET_ATTRIBUTES, identifier(name), *wanted).done()


def test_what_an_object_holds(client, objects):
    """A client may get an error for what its version can't say."""
    for name in objects:
        client.ask(Operation.GET, identifier(name))


def test_an_attribute_that_is_newer_than_the_client(client, objects):
    """Asked for by name it isn't there, as if it never had been."""
    newer = [name for name, since in (("Fresh", (1, 1)), ("Comment", (1, 4)), ("KeyFormatType", (2, 0))) if client.version < since]
    for name in objects:
        for one in newer:
            wanted = references((1, 0), one) if one == "Fresh" else [item("AttributeName", one)]
            client.ask(Operation.GET_ATTRIBUTES, identifier(name), *wanted)


def test_what_is_found(client, objects):
    found = client.ask(Operation.LOCATE).done()
    assert set(objects) <= {one.value for one in found.all("UniqueIdentifier")}


def test_what_the_server_says_of_itself(client):
    functions = [Code(number) for number in range(1, 15) if known_query(client.version, number)]
    for asked in [functions, *([one] for one in functions)]:
        client.ask(Operation.QUERY, *(item("QueryFunction", one) for one in asked)).done()
    # Whoever asks for all that they know isn't told less because of what this version has no words for.
    whole = [item("QueryFunction", Code(number)) for number in range(1, 15)]
    known = [item("QueryFunction", one) for one in functions]
    told = [client.ask(Operation.QUERY, *asked).done() for asked in (whole, known)]
    assert [one.tag for one in told[0].value] == [one.tag for one in told[1].value]
    client.ask(Operation.QUERY, item("QueryFunction", Code(99))).refused()


def known_query(version, number):
    since = {5: (1, 1), 6: (1, 1), 7: (1, 2), 8: (1, 3), 9: (1, 3), 10: (1, 3), 11: (1, 3), 12: (1, 3), 13: (2, 0), 14: (2, 0)}
    return since.get(number, (1, 0)) <= version


def test_operations_that_are_newer_than_the_client(client):
    for code, since in ((0x1E, (1, 1)), (0x1F, (1, 2)), (0x2A, (1, 4)), (0x30, (2, 0)), (0x3B, (2, 1))):
        if client.version < since:
            client.ask(Code(code)).refused(ResultReason.OPERATION_NOT_SUPPORTED)
    functions = [item("QueryFunction", QueryFunction.QUERY_OPERATIONS)]
    operations = client.ask(Operation.QUERY, *functions).done().all("Operation")
    assert len(operations) == len({one.value for one in operations}) >= 20


def test_refusals_are_in_the_clients_words(client, objects):
    """Reasons are newer than some of the clients, too."""
    nothing = identifier("6d2c1e0a-0000-4000-8000-000000000000")
    parameters = item("CryptographicParameters", [item("BlockCipherMode", enums.BlockCipherMode.GCM)])
    why = item("RevocationReason", [item("RevocationReasonCode", enums.RevocationReasonCode.UNSPECIFIED)])
    for name in [nothing, *map(identifier, objects)]:
        for operation, *payload in (
            (Operation.GET, item("KeyFormatType", KeyFormatType.PKCS_12)),
            (Operation.ENCRYPT, parameters, item("Data", b"")),
            (Operation.DECRYPT, item("Data", b"short")),
            (Operation.SIGN, item("Data", b"x")),
            (Operation.MAC, item("Data", b"x")),
            (Operation.ADD_ATTRIBUTE, attribute(client.version, "State", enums.State.ACTIVE)),
            (Operation.MODIFY_ATTRIBUTE, attribute(client.version, "UniqueIdentifier", "another")),
            (Operation.DELETE_ATTRIBUTE, *references(client.version, "State")),
            (Operation.RECOVER,),
        ):
            client.ask(operation, name, *payload)
    client.ask(Operation.REVOKE, nothing, why).refused()
    client.ask(Operation.ACTIVATE, nothing).refused()
    client.ask(Operation.DESTROY, nothing).refused()


@pytest.mark.parametrize("version", [(0, 9), (1, 5), (1, 99), (2, 2), (3, 0), (9, 9), (-1, 0), (1, -1)])
def test_versions_that_nobody_speaks(kmip_client, names, version):
    """The answer is in a version that the server does speak."""
    with Connection(kmip_client, version) as connection:
        answer = connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS))
        answer.refused(ResultReason.INVALID_MESSAGE, Code(0x37))
