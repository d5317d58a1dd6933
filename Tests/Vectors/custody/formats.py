"""Writes formats.json: the layouts of docs/formats.md by another implementation, with keys for tests only.

Needs the Python package `cryptography`. Everything is fixed, so that a second run writes the same bytes:

    python3 Tests/Vectors/custody/formats.py > Tests/Vectors/custody/formats.json
"""

import json
import struct
import sys

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def fixed(start, count):
    return bytes((start + 7 * i) % 256 for i in range(count))


def kdf(key, label, context, count=32):
    return KBKDFHMAC(
        algorithm=hashes.SHA256(), mode=Mode.CounterMode, length=count, rlen=4, llen=4,
        location=CounterLocation.BeforeFixed, label=label.encode(), context=context, fixed=None,
    ).derive(key)


def mac(key, data):
    code = hmac.HMAC(key, hashes.SHA256())
    code.update(data)
    return code.finalize()


def blob(key, nonce, secret, aad):
    return b"\x01" + nonce + AESGCM(key).encrypt(nonce, secret, aad)


def prefixed(text):
    data = text.encode()
    return struct.pack(">I", len(data)) + data


def canonical(context):
    pairs = sorted(context.items(), key=lambda pair: pair[0].encode())
    return b"".join(prefixed(name) + prefixed(value) for name, value in pairs)


def sealed_root(root, store, kind, secret, log_n, salt, nonce):
    header = b"claviger" + bytes([1, kind, log_n, 8, 1]) + store + salt
    key = Scrypt(salt=salt, length=32, n=1 << log_n, r=8, p=1).derive(secret)
    encoded = header + nonce + AESGCM(key).encrypt(nonce, root, header)
    return {"kind": kind, "secret": secret.hex(), "encoded": encoded.hex()}


def ciphertext(form, material, key_id, version, nonce, context, plaintext):
    start = bytes([form]) + key_id
    if form == 1:
        derived = kdf(material, "claviger/encrypt", start + version + nonce, 64)
    else:
        derived = kdf(material, "claviger/aead", start + nonce, 64)
    header = start + version + nonce + derived[32:]
    sealed = AESGCM(derived[:32]).encrypt(bytes(12), plaintext, header + canonical(context))
    return {
        "format": form, "context": context, "canonical": canonical(context).hex(), "plaintext": plaintext.hex(),
        "derived": derived.hex(), "ciphertext": (header + sealed).hex(),
    }


def signing_key(secret, scope):
    key = b"AWS4" + secret
    for step in scope + ["aws4_request"]:
        key = mac(key, step.encode())
    return key


def session_claims():
    def number(value):
        return struct.pack(">Q", value)

    def text(value):
        return number(len(value.encode())) + value.encode()

    moments = b"".join(b"\x01" + number(moment) for moment in (1_800_000_000_000, 1_800_000_900_000))
    return b"".join([
        text("session/1"), number(1), text("111122223333"), text("AROAEXAMPLE"), text("build"), moments,
        number(2), text('{"Version":"2012-10-17"}'), number(1), number(1), text("ANPAEXAMPLE"),
        number(1), text("team"), text("blue"), number(1), text("team"),
        number(1), text("maria"), number(0),
    ])


def backup(root, subject, contents, materials, salt):
    """What an owner keeps of an item: contents, then each material on its terms."""
    text = struct.pack(">I", len(contents)) + contents + struct.pack(">I", len(materials))
    for terms, material in materials:
        text += terms + struct.pack(">I", len(material)) + material
    header = b"\x01" + salt
    key = kdf(kdf(root, "claviger/root/item-backups", b""), "claviger/item-backup", salt)
    return header + AESGCM(key).encrypt(bytes(12), text, b"claviger/item-backup/1" + header + subject)


def backup_subject(account, kind, collection):
    def text(value):
        return struct.pack(">Q", len(value)) + value.encode()

    return text("backup-subject/1") + text(account) + struct.pack(">Q", kind) + text(collection)


