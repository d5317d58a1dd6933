"""One key, three protocols: what is made or done over one of Azure, AWS and KMIP is there, holds and is written down for the others."""

import contextlib
import hashlib
import json
from types import SimpleNamespace

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.keyvault.keys import KeyReleasePolicy
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from kmip.core.enums import (
    CryptographicAlgorithm,
    ObjectType,
    Operation,
    RecommendedCurve,
    ResultReason,
    ResultStatus,
    RevocationReasonCode,
)

from azure_callers import Caller
from azure_names import authority
from azure_vaults import Shop, claviger, encoded
from expect import refused
from kmip_client import Connection, attribute, attributes, attributes_of, identifier, references
from kmip_operations import PSS, SHA_256, SIGN, VERIFY, WRAP_AND_UNWRAP, of_type
from server import run_claviger
from ttlv import item

MESSAGE = b"one house"
DIGEST = hashlib.sha256(MESSAGE).digest()
NOBODY = ResultReason.PERMISSION_DENIED
ENCRYPT, DECRYPT, WRAP, UNWRAP = 4, 8, 16, 32
CURVE_P256 = [
    ("CryptographicAlgorithm", CryptographicAlgorithm.ECDSA),
    ("CryptographicDomainParameters", [item("RecommendedCurve", RecommendedCurve.P_256)]),
]
RSA_2048 = [("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)]


@pytest.fixture(scope="module")
def kms(kmip_house):
    return kmip_house.client()


@pytest.fixture(scope="module")
def shop(kmip_house, names):
    return Shop(kmip_house)


@pytest.fixture(scope="module")
def keys(shop):
    return shop.keys()


@pytest.fixture(scope="module")
def hsm(shop):
    return shop.keys(shop.hsm)


@pytest.fixture(scope="module")
def crypto(shop):
    return shop.crypto


@pytest.fixture(scope="module")
def user(kmip_house):
    one = kmip_house.kmip_client("one-user")
    iam = kmip_house.client("iam")
    access = iam.create_access_key(UserName="one-user")["AccessKey"]
    kms = kmip_house.client(access_key=access["AccessKeyId"], secret_key=access["SecretAccessKey"])
    app = claviger(kmip_house, "app", "create", "one-app", "--user", "one-user")
    secret = claviger(kmip_house, "app", "add-secret", app["clientID"])["secret"]
    credential = ClientSecretCredential(
        app["tenantID"],
        app["clientID"],
        secret,
        authority=authority(kmip_house),
        disable_instance_discovery=True,
        connection_verify=kmip_house.ca_file,
    )
    return SimpleNamespace(identity=one, iam=iam, kms=kms, credential=credential, app=app)


@pytest.fixture(scope="module")
def adopted(kmip_house, kms, shop):
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    told = adopt(kmip_house, "one", "till", made["Arn"])
    assert told["resource"] == made["Arn"] and told["url"].endswith("/keys/till")
    return made


def uuid_of(key):
    """A version of a key as the other protocols call it."""
    digits = key.properties.version
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def arn_of(kms, key):
    return kms.describe_key(KeyId=uuid_of(key))["KeyMetadata"]["Arn"]


def der(signature):
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))


def plain(signature):
    return b"".join(number.to_bytes(32) for number in decode_dss_signature(signature))


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


def stranger_of(house):
    """A client of KMIP that may look for keys, and do nothing with any."""
    identity = house.kmip_client("stranger")
    iam = house.client("iam")
    for policy in iam.list_attached_user_policies(UserName="stranger")["AttachedPolicies"]:
        iam.detach_user_policy(UserName="stranger", PolicyArn=policy["PolicyArn"])
    may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kmip:Locate", "Resource": "*"}]}
    iam.put_user_policy(UserName="stranger", PolicyName="looks", PolicyDocument=json.dumps(may))
    return identity


