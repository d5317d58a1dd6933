"""Keys in vaults by Azure's own client, unchanged: what it makes, uses here and uses there."""

import asyncio
import datetime
import hashlib

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.keyvault.keys import ApiVersion, JsonWebKey, KeyClient, KeyRotationLifetimeAction, KeyRotationPolicy
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap, aes_key_wrap_with_padding


RSA_SIGNATURES = ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]
CURVES = {"P-256": ("ES256", 32), "P-384": ("ES384", 48), "P-521": ("ES512", 66), "P-256K": ("ES256K", 32)}
HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def keys(shop):
    return shop.keys()


@pytest.fixture(scope="module")
def hsm(shop):
    return shop.keys(shop.hsm)


@pytest.fixture(scope="module")
def crypto(shop):
    """A client for a key: one that asks the server for everything, or one that does what it can itself."""

    def client(key, remote):
        return shop.crypto(key) if remote else CryptographyClient(key, shop.credential(), **shop.options())

    return client


def digest(algorithm):
    return HASHES["256" if algorithm == "ES256K" else str(algorithm)[2:5]](b"message").digest()


def test_an_rsa_key_is_as_it_was_asked_for(keys):
    key = keys.create_rsa_key("rsa-3072", size=3072, tags={"a": "b"}, expires_on=NOW + datetime.timedelta(days=30))
    assert (key.key_type, len(key.key.n), key.key.e) == ("RSA", 384, b"\1\0\1")
    assert sorted(key.key_operations) == ["decrypt", "encrypt", "sign", "unwrapKey", "verify", "wrapKey"]
    assert key.properties.tags == {"a": "b"} and key.properties.enabled
    assert key.properties.expires_on == NOW + datetime.timedelta(days=30)
    assert key.properties.recovery_level == "Recoverable+Purgeable" and key.properties.recoverable_days == 90
    assert keys.get_key("rsa-3072").key.n == key.key.n == keys.get_key("RSA-3072", key.properties.version).key.n
    (listed,) = [one for one in keys.list_properties_of_keys() if one.name == "rsa-3072"]
    for name in ("created_on", "updated_on", "expires_on", "enabled", "recovery_level", "hsm_platform", "tags"):
        assert getattr(listed, name) == getattr(key.properties, name), name


@pytest.mark.parametrize("curve", CURVES)
def test_signatures_of_curves_agree_here_and_there(keys, crypto, curve):
    algorithm, width = CURVES[curve]
    key = keys.create_ec_key(f"ec-{curve}", curve=curve)
    assert key.key.crv == curve and len(key.key.x) == len(key.key.y) == width
    there, here = crypto(key, True), crypto(key, False)
    signature = there.sign(algorithm, digest(algorithm)).signature
    assert len(signature) == 2 * width
    assert here.verify(algorithm, digest(algorithm), signature).is_valid
    assert there.verify(algorithm, digest(algorithm), signature).is_valid
    damaged = bytes([signature[0] ^ 1]) + signature[1:]
    assert not here.verify(algorithm, digest(algorithm), damaged).is_valid
    assert not there.verify(algorithm, digest(algorithm), damaged).is_valid


@pytest.mark.parametrize("algorithm", RSA_SIGNATURES)
def test_signatures_of_rsa_agree_here_and_there(keys, crypto, rsa_key, algorithm):
    there, here = crypto(rsa_key, True), crypto(rsa_key, False)
    signature = there.sign(algorithm, digest(algorithm)).signature
    assert here.verify(algorithm, digest(algorithm), signature).is_valid
    assert there.verify(algorithm, digest(algorithm), signature).is_valid
    assert not there.verify(algorithm, digest(algorithm), bytes(256)).is_valid


@pytest.fixture(scope="module")
def rsa_key(keys):
    return keys.create_rsa_key("rsa", size=2048)


@pytest.mark.parametrize("algorithm", ["RSA-OAEP", "RSA-OAEP-256", "RSA1_5"])
@pytest.mark.parametrize("remote", [True, False])
def test_what_is_encrypted_here_or_there_opens_there(crypto, rsa_key, algorithm, remote):
    there, maker = crypto(rsa_key, True), crypto(rsa_key, remote)
    sealed = maker.encrypt(algorithm, b"message")
    assert sealed.key_id == rsa_key.id
    assert there.decrypt(algorithm, sealed.ciphertext).plaintext == b"message"
    wrapped = maker.wrap_key(algorithm, bytes(32))
    assert there.unwrap_key(algorithm, wrapped.encrypted_key).key == bytes(32)


