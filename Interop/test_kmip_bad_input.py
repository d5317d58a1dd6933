"""Whatever comes in over KMIP: an error goes out or the connection ends, memory stays, and nobody else notices."""

import contextlib
import os
import pathlib
import resource
import socket
import ssl
import threading
import time

import pytest
from kmip.core.enums import Operation, QueryFunction, ResultReason, ResultStatus

from kmip_client import Connection, identifier, request
from kmip_mutants import HEAD, REQUEST, Mutator, numbered
from kmip_operations import ROWS, Bench
from kmip_server import kmip_house_in
from ttlv import Code, decode, encode, item

MIB = 1 << 20
# How many damaged messages; all hundred thousand take some minutes with a debug build.
MUTANTS = int(os.environ.get("CLAVIGER_MUTANTS", 20_000))
UNFRAMED = 400
# More than the strangers that the server takes at a time.
STRANGERS = 1100
# How much of messages that aren't whole a client may have the server keep, and a number of long ones that is far more.
KEPT = 64 * MIB
UNFINISHED = 300
# How many messages are under way at a time.
WINDOW = 40
# By how much the server's memory may differ after many messages.
SLACK = 48 * MIB
# By how much, where all of them are about the same objects: what they change takes a little, and less than any of them is long.
FLAT = 4 * MIB + 100 * MUTANTS
# A server with it makes nothing more.
FULL = {"QUOTAS_ENABLED": "true", "QUOTAS_KEYS_PER_REGION": 1}
# How long an answer may take while others misbehave. Without them it is milliseconds.
PROMPTLY = 10

QUERY = [(Operation.QUERY, [item("QueryFunction", QueryFunction.QUERY_OPERATIONS)])]
BAD = (ResultReason.INVALID_MESSAGE,)


@pytest.fixture(autouse=True)
def still_works(kmip_house, kmip_client):
    """After each test of this suite an ordinary request passes."""
    yield
    assert kmip_house.is_alive(), kmip_house.log_tail()
    with Connection(kmip_client) as connection:
        started = time.monotonic()
        connection.ask(*ask(QUERY)).done()
        assert time.monotonic() - started < PROMPTLY


