"""Reads seal files and shares as docs/formats.md describes them, with nothing of the server's."""

import base64
import hashlib
import hmac
import pathlib
import struct
import subprocess

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def kdf(key, label, context, count=32):
    """SP 800-108 in counter mode with HMAC-SHA-256."""
    blocks = b""
    number = 1
    while len(blocks) < count:
        text = struct.pack(">I", number) + label + b"\0" + context + struct.pack(">I", 8 * count)
        blocks += hmac.new(key, text, hashlib.sha256).digest()
        number += 1
    return blocks[:count]


def open_blob(key, blob, data):
    assert blob[0] == 1
    return AESGCM(key).decrypt(blob[1:13], blob[13:], data)


class Entry:
    def __init__(self, kind, root, parameters, sealed, secret, bequest):
        self.kind, self.root, self.parameters = kind, root, parameters
        self.sealed, self.secret, self.bequest = sealed, secret, bequest


class SealFile:
    """Format 2."""

    def __init__(self, data):
        assert data[:8] == b"claviger" and data[8] == 2
        self.data = data
        self.store = data[9:25]
        self.entries = []
        at = 26
        for _ in range(data[25]):
            kind, root = data[at], data[at + 1 : at + 17]
            at += 17
            fields = []
            for _ in range(4):
                (length,) = struct.unpack_from(">I", data, at)
                fields.append(data[at + 4 : at + 4 + length])
                at += 4 + length
            self.entries.append(Entry(kind, root, *fields))
        self.code = data[at:]

    def store_secret(self, entry, root):
        """What the entry holds, opened by its root; the file's own code must agree with it."""
        key = kdf(root, b"claviger/root/epochs", self.store)
        secret = open_blob(key, entry.secret, b"claviger/store-secret/1" + self.store + entry.root)
        code = hmac.new(kdf(secret, b"claviger/store/seal-file", self.store), self.data[:-32], hashlib.sha256)
        assert hmac.compare_digest(code.digest(), self.code)
        return secret


class PrintedShare:
    def __init__(self, text):
        data = base64.b32decode(text.replace("-", ""))
        assert len(data) == 55 and data[0] == 1
        assert hashlib.sha256(b"claviger/share/1" + data[:50]).digest()[:5] == data[50:]
        self.kind, self.needed, self.number = data[1], data[2], data[3]
        self.store, self.root, self.secret = data[4:10], data[10:18], data[18:50]


def combined_by_gfshare(folder, shares):
    """What Debian's gfcombine makes of them."""
    files = []
    for share in shares:
        path = pathlib.Path(folder) / f"part.{share.number:03}"
        path.write_bytes(share.secret)
        files.append(path)
    whole = pathlib.Path(folder) / "whole"
    subprocess.run(["gfcombine", "-o", whole, *files], check=True, capture_output=True)
    return whole.read_bytes()
