"""Servers whose seal is part of the test: settings by the environment, lines of standard output kept."""

import json
import os
import pathlib
import pty
import re
import selectors
import subprocess
import threading
import time

from server import BINARY, PATIENCE, Server, clean_environment, parse_exports, run_claviger

_SHARE = re.compile(r"^[A-Z2-7]{8}(-[A-Z2-7]{8}){10}$")


def shares_in(text):
    """The shares of a command's output, in order."""
    return [line for line in text.splitlines() if _SHARE.match(line)]


def settings(**seal):
    """Environment variables of a seal: kind="passphrase", passphrase_file=..."""
    return {f"CLAVIGER_SEAL_{name.upper()}": str(value) for name, value in seal.items()}


class SealedServer(Server):
    """A server that may start sealed: `start` returns with its first state, `opened` waits for it to serve."""

    def __init__(self, directory, *, seal=None, environment=None):
        super().__init__(directory, environment=environment or clean_environment(**(seal or {})))
        self.kmip_listen = None
        self.lines = []

    def use(self, seal):
        """Another configuration for the next start."""
        self.environment = clean_environment(**seal)
        return self

    def start(self):
        self.begin()
        self.opened()
        return self

    def begin(self):
        """Starts, and returns the first of the lines that say what it is: "ready ..." or "sealed ..."."""
        self.directory.mkdir(parents=True, exist_ok=True)
        command = [BINARY, "serve", "--dev", "--data-dir", str(self.data)]
        command += ["--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", *self.arguments]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            )
        return self.line("ready", "sealed")

    def opened(self):
        """Waits until it serves."""
        if not (self.lines and self.lines[-1].startswith("ready")):
            self.line("ready")
        self._drain = threading.Thread(target=self._discard_output, args=(self.process.stdout,), daemon=True)
        self._drain.start()
        answer = run_claviger("env", "--data-dir", self.data)
        assert answer.returncode == 0, f"claviger env failed: {answer.stderr}"
        self.exports = parse_exports(answer.stdout)
        return self

    def line(self, *beginnings):
        """The next line of standard output that begins so; all lines on the way are kept."""
        deadline = time.monotonic() + PATIENCE
        output = self.process.stdout.fileno()
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while True:
                assert selector.select(timeout=max(0, deadline - time.monotonic())), self.log_tail()
                byte = os.read(output, 1)
                assert byte, f"the server ended ({self.process.wait()})\n{self.log_tail()}"
                line += byte
                if byte != b"\n":
                    continue
                text = line.decode().rstrip("\n")
                self.lines.append(text)
                line = b""
                if text.startswith(beginnings):
                    return text

    def printed_shares(self):
        return shares_in("\n".join(self.lines))

    def fails_to_start(self):
        """What it says on standard error when it doesn't start."""
        done = subprocess.run(
            [BINARY, "serve", "--dev", "--data-dir", str(self.data), "--listen", "127.0.0.1:0", "--listen-tls", "off", *self.arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 1, done
        return done.stderr

    def run(self, *arguments, share_file=None):
        """A command about this server; it must succeed."""
        answer = self.attempt(*arguments, share_file=share_file)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def attempt(self, *arguments, share_file=None):
        extra = ["--share-file", share_file] if share_file else []
        return run_claviger(*arguments, "--data-dir", self.data, *extra, environment=self.environment)

    def seal_status(self):
        return json.loads(self.run("seal", "status", "--json"))

    def share_file(self, name, share):
        path = self.directory / name
        path.write_text(share + "\n")
        path.chmod(0o600)
        return path

    def hand_in(self, share, name="share"):
        return self.attempt("unseal", share_file=self.share_file(name, share))


def at_a_terminal(command, environment, *typed):
    """Runs a command at a terminal of its own and types lines, each when it is asked for something.

    Returns its exit code and what the terminal showed.
    """
    process, terminal = pty.fork()
    if process == 0:
        os.execve(command[0], [str(part) for part in command], environment)
    shown = b""
    waiting = [line.encode() + b"\n" for line in typed]
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if waiting and shown.endswith(b": "):
            os.write(terminal, waiting.pop(0))
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


def passphrase_file(folder, text, name="passphrase"):
    path = pathlib.Path(folder) / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


class Kept:
    """A key and what was encrypted by it: whether a store still is what it was."""

    def __init__(self, server):
        kms = server.client()
        self.key = kms.create_key()["KeyMetadata"]["KeyId"]
        self.text = b"kept through whatever happens to the seal"
        self.ciphertext = kms.encrypt(KeyId=self.key, Plaintext=self.text)["CiphertextBlob"]

    def check(self, server):
        kms = server.client()
        assert kms.decrypt(CiphertextBlob=self.ciphertext)["Plaintext"] == self.text
        assert kms.decrypt(CiphertextBlob=kms.encrypt(KeyId=self.key, Plaintext=b"new")["CiphertextBlob"])["Plaintext"]
