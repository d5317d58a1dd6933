"""Whatever comes in: AWS's own error goes out, nothing is lost, and the server lives."""

import base64
import json
import random
import re
import string

import boto3
import pytest

from below_http import connected, receive, sendall_unless_closed, serialised, status
from mutants import Mutator
from wire import CONTENT_TYPE

SERIALIZATION = "SerializationException"


def model_operations():
    client = boto3.client("kms", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")
    return client.meta.service_model.operation_names


@pytest.fixture(scope="module")
def shared(kms):
    return kms.create_key()["KeyMetadata"]


@pytest.fixture(autouse=True)
def still_works(wire):
    """After each test of this suite an ordinary request passes."""
    yield
    assert wire.call("GenerateRandom", {"NumberOfBytes": 1}).status == 200


class TestEnvelope:
    @pytest.mark.parametrize("target", ["TrentService.Nothing", "TrentService.", "Nothing", "", "TrentService.encrypt", "Other.Encrypt"])
    def test_an_unknown_target(self, wire, target):
        reply = wire.call(None, {}, target=target)
        assert (reply.status, reply.error) == (400, "UnknownOperationException")

    def test_no_target(self, wire):
        request = wire.sign("ListKeys", {})
        signed = request.headers["Authorization"]
        request = wire.sign(None, b"{}", target="placeholder")
        del request.headers["X-Amz-Target"]
        reply = wire.send(request)
        assert signed and reply.status == 400
        assert reply.error in ("UnknownOperationException", "InvalidSignatureException", "MissingAuthenticationTokenException")

    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/cbor", "application/json"])
    def test_another_content_type(self, wire, content_type):
        reply = wire.call("ListKeys", b"{}", content_type=content_type)
        assert reply.status in (400, 404, 415)
        assert reply.error in ("UnknownOperationException", SERIALIZATION)

    def test_a_charset_is_no_other_content_type(self, wire):
        assert wire.call("ListKeys", {}, content_type=CONTENT_TYPE + "; charset=utf-8").status == 200

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
    def test_another_method(self, wire, method):
        request = wire.sign("ListKeys", {})
        request.method = method
        reply = wire.send(request)
        assert 400 <= reply.status < 500

    @pytest.mark.parametrize("operation", sorted(model_operations()))
    def test_an_operation_that_is_there_is_there(self, wire, operation):
        assert wire.call(operation, {}).error not in ("UnsupportedOperationException", "UnknownOperationException")

    def test_every_answer_has_a_request_id_and_the_content_type(self, wire):
        seen = set()
        for operation, body in (("ListKeys", {}), ("ListKeys", b"{"), ("DescribeKey", {}), ("Nothing", {})):
            reply = wire.call(operation, body)
            assert re.fullmatch(r"[0-9a-f-]{36}", reply.headers["x-amzn-RequestId"])
            assert reply.headers["Content-Type"] == CONTENT_TYPE
            seen.add(reply.headers["x-amzn-RequestId"])
        assert len(seen) == 4


class TestDocuments:
    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"}",
            b"[]",
            b"null",
            b"1",
            b'"text"',
            b"{}{}",
            b"{} trailing",
            b'{"KeyId": }',
            b'{"KeyId": "x",}',
            b"{'KeyId': 'x'}",
            b'{"KeyId": "x" "Plaintext": "eA=="}',
            b'{"KeyId": "\xff\xfe"}',
            b'{"KeyId": "\xc0\xaf"}',
            b'{"KeyId": "\\ud800"}',
            b'{"KeyId": "a\x00b"}',
            b'{"KeyId": "a\nb"}',
            b'{"KeyId": "\\x41"}',
            b'{"Limit": 01}',
            b'{"Limit": NaN}',
            b"\xef\xbb\xbf{}",
        ],
    )
    def test_text_that_is_no_document(self, wire, body):
        reply = wire.call("Encrypt", body)
        assert reply.status == 400 and reply.error == SERIALIZATION, reply

    def test_no_body_at_all_is_an_empty_document_or_none(self, wire):
        reply = wire.call("GenerateRandom", b"")
        assert reply.status == 400 and reply.error in (SERIALIZATION, "ValidationException")

    @pytest.mark.parametrize("size", [1, 10, 60])
    def test_a_document_cut_short(self, wire, shared, size):
        whole = json.dumps({"KeyId": shared["KeyId"], "Plaintext": "eHh4eHh4eHg="}).encode()
        reply = wire.call("Encrypt", whole[:-size])
        assert reply.status == 400 and reply.error == SERIALIZATION

    @pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, "[" * 30000])
    def test_depth(self, wire, text):
        reply = wire.call("Encrypt", ('{"EncryptionContext": ' + text + "}").encode())
        assert reply.status == 400 and reply.error == SERIALIZATION

    def test_members_said_twice(self, wire, shared):
        """Two readers of one document must not read two requests."""
        name = shared["KeyId"]
        for body in (
            f'{{"KeyId": "{name}", "Plaintext": "eA==", "KeyId": "{name}"}}',
            f'{{"KeyId": "{name}", "Plaintext": "eA==", "\\u004beyId": "{name}"}}',
            f'{{"KeyId": "{name}", "Plaintext": "eA==", "EncryptionContext": {{"a": "1", "a": "2"}}}}',
        ):
            reply = wire.call("Encrypt", body.encode())
            assert reply.status == 400 and reply.error == SERIALIZATION, body

    def test_members_that_nobody_knows_are_passed_over(self, wire, shared):
        body = {"KeyId": shared["KeyId"], "Plaintext": "eA==", "Tomorrow": {"deep": [1, None, {"x": True}]}}
        assert wire.call("Encrypt", body).status == 200

    @pytest.mark.parametrize(
        "operation, body",
        [
            ("Encrypt", {"KeyId": 1, "Plaintext": "eA=="}),
            ("Encrypt", {"KeyId": ["x"], "Plaintext": "eA=="}),
            ("Encrypt", {"KeyId": "x", "Plaintext": 5}),
            ("Encrypt", {"KeyId": "x", "Plaintext": {"a": "b"}}),
            ("Encrypt", {"KeyId": "x", "Plaintext": "eA==", "EncryptionContext": "a"}),
            ("Encrypt", {"KeyId": "x", "Plaintext": "eA==", "EncryptionContext": ["a"]}),
            ("Encrypt", {"KeyId": "x", "Plaintext": "eA==", "EncryptionContext": {"a": 1}}),
            ("Encrypt", {"KeyId": "x", "Plaintext": "eA==", "EncryptionContext": {"a": {"b": "c"}}}),
            ("Encrypt", {"KeyId": "x", "Plaintext": "eA==", "DryRun": "yes"}),
            ("GenerateRandom", {"NumberOfBytes": "8"}),
            ("GenerateRandom", {"NumberOfBytes": True}),
            ("GenerateRandom", {"NumberOfBytes": {}}),
            ("CreateKey", {"Tags": {"a": "b"}}),
            ("CreateKey", {"Tags": ["a"]}),
            ("CreateKey", {"Tags": [{"TagKey": 1, "TagValue": "x"}]}),
            ("CreateKey", {"Policy": {"Version": "2012-10-17"}}),
            ("CreateKey", {"MultiRegion": 1}),
            ("ListKeys", {"Limit": []}),
            ("ListKeys", b'{"Limit": 1e400}'),
            ("ListKeys", b'{"Limit": 99999999999999999999999}'),
            ("ListKeys", {"Limit": 1.5}),
            ("UntagResource", {"KeyId": "x", "TagKeys": "a"}),
        ],
    )
    def test_members_of_another_type(self, wire, operation, body):
        reply = wire.call(operation, body)
        assert reply.status == 400 and reply.error == SERIALIZATION, reply

    @pytest.mark.parametrize(
        "operation, body, member",
        [
            ("Encrypt", {"Plaintext": "eA=="}, "keyId"),
            ("Encrypt", {"KeyId": "x"}, "plaintext"),
            ("DescribeKey", {}, "keyId"),
            ("DescribeKey", {"KeyId": None}, "keyId"),
            ("CreateAlias", {"AliasName": "alias/x"}, "targetKeyId"),
            ("TagResource", {"KeyId": "x"}, "tags"),
            ("ReEncrypt", {"CiphertextBlob": "eA=="}, "destinationKeyId"),
        ],
    )
    def test_members_that_are_missing(self, wire, operation, body, member):
        reply = wire.call(operation, body)
        assert (reply.status, reply.error) == (400, "ValidationException")
        assert (
            reply.message
            == f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        )

    @pytest.mark.parametrize("text", ["e", "eA", "eA=", "eA===", "e A=", "eA==\n", "@@@@", "eA==eA==", "eB==", "ä==="])
    def test_base64_that_is_none(self, wire, shared, text):
        reply = wire.call("Encrypt", {"KeyId": shared["KeyId"], "Plaintext": text})
        assert reply.status == 400 and reply.error == SERIALIZATION, text

    def test_strings_longer_than_they_may_be(self, wire):
        reply = wire.call("DescribeKey", {"KeyId": "k" * 2049})
        assert (reply.status, reply.error) == (400, "ValidationException")
        reply = wire.call("Decrypt", {"CiphertextBlob": base64.b64encode(b"c" * 6145).decode()})
        assert (reply.status, reply.error) == (400, "ValidationException")
        assert reply.message.endswith("Member must have length less than or equal to 6144")


