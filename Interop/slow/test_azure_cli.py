"""The Azure command line keeps keys and secrets in vaults, by commands as people type them."""

import base64
import datetime
import hashlib
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from azure_certificates import certificate
from azure_command_line import AzureCommandLine, Refused
from azure_vaults import claviger
from statements import Statement

DIGEST = hashlib.sha256(b"message").digest()


@pytest.fixture(scope="module")
def az(server, shop, tmp_path_factory):
    """Logged in as the administrator of the vault `one` and the managed HSM `two`, by a secret."""
    command_line = AzureCommandLine(server, tmp_path_factory.mktemp("az"))
    command_line.register()
    log_in(command_line, shop, password=shop.secret)
    yield command_line
    command_line("logout")


def log_in(az, shop, **proof):
    # In one word: a secret may begin with a hyphen.
    words = [f"--{name}={value}" for name, value in proof.items()]
    return az(
        "login", *words, service_principal=True, username=shop.app["clientID"], tenant=shop.app["tenantID"],
        allow_no_subscriptions=True,
    )


@pytest.fixture
def secret(az):
    def command(verb, name=None, **options):
        named = {} if name is None else {"name": name}
        return az("keyvault secret " + verb, vault_name="one", **named, **options)

    return command


@pytest.fixture
def key(az):
    def command(verb, name=None, **options):
        named = {} if name is None else {"name": name}
        place = {"hsm_name": "two"} if options.pop("hsm", False) else {"vault_name": "one"}
        return az("keyvault key " + verb, **place, **named, **options)

    return command


def seconds(text):
    return int(datetime.datetime.fromisoformat(text).timestamp())


def b64(data):
    return base64.b64encode(data).decode()


def names(listed):
    return {one["name"] for one in listed}


def refusal(status, code):
    """What is raised says the code, and `az` ends with the status that it has for such a thing."""
    return pytest.raises(Refused, match=code, check=lambda error: error.code == status)


# Who comes


def test_the_cloud_is_what_the_server_says(az, shop):
    cloud = az("cloud show", name="claviger")
    assert cloud["suffixes"]["keyvaultDns"] == "." + shop.vault.removeprefix("https://one.").rstrip("/")
    assert cloud["isActive"]


def test_a_service_principal_logs_in_by_a_secret(az, shop):
    account = az("account show")
    assert account["user"] == {"name": shop.app["clientID"], "type": "servicePrincipal"}
    assert account["tenantId"] == shop.app["tenantID"] and account["state"] == "Enabled"
    assert names(az("account list")) == {"N/A(tenant level account)"}


def test_a_service_principal_logs_in_by_a_certificate(server, shop, tmp_path):
    file = tmp_path / "shop.pem"
    file.write_bytes(certificate())
    claviger(server, "app", "add-certificate", shop.app["clientID"], file)
    az = AzureCommandLine(server, tmp_path)
    az.register()
    (account,) = log_in(az, shop, certificate=file)
    assert account["user"]["name"] == shop.app["clientID"]
    assert az("keyvault secret list", vault_name="one") == []


def test_a_wrong_secret_lets_nobody_in(server, shop, tmp_path):
    az = AzureCommandLine(server, tmp_path)
    az.register()
    with refusal(1, "AADSTS7000215"):
        log_in(az, shop, password=shop.secret[::-1])
    with refusal(1, "az login"):
        az("keyvault secret list", vault_name="one")


