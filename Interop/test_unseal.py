"""A server that people open: sealed until enough shares are there, and silent about everything until then."""

import http.client
import itertools
import json
import ssl
import subprocess
import urllib.parse

import boto3
import botocore.config
import botocore.exceptions
import pytest

from seals import Kept, at_a_terminal, SealedServer, passphrase_file, settings, shares_in
from server import BINARY, PATIENCE, run_claviger

TWO_OF_THREE = settings(kind="shamir", threshold=2, shares=3)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A server under a seal of shares, opened once and stopped; its shares; what it keeps."""
    server = SealedServer(tmp_path_factory.mktemp("shamir"), seal=TWO_OF_THREE)
    line = server.begin()
    assert line.startswith("sealed ")
    shares = server.printed_shares()
    assert len(shares) == 3
    for share in shares[:2]:
        assert server.hand_in(share).returncode == 0
    server.opened()
    kept = Kept(server)
    server.stop()
    yield server, shares, kept
    server.dispose()


def sealed(made):
    server, shares, kept = made
    if server.is_alive():
        server.kill()
    server.lines = []
    line = server.begin()
    assert line.startswith("sealed ")
    return server, shares, kept, dict(word.split("=", 1) for word in line.split()[1:])


def get(url, path, headers=None):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https":
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=context, timeout=PATIENCE)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def test_any_two_of_three_people_open_it(made):
    for pair in itertools.permutations(range(3), 2):
        server, shares, kept, _ = sealed(made)
        first = server.hand_in(shares[pair[0]], "one")
        assert "1 of 2 shares" in first.stdout
        second = server.hand_in(shares[pair[1]], "two")
        assert "open" in second.stdout
        server.opened()
        kept.check(server)
    records = [json.loads(line) for line in server.audit_lines()]
    opened = [record for record in records if record["operation"] == "Unseal"]
    assert len(opened) == 7 and all(record["details"] == {"seal": "shamir"} for record in opened)


def test_a_sealed_server_says_so_at_every_door_and_serves_nothing(made):
    server, shares, kept, doors = sealed(made)
    for url in (doors["http"], doors["https"]):
        assert get(url, "/health") == (503, {"status": "sealed"})
    status, body = get(doors["https"], "/secrets/x?api-version=7.4", {"Host": "shop.vault.claviger.localhost"})
    assert status == 503 and body["error"]["code"] == "ServiceUnavailable"
    kms = boto3.client(
        "kms",
        endpoint_url=doors["http"],
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="x" * 40,
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        kms.list_keys()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert refused.value.response["Error"]["Code"] == "DependencyTimeoutException"
    assert server.seal_status()["state"] == "sealed"
    for command in (["status"], ["identity", "user", "list"], ["seal", "rotate-root"], ["recovery", "create", "1/1"]):
        answer = server.attempt(*command)
        assert answer.returncode != 0 and "sealed" in answer.stderr, (command, answer.stderr)


def test_what_is_no_share_is_refused_and_told_to_nobody(made):
    server, shares, kept, _ = sealed(made)
    wrong = ("B" if shares[0][0] != "B" else "C") + shares[0][1:]
    for text in (wrong, "hello", shares[0][:-1], ""):
        answer = server.hand_in(text)
        assert answer.returncode == 1
        assert not text or text[:20] not in answer.stderr
    assert server.hand_in(shares[0]).returncode == 0
    again = server.hand_in(shares[0])
    assert again.returncode == 1 and "already" in again.stderr
    assert server.seal_status()["progress"] == {"given": 1, "needed": 2}
    assert "0 of 2" in server.run("unseal", "--reset")
    log = server.log.read_text()
    for share in shares:
        assert share not in log and share.replace("-", "") not in log and share[:17] not in log


def test_shares_of_another_server_are_refused(made, tmp_path):
    server, shares, kept, _ = sealed(made)
    other = SealedServer(tmp_path, seal=TWO_OF_THREE)
    try:
        other.begin()
        answer = server.hand_in(other.printed_shares()[0])
        assert answer.returncode == 1 and "another server" in answer.stderr
    finally:
        other.dispose()


def test_a_share_is_no_argument_of_any_command(made):
    server, shares, kept, _ = sealed(made)
    answer = run_claviger("unseal", "--data-dir", server.data, shares[0])
    assert answer.returncode == 64


def test_a_sealed_server_stops_when_it_is_told_to(made):
    server, shares, kept, _ = sealed(made)
    server.process.terminate()
    assert server.process.wait(timeout=PATIENCE) == 0


def test_a_passphrase_that_people_type(tmp_path):
    server = SealedServer(tmp_path, seal=settings(kind="passphrase"))
    made = [BINARY, "init", "--dev", "--data-dir", server.data]
    alone = run_claviger(*made[1:], environment=server.environment)
    assert alone.returncode == 1 and "nobody typed one" in alone.stderr
    code, shown = at_a_terminal(made, server.environment, "open sesame", "open sesam")
    assert code == 1 and "differ" in shown
    code, shown = at_a_terminal(made, server.environment, "open sesame", "open sesame")
    assert code == 0 and "sesame" not in shown, shown
    try:
        assert server.begin().startswith("sealed ")
        assert "passphrase is wrong" in server.hand_in("open says me").stderr
        code, shown = at_a_terminal(
            [BINARY, "unseal", "--data-dir", server.data], server.environment, "open sesame"
        )
        assert code == 0 and "sesame" not in shown, shown
        server.opened()
        kept = Kept(server)
        rotate = [BINARY, "seal", "rotate-root", "--data-dir", server.data]
        assert "--ask-passphrase" in server.attempt(*rotate[1:3]).stderr
        code, shown = at_a_terminal([*rotate, "--ask-passphrase"], server.environment, "another", "another")
        assert code == 0 and "epochs moved" in shown, shown
        server.stop()
        server.lines = []
        server.begin()
        assert server.hand_in("open sesame").returncode == 1
        assert server.hand_in("another").returncode == 0
        server.opened()
        kept.check(server)
        assert "sesame" not in server.log.read_text() and "another" not in server.log.read_text()
    finally:
        server.dispose()


@pytest.mark.parametrize("whose", ["old", "new"])
def test_shares_that_nobody_got_lock_nobody_out(tmp_path, whose):
    """The server dies after it made new shares and before anybody said to have them: both sets open, once more."""
    server = SealedServer(tmp_path, seal=TWO_OF_THREE)
    try:
        server.begin()
        shares = {"old": server.printed_shares()}
        for share in shares["old"][:2]:
            server.hand_in(share)
        server.opened()
        kept = Kept(server)
        shares["new"] = server.admin("/v1/seal/replace", {"settings": {}})["shares"]
        server.kill()
        server.lines = []
        server.begin()
        # One of the others doesn't disturb.
        assert server.hand_in(shares["old" if whose == "new" else "new"][2]).returncode == 0
        for share in shares[whose][1:]:
            assert server.hand_in(share).returncode == 0
        server.opened()
        kept.check(server)
        assert server.seal_status()["kinds"] == ["shamir"]
        server.stop()
        server.lines = []
        server.begin()
        assert server.hand_in(shares["old" if whose == "new" else "new"][0]).returncode == 1
        for share in shares[whose][:2]:
            assert server.hand_in(share).returncode == 0
        server.opened()
        kept.check(server)
    finally:
        server.dispose()


def test_a_new_root_has_new_shares_and_the_old_ones_open_nothing(tmp_path):
    server = SealedServer(tmp_path, seal=TWO_OF_THREE)
    try:
        server.begin()
        old = server.printed_shares()
        for share in old[1:]:
            server.hand_in(share)
        server.opened()
        kept = Kept(server)
        new = shares_in(server.run("seal", "rotate-root"))
        assert len(new) == 3 and not set(new) & set(old)
        server.stop()
        server.lines = []
        server.begin()
        assert "replaced" in server.hand_in(old[0]).stderr
        for share in (new[2], new[0]):
            assert server.hand_in(share).returncode == 0
        server.opened()
        kept.check(server)
        # And back to a file: nobody has to come any more.
        key = tmp_path / "elsewhere-key"
        server.run("seal", "migrate", "--to", "file", "--set", f"path={key}")
        server.stop()
        server.lines = []
        server.use(settings(kind="file", path=key)).start()
        kept.check(server)
    finally:
        server.dispose()