class TestSizes:
    def test_a_large_body_within_reason_is_read(self, wire):
        reply = wire.call("CreateKey", {"Description": "d" * 8192, "Tomorrow": "x" * 100_000})
        assert reply.status == 200

    def test_a_body_beyond_the_limit_is_refused(self, server):
        with connected(server) as raw:
            raw.sendall(head(server, 100_000_000) + b"x" * 65536)
            assert status(receive(raw)) in (400, 413)

    def test_headers_beyond_the_limit_are_refused(self, server):
        with connected(server) as raw:
            sendall_unless_closed(raw, b"POST / HTTP/1.1\r\nHost: x\r\n" + b"X-Filler: " + b"f" * 1_000_000)
            answer = receive(raw)
            assert answer == b"" or 400 <= status(answer) < 500

    def test_no_end_of_headers_is_refused(self, server):
        with connected(server) as raw:
            sendall_unless_closed(raw, b"POST / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)))
            answer = receive(raw)
            assert answer == b"" or 400 <= status(answer) < 500

    def test_chunked_bodies_are_read_or_refused_but_never_misread(self, wire):
        """A signed request in chunks is the same request; one with both framings is none."""
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8})
        request.headers["Transfer-Encoding"] = "chunked"
        lines = [f"POST {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(request.body), request.body)
        with connected(wire.server) as raw:
            raw.sendall("\r\n".join(lines).encode() + f"\r\nHost: {wire.host}:{wire.port}\r\n\r\n".encode() + chunks)
            assert status(receive(raw, once=True)) in (200, 400, 411)
        lines.append("Content-Length: 3")
        with connected(wire.server) as raw:
            raw.sendall("\r\n".join(lines).encode() + f"\r\nHost: {wire.host}:{wire.port}\r\n\r\n".encode() + chunks)
            answer = receive(raw)
            assert answer == b"" or 400 <= status(answer) < 500


class TestCiphertexts:
    """The layout is in docs/formats.md; every part of it is bound."""

    PARTS = {
        "format": (0, 1),
        "key": (1, 17),
        "version": (17, 33),
        "nonce": (33, 49),
        "commitment": (49, 81),
        "sealed": (81, -16),
        "tag": (-16, None),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def blob(cls, kms, shared):
        return kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"sixteen bytes ok", EncryptionContext={"a": "b"})["CiphertextBlob"]

    def decrypt(self, wire, blob, **more):
        body = {"CiphertextBlob": base64.b64encode(blob).decode(), "EncryptionContext": {"a": "b"}, **more}
        return wire.call("Decrypt", body)

    def test_whole_it_opens(self, wire, blob):
        assert base64.b64decode(self.decrypt(wire, blob).json["Plaintext"]) == b"sixteen bytes ok"

    @pytest.mark.parametrize("part", PARTS)
    def test_one_changed_bit_anywhere_opens_nothing(self, wire, shared, blob, part):
        start, end = self.PARTS[part]
        positions = range(len(blob))[start:end]
        assert positions
        for position in positions:
            for bit in (0, 7):
                changed = bytearray(blob)
                changed[position] ^= 1 << bit
                reply = self.decrypt(wire, bytes(changed))
                assert reply.status == 400
                if part == "key":
                    assert reply.error == "AccessDeniedException"
                else:
                    assert reply.error == "InvalidCiphertextException"
                    assert set(reply.json) == {"__type"}, "no message: damage and a wrong context must look alike"

    def test_any_other_length_opens_nothing(self, wire, blob):
        for length in [*range(1, len(blob)), len(blob) + 1]:
            reply = self.decrypt(wire, (blob + b"\0")[:length])
            assert (reply.status, reply.error) == (400, "InvalidCiphertextException"), length

    def test_noise_opens_nothing(self, wire):
        noise = random.Random(7)
        for size in (1, 16, 81, 97, 113, 200, 6144):
            reply = self.decrypt(wire, noise.randbytes(size))
            assert reply.status == 400 and reply.error in ("InvalidCiphertextException", "AccessDeniedException")

    def test_parts_of_two_ciphertexts_do_not_fit(self, kms, wire, shared, blob):
        other = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"sixteen bytes no", EncryptionContext={"a": "b"})["CiphertextBlob"]
        for start, end in self.PARTS.values():
            mixed = bytearray(blob)
            mixed[start : end if end is not None else len(mixed)] = other[start : end if end is not None else len(other)]
            if bytes(mixed) != blob:
                assert self.decrypt(wire, bytes(mixed)).error == "InvalidCiphertextException"

    def test_a_wrong_context_opens_nothing(self, wire, blob):
        for context in ({}, {"a": "c"}, {"a": "b", "c": "d"}, {"A": "b"}):
            reply = self.decrypt(wire, blob, EncryptionContext=context)
            assert (reply.status, reply.error) == (400, "InvalidCiphertextException")
            assert set(reply.json) == {"__type"}


