"""Azure's own clients have keys released to environments that an authority attests."""

import asyncio
import base64
import datetime
import json
import time

import jwt
import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.keyvault.keys import JsonWebKey, KeyClient, KeyExportEncryptionAlgorithm, KeyReleasePolicy
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap_with_padding
from cryptography.x509.oid import NameOID

from azure_names import authority
from azure_vaults import Shop, claviger, decoded
from issuer import Issuer, Key, b64, number
from server import Server

HASHES = {
    KeyExportEncryptionAlgorithm.ckm_rsa_aes_key_wrap: hashes.SHA1,
    KeyExportEncryptionAlgorithm.rsa_aes_key_wrap_256: hashes.SHA256,
    KeyExportEncryptionAlgorithm.rsa_aes_key_wrap_384: hashes.SHA384,
}


class Environment:
    """What asks for keys, with a key pair of its own."""

    def __init__(self, attester):
        self.attester = attester
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwk(self, **changes):
        numbers = self.private.public_key().public_numbers()
        jwk = {"kty": "RSA", "kid": "own", "key_ops": ["encrypt"], "n": number(numbers.n), "e": number(numbers.e)}
        jwk.update(changes)
        return {name: value for name, value in jwk.items() if value is not None}

    def statement(self, key=None, header=None, **changes):
        claims = {"sub": None, "aud": None, "x-ms-runtime": {"keys": [self.jwk()]}, "sdk-test": True}
        claims.update(changes)
        return self.attester.token(key, header, **claims)

    def open(self, answer, payload, algorithm):
        """The material of what was released."""
        inner = json.loads(decoded(payload["response"]["key"]["key"]["key_hsm"]))
        assert inner["schema_version"] == "1.0.0"
        assert inner["header"] == {"kid": "own", "alg": "dir", "enc": payload["request"]["enc"]}
        sealed = decoded(inner["ciphertext"])
        hash = HASHES[algorithm]
        wrapping = self.private.decrypt(
            sealed[:256], padding.OAEP(mgf=padding.MGF1(hash()), algorithm=hash(), label=None)
        )
        return aes_key_unwrap_with_padding(wrapping, sealed[256:])


@pytest.fixture(scope="module")
def attester():
    with Issuer() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory, attester):
    folder = tmp_path_factory.mktemp("azure-release")
    (folder / "authorities.yaml").write_text("issuers:\n" + attester.settings(pause="0s", **{"fresh-for": "1s"}))
    (folder / "claviger.yaml").write_text(f"azure:\n  attestation-authorities: {folder / 'authorities.yaml'}\n")
    with Server(folder / "server", arguments=("--config", folder / "claviger.yaml")).serving() as running:
        yield running


@pytest.fixture(scope="module")
def keys(shop):
    return shop.keys()


@pytest.fixture(scope="module")
def wire(shop):
    return shop.wire(shop.vault)


@pytest.fixture(scope="module")
def environment(attester):
    return Environment(attester)


def rules(attester, *conditions):
    conditions = list(conditions) or [{"claim": "sdk-test", "equals": True}]
    return {"version": "1.0.0", "anyOf": [{"authority": attester.url + "/", "allOf": conditions}]}


def policy(attester, *conditions, immutable=None):
    return KeyReleasePolicy(json.dumps(rules(attester, *conditions)).encode(), immutable=immutable)


def signed(server, token):
    """What a released key travels in, once its signature is checked as everybody can check it."""
    found = requests.get(f"{authority(server)}/adfs/discovery/v2.0/keys", verify=server.ca_file, timeout=60).json()
    kid = jwt.get_unverified_header(token)["kid"]
    own = next(one for one in found["keys"] if one["kid"] == kid)
    return jwt.decode(token, jwt.PyJWK(own).key, algorithms=["RS256"])


def refusal(call):
    with pytest.raises(HttpResponseError) as refused:
        call()
    return refused.value.status_code, refused.value.error.code, refused.value.message


@pytest.mark.parametrize("algorithm", list(HASHES))
def test_a_key_goes_to_an_environment_that_its_policy_allows(server, keys, environment, attester, shop, algorithm):
    name = "rsa-" + algorithm.value.lower().replace("_", "-")
    key = keys.create_rsa_key(name, size=2048, exportable=True, release_policy=policy(attester), tags={"a": "b"})
    assert key.properties.exportable and key.properties.release_policy.encoded_policy
    answer = keys.release_key(name, environment.statement(), algorithm=algorithm, nonce="once")
    payload = signed(server, answer.value)
    assert payload["request"] == {
        "api-version": keys.api_version,
        "enc": algorithm.value,
        "kid": key.id,
        "nonce": "once",
    }
    told = payload["response"]["key"]
    assert told["key"]["kid"] == key.id and told["tags"] == {"a": "b"} and told["attributes"]["exportable"]
    private = serialization.load_der_private_key(environment.open(answer, payload, algorithm), None)
    assert private.public_key().public_numbers().n == int.from_bytes(key.key.n, "big")
    sealed = private.public_key().encrypt(
        b"text", padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    )
    crypto = CryptographyClient(key, shop.credential(), **shop.options())
    assert crypto.decrypt(EncryptionAlgorithm.rsa_oaep_256, sealed).plaintext == b"text"


