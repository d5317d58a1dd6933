"""The AWS Encryption SDK with its material providers library: every keyring that calls the key service.

The hierarchical keyring isn't here: it keeps its branch keys in a database table of another service."""

import os

import aws_encryption_sdk
import pytest
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl import models as m
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.references import IClientSupplier
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import AlgorithmSuite
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

import outside

SECRET = b"what the application keeps" * 100
CONTEXT = {"tenant": "blue", "purpose": "test"}
ELSEWHERE = "eu-west-1"

# Keyrings of RSA and agreement have no signed messages.
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY


class Supplier(IClientSupplier):
    """Clients of the server for any Region; one endpoint serves them all."""

    def __init__(self, server):
        self.server = server
        self.regions = []

    def get_client(self, param):
        self.regions.append(param.region)
        return self.server.client(region=param.region)


@pytest.fixture(scope="module")
def provider():
    return AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())


@pytest.fixture(scope="module")
def sdk():
    return aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=5
    )


@pytest.fixture(scope="module")
def master(kms):
    return kms.create_key()["KeyMetadata"]


@pytest.fixture
def keyring(kms, provider):
    """Makes the plain keyring of one key."""
    return lambda key: provider.create_aws_kms_keyring(m.CreateAwsKmsKeyringInput(kms_key_id=key["Arn"], kms_client=kms))


def seal(sdk, keyring, context=CONTEXT, **more):
    ciphertext, _ = sdk.encrypt(source=SECRET, keyring=keyring, encryption_context=context, **more)
    assert SECRET[:26] not in ciphertext
    return ciphertext


def unseal(sdk, keyring, ciphertext, context=CONTEXT):
    plaintext, header = sdk.decrypt(source=ciphertext, keyring=keyring, encryption_context=context)
    assert context.items() <= header.encryption_context.items()
    return plaintext


def refused(sdk, keyring, ciphertext, about="", context=CONTEXT):
    with pytest.raises(AWSEncryptionSDKClientError) as caught:
        unseal(sdk, keyring, ciphertext, context)
    assert about in repr(caught.value)


class TestKeyring:
    def test_a_message_survives_the_round_trip(self, sdk, keyring, master):
        ciphertext = seal(sdk, keyring(master))
        assert unseal(sdk, keyring(master), ciphertext) == SECRET

    def test_another_key_opens_nothing(self, kms, sdk, keyring, master):
        other = kms.create_key()["KeyMetadata"]
        refused(sdk, keyring(other), seal(sdk, keyring(master)))

    def test_the_context_is_checked_by_the_server_too(self, kms, sdk, keyring, master):
        ciphertext = seal(sdk, keyring(master))
        refused(sdk, keyring(master), ciphertext, context={**CONTEXT, "tenant": "green"})
        spoiled = ciphertext.replace(b"\x04blue", b"\x04grey")
        assert spoiled != ciphertext
        refused(sdk, keyring(master), spoiled, context={"purpose": "test"})

    def test_a_disabled_key_opens_nothing_until_it_is_enabled(self, kms, sdk, keyring, key):
        ciphertext = seal(sdk, keyring(key))
        kms.disable_key(KeyId=key["KeyId"])
        refused(sdk, keyring(key), ciphertext, "is disabled")
        kms.enable_key(KeyId=key["KeyId"])
        assert unseal(sdk, keyring(key), ciphertext) == SECRET

    def test_messages_from_before_a_rotation_open(self, kms, sdk, keyring, key):
        ciphertext = seal(sdk, keyring(key))
        kms.rotate_key_on_demand(KeyId=key["KeyId"])
        assert unseal(sdk, keyring(key), ciphertext) == SECRET
        assert unseal(sdk, keyring(key), seal(sdk, keyring(key))) == SECRET

    def test_an_alias_seals(self, kms, sdk, provider, keyring, key):
        kms.create_alias(AliasName="alias/encryption-sdk", TargetKeyId=key["KeyId"])
        named = m.CreateAwsKmsKeyringInput(kms_key_id="alias/encryption-sdk", kms_client=kms)
        ciphertext = seal(sdk, provider.create_aws_kms_keyring(named))
        assert unseal(sdk, keyring(key), ciphertext) == SECRET

    def test_a_required_context_is_left_out_of_the_message_but_sealed(self, sdk, provider, keyring, master):
        def manager():
            plain = provider.create_default_cryptographic_materials_manager(
                m.CreateDefaultCryptographicMaterialsManagerInput(keyring=keyring(master))
            )
            return provider.create_required_encryption_context_cmm(
                m.CreateRequiredEncryptionContextCMMInput(
                    required_encryption_context_keys=["tenant"], underlying_cmm=plain
                )
            )

        ciphertext, _ = sdk.encrypt(source=SECRET, materials_manager=manager(), encryption_context=CONTEXT)
        assert b"blue" not in ciphertext
        plaintext, _ = sdk.decrypt(source=ciphertext, materials_manager=manager(), encryption_context=CONTEXT)
        assert plaintext == SECRET
        with pytest.raises(AWSEncryptionSDKClientError):
            sdk.decrypt(source=ciphertext, materials_manager=manager(), encryption_context={"tenant": "green"})


