"""A KMIP client that has given the server its role: it answers, and is told what becomes of objects."""

from kmip.core.enums import Operation, QueryFunction, ResultReason, ResultStatus

from kmip_client import Connection, version_item
from ttlv import Code, decode, encode, item

CLIENT_ROLE, SERVER_ROLE = Code(1), Code(2)
# What the server speaks.
VERSIONS = [(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (2, 0), (2, 1)]


class Listener:
    """One connection on which the server asks.
    - Parameter speaks: the versions that it says it speaks, the one that it prefers first; none: it knows none of these questions.
    - Parameter types: the types of objects that it says it has a use for; none: it doesn't say."""

    def __init__(self, identity, *, version=(2, 1), speaks=((2, 1),), types=()):
        self.connection = Connection(identity, version)
        self.speaks = speaks
        self.types = types
        self.connection.ask(Operation.SET_ENDPOINT_ROLE, item("EndpointRole", CLIENT_ROLE)).done()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def greet(self):
        """Answers what the server asks before anything else.
        - Returns: those requests."""
        asked = [self.receive()]
        assert operation_of(asked[0]) is Operation.DISCOVER_VERSIONS
        if self.speaks:
            self.accept(asked[0], [version_item(version) for version in self.speaks])
        else:
            self.refuse(asked[0], ResultReason.OPERATION_NOT_SUPPORTED)
        common = [version for version in self.speaks or [self.connection.version] if version in VERSIONS]
        # Clients are asked that from 1.3 on.
        if common and common[0] >= (1, 3):
            asked.append(self.receive())
            assert operation_of(asked[1]) is Operation.QUERY
            assert QueryFunction.QUERY_OBJECTS.value in [one.value for one in payload_of(asked[1]).all("QueryFunction")]
            if self.speaks:
                self.accept(asked[1], [item("ObjectType", kind) for kind in self.types])
            else:
                self.refuse(asked[1], ResultReason.OPERATION_NOT_SUPPORTED)
        return asked

    def told(self):
        """The next thing that it is told, which it accepts: the operation, and the payload."""
        request = self.receive()
        assert request is not None, "the server closed the connection"
        self.accept(request)
        return operation_of(request), payload_of(request)

    def receive(self):
        """The next request; None when the server has closed the connection."""
        message = self.connection.receive()
        if message is None:
            return None
        request = decode(message)
        assert request.name == "RequestMessage", request
        return request

    def accept(self, request, payload=()):
        self.send(request, [item("ResultStatus", ResultStatus.SUCCESS), item("ResponsePayload", list(payload))])

    def refuse(self, request, reason):
        self.send(request, [item("ResultStatus", ResultStatus.OPERATION_FAILED), item("ResultReason", reason)])

    def send(self, request, result):
        version = request["RequestHeader"]["ProtocolVersion"]
        header = item("ResponseHeader", [version, request["RequestHeader"]["BatchCount"]])
        answered = item("BatchItem", [request["BatchItem"]["Operation"], *result])
        self.connection.socket.sendall(encode(item("ResponseMessage", [header, answered])))


def operation_of(request):
    return Operation(request["BatchItem"]["Operation"].value)


def payload_of(request):
    return request["BatchItem"]["RequestPayload"]
