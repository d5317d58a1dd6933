"""What AWS documents about key states: every operation on a key in every state that a key can be brought to here.

The states in which AWS has keys that nobody can make here (creating, updating, unavailable) are not tried."""

import csv
import os
import pathlib
import re
import uuid

import pytest

from expect import refused
from material import wrap
from server import ROOT

# Where keys of several Regions have a replica, and what is only for such keys.
ELSEWHERE = "eu-west-3"
OF_SEVERAL_REGIONS = {"ReplicateKey", "UpdatePrimaryRegion"}

STATES = ("Enabled", "Disabled", "PendingDeletion")
IMPORT_STATES = (*STATES, "PendingImport")

DISABLED = ("DisabledException", "{arn} is disabled.")
PENDING = ("KMSInvalidStateException", "{arn} is pending deletion.")
NOT_PENDING = ("KMSInvalidStateException", "{arn} is not pending deletion.")
WAITING = ("KMSInvalidStateException", "{arn} is pending import.")
MADE_HERE = ("UnsupportedOperationException", "{arn} origin is AWS_KMS which is not valid for this operation.")
MADE_ELSEWHERE = ("UnsupportedOperationException", "{arn} origin is EXTERNAL which is not valid for this operation.")

# What a key in each of STATES answers: None where the call succeeds.
ALWAYS = (None, None, None)
WHILE_ON = (None, DISABLED, PENDING)
UNLESS_PENDING = (None, None, PENDING)
NEVER = (MADE_HERE, MADE_HERE, MADE_HERE)

# The same of a key for imported material in each of IMPORT_STATES, where it isn't what the row of a key made here says with
# WAITING at the end, or with nothing.
OF_IMPORTED = {
    "CancelKeyDeletion": (NOT_PENDING, NOT_PENDING, None, NOT_PENDING),
    "DeleteImportedKeyMaterial": (None, None, None, None),
    "DisableKey": (None, None, PENDING, WAITING),
    "DisableKeyRotation": (MADE_ELSEWHERE,) * 4,
    "EnableKey": (None, None, PENDING, WAITING),
    "EnableKeyRotation": (MADE_ELSEWHERE,) * 4,
    "GetKeyRotationStatus": (MADE_ELSEWHERE,) * 4,
    "GetParametersForImport": (None, None, PENDING, None),
    "ImportKeyMaterial": (None, None, PENDING, None),
}


SIGNING = ("ECC_NIST_P256", "SIGN_VERIFY")
MAC = ("HMAC_256", "GENERATE_VERIFY_MAC")
AGREEMENT = ("ECC_NIST_P256", "KEY_AGREEMENT")

# Rows that need keys of another kind than the usual.
KINDS = {
    "DeriveSharedSecret": AGREEMENT,
    "GenerateMac": MAC,
    "GetPublicKey": SIGNING,
    "Sign": SIGNING,
    "Verify": SIGNING,
    "VerifyMac": MAC,
}

# AWS's table doesn't have them, and the system's libcrypto may not; tried with the post-quantum keys.
TRIED_ELSEWHERE = {"Decapsulate", "Encapsulate"}


