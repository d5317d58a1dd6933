"""Keys that are brought into a vault sealed ("Bring your own key specification"), as a hardware module's tool seals them."""

import base64
import dataclasses
import hashlib
import secrets

import pytest
from azure.keyvault.keys import JsonWebKey
from azure.keyvault.keys.crypto import EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from azure_callers import Caller
from azure_transfers import OAEP, Blob, bring, damaged, make_exchange, pkcs8, sealed
from azure_vaults import claviger, encoded, fresh, refused

CURVES = {"P-256": ec.SECP256R1, "P-256K": ec.SECP256K1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}


@pytest.fixture(scope="module", params=["vault", "hsm"])
def keys(request, shop):
    return shop.keys(getattr(shop, request.param))


@pytest.fixture(scope="module")
def exchange(keys):
    return make_exchange(keys)


@pytest.mark.parametrize("size", [2048, 3072, 4096])
def test_rsa_keys(shop, keys, size):
    exchange = make_exchange(keys, size)
    private = rsa.generate_private_key(65537, size)
    key = bring(keys, Blob(exchange.id, sealed(exchange, pkcs8(private))), key_ops=["sign", "decrypt"])
    assert key.key_type == "RSA-HSM" and key.key_operations == ["sign", "decrypt"]
    assert int.from_bytes(key.key.n) == private.public_key().public_numbers().n
    ciphertext = private.public_key().encrypt(b"secret", OAEP)
    assert shop.crypto(key).decrypt(EncryptionAlgorithm.rsa_oaep, ciphertext).plaintext == b"secret"


