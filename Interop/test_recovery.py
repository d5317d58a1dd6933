"""What opens the seal is destroyed, and two of three people bring the keys back."""

import json

import pytest

from issuer import tls_context
from seals import Kept, SealedServer, passphrase_file, settings, shares_in
from server import Server, clean_environment, run_claviger


@pytest.fixture
def server(tmp_path):
    server = SealedServer(tmp_path)
    server.start()
    yield server
    server.dispose()


def recover(server, *shares):
    files = [server.share_file(f"recovery-{index}", share) for index, share in enumerate(shares)]
    arguments = [part for file in files for part in ("--share-file", file)]
    return run_claviger("recover", "--data-dir", server.data, *arguments, environment=server.environment)


def test_shares_open_the_store_when_its_key_file_is_gone(server, tmp_path):
    shares = shares_in(server.run("recovery", "create", "2/3"))
    assert len(shares) == 3
    status = server.seal_status()
    assert status["recovery"] == {"needed": 2, "shares": 3, "epochs": status["epochs"]}
    kept = Kept(server)
    server.stop()
    (server.data / "seal-key").unlink()
    assert "seal-key" in server.fails_to_start()

    server.use(settings(kind="passphrase", passphrase_file=passphrase_file(tmp_path, "another")))
    too_few = recover(server, shares[0])
    assert too_few.returncode == 1
    done = recover(server, shares[2], shares[0])
    assert done.returncode == 0, done.stderr
    server.start()
    kept.check(server)
    # The shares stay good, also for what was made since.
    server.stop()
    server.use(settings(kind="file", path=tmp_path / "third-key"))
    assert recover(server, shares[1], shares[2]).returncode == 0
    server.start()
    kept.check(server)
    records = [json.loads(line) for line in server.audit_lines()]
    assert [record["operation"] for record in records].count("Recover") == 2


def test_new_recovery_shares_replace_the_old_ones(server):
    old = shares_in(server.run("recovery", "create", "1/2"))
    new = shares_in(server.run("recovery", "create", "1/1"))
    kept = Kept(server)
    server.run("seal", "rotate-root")
    server.stop()
    assert recover(server, old[0]).returncode == 1
    done = recover(server, new[0])
    assert done.returncode == 0, done.stderr
    server.start()
    kept.check(server)


def test_a_store_without_recovery_says_so(server):
    assert "none" in server.run("seal", "status")
    server.stop()
    answer = recover(server, "A" * 88)
    assert answer.returncode == 1 and "no recovery shares were ever made" in answer.stderr


def test_a_running_server_is_not_recovered(server):
    shares = shares_in(server.run("recovery", "create", "1/1"))
    answer = recover(server, shares[0])
    assert answer.returncode == 1 and "another claviger is using" in answer.stderr


def test_shares_are_made_with_the_store(tmp_path):
    data = tmp_path / "kms"
    made = run_claviger("init", "--data-dir", data, "--recovery", "2/3")
    assert made.returncode == 0, made.stderr
    shares = shares_in(made.stdout)
    assert len(shares) == 3
    (data / "seal-key").unlink()
    files = []
    for index, share in enumerate(shares[1:]):
        path = tmp_path / f"share-{index}"
        path.write_text(share)
        path.chmod(0o600)
        files += ["--share-file", path]
    done = run_claviger("recover", "--data-dir", data, *files)
    assert done.returncode == 0, done.stderr
    checked = run_claviger("doctor", "--data-dir", data)
    assert "fail" not in checked.stdout, checked.stdout


def test_another_service_seals_the_root_and_its_loss_is_survived(tmp_path):
    # A certificate of its own: clients that don't read constraints on addresses can't check the private CA's.
    tls_context(tmp_path)
    (tmp_path / "key.pem").chmod(0o600)
    certificate = {"CLAVIGER_TLS_CERTIFICATE": str(tmp_path / "ca.pem"), "CLAVIGER_TLS_KEY": str(tmp_path / "key.pem")}
    other = Server(tmp_path / "other", environment=clean_environment(**certificate)).start()
    server = None
    try:
        key = other.client().create_key()["KeyMetadata"]["KeyId"]
        credentials = tmp_path / "credentials"
        credentials.write_text(
            f"[default]\naws_access_key_id = {other.access_key}\naws_secret_access_key = {other.secret_key}\n"
        )
        credentials.chmod(0o600)
        seal = settings(
            kind="awskms", key=key, region=other.region, endpoint=other.tls_endpoint, credentials_file=credentials,
            ca_file=tmp_path / "ca.pem",
        )
        server = SealedServer(tmp_path / "mine", seal=seal).start()
        kept = Kept(server)
        shares = shares_in(server.run("recovery", "create", "2/3"))
        said = server.run("seal", "rotate-root")
        assert "awskms" in said
        server.restart()
        kept.check(server)
        used = [json.loads(line) for line in other.audit_lines()]
        contexts = [record.get("encryptionContext") for record in used if record["operation"] == "Decrypt"]
        assert contexts and all(contexts)

        # A key that was disabled is a refusal, and no reason to wait.
        server.stop()
        other.client().disable_key(KeyId=key)
        assert "DisabledException" in server.fails_to_start()
        other.client().enable_key(KeyId=key)

        # A service that is away is waited for.
        endpoint = other.tls_endpoint
        other.stop()
        server.lines = []
        assert server.begin().startswith("sealed ")
        status = server.seal_status()
        assert status["state"] == "sealed" and "can't be reached" in status["reason"]
        other.arguments += ["--listen-tls", endpoint.removeprefix("https://").replace("localhost", "127.0.0.1")]
        other.start()
        server.opened()
        kept.check(server)

        # And one that is gone for good is done without.
        server.stop()
        other.stop()
        server.use(settings(kind="file", path=tmp_path / "new-key"))
        done = recover(server, shares[0], shares[1])
        assert done.returncode == 0, done.stderr
        server.lines = []
        server.start()
        kept.check(server)
    finally:
        other.dispose()
        if server is not None:
            server.dispose()
