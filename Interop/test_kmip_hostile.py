"""Requests of clients that may ask, and ask for more than is good for anybody: work without end, and objects that aren't theirs."""

import threading
import time
import uuid

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from kmip.core.enums import (
    BatchErrorContinuationOption,
    CredentialType,
    KeyFormatType,
    LinkType,
    ObjectType,
    Operation,
    ResultReason,
    SecretDataType,
    SplitKeyMethod,
)

from kmip_client import Connection, attributes, identifier, key_block, name_value
from kmip_operations import AES_256, DERIVE, SIGN, of_type
from ttlv import Big, Code, item

VERSION = (2, 1)
PASSWORD = b"a password"
# Far less than what is refused would take.
PROMPTLY = 20


@pytest.fixture
def connection(kmip_client):
    with Connection(kmip_client, VERSION) as opened:
        yield opened


def secret(connection, data=PASSWORD):
    block = key_block(data, key_format=KeyFormatType.RAW)
    made = connection.ask(
        Operation.REGISTER,
        of_type(ObjectType.SECRET_DATA),
        attributes(VERSION, [("CryptographicUsageMask", DERIVE)]),
        item("SecretData", [item("SecretDataType", SecretDataType.PASSWORD), block]),
    ).done()["UniqueIdentifier"].value
    connection.ask(Operation.ACTIVATE, identifier(made)).done()
    return made


def key(connection, *more):
    payload = [of_type(ObjectType.SYMMETRIC_KEY), attributes(VERSION, [*AES_256, *more])]
    return connection.ask(Operation.CREATE, *payload).done()["UniqueIdentifier"].value


def link(kind, target):
    return ("Link", [item("LinkType", kind), item("LinkedObjectIdentifier", target)])


class TestWork:
    @pytest.mark.parametrize("iterations,bits", [(10_000_000, 65_536), (10_000_001, 128), (40_000, 65_536)])
    def test_passwords_are_hashed_so_often_and_no_more(self, connection, iterations, bits):
        """The bound is on all of the work, and not on the iterations and the length each by itself."""
        started = time.monotonic()
        answer = connection.ask(
            Operation.DERIVE_KEY,
            of_type(ObjectType.SECRET_DATA),
            identifier(secret(connection)),
            item("DerivationMethod", Code(1)),
            item("DerivationParameters", [item("Salt", b"salt of sixteen "), item("IterationCount", iterations)]),
            attributes(VERSION, [("CryptographicUsageMask", DERIVE), ("CryptographicLength", bits)]),
        )
        answer.refused(ResultReason.INVALID_FIELD, ResultReason.BAD_CRYPTOGRAPHIC_PARAMETERS)
        assert time.monotonic() - started < PROMPTLY

    @staticmethod
    def store(rounds):
        protection = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds).hmac_hash(hashes.SHA256()).build(PASSWORD)
        return pkcs12.serialize_key_and_certificates(b"a name", ec.generate_private_key(ec.SECP256R1()), None, None, protection)

    @pytest.mark.parametrize("rounds,opens", [(1000, True), (1_000_001, False)])
    def test_a_store_says_how_often_its_password_is_hashed_but_not_for_how_long(self, connection, rounds, opens):
        password = secret(connection)
        started = time.monotonic()
        answer = connection.ask(
            Operation.REGISTER,
            of_type(ObjectType.PRIVATE_KEY),
            attributes(VERSION, [("CryptographicUsageMask", SIGN), link(LinkType.PKCS12_PASSWORD_LINK, password)]),
            item(
                "PrivateKey",
                [item("KeyBlock", [item("KeyFormatType", KeyFormatType.PKCS_12), item("KeyValue", self.store(rounds))])],
            ),
        )
        if opens:
            answer.done()
        else:
            answer.refused()
        assert time.monotonic() - started < PROMPTLY

    @pytest.mark.parametrize(
        "length,method,prime",
        [
            (5121, SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, None),
            (256 << 10, SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_16, None),
            (16, SplitKeyMethod.POLYNOMIAL_SHARING_PRIME_FIELD, (1 << 4423) - 1),
        ],
    )
    def test_only_keys_are_split(self, connection, length, method, prime):
        whole = secret(connection, b"\x11" * length)
        more = [item("PrimeFieldSize", Big(prime.to_bytes(560, "big")))] if prime else []
        started = time.monotonic()
        answer = connection.ask(
            Operation.CREATE_SPLIT_KEY,
            of_type(ObjectType.SPLIT_KEY),
            identifier(whole),
            item("SplitKeyParts", 255),
            item("SplitKeyThreshold", 255),
            item("SplitKeyMethod", method),
            *more,
            attributes(VERSION, []),
        )
        answer.refused(ResultReason.BAD_CRYPTOGRAPHIC_PARAMETERS, ResultReason.CRYPTOGRAPHIC_FAILURE, ResultReason.INVALID_FIELD)
        assert time.monotonic() - started < PROMPTLY


