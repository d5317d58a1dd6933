"""What people type and what they are given, shares, passphrases: nothing of it stays where it came by, in memory, core dumps
or the log. The root that it opens stays, where it belongs, so the search is known to find something."""

import os

import pytest

from memory_scan import Secrets, found_in_core_dump, require_access_to_memory
from seal_file import PrintedShare, SealFile, joined, root_under_scrypt
from seals import Kept, SealedServer, at_a_terminal, settings, shares_in
from server import BINARY, clean_environment


@pytest.fixture(autouse=True)
def access():
    require_access_to_memory()


def told(**seal):
    return clean_environment(CLAVIGER_LOG_LEVEL="trace", **settings(**seal))


def nowhere(server, folder, secrets, root):
    """None of these is in the server's memory, while the root is; neither is in a core dump or the log."""
    wanted, held = Secrets(secrets), Secrets({"root": root})
    pid = server.process.pid
    assert held.found_in_memory(pid), "the search finds nothing"
    assert wanted.found_in_memory(pid) == {}
    assert found_in_core_dump(folder, pid, wanted, held) == [{}, {}]
    assert wanted.found_in_file(server.log) == {} and held.found_in_file(server.log) == {}
    assert wanted.found_in_folder(server.data) == {}


def letters(shares):
    return {f"letters of {index}": share.encode() for index, share in enumerate(shares)}


def test_a_passphrase_that_opened_the_seal_or_made_a_new_one_stays_nowhere(tmp_path):
    first, second = (os.urandom(24).hex() + " ä\"\\ typed" for _ in range(2))
    server = SealedServer(tmp_path / "one", environment=told(kind="passphrase"))
    server.directory.mkdir()
    command = [BINARY, "init", "--dev", "--data-dir", server.data]
    code, shown = at_a_terminal(command, server.environment, first, first)
    assert code == 0, shown
    try:
        server.begin()
        assert "passphrase is wrong" in server.hand_in(first + "!").stderr
        assert server.hand_in(first).returncode == 0
        server.opened()
        Kept(server)
        file = SealFile((server.data / "seal").read_bytes())
        root = root_under_scrypt(file, file.entries[0], first.encode())
        nowhere(server, tmp_path, {"passphrase": first.encode()}, root)

        command = [BINARY, "seal", "rotate-root", "--ask-passphrase", "--data-dir", server.data]
        code, shown = at_a_terminal(command, server.environment, second, second)
        assert code == 0 and second not in shown, shown
        file = SealFile((server.data / "seal").read_bytes())
        root = root_under_scrypt(file, file.entries[0], second.encode())
        nowhere(server, tmp_path, {"passphrase": second.encode()}, root)
    finally:
        server.dispose()


def test_shares_stay_nowhere_once_they_have_opened_or_were_printed(tmp_path):
    server = SealedServer(tmp_path / "one", environment=told(kind="shamir", threshold=2, shares=3))
    try:
        server.begin()
        texts = server.printed_shares()
        shares = [PrintedShare(text) for text in texts]
        assert server.hand_in(texts[0]).returncode == 0
        # While it waits for another it is in locked memory, and nowhere else.
        waiting = Secrets({"share": shares[0].secret})
        assert waiting.found_in_memory(server.process.pid)
        assert found_in_core_dump(tmp_path, server.process.pid, waiting) == [{}]
        assert server.hand_in(texts[1]).returncode == 0
        server.opened()
        Kept(server)
        secrets = letters(texts) | {f"share {share.number}": share.secret for share in shares}
        nowhere(server, tmp_path, secrets, joined(shares[:2]))

        made = shares_in(server.run("seal", "rotate-root"))
        recovery = shares_in(server.run("recovery", "create", "2/3"))
        new = [PrintedShare(text) for text in made]
        secrets = letters(made + recovery) | {
            f"share {index}": PrintedShare(text).secret for index, text in enumerate(made + recovery)
        }
        nowhere(server, tmp_path, secrets, joined(new[:2]))
    finally:
        server.dispose()
