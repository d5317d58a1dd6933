"""The seal file and the shares, read by another implementation: Python's, and libgfshare for the sharing."""

import itertools
import json
import shutil
import sqlite3
import struct

import pytest

from seal_file import (
    ErasureFile,
    PrintedShare,
    SealFile,
    combined_by_gfshare,
    epoch_code,
    joined,
    kdf,
    open_blob,
    opened_by_recovery,
    recovery_key,
    root_under_scrypt,
)
from seals import SealedServer, settings, shares_in
from server import ROOT, run_claviger

needs_gfshare = pytest.mark.skipif(shutil.which("gfcombine") is None, reason="libgfshare-bin isn't installed")


@needs_gfshare
def test_libgfshare_puts_our_shares_together_and_they_are_the_root(tmp_path):
    server = SealedServer(tmp_path, seal=settings(kind="shamir", threshold=3, shares=5))
    try:
        server.begin()
        shares = [PrintedShare(text) for text in server.printed_shares()]
        file = SealFile((server.data / "seal").read_bytes())
        (entry,) = file.entries
        assert entry.kind == 3 and entry.parameters == bytes([3, 5]) and entry.sealed == b""
        for share in shares:
            assert share.kind == 3 and share.needed == 3
            assert share.store == file.store[:6] and share.root == entry.root[:8]
        for some in itertools.combinations(shares, 3):
            file.store_secret(entry, combined_by_gfshare(tmp_path, some))
        with pytest.raises(Exception):
            file.store_secret(entry, combined_by_gfshare(tmp_path, shares[:2]))
    finally:
        server.dispose()


@needs_gfshare
def test_a_key_file_and_recovery_shares_give_the_same_store_secret(tmp_path):
    data = tmp_path / "kms"
    made = run_claviger("init", "--data-dir", data, "--recovery", "2/3")
    assert made.returncode == 0, made.stderr
    file = SealFile((data / "seal").read_bytes())
    keeper, recovery = file.entries
    assert (keeper.kind, recovery.kind) == (1, 6)

    secret = file.store_secret(keeper, root_under_scrypt(file, keeper, (data / "seal-key").read_bytes()))

    shares = [PrintedShare(text) for text in shares_in(made.stdout)]
    assert all(share.kind == 6 and share.root == recovery.root[:8] for share in shares)
    key = combined_by_gfshare(tmp_path, [shares[2], shares[0]])
    assert key == joined([shares[2], shares[0]])
    private = recovery_key(file, recovery, key)
    bound = b"claviger/store-secret/1" + file.store + recovery.root
    assert opened_by_recovery(private, recovery.secret, bound) == secret


def test_what_a_server_wrote_into_its_database_is_what_the_page_says(tmp_path):
    data = tmp_path / "kms"
    made = run_claviger("init", "--data-dir", data, "--recovery", "1/1")
    assert made.returncode == 0, made.stderr
    file = SealFile((data / "seal").read_bytes())
    keeper, _ = file.entries
    secret = file.store_secret(keeper, root_under_scrypt(file, keeper, (data / "seal-key").read_bytes()))
    with sqlite3.connect(data / "claviger.db") as database:
        note = database.execute("SELECT generation, file_code, code FROM seal_note").fetchone()
        columns = "id, created_at, wrapped, recovery, erasure, seal, code"
        *epoch, code = database.execute(f"SELECT {columns} FROM epochs").fetchone()
    assert note == (file.generation, file.code, file.note(secret))
    assert epoch_code(file.store, secret, *epoch) == code and epoch[-1] == file.generation


@pytest.fixture(scope="module")
def vectors():
    return json.loads((ROOT / "Tests" / "Vectors" / "custody" / "seals.json").read_text())


