"""What was destroyed is gone from every copy once an erasure is finished; what was copied afterwards opens."""

import base64
import hashlib
import json
import random
import shutil
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

import hsm_mode
from server import PATIENCE, Server, clean_environment, run_claviger
from wire import Wire

DAY = 86_400
KILLS = 10


def status(server):
    answer = run_claviger("status", "--json", "--data-dir", server.data)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def erase(server):
    answer = run_claviger("erase", "--yes", "--data-dir", server.data)
    assert answer.returncode == 0, answer.stderr
    return answer.stderr


def domain(data):
    return data / "seal-domain"


def back_up(server, destination):
    """As the runbook has it: everything but the seal domain, of a server that stands still."""
    server.stop()
    server.copy_data(destination)
    shutil.rmtree(domain(destination))
    server.start()
    return destination


def served(place, data, first):
    """A server of its own on a copy of the first one's data, with its configuration."""
    other = Server(place, environment=first.environment)
    place.mkdir(parents=True)
    shutil.copytree(data, other.data)
    return other


def make_key(kms):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    return key, kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]


def destroy(server, key):
    server.client().schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    server.advance_clock(8 * DAY)


def failure_of(kms, blob):
    with pytest.raises(kms.exceptions.ClientError) as caught:
        kms.decrypt(CiphertextBlob=blob)
    return caught.value.response["Error"]["Code"]


def refusal(data, first):
    answer = run_claviger(
        *("serve", "--dev", "--listen", "127.0.0.1:0", "--listen-tls", "off", "--data-dir", data),
        environment=first.environment,
    )
    assert answer.returncode == 1, answer.stdout
    return answer.stderr


class TestBackups:
    @pytest.fixture(scope="class")
    def story(self, tmp_path_factory):
        """A key is destroyed and erased; there are copies from before and from after, and an old seal domain."""
        place = tmp_path_factory.mktemp("erasure")
        server = Server(place / "own").start()
        try:
            story = {"place": place, "server": server}
            story["gone"], story["stays"] = make_key(server.client()), make_key(server.client())
            story["before"] = back_up(server, place / "before")
            shutil.copytree(domain(server.data), place / "old-domain")
            destroy(server, story["gone"][0])
            story["pending"] = status(server)["erasure"]
            story["words"] = erase(server)
            story["erased"] = status(server)["erasure"]
            story["after"] = back_up(server, place / "after")
            yield story
        finally:
            server.dispose()

    def test_a_backup_from_before_does_not_open_under_todays_seal(self, story):
        old = story["place"] / "restored-old"
        shutil.copytree(story["before"], old)
        shutil.copytree(domain(story["server"].data), domain(old))
        words = refusal(old, story["server"])
        assert "is from before the erasure of" in words and "what opened it was destroyed" in words
        assert "restore a backup that was made after that erasure" in words
        doctor = run_claviger("doctor", "--data-dir", old, environment=story["server"].environment)
        assert doctor.returncode == 1
        assert "is from before the erasure of" in doctor.stdout + doctor.stderr

    def test_a_backup_from_after_opens_and_the_key_is_still_gone(self, story):
        new = story["place"] / "restored-new"
        shutil.copytree(story["after"], new)
        shutil.copytree(domain(story["server"].data), domain(new))
        server = served(story["place"] / "new", new, story["server"])
        try:
            kms = server.start().client()
            assert kms.decrypt(CiphertextBlob=story["stays"][1])["Plaintext"] == b"kept"
            assert failure_of(kms, story["gone"][1]) == "AccessDeniedException"
            server.stop()
        finally:
            server.dispose()

    @pytest.mark.skipif(hsm_mode.KEYS == "hsm", reason="a destroyed key is gone from its token, whatever is in a backup")
    def test_the_old_backup_would_have_brought_the_key_back(self, story):
        """With the old secret, which only this test kept: so the tests above see what they look for."""
        control = story["place"] / "control"
        shutil.copytree(story["before"], control)
        shutil.copytree(story["place"] / "old-domain", domain(control))
        server = served(story["place"] / "back", control, story["server"])
        try:
            kms = server.start().client()
            assert kms.decrypt(CiphertextBlob=story["gone"][1])["Plaintext"] == b"kept"
        finally:
            server.dispose()

    def test_the_old_secret_opens_nothing_that_is_there_today(self, story):
        stale = story["place"] / "stale"
        shutil.copytree(story["after"], stale)
        shutil.copytree(story["place"] / "old-domain", domain(stale))
        assert "put back the newest copy of it" in refusal(stale, story["server"])

    def test_without_the_seal_domain_nothing_opens(self, story):
        bare = story["place"] / "bare"
        shutil.copytree(story["after"], bare)
        words = refusal(bare, story["server"])
        assert "erasure is missing, and without it no key opens" in words
        assert not domain(bare).exists(), "a new secret must not be made where one is missing"

    def test_status_tells_what_is_pending_and_what_was_erased(self, story):
        pending, erased = story["pending"], story["erased"]
        assert pending["pending"] == 1 and "lastAt" not in pending and not pending["isUnderWay"]
        assert erased["pending"] == 0 and not erased["isUnderWay"]
        assert erased["lastAt"] >= erased["opensFrom"] > pending["opensFrom"]
        assert f"backups from before {erased['opensFrom']} no longer open" in story["words"]
        shown = run_claviger("status", "--data-dir", story["server"].data).stdout
        assert f"last {erased['lastAt']}" in shown and "0 keys destroyed since" in shown

    def test_the_log_tells_it_in_order(self, story):
        records = [json.loads(line) for line in story["server"].audit_lines()]
        steps = [
            (record["operation"], {detail["name"]: detail["value"] for detail in record.get("details", [])})
            if isinstance(record.get("details"), list)
            else (record["operation"], record.get("details", {}))
            for record in records
            if record["operation"] in ("DestroyKey", "BeginErasure", "AddErasureSecret", "FinishErasure")
        ]
        assert [name for name, _ in steps] == ["DestroyKey", "BeginErasure", "AddErasureSecret", "FinishErasure"]
        assert len({details["erasure"] for _, details in steps[1:]}) == 1
        assert steps[3][1]["destroyed"] == "1"


