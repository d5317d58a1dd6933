"""One key, two protocols: what is made or done over one of KMIP and AWS is there, holds and is written down for the other."""

import datetime
import json
import os
import time

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from kmip.core.enums import CryptographicAlgorithm, KeyFormatType, ObjectType, Operation, ResultReason, State

from expect import refused
from kmip_client import Connection, attribute, attributes, attributes_of, identifier, key_block, references
from kmip_operations import (
    AES_256,
    CBC,
    DERIVE,
    HMAC,
    MAC_AND_VERIFY,
    PSS,
    SHA_256,
    SIGN,
    UNSPECIFIED,
    VERIFY,
    WRAP_AND_UNWRAP,
    Bench,
    of_type,
)
from kmip_server import kmip_house_in
from ttlv import Time, item

HOUR = 3600
NOT_NOW = (ResultReason.PERMISSION_DENIED, ResultReason.WRONG_KEY_LIFECYCLE_STATE)
VECTOR = item("IVCounterNonce", bytes(16))


@pytest.fixture(scope="module")
def kms(kmip_house):
    return kmip_house.client()


@pytest.fixture
def bench(kmip_client):
    made = Bench(kmip_client)
    yield made
    made.close()


@pytest.fixture
def aws_key(kms):
    return kms.create_key()["KeyMetadata"]


def state(kmip, name):
    given = kmip.ask(Operation.GET_ATTRIBUTES, identifier(name), *references((1, 4), "State")).done()
    return State(attributes_of(given)["State"][0])


def sealed(kmip, name, data=b"kept"):
    return kmip.ask(Operation.ENCRYPT, identifier(name), CBC, item("Data", data), VECTOR)


def opened(kmip, name, data):
    return kmip.ask(Operation.DECRYPT, identifier(name), CBC, item("Data", data), VECTOR)


def let_kmip_in(kms, key):
    """Gives the account everything that KMIP can do to a key, beside what it had."""
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"])["Policy"])
    account = f"arn:aws:iam::{key['AWSAccountId']}:root"
    policy["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "kmip:*", "Resource": "*"}
    )
    kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps(policy))


def registered(kmip, kind, template, body):
    made = kmip.ask(Operation.REGISTER, of_type(kind), attributes((1, 4), template), body).done()["UniqueIdentifier"].value
    kmip.ask(Operation.ACTIVATE, identifier(made)).done()
    return made


def registered_key(kmip, material=None, *more):
    body = key_block(
        material or os.urandom(32), key_format=KeyFormatType.RAW, algorithm=CryptographicAlgorithm.AES, length=256
    )
    return registered(kmip, ObjectType.SYMMETRIC_KEY, [*AES_256, *more], item("SymmetricKey", [body]))


def registered_private(kmip, private, algorithm, length):
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    body = key_block(der, key_format=KeyFormatType.PKCS_8, algorithm=algorithm, length=length)
    return registered(kmip, ObjectType.PRIVATE_KEY, [("CryptographicUsageMask", SIGN)], item("PrivateKey", [body]))


def created(kmip, bits, mask):
    template = [*AES_256[:1], ("CryptographicLength", bits), ("CryptographicUsageMask", mask)]
    kind = of_type(ObjectType.SYMMETRIC_KEY)
    return kmip.ask(Operation.CREATE, kind, attributes((1, 4), template)).done()["UniqueIdentifier"].value


def pair(kmip, bits, mask):
    """(private, public)."""
    common = [("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", bits)]
    made = kmip.ask(
        Operation.CREATE_KEY_PAIR,
        attributes((1, 4), common, "Common"),
        attributes((1, 4), [("CryptographicUsageMask", mask)], "PrivateKey"),
        attributes((1, 4), [("CryptographicUsageMask", VERIFY | 4)], "PublicKey"),
    ).done()
    return [made[f"{which}KeyUniqueIdentifier"].value for which in ("Private", "Public")]


def not_there(kms, name):
    for ask in (kms.describe_key, kms.get_public_key, kms.get_key_policy, kms.schedule_key_deletion):
        with refused("NotFoundException"):
            ask(KeyId=name)
    with refused("NotFoundException"):
        kms.encrypt(KeyId=name, Plaintext=b"x")
    pages = kms.get_paginator("list_keys").paginate()
    assert name not in [key["KeyId"] for page in pages for key in page["Keys"]]


