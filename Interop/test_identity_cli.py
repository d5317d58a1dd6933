"""`claviger identity`: people who never wrote a policy set up others, and those can do what they should and nothing else."""

import json
import os
import pty
import subprocess

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError

from server import BINARY, PATIENCE, clean_environment, parse_exports, run_claviger

ROLES = ["administrator", "key-administrator", "key-user", "auditor", "custodian", "kmip-client"]
COMMANDS = [
    "identity",
    "identity account",
    "identity account create",
    "identity account list",
    "identity user",
    "identity user create",
    "identity user list",
    "identity user show",
    "identity user grant-role",
    "identity user revoke-role",
    "identity user delete",
    "identity key",
    "identity key create",
    "identity key list",
    "identity key disable",
    "identity key enable",
    "identity key delete",
    "identity role",
    "identity role create",
    "identity role list",
    "identity role show",
    "identity role delete",
    "policy",
    "policy check",
    "policy explain",
]


@pytest.fixture(scope="module")
def identity(server):
    """Runs `claviger identity ...` on the module's server; it must succeed."""

    def run(*arguments):
        answer = run_claviger("identity", *arguments, "--data-dir", server.data)
        assert answer.returncode == 0, answer.stderr
        assert answer.stderr == ""
        return answer.stdout

    return run


@pytest.fixture(scope="module")
def refused(server):
    def run(*arguments):
        answer = run_claviger("identity", *arguments, "--data-dir", server.data)
        assert answer.returncode == 1, answer.stdout
        assert answer.stdout == ""
        (line,) = answer.stderr.splitlines()
        assert line.startswith("claviger: ")
        return line

    return run


@pytest.fixture(scope="module")
def keys(kms):
    """Two keys, the first under the alias that the commands use."""
    one, two = (kms.create_key()["KeyMetadata"] for _ in range(2))
    kms.create_alias(AliasName="alias/orders", TargetKeyId=one["KeyId"])
    return one, two


def client(text, service="kms"):
    """A client that knows nothing but the lines that were printed."""
    exports = parse_exports(text)
    return boto3.session.Session(
        aws_access_key_id=exports["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=exports["AWS_SECRET_ACCESS_KEY"],
        region_name=exports["AWS_DEFAULT_REGION"],
    ).client(
        service,
        endpoint_url=exports["AWS_ENDPOINT_URL"],
        config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE, proxies={}),
    )


