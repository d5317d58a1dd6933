"""The owner's door: who comes through the socket in the data directory."""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import tempfile

import pytest

from server import PATIENCE, Server

STRANGER = 65534

if os.geteuid() != 0:
    print("test_admin: only root can come as another user, so the refusal of one is not tried")


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def ask(path, method, target):
    with contextlib.closing(SocketConnection(path)) as connection:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def ask_as(user, path, method, target):
    """The same from a process of another user, who has nothing but the open socket file."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            told = json.dumps(ask(path, method, target))
        except OSError as error:
            told = json.dumps([0, repr(error)])
        finally:
            with contextlib.suppress(BaseException):
                os.write(writing, told.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)


@pytest.fixture
def reachable():
    """A server whose folder and socket somebody opened to everybody, so that only the door itself is in the way."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="claviger-admin-"))
    folder.chmod(0o711)
    server = Server(folder / "server")
    try:
        server.start()
        server.directory.chmod(0o711)
        server.data.chmod(0o711)
        (server.data / "admin.sock").chmod(0o666)
        yield server
    finally:
        server.dispose()
        shutil.rmtree(folder)


def refusals(server):
    records = [json.loads(line) for line in server.audit_lines()]
    return [record for record in records if record["door"] == "admin" and record["outcome"] == "rejected"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can come as another user")
@pytest.mark.parametrize(
    "method, target", [("GET", "/v1/status"), ("POST", "/v1/dev/access-keys"), ("POST", "/v1/clock/advance"), ("GET", "/")]
)
def test_another_user_gets_nothing_but_a_refusal(reachable, method, target):
    path = reachable.data / "admin.sock"
    assert refusals(reachable) == []
    status, body = ask_as(STRANGER, path, method, target)
    assert status == 403, body
    assert json.loads(body)["code"] == "foreignPeer"
    (record,) = refusals(reachable)
    assert record["code"] == "foreignPeer" and "who" not in record


def test_the_owner_is_answered(server):
    status, body = ask(server.data / "admin.sock", "GET", "/v1/status")
    assert status == 200 and json.loads(body)["mode"] == "dev"


def test_the_socket_is_the_owners_alone(server):
    assert (server.data / "admin.sock").stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o777 == 0o700
