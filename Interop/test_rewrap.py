"""A new epoch while the server works, and while it is killed: nothing is lost, nothing is unreadable."""

import json
import random
import threading
import time

import pytest

import hsm_mode
from server import PATIENCE, Server, run_claviger
from wire import Wire

# SoftHSM reads all its objects for each new one.
KEYS = 300 if hsm_mode.KEYS == "hsm" else 3_000
KILLS = 12
WORKERS = 8


def report(server):
    answer = run_claviger("epoch", "status", "--json", "--data-dir", server.data)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def left(found):
    kinds = ("materials", "accessKeys", "keyStores", "tokenKeys")
    return sum(epoch[kind] for epoch in found["epochs"] for kind in kinds if epoch["number"] != found["newest"])


def create_many(server, count):
    """Identifiers of new keys, each with something that it encrypted."""
    kept, lock = {}, threading.Lock()

    def work(number):
        with Wire(server) as wire:
            for _ in range(count // WORKERS):
                key = json.loads(wire.call("CreateKey", {}).body)["KeyMetadata"]["KeyId"]
                blob = json.loads(wire.call("Encrypt", {"KeyId": key, "Plaintext": "a2VwdA=="}).body)
                with lock:
                    kept[key] = blob["CiphertextBlob"]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return kept


def settle(server):
    deadline = time.monotonic() + PATIENCE
    while len((found := report(server))["epochs"]) > 1:
        assert time.monotonic() < deadline, found
        time.sleep(0.5)
    return found


def all_open(server, kept):
    with Wire(server) as wire:
        for key, blob in kept.items():
            answer = json.loads(wire.call("Decrypt", {"CiphertextBlob": blob}).body)
            assert answer["Plaintext"] == "a2VwdA==", key


@pytest.fixture
def rotating(tmp_path):
    running = Server(tmp_path / "own")
    try:
        yield running.start()
    finally:
        running.dispose()


def test_a_rotation_goes_on_under_load_and_says_how_far_it_is(rotating):
    kept = create_many(rotating, 400)
    stop, wrong = threading.Event(), []

    def use():
        with Wire(rotating) as wire:
            while not stop.is_set():
                key, blob = random.choice(list(kept.items()))
                for call, body in (
                    ("Decrypt", {"CiphertextBlob": blob}),
                    ("TagResource", {"KeyId": key, "Tags": [{"TagKey": "a", "TagValue": str(random.random())}]}),
                ):
                    reply = wire.call(call, body)
                    if reply.status != 200:
                        wrong.append((call, reply.status, reply.body))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    answer = run_claviger("epoch", "rotate", "--data-dir", rotating.data)
    stop.set()
    for thread in threads:
        thread.join()
    assert answer.returncode == 0, answer.stderr
    assert "epoch 2 wraps from now on" in answer.stderr
    assert "100 %" in answer.stderr
    assert not wrong, wrong[:3]
    found = report(rotating)
    assert [epoch["number"] for epoch in found["epochs"]] == [2]
    assert [epoch["number"] for epoch in found["retired"]] == [1]
    all_open(rotating, kept)
    rotating.restart()
    all_open(rotating, kept)


def test_it_is_told_who_began_it_and_what_was_done(rotating):
    create_many(rotating, 8)
    assert run_claviger("epoch", "rotate", "--data-dir", rotating.data).returncode == 0
    records = [json.loads(line) for line in rotating.audit_lines()]
    (begun,) = [record for record in records if record["operation"] == "RenewEpoch"]
    assert begun["door"] == "admin" and begun["who"]["principal"] == "owner"
    assert any(record["operation"] == "RewrapMaterial" for record in records)
    (gone,) = [record for record in records if record["operation"] == "RetireEpochs"]
    assert gone["outcome"] == "success" and gone["who"]["principal"] == "system"


def test_a_server_that_is_killed_again_and_again_goes_on_where_it_was(rotating):
    kept = create_many(rotating, KEYS)
    newest = 1
    for _ in range(KILLS):
        if left(report(rotating)) == 0:
            answer = run_claviger("epoch", "rotate", "--no-wait", "--data-dir", rotating.data)
            assert answer.returncode == 0, answer.stderr
            newest += 1
        # From before the first page to after the last.
        time.sleep(random.uniform(0, 6))
        rotating.kill()
        rotating.start()
        assert report(rotating)["newest"] == newest
    found = settle(rotating)
    assert [epoch["number"] for epoch in found["epochs"]] == [newest]
    assert found["epochs"][0]["materials"] >= len(kept)
    all_open(rotating, kept)
    assert run_claviger("audit", "verify", "--data-dir", rotating.data).returncode == 0