def denied(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException", caught.value


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_explains_itself(self, command):
        answer = run_claviger(*command.split(), "--help")
        assert answer.returncode == 0 and answer.stderr == ""
        assert f"USAGE: claviger {command}" in answer.stdout
        overview = answer.stdout.removeprefix("OVERVIEW: ").partition("USAGE:")[0]
        assert len(overview.split()) >= 4, overview

    @pytest.mark.parametrize("command", ["identity", "identity user create", "identity role create"])
    def test_the_ready_made_roles_are_listed_where_they_are_needed(self, command):
        text = run_claviger(*command.split(), "--help").stdout
        for role in ROLES:
            assert f"  {role} " in text, role

    @pytest.mark.parametrize("command", COMMANDS)
    def test_no_option_takes_a_secret(self, command):
        text = run_claviger(*command.split(), "--help").stdout
        assert "--secret" not in text and "--password" not in text


class TestUsers:
    def test_a_user_made_with_one_command_encrypts_by_what_was_printed(self, identity, keys):
        kms = client(identity("user", "create", "app", "--role", "key-user"))
        sealed = kms.encrypt(KeyId="alias/orders", Plaintext=b"hello")["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"
        denied(kms.schedule_key_deletion, KeyId=keys[0]["KeyId"])
        denied(kms.create_key)

    def test_the_lines_are_ready_for_a_shell(self, identity, keys):
        text = identity("user", "create", "shell", "--role", "key-user")
        answer = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text + 'echo "$AWS_ACCESS_KEY_ID"'],
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert answer.stdout.strip() == parse_exports(text)["AWS_ACCESS_KEY_ID"], answer.stderr

    def test_a_key_user_of_one_key_has_no_other(self, identity, keys):
        one, two = keys
        kms = client(identity("user", "create", "limited", "--role", "key-user", "--key", "alias/orders"))
        kms.encrypt(KeyId=one["KeyId"], Plaintext=b"hello")
        kms.encrypt(KeyId="alias/orders", Plaintext=b"hello")
        denied(kms.encrypt, KeyId=two["KeyId"], Plaintext=b"hello")
        assert {one["KeyId"], two["KeyId"]} <= {key["KeyId"] for key in kms.list_keys()["Keys"]}

    @pytest.mark.parametrize("form", ["id", "arn", "alias", "bare alias"])
    def test_a_key_is_named_as_people_name_keys(self, identity, keys, form):
        one, two = keys
        text = {"id": one["KeyId"], "arn": one["Arn"], "alias": "alias/orders", "bare alias": "orders"}[form]
        name = "named-by-" + form.replace(" ", "-")
        kms = client(identity("user", "create", name, "--role", "key-user", "--key", text))
        kms.encrypt(KeyId=one["KeyId"], Plaintext=b"hello")
        denied(kms.encrypt, KeyId=two["KeyId"], Plaintext=b"hello")

    def test_an_auditor_looks_and_uses_nothing(self, identity, keys):
        made = identity("user", "create", "eve", "--role", "auditor")
        kms, key = client(made), keys[0]["KeyId"]
        assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyId"] == key
        assert kms.get_key_policy(KeyId=key)["Policy"]
        assert kms.list_aliases()["Aliases"]
        assert client(made, "iam").list_users()["Users"]
        denied(kms.generate_data_key, KeyId=key, NumberOfBytes=32)
        denied(kms.encrypt, KeyId=key, Plaintext=b"x")
        denied(kms.schedule_key_deletion, KeyId=key)
        with pytest.raises(ClientError):
            client(made, "iam").create_user(UserName="mallory")

    def test_a_custodian_ends_keys_and_opens_nothing(self, identity, kms):
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        sealed = kms.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
        custodian = client(identity("user", "create", "keeper", "--role", "custodian"))
        denied(custodian.decrypt, KeyId=key, CiphertextBlob=sealed)
        denied(custodian.encrypt, KeyId=key, Plaintext=b"x")
        assert custodian.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)["KeyState"] == "PendingDeletion"
        custodian.cancel_key_deletion(KeyId=key)

    def test_an_administrator_does_everything(self, identity):
        kms = client(identity("user", "create", "boss", "--role", "administrator"))
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.encrypt(KeyId=key, Plaintext=b"hello")

    def test_without_a_role_a_user_can_do_nothing_until_it_is_given_one(self, identity, keys):
        kms, key = client(identity("user", "create", "waiting")), keys[0]["KeyId"]
        denied(kms.encrypt, KeyId=key, Plaintext=b"x")
        assert "key-user" in identity("user", "grant-role", "waiting", "key-user")
        kms.encrypt(KeyId=key, Plaintext=b"x")
        assert "key-user" not in identity("user", "revoke-role", "waiting", "key-user")
        denied(kms.encrypt, KeyId=key, Plaintext=b"x")

    def test_granting_other_keys_replaces_those_of_before(self, identity, keys):
        one, two = keys
        kms = client(identity("user", "create", "moving", "--role", "key-user", "--key", one["KeyId"]))
        identity("user", "grant-role", "moving", "key-user", "--key", two["KeyId"])
        denied(kms.encrypt, KeyId=one["KeyId"], Plaintext=b"x")
        kms.encrypt(KeyId=two["KeyId"], Plaintext=b"x")

    def test_lists_and_descriptions_are_for_programs_too(self, identity, keys):
        made = json.loads(
            identity("user", "create", "robot", "--role", "key-user", "--role", "auditor", "--json")
        )
        assert made["accessKey"]["secretAccessKey"] and made["connection"]["region"]
        shown = json.loads(identity("user", "show", "robot", "--json"))
        assert [policy["role"] for policy in shown["policies"]] == ["key-user", "auditor"]
        assert [key["accessKeyID"] for key in shown["accessKeys"]] == [made["accessKey"]["accessKeyID"]]
        listed = json.loads(identity("user", "list", "--json"))["identities"]
        assert shown["arn"] in [user["arn"] for user in listed]

    def test_what_is_made_is_what_clients_of_the_api_see(self, server, identity):
        identity("user", "create", "seen", "--role", "auditor")
        assert server.client("iam").get_user(UserName="seen")["User"]["Arn"].endswith(":user/seen")

    def test_the_secret_is_in_no_log(self, server, identity):
        text = identity("user", "create", "quiet", "--role", "auditor")
        secret = parse_exports(text)["AWS_SECRET_ACCESS_KEY"].encode()
        assert secret not in b"\n".join(server.audit_lines())
        assert secret not in server.log.read_bytes()


