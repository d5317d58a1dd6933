"""KMIP over mutual TLS: rates of our server, of a bare TLS echo of the same sizes and of PyKMIP's server, each on one core."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

import kmip_messages as messages
from kmip_messages import Identity
from processes import LOAD_CORE, PATIENCE, Process, claviger
from pykmip import PyKMIP

KEYS = 64
REQUESTS = 2048
# Connections, and requests under way on each.
SHAPES = ((1, 32), (16, 1), (16, 32))
RIVAL_SHAPES = ((1, 32), (16, 32))
SHAKING = 16


class Get:
    name = "kmip-Get"

    @staticmethod
    def message(key):
        return messages.get(key)


class Encrypt64:
    name = "kmip-Encrypt-64B"
    size = 64

    @classmethod
    def message(cls, key):
        return messages.encrypt(key, os.urandom(cls.size))


class Encrypt1024(Encrypt64):
    name = "kmip-Encrypt-1KiB"
    size = 1024


OPERATIONS = (Get, Encrypt64, Encrypt1024)
HANDSHAKES = "kmip-handshakes"
NAMES = tuple(operation.name for operation in OPERATIONS) + (HANDSHAKES,)


@dataclass(frozen=True)
class Programs:
    """What is built with CLAVIGER_BENCH=1."""

    load: pathlib.Path
    echo: pathlib.Path


class Echo(Process):
    def __init__(self, program, identity, size):
        super().__init__([program, identity.certificate, identity.key, size])
        self.port = int(self.first_line)


@dataclass(frozen=True)
class Driver:
    """Who drives, and as whom."""

    program: pathlib.Path
    identity: Identity

    def load(self, process, requests, connections, depth, seconds, *, once=False, authority="none"):
        """What the load saw and the processor time that it cost the server. A server that refuses or hangs up is no measurement."""
        before = process.cpu_seconds()
        outcome = subprocess.run(
            ["taskset", "--cpu-list", LOAD_CORE, self.program, str(process.port), self.identity.certificate,
             self.identity.key, authority, str(connections), str(depth), str(seconds), requests, *(["once"] if once else [])],
            capture_output=True, text=True, timeout=PATIENCE + seconds)
        if outcome.returncode != 0:
            raise SystemExit(f"bench: {outcome.stderr.strip()}")
        seen = json.loads(outcome.stdout)
        if seen["refused"] or seen["broken"] or seen["resumed"]:
            raise SystemExit(f"bench: {seen}")
        return Seen(**seen, cpu=process.cpu_seconds() - before)


@dataclass(frozen=True)
class Seen:
    requests: int
    microseconds: int
    refused: int
    broken: int
    handshakes: int
    resumed: int
    p50: int
    p99: int
    tls: str
    cpu: float

    @property
    def rate(self):
        return self.requests * 1e6 / self.microseconds

    @property
    def per_cpu(self):
        return self.requests / max(self.cpu, 0.01)


def merged(parts):
    """Several rounds as one; latencies are the middle round's."""
    middle = sorted(parts, key=lambda part: part.p99)[len(parts) // 2]
    added = {name: sum(getattr(part, name) for part in parts) for name in ("requests", "microseconds", "handshakes", "cpu")}
    return Seen(refused=0, broken=0, resumed=0, p50=middle.p50, p99=middle.p99, tls=parts[0].tls, **added)


def make_keys(port, identity, count):
    """Active AES-256 keys; their names."""
    conversation = messages.Conversation(port, identity)
    names = []
    for _ in range(count):
        name = messages.find(conversation.ask(messages.create()), 0x7B, 0x0F, 0x7C, 0x94).decode()
        conversation.ask(messages.activate(name))
        names.append(name)
    conversation.close()
    return names


def write_requests(path, operation, keys):
    path.write_bytes(b"".join(operation.message(keys[number % len(keys)]) for number in range(REQUESTS)))


def answer_size(port, identity, message):
    conversation = messages.Conversation(port, identity)
    size = len(conversation.ask(message))
    conversation.close()
    return size


class Measurement:
    """Our server and its client, and what the lines are measured with."""

    def __init__(self, server, programs, folder, seconds, round_seconds):
        self.server, self.programs, self.folder = server, programs, folder
        self.seconds, self.round = seconds, round_seconds
        server.port = int(server.words["kmip"].rsplit(":", 1)[1])
        out = folder / "kmip-client"
        claviger("kmip", "client", "add", "bench", "--out", out, "--data-dir", server.data, "--role", "administrator")
        self.identity = Identity(out)
        self.driver = Driver(programs.load, self.identity)

    def run(self, wanted):
        chosen = [operation for operation in OPERATIONS if operation.name in wanted]
        if chosen:
            self.operations(chosen)
        if HANDSHAKES in wanted:
            self.handshakes()

    def operations(self, chosen):
        keys = make_keys(self.server.port, self.identity, KEYS)
        with PyKMIP(self.folder) as rival:
            theirs = make_keys(rival.port, rival.identity, KEYS)
            for operation in chosen:
                best = self.against_echo(operation, keys)
                self.against_rival(operation, rival, theirs, best)

    def against_echo(self, operation, keys):
        """A line for each shape. Returns requests per CPU-second by shape."""
        requests = self.folder / f"{operation.name}.requests"
        write_requests(requests, operation, keys)
        size = answer_size(self.server.port, self.identity, operation.message(keys[0]))
        rates = {}
        with Echo(self.programs.echo, self.identity, size) as echo:
            for connections, depth in SHAPES:
                self.server.settle()
                ours, bare = self.in_turns(echo, requests, connections, depth)
                rates[connections, depth] = ours.per_cpu
                print(
                    f"{operation.name:<18} {connections:>2} × {depth:<2} {ours.rate:>8,.0f} req/s  {ours.per_cpu:>8,.0f} req/CPU-s"
                    f"  echo {bare.per_cpu:>8,.0f} req/CPU-s  ratio {ours.per_cpu / bare.per_cpu:.2f}"
                    f"  p50 {ours.p50 / 1000:.2f} ms  p99 {ours.p99 / 1000:.2f} ms  {ours.tls}", flush=True)
        return rates

    def in_turns(self, echo, requests, connections, depth):
        """Both with the same requests, in turns, after a warm-up; each answer of ours must be one record."""
        shape = (requests, connections, depth)
        for process in (self.server, echo):
            self.driver.load(process, *shape, 1)
        records = self.server.audit_records()
        rounds = [
            (self.driver.load(self.server, *shape, self.round, authority=self.identity.authority),
             self.driver.load(echo, *shape, self.round))
            for _ in range(max(1, self.seconds // self.round))]
        ours, bare = (merged(parts) for parts in zip(*rounds))
        grown = self.server.audit_records() - records
        if grown != ours.requests:
            raise SystemExit(f"bench: {ours.requests} answers but {grown} audit records")
        return ours, bare

    def against_rival(self, operation, rival, keys, ours):
        requests = self.folder / f"{operation.name}.theirs"
        write_requests(requests, operation, keys)
        driver = Driver(self.programs.load, rival.identity)
        for connections, depth in RIVAL_SHAPES:
            seen = driver.load(rival, requests, connections, depth, 5)
            print(
                f"{'':<18} {connections:>2} × {depth:<2} PyKMIP {seen.rate:,.0f} req/s, {seen.per_cpu:,.0f} req/CPU-s:"
                f" {ours[connections, depth] / seen.per_cpu:.0f} times that  {seen.tls}", flush=True)

    def handshakes(self):
        """New connections, each with a whole handshake and one Get."""
        keys = make_keys(self.server.port, self.identity, KEYS)
        requests = self.folder / f"{HANDSHAKES}.requests"
        write_requests(requests, Get, keys)
        size = answer_size(self.server.port, self.identity, Get.message(keys[0]))
        with Echo(self.programs.echo, self.identity, size) as echo:
            self.server.settle()
            both = []
            for process, authority in ((self.server, self.identity.authority), (echo, "none")):
                self.driver.load(process, requests, SHAKING, 1, 1, once=True)
                both.append(self.driver.load(process, requests, SHAKING, 1, min(self.seconds, 5), once=True, authority=authority))
        ours, bare = both
        print(
            f"{HANDSHAKES:<18} {SHAKING} at a time {ours.rate:,.0f}/s  {ours.per_cpu:,.0f}/CPU-s  echo {bare.per_cpu:,.0f}/CPU-s"
            f"  p50 {ours.p50 / 1000:.2f} ms  p99 {ours.p99 / 1000:.2f} ms  {ours.tls}", flush=True)
