"""Azure's own credentials get tokens from the server's authority, and nobody else does."""

import asyncio
import base64
import json
import time

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from azure_certificates import certificate
from azure_names import authority, resource
from azure_vaults import trusting
from issuer import SUBJECT
from server import run_claviger

EXCHANGE = "api://AzureADTokenExchange"


@pytest.fixture(scope="module")
def server(tmp_path_factory, issuer):
    with trusting(issuer, tmp_path_factory.mktemp("azure")).serving() as running:
        yield running


def app(server, *arguments, form=("--json",)):
    answer = run_claviger("vault", "app", *arguments, "--data-dir", server.data, *form)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout) if form else answer.stdout


@pytest.fixture(scope="module")
def shop(server, names):
    return app(server, "create", "shop")


@pytest.fixture(scope="module")
def secret(server, shop):
    return app(server, "add-secret", shop["clientID"])["secret"]


def options(server, **more):
    return {
        "authority": authority(server),
        "disable_instance_discovery": True,
        "connection_verify": server.ca_file,
        **more,
    }


def scope(server):
    return resource(server) + "/.default"


def part(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def number(text):
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def claims_of(server, token):
    """What a token says, once its signature was found right by the published keys."""
    header, body, signature = token.split(".")
    configuration = requests.get(
        authority(server) + "/adfs/.well-known/openid-configuration", verify=server.ca_file
    ).json()
    keys = requests.get(configuration["jwks_uri"], verify=server.ca_file).json()["keys"]
    key = next(one for one in keys if one["kid"] == part(header)["kid"])
    assert part(header)["alg"] == "RS256"
    rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key().verify(
        base64.urlsafe_b64decode(signature + "=="), f"{header}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    return part(body)


def is_for(server, shop, claims):
    assert claims["aud"] == resource(server)
    assert (claims["appid"], claims["oid"], claims["tid"]) == (shop["clientID"], shop["objectID"], shop["tenantID"])
    assert claims["exp"] - claims["iat"] == 3599 and abs(claims["iat"] - time.time()) < 60


def test_a_client_secret_gets_a_token(server, shop, secret):
    credential = ClientSecretCredential(shop["tenantID"], shop["clientID"], secret, **options(server))
    is_for(server, shop, claims_of(server, credential.get_token(scope(server)).token))


def test_a_client_secret_gets_a_token_asynchronously(server, shop, secret):
    async def token():
        async with AsyncClientSecretCredential(
            shop["tenantID"], shop["clientID"], secret, **options(server)
        ) as credential:
            return (await credential.get_token(scope(server))).token

    is_for(server, shop, claims_of(server, asyncio.run(token())))


def test_the_environment_alone_is_enough(server, shop, secret, monkeypatch):
    monkeypatch.setenv("AZURE_TENANT_ID", "adfs")
    monkeypatch.setenv("AZURE_CLIENT_ID", shop["clientID"])
    monkeypatch.setenv("AZURE_CLIENT_SECRET", secret)
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", authority(server))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", server.ca_file)
    is_for(server, shop, claims_of(server, EnvironmentCredential().get_token(scope(server)).token))


@pytest.mark.parametrize("tenant", ["own", "adfs"])
def test_the_key_of_a_certificate_gets_a_token(server, shop, tmp_path, tenant):
    pem = certificate()
    file = tmp_path / "shop.pem"
    file.write_bytes(pem)
    app(server, "add-certificate", shop["clientID"], str(file))
    tenant = shop["tenantID"] if tenant == "own" else tenant
    credential = CertificateCredential(tenant, shop["clientID"], certificate_data=pem, **options(server))
    is_for(server, shop, claims_of(server, credential.get_token(scope(server)).token))


def test_the_key_of_a_certificate_that_isnt_registered_gets_none(server, shop):
    credential = CertificateCredential(
        shop["tenantID"], shop["clientID"], certificate_data=certificate(), **options(server)
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        credential.get_token(scope(server))


def test_tokens_of_a_trusted_issuer_get_one(server, shop, issuer, tmp_path):
    app(
        server, "add-federated", shop["clientID"], "--name", "pod", "--issuer", issuer.url, "--subject", SUBJECT
    )
    file = tmp_path / "token"

    def credential(**more):
        file.write_text(issuer.token(aud=EXCHANGE, **more))
        return WorkloadIdentityCredential(
            tenant_id=shop["tenantID"], client_id=shop["clientID"], token_file_path=str(file), **options(server)
        )

    is_for(server, shop, claims_of(server, credential().get_token(scope(server)).token))
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        credential(sub="system:serviceaccount:apps:other").get_token(scope(server))


def test_a_managed_identity_gets_a_token_on_loopback(server, shop, secret, monkeypatch):
    monkeypatch.setenv("IDENTITY_ENDPOINT", server.endpoint + "/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", shop["clientID"] + ":" + secret)
    is_for(server, shop, claims_of(server, ManagedIdentityCredential().get_token(scope(server)).token))
    monkeypatch.setenv("IDENTITY_HEADER", shop["clientID"] + ":" + secret[:-1])
    with pytest.raises(ClientAuthenticationError):
        ManagedIdentityCredential().get_token(scope(server))


def test_a_development_machine_is_an_application(server, shop, monkeypatch):
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.endpoint)
    credential = ManagedIdentityCredential(client_id=shop["clientID"])
    is_for(server, shop, claims_of(server, credential.get_token(scope(server)).token))


def ask(server, tenant, **form):
    answer = requests.post(
        f"{authority(server)}/{tenant}/oauth2/v2.0/token", data=form, verify=server.ca_file
    )
    return answer.status_code, answer.json()


def test_wrong_requests_are_told_so_in_azures_words(server, shop, secret):
    right = {
        "grant_type": "client_credentials",
        "client_id": shop["clientID"],
        "client_secret": secret,
        "scope": scope(server),
    }
    tenant = shop["tenantID"]
    assert ask(server, tenant, **right)[0] == 200

    def refused(status, word, number, tenant=tenant, **changed):
        form = {name: value for name, value in {**right, **changed}.items() if value is not None}
        got, answer = ask(server, tenant, **form)
        assert (got, answer["error"], answer["error_codes"]) == (status, word, [number]), answer
        assert answer["error_description"].startswith(f"AADSTS{number}: ")
        assert secret not in json.dumps(answer)

    refused(401, "invalid_client", 7000215, client_secret=secret[::-1])
    refused(401, "invalid_client", 7000216, client_secret=None)
    refused(400, "unauthorized_client", 700016, client_id="00000000-0000-0000-0000-000000000001")
    refused(400, "unsupported_grant_type", 70003, grant_type="password")
    refused(400, "invalid_request", 900144, grant_type=None)
    refused(400, "invalid_scope", 1002012, scope="openid")
    refused(400, "invalid_resource", 500011, scope="https://elsewhere.example/.default")
    refused(400, "invalid_request", 90002, tenant="elsewhere")
    refused(400, "unauthorized_client", 700016, tenant="00000000-0000-4000-8000-999988887777")


def test_an_application_that_is_disabled_gets_none_at_once(server, names):
    till = app(server, "create", "till")
    secret = app(server, "add-secret", till["clientID"])["secret"]
    form = {"grant_type": "client_credentials", "client_id": till["clientID"], "client_secret": secret}
    form["scope"] = scope(server)
    assert ask(server, till["tenantID"], **form)[0] == 200
    app(server, "disable", till["clientID"])
    assert ask(server, till["tenantID"], **form)[1]["error"] == "unauthorized_client"
    app(server, "enable", till["clientID"])
    assert ask(server, till["tenantID"], **form)[0] == 200
    app(server, "delete", till["clientID"], form=())
    assert ask(server, till["tenantID"], **form)[1]["error"] == "unauthorized_client"


def test_documents_say_where_everything_is(server, shop):
    def get(path):
        return requests.get(authority(server) + path, verify=server.ca_file)

    tenant = shop["tenantID"]
    found = get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    assert found["token_endpoint"] == f"{authority(server)}/{tenant}/oauth2/v2.0/token"
    assert get("/elsewhere/v2.0/.well-known/openid-configuration").status_code == 400
    assert get("/common/discovery/instance?api-version=1.1").json()["tenant_discovery_endpoint"]
    cloud = get("/arm/metadata/endpoints?api-version=2022-09-01").json()
    assert cloud["suffixes"]["keyVaultDns"] == resource(server).removeprefix("https://")
    assert get("/arm/subscriptions?api-version=2022-12-01").json() == {"value": []}
    assert get("/nothing/here").status_code == 404
    assert requests.get(server.endpoint + "/adfs/discovery/keys").status_code != 200


def test_every_token_and_every_refusal_is_in_the_audit_log(server, shop, secret):
    form = {"grant_type": "client_credentials", "client_id": shop["clientID"], "scope": scope(server)}
    assert ask(server, "adfs", client_secret=secret, **form)[0] == 200
    assert ask(server, "adfs", client_secret="wrong", **form)[0] == 401
    records = [json.loads(line) for line in server.audit_lines()]
    issued = [one for one in records if one.get("operation") == "IssueToken"]
    assert any(one.get("details", {}).get("application") == shop["clientID"] for one in issued)
    assert any("wrongCredential" in json.dumps(one) for one in issued)
    assert not any(secret.encode() in line for line in server.audit_lines())