class TestManyKeys:
    def test_either_of_two_keys_opens(self, server, kms, sdk, provider, keyring, master):
        spare = kms.create_key()["KeyMetadata"]
        request = m.CreateAwsKmsMultiKeyringInput(
            generator=master["Arn"], kms_key_ids=[spare["Arn"]], client_supplier=Supplier(server)
        )
        ciphertext = seal(sdk, provider.create_aws_kms_multi_keyring(request))
        assert unseal(sdk, keyring(master), ciphertext) == SECRET
        kms.disable_key(KeyId=master["KeyId"])
        try:
            assert unseal(sdk, keyring(spare), ciphertext) == SECRET
            assert unseal(sdk, provider.create_aws_kms_multi_keyring(request), ciphertext) == SECRET
        finally:
            kms.enable_key(KeyId=master["KeyId"])

    def test_keys_of_two_regions(self, server, sdk, provider, master):
        there = server.client(region=ELSEWHERE).create_key()["KeyMetadata"]
        supplier = Supplier(server)
        request = m.CreateAwsKmsMultiKeyringInput(
            generator=master["Arn"], kms_key_ids=[there["Arn"]], client_supplier=supplier
        )
        ciphertext = seal(sdk, provider.create_aws_kms_multi_keyring(request))
        assert set(supplier.regions) == {server.region, ELSEWHERE}
        only = m.CreateAwsKmsKeyringInput(kms_key_id=there["Arn"], kms_client=server.client(region=ELSEWHERE))
        assert unseal(sdk, provider.create_aws_kms_keyring(only), ciphertext) == SECRET

    def test_raw_keyrings_beside_it(self, sdk, provider, keyring, master):
        """The data key under the server's key, under an AES key and under an RSA key that the application has."""
        aes = provider.create_raw_aes_keyring(
            m.CreateRawAesKeyringInput(
                key_namespace="application",
                key_name="aes",
                wrapping_key=os.urandom(32),
                wrapping_alg=m.AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
            )
        )
        private = rsa.generate_private_key(65537, 2048)
        raw = provider.create_raw_rsa_keyring(
            m.CreateRawRsaKeyringInput(
                key_namespace="application",
                key_name="rsa",
                padding_scheme=m.PaddingScheme.OAEP_SHA256_MGF1,
                public_key=pem(private.public_key()),
                private_key=pem_private(private),
            )
        )
        mixed = provider.create_multi_keyring(
            m.CreateMultiKeyringInput(generator=keyring(master), child_keyrings=[aes, raw])
        )
        ciphertext = seal(sdk, mixed)
        for one in (keyring(master), aes, raw, mixed):
            assert unseal(sdk, one, ciphertext) == SECRET