class TestTickets:
    """A ticket for one object, or one group, opens nothing else, whatever else stands in a payload."""

    @pytest.fixture(params=["object", "group"])
    def limited(self, request, connection):
        """(allowed, other, the other's name, the header of whoever has the ticket)."""
        group, name = f"group-{uuid.uuid4()}", f"other-{uuid.uuid4()}"
        allowed = key(connection, ("ObjectGroup", group))
        other = key(connection, ("Name", name_value(name)))
        right = {
            "object": item("Objects", [identifier(allowed)]),
            "group": item("ObjectGroups", [item("ObjectGroup", group)]),
        }[request.param]
        made = connection.ask(Operation.DELEGATED_LOGIN, item("Rights", [item("Right", [right])])).done()
        value = item("CredentialValue", [made["Ticket"]])
        credential = item("Credential", [item("CredentialType", CredentialType.TICKET), value])
        return allowed, other, name, [item("Authentication", [credential])]

    @staticmethod
    def stray(allowed):
        """Attributes that Get doesn't read, with an identifier in them."""
        return attributes(VERSION, [link(Code(0x105), allowed)])

    def test_an_object_that_is_found_by_another_name(self, connection, limited):
        allowed, other, name, header = limited
        wanted = attributes(VERSION, [("Name", name_value(name))])
        for payload in ([wanted], [identifier(allowed), wanted]):
            batch = [(Operation.LOCATE, payload), (Operation.GET, [self.stray(allowed)])]
            answers = connection.batch(batch, header=[*header, item("BatchErrorContinuationOption", BatchErrorContinuationOption.CONTINUE)])
            for answer in answers:
                answer.refused(ResultReason.PERMISSION_DENIED)

    def test_an_object_behind_one_that_is_allowed(self, connection, limited):
        allowed, other, name, header = limited
        wanted = attributes(VERSION, [("Name", name_value(name))])
        first, *rest = connection.batch(
            [
                (Operation.GET_ATTRIBUTE_LIST, [identifier(allowed)]),
                (Operation.LOCATE, [wanted]),
                (Operation.GET, [self.stray(allowed)]),
            ],
            header=[*header, item("BatchErrorContinuationOption", BatchErrorContinuationOption.CONTINUE)],
        )
        first.done()
        rest[0].refused(ResultReason.PERMISSION_DENIED)
        # The placeholder is still the allowed one, if any.
        got = rest[1]
        assert not got.item.has("ResponsePayload") or got.done()["UniqueIdentifier"].value == allowed

    def test_what_is_allowed_and_what_is_not(self, connection, limited):
        allowed, other, _, header = limited
        connection.ask(Operation.GET, identifier(allowed), header=header).done()
        for payload in ([identifier(other)], [identifier(other), self.stray(allowed)], [self.stray(allowed)], []):
            connection.ask(Operation.GET, *payload, header=header).refused(ResultReason.PERMISSION_DENIED)
        for operation, payload in [
            (Operation.CREATE, [of_type(ObjectType.SYMMETRIC_KEY), attributes(VERSION, [*AES_256, link(Code(0x105), allowed)])]),
            (Operation.QUERY, [item("QueryFunction", Code(1)), identifier(allowed)]),
            (Operation.LOCATE, []),
            (Operation.RNG_RETRIEVE, [item("DataLength", 16)]),
        ]:
            connection.ask(operation, *payload, header=header).refused(ResultReason.PERMISSION_DENIED)


def test_others_are_told_while_the_workers_are_busy(kmip_client):
    """As much as may be asked for is asked for by some; another client gets its answer or is told that the server is busy."""
    ready = threading.Barrier(13)

    def hash_for_long():
        with Connection(kmip_client, VERSION) as busy:
            password = secret(busy)
            ready.wait()
            busy.ask(
                Operation.DERIVE_KEY,
                of_type(ObjectType.SECRET_DATA),
                identifier(password),
                item("DerivationMethod", Code(1)),
                item("DerivationParameters", [item("Salt", b"salt of sixteen "), item("IterationCount", 10_000_000)]),
                attributes(VERSION, [("CryptographicUsageMask", DERIVE), ("CryptographicLength", 160)]),
            )

    crowd = [threading.Thread(target=hash_for_long) for _ in range(ready.parties - 1)]
    for one in crowd:
        one.start()
    try:
        with Connection(kmip_client, VERSION) as connection:
            ready.wait()
            for _ in range(3):
                started = time.monotonic()
                connection.ask(
                    Operation.CREATE_KEY_PAIR,
                    attributes(VERSION, [("CryptographicAlgorithm", Code(4)), ("CryptographicLength", 2048)], "Common"),
                    attributes(VERSION, [("CryptographicUsageMask", SIGN)], "PrivateKey"),
                    attributes(VERSION, [("CryptographicUsageMask", 2)], "PublicKey"),
                )
                # The deadline of waiting work is ten seconds.
                assert time.monotonic() - started < PROMPTLY
    finally:
        for one in crowd:
            one.join()
