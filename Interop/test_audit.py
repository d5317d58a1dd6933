"""What was done, tried or refused is in the log, and nothing secret is. The log shows every edit."""

import base64
import hashlib
import json
import re
import shutil

import pytest

from server import Server, run_claviger
from wire import Wire

MARKER = b"planted-plaintext-7f3a9c51"


@pytest.fixture(scope="module")
def log(server):
    return Log(server)


class Log:
    """Records by request id, read again until asked no more: a record is there before its answer is."""

    def __init__(self, server):
        self.server = server

    def record(self, reply):
        """The one record of a request that was answered."""
        found = self.records(reply.headers["x-amzn-RequestId"])
        assert len(found) == 1, found
        return found[0]

    def records(self, request_id):
        named = b'"request":"' + request_id.encode() + b'"'
        return [json.loads(line) for line in self.server.audit_lines() if named in line]


def verify(data, *arguments):
    return run_claviger("audit", "verify", "--data-dir", data, *arguments)


class TestRecords:
    def test_a_success_tells_who_did_what_with_which_key(self, server, kms, wire, log):
        key = kms.create_key()["KeyMetadata"]
        kms.create_alias(AliasName="alias/audited", TargetKeyId=key["KeyId"])
        body = {"KeyId": "alias/audited", "Plaintext": "eA==", "EncryptionContext": {"tenant": "blue"}}
        record = log.record(wire.call("Encrypt", body, extra={"User-Agent": "the suite/1"}))
        me = server.client("sts").get_caller_identity()
        assert record["operation"] == "Encrypt"
        assert record["outcome"] == "success"
        assert record["who"]["account"] == server.account
        assert record["who"]["principal"] == me["Arn"]
        assert record["who"]["credential"] == server.access_key
        assert record["door"] == "aws"
        assert record["source"] == "127.0.0.1"
        assert record["userAgent"] == "the suite/1"
        assert record["tls"] is False
        assert record["encryptionContext"] == {"tenant": "blue"}
        (demand,) = record["demands"]
        assert demand["action"] == "encrypt"
        assert demand["named"] == "alias/audited"
        assert demand["resolved"] == key["Arn"]
        assert demand["decision"] == "allow"
        assert demand["by"], "which statement allowed it"
        assert re.fullmatch(r"[0-9a-f]{32}", demand["key"]) and re.fullmatch(r"[0-9a-f]{32}", demand["version"])
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", record["time"])

    def test_tls_is_told(self, server, log):
        with Wire(server, tls=True) as wire:
            assert log.record(wire.call("ListKeys", {}))["tls"] is True

    def test_an_operation_on_two_keys_names_both(self, kms, wire, log):
        one, other = (kms.create_key()["KeyMetadata"] for _ in range(2))
        blob = kms.encrypt(KeyId=one["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        record = log.record(
            wire.call("ReEncrypt", {"CiphertextBlob": base64.b64encode(blob).decode(), "DestinationKeyId": other["KeyId"]})
        )
        told = [(demand["action"], demand["resolved"]) for demand in record["demands"]]
        assert told == [("reEncryptFrom", one["Arn"]), ("reEncryptTo", other["Arn"])]

    def test_a_denial_names_the_statement(self, server, kms, wire, log):
        key = kms.create_key()["KeyMetadata"]
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{server.account}:root"}, "Action": "kms:*", "Resource": "*"},
                {"Sid": "NobodyEncrypts", "Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"},
            ],
        }
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=json.dumps(policy))
        reply = wire.call("Encrypt", {"KeyId": key["KeyId"], "Plaintext": "eA=="})
        assert reply.error == "AccessDeniedException"
        record = log.record(reply)
        assert record["outcome"] == "denied"
        assert record["demands"][0]["decision"] == "deny"
        assert record["demands"][0]["by"] == "keyPolicy NobodyEncrypts"

    def test_a_failure_is_a_record_too(self, kms, wire, log):
        key = kms.create_key()["KeyMetadata"]
        kms.disable_key(KeyId=key["KeyId"])
        record = log.record(wire.call("Encrypt", {"KeyId": key["KeyId"], "Plaintext": "eA=="}))
        assert record["operation"] == "Encrypt" and record["outcome"] == "failed"
        assert record["code"]

    def test_a_name_that_was_nothing_is_told_as_it_was_said(self, wire, log):
        record = log.record(wire.call("DescribeKey", {"KeyId": "alias/never-there"}))
        assert record["outcome"] == "failed"
        assert record["demands"][0]["named"] == "alias/never-there"

    def test_a_dry_run_is_told_from_the_real_thing(self, kms, wire, log):
        key = kms.create_key()["KeyMetadata"]
        reply = wire.call("Encrypt", {"KeyId": key["KeyId"], "Plaintext": "eA==", "DryRun": True})
        assert log.record(reply)["outcome"] == "dryRun"

    @pytest.mark.parametrize("spoil", ["signature", "document", "target"])
    def test_what_was_refused_at_the_door_is_a_record(self, own_server, spoil):
        with Wire(own_server) as wire:
            request = wire.sign("GenerateRandom" if spoil != "target" else "Nothing", b"{" if spoil == "document" else b"{}")
            if spoil == "signature":
                request.body = b'{ "NumberOfBytes": 8}'
            reply = wire.send(request)
            assert reply.status == 400
            record = Log(own_server).record(reply)
            assert record["outcome"] == "rejected"
            assert record["code"] == reply.error
            if spoil == "signature":
                assert record.get("who") is None, "nobody was identified"

    def test_every_call_has_exactly_one_record(self, own_server):
        kms = own_server.client()
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        data = base64.b64encode(blob).decode()
        calls = [
            ("DescribeKey", {"KeyId": key}),
            ("ListKeys", {}),
            ("EnableKey", {"KeyId": key}),
            ("UpdateKeyDescription", {"KeyId": key, "Description": "x"}),
            ("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": key}),
            ("UpdateAlias", {"AliasName": "alias/a", "TargetKeyId": key}),
            ("ListAliases", {}),
            ("DeleteAlias", {"AliasName": "alias/a"}),
            ("TagResource", {"KeyId": key, "Tags": [{"TagKey": "a", "TagValue": "b"}]}),
            ("ListResourceTags", {"KeyId": key}),
            ("UntagResource", {"KeyId": key, "TagKeys": ["a"]}),
            ("GetKeyPolicy", {"KeyId": key}),
            ("ListKeyPolicies", {"KeyId": key}),
            ("Encrypt", {"KeyId": key, "Plaintext": "eA=="}),
            ("Decrypt", {"CiphertextBlob": data}),
            ("ReEncrypt", {"CiphertextBlob": data, "DestinationKeyId": key}),
            ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),
            ("GenerateDataKeyWithoutPlaintext", {"KeyId": key, "KeySpec": "AES_256"}),
            ("GenerateRandom", {"NumberOfBytes": 8}),
            ("DisableKey", {"KeyId": key}),
            ("ScheduleKeyDeletion", {"KeyId": key}),
            ("CancelKeyDeletion", {"KeyId": key}),
        ]
        log = Log(own_server)
        with Wire(own_server) as wire:
            for operation, body in calls:
                reply = wire.call(operation, body)
                assert reply.status == 200, (operation, reply)
                record = log.record(reply)
                assert (record["operation"], record["outcome"]) == (operation, "success")
        own_server.stop()
        told = [json.loads(line).get("operation") for line in own_server.audit_lines()]
        for operation, _ in calls:
            expected = 2 if operation == "Encrypt" else 1
            assert told.count(operation) == expected, operation


