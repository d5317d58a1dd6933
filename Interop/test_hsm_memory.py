"""Keys on a token are never in the server's memory, not even while they are used.

SoftHSM is a library: within the server, its own memory would hold them. So it runs in another process, p11-kit's, as a real token
does, and has its keys made so that this test can read what to look for. The other process is the positive control.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import threading
import time

import pytest

from memory_scan import MARK, Secrets, found_in_core_dump, found_in_files, parts, require_access_to_memory
from server import PATIENCE, Server, clean_environment
from token_values import OpenToken
from tokens import FAULTS, MODULE, PIN, SoftToken

CLIENTS = ("/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so", "/usr/lib/aarch64-linux-gnu/pkcs11/p11-kit-client.so")
CLIENT = next((place for place in CLIENTS if os.path.exists(place)), None)
KEYS = (
    [("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")] * 30 + [("HMAC_512", "GENERATE_VERIFY_MAC")] * 10
    + [("ECC_NIST_P256", "SIGN_VERIFY")] * 10 + [("RSA_2048", "SIGN_VERIFY")] * 4
)


@contextlib.contextmanager
def other_process(token):
    """SoftHSM in a process of its own. Gives its id and where it listens."""
    socket = token.folder / "socket"
    process = subprocess.Popen(
        ["p11-kit", "server", "--foreground", "--provider", str(FAULTS), "--name", str(socket), f"pkcs11:token={token.label}"],
        env={
            **os.environ, "SOFTHSM2_CONF": str(token.configuration), "PKCS11_FAULTS_MODULE": MODULE,
            "PKCS11_FAULTS_READABLE": "1",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not socket.exists():
            assert process.poll() is None and time.monotonic() < deadline, "p11-kit doesn't serve the token"
            time.sleep(0.05)
        yield process.pid, f"unix:path={socket}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def family(pid):
    """The process and its children: p11-kit has one for each connection."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [descendant for child in children for descendant in family(int(child))]


def use(kms, key, usage):
    if usage == "ENCRYPT_DECRYPT":
        blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    elif usage == "GENERATE_VERIFY_MAC":
        kms.generate_mac(KeyId=key, MacAlgorithm="HMAC_SHA_512", Message=b"x")
    else:
        algorithm = kms.describe_key(KeyId=key)["KeyMetadata"]["SigningAlgorithms"][0]
        kms.sign(KeyId=key, SigningAlgorithm=algorithm, Message=b"x")


class Users:
    """Use all keys again and again while somebody looks."""

    def __init__(self, server, keys):
        self.server, self.keys, self.uses, self.faults = server, keys, 0, []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        assert not self.faults, self.faults

    def run(self):
        kms = self.server.client()
        try:
            while not self.stopping.is_set():
                for key, usage in self.keys:
                    use(kms, key, usage)
                    self.uses += 1
        except Exception as fault:  # told by whoever waits for this thread
            self.faults.append(fault)


class Looks:
    def __init__(self, folder):
        token = SoftToken(folder / "token").make()
        with other_process(token) as (pid, address):
            self.server = Server(
                folder / "server",
                environment=clean_environment(**{
                    **token.settings(), "CLAVIGER_PKCS11_MODULE": CLIENT, "P11_KIT_SERVER_ADDRESS": address,
                    "CLAVIGER_CUSTODY_KEYS": "hsm", "CLAVIGER_LOG_LEVEL": "trace",
                }),
            )
            try:
                self.look(folder, pid, address)
            finally:
                self.server.dispose()

    def look(self, folder, token_process, address):
        kms = self.server.start().client()
        keys = [
            (kms.create_key(KeySpec=spec, KeyUsage=usage, Description=MARK.decode())["KeyMetadata"]["KeyId"], usage)
            for spec, usage in KEYS
        ]
        reader = OpenToken(CLIENT, PIN, P11_KIT_SERVER_ADDRESS=address)
        secrets = {name: value for name, value in reader.values() if parts(value)}
        self.planted, wanted, mark = set(secrets), Secrets(secrets), Secrets({"mark": MARK})
        pid = self.server.process.pid
        with Users(self.server, keys) as users:
            for key, usage in keys:
                use(kms, key, usage)
            self.in_use = wanted.found_in_memory(pid)
            self.uses = users.uses
            self.dumped, self.mark_dumped = found_in_core_dump(folder, pid, wanted, mark)
        self.mark_found = mark.found_in_memory(pid)
        # Its buffers hold what it read last.
        self.on_the_token = {
            name for name, value in reader.values()
            if name in secrets and any(Secrets({name: value}).found_in_memory(one) for one in family(token_process))
        }
        reader.close()
        self.files, self.mark_in_files = found_in_files(folder, self.server.data, wanted, mark)


@pytest.fixture(scope="module")
def looks(tmp_path_factory):
    require_access_to_memory()
    assert CLIENT and shutil.which("p11-kit"), "no p11-kit: Scripts/bootstrap test installs it"
    return Looks(tmp_path_factory.mktemp("memory"))


def test_the_search_finds_them_where_the_token_is(looks):
    assert len(looks.planted) >= len(KEYS)
    assert looks.on_the_token == looks.planted


def test_no_key_of_the_token_is_in_memory_even_while_it_is_used(looks):
    assert looks.uses > 0 and looks.mark_found
    assert looks.in_use == {}


def test_none_is_in_a_core_dump(looks):
    assert looks.mark_dumped
    assert looks.dumped == {}


def test_none_is_in_logs_database_backup_nor_on_the_token_in_clear(looks):
    assert {path.split("/")[0] for path in looks.mark_in_files} == {"server", "backup"}
    assert looks.files == {}