def pair(kmip, common, private_uses, public_uses):
    """(private, public), both active."""
    made = kmip.ask(
        Operation.CREATE_KEY_PAIR,
        attributes((1, 4), common, "Common"),
        attributes((1, 4), [("CryptographicUsageMask", private_uses)], "PrivateKey"),
        attributes((1, 4), [("CryptographicUsageMask", public_uses)], "PublicKey"),
    ).done()
    names = [made[f"{which}KeyUniqueIdentifier"].value for which in ("Private", "Public")]
    for name in names:
        kmip.ask(Operation.ACTIVATE, identifier(name)).done()
    return names


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

    def test_one_of_rsa_for_signatures_alone_signs_over_all_three(self, kms, kmip, keys, crypto):
        key = keys.create_rsa_key("rsa-signs", size=2048, key_operations=["sign", "verify"])
        name = uuid_of(key)
        told = kms.describe_key(KeyId=name)["KeyMetadata"]
        assert told["KeyUsage"] == "SIGN_VERIFY" and told["KeySpec"] == "RSA_2048" and "EncryptionAlgorithms" not in told
        client = crypto(key)
        for signature in (
            kms.sign(KeyId=name, Message=DIGEST, MessageType="DIGEST", SigningAlgorithm="RSASSA_PSS_SHA_256")["Signature"],
            kmip.ask(Operation.SIGN, identifier(name), PSS, item("Data", MESSAGE)).done()["SignatureData"].value,
        ):
            assert client.verify(SignatureAlgorithm.ps256, DIGEST, signature).is_valid
        signature = client.sign(SignatureAlgorithm.ps256, DIGEST).signature
        assert kms.verify(
            KeyId=name, Message=MESSAGE, Signature=signature, SigningAlgorithm="RSASSA_PSS_SHA_256"
        )["SignatureValid"]
        with refused("InvalidKeyUsageException"):
            kms.encrypt(KeyId=name, Plaintext=b"x", EncryptionAlgorithm="RSAES_OAEP_SHA_256")

    def test_one_of_rsa_for_several_things_is_known_to_kmip_alone(self, kms, kmip, keys, crypto):
        key = keys.create_rsa_key("rsa-all", size=2048)
        name = uuid_of(key)
        with refused("NotFoundException"):
            kms.describe_key(KeyId=name)
        signature = kmip.ask(Operation.SIGN, identifier(name), PSS, item("Data", MESSAGE)).done()["SignatureData"].value
        assert crypto(key).verify(SignatureAlgorithm.ps256, DIGEST, signature).is_valid
        kmip.ask(Operation.GET, identifier(name)).refused(ResultReason.NOT_EXTRACTABLE, ResultReason.PERMISSION_DENIED)

    def test_secrets_of_vaults_are_unknown_outside(self, kms, kmip, shop):
        wire = shop.wire(shop.vault)
        status, said = wire.ask("PUT", "/secrets/own", {"value": "hush"})
        assert status == 200
        digits = said["id"].rsplit("/", 1)[1]
        name = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
        for operation in (Operation.GET, Operation.GET_ATTRIBUTES):
            kmip.ask(operation, identifier(name)).refused(ResultReason.ITEM_NOT_FOUND)
        with refused("NotFoundException"):
            kms.describe_key(KeyId=name)

    def test_it_is_found_over_kmip_by_whoever_may(self, kmip_house, kmip, keys):
        key = keys.create_ec_key("found", curve="P-256")
        assert uuid_of(key) in found_over_kmip(kmip)
        stranger = stranger_of(kmip_house)
        with Connection(stranger) as connection:
            assert found_over_kmip(connection) == []
            named = attribute((1, 4), "UniqueIdentifier", uuid_of(key))
            assert connection.ask(Operation.LOCATE, named).done().all("UniqueIdentifier") == []
            state = references((1, 4), "State")
            connection.ask(Operation.GET_ATTRIBUTES, identifier(uuid_of(key)), *state).refused(NOBODY)

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

    def test_kmip_changes_nothing_of_it(self, kmip, keys):
        key = keys.create_ec_key("kept", curve="P-256", tags={"a": "b"})
        name = identifier(uuid_of(key))
        kmip.ask(Operation.ADD_ATTRIBUTE, name, attribute((1, 4), "x-mine", "v")).refused(NOBODY)
        reason = item("RevocationReason", [item("RevocationReasonCode", RevocationReasonCode.KEY_COMPROMISE)])
        kmip.ask(Operation.REVOKE, name, reason).refused(NOBODY)
        kmip.ask(Operation.DESTROY, name).refused(NOBODY)
        again = keys.get_key("kept")
        assert again.id == key.id and again.properties.tags == {"a": "b"} and again.properties.enabled

    def test_its_material_leaves_by_its_release_policy_alone(self, kmip, hsm):
        rules = {"authority": "https://nobody.example", "allOf": [{"claim": "is-safe", "equals": "true"}]}
        policy = KeyReleasePolicy(json.dumps({"version": "1.0.0", "anyOf": [rules]}).encode())
        key = hsm.create_key("leaves", "EC-HSM", curve="P-256", exportable=True, release_policy=policy)
        name = identifier(uuid_of(key))
        for operation in (Operation.GET, Operation.EXPORT):
            kmip.ask(operation, name, version=(2, 1)).refused(ResultReason.NOT_EXTRACTABLE)
        given = attributes_of(kmip.ask(Operation.GET_ATTRIBUTES, name, *references((1, 4), "Extractable")).done())
        assert given["Extractable"] == [False]

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


