"""Workloads that have nothing but a token: of Kubernetes, of a CI system, of a company's identity provider."""

import json
import subprocess
import sys
import time

import pytest

from expect import refused
from issuer import AUDIENCE, SUBJECT, Issuer, Key
from server import PATIENCE, Server, clean_environment
from sessions import anonymous, client
from wire import Wire

NO_KEY = (
    "Couldn't retrieve verification key from your identity provider,  "
    "please reference AssumeRoleWithWebIdentity documentation for requirements"
)


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="module")
def once():
    """Another issuer, whose tokens are for one use."""
    with Issuer() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory, issuer, once):
    folder = tmp_path_factory.mktemp("federated")
    issuers = folder / "issuers.yaml"
    issuers.write_text("issuers:\n" + issuer.settings(pause="0ms") + once.settings(pause="0ms", replay="refuse"))
    with Server(folder / "server", environment=clean_environment(CLAVIGER_WEB_IDENTITY_ISSUERS=str(issuers))).serving() as running:
        yield running


def provider(server, issuer):
    """AWS's providers are all reached by https; which way the keys come is the operator's business here."""
    return server.client("iam").create_open_id_connect_provider(
        Url="https://" + issuer.name, ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]


def make_role(server, issuer, arn, name):
    iam = server.client("iam")
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document(
            {
                "Effect": "Allow",
                "Principal": {"Federated": arn},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{issuer.name}:sub": SUBJECT, f"{issuer.name}:aud": AUDIENCE}
                },
            }
        ),
    )["Role"]
    iam.put_role_policy(
        RoleName=name,
        PolicyName="encrypt",
        PolicyDocument=document({"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"}),
    )
    return made


@pytest.fixture(scope="module")
def provider_arn(server, issuer):
    return provider(server, issuer)


@pytest.fixture(scope="module")
def role(server, issuer, provider_arn):
    return make_role(server, issuer, provider_arn, "encryptor")


@pytest.fixture(scope="module")
def role_of_once(server, once):
    return make_role(server, once, provider(server, once), "once")


def assume(server, role, token, **more):
    return anonymous(server).assume_role_with_web_identity(
        RoleArn=role["Arn"], RoleSessionName="pod-1", WebIdentityToken=token, **more
    )


