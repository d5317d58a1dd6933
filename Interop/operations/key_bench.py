"""A key, and whatever requests about it need, made by the administrator when a request first asks for it."""

import functools
import itertools
import uuid

from material import wrap

from .documents import allow, by, document

SYMMETRIC = ()
SIGNING = ("ECC_NIST_P256", "SIGN_VERIFY")
MAC = ("HMAC_256", "GENERATE_VERIFY_MAC")
AGREEMENT = ("ECC_NIST_P256", "KEY_AGREEMENT")
ENCAPSULATION = ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE")

# Where keys of several Regions have a replica, and where they can still get one.
ELSEWHERE = "eu-west-3"
FURTHER = "sa-east-1"

WRAPPING = "RSAES_OAEP_SHA_256"

# What a grant on a key of each kind may allow, beside what it may on all kinds.
_ON_ALL = ("DescribeKey", "CreateGrant", "RetireGrant")
_DATA_KEYS = ("GenerateDataKey", "GenerateDataKeyPair")
_ON_KIND = {
    SYMMETRIC: (
        *("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"),
        *(name + ending for name, ending in itertools.product(_DATA_KEYS, ("", "WithoutPlaintext"))),
    ),
    SIGNING: ("Sign", "Verify", "GetPublicKey"),
    MAC: ("GenerateMac", "VerifyMac"),
    AGREEMENT: ("DeriveSharedSecret", "GetPublicKey"),
    ENCAPSULATION: ("Encapsulate", "Decapsulate", "GetPublicKey"),
}


def grant_operations(kind):
    return (*_ON_ALL, *_ON_KIND[kind])


