"""Where key material is to be found, and where not: memory, core dumps, logs, database, log of the database, backups.

200 keys come from outside, so that what to look for is known. The keys of TLS and of tokens are outside this promise.
"""

import os

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from material import imported
from memory_scan import MARK, Secrets, found_in_core_dump, found_in_files, require_access_to_memory, searchable
from server import Server, clean_environment

SYMMETRIC = 100
MACS = 60
CURVES = 30
PAIRS = 10
# How many keys the server keeps open: all that are planted, and hardly more.
OPEN = 250


def pkcs8(key):
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def number(value, count):
    return value.to_bytes(count, "big")


def scalar(key):
    return number(key.private_numbers().private_value, 32)


def planted(kms):
    """Imports the keys and uses each once. Returns what is secret of them: {name: bytes}, and the keys: [(kind, id)]."""
    secrets, keys = {}, []

    def bring(kind, spec, usage, material, **secret):
        key = imported(kms, spec, usage, material)["KeyId"]
        keys.append((kind, key))
        for part, value in secret.items():
            secrets[f"{kind} {key} {part}"] = value

    for _ in range(SYMMETRIC):
        material = searchable(lambda: os.urandom(32))
        bring("symmetric", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", material, key=material)
    for _ in range(MACS):
        material = searchable(lambda: os.urandom(32))
        bring("mac", "HMAC_256", "GENERATE_VERIFY_MAC", material, key=material)
    for _ in range(CURVES):
        key = searchable(lambda: ec.generate_private_key(ec.SECP256R1()), scalar)
        bring("curve", "ECC_NIST_P256", "SIGN_VERIFY", pkcs8(key), scalar=scalar(key))
    for _ in range(PAIRS):
        key = rsa.generate_private_key(65537, 2048)
        numbers = key.private_numbers()
        bring(
            "pair", "RSA_2048", "SIGN_VERIFY", pkcs8(key),
            p=number(numbers.p, 128), q=number(numbers.q, 128), d=number(numbers.d, 256),
        )
    for kind, key in keys:
        use(kms, kind, key)
    return secrets, keys


def use(kms, kind, key):
    if kind == "symmetric":
        kms.encrypt(KeyId=key, Plaintext=b"x")
    elif kind == "mac":
        kms.generate_mac(KeyId=key, MacAlgorithm="HMAC_SHA_256", Message=b"x")
    else:
        algorithm = "ECDSA_SHA_256" if kind == "curve" else "RSASSA_PSS_SHA_256"
        kms.sign(KeyId=key, SigningAlgorithm=algorithm, Message=b"x")


def evict(kms):
    """Uses so many other keys that none of the planted ones stays open."""
    for _ in range(2 * OPEN + 2):
        kms.encrypt(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], Plaintext=b"x")


class Looks:
    """What was found where, in this order: keys open, dumped, keys evicted, files."""

    def __init__(self, folder):
        self.server = Server(
            folder / "server",
            environment=clean_environment(CLAVIGER_CACHES_LIVE_KEYS=str(OPEN), CLAVIGER_LOG_LEVEL="trace"),
        )
        try:
            self.look(folder)
        finally:
            self.server.dispose()

    def look(self, folder):
        kms = self.server.start().client()
        kms.create_key(Description=MARK.decode())
        secrets, keys = planted(kms)
        wanted, mark = Secrets(secrets), Secrets({"mark": MARK})
        pid = self.server.process.pid
        self.planted, self.keys = set(secrets), len(keys)
        self.open = wanted.found_in_memory(pid)
        self.dumped, self.mark_dumped = found_in_core_dump(folder, pid, wanted, mark)
        evict(kms)
        self.evicted = wanted.found_in_memory(pid)
        self.files, self.mark_in_files = found_in_files(folder, self.server.data, wanted, mark)


@pytest.fixture(scope="module")
def looks(tmp_path_factory):
    require_access_to_memory()
    return Looks(tmp_path_factory.mktemp("memory"))


def test_the_search_finds_every_open_key(looks):
    assert looks.keys == 200
    assert set(looks.open) == looks.planted


def test_no_key_is_in_a_core_dump_even_while_it_is_open(looks):
    assert looks.mark_dumped
    assert looks.dumped == {}


def test_no_key_is_in_memory_after_eviction(looks):
    assert looks.evicted == {}


def test_no_key_is_in_logs_database_and_backup(looks):
    assert {path.split("/")[0] for path in looks.mark_in_files} == {"server", "backup"}
    assert looks.files == {}