class TestKeysMadeOverAWS:
    @pytest.mark.parametrize("form", ["KeyId", "Arn"])
    def test_one_is_used_over_kmip(self, kmip, aws_key, form):
        name = aws_key[form]
        secret = sealed(kmip, name).done()["Data"].value
        assert opened(kmip, name, secret).done()["Data"].value == b"kept"

    def test_one_is_found_over_kmip(self, kmip, aws_key):
        found = kmip.ask(Operation.LOCATE, attribute((1, 4), "ObjectType", ObjectType.SYMMETRIC_KEY)).done()
        assert aws_key["KeyId"] in [one.value for one in found.all("UniqueIdentifier")]

    def test_one_says_what_it_is(self, kmip, aws_key):
        given = attributes_of(kmip.ask(Operation.GET_ATTRIBUTES, identifier(aws_key["KeyId"])).done())
        assert given["State"] == [State.ACTIVE.value]
        assert given["CryptographicAlgorithm"] == [CryptographicAlgorithm.AES.value]
        assert given["CryptographicLength"] == [256]
        assert given["Extractable"] == [False]
        assert abs(given["InitialDate"][0] - aws_key["CreationDate"].timestamp()) < 2

    @pytest.mark.parametrize("operation", [Operation.GET_ATTRIBUTES, Operation.GET_ATTRIBUTE_LIST])
    def test_one_says_nothing_of_its_material(self, kmip, aws_key, operation):
        assert "Digest" not in str(kmip.ask(operation, identifier(aws_key["KeyId"])).done())

    @pytest.mark.parametrize("operation", [Operation.GET, Operation.EXPORT])
    @pytest.mark.parametrize("policy", ["default", "generous"])
    def test_the_material_of_one_stays_here(self, kms, kmip, aws_key, operation, policy):
        if policy == "generous":
            let_kmip_in(kms, aws_key)
        reason = ResultReason.NOT_EXTRACTABLE if policy == "generous" else ResultReason.PERMISSION_DENIED
        kmip.ask(operation, identifier(aws_key["KeyId"])).refused(reason)

    def test_one_cannot_be_made_extractable(self, kms, kmip, aws_key):
        name = identifier(aws_key["KeyId"])
        let_kmip_in(kms, aws_key)
        kmip.ask(Operation.MODIFY_ATTRIBUTE, name, attribute((1, 4), "Extractable", True)).refused()
        kmip.ask(Operation.GET, name).refused(ResultReason.NOT_EXTRACTABLE)

    @pytest.mark.parametrize("policy", ["default", "generous"])
    def test_one_is_not_destroyed_without_its_window(self, kms, kmip, aws_key, policy):
        if policy == "generous":
            let_kmip_in(kms, aws_key)
        name = identifier(aws_key["KeyId"])
        kmip.ask(Operation.DESTROY, name).refused(*NOT_NOW)
        kmip.ask(Operation.REVOKE, name, UNSPECIFIED)
        kmip.ask(Operation.DESTROY, name).refused(ResultReason.PERMISSION_DENIED)
        assert kms.describe_key(KeyId=aws_key["KeyId"])["KeyMetadata"]["KeyState"] in ("Enabled", "Disabled")

    @pytest.mark.parametrize("spec", ["HMAC_256", "RSA_2048", "ECC_NIST_P256"])
    def test_one_of_every_kind_is_found_and_used(self, kms, kmip, spec):
        usage = "GENERATE_VERIFY_MAC" if spec.startswith("HMAC") else "SIGN_VERIFY"
        name = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
        kind = ObjectType.SYMMETRIC_KEY if spec.startswith("HMAC") else ObjectType.PRIVATE_KEY
        found = kmip.ask(Operation.LOCATE, attribute((1, 4), "ObjectType", kind)).done()
        assert name in [one.value for one in found.all("UniqueIdentifier")]
        data = item("Data", b"data")
        if kind is ObjectType.SYMMETRIC_KEY:
            made = kmip.ask(Operation.MAC, identifier(name), HMAC, data).done()["MACData"].value
            assert kms.verify_mac(KeyId=name, Message=b"data", Mac=made, MacAlgorithm="HMAC_SHA_256")["MacValid"]
        else:
            scheme, algorithm = (PSS, "RSASSA_PSS_SHA_256") if spec == "RSA_2048" else (SHA_256, "ECDSA_SHA_256")
            made = kmip.ask(Operation.SIGN, identifier(name), scheme, data).done()["SignatureData"].value
            assert kms.verify(KeyId=name, Message=b"data", Signature=made, SigningAlgorithm=algorithm)["SignatureValid"]

    def test_what_is_disabled_over_aws_seals_nothing_over_kmip(self, kms, kmip, aws_key):
        name = aws_key["KeyId"]
        sealed(kmip, name).done()
        kms.disable_key(KeyId=name)
        sealed(kmip, name).refused(*NOT_NOW)
        kms.enable_key(KeyId=name)
        sealed(kmip, name).done()

    def test_what_waits_for_its_deletion_seals_nothing_over_kmip(self, kms, kmip, aws_key):
        kms.schedule_key_deletion(KeyId=aws_key["KeyId"], PendingWindowInDays=7)
        sealed(kmip, aws_key["KeyId"]).refused()


