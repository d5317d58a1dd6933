"""The seal's life while the server serves: status, rotation of the root, migration from one kind to another, and a process
that is killed in between."""

import json
import random
import subprocess
import time

import pytest

from seals import Kept, SealedServer, passphrase_file, settings, shares_in
from server import BINARY, PATIENCE, clean_environment


@pytest.fixture
def server(tmp_path):
    server = SealedServer(tmp_path)
    server.start()
    yield server
    server.dispose()


def test_a_rotated_root_opens_everything_and_survives_a_restart(server):
    kept = Kept(server)
    before = (server.data / "seal").read_bytes()
    said = server.run("seal", "rotate-root")
    assert "1 of 1 epochs moved" in said
    assert (server.data / "seal").read_bytes() != before
    kept.check(server)
    server.restart()
    kept.check(server)
    status = server.seal_status()
    assert status["state"] == "open" and status["kinds"] == ["file"] and status["format"] == 3
    assert status["epochsToMove"] == 0


def test_the_seal_file_from_before_a_rotation_opens_nothing(server, tmp_path):
    before = (server.data / "seal").read_bytes()
    server.run("seal", "rotate-root")
    server.stop()
    path = server.data / "seal"
    path.write_bytes(before)
    assert "is older than" in server.fails_to_start()


def test_a_migrated_server_needs_the_new_seal(server, tmp_path):
    kept = Kept(server)
    old, new = server.environment, settings(kind="passphrase", passphrase_file=passphrase_file(tmp_path, "open sesame"))
    said = server.run(
        "seal", "migrate", "--to", "passphrase", "--set", f"passphrase-file={tmp_path / 'passphrase'}"
    )
    assert "seal.kind passphrase" in said
    kept.check(server)
    assert server.seal_status()["kinds"] == ["passphrase"]
    server.stop()
    server.environment = old
    assert "sealed by a passphrase, but a key file was given" in server.fails_to_start()
    server.use(new).start()
    kept.check(server)
    # The key file is of no use any more.
    (server.data / "seal-key").unlink()
    server.restart()
    kept.check(server)


def test_what_a_migration_cannot_do_is_refused_and_changes_nothing(server, tmp_path):
    before = (server.data / "seal").read_bytes()
    for arguments, words in [
        (["--to", "passphrase"], "--ask-passphrase"),
        (["--to", "passphrase", "--set", f"passphrase-file={tmp_path / 'absent'}"], "absent"),
        (["--to", "shamir", "--set", "threshold=3", "--set", "shares=2"], "seal.threshold"),
        (["--to", "colour"], "expected one of"),
        (["--to", "file", "--set", "colour=red"], "seal.colour: no setting of the seal"),
        (["--to", "file", "--set", f"directory={tmp_path}"], "seal.directory: says where the erasure secret lies"),
        (["--to", "pkcs11", "--set", "module=x.so"], "seal.module: no setting of the seal"),
    ]:
        answer = server.attempt("seal", "migrate", *arguments)
        assert answer.returncode == 1 and words in answer.stderr, answer.stderr
    for arguments, words in [
        (["--to", "file", "--set", "kind=passphrase"], "--to says the kind"),
        (["--to", "file", "--set", "path=a", "--set", "path=b"], "set twice"),
        (["--to", "file", "--set", "path"], "name=value"),
    ]:
        answer = server.attempt("seal", "migrate", *arguments)
        assert answer.returncode == 64 and words in answer.stderr, answer.stderr
    assert (server.data / "seal").read_bytes() == before
    server.restart()


def test_every_step_of_a_change_is_in_the_audit_log(server):
    server.run("seal", "rotate-root")
    records = [json.loads(line) for line in server.audit_lines()]
    steps = [record["details"]["step"] for record in records if record["operation"] == "ReplaceRoot"]
    assert steps[-3:] == ["stage", "rewrap", "settle"]


def test_the_status_names_the_seal_and_the_recovery(server):
    status = json.loads(server.run("status", "--json"))
    assert status["seal"]["kind"] == "file" and status["seal"]["isBesideData"]
    assert "recovery" in server.run("seal", "status")


@pytest.mark.parametrize("seed", range(4))
def test_a_server_killed_while_its_root_is_replaced_starts_and_has_everything(server, seed):
    """Whenever it dies, the next start finishes what it began."""
    kept = Kept(server)
    chance = random.Random(seed)
    for _ in range(3):
        change = subprocess.Popen(
            [BINARY, "seal", "rotate-root", "--data-dir", server.data],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.0, 1.2))
        server.kill()
        change.wait(timeout=PATIENCE)
        server.start()
        kept.check(server)
        status = server.seal_status()
        assert len(status["kinds"]) == 1 and status["epochsToMove"] == 0


def test_a_second_change_waits_for_the_first(server):
    """One is refused while another is under way; whichever it is, the store stays whole."""
    kept = Kept(server)
    both = [
        subprocess.Popen(
            [BINARY, "seal", "rotate-root", "--data-dir", server.data],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for one in both:
        _, said = one.communicate(timeout=PATIENCE)
        assert one.returncode == 0 or "busy" in said
    kept.check(server)
    server.restart()
    kept.check(server)