class Bench:
    """A key, and what calls need of it, made while it could still be used."""

    def __init__(self, server, kind=(), is_multi_region=False, origin="AWS_KMS"):
        self.kms = server.client()
        arguments = dict(zip(("KeySpec", "KeyUsage"), kind), MultiRegion=is_multi_region)
        tags = [{"TagKey": "a", "TagValue": "b"}]
        key = self.kms.create_key(Origin=origin, Tags=tags, **arguments)["KeyMetadata"]
        self.key, self.arn = key["KeyId"], key["Arn"]
        if origin == "EXTERNAL":
            self.fill()
        self.other = self.kms.create_key(**arguments)["KeyMetadata"]["KeyId"]
        self.me = f"arn:aws:iam::{server.account}:user/somebody"
        self.prepare(kind)
        self.alias, self.other_alias = f"alias/{uuid.uuid4()}", f"alias/{uuid.uuid4()}"
        self.kms.create_alias(AliasName=self.alias, TargetKeyId=self.key)
        self.kms.create_alias(AliasName=self.other_alias, TargetKeyId=self.other)
        self.grant = self.kms.create_grant(KeyId=self.key, GranteePrincipal=self.me, Operations=["DescribeKey"])
        self.policy = self.kms.get_key_policy(KeyId=self.key)["Policy"]
        if is_multi_region:
            self.kms.replicate_key(KeyId=self.key, ReplicaRegion=ELSEWHERE)

    def prepare(self, kind):
        if not kind:
            self.blob = self.kms.encrypt(KeyId=self.key, Plaintext=b"x")["CiphertextBlob"]
            self.other_blob = self.kms.encrypt(KeyId=self.other, Plaintext=b"x")["CiphertextBlob"]
        if kind == SIGNING:
            self.signature = self.kms.sign(**self.message, SigningAlgorithm="ECDSA_SHA_256")["Signature"]
        if kind == MAC:
            self.mac = self.kms.generate_mac(**self.message, MacAlgorithm="HMAC_SHA_256")["Mac"]
        if kind == AGREEMENT:
            self.peer = self.kms.get_public_key(KeyId=self.other)["PublicKey"]

    @property
    def message(self):
        return {"KeyId": self.key, "Message": b"x"}

    def fill(self):
        """Brings the first material in, and new material that waits for a rotation."""
        self.parcel = parcel(self.kms, self.key, b"1" * 32)
        self.kms.import_key_material(KeyId=self.key, **self.parcel)
        self.kms.import_key_material(
            KeyId=self.key, ImportType="NEW_KEY_MATERIAL", **parcel(self.kms, self.key, b"2" * 32)
        )

    parcel = dict(ImportToken=b"x", EncryptedKeyMaterial=b"x", ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE")

    def bring_to(self, state):
        if state == "PendingImport":
            self.kms.delete_imported_key_material(KeyId=self.key)
        if state == "Disabled":
            self.kms.disable_key(KeyId=self.key)
        if state == "PendingDeletion":
            self.kms.schedule_key_deletion(KeyId=self.key)
        assert self.state() == state

    def state(self):
        """AWS documents a primary that waits for its replicas together with other keys on their way out."""
        state = self.kms.describe_key(KeyId=self.key)["KeyMetadata"]["KeyState"]
        return state.replace("PendingReplicaDeletion", "PendingDeletion")


def parcel(kms, key, material):
    """Material on its way into a key, as members of ImportKeyMaterial."""
    parameters = kms.get_parameters_for_import(
        KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    )
    return dict(
        ImportToken=parameters["ImportToken"],
        EncryptedKeyMaterial=wrap(parameters["PublicKey"], material, algorithm="RSAES_OAEP_SHA_256"),
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )


ROWS = {
    "CancelKeyDeletion": ((NOT_PENDING, NOT_PENDING, None), lambda b: b.kms.cancel_key_deletion(KeyId=b.key)),
    "CreateAlias": (UNLESS_PENDING, lambda b: b.kms.create_alias(AliasName=f"alias/{uuid.uuid4()}", TargetKeyId=b.key)),
    "CreateGrant": (
        WHILE_ON,
        lambda b: b.kms.create_grant(KeyId=b.key, GranteePrincipal=b.me, Operations=["Encrypt"]),
    ),
    "Decrypt": (WHILE_ON, lambda b: b.kms.decrypt(CiphertextBlob=b.blob)),
    "DeleteAlias": (ALWAYS, lambda b: b.kms.delete_alias(AliasName=b.alias)),
    "DeleteImportedKeyMaterial": (NEVER, lambda b: b.kms.delete_imported_key_material(KeyId=b.key)),
    "DescribeKey": (ALWAYS, lambda b: b.kms.describe_key(KeyId=b.key)),
    "DisableKey": (UNLESS_PENDING, lambda b: b.kms.disable_key(KeyId=b.key)),
    "DisableKeyRotation": (WHILE_ON, lambda b: b.kms.disable_key_rotation(KeyId=b.key)),
    "EnableKey": (UNLESS_PENDING, lambda b: b.kms.enable_key(KeyId=b.key)),
    "EnableKeyRotation": (WHILE_ON, lambda b: b.kms.enable_key_rotation(KeyId=b.key)),
    "Encrypt": (WHILE_ON, lambda b: b.kms.encrypt(KeyId=b.key, Plaintext=b"x")),
    "GenerateDataKey": (WHILE_ON, lambda b: b.kms.generate_data_key(KeyId=b.key, KeySpec="AES_256")),
    "GenerateDataKeyPair": (
        WHILE_ON,
        lambda b: b.kms.generate_data_key_pair(KeyId=b.key, KeyPairSpec="ECC_NIST_P256"),
    ),
    "GenerateDataKeyPairWithoutPlaintext": (
        WHILE_ON,
        lambda b: b.kms.generate_data_key_pair_without_plaintext(KeyId=b.key, KeyPairSpec="ECC_NIST_P256"),
    ),
    "GenerateDataKeyWithoutPlaintext": (
        WHILE_ON,
        lambda b: b.kms.generate_data_key_without_plaintext(KeyId=b.key, KeySpec="AES_256"),
    ),
    "DeriveSharedSecret": (
        WHILE_ON,
        lambda b: b.kms.derive_shared_secret(KeyId=b.key, PublicKey=b.peer, KeyAgreementAlgorithm="ECDH"),
    ),
    "GenerateMac": (WHILE_ON, lambda b: b.kms.generate_mac(**b.message, MacAlgorithm="HMAC_SHA_256")),
    "GetPublicKey": (WHILE_ON, lambda b: b.kms.get_public_key(KeyId=b.key)),
    "Sign": (WHILE_ON, lambda b: b.kms.sign(**b.message, SigningAlgorithm="ECDSA_SHA_256")),
    "Verify": (
        WHILE_ON,
        lambda b: b.kms.verify(**b.message, SigningAlgorithm="ECDSA_SHA_256", Signature=b.signature),
    ),
    "VerifyMac": (WHILE_ON, lambda b: b.kms.verify_mac(**b.message, MacAlgorithm="HMAC_SHA_256", Mac=b.mac)),
    "GetKeyLastUsage": (ALWAYS, lambda b: b.kms.get_key_last_usage(KeyId=b.key)),
    "GetKeyPolicy": (ALWAYS, lambda b: b.kms.get_key_policy(KeyId=b.key)),
    "GetKeyRotationStatus": (ALWAYS, lambda b: b.kms.get_key_rotation_status(KeyId=b.key)),
    "GetParametersForImport": (
        NEVER,
        lambda b: b.kms.get_parameters_for_import(KeyId=b.key, WrappingAlgorithm="SM2PKE", WrappingKeySpec="SM2"),
    ),
    "ImportKeyMaterial": (NEVER, lambda b: b.kms.import_key_material(KeyId=b.key, **b.parcel)),
    "ListAliases": (ALWAYS, lambda b: b.kms.list_aliases(KeyId=b.key)),
    "ListGrants": (ALWAYS, lambda b: b.kms.list_grants(KeyId=b.key)),
    "ListKeyPolicies": (ALWAYS, lambda b: b.kms.list_key_policies(KeyId=b.key)),
    "ListKeyRotations": (ALWAYS, lambda b: b.kms.list_key_rotations(KeyId=b.key)),
    "ListResourceTags": (ALWAYS, lambda b: b.kms.list_resource_tags(KeyId=b.key)),
    "PutKeyPolicy": (ALWAYS, lambda b: b.kms.put_key_policy(KeyId=b.key, Policy=b.policy)),
    "ReEncrypt": (WHILE_ON, lambda b: b.kms.re_encrypt(CiphertextBlob=b.blob, DestinationKeyId=b.other)),
    "ReEncrypt to": (WHILE_ON, lambda b: b.kms.re_encrypt(CiphertextBlob=b.other_blob, DestinationKeyId=b.key)),
    "ReplicateKey": (WHILE_ON, lambda b: b.kms.replicate_key(KeyId=b.key, ReplicaRegion="sa-east-1")),
    "RetireGrant": (ALWAYS, lambda b: b.kms.retire_grant(KeyId=b.arn, GrantId=b.grant["GrantId"])),
    "RetireGrant by token": (ALWAYS, lambda b: b.kms.retire_grant(GrantToken=b.grant["GrantToken"])),
    "RevokeGrant": (ALWAYS, lambda b: b.kms.revoke_grant(KeyId=b.key, GrantId=b.grant["GrantId"])),
    "RotateKeyOnDemand": (WHILE_ON, lambda b: b.kms.rotate_key_on_demand(KeyId=b.key)),
    "ScheduleKeyDeletion": (UNLESS_PENDING, lambda b: b.kms.schedule_key_deletion(KeyId=b.key)),
    "TagResource": (UNLESS_PENDING, lambda b: b.kms.tag_resource(KeyId=b.key, Tags=[{"TagKey": "c", "TagValue": "d"}])),
    "UntagResource": (UNLESS_PENDING, lambda b: b.kms.untag_resource(KeyId=b.key, TagKeys=["a"])),
    "UpdateAlias": (UNLESS_PENDING, lambda b: b.kms.update_alias(AliasName=b.other_alias, TargetKeyId=b.key)),
    "UpdateAlias away": (ALWAYS, lambda b: b.kms.update_alias(AliasName=b.alias, TargetKeyId=b.other)),
    "UpdateKeyDescription": (UNLESS_PENDING, lambda b: b.kms.update_key_description(KeyId=b.key, Description="new")),
    "UpdatePrimaryRegion": (WHILE_ON, lambda b: b.kms.update_primary_region(KeyId=b.key, PrimaryRegion=ELSEWHERE)),
}

# AWS's own table, kept beside the checkout: nobody else's text is in this repository.
TABLE = pathlib.Path(os.environ.get("CLAVIGER_FACTS", ROOT.parent / "shared" / "facts")) / "aws-key-state-table.csv"

# What its footnotes say of symmetric keys; the others are about keys of other kinds and are no refusal.
FOOTNOTES = {1: DISABLED, 2: PENDING, 3: PENDING, 4: NOT_PENDING, 10: PENDING}
FOOTNOTES_OF_GENERATED = {**FOOTNOTES, 9: MADE_HERE}
FOOTNOTES_OF_IMPORTED = {**FOOTNOTES, 5: WAITING, 6: MADE_ELSEWHERE, 7: MADE_ELSEWHERE, 8: PENDING}

WITHOUT_A_KEY = {"CreateKey", "GenerateRandom", "ListKeys", "ListRetirableGrants"}
WITHOUT_A_KEY |= {
    operation + "CustomKeyStore" + ("s" if operation == "Describe" else "")
    for operation in ("Create", "Describe", "Update", "Delete", "Connect", "Disconnect")
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("row", sorted(ROWS))
def test_the_answer_is_the_documented_one(server, row, state):
    answers, call = ROWS[row]
    bench = Bench(server, KINDS.get(row, ()), row in OF_SEVERAL_REGIONS)
    judge(bench, state, answers[STATES.index(state)], call)


@pytest.mark.parametrize("state", IMPORT_STATES)
@pytest.mark.parametrize("row", sorted(ROWS.keys() - KINDS.keys() - OF_SEVERAL_REGIONS))
def test_the_answer_of_a_key_for_imported_material_is_the_documented_one(server, row, state):
    bench = Bench(server, origin="EXTERNAL")
    judge(bench, state, of_imported(row)[IMPORT_STATES.index(state)], ROWS[row][1])


def of_imported(row):
    answers = ROWS[row][0]
    return OF_IMPORTED.get(row, (*answers, WAITING if answers == WHILE_ON else None))


def judge(bench, state, expected, call):
    bench.bring_to(state)
    if expected is None:
        assert call(bench)["ResponseMetadata"]["HTTPStatusCode"] == 200
        return
    code, message = expected
    with refused(code, message.format(arn=bench.arn)):
        call(bench)
    assert bench.state() == state


def test_no_operation_is_left_out(wire, kms):
    """Whatever the server has is in the table, or touches no key."""
    there = {
        name
        for name in kms.meta.service_model.operation_names
        if wire.call(name, {}).error != "UnsupportedOperationException"
    }
    assert there == {row.split(" ")[0] for row in ROWS} | WITHOUT_A_KEY | TRIED_ELSEWHERE


@pytest.mark.skipif(not TABLE.is_file(), reason="SKIPPED: AWS's table isn't there. Name its folder in CLAVIGER_FACTS.")
def test_the_table_is_the_documented_one():
    documented = {}
    with open(TABLE, newline="") as file:
        for row in csv.reader(file):
            if row[0] not in ROWS:
                continue
            documented[row[0]] = tuple(answer(cell, FOOTNOTES_OF_GENERATED) for cell in row[1:4])
            # Of keys of other kinds the table says nothing useful here: it is older than their import.
            if row[0] not in KINDS:
                documented[row[0]] += tuple(answer(cell, FOOTNOTES_OF_IMPORTED) for cell in row[1:5])
    here = {name: ROWS[name][0] + (() if name in KINDS else of_imported(name)) for name in documented}
    assert len(here) > 25
    assert here == documented


def answer(cell, footnotes):
    """A cell's refusal of a symmetric key; None where it succeeds. Where the material comes from is judged first."""
    notes = [footnotes[number] for number in map(int, re.findall(r"\[(\d+)\]", cell)) if number in footnotes]
    notes.sort(key=lambda note: note not in (MADE_HERE, MADE_ELSEWHERE))
    assert notes or not cell.startswith("X"), cell
    return notes[0] if notes else None
