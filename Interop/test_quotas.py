"""Quotas, on a server that has them on: who is kept back, from what, and who doesn't notice."""

import concurrent.futures
import contextlib
import http.client
import json
import time

import boto3
import botocore.config
import botocore.endpoint
import botocore.exceptions
import pytest

from expect import refused
from server import Server, clean_environment, run_claviger
from sessions import anonymous
from wire import Wire

THROTTLED = "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."
# One request, and the next in a quarter of an hour: no test is that slow.
ONCE = "0.001"


@contextlib.contextmanager
def quota_server(directory, **quotas):
    """A development server with these quotas, each named as the end of its variable."""
    settings = {f"CLAVIGER_QUOTAS_{name}": str(value) for name, value in quotas.items()}
    running = Server(directory, environment=clean_environment(CLAVIGER_QUOTAS_ENABLED="true", **settings))
    try:
        yield running.start()
    finally:
        running.dispose()


def status(server):
    answer = run_claviger("status", "--json", "--data-dir", server.data)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)["quotas"]


def records(server, *codes):
    """Of the audit log, those with one of the codes."""
    return [record for record in map(json.loads, server.audit_lines()) if record.get("code") in codes]


def test_a_development_server_has_none(server, kms):
    for _ in range(20):
        kms.create_key()
    assert status(server) == {"isEnabled": False, "throttled": 0, "turnedAway": 0}
    answer = run_claviger("status", "--data-dir", server.data)
    assert "quotas          off" in answer.stdout


def test_calls_beyond_a_rate_are_throttled(tmp_path):
    with quota_server(tmp_path, RATES_LIST_KEYS=ONCE, RATES_SYMMETRIC=2, RATES_TOKENS=ONCE) as server:
        kms = server.client()
        kms.list_keys()
        with refused("ThrottlingException", THROTTLED):
            kms.list_keys()
        # Another Region, and another family.
        server.client(region="eu-west-3").list_keys()
        kms.list_aliases()
        sts = server.client("sts")
        sts.get_caller_identity()
        with refused("Throttling", "Rate exceeded"):
            sts.get_caller_identity()
        told = status(server)
        assert told == {"isEnabled": True, "throttled": 2, "turnedAway": 0}
        (first, second) = records(server, "throttled")
        assert (first["outcome"], first["operation"], first["count"]) == ("rejected", "ListKeys", 1)
        assert first["who"]["account"] == server.account and second["operation"] == "GetCallerIdentity"


@pytest.mark.parametrize("service, operation, family, code", [
    ("kms", "DescribeKey", "RATES_DESCRIBE_KEY", "ThrottlingException"),
    ("iam", "GetUser", "RATES_IDENTITIES", "Throttling"),
])
def test_requests_that_cannot_be_read_count_and_are_counted(tmp_path, service, operation, family, code):
    with quota_server(tmp_path, **{family: 20}) as server:
        with Wire(server) as wire:
            def send():
                if service == "kms":
                    return wire.send(wire.sign(operation, b"{"))
                body = b"Action=GetUser&Version=2010-05-08&UserName=a&UserName=a"
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                credentials = (server.access_key, server.secret_key)
                return wire.send(wire.signed(headers, body, credentials, service=service))

            bodies = [send().body for _ in range(60)]
        throttled = [body for body in bodies if code.encode() in body]
        assert len(throttled) >= 20 and code.encode() not in bodies[0]
        server.stop()
        told = records(server, "SerializationException", "MalformedQueryString", "throttled", "suppressed")
        assert sum(record["count"] for record in told) == 60
        assert len(told) < 60


def test_the_fast_lane_has_the_same_quota(tmp_path):
    with quota_server(tmp_path, RATES_SYMMETRIC="0.002") as server:
        kms = server.client()
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        warm = server.client(region="eu-west-3")
        warm.generate_random(NumberOfBytes=8)
        kms.encrypt(KeyId=key, Plaintext=b"x")
        # What is cold and what is warm, and whichever lane: nothing is left of it.
        for _ in range(3):
            with refused("ThrottlingException", THROTTLED):
                kms.encrypt(KeyId=key, Plaintext=b"x")
            with refused("ThrottlingException", THROTTLED):
                kms.generate_random(NumberOfBytes=8)
        used = kms.get_key_last_usage(KeyId=key)
        assert used["KeyLastUsage"]["Operation"] == "Encrypt"
        uses = [r for r in map(json.loads, server.audit_lines()) if r["operation"] == "Encrypt"]
        assert [r["outcome"] for r in uses] == ["success"] + ["rejected"] * 3


class Patience:
    """What botocore takes for time while it waits: as long as it wants to, and at least until a quota has something again."""

    def __init__(self, least):
        self.least = least
        self.waits = []

    def sleep(self, seconds):
        self.waits.append(seconds)
        time.sleep(max(seconds, self.least))


