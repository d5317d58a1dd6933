"""A root that never leaves a PKCS#11 token (SoftHSM), and what is said when the token isn't there."""

import pytest

from seals import Kept, SealedServer, settings, shares_in
from server import clean_environment, run_claviger
from tokens import SoftToken


@pytest.fixture
def token(tmp_path):
    return SoftToken(tmp_path / "token").make()


def told(token, **changes):
    return clean_environment(**{**token.settings(), **settings(kind="pkcs11"), **changes})


@pytest.fixture
def server(tmp_path, token):
    running = SealedServer(tmp_path / "mine", environment=told(token))
    yield running.start()
    running.dispose()


def doctor(server, **changes):
    answer = run_claviger(
        "doctor", "--data-dir", server.data, environment={**server.environment, **changes}
    )
    return answer.stdout + answer.stderr


def test_the_root_is_on_the_token_and_everything_opens_by_it(server, token):
    kept = Kept(server)
    server.restart()
    kept.check(server)
    assert server.seal_status()["kinds"] == ["pkcs11"]
    status = run_claviger("status", "--data-dir", server.data)
    assert any(line.split() == ["seal", "pkcs11"] for line in status.stdout.splitlines()), status.stdout
    listing = token.tool("--list-objects", "--type", "secrkey")
    assert "claviger root" in listing and "never extractable" in listing


def test_a_production_store_is_made_on_the_token(tmp_path, token):
    data = tmp_path / "kms"
    made = run_claviger("init", "--data-dir", data, environment=told(token))
    assert made.returncode == 0, made.stderr
    checked = run_claviger("doctor", "--data-dir", data, environment=told(token))
    assert "fail" not in checked.stdout, checked.stdout


def test_a_rotated_root_is_another_key_and_the_store_can_move_away_and_back(server, token, tmp_path):
    kept = Kept(server)
    server.run("seal", "rotate-root")
    server.restart()
    kept.check(server)
    assert token.tool("--list-objects", "--type", "secrkey").count("claviger root") == 2
    server.run("seal", "migrate", "--to", "file", "--set", f"path={tmp_path / 'key'}")
    server.stop()
    server.environment = told(token, **settings(kind="file", path=tmp_path / "key"))
    server.start()
    kept.check(server)
    server.run("seal", "migrate", "--to", "pkcs11")
    server.stop()
    server.environment = told(token)
    server.start()
    kept.check(server)


def test_what_is_wrong_with_the_token_is_named(server, token, tmp_path):
    server.stop()
    assert f'"{token.label}", serial number' in doctor(server)
    assert 'no token with the label "none"' in doctor(server, CLAVIGER_PKCS11_TOKEN="none")

    token.write_pin("wrong-pin")
    assert "the PIN of the token" in server.fails_to_start()
    assert "is wrong" in doctor(server)
    token.write_pin("12345678")

    token.add("another")
    server.environment = told(token, CLAVIGER_PKCS11_TOKEN="another")
    assert "the root is on the token with the serial number" in server.fails_to_start()
    server.environment = told(token)
    server.start()


def test_a_token_that_is_away_is_waited_for(server, token):
    kept = Kept(server)
    server.stop()
    store = token.folder / "tokens"
    store.rename(token.folder / "elsewhere")
    store.mkdir()
    server.lines = []
    assert server.begin().startswith("sealed ")
    assert "token" in server.seal_status()["reason"]
    store.rmdir()
    (token.folder / "elsewhere").rename(store)
    server.opened()
    kept.check(server)


def test_recovery_shares_open_the_store_when_the_token_is_destroyed(server, token, tmp_path):
    kept = Kept(server)
    shares = shares_in(server.run("recovery", "create", "2/3"))
    server.run("seal", "rotate-root")
    server.stop()
    for path in sorted((token.folder / "tokens").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    files = [server.share_file(f"recovery-{index}", share) for index, share in enumerate(shares[:2])]
    server.environment = clean_environment(**settings(kind="file", path=tmp_path / "new-key"))
    arguments = [part for file in files for part in ("--share-file", file)]
    done = run_claviger("recover", "--data-dir", server.data, *arguments, environment=server.environment)
    assert done.returncode == 0, done.stderr
    server.lines = []
    server.start()
    kept.check(server)