def test_keys_of_every_kind(server, keys, environment, attester):
    wrap = KeyExportEncryptionAlgorithm.rsa_aes_key_wrap_256

    def released(name, version=None):
        answer = keys.release_key(name, environment.statement(), version=version, algorithm=wrap)
        return environment.open(answer, signed(server, answer.value), wrap)

    curve = keys.create_ec_key("ec", curve="P-384", exportable=True, release_policy=policy(attester))
    private = serialization.load_der_private_key(released("ec"), None)
    assert private.public_key().public_numbers().x == int.from_bytes(curve.key.x, "big")
    material = bytes(range(32))
    keys.import_key(
        "oct",
        JsonWebKey(kty="oct", k=material, key_ops=["encrypt", "decrypt"]),
        exportable=True,
        release_policy=policy(attester),
    )
    assert released("oct") == material
    own = ec.generate_private_key(ec.SECP256R1())
    numbers = own.private_numbers()
    jwk = JsonWebKey(
        kty="EC",
        crv="P-256",
        d=numbers.private_value.to_bytes(32, "big"),
        x=numbers.public_numbers.x.to_bytes(32, "big"),
        y=numbers.public_numbers.y.to_bytes(32, "big"),
    )
    first = keys.import_key("own", jwk, exportable=True, release_policy=policy(attester))
    keys.create_ec_key("own", curve="P-256", exportable=True, release_policy=policy(attester))
    found = serialization.load_der_private_key(released("own", first.properties.version), None)
    assert found.private_numbers().private_value == numbers.private_value


def test_statements_that_prove_nothing(keys, environment, attester):
    keys.create_ec_key("guarded", curve="P-256", exportable=True, release_policy=policy(attester))
    now = int(time.time())
    stranger = Key("stranger")
    statements = {
        "by a key that isn't the authority's": environment.statement(stranger),
        "by another key under the name of its own": environment.statement(
            stranger, {"alg": "RS256", "kid": attester.keys[0].kid}
        ),
        "of somebody else": environment.statement(iss="https://attest.example.com"),
        "expired": environment.statement(exp=now - 1),
        "without an end": environment.statement(exp=None),
        "of the future": environment.statement(nbf=now + 600),
        "unsigned": attester.unsigned(**{"sdk-test": True}),
        "signed by what everybody knows": attester.confused(attester.keys[0].pem),
        "changed": environment.statement()[:-6] + "AAAAAA",
        "no statement": "statement",
    }
    for what, statement in statements.items():
        status, code, message = refusal(lambda: keys.release_key("guarded", statement))
        assert (status, code) == (403, "Forbidden"), what
        assert "attestation statement cannot be verified" in message, what


def test_claims_that_the_policy_does_not_allow(keys, environment, attester):
    conditions = [
        {"claim": "sdk-test", "equals": True},
        {"claim": "level", "greaterOrEquals": 3},
        {"claim": "x-ms-isolation-tee.x-ms-attestation-type", "equals": "sevsnpvm"},
        {"anyOf": [{"claim": "colour", "equals": "red"}, {"claim": "colour", "notEquals": "blue"}]},
    ]
    keys.create_ec_key("ruled", curve="P-256", exportable=True, release_policy=policy(attester, *conditions))
    right = {
        "level": 3,
        "colour": "green",
        "x-ms-isolation-tee": {"x-ms-attestation-type": "sevsnpvm"},
    }
    assert keys.release_key("ruled", environment.statement(**right)).value
    for change in (
        {"sdk-test": False},
        {"sdk-test": None},
        {"sdk-test": 1},
        {"level": 2},
        {"level": "3"},
        {"level": [3]},
        {"colour": "blue"},
        {"colour": None},
        {"x-ms-isolation-tee": {}},
        {"x-ms-isolation-tee": "sevsnpvm"},
    ):
        status, code, message = refusal(
            lambda: keys.release_key("ruled", environment.statement(**{**right, **change}))
        )
        assert (status, code) == (403, "Forbidden"), change
        assert "release policy" in message


