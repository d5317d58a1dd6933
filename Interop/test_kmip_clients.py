"""KMIP clients: made by one command, known by their certificates and nothing else, shut out at once."""

import datetime
import json
import os
import pathlib
import socket
import ssl
import stat
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from kmip.core.enums import CryptographicAlgorithm, Operation, QueryFunction
from kmip.pie.client import ProxyKmipClient

from kmip_client import Connection, Identity
from kmip_server import House, kmip_house_in
from outside import self_signed
from server import BINARY, PATIENCE, clean_environment, run_claviger
from ttlv import item

COMMANDS = ["kmip", "kmip client", "kmip client add", "kmip client list", "kmip client revoke"]
DAY = 86_400


@pytest.fixture
def own_house(tmp_path):
    """A server for one test."""
    with kmip_house_in(tmp_path / "own") as running:
        yield running


def kmip_command(house, *arguments):
    answer = run_claviger("kmip", "client", *arguments, "--data-dir", house.data)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def refusal(house, *arguments):
    answer = run_claviger("kmip", "client", *arguments, "--data-dir", house.data)
    assert answer.returncode == 1 and answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    assert line.startswith("claviger: ")
    return line


def added(house, name, folder, *arguments):
    """What `add --json` tells, with the identity that a program then has."""
    told = json.loads(kmip_command(house, "add", name, "--out", folder, "--json", *arguments))
    host, port = house.kmip_address
    return told, Identity(
        host=host,
        port=port,
        certificate=folder / "client.pem",
        key=folder / "client-key.pem",
        authority=folder / "ca.pem",
    )


def fingerprint(path):
    certificate = x509.load_pem_x509_certificate(pathlib.Path(path).read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex()


def speaks(identity):
    """Whether the client gets an answer."""
    try:
        with Connection(identity) as connection:
            connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS)).done()
            return True
    except (OSError, AssertionError):
        return False


def ask(connection):
    return connection.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_OPERATIONS)).done()


def is_cut_off(connection):
    """Whether the server has ended the connection; waits for it."""
    try:
        return connection.receive() is None
    except OSError:
        return True


def entries(house):
    return json.loads(kmip_command(house, "list", "--json"))["clients"]


def records(house, operation):
    return [line for line in map(json.loads, house.audit_lines()) if line.get("operation") == operation]


