"""Thousands of creations, the server killed under way: what was acknowledged stays, in the store and in the log."""

import base64
import collections
import http.client
import json
import threading

import hsm_mode
from server import run_claviger
from wire import Wire

# SoftHSM reads all its objects for each new one.
CREATIONS = 500 if hsm_mode.KEYS == "hsm" else 10_000
KILLS_AT = (3 * CREATIONS // 10, 7 * CREATIONS // 10, CREATIONS)
WORKERS = 12


class Creators:
    """Threads that create keys until the server is gone, and remember what it acknowledged: request ids by key."""

    def __init__(self, server, acknowledged, kill_at):
        self.server = server
        self.acknowledged = acknowledged
        self.kill_at = kill_at
        self.lock = threading.Lock()
        self.reached = threading.Event()
        self.wrong = []

    def run(self):
        threads = [threading.Thread(target=self.create) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        while not self.reached.wait(timeout=1):
            assert any(thread.is_alive() for thread in threads), self.wrong
        self.server.kill()
        for thread in threads:
            thread.join()
        assert not self.wrong, self.wrong[:3]

    def create(self):
        with Wire(self.server) as wire:
            while True:
                request = wire.sign("CreateKey", {"Description": "kept"})
                try:
                    wire.connection.request("POST", request.path, body=request.body, headers=request.headers)
                    response = wire.connection.getresponse()
                    body = response.read()
                except (OSError, http.client.HTTPException):
                    return
                if not self.note(response.status, body, response.headers["x-amzn-RequestId"]):
                    return

    def note(self, status, body, request_id):
        with self.lock:
            if status != 200:
                self.wrong.append((status, body))
                return False
            self.acknowledged[json.loads(body)["KeyMetadata"]["KeyId"]] = request_id
            if len(self.acknowledged) >= self.kill_at:
                self.reached.set()
        return True


def in_parallel(server, items, work):
    """Runs `work(wire, item)` over all items; returns what went wrong."""
    queue = collections.deque(items)
    wrong = []

    def worker():
        with Wire(server) as wire:
            while True:
                try:
                    item = queue.popleft()
                except IndexError:
                    return
                try:
                    work(wire, item)
                except Exception as error:  # noqa: BLE001 - collected and shown by the test
                    wrong.append((item, error))

    threads = [threading.Thread(target=worker) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def works(wire, key):
    told = wire.call("DescribeKey", {"KeyId": key})
    assert told.status == 200 and told.json["KeyMetadata"]["KeyState"] == "Enabled", told
    plaintext = base64.b64encode(key.encode()).decode()
    sealed = wire.call("Encrypt", {"KeyId": key, "Plaintext": plaintext})
    assert sealed.status == 200, sealed
    opened = wire.call("Decrypt", {"CiphertextBlob": sealed.json["CiphertextBlob"]})
    assert opened.status == 200 and opened.json["Plaintext"] == plaintext, opened


def test_every_acknowledged_key_works_and_is_in_the_log(own_server):
    acknowledged = {}
    for kill_at in KILLS_AT:
        Creators(own_server, acknowledged, kill_at).run()
        own_server.start()
    assert len(acknowledged) >= CREATIONS

    kms = own_server.client()
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1000})
    stored = {entry["KeyId"] for page in pages for entry in page["Keys"]}
    assert set(acknowledged) <= stored, "an acknowledged key is gone"

    recorded = collections.Counter(filter(None, map(creation, own_server.audit_lines())))
    assert set(acknowledged.values()) <= set(recorded), "an acknowledged creation has no record"
    assert set(recorded.values()) == {1}, "a record stands twice"
    assert len(recorded) == len(stored), "a key without a record, or a record of a success without a key"

    assert in_parallel(own_server, acknowledged, works) == []

    verified = run_claviger("audit", "verify", "--data-dir", own_server.data)
    assert verified.returncode == 0, verified.stderr
    own_server.stop()
    verified = run_claviger("audit", "verify", "--data-dir", own_server.data)
    assert verified.returncode == 0, verified.stderr


def creation(line):
    """The request id of a record that says that a key was made."""
    record = json.loads(line)
    return record["request"] if record.get("operation") == "CreateKey" and record["outcome"] == "success" else None
