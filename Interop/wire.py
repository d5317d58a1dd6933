"""Requests below the SDK: signed with botocore's own signer, sent as they are, answered with nothing hidden."""

import contextlib
import datetime
import hashlib
import http.client
import json
import ssl
import unittest.mock
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from server import PATIENCE

CONTENT_TYPE = "application/x-amz-json-1.1"


class Reply:
    """A status, headers and the body, read as JSON only when asked."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """The error's type without a namespace; None for a success."""
        if self.status == 200:
            return None
        return self.json["__type"].rpartition("#")[2]

    @property
    def message(self):
        document = self.json
        return document.get("message", document.get("Message"))

    def __repr__(self):
        return f"<{self.status} {self.body[:400]!r}>"


class Signed:
    """A request ready to send. Tests change its parts after signing."""

    def __init__(self, method, path, headers, body):
        self.method = method
        self.path = path
        self.headers = dict(headers)
        self.body = body


class Wire:
    """One keep-alive connection to a server."""

    def __init__(self, server, *, tls=False):
        self.server = server
        url = urllib.parse.urlsplit(server.tls_endpoint if tls else server.endpoint)
        self.url = f"{url.scheme}://{url.netloc}/"
        self.host = url.hostname
        self.port = url.port
        if tls:
            context = ssl.create_default_context(cafile=server.ca_file)
            self.connection = http.client.HTTPSConnection(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def sign(
        self,
        operation,
        body,
        *,
        service="kms",
        region=None,
        target=None,
        content_type=CONTENT_TYPE,
        access_key=None,
        secret_key=None,
        session_token=None,
        minutes=0,
        extra=None,
        query=None,
    ):
        """Signs `body` (a document, or bytes as they are). `minutes` shifts the signing clock; `query` makes the
        presigned form with that many seconds to live."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {
            "X-Amz-Target": target if target is not None else f"TrentService.{operation}",
            "Content-Type": content_type,
            **(extra or {}),
        }
        who = (access_key or self.server.access_key, secret_key or self.server.secret_key, session_token)
        return self.signed(headers, data, who, service=service, region=region, minutes=minutes, query=query)

    def signed(self, headers, data, who, *, service, region=None, minutes=0, query=None):
        """Signs a request as it is; `who` is an access key, its secret and perhaps a session's token."""
        arguments = (botocore.credentials.Credentials(*who), service, region or self.server.region)
        with clock_shifted(minutes):
            if query is None:
                request = botocore.awsrequest.AWSRequest("POST", self.url, headers, data)
                botocore.auth.SigV4Auth(*arguments).add_auth(request)
            else:
                request = botocore.awsrequest.AWSRequest("POST", self.url, headers)
                PresignedPost(*arguments, expires=query, body=data).add_auth(request)
        parts = urllib.parse.urlsplit(request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return Signed("POST", path, request.headers.items(), data)

    def unsigned(self, headers, data):
        return Signed("POST", "/", headers, data)

    def send(self, request):
        """Sends exactly these headers and this body. A closed connection is opened again, once a request."""
        headers = {"Content-Length": str(len(request.body)), **request.headers}
        try:
            self.connection.request(request.method, request.path, body=request.body, headers=headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.connection.close()
            self.connection.request(request.method, request.path, body=request.body, headers=headers)
            response = self.connection.getresponse()
        body = response.read()
        if response.will_close:
            self.connection.close()
        return Reply(response.status, response.headers, body)

    def call(self, operation, body, **signing):
        return self.send(self.sign(operation, body, **signing))


class PresignedPost(botocore.auth.SigV4QueryAuth):
    """The query form over a body. botocore would move a body into the query; here the signature covers it."""

    def __init__(self, *arguments, expires, body):
        super().__init__(*arguments, expires=expires)
        self._body = body

    def payload(self, request):
        return hashlib.sha256(self._body).hexdigest()


@contextlib.contextmanager
def clock_shifted(minutes):
    """Signs as if it were that many minutes later."""
    if not minutes:
        yield
        return
    moment = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) + datetime.timedelta(minutes=minutes)
    with unittest.mock.patch("botocore.auth.get_current_datetime", lambda *_: moment):
        yield
