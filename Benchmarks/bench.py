#!/usr/bin/env python3
"""Measures the release build on one core, driven from another, beside a bare SwiftNIO echo in the same run.

    make bench                              everything
    make bench BENCH='--only Encrypt-1KiB'  one line
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import kmip
import vault
import workload
from processes import CONNECTIONS, ROOT, SERVER_CORE, Echo, Server, claviger, load
from sigv4 import Credentials

ACCESS_KEYS = 4
HOT = (
    workload.GenerateDataKey, workload.GenerateDataKeyGuarded, workload.Encrypt, workload.Decrypt, workload.GenerateRandom, workload.SignRSA2048,
    workload.SignP256)
OTHERS = ("CreateKey", *kmip.NAMES, *vault.NAMES, "custody", "start")
KEYS_AT_START = 1_000_000
ROUND = 2  # seconds that the server and the echo take in turns


def build(product, **environment):
    """The release build of a program."""
    subprocess.run(
        ["swift", "build", "--configuration", "release", "--product", product], cwd=ROOT, check=True,
        stdout=sys.stderr, env=os.environ | environment)


def build_inner(product):
    """A program that is there only with CLAVIGER_BENCH=1. Returns its path."""
    build(product, CLAVIGER_BENCH="1")
    return ROOT / ".build/release" / product


def credentials_of(server):
    """The first access key and as many more as the measurement wants."""
    exports = server.exports
    result = [Credentials(exports["AWS_ACCESS_KEY_ID"], exports["AWS_SECRET_ACCESS_KEY"])]
    while len(result) < ACCESS_KEYS:
        result.append(Credentials(*claviger("dev", "add-access-key", "--data-dir", server.data).split()))
    return tuple(result)


def measure(process, requests, seconds):
    """What wrk saw, and the processor time that it cost."""
    before = process.cpu_seconds()
    seen = load(process.url, requests, seconds)
    used = process.cpu_seconds() - before
    if seen["refused"] or seen["broken"]:
        raise SystemExit(f"bench: {seen['refused']} answers were no 200, {seen['broken']} connections broke")
    return seen | {"cpu": used}


def hot(server, work, echo_of, folder, seconds):
    """One operation and an echo with the same requests and an answer of the same size, in turns: what slows the machine
    down slows down both. Returns the ratio."""
    work.prepare()
    requests = folder / f"{work.name}.requests"
    workload.write(requests, work.requests())
    with echo_of(work.answer_size()) as echo:
        for process in (server, echo):
            load(process.url, requests, 2)
        records = server.audit_records()
        rounds = [
            (measure(server, requests, ROUND), measure(echo, requests, ROUND), signatures(work))
            for _ in range(max(1, seconds // ROUND))]
    ours, bare = Sum(one for one, _, _ in rounds), Sum(other for _, other, _ in rounds)
    check_audit(server.audit_records() - records, ours.requests, len(rounds))
    print(
        f"{work.name:<24} {ours.rate:>8,.0f} req/s  {ours.per_cpu:>8,.0f} req/CPU-s"
        f"  echo {bare.per_cpu:>8,.0f} req/CPU-s  ratio {ours.per_cpu / bare.per_cpu:.2f}"
        f"  p50 {ours.p50 / 1000:.2f} ms  p99 {ours.p99 / 1000:.2f} ms", flush=True)
    library = [one for _, _, one in rounds if one]
    if library:
        alone = sum(library) / len(library)
        print(
            f"{'':<24} openssl speed {alone:,.0f} signatures/CPU-s: {work.verdict(ours.per_cpu, bare.per_cpu, alone)}",
            flush=True)
    return ours.per_cpu / bare.per_cpu


def signatures(work):
    """How many signatures a second of processor time `openssl speed` makes on the server's core; None for other work."""
    if not hasattr(work, "openssl"):
        return None
    said = subprocess.run(
        ["taskset", "--cpu-list", SERVER_CORE, "openssl", "speed", "-mr", "-seconds", "1", work.openssl],
        capture_output=True, text=True, check=True).stdout
    # "+F2:index:bits:signatures a second:verifications a second", and +F4 for ECDSA.
    line = next(line for line in said.splitlines() if line.startswith(("+F2:", "+F4:")))
    return float(line.split(":")[3])


