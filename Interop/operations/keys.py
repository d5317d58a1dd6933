"""The operations on keys: how to ask for each, what it needs, and what keys answer state by state.

Rights and who can give them are those of "AWS KMS permissions"; states those of "Key states of AWS KMS keys"."""

from .key_bench import AGREEMENT, ELSEWHERE, ENCAPSULATION, FURTHER, MAC, SIGNING
from .key_states import (
    ALWAYS,
    IMPORTING,
    NEVER,
    NOT_OF_IMPORTED,
    NOT_PENDING,
    ON_AND_FILLED,
    ONLY_PENDING,
    UNLESS_PENDING,
    WHILE_ON,
)
from .row import Right, Row


def _row(name, states, request, *, rights=None, **more):
    rights = rights or (Right(f"kms:{name.split(' ')[0]}", "arn"),)
    return Row(name, request, rights, states=states, **more)


def _used(name, request, *, rights=None, grants=None, **more):
    """An operation that works while the key is on, that grants can allow and other accounts be let do."""
    grants = grants or (("arn", (name.split(" ")[0],)),)
    return _row(name, WHILE_ON, request, rights=rights, grants=grants, crosses_accounts=True, **more)


def _managed(name, states, request, **more):
    """An operation that changes the key and stays within its account."""
    return _row(name, states, request, changes=("key",), **more)


CRYPTOGRAPHY = (
    _used("Encrypt", lambda b: dict(KeyId=b.key, Plaintext=b"x")),
    _used("Decrypt", lambda b: dict(CiphertextBlob=b.blob, KeyId=b.key)),
    _used("Decrypt by its ciphertext", lambda b: dict(CiphertextBlob=b.blob), names_resource=False),
    _used(
        "ReEncrypt",
        lambda b: dict(CiphertextBlob=b.blob, SourceKeyId=b.key, DestinationKeyId=b.other),
        rights=(Right("kms:ReEncryptFrom", "arn"), Right("kms:ReEncryptTo", "other_arn")),
        grants=(("arn", ("ReEncryptFrom",)), ("other_arn", ("ReEncryptTo",))),
    ),
    _used(
        "ReEncrypt to",
        lambda b: dict(CiphertextBlob=b.other_blob, SourceKeyId=b.other, DestinationKeyId=b.key),
        rights=(Right("kms:ReEncryptFrom", "other_arn"), Right("kms:ReEncryptTo", "arn")),
        grants=(("arn", ("ReEncryptTo",)), ("other_arn", ("ReEncryptFrom",))),
    ),
    _used("GenerateDataKey", lambda b: dict(KeyId=b.key, KeySpec="AES_256")),
    _used("GenerateDataKeyWithoutPlaintext", lambda b: dict(KeyId=b.key, KeySpec="AES_256")),
    _used("GenerateDataKeyPair", lambda b: dict(KeyId=b.key, KeyPairSpec="ECC_NIST_P256")),
    _used("GenerateDataKeyPairWithoutPlaintext", lambda b: dict(KeyId=b.key, KeyPairSpec="ECC_NIST_P256")),
    _used("Sign", lambda b: dict(**b.message, SigningAlgorithm="ECDSA_SHA_256"), kind=SIGNING),
    _used("Verify", lambda b: dict(**b.message, SigningAlgorithm="ECDSA_SHA_256", Signature=b.signature), kind=SIGNING),
    _used("GetPublicKey", lambda b: dict(KeyId=b.key), kind=SIGNING),
    _used("GenerateMac", lambda b: dict(**b.message, MacAlgorithm="HMAC_SHA_256"), kind=MAC),
    _used("VerifyMac", lambda b: dict(**b.message, MacAlgorithm="HMAC_SHA_256", Mac=b.mac), kind=MAC),
    _used(
        "DeriveSharedSecret",
        lambda b: dict(KeyId=b.key, PublicKey=b.peer, KeyAgreementAlgorithm="ECDH"),
        kind=AGREEMENT,
    ),
    _used(
        "Encapsulate",
        lambda b: dict(KeyId=b.key, EncapsulationAlgorithm="ML_KEM"),
        kind=ENCAPSULATION,
        needs_newer_library=True,
    ),
    _used(
        "Decapsulate",
        lambda b: dict(KeyId=b.key, EncapsulationAlgorithm="ML_KEM", SharedSecretCiphertextBlob=b.capsule),
        kind=ENCAPSULATION,
        needs_newer_library=True,
    ),
)

READING = (
    _row("DescribeKey", ALWAYS, lambda b: dict(KeyId=b.key), crosses_accounts=True, grants=(("arn", ("DescribeKey",)),)),
    _row("GetKeyLastUsage", ALWAYS, lambda b: dict(KeyId=b.key)),
    _row("GetKeyPolicy", ALWAYS, lambda b: dict(KeyId=b.key)),
    _row("GetKeyRotationStatus", ALWAYS, lambda b: dict(KeyId=b.key), imported=NOT_OF_IMPORTED, crosses_accounts=True),
    _row("ListGrants", ALWAYS, lambda b: dict(KeyId=b.key), crosses_accounts=True),
    _row("ListKeyPolicies", ALWAYS, lambda b: dict(KeyId=b.key)),
    _row("ListKeyRotations", ALWAYS, lambda b: dict(KeyId=b.key)),
    _row("ListResourceTags", ALWAYS, lambda b: dict(KeyId=b.key)),
    # On one key too, it is a right of the account.
    _row("ListAliases", ALWAYS, lambda b: dict(KeyId=b.key), rights=(Right("kms:ListAliases"),)),
)

