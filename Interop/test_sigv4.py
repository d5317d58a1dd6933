"""Signature Version 4 as botocore signs it, and what happens to a request that was changed on its way."""

import datetime
import json
import re

import pytest

from wire import Wire

INVALID = "InvalidSignatureException"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
    "Key and signing method. Consult the service documentation for details."
)
UNKNOWN = ("UnrecognizedClientException", "The security token included in the request is invalid.")


def refusal(reply):
    return reply.status, reply.error, reply.message


class TestWhatIsSigned:
    def test_a_signed_request_passes(self, wire):
        assert wire.call("GenerateRandom", {"NumberOfBytes": 8}).status == 200

    def test_any_number_of_headers_may_be_signed(self, wire):
        extra = {"X-Custom-A": "  spaces   inside  ", "X-Custom-B": "value", "Accept": "*/*", "X-Amz-User-Agent": "suite"}
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8}, extra=extra)
        assert "x-custom-a;x-custom-b" in request.headers["Authorization"]
        assert wire.send(request).status == 200

    def test_headers_that_were_not_signed_may_be_added(self, wire):
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8})
        request.headers["X-Added-By-A-Proxy"] = "1"
        assert wire.send(request).status == 200

    def test_a_body_of_any_spelling_is_bound_as_it_was_sent(self, wire):
        assert wire.call("GenerateRandom", b'\n{ "NumberOfBytes" :\t8 }\n').status == 200

    def test_every_region_has_its_own_scope(self, wire):
        for region in ("us-east-1", "eu-central-1", "ap-northeast-3"):
            assert wire.call("ListKeys", {}, region=region).status == 200


class TestTampering:
    @pytest.fixture
    def request_(self, wire):
        return wire.sign("GenerateRandom", {"NumberOfBytes": 8}, extra={"X-Custom": "one"})

    def test_untouched_it_passes(self, wire, request_):
        assert wire.send(request_).status == 200

    def test_the_body(self, wire, request_):
        request_.body = json.dumps({"NumberOfBytes": 9}).encode()
        assert refusal(wire.send(request_)) == (400, INVALID, MISMATCH)

    def test_the_body_behind_a_declared_hash(self, wire):
        """The hash that a client declares is never believed: the body's own is compared."""
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8}, extra={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
        reply = wire.send(request)
        assert reply.status == 400 and reply.error == INVALID

    def test_the_target(self, wire, request_):
        request_.headers["X-Amz-Target"] = "TrentService.ListKeys"
        assert refusal(wire.send(request_)) == (400, INVALID, MISMATCH)

    def test_a_signed_header(self, wire, request_):
        request_.headers["X-Custom"] = "two"
        assert refusal(wire.send(request_)) == (400, INVALID, MISMATCH)

    def test_a_signed_header_that_is_gone(self, wire, request_):
        del request_.headers["X-Custom"]
        reply = wire.send(request_)
        assert reply.status == 400 and reply.error == INVALID

    def test_the_date(self, wire, request_):
        moment = datetime.datetime.strptime(request_.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
        request_.headers["X-Amz-Date"] = (moment + datetime.timedelta(seconds=1)).strftime("%Y%m%dT%H%M%SZ")
        reply = wire.send(request_)
        assert reply.status == 400 and reply.error == INVALID

    def test_the_path(self, wire, request_):
        request_.path = "/other"
        reply = wire.send(request_)
        assert reply.status in (400, 404) and reply.error in (INVALID, "UnknownOperationException")

    def test_the_query(self, wire, request_):
        request_.path = "/?more=1"
        reply = wire.send(request_)
        assert reply.status == 400 and reply.error == INVALID

    @pytest.mark.parametrize("position", [0, 31, 63])
    def test_the_signature(self, wire, request_, position):
        start, signature = request_.headers["Authorization"].rsplit("=", 1)
        flipped = "0" if signature[position] != "0" else "1"
        request_.headers["Authorization"] = f"{start}={signature[:position]}{flipped}{signature[position + 1:]}"
        assert refusal(wire.send(request_)) == (400, INVALID, MISMATCH)

    def test_a_shortened_signature(self, wire, request_):
        request_.headers["Authorization"] = request_.headers["Authorization"][:-1]
        reply = wire.send(request_)
        assert reply.status == 400 and reply.error in (INVALID, "IncompleteSignatureException")

    @pytest.mark.parametrize("part, other", [("us-east-1", "us-west-2"), ("/kms/", "/sts/"), ("aws4_request", "aws5_request")])
    def test_the_scope(self, server, wire, part, other):
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8}, region="us-east-1")
        request.headers["Authorization"] = request.headers["Authorization"].replace(part, other)
        reply = wire.send(request)
        assert reply.status == 400 and reply.error in (INVALID, "IncompleteSignatureException")

    def test_the_secret(self, server, wire):
        reply = wire.call("ListKeys", {}, secret_key=server.secret_key[:-1] + "x")
        assert refusal(reply) == (400, INVALID, MISMATCH)

    def test_the_service(self, wire):
        reply = wire.call("ListKeys", {}, service="s3")
        assert reply.status == 400 and reply.error == INVALID


