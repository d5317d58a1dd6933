"""Reads seal files and shares as docs/formats.md describes them, with nothing of the server's."""

import base64
import hashlib
import hmac
import pathlib
import struct
import subprocess

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key


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


def prefixed(data):
    return struct.pack(">Q", len(data)) + data


def record_code(store, secret, tag, *fields):
    """The code of a record in the database."""
    return hmac.new(
        kdf(secret, b"claviger/root/records", store), prefixed(tag) + b"".join(fields), hashlib.sha256
    ).digest()


class SealFile:
    """Formats 2 and 3."""

    def __init__(self, data):
        assert data[:8] == b"claviger" and data[8] in (2, 3)
        self.data = data
        self.store = data[9:25]
        self.entries = []
        at = 25
        self.generation = 0
        if data[8] == 3:
            (self.generation,) = struct.unpack_from(">Q", data, at)
            assert self.generation > 0
            at += 8
        count = data[at]
        at += 1
        for _ in range(count):
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


    def note(self, secret):
        """The code of what the database knows of the file."""
        return record_code(
            self.store, secret, b"seal-note/1", struct.pack(">Q", self.generation), prefixed(self.code)
        )


def epoch_code(store, secret, number, moment, wrapped, recovery, erasure, generation):
    return record_code(
        store, secret, b"epoch/1", struct.pack(">QBq", number, 1, moment), prefixed(wrapped),
        struct.pack(">Q", recovery is not None), prefixed(recovery or b""), prefixed(erasure or b""),
        struct.pack(">Q", generation),
    )


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


def joined(shares):
    """The polynomial's value at 0 through these shares, byte by byte (Lagrange), in the field of the shares."""
    power, logarithm, value = [0] * 510, [0] * 256, 1
    for exponent in range(255):
        power[exponent] = power[exponent + 255] = value
        logarithm[value] = exponent
        value = value << 1 ^ (0x11D if value & 0x80 else 0)

    def weight(share):
        product = 0
        for other in shares:
            if other.number != share.number:
                product += logarithm[other.number] + 255 - logarithm[other.number ^ share.number]
        return product % 255

    weights = [(share.secret, weight(share)) for share in shares]
    whole = bytearray(32)
    for at in range(32):
        for secret, factor in weights:
            if secret[at]:
                whole[at] ^= power[(logarithm[secret[at]] + factor) % 255]
    return bytes(whole)


def holder_binding(file, entry):
    return b"claviger/seal-holder/2" + file.store + entry.root + bytes([entry.kind]) + entry.parameters


def root_under_scrypt(file, entry, secret):
    """The root of a key file or a passphrase."""
    log_n, r, p = entry.parameters[:3]
    key = Scrypt(salt=entry.parameters[3:], length=32, n=1 << log_n, r=r, p=p).derive(secret)
    return AESGCM(key).decrypt(entry.sealed[:12], entry.sealed[12:], holder_binding(file, entry))


def recovery_key(file, entry, key):
    """The private key that the shares' secret opens."""
    private = load_der_private_key(open_blob(key, entry.sealed, holder_binding(file, entry)), None)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert entry.parameters[2:] == public
    return private


def opened_by_recovery(private, blob, data):
    """What the recovery root sealed."""
    assert blob[0] == 1
    once = private.decrypt(
        blob[1:385], padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    )
    return open_blob(once, blob[385:], data)


class ErasureFile:
    def __init__(self, data):
        assert data[:17] == b"claviger-erasure\x01"
        self.store, count = data[17:33], data[33]
        self.secrets = {}
        for at in range(34, 34 + 56 * count, 56):
            self.secrets[data[at : at + 16]] = data[at + 24 : at + 56]
        key = kdf(data[at + 24 : at + 56], b"claviger/erasure/file", self.store)
        assert hmac.compare_digest(hmac.new(key, data[:-32], hashlib.sha256).digest(), data[34 + 56 * count :])

    def open(self, secret, blob, data):
        """What one of the secrets sealed, of an epoch or of what is left of one."""
        key = kdf(self.secrets[secret], b"claviger/erasure/epochs", self.store)
        return open_blob(key, blob, b"claviger/erasure/1" + secret + data)