class TestWhoGetsIn:
    def test_a_service_account_s_token_becomes_a_role(self, server, issuer, role, provider_arn):
        begun = assume(server, role, issuer.token())
        assert begun["SubjectFromWebIdentityToken"] == SUBJECT
        assert begun["Audience"] == AUDIENCE
        assert begun["Provider"] == provider_arn
        assert begun["AssumedRoleUser"]["Arn"].endswith(":assumed-role/encryptor/pod-1")
        told = client(server, begun["Credentials"], "sts").get_caller_identity()
        assert told["Arn"] == begun["AssumedRoleUser"]["Arn"]

    def test_a_key_on_a_curve(self, server, issuer, role):
        assume(server, role, issuer.token(issuer.keys[1]))

    def test_tokens_may_be_used_again_as_projected_files_are(self, server, issuer, role):
        token = issuer.token(jti="one")
        for _ in range(3):
            assume(server, role, token)

    def test_an_unmodified_sdk_picks_its_token_up_and_encrypts(self, server, issuer, role, tmp_path):
        """What Kubernetes projects into a pod: a file and the name of a role. Nothing else is configured."""
        key = server.client().create_key()["KeyMetadata"]["KeyId"]
        file = tmp_path / "token"
        file.write_text(issuer.token())
        program = (
            "import boto3; kms = boto3.client('kms');"
            f"blob = kms.encrypt(KeyId='{key}', Plaintext=b'secret')['CiphertextBlob'];"
            "print(kms.decrypt(CiphertextBlob=blob)['Plaintext'].decode())"
        )
        answer = subprocess.run(
            [sys.executable, "-c", program],
            env=clean_environment(
                AWS_ROLE_ARN=role["Arn"],
                AWS_WEB_IDENTITY_TOKEN_FILE=str(file),
                AWS_ROLE_SESSION_NAME="pod-1",
                AWS_ENDPOINT_URL=server.endpoint,
                AWS_DEFAULT_REGION=server.region,
            ),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.strip() == "secret"

    def test_a_session_policy_and_a_duration(self, server, issuer, role):
        only = document({"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"})
        begun = assume(server, role, issuer.token(), Policy=only, DurationSeconds=900)
        with pytest.raises(Exception, match="AccessDenied"):
            client(server, begun["Credentials"]).list_keys()
        with refused("ValidationError"):
            assume(server, role, issuer.token(), DurationSeconds=3601)

    def test_the_log_says_who_it_was(self, server, issuer, role):
        assume(server, role, issuer.token())
        lines = [json.loads(line) for line in server.audit_lines()]
        mine = [line for line in lines if line.get("operation") == "AssumeRoleWithWebIdentity"]
        assert mine and SUBJECT in json.dumps(mine[-1])


class TestWhoDoesNot:
    def refused(self, server, role, token, code, message=None, **more):
        if message is None:
            with refused(code, **more):
                assume(server, role, token)
        else:
            with refused(code, message, **more):
                assume(server, role, token)

    def test_another_subject(self, server, issuer, role):
        denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
        for subject in ("system:serviceaccount:apps:other", SUBJECT + "x", SUBJECT.upper()):
            self.refused(server, role, issuer.token(sub=subject), "AccessDenied", denied, status=403)

    def test_no_algorithm(self, server, issuer, role):
        self.refused(server, role, issuer.unsigned(), "InvalidIdentityToken")
        signature = issuer.token().rpartition(".")[2]
        self.refused(server, role, issuer.unsigned() + signature, "InvalidIdentityToken")

    def test_the_public_key_as_a_shared_secret(self, server, issuer, role):
        for secret in (issuer.keys[0].pem, json.dumps(issuer.keys[0].jwk).encode()):
            self.refused(server, role, issuer.confused(secret), "InvalidIdentityToken")

    def test_a_key_that_the_issuer_does_not_have(self, server, issuer, role):
        stranger = Key("stranger")
        self.refused(server, role, issuer.token(stranger), "InvalidIdentityToken", NO_KEY)
        self.refused(
            server, role, issuer.token(stranger, {"alg": "RS256", "kid": "first"}), "InvalidIdentityToken"
        )

    def test_a_key_under_the_algorithm_of_another(self, server, issuer, role):
        self.refused(server, role, issuer.token(header={"alg": "ES256", "kid": "first"}), "InvalidIdentityToken")
        self.refused(server, role, issuer.token(header={"alg": "RS256", "kid": "curve"}), "InvalidIdentityToken")

    def test_another_issuer(self, server, issuer, role):
        for name in (issuer.url + "/", "https://" + issuer.name, "https://evil.example"):
            self.refused(server, role, issuer.token(iss=name), "InvalidIdentityToken")

    def test_another_audience(self, server, issuer, role):
        self.refused(server, role, issuer.token(aud="other"), "InvalidIdentityToken", "Incorrect token audience")
        self.refused(server, role, issuer.token(azp="other"), "InvalidIdentityToken", "Incorrect token audience")

    def test_an_expired_one(self, server, issuer, role):
        past = int(time.time()) - 1
        self.refused(server, role, issuer.token(exp=past), "ExpiredTokenException", matching="^Token expired: current")

    def test_one_of_the_future(self, server, issuer, role):
        later = int(time.time()) + 3600
        self.refused(server, role, issuer.token(nbf=later, exp=later + 60), "InvalidIdentityToken")
        self.refused(server, role, issuer.token(iat=later, exp=later + 60), "InvalidIdentityToken")

    def test_claims_that_are_missing(self, server, issuer, role):
        for name in ("sub", "exp", "aud", "iss"):
            self.refused(
                server, role, issuer.token(**{name: None}), "InvalidIdentityToken", f"Missing a required claim: {name}"
            )

    def test_extensions_that_would_have_to_be_understood(self, server, issuer, role):
        header = {"alg": "RS256", "kid": "first", "crit": ["exp"], "exp": 1}
        self.refused(server, role, issuer.token(header=header), "InvalidIdentityToken")

    def test_what_is_no_token(self, server, role):
        for text in ("abcd", "a.b.c", "." * 10):
            self.refused(
                server,
                role,
                text,
                "InvalidIdentityToken",
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            )

    def test_an_assertion_that_was_used_where_each_is_for_one_use(self, server, once, role_of_once):
        # Not of the server's first minute, as far as it can know.
        fresh = int(time.time()) + 60
        for token in (once.token(jti="a", iat=fresh), once.token(iat=fresh)):
            assume(server, role_of_once, token)
            with refused("InvalidIdentityToken", "The token was used before"):
                assume(server, role_of_once, token)

    def test_a_role_that_trusts_another_issuer(self, server, once, role):
        self.refused(server, role, once.token(jti="for another role", iat=int(time.time()) + 60), "AccessDenied", status=403)

    def test_refusals_are_in_the_log(self, server, issuer, role):
        self.refused(server, role, issuer.token(aud="other"), "InvalidIdentityToken")
        lines = [json.loads(line) for line in server.audit_lines()]
        assert any(
            line.get("operation") == "AssumeRoleWithWebIdentity" and "InvalidIdentityToken" in json.dumps(line)
            for line in lines
        )


class TestTheIssuersKeys:
    def test_a_new_key_is_found_and_an_old_one_is_gone(self, server, issuer, role):
        old, new = issuer.keys[0], Key("second")
        issuer.published = [new, issuer.keys[1]]
        try:
            assume(server, role, issuer.token(new))
            with refused("InvalidIdentityToken", NO_KEY):
                assume(server, role, issuer.token(old))
        finally:
            issuer.published = list(issuer.keys)
        assume(server, role, issuer.token(old))

    def test_known_keys_serve_while_the_issuer_is_down(self, tmp_path):
        issuer = Issuer()
        issuers = tmp_path / "issuers.yaml"
        issuers.write_text("issuers:\n" + issuer.settings(pause="0ms"))
        server = Server(tmp_path / "server", environment=clean_environment(CLAVIGER_WEB_IDENTITY_ISSUERS=str(issuers)))
        try:
            server.start()
            role = make_role(server, issuer, provider(server, issuer), "encryptor")
            assume(server, role, issuer.token())
            issuer.close()
            assume(server, role, issuer.token())
            with refused("InvalidIdentityToken", NO_KEY):
                assume(server, role, issuer.token(Key("new")))
            server.restart()
            with refused("IDPCommunicationError", NO_KEY):
                assume(server, role, issuer.token())
        finally:
            server.dispose()

    def test_keys_from_a_file(self, tmp_path):
        """For clusters whose keys are nowhere to be fetched: what `kubectl get --raw /openid/v1/jwks` prints."""
        issuer = Issuer()
        issuer.close()
        keys = tmp_path / "keys.json"
        keys.write_text(json.dumps({"keys": [issuer.keys[0].jwk]}))
        issuers = tmp_path / "issuers.yaml"
        issuers.write_text("issuers:\n" + issuer.settings(keys=keys))
        server = Server(tmp_path / "server", environment=clean_environment(CLAVIGER_WEB_IDENTITY_ISSUERS=str(issuers)))
        try:
            server.start()
            assume(server, make_role(server, issuer, provider(server, issuer), "encryptor"), issuer.token())
        finally:
            server.dispose()


@pytest.mark.parametrize("knows_the_authority", [True, False])
def test_an_issuer_behind_tls_is_known_by_its_certificate(tmp_path, knows_the_authority):
    issuer = Issuer(tls_in=tmp_path)
    issuers = tmp_path / "issuers.yaml"
    more = {"ca-file": tmp_path / "ca.pem"} if knows_the_authority else {}
    issuers.write_text("issuers:\n" + issuer.settings(**more))
    server = Server(tmp_path / "server", environment=clean_environment(CLAVIGER_WEB_IDENTITY_ISSUERS=str(issuers)))
    try:
        server.start()
        role = make_role(server, issuer, provider(server, issuer), "encryptor")
        if knows_the_authority:
            assume(server, role, issuer.token())
        else:
            with refused("IDPCommunicationError", NO_KEY):
                assume(server, role, issuer.token())
            assert issuer.requests == []
    finally:
        server.dispose()
        issuer.close()


def test_a_server_that_trusts_nobody_believes_no_token(own_server, issuer):
    with refused("InvalidIdentityToken"):
        assume(own_server, {"Arn": f"arn:aws:iam::{own_server.account}:role/encryptor"}, issuer.token())


def test_a_form_without_a_signature_is_short(server):
    """Nobody knows who has sent it."""
    form = b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken="
    with Wire(server) as wire:
        for length, status, code in ((60_000, 400, b"ValidationError"), (70_000, 413, b"RequestEntityTooLarge")):
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            reply = wire.send(wire.unsigned(headers.items(), form + b"a" * length))
            assert reply.status == status and code in reply.body, reply
