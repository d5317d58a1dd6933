"""An older seal file in the place of the present one: whoever can write the data directory may put it there, and so may an
operator who restores a backup."""

import json
import re
import shutil
import sqlite3

import pytest

from seals import Kept, SealedServer, settings, shares_in
from server import run_claviger


@pytest.fixture
def server(tmp_path):
    server = SealedServer(tmp_path)
    server.start()
    yield server
    server.dispose()


def drill(server, folder, shares):
    files = []
    for index, share in enumerate(shares):
        path = folder / f"share-{index}"
        path.write_text(share + "\n")
        path.chmod(0o600)
        files += ["--share-file", path]
    return run_claviger("recovery", "verify", "--data-dir", server.data, *files)


def seal_of(server):
    return (server.data / "seal").read_bytes()


def put_back(server, file):
    server.stop()
    (server.data / "seal").write_bytes(file)


def key_to(said):
    """What the refusal says to pass when it is meant."""
    return re.search(r"--accept-seal (\d+/\d+)", said).group(1)


def operations(server):
    return [json.loads(line) for line in server.audit_lines()]


class TestRecovery:
    """Recovery shares that were replaced open nothing again, whatever file is put back."""

    def test_the_file_from_before_new_shares_is_refused_by_name(self, server, tmp_path):
        kept = Kept(server)
        old_shares = shares_in(server.run("recovery", "create", "2/3"))
        old = seal_of(server)
        new_shares = shares_in(server.run("recovery", "create", "2/3"))
        new = seal_of(server)
        put_back(server, old)
        said = server.fails_to_start()
        assert "is older than" in said and "--accept-seal" in said
        assert drill(server, tmp_path, old_shares[:2]).returncode == 1
        checked = run_claviger("doctor", "--data-dir", server.data)
        assert checked.returncode == 1
        assert any(line.startswith("fail") and "is older than" in line for line in checked.stdout.splitlines())
        put_back(server, new)
        server.start()
        kept.check(server)
        assert drill(server, tmp_path, new_shares[:2]).returncode == 0
        assert drill(server, tmp_path, old_shares[:2]).returncode == 1

    def test_the_file_from_before_there_were_shares_is_refused(self, server):
        without = seal_of(server)
        server.run("recovery", "create", "2/3")
        put_back(server, without)
        assert "is older than" in server.fails_to_start()


class TestRoots:
    def test_the_file_from_before_a_rotation_is_refused(self, server):
        old = seal_of(server)
        server.run("seal", "rotate-root")
        put_back(server, old)
        assert "is older than" in server.fails_to_start()

    def test_a_change_that_the_database_missed_is_caught_up_on(self, server):
        """As a kill between the two writes leaves it: the file is newer."""
        kept = Kept(server)
        server.stop()
        shutil.copytree(server.data, server.directory / "before", ignore=shutil.ignore_patterns("*.sock"))
        server.start()
        server.run("recovery", "create", "2/3")
        newer = seal_of(server)
        server.stop()
        shutil.rmtree(server.data)
        shutil.copytree(server.directory / "before", server.data)
        (server.data / "seal").write_bytes(newer)
        server.start()
        kept.check(server)
        assert server.seal_status()["recovery"]["epochs"] == 1
        put_back(server, (server.directory / "before" / "seal").read_bytes())
        assert "is older than" in server.fails_to_start()


def test_nobody_is_asked_for_shares_of_an_older_file(tmp_path):
    server = SealedServer(tmp_path, seal=settings(kind="shamir", threshold=1, shares=1))
    try:
        server.begin()
        assert server.hand_in(server.printed_shares()[0]).returncode == 0
        server.opened()
        old = seal_of(server)
        server.run("seal", "rotate-root")
        put_back(server, old)
        assert "is older than" in server.fails_to_start()
    finally:
        server.dispose()


class TestOnPurpose:
    def test_a_backup_of_both_opens(self, server):
        kept = Kept(server)
        server.run("recovery", "create", "2/3")
        server.stop()
        backup = server.directory / "backup"
        shutil.copytree(server.data, backup, ignore=shutil.ignore_patterns("*.sock"))
        server.start()
        server.run("recovery", "create", "2/3")
        server.stop()
        shutil.rmtree(server.data)
        shutil.copytree(backup, server.data)
        server.start()
        kept.check(server)

    def test_an_older_file_that_is_meant_is_accepted_once_and_recorded(self, server, tmp_path):
        kept = Kept(server)
        shares = shares_in(server.run("recovery", "create", "2/3"))
        old = seal_of(server)
        server.run("recovery", "create", "2/3")
        put_back(server, old)
        key = key_to(server.fails_to_start())
        for wrong in ("1/1", key + "0"):
            server.arguments = ["--accept-seal", wrong]
            assert "is older than" in server.fails_to_start()
        server.arguments = ["--accept-seal", key]
        server.start()
        kept.check(server)
        assert drill(server, tmp_path, shares[:2]).returncode == 0
        steps = [record["details"] for record in operations(server) if record["operation"] == "ReplaceRoot"]
        assert {"step": "accept", "accepted": key}.items() <= steps[-3].items(), steps[-3:]
        # The flag stays where somebody left it, and accepts nothing more.
        server.restart()
        put_back(server, old)
        assert "is older than" in server.fails_to_start()

    def test_recovery_accepts_it_too(self, server, tmp_path):
        kept = Kept(server)
        shares = shares_in(server.run("recovery", "create", "2/3"))
        old = seal_of(server)
        server.run("seal", "rotate-root")
        put_back(server, old)
        (server.data / "seal-key").unlink()
        server.use(settings(kind="file", path=tmp_path / "new-key"))
        files = []
        for index, share in enumerate(shares[:2]):
            files += ["--share-file", server.share_file(f"share-{index}", share)]
        refused = server.attempt("recover", *files)
        assert refused.returncode == 1 and "is older than" in refused.stderr
        done = server.attempt("recover", *files, "--accept-seal", key_to(refused.stderr))
        assert done.returncode == 0, done.stderr
        server.start()
        kept.check(server)


class TestTheDatabasesNote:
    def edit(self, server, statement):
        server.stop()
        with sqlite3.connect(server.data / "claviger.db") as database:
            assert database.execute(statement).rowcount == 1

    def test_an_edited_note_is_refused(self, server):
        self.edit(server, "UPDATE seal_note SET generation = generation - 1")
        assert "was changed" in server.fails_to_start()

    def test_a_note_that_is_gone_is_missed(self, server):
        self.edit(server, "DELETE FROM seal_note")
        assert "doesn't know" in server.fails_to_start()

    @pytest.mark.parametrize("column", ["recovery", "erasure", "code"])
    def test_no_column_of_an_epoch_can_be_taken_away(self, server, column):
        server.run("recovery", "create", "2/3")
        self.edit(server, f"UPDATE epochs SET {column} = NULL")
        assert "failed its authentication (epoch)" in server.fails_to_start()
