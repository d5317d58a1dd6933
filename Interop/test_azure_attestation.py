"""What the server says of keys over Azure's API: asked by the unchanged client, judged by nothing but the authority's certificate."""

import asyncio
import datetime
import json
import pathlib
import secrets
import subprocess
import sys

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.keyvault.keys import ApiVersion, JsonWebKey, KeyClient, KeyReleasePolicy
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from kmip.core.enums import CryptographicAlgorithm, KeyFormatType, ObjectType, Operation

import hsm_mode
from azure_callers import Caller
from azure_names import DOMAIN
from azure_vaults import Shop, claviger, fresh, refused
from kmip_client import Connection, attributes, key_block
from kmip_operations import ENCRYPT_AND_DECRYPT, VERIFY, of_type
from server import Server, clean_environment
from statements import Attested, Statement, text
from tokens import SoftToken
from ttlv import item

POLICY = {"version": "1.0.0", "anyOf": [{"authority": "https://attest.example", "allOf": [{"claim": "a", "equals": "b"}]}]}


@pytest.fixture(scope="module")
def keys(shop):
    return client_of(shop, shop.vault)


@pytest.fixture(scope="module")
def hsm(shop):
    return client_of(shop, shop.hsm)


def client_of(shop, url, **more):
    return KeyClient(url, shop.credential(), **shop.options(), **more)


def attested(client, shop, name, version=None):
    return Attested(client.get_key_attestation(name, version), shop.server.ca_file)


def expect_place(found):
    """Without a token of the suite's own, nothing but memory; a key is never said to be better kept than it is told to be."""
    assert found.secret.claims["hsmPlatform"] == found.key.properties.hsm_platform
    if hsm_mode.KEYS != "hsm":
        assert found.custody["kind"] == "software" and found.custody["library"].startswith("OpenSSL ")
        assert found.key.properties.hsm_platform == "0"


MADE = {
    "RSA": lambda client, name: client.create_rsa_key(name, size=3072),
    "EC": lambda client, name: client.create_ec_key(name, curve="P-384"),
    "P-256K": lambda client, name: client.create_ec_key(name, curve="P-256K"),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_key_that_was_made_here(shop, keys, kind):
    made = MADE[kind](keys, fresh("attested"))
    found = attested(keys, shop, made.name)
    assert found.key.id == made.id and found.key.key.x == made.key.x and found.key.key.n == made.key.n
    assert found.origin == {"material": "generated", "protocol": "azure"}
    assert found.secret.claims["exportable"] is False and found.secret.claims["about"] == "private-key"
    expect_place(found)
    jwk = found.public.claims["jwk"]
    assert jwk.get("n") == (text(made.key.n) if made.key.n else None)
    assert jwk.get("crv") == made.key.crv == found.secret.claims["key"].get("crv")


def test_a_symmetric_key_has_no_public_statement(shop, hsm):
    made = hsm.create_oct_key(fresh("attested"), size=192, hardware_protected=True)
    found = attested(hsm, shop, made.name, made.properties.version)
    assert found.public is None and found.secret.claims["about"] == "secret-key"
    assert found.secret.claims["key"] == {"kty": "oct-HSM", "key_size": 192, "key_ops": made.key_operations}
    expect_place(found)


def test_the_asynchronous_client(shop, keys):
    made = keys.create_ec_key(fresh("attested"), curve="P-256")

    async def ask():
        credential = shop.credential(AsyncClientSecretCredential)
        async with credential, AsyncKeyClient(shop.vault, credential, **shop.options()) as client:
            return await client.get_key_attestation(made.name), await client.get_key_attestation(made.name, made.properties.version)

    for key in asyncio.run(ask()):
        assert Attested(key, shop.server.ca_file).key.id == made.id


def test_a_key_that_was_brought_is_said_to_be(shop, keys):
    private = ec.generate_private_key(ec.SECP256R1())
    numbers = private.private_numbers()
    point = numbers.public_numbers
    jwk = JsonWebKey(
        kty="EC", crv="P-256", x=point.x.to_bytes(32), y=point.y.to_bytes(32), d=numbers.private_value.to_bytes(32)
    )
    made = keys.import_key(fresh("brought"), jwk)
    assert attested(keys, shop, made.name).origin == {"material": "imported", "protocol": "azure", "arrival": "open"}
    if hsm_mode.KEYS != "hsm":
        newer = keys.rotate_key(made.name)
        assert attested(keys, shop, made.name).key.id == newer.id
        assert attested(keys, shop, made.name).origin == {"material": "generated", "protocol": "azure"}
    assert attested(keys, shop, made.name, made.properties.version).origin["arrival"] == "open"


def test_a_key_that_was_brought_sealed(shop, keys):
    exchange = keys.create_rsa_key(fresh("exchange"), size=2048, hardware_protected=True, key_operations=["import"])
    public = rsa.RSAPublicNumbers(int.from_bytes(exchange.key.e), int.from_bytes(exchange.key.n)).public_key()
    private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    wrapping = secrets.token_bytes(32)
    sealed = public.encrypt(wrapping, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))
    blob = {
        "schema_version": "1.0.0", "header": {"kid": exchange.id, "alg": "dir", "enc": "CKM_RSA_AES_KEY_WRAP"},
        "ciphertext": text(sealed + aes_key_wrap_with_padding(wrapping, private)),
    }
    made = keys.import_key(fresh("sealed"), JsonWebKey(kty="EC-HSM", crv="P-256", t=json.dumps(blob).encode()))
    found = attested(keys, shop, made.name)
    assert found.origin == {"material": "imported", "protocol": "azure", "arrival": "sealed"}
    # It says HSM in its name, and is in memory all the same.
    assert found.custody["kind"] == "software" and found.secret.claims["hsmPlatform"] == "0"


