"""The command line as a person meets it: help, configuration, refusals in one line, and leaving in order."""

import os
import re
import signal
import socket
import stat
import subprocess

import pytest

from hsm_mode import of_the_file_seal
from server import BINARY, PATIENCE, Server, clean_environment, run_claviger
from wire import Wire

COMMANDS = ["serve", "init", "status", "audit", "audit verify", "doctor", "env", "dev"]


def refusal(answer, *words):
    """A command that can't do what it was told says so in one line on standard error, the last one."""
    assert answer.returncode == 1, answer.stdout
    lines = answer.stderr.strip().splitlines()
    complaints = [line for line in lines if line.startswith("claviger: ")]
    assert complaints == lines[-1:], answer.stderr
    for word in words:
        assert word in complaints[0], complaints[0]
    return complaints[0]


def serve(*arguments, environment=None):
    """For servers that are expected to refuse; one that starts is a failure."""
    process = subprocess.Popen(
        [BINARY, "serve", *map(str, arguments)],
        env=environment or clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        first = process.stdout.readline()
        if first:
            process.kill()
            pytest.fail(f"it started: {first}")
        output, errors = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


class TestHelp:
    def test_the_program_lists_its_commands(self):
        answer = run_claviger("--help")
        assert answer.returncode == 0
        for command in ("serve", "init", "status", "audit", "doctor", "env"):
            assert re.search(rf"^\s+{command}\b", answer.stdout, re.MULTILINE), command

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_explains_itself(self, command):
        answer = run_claviger(*command.split(), "--help")
        assert answer.returncode == 0 and answer.stderr == ""
        assert answer.stdout.startswith("OVERVIEW: ")
        assert f"USAGE: claviger {command}" in answer.stdout
        overview = answer.stdout.removeprefix("OVERVIEW: ").partition("USAGE:")[0]
        assert len(overview.split()) >= 4, overview

    def test_serve_names_every_way_to_tell_it_something(self):
        text = run_claviger("serve", "--help").stdout
        for option in ("--config", "--check-config", "--data-dir", "--listen", "--listen-tls", "--listen-kmip", "--dev", "--account"):
            assert option in text

    def test_no_option_takes_a_secret(self):
        for command in COMMANDS:
            for option in re.findall(r"--[a-z-]+", run_claviger(*command.split(), "--help").stdout):
                assert not re.fullmatch(r"--(.*-)?(secret|password|passphrase|pin|secret-key)", option), option

    @pytest.mark.parametrize("arguments", [["nonsense"], ["serve", "--nonsense"], ["audit", "nonsense"]])
    def test_unknown_words_are_refused(self, arguments):
        answer = run_claviger(*arguments)
        assert answer.returncode == 64 and answer.stdout == ""
        assert "nonsense" in answer.stderr


class TestConfiguration:
    def check(self, tmp_path, text, *more):
        file = tmp_path / "claviger.yaml"
        file.write_text(text)
        return run_claviger("serve", "--check-config", "--config", file, *more)

    def test_a_good_file_passes_without_touching_anything(self, tmp_path):
        answer = self.check(tmp_path, f"data-dir: {tmp_path / 'data'}\nlisten: 127.0.0.1:0\naudit:\n  mode: strict\n")
        assert answer.returncode == 0, answer.stderr
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize("text, name", [("frobnicate: 1\n", "frobnicate"), ("audit:\n  mood: strict\n", "audit.mood")])
    def test_an_unknown_key_is_refused_by_name_and_line(self, tmp_path, text, name):
        answer = self.check(tmp_path, f"data-dir: {tmp_path / 'data'}\n" + text)
        line = refusal(answer, name)
        assert re.search(r"claviger\.yaml:[23]\b", line)

    @pytest.mark.parametrize(
        "text",
        ["listen: nowhere\n", "listen: 127.0.0.1:99999\n", "audit:\n  mode: loose\n", "threads: many\n", "limits:\n  request-body: 1\n"],
    )
    def test_a_bad_value_is_refused_with_what_was_expected(self, tmp_path, text):
        answer = self.check(tmp_path, f"data-dir: {tmp_path / 'data'}\n" + text)
        refusal(answer, "expected")

    def test_a_key_said_twice_is_refused(self, tmp_path):
        answer = self.check(tmp_path, f"data-dir: {tmp_path}\nlisten: 127.0.0.1:0\nlisten: 127.0.0.1:1\n")
        refusal(answer, "listen")

    def test_an_absent_file_is_refused(self, tmp_path):
        refusal(run_claviger("serve", "--check-config", "--config", tmp_path / "absent.yaml"), "absent.yaml")

    def test_the_environment_speaks_louder_than_the_file_and_a_flag_louder_still(self, tmp_path):
        good = f"data-dir: {tmp_path / 'data'}\nlog-level: info\n"
        file = tmp_path / "claviger.yaml"
        file.write_text(good)
        loud = clean_environment(CLAVIGER_LISTEN="nonsense")
        refusal(run_claviger("serve", "--check-config", "--config", file, environment=loud), "CLAVIGER_LISTEN")
        answer = run_claviger("serve", "--check-config", "--config", file, "--listen", "nonsense")
        assert answer.returncode != 0 and "--listen" in answer.stderr


class TestStart:
    def test_a_development_server_listens_on_loopback_only(self, tmp_path):
        for option in ("--listen", "--listen-tls", "--listen-kmip"):
            answer = serve("--dev", "--data-dir", tmp_path / "data", option, "0.0.0.0:0")
            refusal(answer, "loopback")
        assert not (tmp_path / "data").exists() or os.listdir(tmp_path / "data") == []

    def test_plain_http_is_for_loopback_only_in_earnest_too(self, tmp_path):
        refusal(serve("--data-dir", tmp_path / "data", "--listen", "0.0.0.0:0"), "loopback")

    def test_a_development_directory_stays_one_for_ever(self, own_server):
        own_server.stop()
        refusal(serve("--data-dir", own_server.data, "--listen", "127.0.0.1:0"), "--dev")
        own_server.start()

    def test_a_directory_made_in_earnest_is_refused_by_a_development_server(self, tmp_path):
        made = run_claviger("init", "--data-dir", tmp_path / "data")
        assert made.returncode == 0, made.stderr
        refusal(serve("--dev", "--data-dir", tmp_path / "data", "--listen", "127.0.0.1:0"), "--dev")

    def test_init_makes_a_directory_once(self, tmp_path):
        data = tmp_path / "data"
        made = run_claviger("init", "--data-dir", data)
        assert made.returncode == 0, made.stderr
        assert stat.S_IMODE(os.stat(data).st_mode) == 0o700
        refusal(run_claviger("init", "--data-dir", data), str(data))

    def test_two_servers_never_share_a_directory(self, own_server):
        answer = serve("--dev", "--data-dir", own_server.data, "--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0")
        refusal(answer, str(own_server.data))
        assert own_server.client().list_keys()["Keys"] == []

    def test_a_port_in_use_is_named(self, own_server, tmp_path):
        taken = own_server.endpoint.removeprefix("http://")
        answer = serve("--dev", "--data-dir", tmp_path / "other", "--listen", taken)
        assert answer.stderr.splitlines() == [refusal(answer, taken, "--listen")]
        assert answer.stdout == ""
        assert not (tmp_path / "other").exists(), "nothing is made for a server that can't listen"

    def test_a_taken_port_is_told_in_one_line_whichever_it_is(self, own_server, tmp_path):
        own_server.stop()
        with socket.create_server(("127.0.0.1", 0)) as holder:
            taken = f"127.0.0.1:{holder.getsockname()[1]}"
            for option, other in (("--listen", "--listen-tls"), ("--listen-tls", "--listen")):
                answer = serve("--dev", "--data-dir", own_server.data, option, taken, other, "127.0.0.1:0")
                assert answer.stderr.splitlines() == [refusal(answer, taken, f"with {option}")]
                assert answer.stdout == ""
        own_server.start()

    @of_the_file_seal
    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o660])
    def test_a_seal_that_others_can_read_is_refused(self, own_server, mode):
        own_server.stop()
        seal = own_server.data / "seal-key"
        assert stat.S_IMODE(seal.stat().st_mode) == 0o600
        seal.chmod(mode)
        refusal(serve("--dev", "--data-dir", own_server.data, "--listen", "127.0.0.1:0"), "seal-key", "600")
        seal.chmod(0o600)
        own_server.start()

    @of_the_file_seal
    def test_without_its_seal_or_with_another_nothing_opens(self, own_server, tmp_path):
        own_server.stop()
        seal = own_server.data / "seal-key"
        kept = seal.read_bytes()
        other = Server(tmp_path / "stranger").start()
        other.stop()
        seal.write_bytes((other.data / "seal-key").read_bytes())
        refusal(serve("--dev", "--data-dir", own_server.data, "--listen", "127.0.0.1:0"), "seal")
        seal.unlink()
        refusal(serve("--dev", "--data-dir", own_server.data, "--listen", "127.0.0.1:0"), "seal-key")
        assert not seal.exists(), "a lost seal must never be replaced silently"
        seal.write_bytes(kept)
        seal.chmod(0o600)
        own_server.start()