class TestStops:
    def test_what_a_crash_left_of_old_secrets_is_wiped_at_the_next_start(self, own_server):
        file = domain(own_server.data) / "erasure"
        own_server.stop()
        leftovers = [file.with_name("erasure.old"), file.with_name("erasure.new")]
        for leftover in leftovers:
            leftover.write_bytes(b"x" * 100)
            leftover.chmod(0o600)
        held = [open(leftover, "rb") for leftover in leftovers]
        own_server.start()
        for leftover, handle in zip(leftovers, held):
            assert not leftover.exists()
            assert handle.read() == bytes(100), "it was unlinked without being overwritten"
            handle.close()

    def test_a_secret_that_is_replaced_is_overwritten(self, own_server):
        with open(domain(own_server.data) / "erasure", "rb") as before:
            secret = before.read()
            assert any(secret)
            erase(own_server)
            before.seek(0)
            assert not any(before.read())

    def test_a_damaged_file_is_refused(self, own_server):
        own_server.stop()
        file = domain(own_server.data) / "erasure"
        content = bytearray(file.read_bytes())
        content[60] ^= 1
        file.write_bytes(content)
        assert "damaged" in refusal(own_server.data, own_server)

    def test_a_server_that_is_killed_again_and_again_finishes(self, own_server):
        with Wire(own_server) as wire:
            kept = {}
            for _ in range(300):
                key = json.loads(wire.call("CreateKey", {}).body)["KeyMetadata"]["KeyId"]
                kept[key] = json.loads(wire.call("Encrypt", {"KeyId": key, "Plaintext": "a2VwdA=="}).body)["CiphertextBlob"]
        erasures = 0
        for _ in range(KILLS):
            if not status(own_server)["erasure"]["isUnderWay"]:
                assert run_claviger("erase", "--yes", "--no-wait", "--data-dir", own_server.data).returncode == 0
                erasures += 1
            time.sleep(random.uniform(0, 12))
            own_server.kill()
            own_server.start()
        deadline = time.monotonic() + PATIENCE
        while status(own_server)["erasure"]["isUnderWay"]:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        with Wire(own_server) as wire:
            for blob in kept.values():
                assert json.loads(wire.call("Decrypt", {"CiphertextBlob": blob}).body)["Plaintext"] == "a2VwdA=="
        operations = [json.loads(line)["operation"] for line in own_server.audit_lines()]
        assert operations.count("BeginErasure") == erasures
        assert operations.count("FinishErasure") >= erasures
        assert run_claviger("audit", "verify", "--data-dir", own_server.data).returncode == 0


