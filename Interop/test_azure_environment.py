"""Programs that are told by their environment alone where a vault is and who they are."""

import base64
import json
import pathlib
import subprocess
import sys

import pytest
import requests

from azure_certificates import certificate
from azure_names import authority, resource, vault_url
from azure_vaults import claviger, trusting
from issuer import SUBJECT
from server import PATIENCE, Server, clean_environment

PROGRAM = pathlib.Path(__file__).with_name("azure_program.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory, issuer):
    with trusting(issuer, tmp_path_factory.mktemp("azure-environment")).serving() as running:
        yield running


@pytest.fixture(params=["sync", "async"])
def program(request, server):
    """Runs the program with more in its environment, which says whom to trust unless the test wants to."""

    def run(trusts=True, **environment):
        kept = {name: value for name, value in clean_environment().items() if not name.startswith("AZURE_")}
        trust = {"REQUESTS_CA_BUNDLE": server.ca_file, "SSL_CERT_FILE": server.ca_file} if trusts else {}
        answer = subprocess.run(
            [sys.executable, str(PROGRAM), request.param],
            env={**kept, **trust, "VAULT_URL": vault_url(server, "one"), **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    return run


def test_what_claviger_env_says_is_enough(server, program):
    assert program(trusts=False, **server.exports) == "hello"


def test_a_client_secret(server, shop, program):
    said = program(
        AZURE_TENANT_ID="adfs",
        AZURE_CLIENT_ID=shop.app["clientID"],
        AZURE_CLIENT_SECRET=shop.secret,
        AZURE_AUTHORITY_HOST=authority(server),
    )
    assert said == "hello"


def test_the_key_of_a_certificate(server, shop, program, tmp_path):
    file = tmp_path / "shop.pem"
    file.write_bytes(certificate())
    claviger(server, "app", "add-certificate", shop.app["clientID"], file)
    said = program(
        AZURE_TENANT_ID="adfs",
        AZURE_CLIENT_ID=shop.app["clientID"],
        AZURE_CLIENT_CERTIFICATE_PATH=str(file),
        AZURE_AUTHORITY_HOST=authority(server),
    )
    assert said == "hello"


def test_a_workload_identity(server, shop, issuer, program, tmp_path):
    names = [one["name"] for one in claviger(server, "app", "show", shop.app["clientID"])["federated"]]
    if "pod" not in names:
        claviger(
            server, "app", "add-federated", shop.app["clientID"], "--name", "pod", "--issuer", issuer.url,
            "--subject", SUBJECT,
        )
    (tmp_path / "token").write_text(issuer.token(aud="api://AzureADTokenExchange"))
    said = program(
        AZURE_TENANT_ID=shop.app["tenantID"],
        AZURE_CLIENT_ID=shop.app["clientID"],
        AZURE_FEDERATED_TOKEN_FILE=str(tmp_path / "token"),
        AZURE_AUTHORITY_HOST=authority(server),
    )
    assert said == "hello"


def test_a_managed_identity_of_an_application_service(server, shop, program):
    endpoint = server.endpoint + "/msi/token"
    assert program(IDENTITY_ENDPOINT=endpoint, IDENTITY_HEADER=f"{shop.app['clientID']}:{shop.secret}") == "hello"
    # A client id that the workload names itself, beside the secret alone.
    said = program(
        IDENTITY_ENDPOINT=endpoint, IDENTITY_HEADER=shop.secret, AZURE_CLIENT_ID=shop.app["clientID"]
    )
    assert said == "hello"


def test_a_managed_identity_of_a_machine(server, shop, program):
    said = program(AZURE_POD_IDENTITY_AUTHORITY_HOST=server.endpoint, AZURE_CLIENT_ID=shop.app["clientID"])
    assert said == "hello"
    # Without a client id it is the one that `claviger env` names, which has a vault of its own.
    said = program(AZURE_POD_IDENTITY_AUTHORITY_HOST=server.endpoint, VAULT_URL=server.exports["VAULT_URL"])
    assert said == "hello"


def of_machine(server, **query):
    """What a program on the machine hears that asks for a token: who it is, or the error."""
    query = {"api-version": "2018-02-01", "resource": "https://vault.azure.net", **query}
    answer = requests.get(
        server.endpoint + "/metadata/identity/oauth2/token", params=query, headers={"Metadata": "true"}
    ).json()
    if "access_token" not in answer:
        return answer["error"]
    body = answer["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["appid"]


def test_a_page_whose_name_was_made_to_lead_to_the_machine_gets_no_token(server):
    query = {"api-version": "2018-02-01", "resource": "https://vault.azure.net"}
    place = server.endpoint + "/metadata/identity/oauth2/token"

    def ask(host):
        return requests.get(place, params=query, headers={"Metadata": "true", "Host": host})

    for host in ("169.254.169.254", "localhost:1", "[::1]:80", "127.0.0.1"):
        assert ask(host).status_code == 200, host
    for host in ("rebound.example", "127.0.0.1.rebound.example", "[::2]", ""):
        answer = ask(host)
        assert answer.status_code == 400 and "access_token" not in answer.text, host


def test_whose_the_machine_is_can_be_chosen(tmp_path):
    server = Server(tmp_path / "own")
    try:
        server.start()
        usual = server.exports["AZURE_CLIENT_ID"]
        till = claviger(server, "app", "create", "till")["clientID"]
        assert of_machine(server) == usual and of_machine(server, client_id=till) == till
        server.environment["CLAVIGER_AZURE_MACHINE"] = till
        server.restart()
        assert of_machine(server) == till and of_machine(server, client_id=usual) == usual
        claviger(server, "app", "disable", till)
        assert of_machine(server) == "unauthorized_client"
    finally:
        server.dispose()


def test_the_first_token_of_a_server_is_there_at_once(tmp_path):
    """Its key is made then, which takes a moment."""
    server = Server(tmp_path / "first")
    try:
        server.start()
        assert of_machine(server) == server.exports["AZURE_CLIENT_ID"]
    finally:
        server.dispose()


# RFC 6749 section 2.3.1


def ask(server, header=None, **form):
    form = {"grant_type": "client_credentials", "scope": resource(server) + "/.default", **form}
    answer = requests.post(
        authority(server) + "/adfs/oauth2/v2.0/token",
        data=form,
        headers={} if header is None else {"Authorization": header},
        verify=server.ca_file,
    )
    return answer.status_code, answer.json(), answer.headers


def basic(client, secret):
    return "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()


def test_a_header_says_who_a_client_is(server, shop):
    client, secret = shop.app["clientID"], shop.secret
    assert ask(server, basic(client, secret))[0] == 200
    assert ask(server, basic(client, secret).replace("Basic", "bAsIc"), client_id=client)[0] == 200
    # As in forms: every character may be written as an escape.
    escaped = "".join(f"%{ord(letter):02x}" for letter in secret)
    assert ask(server, basic(client, escaped))[0] == 200
    configuration = requests.get(
        authority(server) + "/adfs/.well-known/openid-configuration", verify=server.ca_file
    ).json()
    assert "client_secret_basic" in configuration["token_endpoint_auth_methods_supported"]


def test_a_wrong_header_is_told_so(server, shop):
    client, secret = shop.app["clientID"], shop.secret
    status, said, headers = ask(server, basic(client, secret[::-1]))
    assert (status, said["error"]) == (401, "invalid_client")
    assert headers["www-authenticate"].startswith("Basic realm=")
    for header in ("Basic", "Basic ?", basic("", secret), basic(client, ""), basic(client, "%zz"), basic(client, secret) + " x"):
        status, said, _ = ask(server, header)
        assert (status, said["error"]) == (400, "invalid_request"), header
    status, said, _ = ask(server, basic("nobody", secret))
    assert (status, said["error"]) == (400, "unauthorized_client")


def test_a_client_proves_itself_in_one_way_alone(server, shop):
    client, secret = shop.app["clientID"], shop.secret
    other = "00000000-0000-0000-0000-000000000001"
    for more in ({"client_secret": secret}, {"client_id": other}, {"client_assertion": "a.b.c"}):
        status, said, _ = ask(server, basic(client, secret), **more)
        assert (status, said["error"]) == (400, "invalid_request"), more
    # Another scheme says nothing here.
    assert ask(server, "Bearer x", client_id=client, client_secret=secret)[0] == 200