LIFE = (
    _managed(
        "CancelKeyDeletion",
        ONLY_PENDING,
        lambda b: dict(KeyId=b.key),
        imported=(NOT_PENDING, NOT_PENDING, None, NOT_PENDING),
        ready=lambda b: b.do("ScheduleKeyDeletion", KeyId=b.id),
    ),
    _managed("DisableKey", UNLESS_PENDING, lambda b: dict(KeyId=b.key), imported=ON_AND_FILLED),
    _managed(
        "EnableKey",
        UNLESS_PENDING,
        lambda b: dict(KeyId=b.key),
        imported=ON_AND_FILLED,
        ready=lambda b: b.do("DisableKey", KeyId=b.id),
    ),
    _managed("ScheduleKeyDeletion", UNLESS_PENDING, lambda b: dict(KeyId=b.key)),
    _managed("UpdateKeyDescription", UNLESS_PENDING, lambda b: dict(KeyId=b.key, Description="new")),
    _managed("TagResource", UNLESS_PENDING, lambda b: dict(KeyId=b.key, Tags=[{"TagKey": "c", "TagValue": "d"}])),
    _managed("UntagResource", UNLESS_PENDING, lambda b: dict(KeyId=b.key, TagKeys=["a"])),
    # The same in other letters, so that it is a change.
    _managed("PutKeyPolicy", ALWAYS, lambda b: dict(KeyId=b.key, Policy=b.policy + " ")),
)

ROTATION = (
    _managed(
        "DisableKeyRotation",
        WHILE_ON,
        lambda b: dict(KeyId=b.key),
        imported=NOT_OF_IMPORTED,
        ready=lambda b: b.do("EnableKeyRotation", KeyId=b.id),
    ),
    _managed("EnableKeyRotation", WHILE_ON, lambda b: dict(KeyId=b.key), imported=NOT_OF_IMPORTED),
    _managed("RotateKeyOnDemand", WHILE_ON, lambda b: dict(KeyId=b.key)),
)

MATERIAL = (
    _managed(
        "DeleteImportedKeyMaterial",
        NEVER,
        lambda b: dict(KeyId=b.key),
        imported=(None, None, None, None),
        origin="EXTERNAL",
    ),
    _row(
        "GetParametersForImport",
        NEVER,
        lambda b: dict(KeyId=b.key, WrappingAlgorithm="SM2PKE", WrappingKeySpec="SM2"),
        imported=IMPORTING,
        origin="EXTERNAL",
    ),
    _managed(
        "ImportKeyMaterial",
        NEVER,
        lambda b: dict(KeyId=b.key, **b.parcel),
        imported=IMPORTING,
        origin="EXTERNAL",
        ready=lambda b: b.do("DeleteImportedKeyMaterial", KeyId=b.id),
    ),
)

REGIONS = (
    # What the new key needs is a right of the account.
    _managed(
        "ReplicateKey",
        WHILE_ON,
        lambda b: dict(KeyId=b.key, ReplicaRegion=FURTHER),
        rights=(Right("kms:ReplicateKey", "arn"), Right("kms:CreateKey")),
        several_regions=True,
    ),
    _managed(
        "UpdatePrimaryRegion",
        WHILE_ON,
        lambda b: dict(KeyId=b.key, PrimaryRegion=ELSEWHERE),
        rights=(Right("kms:UpdatePrimaryRegion", "arn"), Right("kms:UpdatePrimaryRegion", "replica_arn")),
        several_regions=True,
    ),
)

ALIASES = (
    _managed(
        "CreateAlias",
        UNLESS_PENDING,
        lambda b: dict(AliasName=b.new_alias, TargetKeyId=b.key),
        rights=(Right("kms:CreateAlias", "new_alias_arn"), Right("kms:CreateAlias", "arn")),
    ),
    _managed(
        "DeleteAlias",
        ALWAYS,
        lambda b: dict(AliasName=b.alias),
        rights=(Right("kms:DeleteAlias", "alias_arn"), Right("kms:DeleteAlias", "arn")),
    ),
    _managed(
        "UpdateAlias",
        UNLESS_PENDING,
        lambda b: dict(AliasName=b.other_alias, TargetKeyId=b.key),
        rights=tuple(Right("kms:UpdateAlias", on) for on in ("other_alias_arn", "arn", "other_arn")),
    ),
    _managed(
        "UpdateAlias away",
        ALWAYS,
        lambda b: dict(AliasName=b.alias, TargetKeyId=b.other),
        rights=tuple(Right("kms:UpdateAlias", on) for on in ("alias_arn", "other_arn", "arn")),
    ),
)

GRANTS = (
    _managed(
        "CreateGrant",
        WHILE_ON,
        lambda b: dict(KeyId=b.key, GranteePrincipal=b.somebody, Operations=["Encrypt"]),
        grants=(("arn", ("CreateGrant", "Encrypt")),),
        crosses_accounts=True,
    ),
    _managed(
        "RevokeGrant", ALWAYS, lambda b: dict(KeyId=b.key, GrantId=b.grant["GrantId"]), crosses_accounts=True
    ),
    # Whoever the grant doesn't name needs a right in the account that made it; the key's policy has no say.
    _managed("RetireGrant", ALWAYS, lambda b: dict(KeyId=b.arn, GrantId=b.grant["GrantId"]), by_key_policy=False),
    _managed(
        "RetireGrant by token", ALWAYS, lambda b: dict(GrantToken=b.grant["GrantToken"]), by_key_policy=False
    ),
)

ROWS = CRYPTOGRAPHY + READING + LIFE + ROTATION + MATERIAL + REGIONS + ALIASES + GRANTS
