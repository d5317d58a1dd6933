"""A real server process, driven as a person would: by its command line, its exports and its signals."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import selectors
import shutil
import signal
import socket
import subprocess
import threading
import time

import boto3
import botocore.config

import hsm_mode

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("CLAVIGER_BIN", str(ROOT / ".build" / "debug" / "claviger"))

# How long a debug build on a busy machine may take for one thing. Reaching it is a failure, never a pause.
PATIENCE = 120

_EXPORT = re.compile(r"^export ([A-Z_]+)=(.*)$")


def clean_environment(**extra):
    """The environment without whatever would send a client elsewhere: AWS profiles, endpoints, bundles, our own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "CLAVIGER_")) and not name.lower().endswith("_proxy")
    }
    kept["AWS_CONFIG_FILE"] = os.devnull
    kept["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    kept["AWS_EC2_METADATA_DISABLED"] = "true"
    kept["AWS_MAX_ATTEMPTS"] = "1"
    # Suites start many servers: making key pairs ahead would take the processors from all of them.
    kept["CLAVIGER_CACHES_RSA_KEY_PAIRS"] = "0"
    kept.update(extra)
    return kept


def run_claviger(*arguments, environment=None, timeout=PATIENCE):
    """Runs one command to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        env=environment or clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def parse_exports(text):
    """`export NAME=VALUE` lines as a dictionary; values may stand in single or double quotes."""
    exports = {}
    for line in text.splitlines():
        match = _EXPORT.match(line.strip())
        if match:
            exports[match.group(1)] = match.group(2).strip("'\"")
    return exports


class Server:
    """`claviger serve --dev` on a directory of its own. Ports are chosen by the system, so suites can share a machine."""

    def __init__(self, directory, *, arguments=(), environment=None):
        self.directory = pathlib.Path(directory)
        self.data = self.directory / "data"
        self.log = self.directory / "server.log"
        self.arguments = list(arguments)
        self.environment = environment or clean_environment()
        # None: nothing is said of it.
        self.kmip_listen = "127.0.0.1:0"
        self.process = None
        self.ready_line = None
        self.exports = {}
        self._drain = None

    # Life

    def start(self):
        """Returns when the server has said that it is ready."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.environment = {**hsm_mode.settings(self.directory), **self.environment}
        command = [BINARY, "serve", "--dev", "--data-dir", str(self.data)]
        command += ["--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0"]
        if self.kmip_listen:
            command += ["--listen-kmip", self.kmip_listen]
        command += self.arguments
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            )
        self.ready_line = self._read_ready_line()
        self._drain = threading.Thread(target=self._discard_output, args=(self.process.stdout,), daemon=True)
        self._drain.start()
        answer = run_claviger("env", "--data-dir", self.data)
        assert answer.returncode == 0, f"claviger env failed: {answer.stderr}"
        self.exports = parse_exports(answer.stdout)
        return self

    def stop(self):
        """Asks politely; the server must drain and leave with success."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=PATIENCE)
        self._forget()
        assert code == 0, f"SIGTERM ended the server with {code}\n{self.log_tail()}"

    @contextlib.contextmanager
    def serving(self):
        """Started. It must still be there, and leave politely, when whoever asked is done."""
        try:
            yield self.start()
            assert self.is_alive(), f"the server died\n{self.log_tail()}"
            self.stop()
        finally:
            self.dispose()

    def kill(self):
        """What a power cut does to a process."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)
        self._forget()

    def restart(self):
        self.stop()
        return self.start()

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def dispose(self):
        """For the end of a suite, however it ended. The directory stays for whoever looks into a failure."""
        if self.is_alive():
            self.process.kill()
            self.process.wait(timeout=PATIENCE)
        self._forget()

    def log_tail(self, count=4000):
        return self.log.read_bytes()[-count:].decode("utf-8", "replace") if self.log.exists() else ""

    def _forget(self):
        if self._drain is not None:
            self._drain.join(timeout=PATIENCE)
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        self._drain = None

    def _read_ready_line(self):
        """The line of standard output that begins with "ready"; fails at once if the process ends instead."""
        deadline = time.monotonic() + PATIENCE
        output = self.process.stdout.fileno()
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while not (line.startswith(b"ready") and line.endswith(b"\n")):
                if line.endswith(b"\n"):
                    line = b""
                arrived = selector.select(timeout=max(0, deadline - time.monotonic()))
                assert arrived, f"no ready line within {PATIENCE} s\n{self.log_tail()}"
                byte = os.read(output, 1)
                assert byte, f"the server ended before it was ready ({self.process.wait()})\n{self.log_tail()}"
                line += byte
        return line.decode().rstrip("\n")

    @staticmethod
    def _discard_output(stream):
        while stream.read1(65536):
            pass

    # Doors

    @property
    def endpoint(self):
        return self.exports["CLAVIGER_ENDPOINT"]

    @property
    def tls_endpoint(self):
        return self.exports["CLAVIGER_TLS_ENDPOINT"]

    @property
    def ca_file(self):
        return self.exports["CLAVIGER_CA_FILE"]

    @property
    def account(self):
        return self.exports["CLAVIGER_ACCOUNT_ID"]

    @property
    def region(self):
        return self.exports["AWS_DEFAULT_REGION"]

    @property
    def access_key(self):
        return self.exports["AWS_ACCESS_KEY_ID"]

    @property
    def secret_key(self):
        return self.exports["AWS_SECRET_ACCESS_KEY"]

    # Clients

    def client(self, service="kms", *, region=None, tls=False, verify=None, access_key=None, secret_key=None):
        """A boto3 client that asks once: a retry would hide what the server answered."""
        session = boto3.session.Session(
            aws_access_key_id=access_key or self.access_key,
            aws_secret_access_key=secret_key or self.secret_key,
            region_name=region or self.region,
        )
        config = botocore.config.Config(
            retries={"total_max_attempts": 1},
            connect_timeout=PATIENCE,
            read_timeout=PATIENCE,
            max_pool_connections=32,
            proxies={},
        )
        return session.client(
            service,
            endpoint_url=self.tls_endpoint if tls else self.endpoint,
            verify=(verify if verify is not None else self.ca_file) if tls else None,
            config=config,
        )

    def client_environment(self, **extra):
        """What `eval "$(claviger env ...)"` gives a shell."""
        return clean_environment(**{**self.exports, **extra})

    def advance_clock(self, seconds):
        """Moves the clock by which things expire; signatures are judged by the real one."""
        answer = run_claviger("dev", "advance-clock", "--data-dir", self.data, "--seconds", seconds)
        assert answer.returncode == 0, answer.stderr

    def admin(self, path, body):
        """A call of the admin API as the command line makes it, without what it does afterwards."""
        with contextlib.closing(http.client.HTTPConnection("localhost", timeout=PATIENCE)) as connection:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(str(self.data / "admin.sock"))
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
            answer = connection.getresponse()
            content = json.loads(answer.read())
        assert answer.status == 200, content
        return content

    def audit_lines(self):
        """Every record of the log, in order, as bytes without the line feed."""
        lines = []
        for segment in sorted((self.data / "audit").glob("*.jsonl")):
            lines += segment.read_bytes().splitlines()
        return lines

    def copy_data(self, destination):
        shutil.copytree(self.data, destination, symlinks=True, ignore=_ignore_sockets)
        return pathlib.Path(destination)


def _ignore_sockets(folder, names):
    return [name for name in names if (pathlib.Path(folder) / name).is_socket()]