class TestDiscovery:
    def discovery(self, provider, kms, account):
        filtered = m.DiscoveryFilter(account_ids=[account], partition="aws")
        request = m.CreateAwsKmsDiscoveryKeyringInput(kms_client=kms, discovery_filter=filtered)
        return provider.create_aws_kms_discovery_keyring(request)

    def test_the_message_says_which_key_opens_it(self, server, kms, sdk, provider, keyring, master):
        ciphertext = seal(sdk, keyring(master))
        assert unseal(sdk, self.discovery(provider, kms, server.account), ciphertext) == SECRET

    def test_keys_of_other_accounts_are_left_out(self, server, kms, sdk, provider, keyring, master):
        ciphertext = seal(sdk, keyring(master))
        refused(sdk, self.discovery(provider, kms, "999999999999"), ciphertext)

    def test_discovery_in_several_regions(self, server, sdk, provider, keyring, master):
        request = m.CreateAwsKmsDiscoveryMultiKeyringInput(
            regions=[ELSEWHERE, server.region],
            discovery_filter=m.DiscoveryFilter(account_ids=[server.account], partition="aws"),
            client_supplier=Supplier(server),
        )
        ciphertext = seal(sdk, keyring(master))
        assert unseal(sdk, provider.create_aws_kms_discovery_multi_keyring(request), ciphertext) == SECRET


@pytest.fixture(scope="module")
def primary(kms):
    """A multi-Region key with a replica elsewhere."""
    key = kms.create_key(MultiRegion=True)["KeyMetadata"]
    kms.replicate_key(KeyId=key["KeyId"], ReplicaRegion=ELSEWHERE)
    return key


class TestMultiRegion:
    def replica(self, server, primary):
        return primary["Arn"].replace(f":{server.region}:", f":{ELSEWHERE}:")

    def test_the_replica_opens_what_the_primary_sealed(self, server, kms, sdk, provider, primary):
        here = provider.create_aws_kms_mrk_keyring(
            m.CreateAwsKmsMrkKeyringInput(kms_key_id=primary["Arn"], kms_client=kms)
        )
        there = provider.create_aws_kms_mrk_keyring(
            m.CreateAwsKmsMrkKeyringInput(
                kms_key_id=self.replica(server, primary), kms_client=server.client(region=ELSEWHERE)
            )
        )
        assert unseal(sdk, there, seal(sdk, here)) == SECRET
        assert unseal(sdk, here, seal(sdk, there)) == SECRET

    def test_a_keyring_that_does_not_know_of_replicas_refuses_them(self, server, sdk, provider, keyring, primary):
        there = m.CreateAwsKmsKeyringInput(
            kms_key_id=self.replica(server, primary), kms_client=server.client(region=ELSEWHERE)
        )
        refused(sdk, provider.create_aws_kms_keyring(there), seal(sdk, keyring(primary)))

    def test_discovery_where_the_replica_is(self, server, sdk, provider, keyring, primary):
        request = m.CreateAwsKmsMrkDiscoveryKeyringInput(
            kms_client=server.client(region=ELSEWHERE),
            region=ELSEWHERE,
            discovery_filter=m.DiscoveryFilter(account_ids=[server.account], partition="aws"),
        )
        ciphertext = seal(sdk, keyring(primary))
        assert unseal(sdk, provider.create_aws_kms_mrk_discovery_keyring(request), ciphertext) == SECRET

    def test_many_of_them(self, server, sdk, provider, primary, master):
        request = m.CreateAwsKmsMrkMultiKeyringInput(
            generator=primary["Arn"], kms_key_ids=[master["Arn"]], client_supplier=Supplier(server)
        )
        ciphertext = seal(sdk, provider.create_aws_kms_mrk_multi_keyring(request))
        only = m.CreateAwsKmsMrkMultiKeyringInput(
            generator=self.replica(server, primary), client_supplier=Supplier(server)
        )
        assert unseal(sdk, provider.create_aws_kms_mrk_multi_keyring(only), ciphertext) == SECRET


