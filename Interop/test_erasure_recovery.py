"""Recovery shares stand in for the seal and for nothing else: they don't undo an erasure, and need the erasure secret."""

import shutil
import sqlite3

import pytest

from seals import Kept, SealedServer, settings, shares_in
from server import run_claviger

DAY = 86_400


def domain(data):
    return data / "seal-domain"


def recover(server, shares, data):
    """Recovers a copy of the server's directory, under a key file of the copy's own."""
    arguments = []
    for index, share in enumerate(shares):
        arguments += ["--share-file", server.share_file(f"recovery-{index}", share)]
    return run_claviger("recover", "--data-dir", data, *arguments)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A backup from before an erasure and one from after, neither with the seal's key file nor with the seal domain."""
    place = tmp_path_factory.mktemp("erasure-recovery")
    key_file = place / "key"
    server = SealedServer(place / "own", seal=settings(kind="file", path=key_file)).start()
    try:
        shares = shares_in(server.run("recovery", "create", "2/3"))
        story = {"place": place, "server": server, "shares": shares[:2]}
        story["gone"], story["stays"] = Kept(server), Kept(server)
        story["before"] = back_up(server, place / "before")
        shutil.copytree(domain(server.data), place / "old-domain")
        server.client().schedule_key_deletion(KeyId=story["gone"].key, PendingWindowInDays=7)
        server.advance_clock(8 * DAY)
        server.run("erase", "--yes")
        story["after"] = back_up(server, place / "after")
        key_file.unlink()
        yield story
    finally:
        server.dispose()


def back_up(server, destination):
    server.stop()
    server.copy_data(destination)
    shutil.rmtree(domain(destination))
    server.start()
    return destination


def restored(story, name, backup, secret=None):
    data = story["place"] / name / "kms"
    data.parent.mkdir()
    shutil.copytree(story[backup], data)
    if secret is not None:
        shutil.copytree(secret, domain(data))
    return data


def served(story, data):
    """A server of its own on a copy."""
    other = SealedServer(story["place"] / (data.parent.name + "-served"))
    other.directory.mkdir()
    shutil.copytree(data, other.data)
    return other.start()


def test_an_old_backup_and_shares_do_not_undo_an_erasure(story):
    data = restored(story, "old", "before", domain(story["server"].data))
    answer = recover(story["server"], story["shares"], data)
    assert answer.returncode == 1
    assert "is from before the erasure of" in answer.stderr and "what opened it was destroyed" in answer.stderr


def test_nor_does_it_help_to_claim_that_there_were_no_erasure_secrets(story):
    data = restored(story, "forged", "before")
    with sqlite3.connect(data / "claviger.db") as database:
        assert database.execute("UPDATE epochs SET erasure = NULL").rowcount > 0
    database.close()
    answer = recover(story["server"], story["shares"], data)
    assert answer.returncode == 1 and "recovered" not in answer.stdout


def test_the_erasure_secret_that_is_missing_is_asked_for_before_anything_changes(story):
    data = restored(story, "bare", "after")
    seal = (data / "seal").read_bytes()
    answer = recover(story["server"], story["shares"], data)
    assert answer.returncode == 1
    assert "erasure is missing, and without it no key opens" in answer.stderr
    assert "put back the newest copy of it" in answer.stderr
    assert (data / "seal").read_bytes() == seal and not (data / "seal-key").exists()
    assert not domain(data).exists()


def test_a_backup_from_after_is_recovered_and_the_key_is_still_gone(story):
    data = restored(story, "new", "after", domain(story["server"].data))
    answer = recover(story["server"], story["shares"], data)
    assert answer.returncode == 0, answer.stderr
    server = served(story, data)
    try:
        story["stays"].check(server)
        with pytest.raises(server.client().exceptions.ClientError):
            server.client().decrypt(CiphertextBlob=story["gone"].ciphertext)
    finally:
        server.dispose()


def test_the_old_secret_would_have_brought_the_key_back(story):
    """Only this test kept it: so the tests above see what they look for."""
    data = restored(story, "control", "before", story["place"] / "old-domain")
    answer = recover(story["server"], story["shares"], data)
    assert answer.returncode == 0, answer.stderr
    server = served(story, data)
    try:
        story["gone"].check(server)
    finally:
        server.dispose()
