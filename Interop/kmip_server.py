"""The server of the KMIP suites, and clients that it knows."""

import contextlib
import datetime
import os
import socket
import ssl
import subprocess
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kmip_client import Identity
from server import BINARY, PATIENCE

STAND_IN = os.environ.get("CLAVIGER_KMIP_STAND_IN", os.path.join(os.path.dirname(BINARY), "kmip-tcp"))


class Unnamed(Identity):
    """The stand-in's certificate doesn't have its address."""

    def context(self):
        context = super().context()
        context.check_hostname = False
        return context


class StandIn:
    """The door alone in a process without a store: whoever connects is an administrator."""

    def __init__(self, directory):
        self.directory = directory
        self.log = directory / "server.log"
        self.port = None
        self.process = None

    def start(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([STAND_IN, str(self.port)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                certificate = ssl.get_server_certificate(("127.0.0.1", self.port), timeout=PATIENCE)
                break
            except OSError:
                assert self.is_alive() and time.monotonic() < deadline, self.log_tail()
        (self.directory / "authority.pem").write_text(certificate)
        _certificate(self.directory)
        return self

    def kmip_client(self, name="suite"):
        return Unnamed(
            host="127.0.0.1",
            port=self.port,
            certificate=self.directory / "client.pem",
            key=self.directory / "client.key",
            authority=self.directory / "authority.pem",
        )

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def log_tail(self, count=4000):
        return self.log.read_bytes()[-count:].decode("utf-8", "replace") if self.log.exists() else ""

    def stop(self):
        self.dispose()

    def dispose(self):
        if self.is_alive():
            self.process.kill()
            self.process.wait(timeout=PATIENCE)


@contextlib.contextmanager
def kmip_house_in(folder):
    """A server that speaks KMIP. It must still be there, and leave politely, in the end."""
    running = StandIn(folder)
    try:
        yield running.start()
        assert running.is_alive(), f"the server died\n{running.log_tail()}"
        running.stop()
    finally:
        running.dispose()


def _certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "suite")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "client.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "client.key").write_bytes(encoded)
