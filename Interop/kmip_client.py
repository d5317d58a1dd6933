"""A KMIP client that says exactly what a test wants said, and hides nothing of the answer."""

import contextlib
import socket
import ssl

from kmip.core.enums import AttributeType, ResultReason, ResultStatus

from server import PATIENCE
from ttlv import Code, decode, encode, item

HEAD = 8


class Identity:
    """Where KMIP is spoken, and as whom: files in PEM."""

    def __init__(self, *, host, port, certificate, key, authority, https_url=None):
        self.host = host
        self.port = port
        self.certificate = str(certificate)
        self.key = str(key)
        self.authority = str(authority)
        self.https_url = https_url

    def context(self):
        context = ssl.create_default_context(cafile=self.authority)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def connected(self, timeout=PATIENCE):
        """A connection after its handshake."""
        plain = socket.create_connection((self.host, self.port), timeout=timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.context().wrap_socket(plain, server_hostname=self.host)


_REASONS = {reason.value for reason in ResultReason}


class Answer:
    """One item of an answer. Its reason is a number where PyKMIP has no name for it."""

    def __init__(self, batch_item):
        self.item = batch_item
        self.status = ResultStatus(batch_item["ResultStatus"].value)
        reason = batch_item.value_of("ResultReason")
        self.reason = ResultReason(reason) if reason in _REASONS else reason
        self.message = batch_item.value_of("ResultMessage")

    def done(self):
        """The payload of a success."""
        assert self.status is ResultStatus.SUCCESS, self
        return self.item["ResponsePayload"] if self.item.has("ResponsePayload") else item("ResponsePayload", [])

    def refused(self, *reasons):
        """That it failed, for one of these reasons where some are named."""
        assert self.status is ResultStatus.OPERATION_FAILED, self
        assert not reasons or self.reason in reasons, self
        return self.reason

    def __repr__(self):
        return str(self.item)


class Connection:
    """One connection that lasts."""

    def __init__(self, identity, version=(1, 4)):
        self.version = version
        self.socket = identity.connected()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.close()

    def ask(self, operation, *payload, version=None, header=()):
        """The answer to one request."""
        (answer,) = self.batch([(operation, payload)], version=version, header=header)
        return answer

    def batch(self, requests, *, version=None, header=(), ids=None):
        """The answers to pairs of an operation and its payload, sent in one message. `header` are further items of the
        header; `ids` are names of the requests, which are numbered where there are several."""
        message = request(version or self.version, requests, header=header, ids=ids)
        return [Answer(one) for one in self.exchange(message).all("BatchItem")]

    def exchange(self, message):
        """The answer to a message, whole."""
        self.socket.sendall(message if isinstance(message, bytes) else encode(message))
        answer = self.receive()
        assert answer is not None, "the server closed the connection instead of answering"
        return decode(answer)

    def receive(self):
        """The bytes of the next answer; None when the server has closed the connection."""
        head = self._read(HEAD)
        if head is None:
            return None
        rest = self._read(int.from_bytes(head[4:], "big"))
        assert rest is not None, "the server closed the connection within an answer"
        return head + rest

    def _read(self, count):
        data = bytearray()
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                assert not data, "the server closed the connection within an answer"
                return None
            data += part
        return bytes(data)


def request(version, requests, *, header=(), ids=None, count=None):
    """A RequestMessage; `count` is said of its requests in place of the truth."""
    if ids is None and len(requests) > 1:
        ids = [number.to_bytes(8, "big") for number in range(len(requests))]
    items = []
    for number, (operation, payload) in enumerate(requests):
        named = [item("UniqueBatchItemID", ids[number])] if ids else []
        items.append(item("BatchItem", [item("Operation", operation), *named, item("RequestPayload", payload)]))
    return item("RequestMessage", [_header(version, len(requests) if count is None else count, header), *items])


# The order of the fields of a header is fixed.
_BEFORE_COUNT = (
    "MaximumResponseSize", "ClientCorrelationValue", "ServerCorrelationValue", "AsynchronousIndicator",
    "AttestationCapableIndicator", "AttestationType", "Authentication", "BatchErrorContinuationOption", "BatchOrderOption",
    "TimeStamp",
)  # fmt: skip


def version_item(version):
    return item("ProtocolVersion", [item("ProtocolVersionMajor", version[0]), item("ProtocolVersionMinor", version[1])])


def _header(version, count, more):
    order = {item(name, 0).tag: place for place, name in enumerate(_BEFORE_COUNT)}
    ordered = sorted(more, key=lambda one: order[one.tag])
    return item("RequestHeader", [version_item(version), *ordered, item("BatchCount", count)])


# What payloads are made of


def identifier(name):
    return item("UniqueIdentifier", name)


def name_value(text):
    """The value of the attribute Name."""
    return [item("NameValue", text), item("NameType", Code(1))]


_ATTRIBUTE_NAMES = {kind.value.replace(" ", "").replace(".", "").lower(): kind.value for kind in AttributeType}


def attribute_name(name):
    """`CryptographicLength` as KMIP 1.x says it; other names are as they are."""
    return _ATTRIBUTE_NAMES.get(name.lower(), name)


def attribute(version, name, value):
    """One attribute, as operations on attributes take it. A name that begins with `x-` is a custom one."""
    if version < (2, 0):
        return item("Attribute", [item("AttributeName", attribute_name(name)), item("AttributeValue", value)])
    return item("NewAttribute", [typed(name, value)])


def typed(name, value):
    """An attribute of KMIP 2.x."""
    if name.startswith("x-"):
        parts = [item("VendorIdentification", "x"), item("AttributeName", name[2:]), item("AttributeValue", value)]
        return item("Attribute", parts)
    return item(name, value)


def attributes(version, pairs, of=""):
    """The attributes of a new object; `of` is `Common`, `PrivateKey` or `PublicKey` for pairs of keys."""
    if version < (2, 0):
        return item(f"{of}TemplateAttribute", [attribute(version, name, value) for name, value in pairs])
    return item(f"{of}Attributes", [typed(name, value) for name, value in pairs])


def references(version, *names):
    """Names of attributes that are asked for."""
    if version < (2, 0):
        return [item("AttributeName", attribute_name(name)) for name in names]
    return [item("AttributeReference", Code(item(name, 0).tag)) for name in names]


def attributes_of(payload):
    """{name without spaces: [value]} of an answer to GetAttributes, in either form."""
    found = {}
    for one in payload.all("Attribute"):
        found.setdefault(one["AttributeName"].value.replace(" ", ""), []).append(one["AttributeValue"].value)
    for one in payload["Attributes"].value if payload.has("Attributes") else ():
        found.setdefault(one.name, []).append(one.value)
    return found


def key_block(material, *, key_format, algorithm=None, length=None):
    """A KeyBlock in plain."""
    known = [] if algorithm is None else [item("CryptographicAlgorithm", algorithm), item("CryptographicLength", length)]
    value = item("KeyValue", [item("KeyMaterial", material)])
    return item("KeyBlock", [item("KeyFormatType", key_format), value, *known])


def material_of(payload, kind):
    """The bytes of the key in an answer to Get; `kind` is the name of the object's structure."""
    return payload[kind]["KeyBlock"]["KeyValue"]["KeyMaterial"].value


