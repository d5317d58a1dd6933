"""The seal file and the shares, read by another implementation: Python's, and libgfshare for the sharing."""

import itertools
import shutil

import pytest

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from seal_file import PrintedShare, SealFile, combined_by_gfshare, open_blob
from seals import SealedServer, settings, shares_in
from server import run_claviger

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

    log_n, r, p = keeper.parameters[:3]
    key = Scrypt(salt=keeper.parameters[3:], length=32, n=1 << log_n, r=r, p=p).derive(
        (data / "seal-key").read_bytes()
    )
    binding = b"claviger/seal-holder/2" + file.store + keeper.root + bytes([1]) + keeper.parameters
    root = AESGCM(key).decrypt(keeper.sealed[:12], keeper.sealed[12:], binding)
    secret = file.store_secret(keeper, root)

    shares = [PrintedShare(text) for text in shares_in(made.stdout)]
    assert all(share.kind == 6 and share.root == recovery.root[:8] for share in shares)
    key = combined_by_gfshare(tmp_path, [shares[2], shares[0]])
    binding = b"claviger/seal-holder/2" + file.store + recovery.root + bytes([6]) + recovery.parameters
    private = load_der_private_key(open_blob(key, recovery.sealed, binding), None)
    wrapped, blob = recovery.secret[1:385], recovery.secret[385:]
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    once = private.decrypt(wrapped, oaep)
    assert open_blob(once, blob, b"claviger/store-secret/1" + file.store + recovery.root) == secret