class TestSecrets:
    def test_no_plaintext_is_in_any_file(self, own_server):
        """Planted plaintext, the data keys and random bytes that came out, and the secret access key."""
        kms = own_server.client()
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        secrets = [MARKER]
        sealed = kms.encrypt(KeyId=key, Plaintext=MARKER)["CiphertextBlob"]
        kms.decrypt(CiphertextBlob=sealed)
        kms.re_encrypt(CiphertextBlob=sealed, DestinationKeyId=key)
        secrets.append(kms.generate_data_key(KeyId=key, KeySpec="AES_256")["Plaintext"])
        secrets.append(kms.generate_random(NumberOfBytes=32)["Plaintext"])
        with Wire(own_server) as wire:
            planted = base64.b64encode(MARKER).decode()
            for body in (
                {"KeyId": key, "Plaintext": planted, "EncryptionAlgorithm": "nonsense"},
                {"KeyId": "absent", "Plaintext": planted},
                {"Plaintext": planted},
                {"KeyId": key, "Plaintext": planted + "!"},
                {"KeyId": key, "Plaintext": planted, "DryRun": True},
            ):
                assert wire.call("Encrypt", body).status == 400
        own_server.stop()
        files = [path for path in own_server.directory.rglob("*") if path.is_file()]
        assert any("audit" in str(path) for path in files) and own_server.log in files
        for path in files:
            content = path.read_bytes()
            for secret in secrets:
                for form in forms(secret):
                    assert form not in content, f"{path.name} has a secret"

    def test_the_secret_access_key_is_in_the_development_file_only(self, own_server):
        own_server.client().list_keys()
        own_server.stop()
        secret = own_server.secret_key.encode()
        holding = [path.name for path in own_server.directory.rglob("*") if path.is_file() and secret in path.read_bytes()]
        assert holding == ["credentials"]


