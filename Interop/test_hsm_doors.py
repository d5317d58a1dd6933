"""Keys of vaults and of KMIP whose material is on a PKCS#11 token (SoftHSM), by clients that ask for it in their protocol's words."""

import hashlib

import pytest
from azure.keyvault.keys import KeyReleasePolicy
from azure.keyvault.keys.crypto import EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from kmip.core.enums import (
    BlockCipherMode,
    CryptographicAlgorithm,
    ObjectType,
    Operation,
    QueryFunction,
    ResultReason,
)

import hsm_mode
from azure_vaults import Shop, fresh, refused
from kmip_client import Connection, attributes, attributes_of, identifier
from kmip_operations import CBC, ENCRYPT_AND_DECRYPT, HMAC, MAC_AND_VERIFY, PSS, SIGN, VERIFY, of_type
from kmip_server import House
from server import Server, clean_environment
from tokens import SoftToken
from ttlv import item

TEXT = b"sixteen bytes, or"[:16]
DIGEST = hashlib.sha256(b"message").digest()
V2_1 = (2, 1)
STAYS = [("Sensitive", True), ("Extractable", False)]
VECTOR = item("IVCounterNonce", bytes(16))
SOFTWARE, HARDWARE = 1, 2


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    return SoftToken(tmp_path_factory.mktemp("token")).make()


@pytest.fixture(scope="module")
def house(tmp_path_factory, token):
    environment = clean_environment(**token.settings(), CLAVIGER_CUSTODY_KEYS="hsm")
    server = House(tmp_path_factory.mktemp("server"), environment=environment)
    server.kmip_listen = "127.0.0.1:0"
    with server.serving() as running:
        yield running


@pytest.fixture(scope="module")
def shop(house, names):
    return Shop(house)


@pytest.fixture
def kmip(house):
    with Connection(house.kmip_client(), V2_1) as connection:
        yield connection


def objects(token):
    """CKA_ID of each private or secret key, with what pkcs11-tool says of it."""
    found, about = {}, []
    for kind in ("privkey", "secrkey"):
        for line in token.tool("--list-objects", "--type", kind).splitlines():
            if not line.startswith(" "):
                about = [line]
            about.append(line)
            if line.strip().startswith("ID:"):
                found[line.split()[-1]] = about
    return {name: "\n".join(lines) for name, lines in found.items()}


class Watch:
    """What comes to be on a token meanwhile."""

    def __init__(self, token):
        self.token = token
        self.before = objects(token)

    def made(self):
        return [about for name, about in objects(self.token).items() if name not in self.before]


def make(shop, kind, name):
    """A key of a kind that says where it belongs."""
    vault, hsm = shop.keys(), shop.keys(shop.hsm)
    if kind == "RSA-HSM":
        return vault.create_rsa_key(name, size=2048, hardware_protected=True)
    if kind == "EC-HSM":
        return vault.create_ec_key(name, curve="P-256", hardware_protected=True)
    return hsm.create_oct_key(name, size=256, hardware_protected=True)


