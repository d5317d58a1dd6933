"""Writes seals.json: seal files of formats 2 and 3, shares, the recovery and what is under erasure secrets, as docs/formats.md has
them, by another implementation and with keys for tests only.

Needs the Python package `cryptography`. Everything is fixed, so that a second run writes the same bytes:

    python3 Tests/Vectors/custody/seals.py > Tests/Vectors/custody/seals.json
"""

import base64
import hashlib
import itertools
import json
import struct
import sys

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from formats import blob, fixed, kdf, mac

STORE = fixed(0x20, 16)
SECRET = fixed(0x11, 32)
FILE, PASSPHRASE, SHAMIR, AWSKMS, PKCS11, RECOVERY = range(1, 7)
# As cheap as a reader takes it: the vectors are about layouts.
COST = bytes([10, 8, 1])


def field(data):
    return struct.pack(">I", len(data)) + data


# Shamir's scheme


def times(one, other):
    product = 0
    for bit in range(8):
        if other >> bit & 1:
            product ^= one << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11D << (bit - 8)
    return product


def share(secret, coefficients, number):
    """The value of a polynomial for each byte, of which the secret's is the constant term."""
    value = bytes(len(secret))
    for term in reversed([secret, *coefficients]):
        value = bytes(times(have, number) ^ add for have, add in zip(value, term))
    return value


def printed(kind, needed, number, root, part):
    data = bytes([1, kind, needed, number]) + STORE[:6] + root[:8] + part
    data += hashlib.sha256(b"claviger/share/1" + data).digest()[:5]
    letters = base64.b32encode(data).decode()
    return "-".join(letters[at : at + 8] for at in range(0, 88, 8))


def shares(kind, needed, count, root, secret):
    coefficients = [fixed(0x35 + 0x11 * degree, 32) for degree in range(1, needed)]
    return [
        printed(kind, needed, number, root, share(secret, coefficients, number)) for number in range(1, count + 1)
    ]


# A key pair that nobody can take for one that protects something: it follows from a word.


def is_prime(number):
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def prime(word):
    stream = b"".join(hashlib.sha256(f"for tests only {word} {index}".encode()).digest() for index in range(6))
    number = int.from_bytes(stream, "big") | 3 << 1534 | 1
    return next(candidate for candidate in itertools.count(number, 2) if is_prime(candidate))


def test_pair():
    p, q = prime("p"), prime("q")
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    ).private_key()