def brought_rsa():
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.private_numbers()
    public = numbers.public_numbers

    def text(number):
        return number.to_bytes((number.bit_length() + 7) // 8)

    return private, JsonWebKey(
        kty="RSA",
        n=text(public.n),
        e=text(public.e),
        d=text(numbers.d),
        p=text(numbers.p),
        q=text(numbers.q),
        dp=text(numbers.dmp1),
        dq=text(numbers.dmq1),
        qi=text(numbers.iqmp),
        key_ops=["encrypt", "decrypt", "sign", "verify"],
    )


def test_a_key_that_is_brought_is_used_there_and_its_public_half_here(keys, crypto):
    private, jwk = brought_rsa()
    key = keys.import_key("brought", jwk)
    assert key.key.n == jwk.n and not key.key.d and not key.key.p
    there, here = crypto(key, True), crypto(key, False)
    signature = there.sign("RS256", digest("RS256")).signature
    assert here.verify("RS256", digest("RS256"), signature).is_valid
    with pytest.raises(HttpResponseError) as told:
        there.wrap_key("RSA-OAEP", b"key")
    assert told.value.status_code == 403 and "wrapKey is not permitted on this key" in told.value.message


@pytest.mark.parametrize("name,curve", [("P-256", ec.SECP256R1()), ("P-521", ec.SECP521R1()), ("P-256K", ec.SECP256K1())])
def test_curves_that_are_brought_sign(keys, crypto, name, curve):
    private = ec.generate_private_key(curve)
    numbers, width = private.private_numbers(), CURVES[name][1]
    public = numbers.public_numbers
    jwk = JsonWebKey(
        kty="EC",
        crv=name,
        d=numbers.private_value.to_bytes(width),
        x=public.x.to_bytes(width),
        y=public.y.to_bytes(width),
    )
    key = keys.import_key(f"brought-{name}", jwk)
    algorithm = CURVES[name][0]
    signature = crypto(key, True).sign(algorithm, digest(algorithm)).signature
    r, s = int.from_bytes(signature[:width]), int.from_bytes(signature[width:])
    hash_ = {"ES512": hashes.SHA512()}.get(algorithm, hashes.SHA256())
    private.public_key().verify(
        utils.encode_dss_signature(r, s), digest(algorithm), ec.ECDSA(utils.Prehashed(hash_))
    )


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_symmetric_keys_agree_with_others(hsm, crypto, bits):
    secret = bytes(range(bits // 8))
    key = hsm.import_key(f"oct-{bits}", JsonWebKey(kty="oct", k=secret, key_ops=["encrypt", "decrypt", "wrapKey", "unwrapKey"]))
    assert key.key_type == "oct-HSM" and not key.key.k
    there = crypto(key, True)

    sealed = there.encrypt(f"A{bits}GCM", b"message", additional_authenticated_data=b"more")
    assert len(sealed.iv) == 12 and len(sealed.tag) == 16
    assert AESGCM(secret).decrypt(sealed.iv, sealed.ciphertext + sealed.tag, b"more") == b"message"
    opened = there.decrypt(
        f"A{bits}GCM", sealed.ciphertext, iv=sealed.iv, authentication_tag=sealed.tag, additional_authenticated_data=b"more"
    )
    assert opened.plaintext == b"message"

    sealed = there.encrypt(f"A{bits}CBC", b"message", iv=bytes(16))
    raw = Cipher(algorithms.AES(secret), modes.CBC(bytes(16))).encryptor()
    assert sealed.ciphertext == raw.update(b"message" + bytes(9)) + raw.finalize()
    assert there.decrypt(f"A{bits}CBC", sealed.ciphertext, iv=bytes(16)).plaintext == b"message" + bytes(9)
    sealed = there.encrypt(f"A{bits}CBCPAD", b"message", iv=bytes(16))
    assert there.decrypt(f"A{bits}CBCPAD", sealed.ciphertext, iv=bytes(16)).plaintext == b"message"

    wrapped = there.wrap_key(f"A{bits}KW", bytes(24)).encrypted_key
    assert wrapped == aes_key_wrap(secret, bytes(24)) == there.wrap_key("CKM_AES_KEY_WRAP", bytes(24)).encrypted_key
    assert there.unwrap_key(f"A{bits}KW", wrapped).key == bytes(24)
    padded = there.wrap_key("CKM_AES_KEY_WRAP_PAD", b"short").encrypted_key
    assert padded == aes_key_wrap_with_padding(secret, b"short")
    assert there.unwrap_key("CKM_AES_KEY_WRAP_PAD", padded).key == b"short"


def test_codes_are_made_and_checked(hsm, crypto):
    key = hsm.import_key("mac", JsonWebKey(kty="oct", k=bytes(32), key_ops=["sign", "verify"]))
    there = crypto(key, True)
    for bits in ("256", "384", "512"):
        code = there.sign(f"HS{bits}", digest(f"HS{bits}")).signature
        assert len(code) == int(bits) // 8
        assert there.verify(f"HS{bits}", digest(f"HS{bits}"), code).is_valid
        assert not there.verify(f"HS{bits}", digest(f"HS{bits}"), bytes(len(code))).is_valid


def test_attributes_are_changed_and_enforced(keys, crypto):
    key = keys.create_ec_key("changing", not_before=NOW - datetime.timedelta(days=2))
    before = key.properties.updated_on
    expired = keys.update_key_properties("changing", expires_on=NOW - datetime.timedelta(days=1))
    assert expired.properties.updated_on > before
    there = crypto(key, True)
    with pytest.raises(HttpResponseError) as told:
        there.sign("ES256", digest("ES256"))
    assert told.value.status_code == 403
    assert not there.verify("ES256", digest("ES256"), bytes(64)).is_valid
    keys.update_key_properties("changing", expires_on=NOW + datetime.timedelta(days=1), enabled=False)
    with pytest.raises(HttpResponseError) as told:
        there.sign("ES256", digest("ES256"))
    assert told.value.status_code == 403 and "disabled" in told.value.message
    assert not keys.get_key("changing").properties.enabled
    updated = keys.update_key_properties("changing", enabled=True, key_operations=["sign"], tags={"c": "d"})
    assert updated.key_operations == ["sign"] and updated.properties.tags == {"c": "d"}
    assert there.sign("ES256", digest("ES256")).signature


def test_a_key_is_rotated_by_hand_and_has_a_policy(keys):
    first = keys.create_rsa_key("turning")
    second = keys.rotate_key("turning")
    assert second.properties.version != first.properties.version and second.key.n != first.key.n
    assert {one.version for one in keys.list_properties_of_key_versions("turning")} == {
        first.properties.version,
        second.properties.version,
    }
    usual = keys.get_key_rotation_policy("turning")
    assert [(one.action, one.time_before_expiry) for one in usual.lifetime_actions] == [("Notify", "P30D")]
    actions = [KeyRotationLifetimeAction("rotate", time_after_create="P2M")]
    kept = keys.update_key_rotation_policy("turning", KeyRotationPolicy(), lifetime_actions=actions, expires_in="P90D")
    assert kept.expires_in == "P90D" and kept.updated_on
    again = keys.get_key_rotation_policy("turning")
    assert [(one.action, one.time_after_create, one.time_before_expiry) for one in again.lifetime_actions] == [
        ("Rotate", "P2M", None),
        ("Notify", None, "P30D"),
    ]
    with pytest.raises(HttpResponseError) as told:
        keys.update_key_rotation_policy("turning", KeyRotationPolicy(), expires_in="P1D")
    assert told.value.status_code == 400


def test_a_deleted_key_comes_back_or_is_gone(keys):
    key = keys.create_ec_key("leaving")
    deleted = keys.begin_delete_key("leaving").result()
    assert deleted.recovery_id.endswith("/deletedkeys/leaving") and deleted.scheduled_purge_date > NOW
    with pytest.raises(ResourceNotFoundError):
        keys.get_key("leaving")
    with pytest.raises(ResourceExistsError):
        keys.create_ec_key("leaving")
    assert "leaving" in {one.name for one in keys.list_deleted_keys()}
    assert keys.begin_recover_deleted_key("leaving").result().id == key.id
    assert keys.get_key("leaving").key.x == key.key.x
    keys.begin_delete_key("leaving").wait()
    keys.purge_deleted_key("leaving")
    with pytest.raises(ResourceNotFoundError):
        keys.get_deleted_key("leaving")


def test_lists_have_pages(keys):
    made = {keys.create_ec_key(f"page-{number}").name for number in range(30)}
    listed = [one.name for one in keys.list_properties_of_keys() if one.name.startswith("page-")]
    assert len(listed) == 30 and set(listed) == made


def test_random_bytes(hsm):
    assert len(hsm.get_random_bytes(100)) == 100
    assert hsm.get_random_bytes(16) != hsm.get_random_bytes(16)


@pytest.mark.parametrize("version", list(ApiVersion))
def test_every_version_of_the_protocol_is_served(shop, version):
    with KeyClient(shop.vault, shop.credential(), api_version=version, **shop.options()) as client:
        name = "of-" + str(version.value).replace(".", "-")
        assert client.create_ec_key(name).id == client.get_key(name).id


def test_mistakes_are_told_in_azures_words(keys, crypto):
    with pytest.raises(ResourceNotFoundError) as told:
        keys.get_key("nothing")
    assert told.value.error.code == "KeyNotFound" and "was not found in this key vault" in told.value.message
    with pytest.raises(HttpResponseError) as told:
        keys.create_key("bad_name", "EC")
    assert told.value.status_code == 400 and told.value.error.code == "BadParameter"
    with pytest.raises(HttpResponseError) as told:
        keys.create_rsa_key("short", size=1024)
    assert told.value.error.code == "BadParameter"
    there = crypto(keys.create_ec_key("mistaken"), True)
    with pytest.raises(HttpResponseError) as told:
        there.sign("RS256", digest("RS256"))
    assert "Key and signing algorithm are incompatible" in told.value.message
    with pytest.raises(HttpResponseError) as told:
        there.sign("ES256", b"short")
    assert "Invalid length of 'value': 5 bytes. ES256 requires 32 bytes" in told.value.message


def test_one_key_over_two_protocols(server, keys, crypto):
    key = keys.create_ec_key("shared")
    identifier = key.properties.version
    identifier = "-".join(
        [identifier[:8], identifier[8:12], identifier[12:16], identifier[16:20], identifier[20:]]
    )
    kms = server.client()
    signed = kms.sign(
        KeyId=identifier, Message=digest("ES256"), MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256"
    )
    r, s = utils.decode_dss_signature(signed["Signature"])
    assert crypto(key, True).verify("ES256", digest("ES256"), r.to_bytes(32) + s.to_bytes(32)).is_valid
    keys.update_key_properties("shared", enabled=False)
    with pytest.raises(kms.exceptions.DisabledException):
        kms.sign(KeyId=identifier, Message=digest("ES256"), MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")


def test_the_asynchronous_client(shop):
    async def work():
        async with (
            shop.credential(AsyncClientSecretCredential) as credential,
            AsyncKeyClient(shop.vault, credential, **shop.options()) as client,
        ):
            made = await client.create_rsa_key("async")
            assert (await client.get_key("async")).id == made.id
            poller = await client.delete_key("async")
            assert poller.recovery_id
            return [one.name async for one in client.list_deleted_keys()]

    assert "async" in asyncio.run(work())


def test_the_client_knows_no_algorithm_that_is_missing(keys, hsm, crypto, rsa_key):
    """Every name in the client's own lists is one that the server takes."""
    clients = {"RS": crypto(rsa_key, True), "PS": crypto(rsa_key, True)}
    for algorithm in SignatureAlgorithm:
        client = clients.get(algorithm.value[:2])
        if client:
            assert client.sign(algorithm, digest(algorithm.value)).signature
    aes = {bits: crypto(hsm.create_oct_key(f"all-{bits}", size=bits), True) for bits in (128, 192, 256)}
    for algorithm in EncryptionAlgorithm:
        if algorithm.value.startswith("A"):
            client = aes[int(algorithm.value[1:4])]
            more = {} if "GCM" in algorithm.value else {"iv": bytes(16)}
            assert client.encrypt(algorithm, bytes(16), **more).ciphertext
    for algorithm in KeyWrapAlgorithm:
        client = crypto(rsa_key, True) if algorithm.value.startswith("RSA") else aes[256]
        if algorithm.value in ("A128KW", "A192KW"):
            client = aes[int(algorithm.value[1:4])]
        assert client.wrap_key(algorithm, bytes(16)).encrypted_key