@pytest.mark.parametrize("retries", [{"mode": "standard", "max_attempts": 10}, None], ids=["standard", "default"])
def test_the_sdk_tries_again_and_gets_through(tmp_path, monkeypatch, retries):
    # One call in two seconds: it would take a machine on which every call lasts longer to keep all below.
    patience = Patience(2.1)
    monkeypatch.setattr(botocore.endpoint, "time", patience)
    with quota_server(tmp_path, RATES_LIST_ALIASES=0.5) as server:
        session = boto3.session.Session(server.access_key, server.secret_key, region_name=server.region)
        config = botocore.config.Config(proxies={}, retries=retries)
        kms = session.client("kms", endpoint_url=server.endpoint, config=config)
        # Whatever isn't answered in the end is an exception.
        attempts = [kms.list_aliases()["ResponseMetadata"]["RetryAttempts"] for _ in range(2)]
        while not any(attempts) and len(attempts) < 20:
            attempts.append(kms.list_aliases()["ResponseMetadata"]["RetryAttempts"])
        assert any(attempts) and len(patience.waits) == sum(attempts)
        assert status(server)["throttled"] == sum(attempts)


def strangers(server, count, operation="Encrypt"):
    """The errors of so many requests with made-up access keys."""
    with Wire(server) as wire:
        replies = [
            wire.send(wire.sign(operation, {}, access_key=f"AKIA{number:016}", secret_key="guess"))
            for number in range(count)
        ]
    assert {reply.status for reply in replies} == {400}
    return [reply.error for reply in replies]


@pytest.mark.parametrize("operation", ["Encrypt", "ListKeys"])
def test_a_flood_of_unknown_keys_is_cheap_and_hurts_nobody_else(tmp_path, operation):
    with quota_server(tmp_path, UNKNOWN_KEYS_PER_SOURCE=ONCE) as server:
        kms = server.client()
        kms.list_keys()
        # Made before the flood, and never seen by the server.
        other = run_claviger("dev", "add-access-key", "--data-dir", server.data).stdout.split()
        errors = strangers(server, 60, operation)
        # Each of the first kind was looked for in the store, and none of the others.
        assert errors == ["UnrecognizedClientException"] + ["ThrottlingException"] * 59
        assert status(server)["turnedAway"] == 59
        kms.list_keys()
        with Wire(server) as wire:
            wire.connection = http.client.HTTPConnection(
                wire.host, wire.port, source_address=("127.0.0.2", 0))
            reply = wire.send(wire.sign("ListKeys", {}, access_key=other[0], secret_key=other[1]))
            assert reply.status == 200, reply
        server.stop()
        refusals = records(server, "UnrecognizedClientException", "ThrottlingException", "suppressed")
        assert sum(record["count"] for record in refusals) == 60
        assert len(refusals) < 60


def test_a_flood_of_tokens_is_cheap_and_takes_nothing_from_the_account_s_own_callers(tmp_path):
    with quota_server(tmp_path, WEB_IDENTITIES_PER_SOURCE=ONCE, RATES_TOKENS=5) as server:
        sts = anonymous(server)
        role = f"arn:aws:iam::{server.account}:role/absent"

        def code():
            with pytest.raises(botocore.exceptions.ClientError) as error:
                sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="pod", WebIdentityToken="a.b.c")
            return error.value.response["Error"]["Code"]

        assert [code() for _ in range(40)] == ["InvalidIdentityToken"] + ["Throttling"] * 39
        assert status(server)["turnedAway"] == 39
        for _ in range(5):
            server.client("sts").get_caller_identity()
        server.stop()
        refusals = records(server, "InvalidIdentityToken", "ThrottlingException", "suppressed")
        assert sum(record["count"] for record in refusals) == 40
        assert len(refusals) < 40


def test_no_more_keys_than_the_quota_however_many_ask_at_once(tmp_path):
    with quota_server(tmp_path, KEYS_PER_REGION=5, RATES_CREATE_KEY=1000) as server:
        kms = server.client()

        def create(_):
            try:
                return kms.create_key()["KeyMetadata"]["KeyId"]
            except botocore.exceptions.ClientError as error:
                return error.response["Error"]

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            outcomes = list(pool.map(create, range(40)))
        made = {outcome for outcome in outcomes if isinstance(outcome, str)}
        assert len(made) == 5
        refusals = [outcome for outcome in outcomes if not isinstance(outcome, str)]
        assert {refusal["Code"] for refusal in refusals} == {"LimitExceededException"}
        assert {refusal["Message"] for refusal in refusals} == {
            "Key quota for this account in this region is 5 but the current usage is 5."}
        assert {entry["KeyId"] for entry in kms.list_keys()["Keys"]} == made
        server.client(region="eu-west-3").create_key()
        # Pending deletion is no way out, being gone is.
        kms.schedule_key_deletion(KeyId=made.pop(), PendingWindowInDays=7)
        with refused("LimitExceededException"):
            kms.create_key()
        run_claviger("dev", "advance-clock", "--days", "8", "--data-dir", server.data)
        kms.create_key()
        server.restart()
        with refused("LimitExceededException"):
            server.client().create_key()