class TestKeysRegisteredOverKMIP:
    def test_one_is_seen_and_used_over_aws(self, kms, kmip):
        name = registered_key(kmip)
        described = kms.describe_key(KeyId=name)["KeyMetadata"]
        assert (described["KeySpec"], described["KeyUsage"]) == ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
        assert described["KeyState"] == "Enabled" and described["Enabled"]
        pages = kms.get_paginator("list_keys").paginate()
        assert name in [key["KeyId"] for page in pages for key in page["Keys"]]
        blob = kms.encrypt(KeyId=name, Plaintext=b"over AWS", EncryptionContext={"a": "b"})["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"})["Plaintext"] == b"over AWS"

    def test_a_pair_for_rsa_signs_over_aws(self, kms, kmip):
        private = rsa.generate_private_key(65537, 2048)
        name = registered_private(kmip, private, CryptographicAlgorithm.RSA, 2048)
        described = kms.describe_key(KeyId=name)["KeyMetadata"]
        assert (described["KeySpec"], described["KeyUsage"]) == ("RSA_2048", "SIGN_VERIFY")
        signature = kms.sign(KeyId=name, Message=b"signed", SigningAlgorithm="RSASSA_PSS_SHA_256")["Signature"]
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        private.public_key().verify(signature, b"signed", pss, hashes.SHA256())
        assert serialization.load_der_public_key(kms.get_public_key(KeyId=name)["PublicKey"]) == private.public_key()

    def test_a_pair_on_a_curve_signs_over_aws(self, kms, kmip):
        private = ec.generate_private_key(ec.SECP256R1())
        name = registered_private(kmip, private, CryptographicAlgorithm.EC, 256)
        assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeySpec"] == "ECC_NIST_P256"
        signature = kms.sign(KeyId=name, Message=b"signed", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
        private.public_key().verify(signature, b"signed", ec.ECDSA(hashes.SHA256()))

    def test_what_aws_has_no_name_for_is_not_seen_there(self, kms, bench):
        name = bench.secret()
        with refused("NotFoundException"):
            kms.describe_key(KeyId=name)

    @pytest.mark.parametrize("bits, mask", [(256, 12 | WRAP_AND_UNWRAP | MAC_AND_VERIFY), (256, 12), (256, 4)])
    def test_what_does_more_or_less_is_shown_with_the_usage_that_aws_knows(self, kms, kmip, bits, mask):
        name = created(kmip, bits, mask)
        described = kms.describe_key(KeyId=name)["KeyMetadata"]
        assert (described["KeySpec"], described["KeyUsage"]) == ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
        assert described["EncryptionAlgorithms"] == ["SYMMETRIC_DEFAULT"]

    @pytest.mark.parametrize("bits, mask", [(256, WRAP_AND_UNWRAP), (256, MAC_AND_VERIFY), (256, DERIVE), (256, 0), (128, 12)])
    def test_what_aws_has_no_word_for_is_not_there(self, kms, kmip, bits, mask):
        not_there(kms, created(kmip, bits, mask))

    @pytest.mark.parametrize(
        "bits, mask, usage", [(2048, SIGN, "SIGN_VERIFY"), (2048, 8, "ENCRYPT_DECRYPT"), (2048, SIGN | 8, None), (1024, SIGN, None)]
    )
    def test_a_pair_is_for_one_thing_or_not_there(self, kms, kmip, bits, mask, usage):
        private, public = pair(kmip, bits, mask)
        not_there(kms, public)
        if usage is None:
            not_there(kms, private)
        else:
            assert kms.describe_key(KeyId=private)["KeyMetadata"]["KeyUsage"] == usage
            kmip.ask(Operation.ACTIVATE, identifier(private)).done()
            assert kms.get_public_key(KeyId=private)["KeyUsage"] == usage

    def test_what_is_revoked_over_kmip_seals_nothing_over_aws(self, kms, kmip):
        name = registered_key(kmip)
        kms.encrypt(KeyId=name, Plaintext=b"x")
        kmip.ask(Operation.REVOKE, identifier(name), UNSPECIFIED).done()
        assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyState"] == "Disabled"
        with refused("DisabledException"):
            kms.encrypt(KeyId=name, Plaintext=b"x")

    def test_what_is_not_active_yet_seals_nothing_over_aws(self, kms, bench):
        name = bench.idle_key()
        assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyState"] == "Disabled"
        with refused("DisabledException"):
            kms.encrypt(KeyId=name, Plaintext=b"x")
        bench.active(name)
        kms.encrypt(KeyId=name, Plaintext=b"x")

    def test_what_is_disabled_over_aws_seals_nothing_over_kmip(self, kms, kmip):
        name = registered_key(kmip)
        kms.disable_key(KeyId=name)
        sealed(kmip, name).refused(*NOT_NOW)
        kms.enable_key(KeyId=name)
        assert state(kmip, name) is State.ACTIVE
        sealed(kmip, name).done()

    def test_what_is_destroyed_over_kmip_is_gone_over_aws(self, kms, kmip):
        name = registered_key(kmip)
        blob = kms.encrypt(KeyId=name, Plaintext=b"x")["CiphertextBlob"]
        kmip.ask(Operation.REVOKE, identifier(name), UNSPECIFIED).done()
        kmip.ask(Operation.DESTROY, identifier(name)).done()
        with refused("NotFoundException"):
            kms.describe_key(KeyId=name)
        with refused("AccessDeniedException"):
            kms.decrypt(CiphertextBlob=blob)


def test_dates_hold_for_both(tmp_path):
    with kmip_house_in(tmp_path / "dates") as house, Connection(house.kmip_client()) as kmip:
        kms = house.client()
        end = Time(time.time() + HOUR)
        name = registered_key(kmip, None, ("DeactivationDate", end))
        blob = kms.encrypt(KeyId=name, Plaintext=b"kept")["CiphertextBlob"]
        secret = sealed(kmip, name).done()["Data"].value
        house.advance_clock(2 * HOUR)
        assert state(kmip, name) is State.DEACTIVATED
        sealed(kmip, name).refused(*NOT_NOW)
        assert opened(kmip, name, secret).done()["Data"].value == b"kept"
        assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyState"] == "Disabled"
        with refused("DisabledException"):
            kms.encrypt(KeyId=name, Plaintext=b"x")
        # Deactivated keys protect no more, and still give back what they protected, whichever protocol asks.
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"kept"


def test_a_key_begins_at_its_time_for_both(tmp_path):
    with kmip_house_in(tmp_path / "begins") as house, Connection(house.kmip_client()) as kmip:
        kms = house.client()
        template = attributes((1, 4), [*AES_256, ("ActivationDate", Time(time.time() + HOUR))])
        made = kmip.ask(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), template).done()
        name = made["UniqueIdentifier"].value
        assert state(kmip, name) is State.PRE_ACTIVE
        with refused("DisabledException"):
            kms.encrypt(KeyId=name, Plaintext=b"x")
        house.advance_clock(2 * HOUR)
        kms.encrypt(KeyId=name, Plaintext=b"x")
        sealed(kmip, name).done()


