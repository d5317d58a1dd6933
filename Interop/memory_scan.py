"""Looks for known secrets in what a process has or leaves: its memory, its core dump, its files.

GNU grep does the looking: one pass for all forms of all secrets at once. Patterns and memory go through pipes, so that the
search itself writes no secret anywhere.
"""

import base64
import collections
import os
import pathlib
import shutil
import subprocess
import threading

import pytest

from server import PATIENCE

# Long enough that no other bytes are the same by chance, short enough to see a secret of which a part is left.
PART = 16
# How much of a process's memory is read at once.
PIECE = 1 << 20
# Neither a secret nor encrypted: what shows that the search finds what is there.
MARK = b"a mark that isn't secret: " + os.urandom(16).hex().encode()


def parts(secret):
    """Pieces of the secret without line feeds, which grep takes for the ends of patterns. Few secrets have none."""
    found, at = [], 0
    while at + PART <= len(secret):
        line_feed = secret.rfind(b"\n", at, at + PART)
        if line_feed < 0:
            found.append(secret[at : at + PART])
            at += PART // 2
        else:
            at = line_feed + 1
    return found


def searchable(make, secret=lambda made: made):
    """What `make` makes, of which `secret` can be looked for."""
    while True:
        made = make()
        if parts(secret(made)):
            return made


def base64_forms(part):
    """How the bytes look in base 64, in both alphabets, wherever they begin in what is encoded: what depends on them alone."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + part)
        inner = text[-(-offset * 8 // 6) : (offset + len(part)) * 8 // 6]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def forms(part):
    """The part as it is, backwards (as numbers lie in memory), in hexadecimal and in base 64."""
    yield part
    yield part[::-1]
    yield part.hex().encode()
    yield part.hex().upper().encode()
    yield from base64_forms(part)


class Secrets:
    """What is looked for: {name: secret bytes}."""

    def __init__(self, named):
        self.names = {}
        for name, secret in named.items():
            for part in parts(secret):
                for form in forms(part):
                    self.names[form] = name

    def found_in(self, feed):
        """{name: how often}. `feed` writes what is to be searched into the file that it is given."""
        patterns, hand_over = os.pipe()
        search = subprocess.Popen(
            ["grep", "--text", "--only-matching", "--fixed-strings", "--file", f"/dev/fd/{patterns}"],
            env={"LC_ALL": "C"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[patterns],
        )
        os.close(patterns)
        with os.fdopen(hand_over, "wb") as file:
            file.write(b"\n".join(self.names) + b"\n")
        hits = []
        reader = threading.Thread(target=lambda: hits.extend(search.stdout))
        reader.start()
        feed(search.stdin)
        search.stdin.close()
        reader.join()
        assert search.wait() in (0, 1), "grep failed"
        return collections.Counter(self.names[hit[:-1]] for hit in hits)

    def found_in_memory(self, pid):
        return self.found_in(lambda sink: feed_memory(pid, sink))

    def found_in_file(self, path):
        return self.found_in(lambda sink: sink.write(pathlib.Path(path).read_bytes()))

    def found_in_folder(self, folder):
        """{relative path: {name: how often}} of the files with hits."""
        every = {
            str(path.relative_to(folder)): self.found_in_file(path)
            for path in sorted(pathlib.Path(folder).rglob("*"))
            if path.is_file()
        }
        return {path: hits for path, hits in every.items() if hits}


def require_access_to_memory():
    """Skips what calls it where nobody can read another process's memory, or dump it."""
    if os.geteuid() != 0:
        pytest.skip("reads another process's memory: needs root")
    if shutil.which("gcore") is None:
        pytest.skip("no gcore: install gdb")


def found_in_core_dump(folder, pid, *searches):
    """What each search finds in a core dump by the debugger, which leaves out what the process wants left out."""
    done = subprocess.run(
        ["gcore", "-o", str(folder / "core"), str(pid)], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    core = folder / f"core.{pid}"
    found = [search.found_in_file(core) for search in searches]
    core.unlink()
    return found


def found_in_files(folder, data, *searches):
    """What each search finds in all files of the folder and in a backup of the data directory, which is made there."""
    shutil.copytree(data, folder / "backup", ignore=shutil.ignore_patterns("*.sock"))
    return [search.found_in_folder(folder) for search in searches]


def feed_memory(pid, sink):
    """All readable memory of a process, each mapping followed by a line feed, so that nothing matches across two."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            bounds, rights = line.split()[:2]
            if "r" not in rights or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = (int(bound, 16) for bound in bounds.split("-"))
            feed_mapping(memory, start, end, sink)
            sink.write(b"\n")


def feed_mapping(memory, start, end, sink):
    while start < end:
        memory.seek(start)
        try:
            piece = memory.read(min(PIECE, end - start))
        except OSError:
            return  # reserved, not there
        if not piece:
            return
        sink.write(piece)
        start += len(piece)