def test_an_adopted_key_is_told_by_its_name_and_its_origin(shop, server, keys):
    made = server.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    claviger(server, "adopt", "one", "till", "--key", made["Arn"])
    found = attested(keys, shop, "till")
    assert found.origin == {"material": "generated", "protocol": "aws", "adopted": True}
    assert found.key.properties.version == made["KeyId"].replace("-", "")


@pytest.fixture(scope="module")
def kmip_shop(kmip_house, names):
    return Shop(kmip_house)


def adopted_over_kmip(house, name, identifier):
    house.admin("/v1/vaults/adopt", {"vault": "one", "name": name, "key": identifier})


def test_a_key_of_kmip_may_have_been_derived(kmip_house, kmip_client, kmip_shop):
    template = [("CryptographicAlgorithm", CryptographicAlgorithm.AES), ("CryptographicLength", 256), ("CryptographicUsageMask", ENCRYPT_AND_DECRYPT)]
    with Connection(kmip_client) as connection:
        made = connection.ask(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), attributes((1, 4), template)).done()
    adopted_over_kmip(kmip_house, "derived", made["UniqueIdentifier"].value)
    found = attested(client_of(kmip_shop, kmip_shop.vault), kmip_shop, "derived")
    assert found.origin == {"material": "generated-or-derived", "protocol": "kmip", "adopted": True}
    # Over KMIP, a key may leave unless its owner says otherwise.
    assert found.secret.claims["exportable"] is True and found.public is None


def test_of_a_public_half_alone_nothing_is_said_but_what_it_is(kmip_house, kmip_client, kmip_shop):
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    block = key_block(spki, key_format=KeyFormatType.X_509, algorithm=CryptographicAlgorithm.EC, length=256)
    template = attributes((1, 4), [("CryptographicUsageMask", VERIFY)])
    with Connection(kmip_client) as connection:
        given = connection.ask(Operation.REGISTER, of_type(ObjectType.PUBLIC_KEY), template, item("PublicKey", [block]))
    adopted_over_kmip(kmip_house, "half", given.done()["UniqueIdentifier"].value)
    found = attested(client_of(kmip_shop, kmip_shop.vault), kmip_shop, "half")
    assert found.secret is None and "custody" not in found.public.claims and "origin" not in found.public.claims


def leaving(client, name):
    """A key that may leave, which is in memory whatever else there is."""
    return client.create_ec_key(name, exportable=True, release_policy=KeyReleasePolicy(json.dumps(POLICY).encode()))


def test_an_exportable_key_and_its_policy(shop, keys):
    made = leaving(keys, fresh("leaving"))
    claims = attested(keys, shop, made.name).secret.claims
    digest = hashes.Hash(hashes.SHA256())
    digest.update(json.dumps(POLICY).encode())
    assert claims["exportable"] is True and claims["release_policy_sha256"] == text(digest.finalize())


def test_only_this_operation_shows_it(shop, keys):
    made = keys.create_ec_key(fresh("quiet"))
    assert made.properties.attestation is None and keys.get_key(made.name).properties.attestation is None
    (listed,) = [one for one in keys.list_properties_of_keys() if one.name == made.name]
    assert listed.attestation is None
    older = shop.wire(shop.vault)
    answer = older._session.get(f"{older.url}/keys/{made.name}//attestation?api-version=7.5")
    assert answer.status_code == 200 and "attestation" not in answer.json()["attributes"]
    newer = client_of(shop, shop.vault, api_version=ApiVersion.V7_6)
    assert newer.get_key_attestation(made.name).properties.attestation.version == "claviger/1"


