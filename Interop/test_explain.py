"""`claviger policy explain`: the deciding statement for what is allowed, denied, missing, and left open by a condition."""

import json

import pytest

from server import run_claviger


@pytest.fixture(scope="module")
def identity(server):
    def run(*arguments):
        answer = run_claviger("identity", *arguments, "--data-dir", server.data)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    return run


@pytest.fixture(scope="module")
def explain(server):
    """The explanation for people; `json=True` for programs."""

    def run(principal, action, key, *options, json_too=False):
        arguments = ["policy", "explain", "--principal", principal, "--action", action, "--data-dir", server.data]
        arguments += ["--key", key] if key else []
        answer = run_claviger(*arguments, *options)
        assert answer.returncode == 0, answer.stderr
        if not json_too:
            return answer.stdout
        return answer.stdout, json.loads(run_claviger(*arguments, *options, "--json").stdout)

    return run


@pytest.fixture(scope="module")
def user(server, identity):
    """A user with a role, and one without."""
    identity("user", "create", "app", "--role", "key-user", "--without-access-key")
    identity("user", "create", "bare", "--without-access-key")
    return lambda name: f"arn:aws:iam::{server.account}:user/{name}"


def policy(server, *statements):
    root = {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{server.account}:root"}}
    root |= {"Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [root, *statements]}, indent=2)


def test_an_allow_names_the_policy_and_shows_its_statement(explain, user, key):
    text, told = explain("app", "kms:Encrypt", key["KeyId"], json_too=True)
    assert text.startswith("ALLOWED\n") and "ClavigerKeyUser" in text and '"Sid":"UseKeys"' in text
    assert told["isAllowed"] and told["principal"] == user("app") and told["resource"] == key["Arn"]
    (deciding,) = [statement for statement in told["statements"] if statement["decides"]]
    assert deciding["label"] == "UseKeys" and deciding["layer"] == "identity" and deciding["effect"] == "Allow"
    (root,) = [statement for statement in told["statements"] if statement["layer"] == "key"]
    assert root["matches"] and not root["decides"]


def test_what_is_explained_is_what_happens(explain, identity, kms, key):
    identity("user", "create", "other", "--role", "auditor", "--without-access-key")
    assert explain("other", "kms:DescribeKey", key["KeyId"]).startswith("ALLOWED")
    assert explain("other", "kms:Decrypt", key["KeyId"]).startswith("DENIED")


def test_an_explicit_deny_is_shown_as_it_stands_with_its_line(server, explain, kms, user, key):
    deny = {"Sid": "NotApp", "Effect": "Deny", "Principal": {"AWS": user("app")}, "Action": "kms:Decrypt", "Resource": "*"}
    kms.put_key_policy(KeyId=key["KeyId"], Policy=policy(server, deny))
    text, told = explain("app", "kms:Decrypt", key["KeyId"], json_too=True)
    assert text.startswith("DENIED\n") and "the key policy denies it, in statement NotApp" in text
    assert "Deny NotApp of the key policy, line 13" in text
    assert '      "Sid": "NotApp"' in text
    (deciding,) = [statement for statement in told["statements"] if statement["decides"]]
    assert json.loads(deciding["text"]) == deny
    assert explain("app", "kms:Encrypt", key["KeyId"]).startswith("ALLOWED")


def test_a_missing_layer_is_named(server, explain, kms, user, key):
    text = explain("bare", "kms:Encrypt", key["KeyId"])
    assert text.startswith("DENIED\n") and "the principal's own policies are missing" in text
    only = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{server.account}:user/admin"}}
    only |= {"Action": "kms:*", "Resource": "*"}
    kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": [only]}))
    text = explain("app", "kms:Encrypt", key["KeyId"])
    assert text.startswith("DENIED\n") and "the key policy is missing" in text
    assert "it is about other principals" in text


def test_a_condition_says_what_it_wants_and_what_there_is(server, explain, kms, user, key):
    allow = {"Sid": "Tenant", "Effect": "Allow", "Principal": {"AWS": user("bare")}, "Action": "kms:Encrypt"}
    allow |= {"Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:tenant": "acme"}}}
    kms.put_key_policy(KeyId=key["KeyId"], Policy=policy(server, allow))
    nothing = explain("bare", "kms:Encrypt", key["KeyId"])
    assert nothing.startswith("DENIED\n")
    label = "condition StringEquals kms:EncryptionContext:tenant"
    assert f'{label} wants "acme", and the request has nothing' in nothing
    wrong = explain("bare", "kms:Encrypt", key["KeyId"], "--context", "tenant=other")
    assert f'{label} wants "acme", and the request has "other"' in wrong
    right = explain("bare", "kms:Encrypt", key["KeyId"], "--context", "tenant=acme")
    assert right.startswith("ALLOWED\n") and f"{label}: holds" in right