class TestOneUserOfAllThree:
    """An application, an access key and a client of KMIP that are one user: what its policies deny it is denied everywhere."""

    @pytest.mark.parametrize("origin", ["made in the vault", "adopted"])
    def test_a_denial_in_its_policy_denies_over_all_three(self, kmip_house, kms, shop, keys, user, origin):
        if origin == "adopted":
            made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
            adopt(kmip_house, "one", "everybodys", made["KeyId"])
            key, name = keys.get_key("everybodys"), made["KeyId"]
        else:
            key = keys.create_ec_key("ours", curve="P-256")
            name = uuid_of(key)
        client = CryptographyClient(key.id, user.credential, **shop.options())

        def signed(connection):
            """Whether it may, over each."""
            with contextlib.suppress(HttpResponseError):
                client.sign(SignatureAlgorithm.es256, DIGEST)
                yield "azure"
            with contextlib.suppress(ClientError):
                signed_over_aws(user.kms, name)
                yield "aws"
            if sign_over_kmip(connection, name).status is ResultStatus.SUCCESS:
                yield "kmip"

        denial = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kms:Sign", "Resource": "*"}]}
        with Connection(user.identity) as connection:
            assert list(signed(connection)) == ["azure", "aws", "kmip"]
            user.iam.put_user_policy(UserName="one-user", PolicyName="no", PolicyDocument=json.dumps(denial))
            assert list(signed(connection)) == []
            user.iam.delete_user_policy(UserName="one-user", PolicyName="no")
            assert list(signed(connection)) == ["azure", "aws", "kmip"]