def test_an_authority_that_the_policy_does_not_name(keys, environment, attester):
    other = KeyReleasePolicy(
        json.dumps(
            {
                "version": "1.0.0",
                "anyOf": [
                    {"authority": "https://attest.example.com", "allOf": [{"claim": "sdk-test", "equals": True}]}
                ],
            }
        ).encode()
    )
    keys.create_ec_key("other", curve="P-256", exportable=True, release_policy=other)
    status, code, message = refusal(lambda: keys.release_key("other", environment.statement()))
    assert (status, code) == (403, "Forbidden") and "release policy" in message


def test_keys_that_environments_bring(keys, environment, attester):
    keys.create_ec_key("brought", curve="P-256", exportable=True, release_policy=policy(attester))
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key().public_numbers()
    for runtime in (
        None,
        {},
        {"keys": []},
        {"keys": [environment.jwk(kty="EC")]},
        {"keys": [environment.jwk(use="sig", key_ops=None)]},
        {"keys": [environment.jwk(key_ops=["sign"])]},
        {"keys": [environment.jwk(n=number(small.n))]},
        {"keys": [environment.jwk(n=b64(bytes(256)))]},
        {"keys": [environment.jwk(e=number(1))]},
        {"keys": [environment.jwk(e=number(4))]},
    ):
        status, code, _ = refusal(
            lambda: keys.release_key("brought", environment.statement(**{"x-ms-runtime": runtime}))
        )
        assert (status, code) == (400, "BadParameter"), runtime
    several = {"keys": [environment.jwk(key_ops=["sign"], kid="other"), environment.jwk()]}
    assert keys.release_key("brought", environment.statement(**{"x-ms-runtime": several})).value


def test_keys_that_do_not_leave(keys, environment, attester, wire):
    keys.create_ec_key("stays", curve="P-256")
    status, code, message = refusal(lambda: keys.release_key("stays", environment.statement()))
    assert (status, code) == (403, "Forbidden") and "not permitted" in message
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    off = keys.create_ec_key("off", curve="P-256", exportable=True, release_policy=policy(attester), expires_on=past)
    # It expired, and may leave all the same: what it protected is still there.
    assert keys.release_key("off", environment.statement()).value
    keys.update_key_properties("off", enabled=False)
    status, code, _ = refusal(lambda: keys.release_key("off", environment.statement()))
    assert (status, code) == (403, "Forbidden")
    status, code, _ = refusal(lambda: keys.release_key("none", environment.statement()))
    assert status == 404
    assert off.properties.version
    for body in ({}, {"target": ""}, {"target": 1}, {"target": "x", "enc": "none"}, {"target": "x", "nonce": "n" * 1025}):
        status, said = wire.ask("POST", "/keys/off//release", body)
        assert (status, said["error"]["code"]) == (400, "BadParameter"), body


def test_policies_that_are_none(wire, attester):
    claim = {"claim": "a", "equals": "b"}

    def top(**changes):
        whole = {"version": "1.0.0", "anyOf": [{"authority": attester.url, "allOf": [claim]}]}
        whole.update(changes)
        return {name: value for name, value in whole.items() if value is not None}

    def within(condition):
        return top(anyOf=[{"authority": attester.url, "allOf": [condition]}])

    def create(data, name="policy"):
        body = {
            "kty": "EC",
            "attributes": {"exportable": True},
            "release_policy": {"data": b64(json.dumps(data).encode())},
        }
        return wire.ask("POST", f"/keys/{name}/create", body)

    for wrong in (
        {},
        [],
        top(version=None),
        top(version="2.0.0"),
        top(anyOf=None),
        top(anyOf=[]),
        top(allOf=[]),
        top(more=1),
        top(anyOf=[{"authority": attester.url}]),
        top(anyOf=[{"allOf": [claim]}]),
        top(anyOf=[{"authority": attester.url, "allOf": []}]),
        top(anyOf=[{"authority": attester.url, "allOf": [claim], "anyOf": [claim]}]),
        top(anyOf=[{"authority": 1, "allOf": [claim]}]),
        within({}),
        within("claim"),
        within({"claim": "a"}),
        within({"claim": "a", "equal": "b"}),
        within({"claim": "a", "equals": "b", "notEquals": "c"}),
        within({"claim": "a", "equals": {"b": 1}}),
        within({"claim": "a", "equals": None}),
        within({"claim": "a", "less": "b"}),
        within({"claim": "a", "exists": 1}),
        within({"claim": "", "equals": "b"}),
        within({"claim": 1, "equals": "b"}),
        within({"anyOf": []}),
        within({"anyOf": [claim], "claim": "a"}),
    ):
        status, said = create(wrong)
        assert (status, said["error"]["code"]) == (400, "BadParameter"), wrong
    nested = claim
    for _ in range(12):
        nested = {"anyOf": [nested]}
    assert create(within(nested))[0] == 400
    for number, right in enumerate(
        (
            top(),
            top(version="1.0"),
            within({"claim": "a", "exists": True}),
            within({"claim": "a", "lessOrEquals": 1.5}),
            within({"allof": [{"anyof": [claim]}]}),
        )
    ):
        assert create(right, f"policy-{number}")[0] == 200, right