class TestRefusals:
    def test_a_role_that_there_isnt_is_answered_with_those_that_there_are(self, refused):
        line = refused("user", "create", "nobody", "--role", "superuser")
        for role in ROLES:
            assert role in line

    def test_names_and_keys_that_cant_be(self, refused, identity):
        assert "no alias/absent" in refused("user", "create", "nobody", "--role", "key-user", "--key", "absent")
        assert "letters, digits" in refused("user", "create", "no body")
        assert "12 digits" in refused("user", "list", "--account", "12")
        assert "no user nobody" in refused("user", "show", "nobody")
        identity("user", "create", "twice", "--without-access-key")
        assert "there is a user twice already" in refused("user", "create", "twice")

    def test_keys_limit_a_role_that_is_about_keys(self, refused):
        assert "can't be limited" in refused("user", "create", "nobody", "--role", "administrator", "--key", "orders")
        assert "say which one" in refused("user", "create", "nobody", "--key", "orders")

    def test_too_many_keys_for_one_policy(self, refused, kms):
        keys = [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(30)]
        options = [word for key in keys for word in ("--key", key)]
        assert "2048 characters" in refused("user", "create", "nobody", "--role", "key-user", *options)

    def test_a_role_that_nobody_has_cant_be_taken(self, refused, identity):
        identity("user", "create", "bare", "--without-access-key")
        assert "doesn't have that" in refused("user", "revoke-role", "bare", "auditor")


