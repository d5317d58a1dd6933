"""Requests to vaults as they are, byte for byte: clients of HTTP tidy paths up before they send them."""

import http.client
import json
import ssl

from azure_names import DOMAIN, port
from server import PATIENCE


class Said:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.text = response.read()
        try:
            self.body = json.loads(self.text) if self.text else None
        except ValueError:
            self.body = self.text
        error = self.body.get("error") if isinstance(self.body, dict) else None
        self.code = error.get("code") if isinstance(error, dict) else None
        self.message = error.get("message") if isinstance(error, dict) else None

    def __repr__(self):
        return f"{self.status} {self.text[:300]}"

    def is_azures(self):
        """Whether a refusal has Azure's form."""
        if self.status < 400:
            return True
        if not isinstance(self.body, dict) or set(self.body) != {"error"}:
            return False
        error = self.body["error"]
        inner = error.get("innererror", {"code": "x"})
        return (
            set(error) <= {"code", "message", "innererror"}
            and all(isinstance(error[name], str) and error[name] for name in ("code", "message"))
            and set(inner) == {"code"}
            and self.headers["content-type"].startswith("application/json")
            and len(self.headers["x-ms-request-id"]) == 36
        )


class Raw:
    """One connection to one vault."""

    def __init__(self, server, vault="one", kind="vault"):
        self.server = server
        self.host = f"{vault}.{kind}.{DOMAIN}"
        self._connection = None

    def _connected(self):
        if self._connection is None:
            context = ssl.create_default_context(cafile=self.server.ca_file)
            self._connection = http.client.HTTPSConnection(self.host, port(self.server), timeout=PATIENCE, context=context)
        return self._connection

    def ask(self, method, target, body=b"", *, token=None, headers=(), host=None):
        """- headers: pairs, beside those that each request needs."""
        connection = self._connected()
        # Checks of this client's, not of the server's.
        connection._encode_request = lambda text: text.encode("latin-1")
        connection._validate_path = lambda url: None
        connection._validate_method = lambda name: None
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"{self.host}:{port(self.server)}")
        if token is not None:
            connection.putheader("Authorization", "Bearer " + token)
        for name, value in headers:
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        said = Said(connection.getresponse())
        if said.headers.get("connection", "").lower() == "close":
            self.close()
        return said

    def close(self):
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.close()