def oaep(pair, text, seed):
    """RSAES-OAEP with SHA-256 and an empty label (RFC 8017), with a seed that is chosen."""
    numbers = pair.public_key().public_numbers()
    length = 384

    def mask(start, count):
        stream = b"".join(hashlib.sha256(start + struct.pack(">I", index)).digest() for index in range(count // 32 + 1))
        return stream[:count]

    def mixed(one, other):
        return bytes(a ^ b for a, b in zip(one, other))

    body = hashlib.sha256(b"").digest()
    body += bytes(length - len(text) - 66) + b"\x01" + text
    masked = mixed(body, mask(seed, len(body)))
    whole = b"\0" + mixed(seed, mask(masked, 32)) + masked
    return pow(int.from_bytes(whole, "big"), numbers.e, numbers.n).to_bytes(length, "big")


# Roots


class Root:
    def __init__(self, start):
        self.id, self.key = fixed(start, 16), fixed(start + 1, 32)
        self.start = start

    def seal(self, text, aad, nonce=0):
        return blob(self.wrapping, fixed(self.start + 2 + nonce, 12), text, aad)

    @property
    def wrapping(self):
        return kdf(self.key, "claviger/root/epochs", STORE)


class TokenRoot(Root):
    """The key itself is on the token."""

    @property
    def wrapping(self):
        return self.key


class RecoveryRoot(Root):
    def __init__(self, start, pair):
        super().__init__(start)
        self.pair = pair

    def seal(self, text, aad, nonce=0):
        once = fixed(self.start + 7 + nonce, 32)
        wrapped = oaep(self.pair, once, fixed(self.start + 8 + nonce, 32))
        return b"\x01" + wrapped + blob(once, fixed(self.start + 9 + nonce, 12), text, aad)


def entry(kind, root, parameters, sealed, other=None):
    secret = root.seal(SECRET, b"claviger/store-secret/1" + STORE + root.id)
    bequest = b""
    if other:
        bequest = root.seal(other.key, b"claviger/root-bequest/1" + STORE + other.id + root.id, nonce=1)
    return bytes([kind]) + root.id + field(parameters) + field(sealed) + field(secret) + field(bequest)


def binding(kind, root, parameters):
    return b"claviger/seal-holder/2" + STORE + root.id + bytes([kind]) + parameters


def scrypt_entry(kind, root, secret, other=None):
    salt, nonce = fixed(root.start + 3, 32), fixed(root.start + 4, 12)
    parameters = COST + salt
    key = Scrypt(salt=salt, length=32, n=1 << COST[0], r=8, p=1).derive(secret)
    sealed = nonce + AESGCM(key).encrypt(nonce, root.key, binding(kind, root, parameters))
    return entry(kind, root, parameters, sealed, other)


def recovery_entry(root, needed, count, key):
    public = root.pair.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = root.pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    parameters = bytes([needed, count]) + public
    sealed = blob(key, fixed(root.start + 5, 12), private, binding(RECOVERY, root, parameters))
    return entry(RECOVERY, root, parameters, sealed)


def seal_file(*entries):
    body = b"claviger\x02" + STORE + bytes([len(entries)]) + b"".join(entries)
    return (body + mac(kdf(SECRET, "claviger/store/seal-file", STORE), body)).hex()


def counted_seal_file(generation, *entries):
    """Format 3."""
    body = b"claviger\x03" + STORE + struct.pack(">Q", generation) + bytes([len(entries)]) + b"".join(entries)
    return body + mac(kdf(SECRET, "claviger/store/seal-file", STORE), body)


def prefixed(data):
    return struct.pack(">Q", len(data)) + data


def record_code(tag, *fields):
    return mac(kdf(SECRET, "claviger/root/records", STORE), prefixed(tag) + b"".join(fields))


# What is under erasure secrets


class ErasureSecret:
    def __init__(self, start, moment):
        self.id, self.key, self.moment = fixed(start, 16), fixed(start + 1, 32), moment

    def seal(self, text, aad, nonce):
        return blob(kdf(self.key, "claviger/erasure/epochs", STORE), nonce, text, b"claviger/erasure/1" + self.id + aad)


def erasure_file(*secrets):
    body = b"claviger-erasure\x01" + STORE + bytes([len(secrets)])
    for secret in secrets:
        body += secret.id + struct.pack(">q", secret.moment) + secret.key
    return (body + mac(kdf(secrets[-1].key, "claviger/erasure/file", STORE), body)).hex()


def main():
    key_file, passphrase = fixed(0x71, 32), b"obviously for tests"
    first, second = Root(0x80), Root(0x90)
    divided, remote, token = Root(0xA0), Root(0xB0), TokenRoot(0xC0)
    recovery, recovery_key = RecoveryRoot(0xD0, test_pair()), fixed(0x05, 32)
    arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    ciphertext = b"what the service gave for the root"
    reference = b"\x01" + fixed(0xC7, 16) + b"0123456789abcdef"
    old, new = ErasureSecret(0xE0, 1_800_000_000_000), ErasureSecret(0xE8, 1_800_600_000_000)
    number, epoch_key, remains = 7, fixed(0x61, 32), fixed(0x62, 64)
    epoch_aad = b"claviger/epoch/1" + STORE + struct.pack(">I", number)
    remains_aad = b"claviger/epoch-remains/1" + STORE + struct.pack(">I", number)
    inner = old.seal(epoch_key, epoch_aad, fixed(0x63, 12))
    wrapped = first.seal(inner, epoch_aad, nonce=3)
    recoverable = recovery.id + recovery.seal(inner, epoch_aad, nonce=5)
    generation, moment = 5, 1_800_000_000_123
    counted = counted_seal_file(
        generation, scrypt_entry(FILE, first, key_file), recovery_entry(recovery, 2, 3, recovery_key))
    json.dump({
        "store": STORE.hex(), "store_secret": SECRET.hex(),
        "key_file": {
            "secret": key_file.hex(), "root": first.key.hex(),
            "encoded": seal_file(scrypt_entry(FILE, first, key_file)),
        },
        "passphrase": {
            "secret": passphrase.decode(), "root": second.key.hex(),
            "encoded": seal_file(scrypt_entry(PASSPHRASE, second, passphrase)),
        },
        "shamir": {
            "root": divided.key.hex(), "shares": shares(SHAMIR, 3, 5, divided.id, divided.key),
            "encoded": seal_file(entry(SHAMIR, divided, bytes([3, 5]), b"")),
        },
        "awskms": {
            "root": remote.key.hex(), "arn": arn, "ciphertext": ciphertext.hex(),
            "context": {"claviger:store": STORE.hex(), "claviger:root": remote.id.hex()},
            "encoded": seal_file(entry(AWSKMS, remote, arn.encode(), ciphertext)),
        },
        "pkcs11": {
            "key_on_token": token.key.hex(), "reference": reference.hex(),
            "encoded": seal_file(entry(PKCS11, token, reference, b"")),
        },
        "recovery": {
            "secret": key_file.hex(), "shares": shares(RECOVERY, 2, 3, recovery.id, recovery_key),
            "encoded": seal_file(
                scrypt_entry(FILE, first, key_file), recovery_entry(recovery, 2, 3, recovery_key)),
        },
        "between": {
            "old_secret": key_file.hex(), "new_secret": passphrase.decode(),
            "old_root": first.key.hex(), "new_root": second.key.hex(),
            "encoded": seal_file(
                scrypt_entry(PASSPHRASE, second, passphrase, first), scrypt_entry(FILE, first, key_file, second)),
        },
        "epoch": {
            "number": number, "key": epoch_key.hex(), "erasure": old.id.hex(),
            "wrapped": wrapped.hex(), "recovery": recoverable.hex(),
            "created_at": moment, "seal": generation,
            "code": record_code(
                b"epoch/1", struct.pack(">QBq", number, 1, moment), prefixed(wrapped), struct.pack(">Q", 1),
                prefixed(recoverable), prefixed(old.id), struct.pack(">Q", generation)).hex(),
        },
        "counted": {
            "secret": key_file.hex(), "root": first.key.hex(), "generation": generation,
            "encoded": counted.hex(),
            "note": record_code(b"seal-note/1", struct.pack(">Q", generation), prefixed(counted[-32:])).hex(),
        },
        "remains": {
            "number": number, "secret": remains.hex(), "erasure": new.id.hex(),
            "wrapped": blob(
                kdf(SECRET, "claviger/root/epoch-remains", STORE), fixed(0x65, 12),
                new.seal(remains, remains_aad, fixed(0x64, 12)), remains_aad).hex(),
        },
        "erasure": {
            "secrets": [
                {"id": secret.id.hex(), "created_at": secret.moment, "secret": secret.key.hex()}
                for secret in (old, new)
            ],
            "one": erasure_file(old), "two": erasure_file(old, new),
        },
    }, sys.stdout, indent=2, ensure_ascii=True)
    print()


if __name__ == "__main__":
    main()
