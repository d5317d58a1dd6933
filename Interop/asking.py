"""Operations of all services, put together and read by the installed models and sent over one connection.

Quicker than clients of an SDK, and as whoever one likes: a suite of thousands of calls needs both."""

import collections
import functools
import urllib.parse

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize

from wire import Wire

SERVICES = ("kms", "iam", "sts")

Credentials = collections.namedtuple("Credentials", ("access_key", "secret_key", "token"), defaults=(None,))


@functools.cache
def service_model(service):
    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"), service)


@functools.cache
def service_of(operation):
    """Operations have different names in the three services."""
    (service,) = [service for service in SERVICES if operation in service_model(service).operation_names]
    return service


@functools.cache
def _tools(protocol):
    return botocore.serialize.create_serializer(protocol, False), botocore.parsers.create_parser(protocol)


class Answer:
    """What came back: `output` of a success, `code` and `message` of a refusal."""

    def __init__(self, reply, operation_model):
        self.status = reply.status
        self.body = reply.body
        protocol = operation_model.service_model.metadata["protocol"]
        # The parsers look names of headers up in small letters only.
        response = {
            "status_code": reply.status,
            "headers": {name.lower(): value for name, value in reply.headers.items()},
            "body": reply.body,
        }
        self.output = _tools(protocol)[1].parse(response, operation_model.output_shape)
        self.output.pop("ResponseMetadata", None)
        error = self.output.get("Error", {})
        self.code = error.get("Code") if reply.status != 200 else None
        self.message = error.get("Message", "")

    def __repr__(self):
        return f"<{self.status} {self.body[:600]!r}>"


class Asking:
    """One connection, over which anybody asks. Operations whose caller isn't proved by a signature aren't signed."""

    UNSIGNED = {"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}

    def __init__(self, server):
        self.server = server
        self.wire = Wire(server)
        self.administrator = Credentials(server.access_key, server.secret_key)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.connection.close()

    def request(self, who, operation, parameters, *, region=None):
        """The request, ready to send."""
        service = service_of(operation)
        model = service_model(service).operation_model(operation)
        made = _tools(model.service_model.metadata["protocol"])[0].serialize_to_request(parameters, model)
        body = made["body"]
        data = urllib.parse.urlencode(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", **made["headers"]}
        if operation in self.UNSIGNED:
            return self.wire.unsigned(headers, data)
        return self.wire.signed(headers, data, who, service=service, region=region)

    def ask(self, who, operation, parameters, *, region=None):
        model = service_model(service_of(operation)).operation_model(operation)
        return Answer(self.wire.send(self.request(who, operation, parameters, region=region)), model)

    def do(self, operation, *, region=None, **parameters):
        """What the administrator gets; it must be something."""
        answer = self.ask(self.administrator, operation, parameters, region=region)
        assert answer.status == 200, f"{operation} {parameters}: {answer}"
        return answer.output
