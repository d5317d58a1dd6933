"""Multi-Region keys by boto3: three clients in three Regions of one endpoint."""

import json
import re

import pytest

from expect import invalid, refused
from material import import_into, wrap
from server import run_claviger

REGIONS = ("eu-central-1", "us-east-1", "ap-southeast-2")
HOME, EAST, SOUTH = REGIONS

INACCESSIBLE = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
    "or you are not allowed to access."
)


def clients(server):
    return {region: server.client(region=region) for region in REGIONS}


@pytest.fixture(scope="module")
def at(server):
    return clients(server)


@pytest.fixture
def primary(at):
    """A primary at home, without replicas."""
    return at[HOME].create_key(MultiRegion=True)["KeyMetadata"]


@pytest.fixture
def family(at, primary):
    """The id of a key with a replica in each of the other Regions."""
    for region in (EAST, SOUTH):
        at[HOME].replicate_key(KeyId=primary["KeyId"], ReplicaRegion=region)
    return primary["KeyId"]


def describe(kms, key):
    return kms.describe_key(KeyId=key)["KeyMetadata"]


def advance(server, days):
    answer = run_claviger("dev", "advance-clock", "--data-dir", server.data, "--days", days)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def arn(server, region, key):
    return f"arn:aws:kms:{region}:{server.account}:key/{key}"


def configuration(server, kind, primary, replicas, key):
    return {
        "MultiRegionKeyType": kind,
        "PrimaryKey": {"Arn": arn(server, primary, key), "Region": primary},
        "ReplicaKeys": [{"Arn": arn(server, region, key), "Region": region} for region in sorted(replicas)],
    }


class TestMaking:
    def test_a_primary_says_what_it_is(self, server, at, primary):
        key = primary["KeyId"]
        assert re.fullmatch("mrk-[0-9a-f]{32}", key) and primary["Arn"] == arn(server, HOME, key)
        assert primary["MultiRegion"] is True
        assert primary["MultiRegionConfiguration"] == configuration(server, "PRIMARY", HOME, [], key)
        assert describe(at[HOME], key) == primary
        with refused("NotFoundException", f"Key '{arn(server, EAST, key)}' does not exist"):
            at[EAST].describe_key(KeyId=key)

    def test_a_replica_is_shown_in_the_making_and_then_as_it_is(self, server, at, primary):
        key = primary["KeyId"]
        tags = [{"TagKey": "a", "TagValue": "b"}]
        answer = at[HOME].replicate_key(KeyId=primary["Arn"], ReplicaRegion=EAST, Description="there", Tags=tags)
        made = answer["ReplicaKeyMetadata"]
        assert (made["KeyId"], made["Arn"]) == (key, arn(server, EAST, key))
        assert (made["KeyState"], made["Enabled"]) == ("Creating", False)
        assert made["MultiRegionConfiguration"] == configuration(server, "REPLICA", HOME, [EAST], key)
        assert answer["ReplicaTags"] == tags
        assert json.loads(answer["ReplicaPolicy"])["Id"] == "key-default-1"
        told = describe(at[EAST], key)
        assert (told["KeyState"], told["Enabled"], told["Description"]) == ("Enabled", True, "there")
        assert told["MultiRegionConfiguration"] == made["MultiRegionConfiguration"]
        assert told["CurrentKeyMaterialId"] == primary["CurrentKeyMaterialId"]
        there = describe(at[HOME], key)["MultiRegionConfiguration"]
        assert there == configuration(server, "PRIMARY", HOME, [EAST], key)
        assert at[EAST].list_resource_tags(KeyId=key)["Tags"] == tags
        assert at[HOME].list_resource_tags(KeyId=key)["Tags"] == []
        assert key in [entry["KeyId"] for entry in at[EAST].list_keys()["Keys"]]
        bare = at[HOME].replicate_key(KeyId=key, ReplicaRegion=SOUTH)
        assert bare["ReplicaTags"] == []

    def test_what_cannot_be_replicated(self, server, at, family):
        single = at[HOME].create_key()["KeyMetadata"]
        with refused("UnsupportedOperationException", f"{single['Arn']} is not a multi-region primary key."):
            at[HOME].replicate_key(KeyId=single["KeyId"], ReplicaRegion=EAST)
        with refused("UnsupportedOperationException", f"{arn(server, EAST, family)} is not a multi-region primary key."):
            at[EAST].replicate_key(KeyId=family, ReplicaRegion="sa-east-1")
        for region in REGIONS:
            with refused("AlreadyExistsException"):
                at[HOME].replicate_key(KeyId=family, ReplicaRegion=region)
        with refused(
            "ValidationException",
            invalid(
                "Value 'Mars' at 'replicaRegion' failed to satisfy constraint:",
                r"Member must satisfy regular expression pattern: ^([a-z]+-){2,3}\d+$",
            ),
        ):
            at[HOME].replicate_key(KeyId=family, ReplicaRegion="Mars")
        with refused("TagException", "Duplicate tag keys"):
            tags = [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}]
            at[HOME].replicate_key(KeyId=family, ReplicaRegion="sa-east-1", Tags=tags)
        with refused("MalformedPolicyDocumentException"):
            at[HOME].replicate_key(KeyId=family, ReplicaRegion="sa-east-1", Policy="{}")
        with refused("NotFoundException", "Invalid keyId 'alias/x'"):
            at[HOME].replicate_key(KeyId="alias/x", ReplicaRegion="sa-east-1")

    def test_a_policy_may_name_the_regions(self, server, at, primary):
        key = primary["KeyId"]
        root = f"arn:aws:iam::{server.account}:root"
        allow = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
        deny = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "kms:ReplicateKey",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"kms:ReplicaRegion": EAST}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]})
        at[HOME].put_key_policy(KeyId=key, Policy=policy)
        with refused("AccessDeniedException", matching="kms:ReplicateKey on resource: " + primary["Arn"]):
            at[HOME].replicate_key(KeyId=key, ReplicaRegion=SOUTH)
        answer = at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST, Policy=policy)
        assert answer["ReplicaPolicy"] == policy