def test_what_it_says_can_not_be_altered(shop, keys):
    made = keys.create_ec_key(fresh("whole"))
    told = keys.get_key_attestation(made.name).properties.attestation.private_key_attestation
    authority = x509.load_pem_x509_certificate(open(shop.server.ca_file, "rb").read())
    header, claims, signature = told.split(b".")
    said = Statement(told, authority).claims
    changed = text(json.dumps({**said, "custody": {"kind": "pkcs11-token"}}).encode()).encode()
    with pytest.raises(InvalidSignature):
        Statement(b".".join([header, changed, signature]), authority)


def test_openssl_takes_the_chain(shop, keys, tmp_path):
    found = attested(keys, shop, keys.create_ec_key(fresh("chained")).name)
    leaf = tmp_path / "chain.pem"
    leaf.write_bytes(found.pem)
    moment = str(found.secret.claims["iat"])
    command = ["openssl", "verify", "-attime", moment, "-CAfile", shop.server.ca_file]
    assert subprocess.run([*command, leaf], capture_output=True).returncode == 0
    # It stands for no server.
    assert subprocess.run([*command, "-purpose", "sslserver", leaf], capture_output=True).returncode != 0


@pytest.mark.parametrize("language", ["sh", "python"])
def test_what_the_documentation_tells_auditors_to_run(shop, keys, tmp_path, language):
    page = (pathlib.Path(__file__).parent.parent / "docs/protocols/azure-keys.md").read_text()
    script = page.split(f"```{language}\n")[1].split("```")[0]
    program = {"sh": "sh", "python": sys.executable}[language]
    told = keys.get_key_attestation(keys.create_ec_key(fresh("audited")).name).properties.attestation
    (tmp_path / "ca.pem").write_bytes(open(shop.server.ca_file, "rb").read())
    (tmp_path / "chain.pem").write_bytes(told.certificate_pem_file)

    def run(statement):
        (tmp_path / "statement").write_bytes(statement)
        return subprocess.run([program, "-c", script], cwd=tmp_path, capture_output=True, text=True)

    for statement in (told.private_key_attestation, told.public_key_attestation):
        answer = run(statement)
        assert answer.returncode == 0 and '"about"' in answer.stdout, answer.stderr
    header, claims, signature = told.private_key_attestation.split(b".")
    forged = text(json.dumps({"iat": Statement.said(claims)["iat"], "custody": "better"}).encode()).encode()
    answer = run(b".".join([header, forged, signature]))
    assert answer.returncode != 0 and "better" not in answer.stdout


def test_each_statement_has_its_request_in_the_audit_log(shop, server, keys):
    found = attested(keys, shop, keys.create_ec_key(fresh("logged")).name)
    name = found.secret.claims["jti"]
    assert name == found.public.claims["jti"]
    lines = [json.loads(line) for line in server.audit_lines() if name.encode() in line]
    assert [line["operation"] for line in lines] == ["GetKeyAttestation"]


def test_states(shop, keys):
    made = keys.create_ec_key(fresh("states"), enabled=False)
    assert attested(keys, shop, made.name, made.properties.version).key.properties.enabled is False
    for name, version in ((made.name, "0" * 32), (fresh("none"), None)):
        with refused(404, "KeyNotFound"):
            keys.get_key_attestation(name, version)
    keys.begin_delete_key(made.name).wait()
    with refused(404, "KeyNotFound"):
        keys.get_key_attestation(made.name)


def test_whoever_may_not_read_keys_hears_nothing(shop, server, keys):
    made = keys.create_ec_key(fresh("hidden"))
    nobody = Caller(server, "nobody")
    for name in (made.name, "none"):
        answer = nobody.ask("one", "GET", f"/keys/{name}//attestation")
        assert (answer.status, answer.code, answer.inner) == (403, "Forbidden", "ForbiddenByRbac"), answer


# On a token


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    return SoftToken(tmp_path_factory.mktemp("token")).make()


@pytest.fixture(scope="module")
def place(tmp_path_factory, token, names):
    environment = clean_environment(**token.settings())
    with Server(tmp_path_factory.mktemp("with-token"), environment=environment).serving() as running:
        yield Shop(running)


