"""A vault, a managed HSM and an application that may do everything in both, as Azure's clients find them."""

import base64
import contextlib
import itertools
import json

import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient
from azure.keyvault.keys.crypto._providers import NoLocalCryptography

from azure_names import authority
from server import Server, clean_environment, run_claviger

VERSION = "7.6"


def claviger(server, *arguments):
    """What a command says about vaults."""
    answer = run_claviger("vault", *arguments, "--data-dir", server.data, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def encoded(data):
    """Bytes in base 64 for URLs."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_numbers = itertools.count()


def fresh(word):
    """A name that nobody else has."""
    return f"{word}-{next(_numbers)}"


@contextlib.contextmanager
def refused(status, code, inner=None):
    """What is done by an SDK comes to Azure's error with this status, code and inner code."""
    with pytest.raises(HttpResponseError) as raised:
        yield raised
    error = raised.value
    assert error.status_code == status, error
    body = json.loads(error.response.text())["error"]
    assert body["code"] == code, body
    assert (body.get("innererror") or {}).get("code") == inner, body


def trusting(issuer, folder, **settings):
    """A server that believes tokens of this issuer, not started yet."""
    issuers = folder / "issuers.yaml"
    issuers.write_text("issuers:\n" + issuer.settings(pause="0ms", **settings))
    return Server(folder / "server", environment=clean_environment(CLAVIGER_WEB_IDENTITY_ISSUERS=str(issuers)))


class Shop:
    """Who comes to the vaults of a server."""

    def __init__(self, server):
        self.server = server
        self.app = claviger(server, "app", "create", "shop")
        self.secret = claviger(server, "app", "add-secret", self.app["clientID"])["secret"]
        self.vault = claviger(server, "create", "one", "--admin", self.app["clientID"])["url"]
        self.hsm = claviger(server, "create", "two", "--hsm", "--admin", self.app["clientID"])["url"]

    def options(self):
        return {"connection_verify": self.server.ca_file}

    def credential(self, kind=ClientSecretCredential):
        return kind(
            self.app["tenantID"],
            self.app["clientID"],
            self.secret,
            authority=authority(self.server),
            disable_instance_discovery=True,
            connection_verify=self.server.ca_file,
        )

    def keys(self, url=None):
        """A client for keys: of the vault, or of this one."""
        return KeyClient(url or self.vault, self.credential(), **self.options())

    def crypto(self, key):
        """A client for a key that asks the server for everything, also for what clients do themselves."""
        client = CryptographyClient(key.id, self.credential(), **self.options())
        client._initialized = True
        client._local_provider = NoLocalCryptography()
        return client

    def wire(self, url):
        return Wire(self, url)


class Refusal(str):
    """An error's code, which shows what was said with it."""

    def __new__(cls, error):
        made = super().__new__(cls, error["code"])
        made.message = error["message"]
        return made

    def __repr__(self):
        return f"{super().__repr__()} ({self.message})"


class Wire:
    """Requests as they are, without a client that knows better."""

    def __init__(self, shop, url):
        self.url = url.rstrip("/")
        self._session = requests.Session()
        # What the environment says of certificates would come first.
        self._session.trust_env = False
        self._session.verify = shop.server.ca_file
        challenge = self._session.get(f"{self.url}/keys?api-version={VERSION}").headers["www-authenticate"]
        resource = challenge.split('resource="')[1].split('"')[0]
        token = shop.credential().get_token(resource + "/.default").token
        self._session.headers["Authorization"] = "Bearer " + token

    def ask(self, method, path, body=None):
        """(status, what is said)."""
        answer = self._session.request(method, f"{self.url}{path}?api-version={VERSION}", json=body)
        return answer.status_code, answer.json() if answer.content else None

    def use(self, kid, operation, **members):
        """What came of a use of a key: its value, or the error's code. Bytes are written in base 64."""
        path = "/" + kid.split("/", 3)[3]
        body = {name: encoded(value) if isinstance(value, bytes) else value for name, value in members.items()}
        status, said = self.ask("POST", f"{path}/{operation}", body)
        if status != 200:
            return Refusal(said["error"])
        return decoded(said["value"]) if isinstance(said["value"], str) else said["value"]

    def bring(self, name, jwk):
        """Imports a key.
        Returns: its id."""
        status, said = self.ask("PUT", f"/keys/{name}", {"key": jwk})
        assert status == 200, said
        return said["key"]["kid"]