class TestUse:
    @pytest.mark.parametrize("made", REGIONS)
    def test_what_one_encrypts_all_decrypt(self, server, at, family, made):
        context = {"purpose": "travel"}
        blob = at[made].encrypt(KeyId=family, Plaintext=b"abroad", EncryptionContext=context)["CiphertextBlob"]
        for region in REGIONS:
            for name in ({}, {"KeyId": family}, {"KeyId": arn(server, region, family)}):
                answer = at[region].decrypt(CiphertextBlob=blob, EncryptionContext=context, **name)
                assert answer["Plaintext"] == b"abroad"
                assert answer["KeyId"] == arn(server, region, family)
        with refused("AccessDeniedException", INACCESSIBLE):
            server.client(region="sa-east-1").decrypt(CiphertextBlob=blob, EncryptionContext=context)
        with refused("InvalidCiphertextException", None):
            at[EAST].decrypt(CiphertextBlob=blob)
        other = at[EAST].create_key()["KeyMetadata"]["KeyId"]
        with refused("IncorrectKeyException"):
            at[EAST].decrypt(CiphertextBlob=blob, EncryptionContext=context, KeyId=other)

    def test_data_keys_travel(self, at, family):
        data = at[SOUTH].generate_data_key(KeyId=family, KeySpec="AES_256")
        assert at[HOME].decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"] == data["Plaintext"]

    def test_re_encryption_from_and_to(self, server, at, family):
        single = at[EAST].create_key()["KeyMetadata"]
        blob = at[HOME].encrypt(KeyId=family, Plaintext=b"x")["CiphertextBlob"]
        away = at[EAST].re_encrypt(CiphertextBlob=blob, DestinationKeyId=single["KeyId"])
        assert away["SourceKeyId"] == arn(server, EAST, family) and away["KeyId"] == single["Arn"]
        back = at[EAST].re_encrypt(CiphertextBlob=away["CiphertextBlob"], DestinationKeyId=family)
        assert at[SOUTH].decrypt(CiphertextBlob=back["CiphertextBlob"])["Plaintext"] == b"x"

    def test_states_aliases_and_grants_are_each_keys_own(self, server, at, family):
        blob = at[HOME].encrypt(KeyId=family, Plaintext=b"x")["CiphertextBlob"]
        at[EAST].disable_key(KeyId=family)
        for name in ({}, {"KeyId": family}):
            with refused("DisabledException", f"{arn(server, EAST, family)} is disabled."):
                at[EAST].decrypt(CiphertextBlob=blob, **name)
        assert at[SOUTH].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        at[EAST].enable_key(KeyId=family)
        assert at[EAST].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        alias = "alias/" + family
        at[EAST].create_alias(AliasName=alias, TargetKeyId=family)
        assert describe(at[EAST], alias)["Arn"] == arn(server, EAST, family)
        with refused("NotFoundException"):
            at[HOME].encrypt(KeyId=alias, Plaintext=b"x")
        at[EAST].create_grant(
            KeyId=family, GranteePrincipal=f"arn:aws:iam::{server.account}:user/x", Operations=["Encrypt"]
        )
        assert len(at[EAST].list_grants(KeyId=family)["Grants"]) == 1
        assert at[HOME].list_grants(KeyId=family)["Grants"] == []


