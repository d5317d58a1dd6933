"""Vaults over TLS that stays open: what Azure's clients ask all day, beside a bare HTTP server over the same TLS."""

import base64
import http.client
import json
import os
import socket
import ssl
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor

from processes import Process, claviger
from workload import BODIES, KEYS, exchange

VERSION = "2026-04-01"
APPLICATIONS = 4
DOMAIN = "claviger.localhost"


class Echo(Process):
    """The yardstick, with the server's own certificate."""

    def __init__(self, program, server, size):
        folder = server.data / "tls"
        super().__init__([program, "application/json; charset=utf-8", size, folder / "server.pem", folder / "server-key.pem"])
        self.url = f"https://127.0.0.1:{self.first_line}"


class Door:
    """The server as those see it who come to its vaults."""

    def __init__(self, server):
        self.server = server
        self.port = urllib.parse.urlsplit(server.words["https"]).port
        self.url = f"https://127.0.0.1:{self.port}"

    def cpu_seconds(self):
        return self.server.cpu_seconds()

    def audit_records(self):
        return self.server.audit_records()


class Connection(http.client.HTTPSConnection):
    """To a name of the server, wherever that leads. What certificate it shows is left aside."""

    def __init__(self, host, port):
        super().__init__(host, port, context=ssl._create_unverified_context())

    def connect(self):
        self.sock = self._context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port)), server_hostname=self.host)


class Client:
    """Applications that may do everything in a vault and a managed HSM."""

    def __init__(self, server):
        self.door, self.data = Door(server), server.data
        # A server that has just started makes key pairs ahead, and tells those who want a token meanwhile to try again.
        server.settle()
        made = [self.command("app", "create", f"bench-{number}") for number in range(APPLICATIONS)]
        ids = [application["clientID"] for application in made]
        self.command("create", "bench", "--admin", ids[0])
        self.command("create", "bench-hsm", "--hsm", "--admin", ids[0])
        for one in ids[1:]:
            self.command("assign", "bench", "--role", "Key Vault Administrator", "--principal", one)
            self.command("assign", "bench-hsm", "--role", "Managed HSM Crypto User", "--principal", one)
        self.tokens = {
            kind: [self.token(application, kind) for application in made] for kind in ("vault", "managedhsm")}

    def command(self, *arguments):
        return json.loads(claviger("vault", *arguments, "--data-dir", self.data, "--json"))

    def token(self, application, kind):
        secret = self.command("app", "add-secret", application["clientID"])["secret"]
        connection = Connection(f"login.{DOMAIN}", self.door.port)
        connection.request(
            "POST", f"/{application['tenantID']}/oauth2/v2.0/token",
            urllib.parse.urlencode({
                "client_id": application["clientID"], "client_secret": secret, "grant_type": "client_credentials",
                "scope": f"https://{kind}.{DOMAIN}:{self.door.port}/.default"}),
            {"Content-Type": "application/x-www-form-urlencoded"})
        answer = json.load(connection.getresponse())
        connection.close()
        if "access_token" not in answer:
            raise SystemExit(f"bench: no token: {answer}")
        return answer["access_token"]

    def request(self, place, number, method, path, body=None):
        """A request as Azure's client for Python sends it."""
        name, kind = place
        token = self.tokens[kind][number // KEYS % APPLICATIONS]
        text = b"" if body is None else json.dumps(body).encode()
        fields = [
            f"{method} {path}?api-version={VERSION} HTTP/1.1", f"Host: {name}.{kind}.{DOMAIN}:{self.door.port}",
            "User-Agent: azsdk-python-keyvault-keys/4.11.3 Python/3.11.2 (Linux-6.1.0-x86_64-with-glibc2.36)",
            "Accept-Encoding: gzip, deflate", "Accept: application/json", "Connection: keep-alive",
            f"x-ms-client-request-id: {uuid.uuid4()}", f"Authorization: Bearer {token}"]
        if body is not None:
            fields += ["Content-Type: application/json", f"Content-Length: {len(text)}"]
        return "\r\n".join(fields).encode() + b"\r\n\r\n" + text

    def ask(self, place, method, path_of, body, count):
        """Carries out so many calls, of one application; their answers, in order."""

        def share(start):
            connection = Connection(f"{place[0]}.{place[1]}.{DOMAIN}", self.door.port)
            answers = {}
            for number in range(start, count, 16):
                answers[number] = json.loads(exchange(connection, self.request(place, 0, method, path_of(number), body)))
            connection.close()
            return answers

        with ThreadPoolExecutor(16) as pool:
            answers = {number: answer for part in pool.map(share, range(16)) for number, answer in part.items()}
        return [answers[number] for number in range(count)]


class Workload:
    """One operation: how its requests look."""

    place = ("bench", "vault")
    count = KEYS

    def __init__(self, client):
        self.client = client

    def requests(self):
        return [self.request(number) for number in range(BODIES)]

    def answer_size(self):
        connection = Connection(f"{self.place[0]}.{self.place[1]}.{DOMAIN}", self.client.door.port)
        size = len(exchange(connection, self.request(0)))
        connection.close()
        return size


class GetSecret(Workload):
    """The latest version of a secret of 32 letters."""

    name = "vault-GetSecret"

    def prepare(self):
        self.client.ask(self.place, "PUT", lambda number: f"/secrets/s{number}", {"value": uuid.uuid4().hex}, self.count)

    def request(self, number):
        return self.client.request(self.place, number, "GET", f"/secrets/s{number % self.count}/")


class OnKey(Workload):
    def prepare(self):
        made = self.client.ask(self.place, "POST", lambda number: f"/keys/{self.prefix}{number}/create", self.key, self.count)
        self.paths = ["/" + answer["key"]["kid"].split("/", 3)[3] for answer in made]

    def request(self, number):
        body = {"alg": self.algorithm, "value": base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")}
        return self.client.request(self.place, number, "POST", f"{self.paths[number % self.count]}/{self.operation}", body)


class SignES256(OnKey):
    """Hashes of 32 bytes by keys of their own version."""

    name, operation, algorithm, prefix = "vault-Sign-ES256", "sign", "ES256", "p"
    key = {"kty": "EC", "crv": "P-256"}
    count = 32


class WrapKey(OnKey):
    """Keys of 32 bytes."""

    name, operation, algorithm, prefix = "vault-WrapKey-A256KW", "wrapkey", "A256KW", "w"
    place = ("bench-hsm", "managedhsm")
    key = {"kty": "oct-HSM", "key_size": 256}


OPERATIONS = (GetSecret, SignES256, WrapKey)
NAMES = tuple(operation.name for operation in OPERATIONS)
