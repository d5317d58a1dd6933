"""The names by which Azure's clients know a server, found without a name server: all of them are this machine."""

import contextlib
import socket
import urllib.parse

DOMAIN = "claviger.localhost"


@contextlib.contextmanager
def resolved():
    """While it lasts, every name of the domain leads to the loopback address."""
    asked = socket.getaddrinfo

    def found(host, *arguments, **named):
        name = host.decode() if isinstance(host, bytes) else host
        here = isinstance(name, str) and (name == DOMAIN or name.endswith("." + DOMAIN))
        return asked("127.0.0.1" if here else host, *arguments, **named)

    socket.getaddrinfo = found
    try:
        yield
    finally:
        socket.getaddrinfo = asked


def port(server):
    return urllib.parse.urlsplit(server.tls_endpoint).port


def authority(server):
    return f"https://login.{DOMAIN}:{port(server)}"


def resource(server):
    return f"https://vault.{DOMAIN}:{port(server)}"


def vault_url(server, name, kind="vault"):
    return f"https://{name}.{kind}.{DOMAIN}:{port(server)}"
