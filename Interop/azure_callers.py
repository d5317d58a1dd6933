"""Applications that come to vaults with one request each, and what they are answered."""

import json

import requests

from azure_names import authority, resource, vault_url
from azure_vaults import claviger

VERSION = "2025-07-01"


class Answer:
    """What a vault said."""

    def __init__(self, answer):
        self.status = answer.status_code
        self.headers = answer.headers
        self.text = answer.text
        try:
            self.body = json.loads(answer.content) if answer.content else {}
        except ValueError:
            self.body = None
        self._read_error()

    def _read_error(self):
        error = self.body.get("error") if isinstance(self.body, dict) else None
        error = error if isinstance(error, dict) else {}
        self.code, self.message = error.get("code"), error.get("message")
        self.inner = (error.get("innererror") or {}).get("code")

    def parts(self):
        """What the requests of a batch were answered."""
        return [Part(one) for one in self.body["responses"]]

    def __repr__(self):
        return f"{self.status} {self.text[:400]}"


class Part(Answer):
    """What one request of a batch was answered."""

    def __init__(self, part):
        self.status, self.body, self.headers = part["status"], part["body"], {}
        self.text = json.dumps(part)
        self._read_error()


class Caller:
    """An application with a secret, and its tokens."""

    def __init__(self, server, name, *, account=None):
        place = ["--account", account] if account else []
        made = claviger(server, "app", "create", name, *place)
        self.server = server
        self.client, self.object, self.tenant = made["clientID"], made["objectID"], made["tenantID"]
        self.user = made["user"]
        self.secret = claviger(server, "app", "add-secret", self.client, *place)["secret"]
        self._tokens = {}

    def token(self, audience=None):
        audience = audience or resource(self.server)
        if audience not in self._tokens:
            self._tokens[audience] = self.fresh(audience)
        return self._tokens[audience]

    def fresh(self, audience):
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client,
            "client_secret": self.secret,
            "scope": audience + "/.default",
        }
        answer = connection(self.server).post(f"{authority(self.server)}/{self.tenant}/oauth2/v2.0/token", data=form)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def ask(self, name, method, path, body=None, *, kind="vault", version=VERSION):
        """What the vault or managed HSM of a name says."""
        audience = resource(self.server).replace("//vault.", f"//{kind}.")
        url = f"{vault_url(self.server, name, kind)}{path}?api-version={version}"
        headers = {"authorization": "Bearer " + self.token(audience)}
        return Answer(connection(self.server).request(method, url, json=body, headers=headers))


_connections = {}


def connection(server):
    """Kept from request to request. What the environment says of certificates would come before the server's own."""
    session = _connections.get(server.ca_file)
    if session is None:
        session = _connections[server.ca_file] = requests.Session()
        session.trust_env = False
        session.verify = server.ca_file
    return session
