"""A token whose PIN people type: at the terminal, or with `claviger unseal` where the server has none."""

import fcntl
import os
import pty
import signal
import subprocess
import termios

import pytest

from seals import Kept, SealedServer, at_a_terminal, settings
from server import BINARY, PATIENCE, clean_environment, run_claviger
from tokens import PIN, SoftToken


@pytest.fixture
def token(tmp_path):
    (tmp_path / "mine").mkdir()
    return SoftToken(tmp_path / "token").make()


def told(token, **seal):
    """The token's settings with a PIN that is typed."""
    given = {name: value for name, value in token.settings().items() if name != "CLAVIGER_PKCS11_PIN_FILE"}
    return clean_environment(**given, CLAVIGER_PKCS11_PIN="prompt", **settings(**seal))


def typed(server, *command, lines):
    return at_a_terminal([BINARY, *command, "--data-dir", server.data], server.environment, *lines)


def doctor(server):
    return run_claviger("doctor", "--data-dir", server.data, environment=server.environment).stdout


def test_the_root_is_on_a_token_whose_pin_is_typed(tmp_path, token):
    server = SealedServer(tmp_path / "mine", environment=told(token, kind="pkcs11"))
    alone = run_claviger("init", "--dev", "--data-dir", server.data, environment=server.environment)
    assert alone.returncode == 1 and "nobody typed one" in alone.stderr
    code, shown = typed(server, "init", "--dev", lines=[PIN])
    assert code == 0 and PIN not in shown, shown
    try:
        assert server.begin().startswith("sealed ")
        status = server.seal_status()
        assert status["wanted"] == "pin" and "progress" not in status and "PIN" in status["reason"]
        wrong = server.hand_in("87654321")
        assert wrong.returncode == 1 and "the PIN of the token" in wrong.stderr and "is wrong" in wrong.stderr
        assert server.seal_status()["wanted"] == "pin"
        code, shown = typed(server, "unseal", lines=[PIN])
        assert code == 0 and "PIN of the token for server" in shown and PIN not in shown, shown
        server.opened()
        kept = Kept(server)
        # The PIN is kept while the server runs: a new root is another key on the token.
        server.run("seal", "rotate-root")
        kept.check(server)
        server.stop()
        server.lines = []
        server.begin()
        assert server.hand_in(PIN).returncode == 0
        server.opened()
        kept.check(server)
        log = server.log.read_text()
        assert PIN not in log and "87654321" not in log
    finally:
        server.dispose()


def test_keys_on_the_token_wait_for_its_pin_under_any_seal(tmp_path, token):
    environment = told(token, kind="shamir", threshold=1, shares=2)
    environment["CLAVIGER_CUSTODY_KEYS"] = "hsm"
    server = SealedServer(tmp_path / "mine", environment=environment)
    try:
        assert server.begin().startswith("sealed ")
        share = server.printed_shares()[0]
        assert server.seal_status()["wanted"] == "pin"
        early = server.hand_in(share)
        assert early.returncode == 1 and "the PIN of the token comes first" in early.stderr
        answer = server.hand_in(PIN)
        assert answer.returncode == 0 and "0 of 1 shares" in answer.stdout, answer
        assert server.seal_status()["wanted"] == "share"
        assert server.hand_in(share).returncode == 0
        server.opened()
        kept = Kept(server)
        assert "Secret Key Object" in token.tool("--list-objects", "--type", "secrkey")
        kept.check(server)
    finally:
        server.dispose()


def test_a_server_that_is_started_at_a_terminal_asks_there(tmp_path, token):
    server = SealedServer(tmp_path / "mine", environment=told(token, kind="pkcs11"))
    assert typed(server, "init", "--dev", lines=[PIN])[0] == 0
    process, terminal = pty.fork()
    if process == 0:
        command = [BINARY, "serve", "--dev", "--data-dir", str(server.data), "--listen", "127.0.0.1:0"]
        os.execve(BINARY, [*command, "--listen-tls", "off"], server.environment)
    shown, answered = b"", False
    while b"ready http=" not in shown:
        shown += os.read(terminal, 4096)
        if not answered and b"PIN of the token: " in shown:
            os.write(terminal, PIN.encode() + b"\n")
            answered = True
    assert PIN.encode() not in shown and b"sealed http" not in shown
    os.kill(process, signal.SIGTERM)
    while True:
        try:
            if not os.read(terminal, 4096):
                break
        except OSError:
            break
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def take_terminal():
    """What a terminal's first process does."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_who_gives_up_has_the_terminal_as_it_was(tmp_path, token):
    terminal, own = pty.openpty()
    process = subprocess.Popen(
        [BINARY, "init", "--data-dir", tmp_path / "kms"],
        env=told(token, kind="pkcs11"),
        stdin=own,
        stdout=own,
        stderr=own,
        start_new_session=True,
        preexec_fn=take_terminal,
    )
    shown = b""
    while b"PIN of the token: " not in shown:
        shown += os.read(terminal, 4096)
    assert not termios.tcgetattr(own)[3] & termios.ECHO
    os.write(terminal, b"1234\x03")
    assert process.wait(timeout=PATIENCE) == 1
    flags = termios.tcgetattr(own)[3]
    assert flags & termios.ECHO and flags & termios.ISIG
    os.close(own)
    os.close(terminal)
    assert not (tmp_path / "kms" / "mode").exists()


def test_doctor_asks_for_the_pin_and_says_when_nobody_is_there(tmp_path, token):
    server = SealedServer(tmp_path / "mine", environment=told(token, kind="pkcs11"))
    assert typed(server, "init", "--dev", lines=[PIN])[0] == 0
    alone = doctor(server)
    assert "its PIN is to be typed" in alone and "fail" not in alone, alone
    code, shown = typed(server, "doctor", lines=[PIN])
    assert code == 0 and f'"{token.label}", serial number' in shown and PIN not in shown, shown
    code, shown = typed(server, "doctor", lines=["87654321"])
    assert code == 1 and "is wrong" in shown, shown


def test_the_pin_itself_is_no_setting(tmp_path, token):
    environment = told(token, kind="pkcs11")
    for changes in ({"CLAVIGER_PKCS11_PIN": PIN}, {"CLAVIGER_PKCS11_PIN_FILE": str(token.pin_file)}):
        answer = run_claviger("init", "--data-dir", tmp_path / "kms", environment={**environment, **changes})
        assert answer.returncode != 0 and "pkcs11" in answer.stderr and PIN not in answer.stderr, answer