MAKERS = {
    "RSA-HSM": "CKM_RSA_PKCS_KEY_PAIR_GEN", "EC-HSM": "CKM_EC_KEY_PAIR_GEN", "oct-HSM": "CKM_AES_KEY_GEN"
}  # fmt: skip


@pytest.mark.parametrize("kind", MAKERS)
def test_a_key_on_a_token_is_told_as_the_token_tells_it(place, token, kind):
    vault, hsm = client_of(place, place.vault), client_of(place, place.hsm)
    name = fresh("kept")
    if kind == "RSA-HSM":
        client = vault
        client.create_rsa_key(name, size=2048, hardware_protected=True)
    elif kind == "EC-HSM":
        client = vault
        client.create_ec_key(name, hardware_protected=True)
    else:
        client = hsm
        client.create_oct_key(name, size=256, hardware_protected=True)
    found = attested(client, place, name)
    custody = dict(found.custody)
    assert custody.pop("object") == {
        "CKA_SENSITIVE": True, "CKA_ALWAYS_SENSITIVE": True, "CKA_EXTRACTABLE": False, "CKA_NEVER_EXTRACTABLE": True,
        "CKA_LOCAL": True, "CKA_KEY_GEN_MECHANISM": MAKERS[kind],
    }  # fmt: skip
    slots = token.slots()
    assert custody.pop("kind") == "pkcs11-token" and custody.pop("module")
    assert custody.pop("label") == token.label
    for value in (custody.pop("serial"), custody.pop("model"), custody.pop("manufacturer")):
        assert value and value in slots
    assert custody == {} and found.secret.claims["hsmPlatform"] == "1" == found.key.properties.hsm_platform


def test_beside_a_token_software_says_that_it_is(place):
    client = client_of(place, place.vault)
    made = leaving(client, fresh("soft"))
    found = attested(client, place, made.name)
    assert found.custody["kind"] == "software" and found.secret.claims["hsmPlatform"] == "0"


def test_while_the_token_is_away_nothing_is_said_of_its_keys(tmp_path, names):
    token = SoftToken(tmp_path / "token").make()
    with Server(tmp_path / "server", environment=clean_environment(**token.with_faults())).serving() as server:
        shop = Shop(server)
        client = client_of(shop, shop.vault, retry_total=0)
        client.create_ec_key("kept", hardware_protected=True)
        leaving(client, "soft")
        assert attested(client, shop, "kept").custody["kind"] == "pkcs11-token"
        token.away.touch()
        with pytest.raises(HttpResponseError) as raised:
            client.get_key_attestation("kept")
        assert raised.value.status_code >= 500, raised.value
        assert attested(client, shop, "soft").custody["kind"] == "software"
        token.away.unlink()
        assert attested(client, shop, "kept").custody["kind"] == "pkcs11-token"


def test_with_a_certificate_of_the_operator_the_authority_is_made_for_statements(tmp_path, names):
    authority, files = operators_certificate(tmp_path)
    with Server(tmp_path / "server", environment=clean_environment(**files)).serving() as server:
        server.exports["CLAVIGER_CA_FILE"] = str(authority)
        shop = Shop(server)
        client = client_of(shop, shop.vault)
        client.create_ec_key("kept")
        own = server.data / "tls/ca.pem"
        assert not own.exists()
        assert Attested(client.get_key_attestation("kept"), own).custody
        assert (own.parent / "ca-key.pem").stat().st_mode & 0o777 == 0o600


def operators_certificate(folder):
    """A self-signed certificate for all names of the vaults: its file, and what tells a server of it."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "operator")])
    now = datetime.datetime.now(datetime.UTC)
    hosts = [DOMAIN, *(f"{label}.{DOMAIN}" for label in ("*.vault", "*.managedhsm", "login")), "localhost"]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )  # fmt: skip
    certificate, key = folder / "operator.pem", folder / "operator-key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    key.chmod(0o600)
    return certificate, {"CLAVIGER_TLS_CERTIFICATE": str(certificate), "CLAVIGER_TLS_KEY": str(key)}


def test_statements_outlive_the_server_that_made_them(tmp_path, names):
    with Server(tmp_path / "server").serving() as server:
        shop = Shop(server)
        client = client_of(shop, shop.vault)
        made = client.create_ec_key("kept")
        before = client.get_key_attestation("kept")
        port = server.tls_endpoint.rsplit(":", 1)[1]
        server.arguments = [*server.arguments, "--listen-tls", f"127.0.0.1:{port}"]
        server.restart()
        for key in (before, client.get_key_attestation("kept")):
            assert Attested(key, server.ca_file).key.id == made.id