def test_immutable_policies_stay(keys, attester):
    first = policy(attester, immutable=True)
    keys.create_ec_key("for-good", curve="P-256", exportable=True, release_policy=first)
    other = policy(attester, {"claim": "other", "equals": 1})
    status, code, message = refusal(lambda: keys.update_key_properties("for-good", release_policy=other))
    assert (status, code) == (400, "BadParameter") and "AKV.SKR.1020" in message
    keys.create_ec_key("for-now", curve="P-256", exportable=True, release_policy=policy(attester))
    assert keys.update_key_properties("for-now", release_policy=other).properties.release_policy
    keys.create_ec_key("wrong", curve="P-256", exportable=True, release_policy=policy(attester))
    broken = KeyReleasePolicy(b"{}")
    status, code, _ = refusal(lambda: keys.update_key_properties("wrong", release_policy=broken))
    assert (status, code) == (400, "BadParameter")


def test_a_backup_takes_the_policy_along(keys, environment, attester):
    keys.create_ec_key("travels", curve="P-256", exportable=True, release_policy=policy(attester, immutable=True))
    keys.create_ec_key("settled", curve="P-256")
    for name in ("travels", "settled"):
        backup = keys.backup_key(name)
        keys.begin_delete_key(name).result()
        keys.purge_deleted_key(name)
        keys.restore_key_backup(backup)
    assert keys.release_key("travels", environment.statement()).value
    assert refusal(lambda: keys.update_key_properties("travels", release_policy=policy(attester, {"claim": "x", "equals": 1})))[0] == 400
    assert refusal(lambda: keys.release_key("settled", environment.statement()))[0] == 403


def test_only_whoever_may_release_makes_the_server_ask(shop, server, attester, environment, keys):
    keys.create_ec_key("asked", curve="P-256", exportable=True, release_policy=policy(attester))
    app = claviger(server, "app", "create", "reader")
    secret = claviger(server, "app", "add-secret", app["clientID"])["secret"]
    claviger(server, "assign", "one", "--role", "Key Vault Crypto User", "--principal", app["clientID"])
    reader = Shop.__new__(Shop)
    reader.server, reader.app, reader.secret = server, app, secret
    other = KeyClient(shop.vault, reader.credential(), **shop.options())

    asked = len(attester.requests)
    assert refusal(lambda: other.release_key("asked", environment.statement(Key("never-seen"))))[0] == 403
    assert len(attester.requests) == asked
    claviger(
        server, "assign", "one", "--role", "Key Vault Crypto Service Release User", "--principal", app["clientID"]
    )
    assert other.release_key("asked", environment.statement()).value


def test_an_authority_that_publishes_certificates(keys, environment, attester):
    keys.create_ec_key("certified", curve="P-256", exportable=True, release_policy=policy(attester))
    own = Key("certified")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(own.private.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(own.private, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)

    class Published:
        jwk = {"kty": "RSA", "kid": "certified", "x5c": [base64.b64encode(der).decode()]}

    attester.published.append(Published)
    try:
        assert keys.release_key("certified", environment.statement(own)).value
    finally:
        attester.published.remove(Published)


def test_releases_are_written_down_without_what_was_released(server, keys, environment, attester):
    keys.create_ec_key("noted", curve="P-256", exportable=True, release_policy=policy(attester))
    statement = environment.statement()
    keys.release_key("noted", statement)
    lines = server.audit_lines()
    noted = [line for line in lines if b"ReleaseKey" in line and b'"authority"' in line]
    assert noted and attester.url.encode() in noted[-1].replace(b"\\/", b"/")
    assert not any(statement.rsplit(".", 1)[1].encode() in line for line in lines)


def test_asynchronous_clients(shop, server, environment, attester):
    async def run():
        credential = shop.credential(AsyncClientSecretCredential)
        async with credential, AsyncKeyClient(shop.vault, credential, **shop.options()) as client:
            await client.create_ec_key("async", curve="P-256", exportable=True, release_policy=policy(attester))
            answer = await client.release_key("async", environment.statement())
            wrap = KeyExportEncryptionAlgorithm.ckm_rsa_aes_key_wrap
            assert environment.open(answer, signed(server, answer.value), wrap)

    asyncio.run(run())