class TestAKeyOfAWSThatIsAdopted:
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

    def test_its_policy_denies_over_all_three(self, kmip_house, kms, kmip, keys, crypto, shop):
        made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        adopt(kmip_house, "one", "barred", made["KeyId"])
        key = keys.get_key("barred")
        policy = json.loads(kms.get_key_policy(KeyId=made["KeyId"])["Policy"])
        policy["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "kms:Sign", "Resource": "*"})
        kms.put_key_policy(KeyId=made["KeyId"], Policy=json.dumps(policy))
        with pytest.raises(HttpResponseError) as caught:
            crypto(key).sign(SignatureAlgorithm.es256, DIGEST)
        assert caught.value.status_code == 403
        with refused("AccessDeniedException"):
            signed_over_aws(kms, made["KeyId"])
        sign_over_kmip(kmip, made["KeyId"]).refused(NOBODY)

    def test_what_a_role_of_the_vault_doesnt_give_is_refused_in_it(self, kmip_house, kms, shop, adopted):
        reader = Caller(kmip_house, "reader")
        claviger(kmip_house, "assign", "one", "--role", "Key Vault Reader", "--principal", reader.client)
        assert reader.ask("one", "GET", "/keys/till").status == 200
        for method, path, body in (
            ("POST", "/keys/till/sign", {"alg": "ES256", "value": encoded(DIGEST)}),
            ("PATCH", "/keys/till", {"attributes": {"enabled": False}}),
        ):
            told = reader.ask("one", method, path, body)
            assert (told.status, told.inner) == (403, "ForbiddenByRbac"), told
        assert kms.describe_key(KeyId=adopted["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"

    def test_its_material_stays(self, kmip, kms, shop, keys, adopted):
        wire = shop.wire(shop.vault)
        kid = keys.get_key("till").id
        status, said = wire.ask("POST", "/" + kid.split("/", 3)[3] + "/release", {"target": "a.b.c"})
        assert (status, said["error"]["code"]) == (403, "Forbidden")
        with pytest.raises(ResourceExistsError):
            keys.backup_key("till")
        read = wire.ask("GET", "/keys/till")[1]
        assert set(read["key"]) == {"kid", "kty", "key_ops", "crv", "x", "y"}
        assert read["attributes"]["exportable"] is False
        kmip.ask(Operation.GET, identifier(adopted["KeyId"])).refused()

    def test_one_log_holds_all_of_it(self, kmip_house, kms, kmip, crypto, keys, shop):
        made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        adopt(kmip_house, "one", "written", made["Arn"])
        crypto(keys.get_key("written")).sign(SignatureAlgorithm.es256, DIGEST)
        signed_over_aws(kms, made["KeyId"])
        sign_over_kmip(kmip, made["KeyId"]).done()
        lines = [json.loads(line) for line in kmip_house.audit_lines() if made["KeyId"].encode() in line]
        assert [line["door"] for line in lines if line["operation"] == "Sign"] == ["azure", "aws", "kmip"]
        (adopting,) = (line for line in lines if line["operation"] == "AdoptKey")
        assert adopting["door"] == "admin" and [one["decision"] for one in adopting["demands"]] == ["allow", "allow"]
        assert [one["named"] for one in adopting["demands"]] == [made["Arn"], "one/keys/written"]

    def test_an_untouched_client_uses_it(self, keys, shop, adopted):
        client = CryptographyClient(keys.get_key("till"), shop.credential(), **shop.options())
        signature = client.sign(SignatureAlgorithm.es256, DIGEST).signature
        assert client.verify(SignatureAlgorithm.es256, DIGEST, signature).is_valid
        assert not client.verify(SignatureAlgorithm.es256, hashlib.sha256(b"another").digest(), signature).is_valid

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

    def test_an_untouched_client_signs_with_it(self, kmip_house, kmip, keys, shop):
        private, public = pair(kmip, CURVE_P256, SIGN, VERIFY)
        assert "url" in adopt(kmip_house, "one", "signs-by-kmip", private)
        key = keys.get_key("signs-by-kmip")
        assert (key.key_type, key.key_operations) == ("EC", ["sign"])
        client = CryptographyClient(key, shop.credential(), **shop.options())
        signature = client.sign(SignatureAlgorithm.es256, DIGEST).signature
        checks(key, der(signature))
        assert "url" in adopt(kmip_house, "one", "checks-by-kmip", public)
        other = CryptographyClient(keys.get_key("checks-by-kmip"), shop.credential(), **shop.options())
        assert other.verify(SignatureAlgorithm.es256, DIGEST, signature).is_valid

    def test_one_that_may_leave_over_kmip_leaves_by_no_vault(self, kmip_house, kmip, keys, shop):
        private, _ = pair(kmip, CURVE_P256, SIGN, VERIFY)
        kmip.ask(Operation.GET, identifier(private)).done()
        assert "url" in adopt(kmip_house, "one", "might-leave", private)
        path = "/" + keys.get_key("might-leave").id.split("/", 3)[3] + "/release"
        status, said = shop.wire(shop.vault).ask("POST", path, {"target": "a.b.c"})
        assert (status, said["error"]["code"]) == (403, "Forbidden")
        with pytest.raises(ResourceExistsError):
            keys.backup_key("might-leave")


class TestAPublicKeyOfKMIPThatIsAdopted:
    def test_it_verifies_and_does_nothing_else(self, kmip_house, kmip, keys, crypto):
        private, public = pair(kmip, CURVE_P256, SIGN, VERIFY)
        assert "url" in adopt(kmip_house, "one", "public", public)
        key = keys.get_key("public")
        assert key.key_operations == ["verify"] and key.properties.version == public.replace("-", "")
        signature = plain(sign_over_kmip(kmip, private).done()["SignatureData"].value)
        client = crypto(key)
        assert client.verify(SignatureAlgorithm.es256, DIGEST, signature).is_valid
        assert not client.verify(SignatureAlgorithm.es256, hashlib.sha256(b"another").digest(), signature).is_valid
        with pytest.raises(HttpResponseError) as caught:
            client.sign(SignatureAlgorithm.es256, DIGEST)
        assert caught.value.status_code == 403 and "KeyOperationForbidden" in caught.value.response.text()

    def test_one_of_rsa_encrypts_and_wraps(self, kmip_house, kmip, keys, crypto):
        private, public = pair(kmip, RSA_2048, DECRYPT | UNWRAP, ENCRYPT | WRAP)
        for name, one in (("seals", public), ("opens", private)):
            assert "url" in adopt(kmip_house, "one", name, one)
        seals, opens = crypto(keys.get_key("seals")), crypto(keys.get_key("opens"))
        assert keys.get_key("seals").key_operations == ["encrypt", "wrapKey"]
        sealed = seals.encrypt(EncryptionAlgorithm.rsa_oaep_256, b"kept").ciphertext
        assert opens.decrypt(EncryptionAlgorithm.rsa_oaep_256, sealed).plaintext == b"kept"
        wrapped = seals.wrap_key(KeyWrapAlgorithm.rsa_oaep_256, bytes(range(32))).encrypted_key
        assert opens.unwrap_key(KeyWrapAlgorithm.rsa_oaep_256, wrapped).key == bytes(range(32))
        with pytest.raises(HttpResponseError) as caught:
            seals.decrypt(EncryptionAlgorithm.rsa_oaep_256, sealed)
        assert caught.value.status_code == 403