class KeyBench:
    """`key` and `other` are what requests call the two keys: ids, or ARNs when the bench is asked from another account."""

    def __init__(self, asking, row, *, somebody, origin=None, pending=False):
        """`pending`: also with imported material that waits for a rotation."""
        self.do = asking.do
        self.asking = asking
        self.account, self.region = asking.server.account, asking.server.region
        self.somebody = somebody
        self.origin = origin or row.origin
        self.by_arn = False
        self.tag = uuid.uuid4().hex
        self._arguments = dict(zip(("KeySpec", "KeyUsage"), row.kind), MultiRegion=row.several_regions)
        self._is_multi_region = row.several_regions
        made = self._make(Origin=self.origin, Tags=[{"TagKey": "a", "TagValue": "b"}])
        self.id, self.arn = made["KeyId"], made["Arn"]
        if self.origin == "EXTERNAL":
            self.do("ImportKeyMaterial", KeyId=self.id, **self.parcel)
        if pending:
            self.do("ImportKeyMaterial", KeyId=self.id, ImportType="NEW_KEY_MATERIAL", **self._parcel(b"2" * 32))
        if self._is_multi_region:
            self.do("ReplicateKey", KeyId=self.id, ReplicaRegion=ELSEWHERE)

    def _make(self, **more):
        return self.do("CreateKey", **self._arguments, **more)["KeyMetadata"]

    # Names

    @property
    def key(self):
        return self.arn if self.by_arn else self.id

    @property
    def other(self):
        return self.other_arn if self.by_arn else self.other_arn.rpartition("/")[2]

    @functools.cached_property
    def other_arn(self):
        return self._make()["Arn"]

    @property
    def replica_arn(self):
        return self.arn.replace(f":{self.region}:", f":{ELSEWHERE}:")

    def _alias_arn(self, name):
        return f"arn:aws:kms:{self.region}:{self.account}:{name}"

    new_alias = property(lambda self: f"alias/new-{self.tag}")
    new_alias_arn = property(lambda self: self._alias_arn(self.new_alias))
    alias_arn = property(lambda self: self._alias_arn(self.alias))
    other_alias_arn = property(lambda self: self._alias_arn(self.other_alias))

    @functools.cached_property
    def alias(self):
        name = f"alias/{self.tag}"
        self.do("CreateAlias", AliasName=name, TargetKeyId=self.id)
        return name

    @functools.cached_property
    def other_alias(self):
        name = f"alias/other-{self.tag}"
        self.do("CreateAlias", AliasName=name, TargetKeyId=self.other_arn)
        return name

    # What was made with the key, or is about it

    @functools.cached_property
    def blob(self):
        return self.do("Encrypt", KeyId=self.id, Plaintext=b"x")["CiphertextBlob"]

    @functools.cached_property
    def other_blob(self):
        return self.do("Encrypt", KeyId=self.other_arn, Plaintext=b"x")["CiphertextBlob"]

    @property
    def message(self):
        return {"KeyId": self.key, "Message": b"x"}

    @functools.cached_property
    def signature(self):
        return self.do("Sign", KeyId=self.id, Message=b"x", SigningAlgorithm="ECDSA_SHA_256")["Signature"]

    @functools.cached_property
    def mac(self):
        return self.do("GenerateMac", KeyId=self.id, Message=b"x", MacAlgorithm="HMAC_SHA_256")["Mac"]

    @functools.cached_property
    def peer(self):
        return self.do("GetPublicKey", KeyId=self.other_arn)["PublicKey"]

    @functools.cached_property
    def capsule(self):
        made = self.do("Encapsulate", KeyId=self.id, EncapsulationAlgorithm="ML_KEM")
        return made["SharedSecretCiphertextBlob"]

    @functools.cached_property
    def grant(self):
        return self.do("CreateGrant", KeyId=self.id, GranteePrincipal=self.somebody, Operations=["DescribeKey"])

    @functools.cached_property
    def policy(self):
        return self.do("GetKeyPolicy", KeyId=self.id)["Policy"]

    @functools.cached_property
    def parcel(self):
        """Material on its way into the key, as members of ImportKeyMaterial; for keys made here something alike."""
        if self.origin == "EXTERNAL":
            return self._parcel(b"1" * 32)
        return dict(ImportToken=b"x", EncryptedKeyMaterial=b"x", ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE")

    def _parcel(self, material):
        parameters = self._wrapping
        return dict(
            ImportToken=parameters["ImportToken"],
            EncryptedKeyMaterial=wrap(parameters["PublicKey"], material, algorithm=WRAPPING),
            ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
        )

    @functools.cached_property
    def _wrapping(self):
        return self.do("GetParametersForImport", KeyId=self.id, WrappingAlgorithm=WRAPPING, WrappingKeySpec="RSA_2048")

    # States

    def bring_to(self, state):
        if state == "PendingImport":
            self.do("DeleteImportedKeyMaterial", KeyId=self.id)
        if state == "Disabled":
            self.do("DisableKey", KeyId=self.id)
        if state == "PendingDeletion":
            self.do("ScheduleKeyDeletion", KeyId=self.id)
        assert self.state() == state

    def state(self):
        """AWS documents a primary that waits for its replicas together with other keys on their way out."""
        state = self.do("DescribeKey", KeyId=self.id)["KeyMetadata"]["KeyState"]
        return state.replace("PendingReplicaDeletion", "PendingDeletion")

    def allow_by_policy(self, right, *statements):
        """The key's policy: everything for the administrator, and these statements; nothing for the account."""

        arn = getattr(self, right.on)
        who = self.asking.me
        policy = document(allow("kms:*", **by(who)), *statements)
        region = arn.split(":")[3]
        self.do("PutKeyPolicy", KeyId=arn.rpartition("/")[2], Policy=policy, region=region)

    # Views: what somebody would see who may see everything

    def look(self, names):
        return {name: getattr(self, "_see_" + name)() for name in names}

    def _see_key(self):
        """Of the key, its grants, tags, aliases and rotations, and of the other key, as far as it is there."""
        seen = [self._see(self.id)]
        if "other_arn" in self.__dict__:
            seen.append(self._see(self.other_arn))
        if self._is_multi_region:
            seen.append(self.do("DescribeKey", KeyId=self.id, region=ELSEWHERE))
        return seen

    def _see(self, key):
        seen = [self.do("DescribeKey", KeyId=key)]
        for operation in ("GetKeyPolicy", "ListGrants", "ListResourceTags", "ListAliases", "ListKeyRotations"):
            answer = self.asking.ask(self.asking.administrator, operation, {"KeyId": key})
            seen.append(answer.output if answer.status == 200 else answer.code)
        if self.origin != "EXTERNAL":
            seen.append(self.do("GetKeyRotationStatus", KeyId=key))
        return seen
