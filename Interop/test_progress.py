"""How far long changes are: a bar at a terminal, plain lines elsewhere."""

import concurrent.futures
import json
import re
import threading
import time

import pytest

from seals import Kept, SealedServer, at_a_terminal, shares_in
from server import BINARY, PATIENCE
from test_rewrap import create_many, left, report
from wire import Wire

BAR = re.compile(r"\[[#.]{30}\] \d+ % \((\d+) of (\d+)\)")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = SealedServer(tmp_path_factory.mktemp("progress"))
    yield server.start()
    server.dispose()


def steps(text):
    return [(int(done), int(total)) for done, total in BAR.findall(text)]


def at_terminal(server, *command):
    code, shown = at_a_terminal([BINARY, *command, "--data-dir", server.data], server.environment)
    assert code == 0, shown
    return shown


def test_a_new_root_counts_its_steps_in_plain_lines(server):
    answer = server.attempt("seal", "rotate-root")
    assert answer.returncode == 0
    found = steps(answer.stderr)
    # The new root, the one epoch, the end of the old root.
    assert found[0] == (0, 3) and found[-1] == (3, 3), answer.stderr
    assert "\r" not in answer.stderr and "\x1b" not in answer.stderr
    assert not steps(answer.stdout)


@pytest.mark.parametrize(
    "command",
    [
        ("seal", "rotate-root"),
        ("seal", "migrate", "--to", "file", "--set", "path={}"),
        ("epoch", "rotate"),
        ("erase", "--yes"),
    ],
    ids=["root", "migration", "epoch", "erasure"],
)
def test_a_bar_is_drawn_over_itself_at_a_terminal(server, tmp_path, command):
    command = [part.format(tmp_path / "key") for part in command]
    shown = at_terminal(server, *command)
    found = steps(shown)
    assert found and "\r\x1b[K[" in shown, shown
    assert [done for done, _ in found] == sorted(done for done, _ in found), shown
    if command[0] != "erase":
        assert found[-1][0] == found[-1][1], shown


def test_people_get_their_shares_before_the_last_step(server):
    shown = at_terminal(server, "seal", "migrate", "--to", "shamir", "--set", "threshold=1", "--set", "shares=2")
    lines = shown.replace("\r", "\n").splitlines()
    shares = [at for at, line in enumerate(lines) if shares_in(line)]
    end = [at for at, line in enumerate(lines) if "100 %" in line]
    assert len(shares) == 2 and max(shares) < min(end), shown


def wait_from_the_middle(server, total):
    """What a wait shows that began while some was wrapped again and some not yet, `None` if the work was quicker."""
    server.run("epoch", "rotate", "--no-wait")
    while left(report(server)) == total:
        pass
    answer = server.attempt("epoch", "status", "--wait")
    assert answer.returncode == 0
    found = steps(answer.stderr)
    return found if found and found[0][0] < total else None


def test_a_wait_that_begins_in_the_middle_begins_where_it_stands(tmp_path):
    server = SealedServer(tmp_path)
    try:
        server.start()
        create_many(server, 1_200)
        deadline = time.monotonic() + PATIENCE
        while not (found := wait_from_the_middle(server, 1_201)):
            assert time.monotonic() < deadline
        assert found[0][0] > 0 and found[-1][0] == found[-1][1] >= 1_200, found
    finally:
        server.dispose()


def begin_wrapping(server, total):
    """Returns once some of everything is wrapped again."""
    server.run("epoch", "rotate", "--no-wait")
    deadline = time.monotonic() + PATIENCE
    while left(report(server)) >= total:
        assert time.monotonic() < deadline


def settle(server):
    deadline = time.monotonic() + PATIENCE
    while len(report(server)["epochs"]) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def are_mixed(server):
    """Whether a root was replaced between two pages that were wrapped again one after the other."""
    operations = [json.loads(line).get("operation") for line in server.audit_lines()]
    newest = max(at for at, operation in enumerate(operations) if operation == "RenewEpoch")
    pages = [at for at, operation in enumerate(operations) if operation == "RewrapMaterial" and at > newest]
    return "ReplaceRoot" in operations[pages[0] : pages[-1]]


def replace_roots_meanwhile(server):
    """One root after the other, as long as everything is being wrapped again."""
    done = threading.Event()

    def replace():
        while not done.is_set():
            server.run("seal", "rotate-root")

    with concurrent.futures.ThreadPoolExecutor() as pool:
        replacing = pool.submit(replace)
        try:
            server.run("epoch", "rotate")
        finally:
            done.set()
        replacing.result()


def test_a_root_is_replaced_while_everything_is_wrapped_again(tmp_path):
    """Neither waits for the other, and a kill in the middle of both loses nothing."""
    server = SealedServer(tmp_path)
    try:
        server.start()
        kept = create_many(server, 2_400)
        deadline = time.monotonic() + PATIENCE
        replace_roots_meanwhile(server)
        while not are_mixed(server):
            assert time.monotonic() < deadline
            replace_roots_meanwhile(server)
        for pause in (0.2, 0.5, 0.8):
            begin_wrapping(server, 2_401)
            change = threading.Thread(target=lambda: server.attempt("seal", "rotate-root"))
            change.start()
            time.sleep(pause)
            server.kill()
            change.join()
            server.start()
            settle(server)
            status = server.seal_status()
            assert status["kinds"] == ["file"] and status["epochsToMove"] == 0 and "change" not in status
        with Wire(server) as wire:
            for blob in list(kept.values())[::8]:
                assert json.loads(wire.call("Decrypt", {"CiphertextBlob": blob}).body)["Plaintext"] == "a2VwdA=="
        Kept(server).check(server)
    finally:
        server.dispose()