class TestOtherKinds:
    """Keys that aren't for symmetric encryption name no key in what they make, so that calls name one."""

    @staticmethod
    def family(at, spec, usage):
        key = at[HOME].create_key(MultiRegion=True, KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
        made = at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST)["ReplicaKeyMetadata"]
        assert (made["KeySpec"], made["KeyUsage"]) == (spec, usage)
        return key

    def test_codes(self, at):
        key = self.family(at, "HMAC_256", "GENERATE_VERIFY_MAC")
        given = {"KeyId": key, "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}
        codes = [at[region].generate_mac(**given)["Mac"] for region in (HOME, EAST)]
        assert codes[0] == codes[1]
        assert at[EAST].verify_mac(**given, Mac=codes[0])["MacValid"]
        at[EAST].disable_key(KeyId=key)
        with refused("DisabledException"):
            at[EAST].verify_mac(**given, Mac=codes[0])

    def test_encryption_for_a_public_key(self, at):
        key = self.family(at, "RSA_2048", "ENCRYPT_DECRYPT")
        given = {"KeyId": key, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
        blob = at[EAST].encrypt(**given, Plaintext=b"x")["CiphertextBlob"]
        assert at[HOME].decrypt(**given, CiphertextBlob=blob)["Plaintext"] == b"x"

    @pytest.mark.parametrize(
        "spec, algorithm",
        [("RSA_2048", "RSASSA_PSS_SHA_256"), ("ECC_NIST_P256", "ECDSA_SHA_256"), ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512")],
    )
    def test_signatures(self, server, at, spec, algorithm):
        key = self.family(at, spec, "SIGN_VERIFY")
        assert len({at[region].get_public_key(KeyId=key)["PublicKey"] for region in (HOME, EAST)}) == 1
        given = {"KeyId": key, "Message": b"m", "SigningAlgorithm": algorithm}
        at[HOME].update_primary_region(KeyId=key, PrimaryRegion=EAST)
        for made, checked in ((HOME, EAST), (EAST, HOME)):
            answer = at[made].sign(**given)
            assert answer["KeyId"] == arn(server, made, key)
            assert at[checked].verify(**given, Signature=answer["Signature"])["SignatureValid"]

    def test_agreement(self, at):
        key = self.family(at, "ECC_NIST_P256", "KEY_AGREEMENT")
        peer = at[HOME].create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
        given = {"KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": at[HOME].get_public_key(KeyId=peer)["PublicKey"]}
        assert len({at[region].derive_shared_secret(**given)["SharedSecret"] for region in (HOME, EAST)}) == 1

    def test_they_are_not_rotated(self, at):
        key = self.family(at, "HMAC_256", "GENERATE_VERIFY_MAC")
        for region in (HOME, EAST):
            with refused("UnsupportedOperationException"):
                at[region].rotate_key_on_demand(KeyId=key)
            assert at[region].get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False


class TestRotation:
    def test_all_follow_the_primary(self, server, at, family):
        old = at[EAST].encrypt(KeyId=family, Plaintext=b"old")["CiphertextBlob"]
        at[HOME].rotate_key_on_demand(KeyId=family)
        new = at[SOUTH].encrypt(KeyId=family, Plaintext=b"new")["CiphertextBlob"]
        names = {describe(at[region], family)["CurrentKeyMaterialId"] for region in REGIONS}
        assert len(names) == 1
        for region in REGIONS:
            assert at[region].decrypt(CiphertextBlob=old)["Plaintext"] == b"old"
            opened = at[region].decrypt(CiphertextBlob=new)
            assert opened["Plaintext"] == b"new" and {opened["KeyMaterialId"]} == names
            assert len(at[region].list_key_rotations(KeyId=family)["Rotations"]) == 1

    def test_a_replica_is_not_rotated_and_shows_the_schedule(self, server, at, family):
        message = f"{arn(server, EAST, family)} is not a multi-region primary key."
        for call in (
            at[EAST].rotate_key_on_demand,
            at[EAST].enable_key_rotation,
            at[EAST].disable_key_rotation,
        ):
            with refused("UnsupportedOperationException", message):
                call(KeyId=family)
        at[HOME].enable_key_rotation(KeyId=family, RotationPeriodInDays=100)
        here, there = (at[region].get_key_rotation_status(KeyId=family) for region in (HOME, EAST))
        assert there["KeyRotationEnabled"] is True and there["RotationPeriodInDays"] == 100
        assert there["NextRotationDate"] == here["NextRotationDate"]
        assert there["KeyId"] == arn(server, EAST, family)

    def test_a_schedule_rotates_all(self, own_server):
        at = clients(own_server)
        key = at[HOME].create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
        at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST)
        at[HOME].enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
        assert re.search(r"rotated: 1\b", advance(own_server, 91))
        (here,), (there,) = (at[region].list_key_rotations(KeyId=key)["Rotations"] for region in (HOME, EAST))
        assert here == there and here["RotationType"] == "AUTOMATIC"


class TestImportedMaterial:
    MATERIAL = b"\x07" * 32

    def test_a_replica_takes_the_same_material_and_no_other(self, at):
        key = at[HOME].create_key(MultiRegion=True, Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
        first = import_into(at[HOME], key, self.MATERIAL)
        replica = at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST)["ReplicaKeyMetadata"]
        assert replica["Origin"] == "EXTERNAL"
        assert describe(at[EAST], key)["KeyState"] == "PendingImport"
        with refused("IncorrectKeyMaterialException"):
            import_into(at[EAST], key, b"\x08" * 32)
        again = import_into(at[EAST], key, self.MATERIAL)
        assert again["KeyMaterialId"] == first["KeyMaterialId"]
        blob = at[HOME].encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        assert at[EAST].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        at[HOME].delete_imported_key_material(KeyId=key)
        assert at[EAST].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        with refused("KMSInvalidStateException", matching="pending import"):
            at[HOME].decrypt(CiphertextBlob=blob)

    def test_a_token_is_for_one_of_the_keys(self, at):
        key = at[HOME].create_key(MultiRegion=True, Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
        import_into(at[HOME], key, self.MATERIAL)
        at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST)
        algorithm = "RSAES_OAEP_SHA_256"
        parameters = at[HOME].get_parameters_for_import(
            KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048"
        )
        with refused("InvalidImportTokenException"):
            at[EAST].import_key_material(
                KeyId=key,
                ImportToken=parameters["ImportToken"],
                EncryptedKeyMaterial=wrap(parameters["PublicKey"], self.MATERIAL, algorithm=algorithm),
                ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
            )

    def test_further_material_is_for_keys_without_replicas(self, at):
        key = at[HOME].create_key(MultiRegion=True, Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
        import_into(at[HOME], key, self.MATERIAL)
        import_into(at[HOME], key, b"\x09" * 32, ImportType="NEW_KEY_MATERIAL")
        at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST)
        with refused("UnsupportedOperationException", matching="replicas"):
            at[HOME].rotate_key_on_demand(KeyId=key)
        at[HOME].delete_imported_key_material(KeyId=key)
        with refused("UnsupportedOperationException", matching="replicas"):
            import_into(at[HOME], key, b"\x0a" * 32, ImportType="NEW_KEY_MATERIAL")


class TestPromotion:
    def test_a_replica_becomes_the_primary(self, server, at, family):
        blob = at[HOME].encrypt(KeyId=family, Plaintext=b"x")["CiphertextBlob"]
        at[HOME].enable_key_rotation(KeyId=family)
        at[HOME].update_primary_region(KeyId=family, PrimaryRegion=EAST)
        for region in REGIONS:
            kind = "PRIMARY" if region == EAST else "REPLICA"
            told = describe(at[region], family)
            assert told["MultiRegionConfiguration"] == configuration(server, kind, EAST, [HOME, SOUTH], family)
            assert told["KeyState"] == "Enabled"
            assert at[region].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
            assert at[region].get_key_rotation_status(KeyId=family)["KeyRotationEnabled"] is True
        at[EAST].rotate_key_on_demand(KeyId=family)
        with refused("UnsupportedOperationException"):
            at[HOME].rotate_key_on_demand(KeyId=family)
        new = at[SOUTH].encrypt(KeyId=family, Plaintext=b"new")["CiphertextBlob"]
        assert at[HOME].decrypt(CiphertextBlob=new)["Plaintext"] == b"new"
        at[EAST].update_primary_region(KeyId=family, PrimaryRegion=HOME)
        assert describe(at[HOME], family)["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"

    def test_what_cannot_become_it(self, server, at, family):
        for key, region, owner in ((family, EAST, EAST), (family, HOME, SOUTH)):
            with refused("UnsupportedOperationException", f"{arn(server, owner, key)} is not a multi-region primary key."):
                at[owner].update_primary_region(KeyId=key, PrimaryRegion=region)
        with refused("NotFoundException", f"Key '{arn(server, 'sa-east-1', family)}' does not exist"):
            at[HOME].update_primary_region(KeyId=family, PrimaryRegion="sa-east-1")
        with refused("UnsupportedOperationException", f"{arn(server, HOME, family)} is not a multi-region replica key."):
            at[HOME].update_primary_region(KeyId=family, PrimaryRegion=HOME)
        at[EAST].disable_key(KeyId=family)
        with refused("DisabledException", f"{arn(server, EAST, family)} is disabled."):
            at[HOME].update_primary_region(KeyId=family, PrimaryRegion=EAST)


class TestDeletion:
    def test_a_primary_waits_for_its_replicas(self, own_server):
        at = clients(own_server)
        key = at[HOME].create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
        at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST)
        blob = at[EAST].encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        answer = at[HOME].schedule_key_deletion(KeyId=key, PendingWindowInDays=9)
        assert answer["KeyState"] == "PendingReplicaDeletion" and answer["PendingWindowInDays"] == 9
        assert "DeletionDate" not in answer
        told = describe(at[HOME], key)
        assert told["KeyState"] == "PendingReplicaDeletion" and told["PendingDeletionWindowInDays"] == 9
        assert "DeletionDate" not in told and not told["Enabled"]
        advance(own_server, 40)
        assert describe(at[HOME], key)["KeyState"] == "PendingReplicaDeletion"
        assert at[EAST].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        dated = at[EAST].schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        assert dated["KeyState"] == "PendingDeletion" and "DeletionDate" in dated
        advance(own_server, 8)
        with refused("NotFoundException"):
            at[EAST].describe_key(KeyId=key)
        told = describe(at[HOME], key)
        assert told["KeyState"] == "PendingDeletion" and "DeletionDate" in told
        assert "PendingDeletionWindowInDays" not in told
        assert told["MultiRegionConfiguration"]["ReplicaKeys"] == []
        own_server.restart()
        at = clients(own_server)
        advance(own_server, 8)
        assert describe(at[HOME], key)["KeyState"] == "PendingDeletion"
        at[HOME].cancel_key_deletion(KeyId=key)
        at[HOME].enable_key(KeyId=key)
        assert at[HOME].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        at[HOME].schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        advance(own_server, 8)
        with refused("NotFoundException"):
            at[HOME].describe_key(KeyId=key)

    def test_ciphertexts_outlive_the_key_that_the_family_began_with(self, own_server):
        at = clients(own_server)
        key = at[HOME].create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
        at[HOME].replicate_key(KeyId=key, ReplicaRegion=EAST)
        blob = at[HOME].encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        at[HOME].update_primary_region(KeyId=key, PrimaryRegion=EAST)
        at[HOME].schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        advance(own_server, 8)
        for _ in range(2):
            assert at[EAST].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
            with refused("AccessDeniedException", INACCESSIBLE):
                at[HOME].decrypt(CiphertextBlob=blob)
            own_server.restart()
            at = clients(own_server)
        at[EAST].replicate_key(KeyId=key, ReplicaRegion=HOME)
        assert at[HOME].decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
        assert describe(at[HOME], key)["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
        assert [entry["KeyId"] for entry in at[HOME].list_keys()["Keys"]] == [key]
        verified = run_claviger("audit", "verify", "--data-dir", own_server.data)
        assert verified.returncode == 0, verified.stdout + verified.stderr