class TestDevelopmentServer:
    def test_the_ready_line_is_one_line_with_the_addresses(self, own_server):
        assert own_server.endpoint in own_server.ready_line
        assert own_server.tls_endpoint in own_server.ready_line

    def test_the_exports_are_complete_and_hold_no_port_zero(self, own_server):
        assert set(own_server.exports) >= {
            "CLAVIGER_ENDPOINT",
            "CLAVIGER_TLS_ENDPOINT",
            "CLAVIGER_KMIP_ENDPOINT",
            "CLAVIGER_CA_FILE",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_DEFAULT_REGION",
            "CLAVIGER_ACCOUNT_ID",
        }
        assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", own_server.endpoint)
        assert re.fullmatch(r"https://(127\.0\.0\.1|localhost):[1-9]\d*", own_server.tls_endpoint)
        assert re.fullmatch(r"\d{12}", own_server.account)
        assert os.path.isfile(own_server.ca_file)

    def test_a_shell_understands_the_exports(self, own_server):
        answer = subprocess.run(
            ["bash", "-c", 'eval "$("$BIN" env --data-dir "$DIR")" && printf %s "$CLAVIGER_ENDPOINT $AWS_SECRET_ACCESS_KEY"'],
            env=clean_environment(BIN=BINARY, DIR=str(own_server.data)),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert answer.stdout == f"{own_server.endpoint} {own_server.secret_key}"

    def test_account_and_credentials_can_be_fixed(self, tmp_path):
        environment = clean_environment(
            CLAVIGER_DEV_ACCESS_KEY_ID="AKIAFIXEDFORTHETEST1",
            CLAVIGER_DEV_SECRET_ACCESS_KEY="fixed/for+the/test0000000000000000000000",
        )
        server = Server(tmp_path / "fixed", arguments=["--account", "123456789012"], environment=environment)
        try:
            server.start()
            assert server.account == "123456789012"
            assert server.access_key == "AKIAFIXEDFORTHETEST1"
            assert server.secret_key == "fixed/for+the/test0000000000000000000000"
            key = server.client().create_key()["KeyMetadata"]
            assert key["Arn"].startswith(f"arn:aws:kms:{server.region}:123456789012:key/")
            assert server.client("sts").get_caller_identity()["Account"] == "123456789012"
            server.stop()
        finally:
            server.dispose()

    def test_an_account_can_not_be_fixed_in_earnest(self, tmp_path):
        refusal(serve("--data-dir", tmp_path / "data", "--account", "123456789012", "--listen", "127.0.0.1:0"), "account", "--dev")

    def test_credentials_are_for_their_owner_only(self, own_server):
        credentials = own_server.data / "dev" / "credentials"
        assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
        assert own_server.secret_key not in own_server.log_tail(10**7) + own_server.ready_line

    def test_no_secret_is_in_the_process_list(self, own_server):
        with open(f"/proc/{own_server.process.pid}/cmdline", "rb") as file:
            assert own_server.secret_key.encode() not in file.read()


class TestOperators:
    @of_the_file_seal
    def test_status_says_what_protects_the_keys_and_what_does_not(self, own_server):
        answer = run_claviger("status", "--data-dir", own_server.data)
        assert answer.returncode == 0, answer.stderr
        assert "protects nothing against a copied directory" in " ".join(answer.stdout.split())

    def test_status_of_a_server_that_is_not_there(self, tmp_path):
        refusal(run_claviger("status", "--data-dir", tmp_path))

    @of_the_file_seal
    def test_doctor_finds_nothing_wrong_with_a_good_directory(self, own_server):
        answer = run_claviger("doctor", "--data-dir", own_server.data)
        assert answer.returncode == 0, answer.stdout + answer.stderr

    @of_the_file_seal
    def test_doctor_and_verify_change_nothing(self, own_server):
        own_server.client().create_key()
        own_server.kill()
        before = contents(own_server.data)
        assert any(name.name == "claviger.db-wal" for name in before), "what a killed server leaves"
        doctor = run_claviger("doctor", "--data-dir", own_server.data)
        assert doctor.returncode == 0, doctor.stdout + doctor.stderr
        assert "1 keys" in doctor.stdout
        verified = run_claviger("audit", "verify", "--data-dir", own_server.data)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert contents(own_server.data) == before

    @of_the_file_seal
    def test_doctor_finds_an_open_seal(self, own_server):
        (own_server.data / "seal-key").chmod(0o644)
        answer = run_claviger("doctor", "--data-dir", own_server.data)
        (own_server.data / "seal-key").chmod(0o600)
        assert answer.returncode != 0
        assert "seal-key" in answer.stdout + answer.stderr


def contents(folder):
    """Every file below a folder: its bytes and when it was last changed."""
    return {
        path: (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns) for path in folder.rglob("*")
    }


class TestLeaving:
    def test_a_request_that_has_begun_is_answered(self, tmp_path):
        """One event loop serves all: once a later request on another connection has been answered, the server has
        read what came before it."""
        server = Server(tmp_path / "draining", environment=clean_environment(CLAVIGER_THREADS="1"))
        try:
            server.start()
            process = server.process
            with Wire(server) as begun, Wire(server) as other:
                assert begun.call("ListKeys", {}).status == 200
                request = begun.sign("GenerateRandom", b'{"NumberOfBytes": 8' + b" " * 2000 + b"}")
                begun.connection.putrequest("POST", request.path, skip_accept_encoding=True)
                for name, value in request.headers.items():
                    begun.connection.putheader(name, value)
                begun.connection.putheader("Content-Length", str(len(request.body)))
                begun.connection.endheaders(request.body[:1000])
                assert other.call("ListKeys", {}).status == 200
                process.send_signal(signal.SIGTERM)
                wait_until_refused(server)
                begun.connection.send(request.body[1000:])
                response = begun.connection.getresponse()
                assert response.status == 200 and b"Plaintext" in response.read()
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            server.dispose()

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_an_idle_connection_does_not_hold_the_server(self, own_server, number):
        with Wire(own_server) as idle:
            assert idle.call("ListKeys", {}).status == 200
            own_server.process.send_signal(number)
            assert own_server.process.wait(timeout=PATIENCE) == 0


def wait_until_refused(server):
    """Connects until the listener is gone. Each attempt is answered by the system, so this needs no clock."""
    host, port = server.endpoint.removeprefix("http://").rsplit(":", 1)
    while True:
        try:
            with socket.create_connection((host, int(port)), timeout=PATIENCE) as probe:
                probe.settimeout(PATIENCE)
                # A draining server closes what it accepted; one that isn't yet gets the next attempt.
                probe.shutdown(socket.SHUT_WR)
                probe.recv(1)
        except (ConnectionRefusedError, ConnectionResetError):
            return