class TestFixedVectors:
    """What `Tests/Vectors/custody/seals.py` wrote once: the reader above reads it, as the server's does."""

    @staticmethod
    def file(vectors, name):
        return SealFile(bytes.fromhex(vectors[name]["encoded"]))

    @pytest.mark.parametrize(
        "name, secret",
        [("key_file", lambda text: bytes.fromhex(text)), ("passphrase", lambda text: text.encode())],
    )
    def test_a_secret_gives_the_root(self, vectors, name, secret):
        file = self.file(vectors, name)
        (entry,) = file.entries
        root = root_under_scrypt(file, entry, secret(vectors[name]["secret"]))
        assert root.hex() == vectors[name]["root"]
        assert file.store_secret(entry, root).hex() == vectors["store_secret"]

    def test_any_three_of_five_shares_are_the_root(self, vectors):
        file = self.file(vectors, "shamir")
        (entry,) = file.entries
        shares = [PrintedShare(text) for text in vectors["shamir"]["shares"]]
        for some in itertools.combinations(shares, 3):
            assert joined(some).hex() == vectors["shamir"]["root"]
        assert file.store_secret(entry, joined(shares[:3])).hex() == vectors["store_secret"]

    @needs_gfshare
    def test_libgfshare_agrees(self, vectors, tmp_path):
        shares = [PrintedShare(text) for text in vectors["shamir"]["shares"]]
        assert combined_by_gfshare(tmp_path, shares[1:4]).hex() == vectors["shamir"]["root"]

    def test_what_another_service_and_a_token_are_asked_for(self, vectors):
        remote, file = vectors["awskms"], self.file(vectors, "awskms")
        (entry,) = file.entries
        assert entry.parameters.decode() == remote["arn"] and entry.sealed.hex() == remote["ciphertext"]
        assert remote["context"] == {"claviger:store": file.store.hex(), "claviger:root": entry.root.hex()}
        assert file.store_secret(entry, bytes.fromhex(remote["root"])).hex() == vectors["store_secret"]
        token, file = vectors["pkcs11"], self.file(vectors, "pkcs11")
        (entry,) = file.entries
        assert entry.parameters.hex() == token["reference"] and entry.sealed == b""
        bound = b"claviger/store-secret/1" + file.store + entry.root
        secret = open_blob(bytes.fromhex(token["key_on_token"]), entry.secret, bound)
        assert secret.hex() == vectors["store_secret"]

    def test_between_roots_each_has_the_other(self, vectors):
        file = self.file(vectors, "between")
        new, old = file.entries
        roots = {
            new.root: root_under_scrypt(file, new, vectors["between"]["new_secret"].encode()),
            old.root: root_under_scrypt(file, old, bytes.fromhex(vectors["between"]["old_secret"])),
        }
        for one, other in ((new, old), (old, new)):
            key = kdf(roots[one.root], b"claviger/root/epochs", file.store)
            bound = b"claviger/root-bequest/1" + file.store + other.root + one.root
            assert open_blob(key, one.bequest, bound) == roots[other.root]

    def test_an_epoch_is_under_the_root_the_recovery_and_the_erasure_secret(self, vectors):
        file, epoch = self.file(vectors, "recovery"), vectors["epoch"]
        keeper, recovery = file.entries
        data = b"claviger/epoch/1" + file.store + struct.pack(">I", epoch["number"])
        root = root_under_scrypt(file, keeper, bytes.fromhex(vectors["recovery"]["secret"]))
        inner = open_blob(kdf(root, b"claviger/root/epochs", file.store), bytes.fromhex(epoch["wrapped"]), data)
        key = joined([PrintedShare(text) for text in vectors["recovery"]["shares"][1:]])
        blob = bytes.fromhex(epoch["recovery"])
        assert blob[:16] == recovery.root
        private = recovery_key(file, recovery, key)
        assert opened_by_recovery(private, blob[16:], data) == inner
        bound = b"claviger/store-secret/1" + file.store + recovery.root
        assert opened_by_recovery(private, recovery.secret, bound).hex() == vectors["store_secret"]
        secrets = ErasureFile(bytes.fromhex(vectors["erasure"]["one"]))
        assert secrets.open(bytes.fromhex(epoch["erasure"]), inner, data).hex() == epoch["key"]

    def test_a_counted_file_and_the_records_that_go_with_it(self, vectors):
        counted, epoch = vectors["counted"], vectors["epoch"]
        file = self.file(vectors, "counted")
        assert file.generation == counted["generation"] == epoch["seal"]
        root = root_under_scrypt(file, file.entries[0], bytes.fromhex(counted["secret"]))
        secret = file.store_secret(file.entries[0], root)
        assert file.note(secret).hex() == counted["note"]
        code = epoch_code(
            file.store, secret, epoch["number"], epoch["created_at"], bytes.fromhex(epoch["wrapped"]),
            bytes.fromhex(epoch["recovery"]), bytes.fromhex(epoch["erasure"]), epoch["seal"],
        )
        assert code.hex() == epoch["code"]

    def test_what_is_left_of_an_epoch_is_under_the_new_secret(self, vectors):
        remains, store = vectors["remains"], bytes.fromhex(vectors["store"])
        data = b"claviger/epoch-remains/1" + store + struct.pack(">I", remains["number"])
        key = kdf(bytes.fromhex(vectors["store_secret"]), b"claviger/root/epoch-remains", store)
        secrets = ErasureFile(bytes.fromhex(vectors["erasure"]["two"]))
        assert len(secrets.secrets) == 2
        inner = open_blob(key, bytes.fromhex(remains["wrapped"]), data)
        assert secrets.open(bytes.fromhex(remains["erasure"]), inner, data).hex() == remains["secret"]
