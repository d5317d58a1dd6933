"""Temporary credentials of users, and what becomes of them when they are tampered with or their time is over."""

import base64
import datetime
import json
import re
import urllib.parse

import pytest

from expect import refused
from server import PATIENCE, run_claviger
from sessions import client
from wire import Wire

INVALID = "The security token included in the request is invalid."
EXPIRED = "The security token included in the request is expired"


@pytest.fixture(scope="module")
def sts(server):
    return server.client("sts")


@pytest.fixture
def credentials(sts):
    return sts.get_session_token()["Credentials"]


def test_a_user_acts_by_a_session_of_its_own(server, sts, kms, key, credentials):
    assert re.fullmatch("ASIA[A-Z2-7]{16}", credentials["AccessKeyId"])
    assert len(credentials["SecretAccessKey"]) == 40
    mine = client(server, credentials)
    blob = mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    assert client(server, credentials, "sts").get_caller_identity()["Arn"] == sts.get_caller_identity()["Arn"]
    assert client(server, credentials, tls=True, region="eu-west-3").list_keys()["Keys"] == []


def test_the_duration_is_the_one_that_was_asked_for(sts):
    now = datetime.datetime.now(datetime.timezone.utc)
    for asked in (900, 129_600):
        end = sts.get_session_token(DurationSeconds=asked)["Credentials"]["Expiration"]
        assert 0 <= (end - now).total_seconds() - asked + 1 < PATIENCE


def test_a_second_factor_is_never_right(sts):
    with refused("AccessDenied", status=403):
        sts.get_session_token(SerialNumber="arn:aws:iam::1:mfa/x", TokenCode="123456")


class TestTampering:
    def refused(self, server, credentials):
        with refused("UnrecognizedClientException", INVALID):
            client(server, credentials).list_keys()
        with refused("InvalidClientTokenId", INVALID, status=403):
            client(server, credentials, "sts").get_caller_identity()

    def test_a_token_that_was_changed(self, server, credentials):
        token = bytearray(base64.b64decode(credentials["SessionToken"]))
        for place in (0, 3, 10, 25, len(token) // 2, len(token) - 1):
            changed = bytearray(token)
            changed[place] ^= 1
            self.refused(server, {**credentials, "SessionToken": base64.b64encode(changed).decode()})

    def test_the_token_of_another_session(self, server, sts, credentials):
        other = sts.get_session_token()["Credentials"]
        self.refused(server, {**credentials, "SessionToken": other["SessionToken"]})

    def test_a_token_beside_a_long_term_key(self, server, credentials):
        long_term = {"AccessKeyId": server.access_key, "SecretAccessKey": server.secret_key}
        self.refused(server, {**long_term, "SessionToken": credentials["SessionToken"]})

    def test_a_session_without_its_token(self, server, credentials):
        mine = server.client(access_key=credentials["AccessKeyId"], secret_key=credentials["SecretAccessKey"])
        with refused("UnrecognizedClientException", INVALID):
            mine.list_keys()

    def test_nonsense(self, server, credentials):
        for token in ("x", "AAAA", "*" * 100):
            self.refused(server, {**credentials, "SessionToken": token})

    def test_a_wrong_secret(self, server, credentials):
        wrong = {**credentials, "SecretAccessKey": "a" * 40}
        with refused("InvalidSignatureException"):
            client(server, wrong).list_keys()


def test_a_session_is_over_when_its_time_is(own_server):
    sts = own_server.client("sts")
    short = sts.get_session_token(DurationSeconds=900)["Credentials"]
    long = sts.get_session_token(DurationSeconds=129_600)["Credentials"]
    client(own_server, short).list_keys()
    answer = run_claviger("dev", "advance-clock", "--data-dir", own_server.data, "--days", "1")
    assert answer.returncode == 0, answer.stderr
    for _ in range(2):
        with refused("ExpiredTokenException", EXPIRED):
            client(own_server, short).list_keys()
        with refused("ExpiredToken", EXPIRED, status=403):
            client(own_server, short, "sts").get_caller_identity()
    client(own_server, long).list_keys()
    own_server.restart()
    client(own_server, long).list_keys()


def test_a_presigned_request_of_a_session(server, credentials):
    """The token is a part of the query, and signed like every other part."""
    with Wire(server) as wire:
        def presigned(token):
            return wire.sign(
                "ListKeys",
                {},
                query=60,
                access_key=credentials["AccessKeyId"],
                secret_key=credentials["SecretAccessKey"],
                session_token=token,
            )

        request = presigned(credentials["SessionToken"])
        name = "X-Amz-Security-Token="
        assert name in request.path
        assert wire.send(request).status == 200
        assert wire.send(presigned(None)).error == "UnrecognizedClientException"
        request.path = "&".join(part for part in request.path.split("&") if not part.startswith(name))
        assert wire.send(request).error == "UnrecognizedClientException"
        late = presigned(None)
        late.path += "&" + name + urllib.parse.quote(credentials["SessionToken"], safe="")
        assert wire.send(late).error == "InvalidSignatureException"


class TestVouching:
    POLICY = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}]}
    )

    def test_somebody_is_known_by_the_name_that_the_user_gave(self, server, sts):
        begun = sts.get_federation_token(Name="guest", Policy=self.POLICY)
        arn = f"arn:aws:sts::{server.account}:federated-user/guest"
        assert begun["FederatedUser"] == {"FederatedUserId": f"{server.account}:guest", "Arn": arn}
        assert 0 < begun["PackedPolicySize"] < 10
        told = client(server, begun["Credentials"], "sts").get_caller_identity()
        assert told["Arn"] == arn and told["UserId"] == f"{server.account}:guest"

    def test_a_policy_that_is_none_is_refused(self, sts):
        with refused("MalformedPolicyDocument"):
            sts.get_federation_token(Name="guest", Policy="{}")
        with refused("ValidationError"):
            sts.get_federation_token(Name="guest", PolicyArns=[{"arn": "arn:aws:iam::aws:policy/NoSuchPolicy"}])


class TestWhatElseTheServiceHas:
    def test_the_account_of_an_access_key(self, server, sts, credentials):
        for key in (server.access_key, credentials["AccessKeyId"]):
            assert sts.get_access_key_info(AccessKeyId=key)["Account"] == server.account
        with refused("ValidationError"):
            sts.get_access_key_info(AccessKeyId="AKIAIOSFODNN7EXAMPLE")

    def test_there_are_no_encoded_messages(self, sts):
        with refused("InvalidAuthorizationMessageException"):
            sts.decode_authorization_message(EncodedMessage="x" * 100)

    def test_saml_is_refused_in_plain_words(self, server, sts):
        with refused("UnsupportedOperation", matching="SAML"):
            sts.assume_role_with_saml(
                RoleArn=f"arn:aws:iam::{server.account}:role/x",
                PrincipalArn=f"arn:aws:iam::{server.account}:saml-provider/x",
                SAMLAssertion="eDEy",
            )

    def test_no_secret_and_no_token_is_in_the_log(self, server, sts):
        credentials = sts.get_session_token()["Credentials"]
        log = b"\n".join(server.audit_lines()) + server.log.read_bytes()
        assert credentials["AccessKeyId"].encode() in log
        assert credentials["SecretAccessKey"].encode() not in log
        assert credentials["SessionToken"][:40].encode() not in log
