"""A good request of every operation of KMIP, and the rights that it takes."""

import dataclasses
import os
import uuid
from collections.abc import Callable

from kmip.core.enums import (
    BlockCipherMode,
    CryptographicAlgorithm,
    HashingAlgorithm,
    InteropFunction,
    KeyFormatType,
    ObjectType,
    Operation,
    PaddingMethod,
    QueryFunction,
    RevocationReasonCode,
    SecretDataType,
    SplitKeyMethod,
)

from kmip_client import Connection, attribute, attributes, identifier, key_block, name_value, references
from ttlv import Code, Interval, Long, Time, item

SIGN, VERIFY, ENCRYPT_AND_DECRYPT, WRAP_AND_UNWRAP, MAC_AND_VERIFY, DERIVE = 1, 2, 12, 48, 0x180, 0x200

SET_DEFAULTS, SET_CONSTRAINTS, GET_CONSTRAINTS, ASYNCHRONOUS, PROCESS, PING = map(Code, range(0x36, 0x3C))

AES_256 = [
    ("CryptographicAlgorithm", CryptographicAlgorithm.AES),
    ("CryptographicLength", 256),
    ("CryptographicUsageMask", ENCRYPT_AND_DECRYPT),
]
CBC = item(
    "CryptographicParameters",
    [item("BlockCipherMode", BlockCipherMode.CBC), item("PaddingMethod", PaddingMethod.PKCS5)],
)
PSS = item(
    "CryptographicParameters",
    [item("PaddingMethod", PaddingMethod.PSS), item("HashingAlgorithm", HashingAlgorithm.SHA_256)],
)
HMAC = item("CryptographicParameters", [item("CryptographicAlgorithm", CryptographicAlgorithm.HMAC_SHA256)])
SHA_256 = item("CryptographicParameters", [item("HashingAlgorithm", HashingAlgorithm.SHA_256)])
UNSPECIFIED = item("RevocationReason", [item("RevocationReasonCode", RevocationReasonCode.UNSPECIFIED)])


DATES = [("ActivationDate", Time(1_000)), ("ProtectStopDate", Time(1 << 32)), ("DeactivationDate", Time(1 << 33))]


def of_type(kind):
    return item("ObjectType", kind)