@pytest.mark.parametrize("curve", CURVES)
def test_curves(shop, keys, exchange, curve):
    private = ec.generate_private_key(CURVES[curve]())
    key = bring(keys, Blob(exchange.id, sealed(exchange, pkcs8(private))), "EC", crv=curve)
    numbers = private.public_key().public_numbers()
    assert (key.key_type, key.key.crv) == ("EC-HSM", curve)
    assert (int.from_bytes(key.key.x), int.from_bytes(key.key.y)) == (numbers.x, numbers.y)


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_symmetric_keys_under_a_wrapping_key_of_any_length(shop, keys, exchange, bits):
    material = secrets.token_bytes(bits // 8)
    key = bring(keys, Blob(exchange.id, sealed(exchange, material, bits)), "oct-HSM")
    other = secrets.token_bytes(32)
    algorithm = KeyWrapAlgorithm(f"A{bits}KW")
    assert shop.crypto(key).wrap_key(algorithm, other).encrypted_key == aes_key_wrap(material, other)


def test_a_key_that_came_is_signed_with_and_does_not_leave(shop, keys, exchange):
    private = ec.generate_private_key(ec.SECP256R1())
    key = bring(keys, Blob(exchange.id, sealed(exchange, pkcs8(private))), "EC-HSM", crv="P-256")
    digest = hashlib.sha256(b"message").digest()
    signature = shop.crypto(key).sign(SignatureAlgorithm.es256, digest).signature
    assert shop.crypto(key).verify(SignatureAlgorithm.es256, digest, signature).is_valid
    assert not key.properties.exportable


def test_a_key_exchange_key_is_for_nothing_else(shop, keys, exchange):
    client = shop.crypto(exchange)
    for use in (
        lambda: client.decrypt(EncryptionAlgorithm.rsa_oaep, bytes(256)),
        lambda: client.unwrap_key(KeyWrapAlgorithm.rsa_oaep, bytes(256)),
        lambda: client.sign(SignatureAlgorithm.ps256, bytes(32)),
    ):
        with refused(403, "Forbidden", "KeyOperationForbidden"):
            use()
    with refused(400, "BadParameter"):
        keys.update_key_properties(exchange.name, key_operations=["unwrapKey"])


@pytest.mark.parametrize("how", ["no key exchange key", "switched off", "expired", "not yet", "software"])
def test_keys_under_which_nothing_comes(shop, keys, how):
    if how == "software" and keys.vault_url == shop.hsm:
        pytest.skip("a managed HSM has none of those")
    wire = shop.wire(keys.vault_url)
    body = {"kty": "RSA-HSM", "key_ops": ["import"], "attributes": {}}
    if how == "no key exchange key":
        body["key_ops"] = ["import", "unwrapKey"]
    elif how == "software":
        body["kty"] = "RSA"
    else:
        body["attributes"] = {"switched off": {"enabled": False}, "expired": {"exp": 5}, "not yet": {"nbf": 4000000000}}[how]
    name = fresh("wrong")
    status, _ = wire.ask("POST", f"/keys/{name}/create", body)
    assert status == 200
    key = keys.get_key(name)
    inner = {"switched off": "KeyDisabled", "expired": "KeyNotYetValidOrExpired", "not yet": "KeyNotYetValidOrExpired"}
    with refused(403, "Forbidden", inner.get(how, "KeyOperationForbidden")):
        bring(keys, Blob(key.id, sealed(key, bytes(16))), "oct-HSM")


def test_a_key_whose_private_half_came_from_elsewhere_opens_nothing(keys):
    private = rsa.generate_private_key(65537, 2048)
    n, p = private.public_key().public_numbers().n, private.private_numbers()
    number = lambda value: value.to_bytes((value.bit_length() + 7) // 8)
    jwk = JsonWebKey(kty="RSA-HSM", n=number(n), e=b"\1\0\1", d=number(p.d), p=number(p.p), q=number(p.q), dp=number(p.dmp1),
                     dq=number(p.dmq1), qi=number(p.iqmp), key_ops=["import"])
    key = keys.import_key(fresh("elsewhere"), jwk, hardware_protected=True)
    with refused(400, "BadParameter"):
        bring(keys, Blob(key.id, sealed(key, bytes(16))), "oct-HSM")


def test_what_comes_under_a_key_of_another_vault_is_refused(shop, keys, exchange):
    other = shop.keys(shop.hsm if keys.vault_url == shop.vault else shop.vault)
    with refused(400, "BadParameter"):
        bring(other, Blob(exchange.id, sealed(exchange, bytes(16))), "oct-HSM")


def test_a_blob_is_taken_in_either_base64(shop, keys, exchange):
    """Azure's clients write the one for URLs, its documentation the other."""
    for text in (base64.b64encode, base64.urlsafe_b64encode):
        data = Blob(exchange.id, sealed(exchange, bytes(range(16)))).data() + b"  "
        blob = text(data).decode()
        if text is base64.urlsafe_b64encode:
            blob = blob.rstrip("=")
        status, said = shop.wire(keys.vault_url).ask("PUT", f"/keys/{fresh('either')}", {"key": {"kty": "oct-HSM", "key_hsm": blob}})
        assert status == 200, said


BAD_BLOBS = {
    "nothing": lambda blob: b"{}",
    "no object": lambda blob: b"[]",
    "no JSON": lambda blob: b"\xff\xfe",
    "another schema": lambda blob: dataclasses.replace(blob, schema="1.0.1"),
    "a schema that is a number": lambda blob: dataclasses.replace(blob, schema=1),
    "another algorithm": lambda blob: dataclasses.replace(blob, alg="RSA-OAEP"),
    "another encryption": lambda blob: dataclasses.replace(blob, enc="A256GCM"),
    "a null": lambda blob: dataclasses.replace(blob, enc=None),
    "no ciphertext": lambda blob: dataclasses.replace(blob, ciphertext=b""),
    "a short one": lambda blob: dataclasses.replace(blob, ciphertext=blob.ciphertext[:100]),
    "half": lambda blob: dataclasses.replace(blob, ciphertext=blob.ciphertext[:256]),
    "a byte less": lambda blob: dataclasses.replace(blob, ciphertext=blob.ciphertext[:-1]),
    "a byte more": lambda blob: dataclasses.replace(blob, ciphertext=blob.ciphertext + b"\0"),
    "a damaged key": lambda blob: dataclasses.replace(blob, ciphertext=damaged(blob.ciphertext, 255)),
    "damaged material": lambda blob: dataclasses.replace(blob, ciphertext=damaged(blob.ciphertext, -1)),
    "too much": lambda blob: dataclasses.replace(blob, ciphertext=bytes(20_000)),
    "a kid that is none": lambda blob: dataclasses.replace(blob, kid="exchange"),
    "no kid": lambda blob: dataclasses.replace(blob, kid=None),
}


@pytest.mark.parametrize("what", BAD_BLOBS)
def test_whatever_is_wrong_with_a_blob_is_told_in_azure_s_way(keys, exchange, what):
    good = Blob(exchange.id, sealed(exchange, bytes(16)))
    with refused(400, "BadParameter") as raised:
        bring(keys, BAD_BLOBS[what](good), "oct-HSM")
    # Which layer it was that didn't open, nobody is told.
    if what in ("a damaged key", "damaged material"):
        assert "The parameter is incorrect." in raised.value.message


@pytest.mark.parametrize("kty, material", [("RSA-HSM", "curve"), ("EC-HSM", "rsa"), ("oct-HSM", "curve"), ("RSA-HSM", "noise")])
def test_material_of_another_kind_is_refused(keys, exchange, kty, material):
    data = {
        "curve": lambda: pkcs8(ec.generate_private_key(ec.SECP256R1())),
        "rsa": lambda: pkcs8(rsa.generate_private_key(65537, 2048)),
        "noise": lambda: bytes(1216),
    }[material]()
    more = {"crv": "P-256"} if kty == "EC-HSM" else {}
    with refused(400, "BadParameter"):
        bring(keys, Blob(exchange.id, sealed(exchange, data)), kty, **more)


@pytest.mark.parametrize("kty", ["OKP-HSM", "AKP-HSM"])
def test_kinds_that_do_not_come_so(keys, exchange, kty):
    with refused(400, "NotSupported"):
        bring(keys, Blob(exchange.id, sealed(exchange, bytes(32))), kty)


def test_it_takes_the_right_to_import_both_on_the_name_and_on_the_key_exchange_key(server, shop):
    keys = shop.keys()
    exchange = make_exchange(keys)
    body = {"key": {"kty": "oct-HSM", "key_hsm": encoded(Blob(exchange.id, sealed(exchange, bytes(16))).data())}}
    role = "Key Vault Crypto Officer"
    for word, scopes, status in (
        ("none", [], 403), ("name", ["/keys/target"], 403), ("key", [f"/keys/{exchange.name}"], 403),
        ("both", ["/keys/target", f"/keys/{exchange.name}"], 200),
    ):
        caller = Caller(server, "transfer-" + word)
        for scope in scopes:
            claviger(server, "assign", "one", "--role", role, "--principal", caller.client, "--scope", scope)
        answer = caller.ask("one", "PUT", "/keys/target", body)
        assert answer.status == status, (word, answer)
        if status == 403:
            assert answer.inner == "ForbiddenByRbac"
            # Nor whether there is such a key.
            elsewhere = {"key": {"kty": "oct-HSM", "key_hsm": encoded(Blob(exchange.id.replace("exchange", "gone"), bytes(280)).data())}}
            if word != "name":
                assert caller.ask("one", "PUT", "/keys/target", elsewhere).status == 403, word