class TestDeletion:
    def test_nothing_goes_without_a_yes(self, identity, refused):
        made = identity("user", "create", "leaver", "--role", "key-user")
        line = refused("user", "delete", "leaver")
        assert "--yes" in line and parse_exports(made)["AWS_ACCESS_KEY_ID"] in line and "key-user" in line
        assert "leaver" in identity("user", "list")

    def test_with_yes_all_of_it_goes(self, identity, refused, keys):
        kms = client(identity("user", "create", "gone", "--role", "key-user"))
        kms.encrypt(KeyId=keys[0]["KeyId"], Plaintext=b"x")
        assert "removed" in identity("user", "delete", "gone", "--yes")
        with pytest.raises(ClientError) as caught:
            kms.encrypt(KeyId=keys[0]["KeyId"], Plaintext=b"x")
        assert caught.value.response["Error"]["Code"] == "UnrecognizedClientException"
        assert "no user gone" in refused("user", "show", "gone")

    @pytest.mark.parametrize("answer, remains", [("n", True), ("y", False)])
    def test_a_person_is_asked(self, server, identity, answer, remains):
        name = "asked-" + answer
        identity("user", "create", name, "--without-access-key")
        ours, theirs = pty.openpty()
        try:
            process = subprocess.Popen(
                [BINARY, "identity", "user", "delete", name, "--data-dir", str(server.data)],
                env=clean_environment(),
                stdin=theirs,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            os.write(ours, f"{answer}\n".encode())
            _, asked = process.communicate(timeout=PATIENCE)
        finally:
            os.close(ours)
            os.close(theirs)
        assert f"user/{name} goes" in asked and "[y/N]" in asked
        assert process.returncode == (1 if remains else 0)
        assert (name in identity("user", "list")) == remains


class TestAccessKeys:
    def test_one_key_takes_the_place_of_another(self, identity, refused, keys):
        key = keys[0]["KeyId"]
        first = identity("user", "create", "rotating", "--role", "key-user")
        second = identity("key", "create", "rotating")
        assert "2 access keys are the most" in refused("key", "create", "rotating")
        old, new = client(first), client(second)
        for kms in (old, new):
            kms.encrypt(KeyId=key, Plaintext=b"x")
        name = parse_exports(first)["AWS_ACCESS_KEY_ID"]
        assert "disabled" in identity("key", "disable", "rotating", name)
        with pytest.raises(ClientError):
            old.encrypt(KeyId=key, Plaintext=b"x")
        states = {entry["accessKeyID"]: entry["isActive"] for entry in json.loads(identity("key", "list", "rotating", "--json"))}
        assert states == {name: False, parse_exports(second)["AWS_ACCESS_KEY_ID"]: True}
        identity("key", "enable", "rotating", name)
        old.encrypt(KeyId=key, Plaintext=b"x")
        assert "--yes" in refused("key", "delete", "rotating", name)
        identity("key", "delete", "rotating", name, "--yes")
        assert name not in identity("key", "list", "rotating")
        with pytest.raises(ClientError):
            old.encrypt(KeyId=key, Plaintext=b"x")
        new.encrypt(KeyId=key, Plaintext=b"x")

    def test_keys_are_their_owners(self, identity, refused):
        mine = parse_exports(identity("user", "create", "mine"))["AWS_ACCESS_KEY_ID"]
        identity("user", "create", "theirs", "--without-access-key")
        for words in (["disable"], ["delete", "--yes"]):
            assert f"no access key {mine}" in refused("key", words[0], "theirs", mine, *words[1:])


class TestAccounts:
    def test_an_account_with_an_administrator_is_a_tenant_of_its_own(self, identity, keys):
        text = identity("account", "create", "--id", "210987654321", "--admin", "alice")
        kms = client(text)
        assert client(text, "sts").get_caller_identity()["Arn"] == "arn:aws:iam::210987654321:user/alice"
        key = kms.create_key()["KeyMetadata"]
        assert key["AWSAccountId"] == "210987654321"
        assert [found["KeyId"] for found in kms.list_keys()["Keys"]] == [key["KeyId"]]
        denied(kms.encrypt, KeyId=keys[0]["Arn"], Plaintext=b"x")
        listed = json.loads(identity("account", "list", "--json"))["accounts"]
        assert [entry["account"] for entry in listed if not entry["isDefault"]] == ["210987654321"]

    def test_users_go_into_the_account_that_is_named(self, identity):
        account = identity("account", "create").strip()
        text = identity("user", "create", "tenant", "--account", account, "--role", "administrator")
        assert client(text, "sts").get_caller_identity()["Account"] == account
        assert "tenant" in identity("user", "list", "--account", account)
        assert "tenant" not in identity("user", "list")

    def test_a_number_is_given_once(self, identity, refused):
        identity("account", "create", "--id", "123123123123")
        assert "already" in refused("account", "create", "--id", "123123123123")


class TestRoles:
    def test_a_role_for_tokens_says_whose(self, server, identity):
        shown = json.loads(
            identity(
                "role", "create", "deploy", "--trust", "issuer:https://ci.example.com/", "--subject", "repo:acme/app:*",
                "--audience", "sts.amazonaws.com", "--role", "key-user", "--json",
            )
        )  # fmt: skip
        (statement,) = json.loads(shown["trust"])["Statement"]
        provider = f"arn:aws:iam::{server.account}:oidc-provider/ci.example.com"
        assert statement == {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {"ci.example.com:aud": ["sts.amazonaws.com"]},
                "StringLike": {"ci.example.com:sub": ["repo:acme/app:*"]},
            },
        }
        assert [policy["role"] for policy in shown["policies"]] == ["key-user"]

    def test_a_role_for_a_user_and_one_for_the_account(self, server, identity):
        identity("user", "create", "actor", "--without-access-key")
        one = json.loads(identity("role", "create", "for-actor", "--trust", "user:actor", "--json"))
        assert json.loads(one["trust"])["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{server.account}:user/actor"}
        two = json.loads(identity("role", "create", "for-all", "--trust", "account", "--json"))
        assert json.loads(two["trust"])["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{server.account}:root"}
        assert {"for-actor", "for-all"} <= {
            role["name"] for role in json.loads(identity("role", "list", "--json"))["identities"]
        }
        assert "removed" in identity("role", "delete", "for-all", "--yes")
        assert "for-all" not in identity("role", "list")

    def test_a_user_acts_as_a_role_and_nobody_takes_its_name(self, server, identity, keys):
        key = keys[0]["KeyId"]
        made = identity("user", "create", "trusted")
        role = json.loads(identity("role", "create", "acted", "--trust", "user:trusted", "--role", "key-user", "--json"))
        session = client(made, "sts").assume_role(RoleArn=role["arn"], RoleSessionName="job")["Credentials"]
        kms = boto3.client(
            "kms",
            endpoint_url=server.endpoint,
            region_name=server.region,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )
        kms.encrypt(KeyId=key, Plaintext=b"x")
        denied(kms.schedule_key_deletion, KeyId=key)
        identity("user", "delete", "trusted", "--yes")
        another = client(identity("user", "create", "trusted"), "sts")
        with pytest.raises(ClientError) as caught:
            another.assume_role(RoleArn=role["arn"], RoleSessionName="job")
        assert caught.value.response["Error"]["Code"] == "AccessDenied"
        identity("role", "delete", "acted", "--yes")
        with pytest.raises(ClientError):
            kms.encrypt(KeyId=key, Plaintext=b"x")

    def test_an_issuer_alone_would_let_in_everybody_it_knows(self, refused):
        line = refused("role", "create", "open", "--trust", "issuer:https://ci.example.com", "--audience", "a")
        assert "subject" in line
        assert "https://" in refused(
            "role", "create", "open", "--trust", "issuer:http://ci.example.com", "--audience", "a", "--subject", "b"
        )
        assert "no user nobody" in refused("role", "create", "open", "--trust", "user:nobody")


class TestPolicyCheck:
    SOUND = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}

    def check(self, tmp_path, document, *options):
        file = tmp_path / "policy.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        return run_claviger("policy", "check", file, *options)

    def test_a_sound_policy_needs_no_server(self, tmp_path):
        answer = self.check(tmp_path, self.SOUND)
        assert answer.returncode == 0 and "1 statement" in answer.stdout

    def test_what_is_wrong_is_said_in_the_words_of_the_api(self, tmp_path):
        answer = self.check(tmp_path, self.SOUND, "--kind", "key")
        assert answer.returncode == 1 and "Missing required field Principal" in answer.stderr
        answer = self.check(tmp_path, "{")
        assert answer.returncode == 1 and "invalid Json" in answer.stderr
        answer = run_claviger("policy", "check", tmp_path / "absent")
        assert answer.returncode == 1 and "cannot read" in answer.stderr