class TestCadence:
    @pytest.fixture
    def hourly(self, tmp_path):
        running = Server(tmp_path / "own", environment=clean_environment(CLAVIGER_ERASURE_INTERVAL="1h"))
        try:
            yield running.start()
        finally:
            running.dispose()

    def test_it_begins_by_itself_only_when_something_was_destroyed(self, hourly):
        key, _ = make_key(hourly.client())
        hourly.advance_clock(2 * DAY)
        time.sleep(11)
        assert "lastAt" not in status(hourly)["erasure"]
        destroy(hourly, key)
        deadline = time.monotonic() + PATIENCE
        while "lastAt" not in status(hourly)["erasure"]:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        begun = [json.loads(line) for line in hourly.audit_lines() if b'"BeginErasure"' in line]
        assert len(begun) == 1 and begun[0]["source"] == "erasure job"

class TestCertificate:
    @pytest.fixture(scope="class")
    def story(self, tmp_path_factory):
        place = tmp_path_factory.mktemp("certificate")
        server = Server(place / "own").start()
        try:
            key, _ = make_key(server.client())
            arn = server.client().describe_key(KeyId=key)["KeyMetadata"]["Arn"]
            yield {"place": place, "server": server, "key": key, "arn": arn}
        finally:
            server.dispose()

    @staticmethod
    def certify(server, key):
        return run_claviger("audit", "certificate", "--key", key, "--data-dir", server.data)

    def test_it_comes_when_the_erasure_is_signed_for_and_not_before(self, story):
        server = story["server"]
        destroy(server, story["key"])
        server.restart()
        early = self.certify(server, story["arn"])
        assert early.returncode == 1 and "no erasure that was begun since is finished" in early.stderr
        erase(server)
        server.stop()
        made = self.certify(server, story["arn"])
        assert made.returncode == 0, made.stderr
        assert self.certify(server, story["key"]).stdout == made.stdout
        story["file"] = story["place"] / "certificate.json"
        story["file"].write_text(made.stdout)
        story["verifier"] = story["place"] / "verifier-key"
        shutil.copy(server.data / "audit" / "verifier-key", story["verifier"])

    def test_it_verifies_without_the_log(self, story):
        answer = run_claviger("audit", "verify-certificate", story["file"], "--key", story["verifier"])
        assert answer.returncode == 0, answer.stderr
        assert "The certificate is sound." in answer.stdout and story["arn"] in answer.stdout

    def test_it_verifies_by_other_means(self, story):
        """RFC 6962 and Ed25519 by other hands: nothing of Claviger is used."""
        document = json.loads(story["file"].read_text())
        note = document["checkpoint"].encode()
        body, _, signature = note.partition(b"\n\n")
        origin, size, root = body.decode().split("\n")
        public = base64.b64decode(story["verifier"].read_text().split("+", 2)[2])[1:]
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature.split()[-1])[4:], body + b"\n")
        for entry in document["records"]:
            node = hashlib.sha256(b"\0" + entry["record"].encode()).digest()
            index, last = entry["index"], int(size) - 1
            for sibling in map(base64.b64decode, entry["proof"]):
                if index & 1 or index == last:
                    node = hashlib.sha256(b"\1" + sibling + node).digest()
                    while index and not index & 1:
                        index, last = index >> 1, last >> 1
                else:
                    node = hashlib.sha256(b"\1" + node + sibling).digest()
                index, last = index >> 1, last >> 1
            assert last == 0 and node == base64.b64decode(root)

    @pytest.mark.parametrize("old, new", [("DestroyKey", "CreateKeys"), ('"index":', '"index":1'), ("erasureBegun", "destroyed")])
    def test_tampering_is_found(self, story, old, new):
        forged = story["place"] / "forged.json"
        forged.write_text(story["file"].read_text().replace(old, new))
        answer = run_claviger("audit", "verify-certificate", forged, "--key", story["verifier"])
        assert answer.returncode == 1
        assert "proves nothing" in answer.stderr or "no certificate" in answer.stderr

    def test_a_key_that_lives_has_none(self, story):
        server = story["server"].start()
        key, _ = make_key(server.client())
        answer = self.certify(server, key)
        assert answer.returncode == 1 and "no signed record says" in answer.stderr