def main():
    root, store = fixed(0x01, 32), fixed(0x20, 16)
    key_id, version, material = fixed(0x30, 16), fixed(0x40, 16), fixed(0x50, 32)
    epoch_number, epoch_key = 1, fixed(0x60, 32)
    labels = [
        "claviger/root/epochs", "claviger/root/records", "claviger/root/audit-checkpoint-ed25519",
        "claviger/root/fingerprints",
    ]
    under_root = {label: kdf(root, label, store) for label in labels}
    under_epoch = {
        label: kdf(epoch_key, label, store)
        for label in [
            "claviger/epoch/keys", "claviger/epoch/credentials", "claviger/epoch/imports", "claviger/epoch/sessions",
        ]
    }
    import_key, expiry, public_key = fixed(0xb0, 100), 1_800_000_000_123, fixed(0xc0, 91)
    token_header = b"\x01" + struct.pack(">I", epoch_number) + bytes([4, 2]) + struct.pack(">q", expiry)
    identity = key_id + version + bytes([1, 0, 3, 1, 0])
    access_key, owner, secret = "AKIAIOSFODNN7EXAMPLE", "AIDACKCEVSQ6C2EXAMPLE", b"a secret for tests only"
    proxy_key, key_store = "ABCDEFGHIJKLMNOPQRST", "cks-0123456789abcdef0"
    proxy_secret = b"another secret that is there for tests only"
    scope = ["20260101", "eu-central-1", "kms"]
    signing = signing_key(secret, scope)
    signer = Ed25519PrivateKey.from_private_bytes(under_root[labels[2]])
    message = b"a record, or a checkpoint"
    session_key, session_secret = "ASIAQAAAAAAAAAAAAAAA", b"a session's secret, that is there for te"
    claims = session_claims()
    session_header = b"\x01" + struct.pack(">I", epoch_number) + fixed(0xd0, 16)
    session_token = session_header + AESGCM(
        kdf(under_epoch["claviger/epoch/sessions"], "claviger/session", session_header[5:])
    ).encrypt(
        bytes(12), session_secret + claims,
        b"claviger/session/1" + store + session_header + session_key.encode())
    contexts = [{}, {"purpose": "test"}, {"b": "2", "a": "1", "\u00e9": "\u4e2d", "": ""}]
    json.dump({
        "root": root.hex(), "store": store.hex(),
        "derived": {label: key.hex() for label, key in {**under_root, **under_epoch}.items()},
        "sealed_roots": [
            sealed_root(root, store, 1, fixed(0x70, 32), 17, fixed(0x71, 32), fixed(0x72, 12)),
            sealed_root(root, store, 2, "correct horse \u00e9".encode(), 17, fixed(0x73, 32), fixed(0x74, 12)),
        ],
        "epoch": {
            "number": epoch_number, "key": epoch_key.hex(),
            "blob": blob(
                under_root[labels[0]], fixed(0x80, 12), epoch_key,
                b"claviger/epoch/1" + store + struct.pack(">I", epoch_number)).hex(),
        },
        "version": {
            "key": key_id.hex(), "version": version.hex(), "identity": identity.hex(), "material": material.hex(),
            "blob": blob(
                under_epoch["claviger/epoch/keys"], fixed(0x81, 12), material,
                b"claviger/key/1" + store + identity).hex(),
        },
        "credential": {
            "access_key": access_key, "owner": owner, "secret": secret.hex(), "scope": scope, "signing_key": signing.hex(),
            "blob": blob(
                under_epoch["claviger/epoch/credentials"], fixed(0x82, 12), secret,
                b"claviger/credential/1" + store + prefixed(access_key) + prefixed(owner)).hex(),
        },
        "proxy_credential": {
            "access_key": proxy_key, "key_store": key_store, "secret": proxy_secret.hex(),
            "blob": blob(
                under_epoch["claviger/epoch/credentials"], fixed(0x84, 12), proxy_secret,
                b"claviger/proxy-credential/1" + store + prefixed(proxy_key) + prefixed(key_store)).hex(),
        },
        "fingerprints": {
            "material": mac(under_root[labels[3]], key_id + material).hex(),
            "public_key": public_key.hex(), "pair": mac(under_root[labels[3]], key_id + public_key).hex(),
        },
        "token": {
            "expiry": expiry, "import_key": import_key.hex(),
            "encoded": (token_header + blob(
                under_epoch["claviger/epoch/imports"], fixed(0x83, 12), import_key,
                b"claviger/import/1" + store + key_id + b"\x01" + token_header)).hex(),
        },
        "session": {
            "access_key": session_key, "secret": session_secret.hex(), "claims": claims.hex(),
            "encoded": session_token.hex(), "scope": scope,
            "signing_key": signing_key(session_secret, scope).hex(),
        },
        "backup": {
            "account": "111122223333", "contents": b"what is known beside the material".hex(),
            "materials": [material.hex(), fixed(0xe0, 20).hex()],
            "encoded": backup(
                root, backup_subject("111122223333", 3, "keys"), b"what is known beside the material",
                [(bytes([1, 0, 3, 1, 0]), material), (bytes([80, 0, 0, 2, 1]), fixed(0xe0, 20))],
                fixed(0xf0, 16)).hex(),
        },
        "message": message.hex(),
        "record_code": mac(under_root[labels[1]], message).hex(),
        "checkpoint_key": signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
        "checkpoint_signature": signer.sign(message).hex(),
        "ciphertexts": [
            ciphertext(form, material, key_id, version, fixed(0x90 + index, 16), context, fixed(0xa0, count))
            for form in (1, 2)
            for index, (context, count) in enumerate(zip(contexts, [0, 5, 40]))
        ],
    }, sys.stdout, indent=2, ensure_ascii=True)
    print()


if __name__ == "__main__":
    main()