def forms(secret):
    """How bytes may look in a file: as they are, in hexadecimal, in base64 at each of its three offsets."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for offset in range(3):
        yield base64.b64encode(b"\0" * offset + secret)[4 if offset else 0 : -4]
        yield base64.urlsafe_b64encode(b"\0" * offset + secret)[4 if offset else 0 : -4]


class TestVerification:
    @pytest.fixture(scope="class")
    @classmethod
    def stopped(cls, tmp_path_factory):
        """The data directory of a server that did some things and left."""
        server = Server(tmp_path_factory.mktemp("audited")).start()
        try:
            kms = server.client()
            for number in range(30):
                kms.create_key(Description=f"number {number}")
            for _ in range(100):
                kms.generate_random(NumberOfBytes=8)
            server.stop()
            yield server.data
        finally:
            server.dispose()

    @pytest.fixture
    def copy(self, stopped, tmp_path):
        return shutil.copytree(stopped, tmp_path / "copy", symlinks=True)

    def segment(self, data):
        return sorted((data / "audit").glob("*.jsonl"))[0]

    def refuted(self, data, *words):
        answer = verify(data)
        assert answer.returncode != 0, answer.stdout
        told = answer.stdout + answer.stderr
        for word in words:
            assert re.search(word, told), told

    def test_a_whole_log_is_vouched_for(self, stopped):
        answer = verify(stopped)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert re.search(r"\b1[3-9]\d\b", answer.stdout), "how many records"

    def test_the_key_may_come_from_elsewhere(self, stopped, tmp_path):
        text = (stopped / "audit" / "verifier-key").read_text()
        kept = tmp_path / "kept"
        kept.write_text(text)
        assert verify(stopped, "--key", kept).returncode == 0
        name, number, key = text.strip().split("+", 2)
        other = bytearray(base64.b64decode(key))
        other[7] ^= 1
        fingerprint = hashlib.sha256(name.encode() + b"\n" + other).hexdigest()[:8]
        kept.write_text(f"{name}+{fingerprint}+{base64.b64encode(other).decode()}\n")
        answer = verify(stopped, "--key", kept)
        assert answer.returncode == 1 and "not signed by the key" in answer.stdout
        refused = verify(stopped, "--key", tmp_path / "absent")
        assert refused.returncode == 1 and "absent" in refused.stderr and refused.stdout == ""

    def test_a_log_in_use_is_vouched_for(self, server, kms):
        kms.list_keys()
        assert verify(server.data).returncode == 0

    @pytest.mark.parametrize("where", [0, 17, 64, -1])
    def test_an_edited_byte_is_found_and_its_record_named(self, copy, where):
        segment = self.segment(copy)
        lines = segment.read_bytes().splitlines(keepends=True)
        at = where if where >= 0 else len(lines) - 1
        assert b'"' in lines[at]
        middle = len(lines[at]) // 2
        changed = bytearray(lines[at])
        changed[middle] ^= 1
        lines[at] = bytes(changed)
        segment.write_bytes(b"".join(lines))
        self.refuted(copy)

    def test_an_edit_that_keeps_the_document_whole_is_found(self, copy):
        segment = self.segment(copy)
        content = segment.read_bytes()
        assert content.count(b'"GenerateRandom"') == 100
        segment.write_bytes(content.replace(b'"GenerateRandom"', b'"GenerateRandon"', 1))
        self.refuted(copy)

    def test_a_removed_record_is_found(self, copy):
        segment = self.segment(copy)
        lines = segment.read_bytes().splitlines(keepends=True)
        segment.write_bytes(b"".join(lines[:40] + lines[41:]))
        self.refuted(copy)

    def test_two_exchanged_records_are_found(self, copy):
        segment = self.segment(copy)
        lines = segment.read_bytes().splitlines(keepends=True)
        lines[40], lines[41] = lines[41], lines[40]
        segment.write_bytes(b"".join(lines))
        self.refuted(copy)

    def test_a_doubled_record_is_found(self, copy):
        segment = self.segment(copy)
        lines = segment.read_bytes().splitlines(keepends=True)
        segment.write_bytes(b"".join(lines[:40] + [lines[40]] + lines[40:]))
        self.refuted(copy)

    def test_a_log_cut_short_is_found_by_the_copy_in_the_store(self, copy):
        segment = self.segment(copy)
        lines = segment.read_bytes().splitlines(keepends=True)
        segment.write_bytes(b"".join(lines[:50]))
        self.refuted(copy)
