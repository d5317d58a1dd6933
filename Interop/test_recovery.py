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


def verify(data, folder, *shares, environment=None):
    files = []
    for index, share in enumerate(shares):
        path = folder / f"drill-{index}"
        path.write_text(share + "\n")
        path.chmod(0o600)
        files += ["--share-file", path]
    return run_claviger("recovery", "verify", "--data-dir", data, *files, environment=environment)


def files_of(data):
    return {path: path.read_bytes() for path in data.rglob("*") if path.is_file() and not path.name.endswith("-shm")}


class TestDrill:
    """Shares are tried, and nothing is changed."""

    def test_while_the_server_serves(self, server, tmp_path):
        kept = Kept(server)
        shares = shares_in(server.run("recovery", "create", "2/3"))
        run_claviger("epoch", "rotate", "--data-dir", server.data)
        seal, records = (server.data / "seal").read_bytes(), len(server.audit_lines())
        for pair in ([0, 1], [2, 0]):
            answer = verify(server.data, tmp_path, *(shares[index] for index in pair))
            assert answer.returncode == 0, answer.stderr
            assert "open everything: 1 of 1 epochs" in answer.stdout and "nothing was changed" in answer.stdout
        assert (server.data / "seal").read_bytes() == seal
        operations = [json.loads(line)["operation"] for line in server.audit_lines()[records:]]
        assert "Recover" not in operations and "ReplaceRoot" not in operations
        kept.check(server)
        # What they are for still works afterwards.
        server.stop()
        (server.data / "seal-key").unlink()
        server.use(settings(kind="file", path=tmp_path / "new-key"))
        assert recover(server, shares[0], shares[1]).returncode == 0

    def test_on_a_copy_without_the_seal(self, server, tmp_path):
        shares = shares_in(server.run("recovery", "create", "2/3"))
        server.stop()
        copy = server.copy_data(tmp_path / "copy")
        (copy / "seal-key").unlink()
        before = files_of(copy)
        assert verify(copy, tmp_path, *shares[:2]).returncode == 0
        assert files_of(copy) == before
        # The erasure secret is needed too, and this says so.
        (copy / "seal-domain" / "erasure").unlink()
        answer = verify(copy, tmp_path, *shares[:2])
        assert answer.returncode == 1 and "seal-domain/erasure is missing" in answer.stderr

    def test_what_does_not_open_is_said(self, server, tmp_path):
        assert "no recovery shares were ever made" in verify(server.data, tmp_path, "A" * 88).stderr
        old = shares_in(server.run("recovery", "create", "2/3"))
        new = shares_in(server.run("recovery", "create", "2/3"))
        assert "replaced" in verify(server.data, tmp_path, old[0], new[0]).stderr
        assert "handed in already" in verify(server.data, tmp_path, new[0], new[0]).stderr
        few = verify(server.data, tmp_path, new[0])
        assert few.returncode == 1 and "nothing was typed" in few.stderr
        for share in (*old, *new):
            assert share[:17] not in few.stderr + few.stdout


def test_doctor_names_the_holders_the_recovery_and_the_erasure_secret(server):
    def said():
        return run_claviger("doctor", "--data-dir", server.data).stdout

    lines = [line.split(None, 2) for line in said().splitlines()]
    assert ["ok", "holders", "file; seal file of format 3"] in lines, lines
    assert any(line[:2] == ["warn", "recovery"] and "if the seal is lost, all is lost" in line[2] for line in lines)
    assert any(line[:2] == ["ok", "erasure"] and "seal-domain/erasure" in line[2] for line in lines)
    server.run("recovery", "create", "2/3")
    server.stop()
    text = said()
    assert "file, recovery (2 of 3); seal file of format 3" in text and "2 of 3 shares" in text, text
    assert "fits the database" in text and "fail" not in text, text
    erasure = server.data / "seal-domain" / "erasure"
    erasure.chmod(0o640)
    assert f"chmod 600 {erasure}" in said()
    erasure.chmod(0o600)
    content = erasure.read_bytes()
    erasure.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert "is damaged" in said()
    erasure.write_bytes(content[:17] + bytes(16) + content[33:])
    assert "belongs to another data directory" in said()
    erasure.unlink()
    text = said()
    assert "seal-domain/erasure is missing" in text
    erasure.write_bytes(content)
    erasure.chmod(0o600)
    server.start()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_one_server_seals_another_by_its_own_authority_alone(tmp_path, host):
    other = Server(tmp_path / "other", arguments=["--listen-tls", "[::1]:0"] if "::" in host else []).start()
    mine = None
    try:
        kms = other.client()
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/claviger", TargetKeyId=key)
        credentials = tmp_path / "credentials"
        credentials.write_text(
            f"[default]\naws_access_key_id = {other.access_key}\naws_secret_access_key = {other.secret_key}\n"
        )
        credentials.chmod(0o600)
        port = other.tls_endpoint.rsplit(":", 1)[1]
        told = dict(
            kind="awskms", key="alias/claviger", region=other.region, endpoint=f"https://{host}:{port}",
            credentials_file=credentials,
        )
        mine = SealedServer(tmp_path / "mine", seal=settings(**told, ca_file=other.ca_file)).start()
        kept = Kept(mine)
        mine.restart()
        kept.check(mine)
        # Another server's authority vouches for nothing here, and so does the system's.
        mine.stop()
        for wrong in ({"ca_file": mine.data / "tls" / "ca.pem"}, {}):
            mine.use(settings(**told, **wrong)).lines = []
            assert mine.begin().startswith("sealed ")
            assert "seal.ca-file" in mine.seal_status()["reason"]
            mine.kill()
    finally:
        other.dispose()
        if mine is not None:
            mine.dispose()


def test_another_service_seals_the_root_and_its_loss_is_survived(tmp_path):
    # A certificate of its own, as a service on another machine has it.
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