def use(shop, key):
    """Uses a key in each way that the token has for its kind; fails when what comes back is wrong."""
    by = shop.crypto(key)
    if key.key_type == "EC-HSM":
        signature = by.sign(SignatureAlgorithm.es256, DIGEST).signature
        numbers = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        point = ec.EllipticCurvePublicNumbers(
            int.from_bytes(key.key.x, "big"), int.from_bytes(key.key.y, "big"), ec.SECP256R1()
        )
        chosen = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
        point.public_key().verify(utils.encode_dss_signature(*numbers), DIGEST, chosen)
    elif key.key_type == "RSA-HSM":
        public = rsa.RSAPublicNumbers(
            int.from_bytes(key.key.e, "big"), int.from_bytes(key.key.n, "big")
        ).public_key()
        signature = by.sign(SignatureAlgorithm.rs256, DIGEST).signature
        public.verify(signature, DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        signature = by.sign(SignatureAlgorithm.ps256, DIGEST).signature
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        public.verify(signature, DIGEST, pss, utils.Prehashed(hashes.SHA256()))
        wrapped = by.wrap_key(KeyWrapAlgorithm.rsa_oaep, TEXT).encrypted_key
        assert by.unwrap_key(KeyWrapAlgorithm.rsa_oaep, wrapped).key == TEXT
    else:
        sealed = by.encrypt(EncryptionAlgorithm.a256_gcm, b"text", additional_authenticated_data=b"more")
        opened = by.decrypt(
            EncryptionAlgorithm.a256_gcm, sealed.ciphertext, iv=sealed.iv, authentication_tag=sealed.tag,
            additional_authenticated_data=b"more",
        )
        assert opened.plaintext == b"text"
        sealed = by.encrypt(EncryptionAlgorithm.a256_cbcpad, b"text", iv=bytes(16)).ciphertext
        assert by.decrypt(EncryptionAlgorithm.a256_cbcpad, sealed, iv=bytes(16)).plaintext == b"text"
        wrapped = by.wrap_key(KeyWrapAlgorithm.aes_256, TEXT).encrypted_key
        assert len(wrapped) == 24 and by.unwrap_key(KeyWrapAlgorithm.aes_256, wrapped).key == TEXT


KINDS = ["RSA-HSM", "EC-HSM", "oct-HSM"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_a_vault_is_made_on_the_token_used_there_and_rotated_there(shop, token, kind):
    watch = Watch(token)
    key = make(shop, kind, fresh("kept"))
    (about,) = watch.made()
    assert "sensitive, always sensitive, never extractable, local" in about, about
    assert ("AES" in about) == (kind == "oct-HSM"), about
    assert key.properties.hsm_platform == "1"
    use(shop, key)
    client = shop.keys(shop.hsm if kind == "oct-HSM" else shop.vault)
    second = client.rotate_key(key.name)
    assert len(watch.made()) == 2
    use(shop, second)
    use(shop, key)


def test_keys_of_vaults_are_there_after_a_restart(house, shop):
    keys = [make(shop, kind, fresh("restarted")) for kind in KINDS]
    port = house.tls_endpoint.rsplit(":", 1)[1]
    sealed = shop.crypto(keys[2]).encrypt(EncryptionAlgorithm.a256_gcm, b"before")
    house.arguments = [*house.arguments, "--listen-tls", f"127.0.0.1:{port}"]
    house.restart()
    for key in keys:
        use(shop, key)
    opened = shop.crypto(keys[2]).decrypt(
        EncryptionAlgorithm.a256_gcm, sealed.ciphertext, iv=sealed.iv, authentication_tag=sealed.tag
    )
    assert opened.plaintext == b"before"


@pytest.mark.parametrize("kind", KINDS)
def test_no_backup_is_made_of_a_key_on_the_token(shop, kind):
    key = make(shop, kind, fresh("backup"))
    client = shop.keys(shop.hsm if kind == "oct-HSM" else shop.vault)
    with refused(400, "NotSupported") as raised:
        client.backup_key(key.name)
    assert "token" in str(raised.value)


def test_what_the_token_lacks_is_refused_by_name(shop):
    key = make(shop, "RSA-HSM", fresh("lacking"))
    with refused(400, "NotSupported") as raised:
        shop.crypto(key).encrypt(EncryptionAlgorithm.rsa_oaep_256, TEXT)
    assert hsm_mode.words(str(raised.value)) is not None
    key = shop.keys(shop.hsm).create_oct_key(
        fresh("lacking"), size=256, hardware_protected=True, key_operations=["sign", "verify"]
    )
    with refused(400, "NotSupported") as raised:
        shop.crypto(key).sign("HS256", DIGEST)
    assert hsm_mode.words(str(raised.value)) is not None


def test_what_may_leave_is_not_on_the_token(shop, token):
    watch = Watch(token)
    policy = KeyReleasePolicy(
        b'{"version": "1.0.0", "anyOf": [{"authority": "https://attest.example", "allOf": [{"claim": "a", "equals": "b"}]}]}'
    )
    key = shop.keys(shop.hsm).create_rsa_key(
        fresh("leaving"), size=2048, hardware_protected=True, exportable=True, release_policy=policy
    )
    assert key.properties.hsm_platform == "0" and watch.made() == []


def test_with_a_token_at_hand_a_kind_says_for_itself_where_it_belongs(tmp_path, names):
    token = SoftToken(tmp_path / "token").make()
    with Server(tmp_path / "server", environment=clean_environment(**token.settings())).serving() as server:
        shop = Shop(server)
        watch = Watch(token)
        software = shop.keys().create_rsa_key("software", size=2048)
        assert software.properties.hsm_platform == "0" and watch.made() == []
        shop.crypto(software).encrypt(EncryptionAlgorithm.rsa_oaep_256, TEXT)
        for kind in KINDS:
            use(shop, make(shop, kind, fresh("own")))
        assert len(watch.made()) == len(KINDS)


# KMIP


def created(kmip, algorithm, length, mask, *more):
    template = [
        ("CryptographicAlgorithm", algorithm), ("CryptographicLength", length), ("CryptographicUsageMask", mask), *more
    ]
    made = kmip.ask(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), attributes(V2_1, template)).done()
    name = made["UniqueIdentifier"].value
    kmip.ask(Operation.ACTIVATE, identifier(name)).done()
    return name


def seal(kmip, name, data=b"kept"):
    answer = kmip.ask(Operation.ENCRYPT, identifier(name), CBC, item("Data", data), VECTOR)
    return answer.done()["Data"].value


def unseal(kmip, name, data):
    return kmip.ask(Operation.DECRYPT, identifier(name), CBC, item("Data", data), VECTOR).done()["Data"].value


def told(kmip, name):
    return attributes_of(kmip.ask(Operation.GET_ATTRIBUTES, identifier(name)).done())


def masks_of(kmip):
    asked = kmip.ask(Operation.QUERY, item("QueryFunction", QueryFunction.QUERY_STORAGE_PROTECTION_MASKS)).done()
    return [mask.value for one in asked.all("ProtectionStorageMasks") for mask in one.all("ProtectionStorageMask")]


def test_a_sensitive_key_that_stays_is_on_the_token(house, kmip, token):
    watch = Watch(token)
    name = created(kmip, CryptographicAlgorithm.AES, 256, ENCRYPT_AND_DECRYPT, *STAYS)
    (about,) = watch.made()
    assert "AES" in about and "never extractable" in about, about
    sealed = seal(kmip, name)
    assert unseal(kmip, name, sealed) == b"kept"
    found = told(kmip, name)
    assert found["ProtectionStorageMask"] == [HARDWARE]
    assert "Digest" not in found and "RandomNumberGenerator" not in found
    for operation in (Operation.GET, Operation.EXPORT):
        kmip.ask(operation, identifier(name)).refused(ResultReason.SENSITIVE, ResultReason.NOT_EXTRACTABLE)
    newer = kmip.ask(Operation.REKEY, identifier(name)).done()["UniqueIdentifier"].value
    assert len(watch.made()) == 2
    kmip.ask(Operation.ACTIVATE, identifier(newer))
    assert unseal(kmip, newer, seal(kmip, newer)) == b"kept"
    assert told(kmip, newer)["ProtectionStorageMask"] == [HARDWARE]
    house.restart()
    with Connection(house.kmip_client(), V2_1) as again:
        assert unseal(again, name, sealed) == b"kept"


def test_a_key_that_may_leave_or_be_read_is_not_on_the_token(kmip, token):
    watch = Watch(token)
    for more in ([], STAYS[:1], STAYS[1:]):
        name = created(kmip, CryptographicAlgorithm.AES, 256, ENCRYPT_AND_DECRYPT, *more)
        assert unseal(kmip, name, seal(kmip, name)) == b"kept"
        assert told(kmip, name)["ProtectionStorageMask"] == [SOFTWARE]
    assert watch.made() == []


def demand(*masks):
    return item("ProtectionStorageMasks", [item("ProtectionStorageMask", mask) for mask in masks])


@pytest.mark.parametrize("more, here, elsewhere", [(STAYS, HARDWARE, SOFTWARE), ([], SOFTWARE, HARDWARE)], ids=["stays", "leaves"])
def test_a_key_is_not_made_where_the_client_does_not_want_it(kmip, token, more, here, elsewhere):
    template = attributes(V2_1, [("CryptographicAlgorithm", CryptographicAlgorithm.AES), ("CryptographicLength", 256), ("CryptographicUsageMask", ENCRYPT_AND_DECRYPT), *more])
    watch = Watch(token)
    kind = of_type(ObjectType.SYMMETRIC_KEY)
    kmip.ask(Operation.CREATE, kind, template, demand(elsewhere)).refused(ResultReason.PROTECTION_STORAGE_UNAVAILABLE)
    assert watch.made() == []
    made = kmip.ask(Operation.CREATE, kind, template, demand(elsewhere | here, here)).done()
    assert told(kmip, made["UniqueIdentifier"].value)["ProtectionStorageMask"] == [here]


@pytest.mark.parametrize("version, masks", [(V2_1, [SOFTWARE, HARDWARE]), ((2, 0), [SOFTWARE, HARDWARE]), ((1, 4), [])])
def test_a_server_says_that_it_has_both_places_to_whoever_has_words_for_it(house, version, masks):
    with Connection(house.kmip_client(), version) as kmip:
        assert masks_of(kmip) == masks


def test_a_server_whose_keys_are_in_software_says_so_although_it_has_a_token(tmp_path, token):
    server = House(tmp_path / "server", environment=clean_environment(**token.settings(), CLAVIGER_CUSTODY_KEYS="software"))
    server.kmip_listen = "127.0.0.1:0"
    with server.serving(), Connection(server.kmip_client(), V2_1) as kmip:
        assert masks_of(kmip) == [SOFTWARE]


def test_pairs_and_keys_of_codes_work_on_the_token(kmip, token):
    watch = Watch(token)
    made = kmip.ask(
        Operation.CREATE_KEY_PAIR,
        attributes(V2_1, [("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)], "Common"),
        attributes(V2_1, [("CryptographicUsageMask", SIGN), *STAYS], "PrivateKey"),
        attributes(V2_1, [("CryptographicUsageMask", VERIFY)], "PublicKey"),
    ).done()
    private, public = (made[f"{which}KeyUniqueIdentifier"].value for which in ("Private", "Public"))
    code_key = created(kmip, CryptographicAlgorithm.HMAC_SHA256, 256, MAC_AND_VERIFY, *STAYS)
    assert len(watch.made()) == 2
    where = [told(kmip, name)["ProtectionStorageMask"] for name in (private, public, code_key)]
    assert where == [[HARDWARE], [SOFTWARE], [HARDWARE]]
    for name in (private, public):
        kmip.ask(Operation.ACTIVATE, identifier(name)).done()
    signature = kmip.ask(Operation.SIGN, identifier(private), PSS, item("Data", b"text")).done()["SignatureData"]
    kmip.ask(Operation.SIGNATURE_VERIFY, identifier(public), PSS, item("Data", b"text"), signature).done()
    code = kmip.ask(Operation.MAC, identifier(code_key), HMAC, item("Data", b"text")).done()["MACData"]
    kmip.ask(Operation.MAC_VERIFY, identifier(code_key), HMAC, item("Data", b"text"), code).done()


def test_a_mode_that_the_token_lacks_is_refused_by_name(kmip):
    name = created(kmip, CryptographicAlgorithm.AES, 128, ENCRYPT_AND_DECRYPT, *STAYS)
    mode = item("CryptographicParameters", [item("BlockCipherMode", BlockCipherMode.CFB)])
    answer = kmip.ask(Operation.ENCRYPT, identifier(name), mode, item("Data", b"kept"), VECTOR)
    answer.refused()
    assert hsm_mode.words(answer.message) is not None
