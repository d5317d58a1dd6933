"""One key, three protocols: what is made or done over one of Azure, AWS and KMIP is there, holds and is written down for the others."""

import hashlib
import json

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from azure.keyvault.keys.crypto._providers import NoLocalCryptography
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from kmip.core.enums import CryptographicAlgorithm, ObjectType, Operation, ResultReason

from azure_names import resolved
from azure_vaults import Shop
from expect import refused
from kmip_client import Connection, attribute, attributes, identifier, references
from kmip_operations import SHA_256, WRAP_AND_UNWRAP, of_type
from server import run_claviger
from ttlv import item

MESSAGE = b"one house"
DIGEST = hashlib.sha256(MESSAGE).digest()
NOBODY = ResultReason.PERMISSION_DENIED


@pytest.fixture(autouse=True, scope="module")
def names():
    with resolved():
        yield


@pytest.fixture(scope="module")
def kms(kmip_house):
    return kmip_house.client()


@pytest.fixture(scope="module")
def shop(kmip_house, names):
    return Shop(kmip_house)


@pytest.fixture(scope="module")
def keys(shop):
    return KeyClient(shop.vault, shop.credential(), **shop.options())


@pytest.fixture(scope="module")
def hsm(shop):
    return KeyClient(shop.hsm, shop.credential(), **shop.options())


@pytest.fixture(scope="module")
def crypto(shop):
    """A client for a key that asks the server for everything."""

    def client(key):
        made = CryptographyClient(key.id, shop.credential(), **shop.options())
        made._initialized = True
        made._local_provider = NoLocalCryptography()
        return made

    return client


def uuid_of(key):
    """A version of a key as the other protocols call it."""
    digits = key.properties.version
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def arn_of(kms, key):
    return kms.describe_key(KeyId=uuid_of(key))["KeyMetadata"]["Arn"]


def der(signature):
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))


def public(key):
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(key.key.x), int.from_bytes(key.key.y), ec.SECP256R1())
    return numbers.public_key()


def checks(key, signature):
    public(key).verify(signature, MESSAGE, ec.ECDSA(hashes.SHA256()))