def head(server, length):
    lines = [
        "POST / HTTP/1.1",
        "Host: " + server.endpoint.removeprefix("http://"),
        f"Content-Type: {CONTENT_TYPE}",
        "X-Amz-Target: TrentService.Encrypt",
        f"Content-Length: {length}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def seeds_of_mutation(server, kms, shared):
    """Good requests of every operation that there is; what they name exists, so that mutants get far."""
    name = shared["KeyId"]
    blob = base64.b64encode(kms.encrypt(KeyId=name, Plaintext=b"seed", EncryptionContext={"a": "b"})["CiphertextBlob"]).decode()
    policy = kms.get_key_policy(KeyId=name)["Policy"]
    return [
        ("CreateKey", {"Policy": policy, "Description": "d", "Tags": [{"TagKey": "a", "TagValue": "b"}]}),
        ("DescribeKey", {"KeyId": shared["Arn"]}),
        ("ListKeys", {"Limit": 3}),
        ("UpdateKeyDescription", {"KeyId": name, "Description": "other"}),
        ("CreateAlias", {"AliasName": "alias/mutant", "TargetKeyId": name}),
        ("ListAliases", {"KeyId": name, "Limit": 10}),
        ("TagResource", {"KeyId": name, "Tags": [{"TagKey": "k", "TagValue": "v"}]}),
        ("UntagResource", {"KeyId": name, "TagKeys": ["k"]}),
        ("ListResourceTags", {"KeyId": name, "Limit": 5}),
        ("PutKeyPolicy", {"KeyId": name, "PolicyName": "default", "Policy": policy}),
        ("GetKeyPolicy", {"KeyId": name, "PolicyName": "default"}),
        ("Encrypt", {"KeyId": name, "Plaintext": "cGxhaW4=", "EncryptionContext": {"a": "b", "ü": "é"}}),
        ("Decrypt", {"CiphertextBlob": blob, "EncryptionContext": {"a": "b"}, "KeyId": name}),
        ("ReEncrypt", {"CiphertextBlob": blob, "SourceEncryptionContext": {"a": "b"}, "DestinationKeyId": name}),
        ("GenerateDataKey", {"KeyId": name, "KeySpec": "AES_256", "EncryptionContext": {"a": "b"}}),
        ("GenerateDataKeyWithoutPlaintext", {"KeyId": name, "NumberOfBytes": 32, "DryRun": False}),
        ("GenerateDataKeyPair", {"KeyId": name, "KeyPairSpec": "ECC_NIST_P256", "EncryptionContext": {"a": "b"}}),
        ("Decrypt", {"KeyId": name, "DryRun": True, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}),
        ("GenerateRandom", {"NumberOfBytes": 16}),
        (
            "GenerateRandom",
            {
                "NumberOfBytes": 16,
                "Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": "hEShATgioA=="},
            },
        ),
    ]