def test_where_a_request_comes_from_has_to_be_said(server, explain, kms, user, key):
    deny = {"Sid": "Inside", "Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"}
    deny |= {"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    kms.put_key_policy(KeyId=key["KeyId"], Policy=policy(server, deny))
    inside = explain("app", "kms:Encrypt", key["KeyId"], "--condition", "aws:SourceIp=10.1.2.3")
    assert inside.startswith("ALLOWED\n")
    outside = explain("app", "kms:Encrypt", key["KeyId"], "--condition", "aws:SourceIp=192.0.2.1")
    assert outside.startswith("DENIED\n") and "Inside" in outside


def test_a_grant_is_told(explain, kms, user, key):
    grant = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=user("bare"), Operations=["Decrypt"])
    text = explain("bare", "kms:Decrypt", key["KeyId"])
    assert text.startswith("ALLOWED\n") and f"the grant {grant['GrantId']} allows it" in text
    text = explain("bare", "kms:Encrypt", key["KeyId"])
    assert text.startswith("DENIED\n") and "it is for other operations" in text


def test_a_role_stands_for_a_session_of_it(server, identity, explain, key):
    identity("role", "create", "deploy", "--trust", "account", "--role", "key-user")
    text = explain("deploy", "kms:Encrypt", key["KeyId"])
    assert text.startswith("ALLOWED\n") and f"arn:aws:sts::{server.account}:assumed-role/deploy/" in text
    named = f"arn:aws:sts::{server.account}:assumed-role/deploy/job"
    assert named in explain(named, "kms:Encrypt", key["KeyId"])


def test_a_right_to_a_key_that_cant_be_used_is_both(explain, kms, user, key):
    kms.disable_key(KeyId=key["KeyId"])
    text = explain("app", "kms:Encrypt", key["KeyId"])
    assert text.startswith("ALLOWED\n") and "the key is disabled" in text


def test_what_isnt_done_to_a_key_needs_none(explain, user):
    assert explain("app", "kms:ListKeys", None).startswith("ALLOWED\n")
    assert explain("app", "kms:CreateKey", None).startswith("DENIED\n")


def test_explaining_is_recorded_and_does_nothing(server, explain, user, key):
    explain("app", "kms:Decrypt", key["KeyId"])
    record = json.loads(server.audit_lines()[-1])
    assert record["operation"] == "ExplainPolicy" and record["details"] == {"action": "decrypt"}
    assert [demand["action"] for demand in record["demands"]] == ["explainPolicy"]


@pytest.mark.parametrize(
    "principal, action, key, words",
    [
        ("nobody", "kms:Encrypt", "alias/x", "no user nobody"),
        ("app", "kms:Nonsense", "alias/x", "an example is kms:Decrypt"),
        ("app", "kms:Encrypt", "alias/absent", "no alias/absent"),
        ("arn:aws:s3:::x", "kms:Encrypt", "alias/x", "no name or ARN"),
    ],
)
def test_what_cant_be_explained_is_refused_in_words(server, kms, user, principal, action, key, words):
    if not kms.list_aliases(Limit=100)["Aliases"]:
        kms.create_alias(AliasName="alias/x", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    answer = run_claviger(
        "policy", "explain", "--principal", principal, "--action", action, "--key", key, "--data-dir", server.data
    )
    assert answer.returncode == 1 and words in answer.stderr, answer.stderr


def test_only_pairs_are_taken_for_pairs(server):
    for option in ("--context", "--condition"):
        answer = run_claviger("policy", "explain", "--principal", "a", "--action", "b", option, "c", "--data-dir", server.data)
        assert answer.returncode == 64 and "name=value" in answer.stderr
