"""The processes of a measurement: the server, the echo that it is held against, and the load, each on its core."""

import json
import os
import pathlib
import re
import selectors
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLAVIGER = ROOT / ".build/release/claviger"
LOAD = ROOT / "Benchmarks/load.lua"

SERVER_CORE = "0"
LOAD_CORE = "1"
CONNECTIONS = 32
PATIENCE = 120


class Process:
    """A process that says in its first line of output that it is ready."""

    def __init__(self, command):
        self.log = tempfile.TemporaryFile()
        self.started = time.monotonic()
        self.child = subprocess.Popen(
            ["taskset", "--cpu-list", SERVER_CORE, *map(str, command)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log)
        self.first_line = self._first_line()
        self.ready_after = time.monotonic() - self.started

    def _first_line(self):
        deadline, line = self.started + PATIENCE, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.child.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0, deadline - time.monotonic())):
                    self.stop()
                    raise SystemExit(f"bench: not ready within {PATIENCE} s")
                byte = os.read(self.child.stdout.fileno(), 1)
                if not byte:
                    raise SystemExit(f"bench: the server ended:\n{self.said()}")
                line += byte
        return line.decode().strip()

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    @property
    def pid(self):
        return self.child.pid

    def cpu_seconds(self):
        """User and system time of all threads so far (proc(5): fields 14 and 15 of stat)."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def settle(self):
        """Waits until it has nothing to do of its own: after its start a server makes key pairs ahead."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            before = self.cpu_seconds()
            time.sleep(1)
            if self.cpu_seconds() - before < 0.03:
                return
        raise SystemExit(f"bench: the server is not idle after {PATIENCE} s")

    def memory(self, field):
        """A figure of /proc/PID/status in MiB: VmRSS, VmHWM."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE).group(1)) / 1024

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Echo(Process):
    """The yardstick of HTTP in clear."""

    def __init__(self, program, size):
        super().__init__([program, "application/x-amz-json-1.1", size])
        self.url = f"http://127.0.0.1:{self.first_line}"


class Server(Process):
    """The release binary on a data directory."""

    def __init__(self, data):
        self.data = data
        super().__init__([
            CLAVIGER, "serve", "--dev", "--data-dir", data, "--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0",
            "--listen-kmip", "127.0.0.1:0"])
        self.words = dict(word.split("=", 1) for word in self.first_line.split() if "=" in word)
        exports = dict(re.findall(r"^export (\w+)='?([^'\n]*)'?$", claviger("env", "--data-dir", data), re.MULTILINE))
        self.exports = exports
        self.host = exports["CLAVIGER_ENDPOINT"].removeprefix("http://").rstrip("/")
        self.url = f"http://{self.host}"
        self.region = exports["AWS_DEFAULT_REGION"]

    def audit_records(self):
        """How many records the log holds: its lines."""
        count = 0
        for segment in pathlib.Path(self.data, "audit").glob("*.jsonl"):
            with open(segment, "rb") as file:
                while block := file.read(1 << 20):
                    count += block.count(b"\n")
        return count


def claviger(*arguments):
    """Runs one command and returns its output."""
    outcome = subprocess.run([CLAVIGER, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE)
    if outcome.returncode != 0:
        raise SystemExit(f"bench: claviger {arguments[0]}: {outcome.stderr.strip()}")
    return outcome.stdout


def load(url, requests_file, seconds):
    """Drives the server with the requests of a file; the counts and latencies as load.lua prints them."""
    outcome = subprocess.run(
        ["taskset", "--cpu-list", LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s",
         "-s", LOAD, url, "--", requests_file],
        capture_output=True, text=True, timeout=PATIENCE + seconds)
    if outcome.returncode != 0:
        raise SystemExit(f"bench: wrk: {outcome.stderr.strip() or outcome.stdout.strip()}")
    return json.loads(outcome.stdout.strip().splitlines()[-1])