class TestOneLog:
    def records(self, house, name):
        """What was written down about a key, by its ARN."""
        return [json.loads(line) for line in house.audit_lines() if name.encode() in line]

    def test_both_doors_write_into_it(self, kmip_house, kms, kmip):
        name = registered_key(kmip)
        kms.encrypt(KeyId=name, Plaintext=b"x")
        sealed(kmip, name).done()
        kmip.ask(Operation.GET, identifier(name)).done()
        told = [(one["door"], one["operation"], one["outcome"]) for one in self.records(kmip_house, name)]
        for expected in (("aws", "Encrypt"), ("kmip", "Encrypt"), ("kmip", "Get"), ("kmip", "Activate")):
            assert (*expected, "success") in told, told
        (got,) = [one for one in self.records(kmip_house, name) if one["operation"] == "Get"]
        assert got["who"]["principal"] == f"arn:aws:iam::{kmip_house.account}:user/kmip/suite"
        assert got["tls"] is True

    def test_refusals_are_in_it(self, kmip_house, kmip, aws_key):
        kmip.ask(Operation.GET, identifier(aws_key["KeyId"])).refused()
        outcomes = [one["outcome"] for one in self.records(kmip_house, aws_key["KeyId"]) if one["operation"] == "Get"]
        assert outcomes and "success" not in outcomes

    def test_it_holds_nothing_secret(self, kmip_house, kmip):
        material, text = b"planted-material-9f3b71c4d2a6e805", b"planted-text-51ab9e"
        name = registered_key(kmip, material[:32])
        sealed(kmip, name, text).done()
        kmip.ask(Operation.GET, identifier(name)).done()
        for line in kmip_house.audit_lines():
            for secret in (material[:32], text):
                assert secret not in line and secret.hex().encode() not in line.lower()


def test_the_moment_of_the_last_change_is_the_same(kms, kmip):
    name = registered_key(kmip)
    created = kms.describe_key(KeyId=name)["KeyMetadata"]["CreationDate"]
    given = attributes_of(kmip.ask(Operation.GET_ATTRIBUTES, identifier(name)).done())
    assert abs(created - datetime.datetime.fromtimestamp(given["InitialDate"][0], datetime.timezone.utc)).total_seconds() < 2