def test_a_token_for_other_programs(az, shop):
    resource = "https://" + shop.vault.removeprefix("https://one.").rstrip("/")
    token = az("account get-access-token", resource=resource)
    body = token["accessToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert token["tokenType"] == "Bearer" and claims["aud"] == resource and claims["appid"] == shop.app["clientID"]


# Secrets


def test_secrets_have_versions(secret):
    first = secret("set", "till", value="one")
    second = secret("set", "till", value="two", content_type="text/plain", tags=["a=b"])
    assert first["id"] != second["id"] and second["value"] == "two"
    assert secret("show", "till")["value"] == "two"
    version = first["id"].rsplit("/", 1)[1]
    assert secret("show", "till", version=version)["value"] == "one"
    assert {one["id"] for one in secret("list-versions", "till")} == {first["id"], second["id"]}
    (listed,) = [one for one in secret("list") if one["name"] == "till"]
    assert listed["contentType"] == "text/plain" and listed["tags"]["a"] == "b" and "value" not in listed
    assert listed["attributes"] == second["attributes"]


def test_a_secret_is_named_by_its_id(az, secret):
    made = secret("set", "by-id", value="one")
    assert az("keyvault secret show", id=made["id"])["value"] == "one"
    assert az("keyvault secret show", id=made["id"].rsplit("/", 1)[0])["id"] == made["id"]


def test_lists_are_cut_and_go_on(secret):
    made = {secret("set", f"many-{number}", value="x")["name"] for number in range(4)}
    assert len(secret("list", maxresults=2)) == 2
    assert made <= names(secret("list"))


def test_attributes_of_secrets_are_changed(secret):
    secret("set", "changing", value="one", expires="2040-01-01T00:00:00Z")
    changed = secret("set-attributes", "changing", enabled="false", content_type="other", not_before="2030-01-01T00:00:00Z")
    attributes = changed["attributes"]
    assert not attributes["enabled"] and changed["contentType"] == "other"
    assert seconds(attributes["notBefore"]) == 1893456000 and seconds(attributes["expires"]) == 2208988800
    with refusal(1, "SecretDisabled"):
        secret("show", "changing")
    secret("set-attributes", "changing", enabled="true")
    assert secret("show", "changing")["value"] == "one"


def test_files_become_secrets_and_secrets_files(secret, tmp_path):
    (tmp_path / "in").write_bytes(bytes(range(256)))
    secret("set", "file", file=tmp_path / "in", encoding="base64")
    secret("download", "file", file=tmp_path / "out", encoding="base64")
    assert (tmp_path / "out").read_bytes() == bytes(range(256))


def test_deleted_secrets_come_back_or_are_gone(secret):
    made = secret("set", "leaving", value="one")
    deleted = secret("delete", "leaving")
    assert deleted["recoveryId"].endswith("/deletedsecrets/leaving")
    assert seconds(deleted["scheduledPurgeDate"]) - seconds(deleted["deletedDate"]) == 90 * 86_400
    with refusal(3, "SecretNotFound"):
        secret("show", "leaving")
    with refusal(1, "ObjectIsDeletedButRecoverable"):
        secret("set", "leaving", value="two")
    assert "leaving" in names(secret("list-deleted")) and "leaving" not in names(secret("list"))
    assert secret("show-deleted", "leaving")["id"] == made["id"]
    assert secret("recover", "leaving")["id"] == made["id"]
    assert secret("show", "leaving")["value"] == "one"
    secret("delete", "leaving")
    secret("purge", "leaving")
    with refusal(1, "SecretNotFound"):
        secret("show-deleted", "leaving")


def test_backups_of_secrets_bring_them_back(secret, tmp_path):
    secret("set", "kept", value="one")
    made = secret("set", "kept", value="two")
    secret("backup", "kept", file=tmp_path / "backup")
    secret("delete", "kept")
    secret("purge", "kept")
    assert secret("restore", file=tmp_path / "backup")["id"] == made["id"]
    assert secret("show", "kept")["value"] == "two" and len(secret("list-versions", "kept")) == 2


# Keys


def test_keys_are_made_as_they_are_asked_for(key):
    made = key(
        "create", "asked", kty="RSA", size=3072, ops=["sign", "verify"], tags=["a=b"], expires="2040-01-01T00:00:00Z"
    )
    assert made["key"]["kty"] == "RSA" and made["key"]["keyOps"] == ["sign", "verify"] and made["tags"] == {"a": "b"}
    assert len(base64.b64decode(made["key"]["n"])) == 384 and seconds(made["attributes"]["expires"]) == 2208988800
    assert key("show", "asked") == made
    (listed,) = [one for one in key("list") if one["name"] == "asked"]
    shared = made["attributes"].keys()
    assert {name: listed["attributes"][name] for name in shared} == made["attributes"]


@pytest.mark.parametrize("curve", ["P-256", "P-384", "P-521", "P-256K"])
def test_curves(key, curve):
    made = key("create", "curve-" + curve, kty="EC", curve=curve)
    assert (made["key"]["kty"], made["key"]["crv"]) == ("EC", curve)


def test_what_is_encrypted_opens(key):
    made = key("create", "cipher", kty="RSA")
    sealed = key("encrypt", "cipher", algorithm="RSA-OAEP-256", value="message", data_type="plaintext")
    assert sealed["kid"] == made["key"]["kid"] and sealed["algorithm"] == "RSA-OAEP-256"
    opened = key("decrypt", "cipher", algorithm="RSA-OAEP-256", value=sealed["result"], data_type="plaintext")
    assert opened["result"] == "message"
    with refusal(1, "BadParameter"):
        key("decrypt", "cipher", algorithm="RSA-OAEP-256", value=b64(bytes(256)), data_type="base64")


def test_what_is_signed_is_verified(key, tmp_path):
    key("create", "signing", kty="EC", curve="P-256")
    signed = key("sign", "signing", algorithm="ES256", digest=b64(DIGEST))
    signature = base64.b64decode(signed["signature"])
    checked = key("verify", "signing", algorithm="ES256", digest=b64(DIGEST), signature=b64(signature))
    assert checked["isValid"]
    wrong = key("verify", "signing", algorithm="ES256", digest=b64(DIGEST), signature=b64(bytes(64)))
    assert not wrong["isValid"]
    key("download", "signing", file=tmp_path / "public.pem")
    public = serialization.load_pem_public_key((tmp_path / "public.pem").read_bytes())
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    public.verify(utils.encode_dss_signature(r, s), DIGEST, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def pem(private):
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_keys_are_brought(key, tmp_path):
    private = rsa.generate_private_key(65537, 2048)
    (tmp_path / "key.pem").write_bytes(pem(private))
    made = key("import", "brought", pem_file=tmp_path / "key.pem", ops=["sign", "verify"])
    assert int.from_bytes(base64.b64decode(made["key"]["n"])) == private.private_numbers().public_numbers.n
    signed = key("sign", "brought", algorithm="RS256", digest=b64(DIGEST))
    private.public_key().verify(
        base64.b64decode(signed["signature"]), DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())
    )
    curve = ec.generate_private_key(ec.SECP384R1())
    made = key("import", "brought-curve", pem_string=pem(curve).decode())
    assert int.from_bytes(base64.b64decode(made["key"]["x"])) == curve.private_numbers().public_numbers.x


def test_keys_are_rotated_and_have_policies(key, tmp_path):
    first = key("create", "turning", kty="RSA")
    second = key("rotate", "turning")
    assert second["key"]["kid"] != first["key"]["kid"] and second["key"]["n"] != first["key"]["n"]
    assert {one["kid"] for one in key("list-versions", "turning")} == {first["key"]["kid"], second["key"]["kid"]}
    usual = key("rotation-policy show", "turning")
    assert [one["action"].lower() for one in usual["lifetimeActions"]] == ["notify"]
    policy = {
        "lifetimeActions": [{"trigger": {"timeAfterCreate": "P30D"}, "action": {"type": "Rotate"}}],
        "attributes": {"expiryTime": "P60D"},
    }
    (tmp_path / "policy.json").write_text(json.dumps(policy))
    key("rotation-policy update", "turning", value=tmp_path / "policy.json")
    kept = key("rotation-policy show", "turning")
    assert kept["expiresIn"] == "P60D" and kept["id"].endswith("/keys/turning/rotationpolicy")
    assert [(one["action"].lower(), one["timeAfterCreate"]) for one in kept["lifetimeActions"]] == [
        ("rotate", "P30D"),
        ("notify", None),
    ]


def test_attributes_of_keys_are_changed(key):
    key("create", "key-changing", kty="EC")
    changed = key("set-attributes", "key-changing", enabled="false", ops=["verify"], tags=["c=d"])
    assert not changed["attributes"]["enabled"] and changed["key"]["keyOps"] == ["verify"] and changed["tags"] == {"c": "d"}
    with refusal(1, "KeyDisabled"):
        key("sign", "key-changing", algorithm="ES256", digest=b64(DIGEST))
    key("set-attributes", "key-changing", enabled="true")
    with refusal(1, "KeyOperationForbidden"):
        key("sign", "key-changing", algorithm="ES256", digest=b64(DIGEST))


def test_deleted_keys_come_back_or_are_gone(key):
    made = key("create", "key-leaving", kty="EC")
    deleted = key("delete", "key-leaving")
    assert deleted["recoveryId"].endswith("/deletedkeys/key-leaving")
    with refusal(3, "KeyNotFound"):
        key("show", "key-leaving")
    with refusal(1, "ObjectIsDeletedButRecoverable"):
        key("create", "key-leaving", kty="EC")
    assert "key-leaving" in names(key("list-deleted"))
    assert key("show-deleted", "key-leaving")["key"]["kid"] == made["key"]["kid"]
    assert key("recover", "key-leaving")["key"]["kid"] == made["key"]["kid"]
    key("delete", "key-leaving")
    key("purge", "key-leaving")
    with refusal(1, "KeyNotFound"):
        key("show-deleted", "key-leaving")


def test_backups_of_keys_bring_them_back(key, tmp_path):
    made = key("create", "key-kept", kty="EC")
    key("backup", "key-kept", file=tmp_path / "backup")
    key("delete", "key-kept")
    key("purge", "key-kept")
    assert key("restore", file=tmp_path / "backup")["key"] == made["key"]


def test_a_managed_hsm_keeps_symmetric_keys(key, az):
    made = key("create", "aes", hsm=True, kty="oct-HSM", size=256, ops=["encrypt", "decrypt"])
    assert made["key"]["kty"] == "oct-HSM" and made["key"]["k"] is None
    sealed = key("encrypt", "aes", hsm=True, algorithm="A256GCM", value="message", data_type="plaintext", aad="0102")
    opened = key(
        "decrypt", "aes", hsm=True, algorithm="A256GCM", value=sealed["result"], data_type="plaintext",
        iv=sealed["iv"], tag=sealed["tag"], aad=sealed["aad"],
    )
    assert opened["result"] == "message"
    assert len(base64.b64decode(az("keyvault key random", hsm_name="two", count=24)["value"])) == 24
    assert names(key("list", hsm=True)) == {"aes"}


def test_what_the_server_says_of_a_key_is_saved(key, server, tmp_path):
    made = key("create", "told", hsm=True, kty="RSA-HSM", size=2048)
    key("get-attestation", "told", hsm=True, file=tmp_path / "told.json")
    saved = json.loads((tmp_path / "told.json").read_text())
    authority = x509.load_pem_x509_certificate(open(server.ca_file, "rb").read())
    for name in ("privateKeyAttestation", "publicKeyAttestation"):
        assert Statement(base64.b64decode(saved[name]), authority).claims["sub"] == made["key"]["kid"]


def test_at_least_twenty_commands_were_run(az):
    """The last one of this file: what the others have run."""
    assert len({one for one in az.commands if one.startswith("keyvault ")}) >= 20, sorted(az.commands)