class TestRSA:
    @pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"])
    def test_sealed_with_the_public_key_alone_opened_by_the_server(self, kms, sdk, provider, algorithm):
        key = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
        public = pem(outside.public_key(kms.get_public_key(KeyId=key["KeyId"])["PublicKey"]))

        def keyring(**more):
            request = m.CreateAwsKmsRsaKeyringInput(kms_key_id=key["Arn"], encryption_algorithm=algorithm, **more)
            return provider.create_aws_kms_rsa_keyring(request)

        ciphertext = seal(sdk, keyring(public_key=public), algorithm=UNSIGNED)
        assert unseal(sdk, keyring(kms_client=kms), ciphertext) == SECRET


class TestAgreement:
    @pytest.mark.parametrize("curve", ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"])
    def test_from_one_key_of_the_server_to_another(self, kms, sdk, provider, curve):
        sender, recipient = (
            kms.create_key(KeySpec=curve, KeyUsage="KEY_AGREEMENT")["KeyMetadata"] for _ in range(2)
        )
        theirs = kms.get_public_key(KeyId=recipient["KeyId"])["PublicKey"]
        ciphertext = seal(sdk, self.sending(kms, provider, curve, sender, theirs), algorithm=UNSIGNED)
        discovery = m.KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery(
            m.KmsPublicKeyDiscoveryInput(recipient_kms_identifier=recipient["Arn"])
        )
        assert unseal(sdk, self.agreeing(kms, provider, curve, discovery), ciphertext) == SECRET

    def test_to_somebody_who_has_no_key_here(self, kms, sdk, provider):
        sender = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]
        private = ec.generate_private_key(ec.SECP256R1())
        theirs = outside.spki(private.public_key())
        ciphertext = seal(sdk, self.sending(kms, provider, "ECC_NIST_P256", sender, theirs), algorithm=UNSIGNED)
        opening = m.RawEcdhStaticConfigurationsPublicKeyDiscovery(
            m.PublicKeyDiscoveryInput(recipient_static_private_key=pem_private(private))
        )
        request = m.CreateRawEcdhKeyringInput(key_agreement_scheme=opening, curve_spec="ECC_NIST_P256")
        assert unseal(sdk, provider.create_raw_ecdh_keyring(request), ciphertext) == SECRET

    def sending(self, kms, provider, curve, sender, recipient):
        scheme = m.KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey(
            m.KmsPrivateKeyToStaticPublicKeyInput(sender_kms_identifier=sender["Arn"], recipient_public_key=recipient)
        )
        return self.agreeing(kms, provider, curve, scheme)

    def agreeing(self, kms, provider, curve, scheme):
        request = m.CreateAwsKmsEcdhKeyringInput(key_agreement_scheme=scheme, curve_spec=curve, kms_client=kms)
        return provider.create_aws_kms_ecdh_keyring(request)


class TestMasterKeyProvider:
    """The SDK's older interface, which finds the endpoint in the environment."""

    def test_its_messages_and_those_of_keyrings_are_the_same(self, server, sdk, keyring, master, monkeypatch):
        for name, value in server.exports.items():
            monkeypatch.setenv(name, value)
        older = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[master["Arn"]])
        ciphertext, _ = sdk.encrypt(source=SECRET, key_provider=older, encryption_context=CONTEXT)
        assert unseal(sdk, keyring(master), ciphertext) == SECRET
        plaintext, _ = sdk.decrypt(source=seal(sdk, keyring(master)), key_provider=older)
        assert plaintext == SECRET

    def test_and_it_too_refuses_other_keys(self, server, kms, sdk, keyring, master, monkeypatch):
        for name, value in server.exports.items():
            monkeypatch.setenv(name, value)
        other = kms.create_key()["KeyMetadata"]
        older = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[other["Arn"]])
        with pytest.raises(AWSEncryptionSDKClientError):
            sdk.decrypt(source=seal(sdk, keyring(master)), key_provider=older)


def pem(public):
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def pem_private(private):
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