def brought(folder, *, key=None, days=30, name="brought"):
    """A certificate that has nothing to do with the server: files of it and its key."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    folder.mkdir()
    (folder / "certificate.pem").write_text(ssl.DER_cert_to_PEM_cert(self_signed(key, name, days=days)))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


def identity_of(house, folder, authority):
    host, port = house.kmip_address
    return Identity(
        host=host, port=port, certificate=folder / "certificate.pem", key=folder / "key.pem", authority=authority
    )


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_explains_itself(self, command):
        answer = run_claviger(*command.split(), "--help")
        assert answer.returncode == 0 and answer.stderr == ""
        assert f"USAGE: claviger {command}" in answer.stdout
        assert len(answer.stdout.removeprefix("OVERVIEW: ").partition("USAGE:")[0].split()) >= 4


class TestFiles:
    def test_one_command_makes_all_that_a_client_needs(self, kmip_house, tmp_path):
        folder = tmp_path / "made"
        text = kmip_command(kmip_house, "add", "made", "--out", folder)
        assert sorted(os.listdir(folder)) == ["ca.pem", "client-key.pem", "client.pem", "pykmip.conf"]
        for name in os.listdir(folder):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
            assert str(folder / name) in text
        host, port = kmip_house.kmip_address
        assert f"{host}, port {port}" in text and fingerprint(folder / "client.pem") in text

    def test_the_certificate_is_a_clients_and_no_servers(self, kmip_house, tmp_path):
        folder = tmp_path / "shape"
        told, _ = added(kmip_house, "shape", folder, "--days", "30")
        certificate = x509.load_pem_x509_certificate((folder / "client.pem").read_bytes())
        authority = x509.load_pem_x509_certificate((kmip_house.data / "tls" / "client-ca.pem").read_bytes())
        certificate.verify_directly_issued_by(authority)
        for one in (certificate, authority):
            usage = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
        lasts = certificate.not_valid_after_utc - datetime.datetime.now(datetime.timezone.utc)
        assert abs(lasts - datetime.timedelta(days=30)) < datetime.timedelta(minutes=5)
        assert told["client"]["subject"] == "CN=shape" and told["client"]["state"] == "active"

    def test_the_private_key_is_in_its_file_and_nowhere_else(self, kmip_house, tmp_path):
        folder = tmp_path / "secret"
        added(kmip_house, "secret", folder)
        lines = (folder / "client-key.pem").read_bytes().splitlines()[1:-1]
        everything = kmip_house.log.read_bytes()
        for path in kmip_house.data.rglob("*"):
            if path.is_file():
                everything += path.read_bytes()
        assert not any(line in everything for line in lines)

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    def test_the_files_work_with_both_versions_of_tls(self, kmip_house, tmp_path, version):
        _, identity = added(kmip_house, "tls", tmp_path / "tls")
        context = identity.context()
        context.minimum_version = context.maximum_version = version
        plain = socket.create_connection((identity.host, identity.port), timeout=PATIENCE)
        with context.wrap_socket(plain, server_hostname=identity.host) as secured:
            assert secured.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]
            assert secured.selected_alpn_protocol() is None
        assert speaks(identity)

    def test_the_configuration_is_ready_for_pykmip(self, kmip_house, tmp_path):
        added(kmip_house, "ready", tmp_path / "ready")
        with ProxyKmipClient(config_file=str(tmp_path / "ready" / "pykmip.conf")) as client:
            key = client.create(CryptographicAlgorithm.AES, 256)
            assert len(client.get(key).value) == 32

    def test_files_that_are_there_are_not_overwritten(self, kmip_house, tmp_path):
        folder = tmp_path / "once"
        added(kmip_house, "once", folder)
        before = {name: (folder / name).read_bytes() for name in os.listdir(folder)}
        assert "--out" in refusal(kmip_house, "add", "once", "--out", folder)
        assert {name: (folder / name).read_bytes() for name in os.listdir(folder)} == before
        assert len([entry for entry in entries(kmip_house) if entry["name"] == "once"]) == 1

    def test_a_client_that_was_refused_leaves_nothing_behind(self, kmip_house, tmp_path):
        for arguments in (["--role", "nonsense"], ["--days", "0"], ["--days", "9999"]):
            refusal(kmip_house, "add", "refused", "--out", tmp_path / "refused", *arguments)
            assert not (tmp_path / "refused").exists()
        assert "letters" in refusal(kmip_house, "add", "two words", "--out", tmp_path / "refused")
        assert not [entry for entry in entries(kmip_house) if entry["name"] == "refused"]

    def test_without_a_folder_it_is_called_like_the_client(self, kmip_house, tmp_path):
        answer = subprocess.run(
            [BINARY, "kmip", "client", "add", "here", "--host", "kms.example", "--data-dir", kmip_house.data],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert answer.returncode == 0, answer.stderr
        assert "host=kms.example\n" in (tmp_path / "here" / "pykmip.conf").read_text()
        for name in ("..", "."):
            answer = run_claviger("kmip", "client", "add", name, "--data-dir", kmip_house.data)
            assert answer.returncode == 64 and "--out" in answer.stderr


class TestClients:
    def test_a_client_is_a_user_with_the_role(self, kmip_house, tmp_path):
        added(kmip_house, "user", tmp_path / "user")
        text = run_claviger("identity", "user", "show", "user", "--data-dir", kmip_house.data).stdout
        assert ":user/kmip/user\n" in text and "kmip-client" in text
        assert fingerprint(tmp_path / "user" / "client.pem") in text

    def test_a_user_who_is_there_gets_a_certificate_and_the_role_beside_what_it_has(self, kmip_house, tmp_path):
        made = run_claviger("identity", "user", "create", "both", "--role", "auditor", "--data-dir", kmip_house.data)
        assert made.returncode == 0, made.stderr
        _, identity = added(kmip_house, "both", tmp_path / "both")
        text = run_claviger("identity", "user", "show", "both", "--data-dir", kmip_house.data).stdout
        assert "auditor" in text and "kmip-client" in text and ":user/both\n" in text
        assert speaks(identity)

    def test_one_certificate_replaces_another_without_a_pause(self, kmip_house, tmp_path):
        old, before = added(kmip_house, "renewed", tmp_path / "old")
        _, after = added(kmip_house, "renewed", tmp_path / "new")
        with Connection(before) as one, Connection(after) as two:
            ask(one)
            ask(two)
            text = kmip_command(kmip_house, "revoke", "renewed", "--fingerprint", old["client"]["fingerprint"])
            assert old["client"]["fingerprint"] in text
            assert is_cut_off(one)
            ask(two)
        assert not speaks(before) and speaks(after)
        states = {e["fingerprint"]: e["state"] for e in entries(kmip_house) if e["name"] == "renewed"}
        assert sorted(states.values()) == ["active", "revoked"]

    def test_a_revoked_client_is_shut_out_for_good(self, kmip_house, tmp_path):
        told, identity = added(kmip_house, "gone", tmp_path / "gone")
        with Connection(identity) as connection:
            ask(connection)
            kmip_command(kmip_house, "revoke", "gone")
            assert is_cut_off(connection)
        assert not speaks(identity)
        rejected = records(kmip_house, "Connect")[-1]
        assert rejected["code"] == "unknownCertificate" and rejected["door"] == "kmip"
        assert rejected["outcome"] == "rejected" and rejected["tls"]
        assert "revoked" in refusal(kmip_house, "add", "gone", "--certificate", tmp_path / "gone" / "client.pem")
        assert "revoke" in refusal(kmip_house, "revoke", "gone")
        # The same again is no mistake where it is said which.
        kmip_command(kmip_house, "revoke", "gone", "--fingerprint", told["client"]["fingerprint"])

    def test_a_client_whose_user_is_removed_is_shut_out(self, kmip_house, tmp_path):
        _, identity = added(kmip_house, "removed", tmp_path / "removed")
        with Connection(identity) as connection:
            ask(connection)
            removed = run_claviger("identity", "user", "delete", "removed", "--yes", "--data-dir", kmip_house.data)
            assert removed.returncode == 0, removed.stderr
            assert is_cut_off(connection)
        assert not speaks(identity)
        assert not [entry for entry in entries(kmip_house) if entry["name"] == "removed"]

    def test_what_goes_with_a_user_is_said(self, kmip_house, tmp_path):
        told, _ = added(kmip_house, "asked", tmp_path / "asked")
        answer = run_claviger("identity", "user", "delete", "asked", "--data-dir", kmip_house.data)
        assert answer.returncode == 1 and told["client"]["fingerprint"] in answer.stderr

    def test_fingerprints_are_taken_as_other_programs_write_them(self, kmip_house, tmp_path):
        told, _ = added(kmip_house, "colons", tmp_path / "colons")
        digits = told["client"]["fingerprint"].upper()
        written = ":".join(digits[place : place + 2] for place in range(0, 64, 2))
        kmip_command(kmip_house, "revoke", "colons", "--fingerprint", written)
        assert "64 hex" in refusal(kmip_house, "revoke", "colons", "--fingerprint", "abc")
        assert "no client certificate" in refusal(kmip_house, "revoke", "colons", "--fingerprint", "0" * 64)
        assert "nobody" in refusal(kmip_house, "revoke", "nobody")

    def test_each_step_is_recorded(self, kmip_house, tmp_path):
        told, _ = added(kmip_house, "noted", tmp_path / "noted")
        kmip_command(kmip_house, "revoke", "noted")
        made = records(kmip_house, "SetUpUser")[-1]
        assert made["details"]["certificate"] == told["client"]["fingerprint"]
        assert {demand["action"] for demand in made["demands"]} == {
            "createUser",
            "attachUserPolicy",
            "addClientCertificate",
        }
        assert records(kmip_house, "RevokeClientCertificate")[-1]["details"]["certificates"] == told["client"]["fingerprint"]


class TestBroughtCertificates:
    @pytest.mark.parametrize("kind", ["p256", "rsa"])
    def test_a_certificate_from_elsewhere_is_known_by_its_fingerprint(self, kmip_house, kmip_client, tmp_path, kind):
        key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else None
        folder = brought(tmp_path / kind, key=key)
        identity = identity_of(kmip_house, folder, kmip_client.authority)
        assert not speaks(identity)
        text = kmip_command(kmip_house, "add", f"brought-{kind}", "--certificate", folder / "certificate.pem")
        assert fingerprint(folder / "certificate.pem") in text
        assert speaks(identity)
        # A certificate of the same name for another key is a stranger.
        other = brought(tmp_path / "other")
        assert not speaks(identity_of(kmip_house, other, kmip_client.authority))

    def test_nobody_gets_a_certificate_that_is_somebodys(self, kmip_house, tmp_path):
        folder = brought(tmp_path / "theirs")
        kmip_command(kmip_house, "add", "first", "--certificate", folder / "certificate.pem")
        assert "somebody's" in refusal(kmip_house, "add", "second", "--certificate", folder / "certificate.pem")
        assert not [entry for entry in entries(kmip_house) if entry["name"] == "second"]

    def test_what_is_no_certificate_or_has_expired_is_refused(self, kmip_house, tmp_path):
        over = brought(tmp_path / "over", days=-1)
        assert "expired" in refusal(kmip_house, "add", "over", "--certificate", over / "certificate.pem")
        assert "certificate" in refusal(kmip_house, "add", "over", "--certificate", over / "key.pem")
        assert "absent.pem" in refusal(kmip_house, "add", "over", "--certificate", tmp_path / "absent.pem")

    def test_options_that_contradict_each_other_are_refused(self, kmip_house, tmp_path):
        folder = brought(tmp_path / "plain")
        for more in (["--out", tmp_path / "x"], ["--days", "3"], ["--host", "x"]):
            answer = run_claviger(
                "kmip", "client", "add", "x", "--certificate", folder / "certificate.pem", *more,
                "--data-dir", kmip_house.data,
            )  # fmt: skip
            assert answer.returncode == 64 and "--certificate" in answer.stderr


class TestTime:
    def test_a_certificate_ends_for_connections_too(self, own_house, tmp_path):
        _, identity = added(own_house, "short", tmp_path / "short", "--days", "1")
        with Connection(identity) as connection:
            ask(connection)
            own_house.advance_clock(2 * DAY)
            with pytest.raises(AssertionError):
                ask(connection)
        assert not speaks(identity)
        assert records(own_house, "Connect")[-1]["code"] == "certificateOutsideDates"
        assert [e["state"] for e in entries(own_house) if e["name"] == "short"] == ["expired"]
        # The next one begins when it is made, by the server's clock, and takes the place of the first.
        _, again = added(own_house, "short", tmp_path / "again", "--days", "1")
        assert speaks(again)
        assert [e["state"] for e in entries(own_house) if e["name"] == "short"] == ["active"]

    def test_clients_are_known_after_a_restart(self, own_house, tmp_path):
        _, kept = added(own_house, "kept", tmp_path / "kept")
        _, gone = added(own_house, "gone", tmp_path / "gone")
        kmip_command(own_house, "revoke", "gone")
        own_house.restart()
        kept.port = gone.port = own_house.kmip_address[1]
        assert speaks(kept) and not speaks(gone)


class TestResumption:
    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    def test_a_resumed_session_is_judged_like_a_new_one(self, kmip_house, tmp_path, version):
        name = version.name
        _, identity = added(kmip_house, name, tmp_path / name)
        context = identity.context()
        context.minimum_version = context.maximum_version = version

        def connected(session=None):
            plain = socket.create_connection((identity.host, identity.port), timeout=PATIENCE)
            secured = context.wrap_socket(plain, server_hostname=identity.host, session=session)
            connection = Connection.__new__(Connection)
            connection.version, connection.socket = (1, 4), secured
            return connection

        with connected() as first:
            ask(first)
            session = first.socket.session
        with connected(session) as second:
            ask(second)
            # Whether the server resumes at all is its own business; if it does, this test is about something.
            session = second.socket.session or session
        kmip_command(kmip_house, "revoke", name)
        with pytest.raises((OSError, AssertionError)):
            with connected(session) as third:
                ask(third)


class TestPlace:
    def test_the_address_is_told_to_whoever_asks(self, kmip_house):
        host, port = kmip_house.kmip_address
        assert kmip_house.exports["CLAVIGER_KMIP_ENDPOINT"] == f"{host}:{port}"
        report = json.loads(run_claviger("status", "--json", "--data-dir", kmip_house.data).stdout)
        assert {"kind": "kmip", "url": f"{host}:{port}"} in report["listeners"]

    def test_a_taken_port_that_was_asked_for_stops_the_start(self, kmip_house, tmp_path):
        host, port = kmip_house.kmip_address
        answer = run_claviger(
            "serve", "--dev", "--data-dir", tmp_path / "data", "--listen", "127.0.0.1:0", "--listen-tls", "off",
            "--listen-kmip", f"{host}:{port}",
        )  # fmt: skip
        assert answer.returncode == 1 and "--listen-kmip" in answer.stderr
        assert not (tmp_path / "data").exists()

    def test_where_nobody_asked_for_kmip_a_taken_port_is_done_without(self, tmp_path):
        try:
            holder = socket.create_server(("127.0.0.1", 5696))
        except OSError:
            holder = None  # somebody else has it, which is as good
        house = House(tmp_path / "usual")
        house.kmip_listen = None
        try:
            house.start()
            assert "kmip=" not in house.ready_line and "CLAVIGER_KMIP_ENDPOINT" not in house.exports
            report = json.loads(run_claviger("status", "--json", "--data-dir", house.data).stdout)
            assert any("KMIP is off" in warning and "5696" in warning for warning in report["warnings"])
            assert "KMIP is off" in kmip_command(house, "add", "later", "--out", tmp_path / "later")
            house.stop()
        finally:
            house.dispose()
            if holder:
                holder.close()

    def test_a_development_server_speaks_kmip_on_loopback_only(self, tmp_path):
        answer = run_claviger(
            "serve", "--dev", "--data-dir", tmp_path / "data", "--listen-kmip", "0.0.0.0:0"
        )
        assert answer.returncode == 1 and "loopback" in answer.stderr
