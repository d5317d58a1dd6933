"""The published cases in which the server asks and the client answers, with a client that does.

The channel is one on which the client has given the server its own role, and has said that it speaks the case's version: before 2.0 the protocol leaves it open how a server finds its clients. What may vary is for the replayer's comparison to know."""

import contextlib
import types

import pytest

from kmip_gaps import PUSHED_GAPS
from kmip_listener import Listener
from kmip_replay import marked
from kmip_vectors import CASES, cases, needs_cases
from ttlv import encode

pytestmark = needs_cases

TOLD = {"Put", "Notify"}


def asks_client(case):
    return bool(TOLD & set(case["operations"])) or "-S2C-" in case["id"]


PUSHED = [case for case in cases() if asks_client(case)]
GREETINGS = [case for case in PUSHED if not TOLD & set(case["operations"])]
NOTICES = [case for case in PUSHED if TOLD & set(case["operations"])]


def version_of(request):
    version = request.find("RequestHeader").find("ProtocolVersion")
    return version.find("ProtocolVersionMajor").value, version.find("ProtocolVersionMinor").value


class Comparison:
    """What a case expects, against what comes."""

    def __init__(self, replayer):
        self.replayer = replayer
        self.run = replayer.Run(0)

    def request(self, expected, actual):
        """A request of the server's. More attributes than published are permitted here as in any answer."""
        message, _ = self.replayer.K.decode(encode(actual))
        self.run.cmp(expected.find("RequestHeader"), message.find("RequestHeader"), "", {})
        (wanted,), (got,) = expected.findall("BatchItem"), message.findall("BatchItem")
        assert operation(self.replayer, wanted) == operation(self.replayer, got)
        context = self.run.batch_cx(None, got.find("RequestPayload"), operation(self.replayer, wanted))
        self.run.cmp(wanted.find("RequestPayload"), got.find("RequestPayload"), "", context)
        self.run.extra = [field for field in self.run.extra if not field.endswith("/RequestPayload/Attribute")]
        self.check()

    def check(self):
        assert not self.run.mism and not self.run.extra, (self.run.mism, self.run.extra)


def operation(replayer, batch_item):
    return replayer.K.scalar_text(batch_item.find("Operation"))


@pytest.mark.parametrize("case", [marked(case, PUSHED_GAPS) for case in NOTICES])
def test_a_case_of_notices(kmip_client, replayer, case):
    place = types.SimpleNamespace(
        host=kmip_client.host, port=kmip_client.port, cert=kmip_client.certificate, key=kmip_client.key,
        ca=kmip_client.authority, ciphers=None, tls_min=None, timeout=15,
    )  # fmt: skip
    comparison = Comparison(replayer)
    exchanges = replayer.load(CASES / case["file"])
    speaks = [version_of(exchanges[0][0])]
    with contextlib.closing(replayer.TTLVTransport(place)) as asking, Listener(kmip_client, speaks=speaks) as listener:
        listener.greet()
        for request, answer in exchanges:
            if TOLD & replayer.ops_of([(request, answer)]):
                pushed = listener.receive()
                comparison.request(request, pushed)
                listener.accept(pushed)
                continue
            sent = comparison.run.resolve(request)
            received, _ = asking.send(sent, 0)
            assert replayer.compare(comparison.run, sent, answer, received)
            comparison.check()


@pytest.mark.parametrize("case", [marked(case, PUSHED_GAPS) for case in GREETINGS])
def test_a_case_of_questions(kmip_client, replayer, case):
    ((expected, _),) = replayer.load(CASES / case["file"])
    with Listener(kmip_client, speaks=[version_of(expected)]) as listener:
        asked = {operation(replayer, replayer.K.decode(encode(one))[0].find("BatchItem")): one for one in listener.greet()}
        Comparison(replayer).request(expected, asked[operation(replayer, expected.find("BatchItem"))])


def test_every_gap_is_a_case():
    assert set(PUSHED_GAPS) <= {f"{case['version']}-{case['id']}" for case in PUSHED}