class TestWho:
    def test_an_unknown_access_key(self, wire):
        reply = wire.call("ListKeys", {}, access_key="AKIAIOSFODNN7EXAMPLE", secret_key="wJalrXUtnFEMIKEYEXAMPLE")
        assert refusal(reply) == (400, *UNKNOWN)

    def test_a_session_token_that_nobody_gave_out(self, wire):
        reply = wire.call("ListKeys", {}, session_token="FwoGZXIvYXdzEXAMPLE")
        assert refusal(reply) == (400, *UNKNOWN)

    def test_nobody(self, wire):
        request = wire.sign("ListKeys", {})
        del request.headers["Authorization"]
        reply = wire.send(request)
        assert (reply.status, reply.error) == (400, "MissingAuthenticationTokenException")
        assert reply.message == "Missing Authentication Token"

    @pytest.mark.parametrize("lost", ["Credential", "SignedHeaders", "Signature"])
    def test_an_authorization_without_one_of_its_parts(self, wire, lost):
        request = wire.sign("ListKeys", {})
        kept = [part for part in re.split(r", ", request.headers["Authorization"].split(" ", 1)[1]) if not part.startswith(lost)]
        request.headers["Authorization"] = "AWS4-HMAC-SHA256 " + ", ".join(kept)
        reply = wire.send(request)
        assert reply.status == 400 and reply.error == "IncompleteSignatureException"
        assert lost in reply.message

    @pytest.mark.parametrize("text", ["Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 =,=,=", "Bearer x"])
    def test_an_authorization_of_another_kind(self, wire, text):
        request = wire.sign("ListKeys", {})
        request.headers["Authorization"] = text
        reply = wire.send(request)
        assert reply.status == 400
        assert reply.error in ("IncompleteSignatureException", "MissingAuthenticationTokenException", INVALID)

    def test_without_a_date(self, wire):
        request = wire.sign("ListKeys", {})
        del request.headers["X-Amz-Date"]
        reply = wire.send(request)
        assert reply.status == 400 and reply.error in ("IncompleteSignatureException", INVALID)

    def test_signed_headers_must_include_the_host(self, wire):
        request = wire.sign("ListKeys", {})
        request.headers["Authorization"] = request.headers["Authorization"].replace(";host", "").replace("host;", "")
        reply = wire.send(request)
        assert reply.status == 400 and reply.error == INVALID


class TestTime:
    @pytest.mark.parametrize("minutes", [-4, 4])
    def test_four_minutes_off_is_near_enough(self, wire, minutes):
        assert wire.call("ListKeys", {}, minutes=minutes).status == 200

    def test_six_minutes_late_has_expired(self, wire):
        reply = wire.call("ListKeys", {}, minutes=-6)
        assert (reply.status, reply.error) == (400, INVALID)
        assert re.fullmatch(r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)", reply.message)

    def test_six_minutes_early_is_not_yet_current(self, wire):
        reply = wire.call("ListKeys", {}, minutes=6)
        assert (reply.status, reply.error) == (400, INVALID)
        assert re.fullmatch(
            r"Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)", reply.message
        )

    @pytest.mark.parametrize("minutes", [-60 * 24, 60 * 24, -60 * 24 * 365])
    def test_another_day_is_refused(self, wire, minutes):
        reply = wire.call("ListKeys", {}, minutes=minutes)
        assert (reply.status, reply.error) == (400, INVALID)


class TestPresigned:
    def test_the_query_form_passes(self, wire):
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8}, query=60)
        assert "X-Amz-Signature=" in request.path and "Authorization" not in request.headers
        assert wire.send(request).status == 200

    def test_it_lives_as_long_as_it_says(self, wire):
        assert wire.call("ListKeys", {}, query=900, minutes=-10).status == 200
        reply = wire.call("ListKeys", {}, query=300, minutes=-10)
        assert (reply.status, reply.error) == (400, INVALID)
        assert reply.message.startswith("Signature expired: ")

    def test_it_may_not_live_longer_than_a_week(self, wire):
        reply = wire.call("ListKeys", {}, query=604801)
        assert reply.status == 400 and reply.error in (INVALID, "IncompleteSignatureException")

    def test_its_body_is_bound(self, wire):
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8}, query=60)
        request.body = b'{"NumberOfBytes": 9}'
        assert refusal(wire.send(request)) == (400, INVALID, MISMATCH)

    @pytest.mark.parametrize(
        "was, becomes",
        [("X-Amz-Expires=60", "X-Amz-Expires=61"), ("us-east-1", "us-east-2"), ("X-Amz-Signature=", "X-Amz-Signature=0")],
    )
    def test_its_query_is_bound(self, wire, was, becomes):
        request = wire.sign("ListKeys", {}, query=60, region="us-east-1")
        assert was in request.path
        request.path = request.path.replace(was, becomes)
        reply = wire.send(request)
        assert reply.status == 400 and reply.error in (INVALID, "IncompleteSignatureException")

    def test_a_parameter_said_twice_is_refused(self, wire):
        request = wire.sign("ListKeys", {}, query=60)
        request.path += "&X-Amz-Expires=60"
        reply = wire.send(request)
        assert reply.status == 400 and reply.error in (INVALID, "IncompleteSignatureException")


def test_all_of_it_holds_over_tls(server):
    with Wire(server, tls=True) as wire:
        assert wire.call("ListKeys", {}).status == 200
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8})
        request.body = b'{"NumberOfBytes": 9}'
        assert refusal(wire.send(request)) == (400, INVALID, MISMATCH)


def test_refused_requests_do_not_end_the_connection_or_disturb_the_next(wire):
    for _ in range(3):
        request = wire.sign("GenerateRandom", {"NumberOfBytes": 8})
        request.body = b'{"NumberOfBytes": 9}'
        assert wire.send(request).error == INVALID
        assert wire.call("GenerateRandom", {"NumberOfBytes": 8}).status == 200