class Sum:
    """Several measurements of one thing as one."""

    def __init__(self, parts):
        parts = list(parts)
        self.requests = sum(part["requests"] for part in parts)
        self.rate = self.requests * 1e6 / sum(part["microseconds"] for part in parts)
        self.per_cpu = self.requests / max(sum(part["cpu"] for part in parts), 0.01)
        # The middle round's latencies.
        self.p50, self.p99 = (sorted(part[name] for part in parts)[len(parts) // 2] for name in ("p50", "p99"))


def check_audit(grown, answered, rounds):
    """Each answered request is one record; those in flight when the load stopped may be answered to nobody."""
    if not answered <= grown <= answered + 2 * CONNECTIONS * rounds:
        raise SystemExit(f"bench: {answered} answers but {grown} audit records")


def create_keys(server, client, folder, seconds):
    """Rate of key creation, then flushes per key in a run of its own, for tracing slows the server down."""
    requests = folder / "CreateKey.requests"
    workload.write(requests, workload.CreateKey(client).requests())
    load(server.url, requests, 1)
    seen = Sum([measure(server, requests, seconds)])
    print(
        f"{'CreateKey':<24} {seen.rate:>8,.0f} req/s  {seen.per_cpu:>8,.0f} req/CPU-s"
        f"  {flushes(server, requests, folder / 'flushes.txt')}"
        f"  p50 {seen.p50 / 1000:.2f} ms  p99 {seen.p99 / 1000:.2f} ms", flush=True)


def flushes(server, requests, trace):
    """How many fsync and fdatasync calls three seconds of load need."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", trace, "-p", str(server.pid)],
        stderr=subprocess.PIPE)
    if b"attached" not in tracer.stderr.readline():
        tracer.wait()
        return "flushes not counted (strace needs root)"
    seen = load(server.url, requests, 3)
    tracer.send_signal(signal.SIGINT)
    tracer.wait()
    columns = [line.split() for line in trace.read_text().splitlines()]
    calls = sum(int(line[3]) for line in columns if line and line[-1] in ("fsync", "fdatasync"))
    return f"{calls} flushes for {seen['requests']} keys: one per {seen['requests'] / max(calls, 1):.1f}"


def serve_hot(arguments, folder, wanted):
    with Server(folder / "data") as server:
        if wanted & set(kmip.NAMES):
            serve_kmip(server, arguments, folder, wanted)
        if wanted & set(vault.NAMES):
            serve_vaults(server, arguments, folder, wanted)
        if not wanted - set(kmip.NAMES) - set(vault.NAMES):
            return
        client = workload.Client(server.host, server.region, credentials_of(server))
        program = inner("http-echo", arguments)
        made = client.ask("CreateKey", lambda number: {"Description": f"key {number}"}, workload.KEYS)
        workload.OnKeys.keys = [answer["KeyMetadata"]["KeyId"] for answer in made]
        ratios = {}
        for operation in HOT:
            if operation.name in wanted:
                server.settle()
                ratios[operation.name] = hot(
                    server, operation(client), lambda size: Echo(program, size), folder, arguments.seconds)
                compare(operation, ratios)
        if "CreateKey" in wanted:
            create_keys(server, client, folder, arguments.seconds)
        print(f"{'memory':<24} {server.memory('VmRSS'):.0f} MiB resident, {server.memory('VmHWM'):.0f} MiB at most")


def inner(product, arguments):
    return ROOT / ".build/release" / product if arguments.no_build else build_inner(product)


def serve_kmip(server, arguments, folder, wanted):
    """The lines of KMIP, over the same server."""
    programs = kmip.Programs(*(inner(product, arguments) for product in ("kmip-load", "kmip-echo")))
    kmip.Measurement(server, programs, folder, arguments.seconds, ROUND).run(wanted)


def serve_vaults(server, arguments, folder, wanted):
    """The lines of vaults, over the same server."""
    program = inner("http-echo", arguments)
    client = vault.Client(server)
    for operation in vault.OPERATIONS:
        if operation.name in wanted:
            server.settle()
            hot(client.door, operation(client), lambda size: vault.Echo(program, server, size), folder, arguments.seconds)


def compare(operation, ratios):
    """What an operation keeps of the ratio of another that it is a harder case of."""
    plain = ratios.get(getattr(operation, "beside", None))
    if plain:
        print(f"{'':<24} {ratios[operation.name] / plain:.2f} of the ratio of {operation.beside}", flush=True)


def custody():
    """Encrypt inside the process against a C loop."""
    subprocess.run(["taskset", "--cpu-list", SERVER_CORE, build_inner("custody-bench")], check=True)


def start_with_many(arguments, folder):
    """Time from exec to the ready line, and memory then, over a store with many keys."""
    data = folder / "many"
    with Server(data):
        pass
    subprocess.run(
        [build_inner("seeder"), data, str(arguments.keys)], check=True, stdout=sys.stderr)
    times, memory = [], 0
    for _ in range(3):
        with Server(data) as server:
            times.append(server.ready_after)
            memory = server.memory("VmRSS")
    print(
        f"{'start':<24} {arguments.keys:,} keys: {sorted(times)[1]:.2f} s to the ready line (median of 3), "
        f"{memory:.0f} MiB resident", flush=True)


def main():
    names = [operation.name for operation in HOT] + list(OTHERS)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=names, help="measure only this; may be repeated")
    parser.add_argument("--seconds", type=int, default=10, help="length of each measurement (default 10)")
    parser.add_argument("--keys", type=int, default=KEYS_AT_START, help="keys in the store for 'start'")
    parser.add_argument("--no-build", action="store_true", help="measure the binaries that are there")
    arguments = parser.parse_args()
    wanted = set(arguments.only or names)
    if not arguments.no_build:
        build("claviger")
    with tempfile.TemporaryDirectory(prefix="claviger-bench-", dir=ROOT / ".build") as name:
        folder = pathlib.Path(name)
        if wanted - {"custody", "start"}:
            serve_hot(arguments, folder, wanted)
        if "custody" in wanted:
            custody()
        if "start" in wanted:
            start_with_many(arguments, folder)


if __name__ == "__main__":
    main()