class Bench:
    """Objects to work on, made by a client that may do everything, in its own version."""

    def __init__(self, identity, version=(1, 4)):
        self.version = version
        self.connection = Connection(identity, version)

    def close(self):
        self.connection.close()

    def do(self, operation, *payload):
        return self.connection.ask(operation, *payload).done()

    def name(self):
        return ("Name", name_value(f"bench-{uuid.uuid4()}"))

    def attributes(self, pairs, of=""):
        return attributes(self.version, pairs, of)

    def attribute(self, name, value):
        return attribute(self.version, name, value)

    # Objects

    def active(self, name):
        self.do(Operation.ACTIVATE, identifier(name))
        return name

    def idle_key(self, *more, mask=ENCRYPT_AND_DECRYPT):
        """An AES key before its activation."""
        template = [*AES_256[:2], ("CryptographicUsageMask", mask), self.name(), *more]
        made = self.do(Operation.CREATE, of_type(ObjectType.SYMMETRIC_KEY), self.attributes(template))
        return made["UniqueIdentifier"].value

    def key(self, *more, mask=ENCRYPT_AND_DECRYPT):
        return self.active(self.idle_key(*more, mask=mask))

    def hmac_key(self):
        block = key_block(
            os.urandom(32), key_format=KeyFormatType.RAW, algorithm=CryptographicAlgorithm.HMAC_SHA256, length=256
        )
        template = self.attributes([("CryptographicUsageMask", MAC_AND_VERIFY), self.name()])
        made = self.do(Operation.REGISTER, of_type(ObjectType.SYMMETRIC_KEY), template, item("SymmetricKey", [block]))
        return self.active(made["UniqueIdentifier"].value)

    def secret_body(self):
        block = key_block(b"a password", key_format=KeyFormatType.RAW)
        return item("SecretData", [item("SecretDataType", SecretDataType.PASSWORD), block])

    def secret(self):
        template = self.attributes([("CryptographicUsageMask", DERIVE), self.name()])
        made = self.do(Operation.REGISTER, of_type(ObjectType.SECRET_DATA), template, self.secret_body())
        return self.active(made["UniqueIdentifier"].value)

    def pair(self):
        """(private, public)."""
        made = self.do(
            Operation.CREATE_KEY_PAIR,
            self.attributes([("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)], "Common"),
            self.attributes([("CryptographicUsageMask", SIGN), self.name()], "PrivateKey"),
            self.attributes([("CryptographicUsageMask", VERIFY), self.name()], "PublicKey"),
        )
        return tuple(self.active(made[f"{which}KeyUniqueIdentifier"].value) for which in ("Private", "Public"))

    def parts(self):
        """A key in three parts, two of which are enough."""
        made = self.do(Operation.CREATE_SPLIT_KEY, *self.splitting(self.key()))
        return [self.active(one.value) for one in made.all("UniqueIdentifier")]

    def splitting(self, name):
        return [
            of_type(ObjectType.SPLIT_KEY),
            identifier(name),
            item("SplitKeyParts", 3),
            item("SplitKeyThreshold", 2),
            item("SplitKeyMethod", SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8),
            self.attributes([]),
        ]

    def archived(self):
        name = self.key()
        self.do(Operation.ARCHIVE, identifier(name))
        return name

    def sealed(self, name):
        """Items of a Decrypt that succeeds."""
        vector = item("IVCounterNonce", bytes(16))
        made = self.do(Operation.ENCRYPT, identifier(name), CBC, item("Data", b"kept"), vector)
        return [identifier(name), CBC, made["Data"], vector]

    def signed(self):
        private, public = self.pair()
        made = self.do(Operation.SIGN, identifier(private), PSS, item("Data", b"signed"))
        return [identifier(public), PSS, item("Data", b"signed"), made["SignatureData"]]

    def tagged(self):
        name = self.hmac_key()
        made = self.do(Operation.MAC, identifier(name), HMAC, item("Data", b"data"))
        return [identifier(name), HMAC, item("Data", b"data"), made["MACData"]]

    def described(self):
        name = self.key()
        self.do(Operation.ADD_ATTRIBUTE, identifier(name), self.attribute("ContactInformation", "before"))
        return name

    def wrapping(self):
        """What asks for a key in the wrapping of another."""
        outer = self.key(mask=WRAP_AND_UNWRAP)
        mode = item("CryptographicParameters", [item("BlockCipherMode", BlockCipherMode.NIST_KEY_WRAP)])
        with_key = item("EncryptionKeyInformation", [identifier(outer), mode])
        encoding = item("EncodingOption", Code(1))
        return item("KeyWrappingSpecification", [item("WrappingMethod", Code(1)), with_key, encoding])

    def raw_block(self, material=None):
        return key_block(
            material or os.urandom(32), key_format=KeyFormatType.RAW, algorithm=CryptographicAlgorithm.AES, length=256
        )


@dataclasses.dataclass(frozen=True, eq=False)
class Row:
    """One way to ask for an operation; `name` has words behind it where there are several ways."""

    name: str
    operation: object
    # bench -> payload
    payload: Callable
    # All of them are needed; none for what every client may do.
    rights: tuple = ()
    since: tuple = (1, 0)
    until: tuple = (2, 1)

    def __repr__(self):
        return self.name

    def is_of(self, version):
        return self.since <= version <= self.until


def pbkdf2(bench):
    parameters = [SHA_256, item("Salt", b"salt of sixteen "), item("IterationCount", 1000)]
    return [
        of_type(ObjectType.SYMMETRIC_KEY),
        identifier(bench.secret()),
        item("DerivationMethod", Code(1)),
        item("DerivationParameters", parameters),
        bench.attributes([*AES_256, bench.name()]),
    ]


def compromised(bench):
    reason = item("RevocationReason", [item("RevocationReasonCode", RevocationReasonCode.KEY_COMPROMISE)])
    return [identifier(bench.key()), reason, item("CompromiseOccurrenceDate", Time(1_000))]


def constraint(bench):
    part = [item("ObjectGroups", [item("ObjectGroup", f"of {uuid.uuid4()}")]), bench.attributes(AES_256[:2])]
    return [item("Constraints", [item("Constraint", part)])]


def imported(bench):
    key = item("SymmetricKey", [bench.raw_block()])
    return [identifier(str(uuid.uuid4())), of_type(ObjectType.SYMMETRIC_KEY), bench.attributes([*AES_256, bench.name()]), key]


V1_2, V1_4, V2_0, V2_1 = (1, 2), (1, 4), (2, 0), (2, 1)
Op = Operation

ROWS = [
    Row(
        "Create",
        Op.CREATE,
        lambda bench: [of_type(ObjectType.SYMMETRIC_KEY), bench.attributes([*AES_256, bench.name()])],
        ("kms:CreateKey",),
    ),
    Row(
        "Create with dates",
        Op.CREATE,
        lambda bench: [of_type(ObjectType.SYMMETRIC_KEY), bench.attributes([*AES_256, *DATES, bench.name()])],
        ("kms:CreateKey",),
    ),
    Row(
        "CreateKeyPair",
        Op.CREATE_KEY_PAIR,
        lambda bench: [
            bench.attributes([("CryptographicAlgorithm", CryptographicAlgorithm.RSA), ("CryptographicLength", 2048)], "Common"),
            bench.attributes([("CryptographicUsageMask", SIGN), bench.name()], "PrivateKey"),
            bench.attributes([("CryptographicUsageMask", VERIFY), bench.name()], "PublicKey"),
        ],
        ("kms:CreateKey",),
    ),
    Row(
        "Register a key",
        Op.REGISTER,
        lambda bench: [
            of_type(ObjectType.SYMMETRIC_KEY),
            bench.attributes([*AES_256, bench.name()]),
            item("SymmetricKey", [bench.raw_block()]),
        ],
        ("kmip:Register",),
    ),
    Row(
        "Register a secret",
        Op.REGISTER,
        lambda bench: [
            of_type(ObjectType.SECRET_DATA),
            bench.attributes([("CryptographicUsageMask", 0), bench.name()]),
            bench.secret_body(),
        ],
        ("kmip:Register",),
    ),
    Row("Import", Op.IMPORT, imported, ("kmip:Import",), V1_4),
    Row("ReKey", Op.REKEY, lambda bench: [identifier(bench.key())], ("kmip:ReKey",)),
    Row(
        "ReKey with an offset",
        Op.REKEY,
        lambda bench: [identifier(bench.key()), item("Offset", Interval(60))],
        ("kmip:ReKey",),
    ),
    Row("ReKeyKeyPair", Op.REKEY_KEY_PAIR, lambda bench: rekeyed_pair(bench), ("kmip:ReKeyKeyPair",), (1, 1)),
    Row("DeriveKey", Op.DERIVE_KEY, pbkdf2, ("kmip:DeriveKey",)),
    Row("Locate", Op.LOCATE, lambda bench: [], ("kmip:Locate",)),
    Row("Check", Op.CHECK, lambda bench: [identifier(bench.key())], ("kmip:Check",)),
    Row("Get", Op.GET, lambda bench: [identifier(bench.key())], ("kmip:Get",)),
    Row("Get wrapped", Op.GET, lambda bench: [identifier(bench.key()), bench.wrapping()], ("kmip:Get", "kmip:WrapKey")),
    Row("Export", Op.EXPORT, lambda bench: [identifier(bench.key())], ("kmip:Export",), V1_4),
    Row("GetAttributes", Op.GET_ATTRIBUTES, lambda bench: [identifier(bench.key())], ("kmip:GetAttributes",)),
    Row("GetAttributeList", Op.GET_ATTRIBUTE_LIST, lambda bench: [identifier(bench.key())], ("kmip:GetAttributeList",)),
    Row(
        "AddAttribute",
        Op.ADD_ATTRIBUTE,
        lambda bench: [identifier(bench.key()), bench.attribute("ContactInformation", "somebody")],
        ("kmip:AddAttribute",),
    ),
    Row(
        "ModifyAttribute",
        Op.MODIFY_ATTRIBUTE,
        lambda bench: [identifier(bench.described()), bench.attribute("ContactInformation", "after")],
        ("kmip:ModifyAttribute",),
    ),
    Row(
        "DeleteAttribute",
        Op.DELETE_ATTRIBUTE,
        lambda bench: [identifier(bench.described()), *references(bench.version, "ContactInformation")],
        ("kmip:DeleteAttribute",),
    ),
    Row(
        "SetAttribute",
        Op.SET_ATTRIBUTE,
        lambda bench: [identifier(bench.key()), bench.attribute("ContactInformation", "somebody")],
        ("kmip:SetAttribute",),
        V2_0,
    ),
    Row(
        "AdjustAttribute",
        Op.ADJUST_ATTRIBUTE,
        lambda bench: [
            identifier(bench.key(("RotateInterval", Interval(86_400)))),
            *references(bench.version, "RotateInterval"),
            item("AdjustmentType", Code(1)),
        ],
        ("kmip:AdjustAttribute",),
        V2_1,
    ),
    Row("ObtainLease", Op.OBTAIN_LEASE, lambda bench: [identifier(bench.key())], ("kmip:ObtainLease",)),
    Row(
        "GetUsageAllocation",
        Op.GET_USAGE_ALLOCATION,
        lambda bench: [identifier(limited(bench)), item("UsageLimitsCount", Long(10))],
        ("kmip:GetUsageAllocation",),
    ),
    Row("Activate", Op.ACTIVATE, lambda bench: [identifier(bench.idle_key())], ("kmip:Activate",)),
    Row("Revoke", Op.REVOKE, lambda bench: [identifier(bench.key()), UNSPECIFIED], ("kmip:Revoke",)),
    Row("Revoke what is compromised", Op.REVOKE, compromised, ("kmip:Revoke",)),
    Row("Destroy", Op.DESTROY, lambda bench: [identifier(bench.idle_key())], ("kmip:Destroy",)),
    Row("Archive", Op.ARCHIVE, lambda bench: [identifier(bench.key())], ("kmip:Archive",)),
    Row("Recover", Op.RECOVER, lambda bench: [identifier(bench.archived())], ("kmip:Recover",)),
    Row(
        "Encrypt",
        Op.ENCRYPT,
        lambda bench: [identifier(bench.key()), CBC, item("Data", b"x"), item("IVCounterNonce", bytes(16))],
        ("kms:Encrypt",),
        V1_2,
    ),
    Row("Decrypt", Op.DECRYPT, lambda bench: bench.sealed(bench.key()), ("kms:Decrypt",), V1_2),
    Row("Sign", Op.SIGN, lambda bench: [identifier(bench.pair()[0]), PSS, item("Data", b"x")], ("kms:Sign",), V1_2),
    Row("SignatureVerify", Op.SIGNATURE_VERIFY, lambda bench: bench.signed(), ("kms:Verify",), V1_2),
    Row("MAC", Op.MAC, lambda bench: [identifier(bench.hmac_key()), HMAC, item("Data", b"x")], ("kms:GenerateMac",), V1_2),
    Row("MACVerify", Op.MAC_VERIFY, lambda bench: bench.tagged(), ("kms:VerifyMac",), V1_2),
    Row("RNGRetrieve", Op.RNG_RETRIEVE, lambda bench: [item("DataLength", 16)], ("kms:GenerateRandom",), V1_2),
    Row("RNGSeed", Op.RNG_SEED, lambda bench: [item("Data", os.urandom(16))], ("kmip:RNGSeed",), V1_2),
    Row("Hash", Op.HASH, lambda bench: [SHA_256, item("Data", b"x")], ("kmip:Hash",), V1_2),
    Row("CreateSplitKey", Op.CREATE_SPLIT_KEY, lambda bench: bench.splitting(bench.key()), ("kmip:CreateSplitKey",), V1_2),
    Row(
        "JoinSplitKey",
        Op.JOIN_SPLIT_KEY,
        lambda bench: [
            of_type(ObjectType.SYMMETRIC_KEY),
            *map(identifier, bench.parts()[:2]),
            bench.attributes([*AES_256, bench.name()]),
        ],
        ("kmip:JoinSplitKey",),
        V1_2,
    ),
    Row(
        "JoinSplitKey to a secret",
        Op.JOIN_SPLIT_KEY,
        lambda bench: [
            of_type(ObjectType.SECRET_DATA),
            *map(identifier, bench.parts()[:2]),
            item("SecretDataType", SecretDataType.PASSWORD),
            bench.attributes([("CryptographicLength", 256), ("CryptographicUsageMask", DERIVE), bench.name()]),
        ],
        ("kmip:JoinSplitKey",),
        V1_2,
    ),
    Row("Log", Op.LOG, lambda bench: [item("LogMessage", "a line")], ("kmip:Log",), V2_0),
    Row("Login", Op.LOGIN, lambda bench: [item("RequestCount", 3)], ("kmip:Login",), V2_0),
    Row("SetDefaults", SET_DEFAULTS, lambda bench: [], ("kmip:SetDefaults",), V2_1),
    Row("SetConstraints", SET_CONSTRAINTS, constraint, ("kmip:SetConstraints",), V2_1),
    Row("GetConstraints", GET_CONSTRAINTS, lambda bench: [], ("kmip:GetConstraints",), V2_1),
    Row(
        "PKCS11",
        Op.PKCS_11,
        lambda bench: [item("PKCS_11_Function", Code(1)), item("PKCS_11_InputParameters", b"\1")],
        ("kmip:PKCS11",),
        V2_0,
    ),
    Row("Query", Op.QUERY, lambda bench: [item("QueryFunction", QueryFunction.QUERY_OPERATIONS)]),
    Row("DiscoverVersions", Op.DISCOVER_VERSIONS, lambda bench: [], (), (1, 1)),
    Row("Ping", PING, lambda bench: [], (), V2_1),
    Row(
        "Interop",
        Op.INTEROP,
        lambda bench: [item("InteropFunction", InteropFunction.BEGIN), item("InteropIdentifier", "a case")],
        (),
        V2_0,
    ),
    Row("QueryAsynchronousRequests", ASYNCHRONOUS, lambda bench: [], (), V2_1),
]


def rekeyed_pair(bench):
    return [item("PrivateKeyUniqueIdentifier", bench.pair()[0])]


def limited(bench):
    limits = [
        item("UsageLimitsTotal", Long(1000)),
        *([item("UsageLimitsCount", Long(1000))] if bench.version < (2, 0) else []),
        item("UsageLimitsUnit", Code(2)),
    ]
    return bench.key(("UsageLimits", limits))