@contextlib.contextmanager
def many_files():
    """As many open files as this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def ask(requests):
    ((operation, payload),) = requests
    return operation, *payload


def resident(house):
    """The server's memory in bytes."""
    status = pathlib.Path(f"/proc/{house.process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def refused_or_closed(connection, message, *reasons):
    """What becomes of bytes that are no good message."""
    try:
        connection.socket.sendall(message)
        answer = connection.receive()
    except (ConnectionError, ssl.SSLError):
        return None
    if answer is None:
        return None
    answers = decode(answer).all("BatchItem")
    assert len(answers) == 1 and answers[0]["ResultStatus"].value == ResultStatus.OPERATION_FAILED.value, answers
    reason = answers[0]["ResultReason"].value
    assert not reasons or reason in [one.value for one in reasons], answers[0]
    return reason


class TestFrames:
    @pytest.mark.parametrize("length", [0x7FFFFFF8, 0xFFFFFFF8, 0xFFFFFFFF, 64 * MIB, 0])
    def test_a_message_that_says_it_is_huge(self, kmip_house, kmip_client, length):
        """It is refused at once: nobody waits for the rest, or takes memory for it."""
        before = resident(kmip_house)
        with Connection(kmip_client) as connection:
            refused_or_closed(connection, REQUEST + length.to_bytes(4, "big"))
        assert resident(kmip_house) - before < SLACK

    @pytest.mark.parametrize(
        "noise",
        [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 64, b"\xff" * 64, encode(item("ResponseMessage", [])), b"42007801" * 8],
        ids=["HTTP", "zeros", "ones", "an answer", "hexadecimal"],
    )
    def test_what_is_no_message(self, kmip_client, noise):
        with Connection(kmip_client) as connection:
            refused_or_closed(connection, noise)

    def test_no_tls(self, kmip_client):
        with socket.create_connection((kmip_client.host, kmip_client.port)) as plain:
            plain.settimeout(60)
            plain.sendall(encode(request((1, 4), QUERY)))
            with contextlib.suppress(ConnectionError):
                while plain.recv(4096):
                    pass

    def test_half_messages(self, kmip_client):
        """Of every length, and then nothing more."""
        whole = encode(request((1, 4), QUERY))
        for length in range(1, len(whole), 9):
            with Connection(kmip_client) as connection:
                connection.socket.sendall(whole[:length])

    def test_a_message_byte_by_byte_is_a_message(self, kmip_client):
        with Connection(kmip_client) as connection:
            for byte in encode(request((1, 4), QUERY)):
                connection.socket.sendall(bytes([byte]))
            (answer,) = decode(connection.receive()).all("BatchItem")
            assert answer["ResultStatus"].value == ResultStatus.SUCCESS.value

    def test_messages_in_one_piece_are_answered_one_by_one(self, kmip_client):
        versions = [(1, 0), (1, 4), (2, 1), (1, 2)] * 10
        with Connection(kmip_client) as connection:
            connection.socket.sendall(b"".join(encode(request(version, QUERY)) for version in versions))
            for version in versions:
                answered = decode(connection.receive())["ResponseHeader"]["ProtocolVersion"]
                assert tuple(number.value for number in answered.value) == version

    def test_the_end_of_a_message_is_another_message(self, kmip_client):
        """A good message behind a bad one is answered, or the connection has ended; never is it taken for a part."""
        good, bad = encode(request((1, 4), QUERY)), REQUEST + (16).to_bytes(4, "big") + b"\xff" * 16
        with Connection(kmip_client) as connection:
            if refused_or_closed(connection, bad + good) is not None:
                answer = connection.receive()
                assert answer is None or decode(answer)["BatchItem"]["ResultStatus"].value == ResultStatus.SUCCESS.value


class TestStructure:
    @pytest.fixture
    def connection(self, kmip_client):
        with Connection(kmip_client) as opened:
            yield opened

    @pytest.mark.parametrize("depth", [50, 1000, 60_000])
    def test_depth(self, connection, depth):
        lengths = (HEAD * number for number in reversed(range(depth)))
        nested = b"".join(b"\x42\x00\x0b\x01" + length.to_bytes(4, "big") for length in lengths)
        refused_or_closed(connection, self.around(nested), *BAD)

    @staticmethod
    def around(payload):
        """A request whose payload has these bytes in it."""
        name = encode(item("AttributeName", "x-Deep"))
        attribute = bytes.fromhex("42000801") + (len(name) + len(payload)).to_bytes(4, "big") + name + payload
        mark = b"\x42\x00\x79\x01" + len(attribute).to_bytes(4, "big") + attribute
        operation = encode(item("Operation", Operation.LOCATE))
        body = b"\x42\x00\x0f\x01" + (len(operation) + len(mark)).to_bytes(4, "big") + operation + mark
        header = encode(request((1, 4), [])["RequestHeader"]).replace(
            encode(item("BatchCount", 0)), encode(item("BatchCount", 1))
        )
        return REQUEST + (len(header) + len(body)).to_bytes(4, "big") + header + body

    @pytest.mark.parametrize("length", [0x7FFFFFFF, 0x80000000, 0xFFFFFFF9, 0xFFFFFFFF, 1 << 20, 17])
    @pytest.mark.parametrize("kind", range(1, 12))
    def test_a_value_that_says_it_is_longer_than_its_message(self, connection, kind, length):
        value = b"\x42\x00\x0b" + bytes([kind]) + length.to_bytes(4, "big") + bytes(16)
        refused_or_closed(connection, self.around(value), *BAD)

    @pytest.mark.parametrize("count", [0, 2, 1000, 0x7FFFFFFF, -1, -0x80000000])
    def test_a_count_that_is_none(self, connection, count):
        message = request((1, 4), QUERY, count=count)
        refused_or_closed(connection, encode(message), *BAD)

    @pytest.mark.parametrize("number", [2000])
    def test_many_requests_in_one_message(self, kmip_house, kmip_client, number):
        """They are done or refused, and take memory for a while only."""
        many = encode(request((1, 4), QUERY * number))
        before = resident(kmip_house)
        for _ in range(3):
            with Connection(kmip_client) as connection:
                connection.socket.sendall(many)
                answer = connection.receive()
                if answer is not None:
                    assert len(decode(answer).all("BatchItem")) in (1, number)
        assert resident(kmip_house) - before < SLACK

    def test_an_answer_that_is_larger_than_its_message_by_far(self, kmip_client):
        """A small message that asks for a lot many times over doesn't get it."""
        lots = (Operation.RNG_RETRIEVE, [item("DataLength", 0x7FFFFFFF)])
        with Connection(kmip_client) as connection:
            for answer in connection.batch([lots] * 4, header=[item("BatchErrorContinuationOption", Code(1))]):
                answer.refused()

    @pytest.mark.parametrize("most", [0, 1, -1, 7, 100])
    def test_a_limit_for_the_answer_that_none_can_meet(self, connection, most):
        answer = connection.ask(*ask(QUERY), header=[item("MaximumResponseSize", most)])
        answer.refused(ResultReason.RESPONSE_TOO_LARGE, ResultReason.INVALID_MESSAGE, ResultReason.INVALID_FIELD)


class TestSlowClients:
    @pytest.fixture
    def prompt(self, kmip_client):
        """Another client, which has to be served meanwhile."""

        def asked(count=20):
            with Connection(kmip_client) as connection:
                for _ in range(count):
                    started = time.monotonic()
                    connection.ask(*ask(QUERY)).done()
                    assert time.monotonic() - started < PROMPTLY

        return asked

    def test_clients_that_say_nothing(self, kmip_client, prompt):
        with contextlib.ExitStack() as stack:
            for _ in range(50):
                stack.enter_context(socket.create_connection((kmip_client.host, kmip_client.port)))
            for _ in range(20):
                stack.enter_context(Connection(kmip_client))
            prompt()

    def test_more_strangers_than_may_be(self, kmip_house, kmip_client, prompt):
        """Whoever shakes hands gets through, and those who take their time make room."""
        before = resident(kmip_house)
        with many_files(), contextlib.ExitStack() as stack:
            strangers = []
            for _ in range(STRANGERS):
                strangers.append(stack.enter_context(socket.create_connection((kmip_client.host, kmip_client.port))))
                # The beginning of a handshake, for some.
                if len(strangers) % 2:
                    strangers[-1].sendall(b"\x16\x03\x01\x02\x00\x01")
            prompt()
            assert resident(kmip_house) - before < 2 * SLACK
            strangers[0].settimeout(PROMPTLY)
            with contextlib.suppress(ConnectionError):
                assert strangers[0].recv(1) == b""

    def test_halves_of_large_messages(self, kmip_house, kmip_client, prompt):
        """A client can't have the server keep more than so much of what it never ends."""
        before = resident(kmip_house)
        half = REQUEST + (MIB - HEAD).to_bytes(4, "big") + bytes(MIB - 2 * HEAD)
        with contextlib.ExitStack() as stack:
            for _ in range(UNFINISHED):
                connection = stack.enter_context(Connection(kmip_client))
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    connection.socket.sendall(half)
            prompt()
            # Buffers grow by doubling.
            assert resident(kmip_house) - before < 2 * KEPT + SLACK
        prompt()

    def test_clients_that_never_come_to_an_end(self, kmip_client, prompt):
        whole = encode(request((1, 4), QUERY))
        with contextlib.ExitStack() as stack:
            slow = [stack.enter_context(Connection(kmip_client)) for _ in range(20)]
            for place, byte in enumerate(whole[:-1]):
                for connection in slow[: 20 if place < 40 else 2]:
                    connection.socket.sendall(bytes([byte]))
                if place % 20 == 0:
                    prompt(2)
            for connection in slow[:2]:
                connection.socket.sendall(whole[-1:])
                assert decode(connection.receive()).has("BatchItem")

    def test_clients_that_ask_and_do_not_listen(self, kmip_house, kmip_client, prompt):
        """Their answers pile up to a limit; then they aren't read from any more."""
        before = resident(kmip_house)
        many = encode(request((1, 4), QUERY)) * 400
        with contextlib.ExitStack() as stack:
            for _ in range(8):
                connection = stack.enter_context(Connection(kmip_client))
                connection.socket.settimeout(2)
                with contextlib.suppress(TimeoutError, ssl.SSLError):
                    for _ in range(20):
                        connection.socket.sendall(many)
            prompt()
            assert resident(kmip_house) - before < 2 * SLACK

    def test_clients_that_come_and_go(self, kmip_client, prompt):
        whole = encode(request((1, 4), QUERY))

        def come_and_go():
            for _ in range(30):
                with Connection(kmip_client) as connection:
                    connection.socket.sendall(whole)

        crowd = [threading.Thread(target=come_and_go) for _ in range(4)]
        for one in crowd:
            one.start()
        prompt()
        for one in crowd:
            one.join()


def good_messages(identity):
    """One of every operation, in old and new versions, about objects that exist."""
    messages = []
    for version in ((1, 0), (1, 4), (2, 1)):
        bench = Bench(identity, version)
        for row in ROWS:
            if row.is_of(version):
                messages.append(encode(request(version, [(row.operation, row.payload(bench))])))
        name = bench.key()
        several = [(Operation.GET, [identifier(name)]), (Operation.GET_ATTRIBUTES, [identifier(name)]), *QUERY]
        messages.append(encode(request(version, several)))
        bench.close()
    return messages


class Crowd:
    """Sends many messages on one connection after another, and looks at each answer."""

    def __init__(self, identity):
        self.identity = identity
        self.connection = Connection(identity)
        self.reasons = {}
        self.closed = 0

    def send_damaged(self, mutator, count):
        for _ in range(count // WINDOW):
            self.send([mutator.framed() for _ in range(WINDOW)])

    def send(self, messages):
        """Those that weren't answered because one before them ended the connection are sent again."""
        while messages:
            answered = self._answers(messages)
            if answered < len(messages):
                self.closed += 1
                self.connection.close()
                self.connection = Connection(self.identity)
                answered += 1
            messages = messages[answered:]

    def _answers(self, messages):
        """How many were answered."""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            self.connection.socket.sendall(b"".join(messages))
        for number, message in enumerate(messages):
            try:
                answer = self.connection.receive()
            except (ConnectionError, ssl.SSLError):
                answer = None
            if answer is None:
                return number
            self._judge(message, answer)
        return len(messages)

    def _judge(self, message, answer):
        whole = decode(answer)
        assert whole.name == "ResponseMessage", (message.hex(), answer.hex())
        items = whole.all("BatchItem")
        assert items and whole["ResponseHeader"]["BatchCount"].value == len(items), (message.hex(), answer.hex())
        for one in items:
            failed = one["ResultStatus"].value == ResultStatus.OPERATION_FAILED.value
            assert failed == one.has("ResultReason"), (message.hex(), answer.hex())
            reason = one.value_of("ResultReason")
            self.reasons[reason] = self.reasons.get(reason, 0) + 1


class Neighbour:
    """Another client, which asks for one thing after another on one connection, and gets each."""

    def __init__(self, identity):
        self.identity = identity
        self.answered = 0
        self._failure = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()
        if self._failure:
            raise self._failure

    def _ask(self):
        try:
            with Connection(self.identity) as connection:
                while not self._is_over.is_set():
                    connection.ask(*ask(QUERY)).done()
                    self.answered += 1
                    self._is_over.wait(0.002)
        except Exception as failure:
            self._failure = failure


def objects(identity):
    """How many a client finds."""
    with Connection(identity) as connection:
        return len(connection.ask(Operation.LOCATE).done().all("UniqueIdentifier"))


def test_a_hundred_thousand_mutants(tmp_path):
    """Most are judged by an operation; whatever they are, each gets an answer in good form or ends its connection.

    The first of them make what they are let. After that the server is full: records that it keeps in memory would hide what grows
    without end. Memory has to stay what it is."""
    with kmip_house_in(tmp_path) as house:
        client = house.kmip_client()
        mutator = Mutator(20_260_501, good_messages(client))
        before = objects(client)
        Crowd(client).send_damaged(mutator, MUTANTS // 10)
        count = objects(client)
        assert count > before

        house.reconfigure(FULL)
        crowd = Crowd(client)
        # What is loaded once and what grows to a bound does so in the first tenth.
        memory = []
        with Neighbour(client) as neighbour:
            for _ in range(10):
                crowd.send_damaged(mutator, MUTANTS // 10)
                memory.append(resident(house))
        course = ", ".join(f"{one / MIB:.1f}" for one in memory)
        print(f"answers by reason: {crowd.reasons}; connections ended: {crowd.closed}; objects: {count}")
        print(f"memory after each tenth: {course} MiB; a neighbour was answered {neighbour.answered} times meanwhile")
        assert max(memory) - memory[0] < FLAT
        assert objects(client) <= count, "something was made after all"
        assert neighbour.answered > MUTANTS // WINDOW // 10
        known = {None, *(reason.value for reason in (ResultReason.INVALID_MESSAGE, ResultReason.INVALID_FIELD))}
        assert known <= set(crowd.reasons), "the mutants didn't get far"
        assert crowd.closed < MUTANTS // 20
        read_back(client)


def read_back(identity):
    """Asks for what every object says of itself: whatever is stored, there is an answer."""
    with Connection(identity, (2, 1)) as connection:
        found = connection.ask(Operation.LOCATE).done().all("UniqueIdentifier")
        for name in found:
            connection.ask(Operation.GET_ATTRIBUTES, identifier(name.value))
        return len(found)


def test_every_number_of_every_request(tmp_path):
    """In good form, and without sense: negative, or so large that sums and products with it are more than there is room for."""
    with kmip_house_in(tmp_path) as house:
        client = house.kmip_client()
        crowd = Crowd(client)
        messages = [changed for message in good_messages(client) for changed in numbered(message)]
        assert len(messages) > 700
        for start in range(0, len(messages), WINDOW):
            crowd.send(messages[start : start + WINDOW])
        print(f"{len(messages)} messages; answers by reason: {crowd.reasons}; connections ended: {crowd.closed}")
        assert crowd.closed == 0
        assert read_back(client) > 0


def test_messages_cut_short_or_foreign(kmip_client):
    mutator = Mutator(20_260_502, good_messages(kmip_client))
    for _ in range(UNFRAMED):
        message = mutator.unframed()
        with Connection(kmip_client) as connection:
            connection.socket.settimeout(0.02)
            with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError):
                connection.socket.sendall(message)
                answer = connection.receive()
                assert answer is None or decode(answer).name == "ResponseMessage"