def test_ten_thousand_mutants(server, kms, shared, wire):
    """Half are changed before they are signed and so reach the operations; half after, and reach the parsers.
    None may bring out a 5xx, keep the connection hanging or hurt the server."""
    mutator = Mutator(seed=20_260_101)
    seeds = seeds_of_mutation(server, kms, shared)
    reached = {}
    for number in range(5_000):
        operation, body = mutator.random.choice(seeds)
        mutant = mutator.mutate(json.dumps(body, ensure_ascii=mutator.random.random() < 0.5).encode())
        reply = wire.call(operation, mutant)
        assert reply.status in (200, 400), (number, operation, mutant, reply)
        reached[reply.error] = reached.get(reply.error, 0) + 1
    assert {None, SERIALIZATION, "ValidationException", "NotFoundException"} <= set(reached), reached
    answered = 0
    for number in range(5_000):
        operation, body = mutator.random.choice(seeds)
        request = wire.sign(operation, body, query=mutator.random.choice((None, None, 60)))
        mutant = mutator.mutate(serialised(request, f"{wire.host}:{wire.port}"))
        with connected(server) as raw:
            sendall_unless_closed(raw, mutant)
            answer = receive(raw)
        for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer):
            assert int(code) < 500, (number, mutant, answer)
            answered += 1
    assert answered > 1_000, "most mutants were never judged"
    assert server.is_alive()
    sealed = kms.encrypt(KeyId=shared["KeyId"], Plaintext=b"still there")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"still there"


def test_printable_noise_as_policy_tags_and_names_is_refused_or_kept(kms, shared):
    """What is accepted comes back as it was."""
    noise = random.Random(11)
    for _ in range(200):
        text = "".join(noise.choice(string.printable + "äπ鍵💩") for _ in range(noise.randrange(1, 60)))
        try:
            kms.tag_resource(KeyId=shared["KeyId"], Tags=[{"TagKey": "noise", "TagValue": text}])
        except kms.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
            continue
        tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=shared["KeyId"])["Tags"]}
        assert tags["noise"] == text