def signed_over_aws(kms, name):
    return kms.sign(KeyId=name, Message=DIGEST, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")["Signature"]


def sign_over_kmip(kmip, name):
    return kmip.ask(Operation.SIGN, identifier(name), SHA_256, item("Data", MESSAGE))


def found_over_kmip(kmip):
    found = kmip.ask(Operation.LOCATE, attribute((1, 4), "ObjectType", ObjectType.PRIVATE_KEY)).done()
    return [one.value for one in found.all("UniqueIdentifier")]


def adopt(house, vault, name, key):
    answer = run_claviger("vault", "adopt", vault, name, "--key", key, "--data-dir", house.data, "--json")
    return json.loads(answer.stdout) if answer.returncode == 0 else answer.stderr


class TestAKeyMadeInAVault:
    def test_it_signs_over_all_three(self, kms, kmip, keys, crypto):
        key = keys.create_ec_key("signs", curve="P-256")
        name = uuid_of(key)
        checks(key, der(crypto(key).sign(SignatureAlgorithm.es256, DIGEST).signature))
        checks(key, signed_over_aws(kms, arn_of(kms, key)))
        checks(key, sign_over_kmip(kmip, name).done()["SignatureData"].value)

    def test_it_is_found_over_kmip_by_whoever_may(self, kmip_house, kmip, keys):
        key = keys.create_ec_key("found", curve="P-256")
        assert uuid_of(key) in found_over_kmip(kmip)
        stranger = kmip_house.kmip_client("stranger", roles=())
        with Connection(stranger) as connection:
            listed = connection.ask(Operation.LOCATE, attribute((1, 4), "ObjectType", ObjectType.PRIVATE_KEY))
            assert uuid_of(key) not in str(listed)
            connection.ask(Operation.GET_ATTRIBUTES, identifier(uuid_of(key)), *references((1, 4), "State")).refused(
                NOBODY, ResultReason.ITEM_NOT_FOUND
            )

    def test_a_denial_in_its_policy_denies_over_all_three(self, kms, kmip, keys, crypto):
        key = keys.create_ec_key("denied", curve="P-256")
        arn = arn_of(kms, key)
        policy = json.loads(kms.get_key_policy(KeyId=arn)["Policy"])
        policy["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "kms:Sign", "Resource": "*"})
        kms.put_key_policy(KeyId=arn, Policy=json.dumps(policy))
        with refused("AccessDeniedException"):
            signed_over_aws(kms, arn)
        sign_over_kmip(kmip, uuid_of(key)).refused(NOBODY)
        with pytest.raises(HttpResponseError) as caught:
            crypto(key).sign(SignatureAlgorithm.es256, DIGEST)
        assert caught.value.status_code == 403

    def test_switching_it_off_anywhere_switches_it_off_everywhere(self, kms, kmip, keys, crypto):
        key = keys.create_ec_key("switched", curve="P-256")
        arn = arn_of(kms, key)
        keys.update_key_properties("switched", enabled=False)
        assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Disabled"
        with refused("DisabledException"):
            signed_over_aws(kms, arn)
        kms.enable_key(KeyId=arn)
        assert keys.get_key("switched").properties.enabled
        kms.disable_key(KeyId=arn)
        assert keys.get_key("switched").properties.enabled is False
        with pytest.raises(HttpResponseError) as caught:
            crypto(key).sign(SignatureAlgorithm.es256, DIGEST)
        assert caught.value.status_code == 403

    def test_deleting_it_in_the_vault_is_seen_over_aws(self, kms, keys):
        key = keys.create_ec_key("deleted", curve="P-256")
        arn = arn_of(kms, key)
        keys.begin_delete_key("deleted").wait()
        assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "PendingDeletion"
        keys.begin_recover_deleted_key("deleted").wait()
        assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Enabled"

    def test_one_log_holds_all_of_it(self, kmip_house, kms, kmip, keys, crypto):
        key = keys.create_ec_key("logged", curve="P-256")
        crypto(key).sign(SignatureAlgorithm.es256, DIGEST)
        signed_over_aws(kms, arn_of(kms, key))
        sign_over_kmip(kmip, uuid_of(key)).done()
        lines = [json.loads(line) for line in kmip_house.audit_lines() if uuid_of(key).encode() in line]
        doors = [line["door"] for line in lines if line["operation"] == "Sign"]
        assert sorted(doors) == ["aws", "azure", "kmip"]
        answer = run_claviger("audit", "verify", "--data-dir", kmip_house.data)
        assert answer.returncode == 0, answer.stdout + answer.stderr


class TestAKeyOfAWSThatIsAdopted:
    @pytest.fixture(scope="class")
    def adopted(self, kmip_house, kms, shop):
        made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        told = adopt(kmip_house, "one", "till", made["Arn"])
        assert told["resource"] == made["Arn"] and told["url"].endswith("/keys/till")
        return made

    def test_it_is_read_and_signs_by_its_name(self, kms, keys, crypto, adopted):
        key = keys.get_key("till")
        assert key.properties.version == adopted["KeyId"].replace("-", "") and key.properties.enabled
        assert key.key_operations == ["sign", "verify"] and key.key_type == "EC"
        checks(key, der(crypto(key).sign(SignatureAlgorithm.es256, DIGEST).signature))
        made = signed_over_aws(kms, adopted["KeyId"])
        public(key).verify(made, MESSAGE, ec.ECDSA(hashes.SHA256()))

    def test_it_is_listed_as_it_is_read(self, keys, adopted):
        read = keys.get_key("till").properties
        listed = {one.name: one for one in keys.list_properties_of_keys()}["till"]
        assert listed.enabled == read.enabled and listed.created_on == read.created_on
        assert [one.version for one in keys.list_properties_of_key_versions("till")] == [read.version]

    def test_states_are_seen_from_both_sides(self, kms, keys, crypto, adopted):
        key = keys.get_key("till")
        kms.disable_key(KeyId=adopted["KeyId"])
        assert keys.get_key("till").properties.enabled is False
        with pytest.raises(HttpResponseError) as caught:
            crypto(key).sign(SignatureAlgorithm.es256, DIGEST)
        assert caught.value.status_code == 403
        keys.update_key_properties("till", enabled=True)
        assert kms.describe_key(KeyId=adopted["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"
        keys.update_key_properties("till", enabled=False)
        assert kms.describe_key(KeyId=adopted["KeyId"])["KeyMetadata"]["KeyState"] == "Disabled"
        kms.enable_key(KeyId=adopted["KeyId"])

    def test_what_is_to_be_destroyed_isnt_there_meanwhile(self, kms, keys, adopted):
        kms.schedule_key_deletion(KeyId=adopted["KeyId"], PendingWindowInDays=7)
        with pytest.raises(ResourceNotFoundError):
            keys.get_key("till")
        kms.cancel_key_deletion(KeyId=adopted["KeyId"])
        kms.enable_key(KeyId=adopted["KeyId"])
        assert keys.get_key("till").properties.enabled

    def test_what_is_its_own_protocols_to_say_is_refused(self, keys, adopted):
        for ask in (
            lambda: keys.create_ec_key("till", curve="P-256"),
            lambda: keys.rotate_key("till"),
            lambda: keys.update_key_properties("till", tags={"a": "b"}),
        ):
            with pytest.raises(ResourceExistsError):
                ask()

    def test_its_policy_denies_in_the_vault_too(self, kmip_house, kms, keys, crypto, shop):
        made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        adopt(kmip_house, "one", "barred", made["KeyId"])
        key = keys.get_key("barred")
        policy = json.loads(kms.get_key_policy(KeyId=made["KeyId"])["Policy"])
        policy["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "kms:Sign", "Resource": "*"})
        kms.put_key_policy(KeyId=made["KeyId"], Policy=json.dumps(policy))
        with pytest.raises(HttpResponseError) as caught:
            crypto(key).sign(SignatureAlgorithm.es256, DIGEST)
        assert caught.value.status_code == 403

    def test_deleting_the_name_leaves_the_key(self, kmip_house, kms, keys, shop):
        made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        adopt(kmip_house, "one", "lent", made["KeyId"])
        keys.begin_delete_key("lent").wait()
        assert keys.get_deleted_key("lent").recovery_id
        with pytest.raises(ResourceNotFoundError):
            keys.get_key("lent")
        assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"
        keys.begin_recover_deleted_key("lent").wait()
        assert keys.get_key("lent").properties.version == made["KeyId"].replace("-", "")
        keys.begin_delete_key("lent").wait()
        keys.purge_deleted_key("lent")
        assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"
        assert "url" in adopt(kmip_house, "one", "lent", made["KeyId"])

    def test_names_that_are_taken_and_keys_that_arent_there(self, kmip_house, kms, keys, adopted):
        assert "already" in adopt(kmip_house, "one", "till", adopted["KeyId"])
        assert "no key" in adopt(kmip_house, "one", "other", "0f0f0f0f-0000-4000-8000-000000000000")
        assert "letters" in adopt(kmip_house, "one", "a/b", adopted["KeyId"])

    def test_an_rsa_key_of_aws_encrypts(self, kmip_house, kms, keys, crypto, shop):
        made = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
        adopt(kmip_house, "one", "lock", made["KeyId"])
        client = crypto(keys.get_key("lock"))
        sealed = client.encrypt(EncryptionAlgorithm.rsa_oaep_256, b"kept").ciphertext
        opened = kms.decrypt(KeyId=made["KeyId"], CiphertextBlob=sealed, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
        assert opened["Plaintext"] == b"kept"


class TestAKeyOfKMIPThatIsAdopted:
    def test_it_wraps_by_its_name(self, kmip_house, kmip, hsm, crypto):
        template = [
            ("CryptographicAlgorithm", CryptographicAlgorithm.AES),
            ("CryptographicLength", 256),
            ("CryptographicUsageMask", WRAP_AND_UNWRAP | 12),
        ]
        made = kmip.ask(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), attributes((1, 4), template)).done()
        name = made["UniqueIdentifier"].value
        kmip.ask(Operation.ACTIVATE, identifier(name)).done()
        assert "url" in adopt(kmip_house, "two", "wraps", name)
        key = hsm.get_key("wraps")
        assert key.properties.version == name.replace("-", "")
        client = crypto(key)
        wrapped = client.wrap_key(KeyWrapAlgorithm.aes_256, bytes(range(32))).encrypted_key
        assert client.unwrap_key(KeyWrapAlgorithm.aes_256, wrapped).key == bytes(range(32))
        hsm.update_key_properties("wraps", enabled=False)
        with pytest.raises(HttpResponseError):
            client.wrap_key(KeyWrapAlgorithm.aes_256, bytes(32))
