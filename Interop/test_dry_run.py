"""`DryRun` wherever the service model has it, and what Decrypt and ReEncrypt say of ciphertexts."""

import json

import pytest

from expect import refused

SUCCESS = "The request would have succeeded, but the DryRun option is set."
IGNORE = ["IGNORE_CIPHERTEXT"]


class Bench:
    """One key of each kind, and what calls need of it."""

    def __init__(self, server):
        self.kms = kms = server.client()
        self.me = f"arn:aws:iam::{server.account}:user/somebody"
        self.key = self.make()
        self.other = self.make()
        self.signer = self.make("ECC_NIST_P256", "SIGN_VERIFY")
        self.coder = self.make("HMAC_256", "GENERATE_VERIFY_MAC")
        self.agreer = self.make("ECC_NIST_P256", "KEY_AGREEMENT")
        self.blob = kms.encrypt(KeyId=self.key, Plaintext=b"x")["CiphertextBlob"]
        self.damaged = self.blob[:-1] + bytes([self.blob[-1] ^ 1])
        self.signature = kms.sign(KeyId=self.signer, Message=b"x", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
        self.mac = kms.generate_mac(KeyId=self.coder, Message=b"x", MacAlgorithm="HMAC_SHA_256")["Mac"]
        self.peer = kms.get_public_key(KeyId=self.agreer)["PublicKey"]
        self.grant = kms.create_grant(KeyId=self.key, GranteePrincipal=self.me, Operations=["Encrypt"])

    def make(self, spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT"):
        return self.kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]


@pytest.fixture(scope="module")
def bench(server):
    return Bench(server)


CALLS = {
    "CreateGrant": lambda b, **m: b.kms.create_grant(KeyId=b.key, GranteePrincipal=b.me, Operations=["Decrypt"], **m),
    "RetireGrant": lambda b, **m: b.kms.retire_grant(GrantToken=b.grant["GrantToken"], **m),
    "RevokeGrant": lambda b, **m: b.kms.revoke_grant(KeyId=b.key, GrantId=b.grant["GrantId"], **m),
    "Encrypt": lambda b, **m: b.kms.encrypt(KeyId=b.key, Plaintext=b"x", **m),
    "Decrypt": lambda b, **m: b.kms.decrypt(CiphertextBlob=b.blob, **m),
    "ReEncrypt": lambda b, **m: b.kms.re_encrypt(CiphertextBlob=b.blob, DestinationKeyId=b.other, **m),
    "GenerateDataKey": lambda b, **m: b.kms.generate_data_key(KeyId=b.key, KeySpec="AES_256", **m),
    "GenerateDataKeyWithoutPlaintext": lambda b, **m: b.kms.generate_data_key_without_plaintext(
        KeyId=b.key, KeySpec="AES_256", **m
    ),
    "GenerateDataKeyPair": lambda b, **m: b.kms.generate_data_key_pair(KeyId=b.key, KeyPairSpec="RSA_4096", **m),
    "GenerateDataKeyPairWithoutPlaintext": lambda b, **m: b.kms.generate_data_key_pair_without_plaintext(
        KeyId=b.key, KeyPairSpec="RSA_4096", **m
    ),
    "Sign": lambda b, **m: b.kms.sign(KeyId=b.signer, Message=b"x", SigningAlgorithm="ECDSA_SHA_256", **m),
    "Verify": lambda b, **m: b.kms.verify(
        KeyId=b.signer, Message=b"x", SigningAlgorithm="ECDSA_SHA_256", Signature=b.signature, **m
    ),
    "GenerateMac": lambda b, **m: b.kms.generate_mac(KeyId=b.coder, Message=b"x", MacAlgorithm="HMAC_SHA_256", **m),
    "VerifyMac": lambda b, **m: b.kms.verify_mac(
        KeyId=b.coder, Message=b"x", MacAlgorithm="HMAC_SHA_256", Mac=b.mac, **m
    ),
    "DeriveSharedSecret": lambda b, **m: b.kms.derive_shared_secret(
        KeyId=b.agreer, PublicKey=b.peer, KeyAgreementAlgorithm="ECDH", **m
    ),
}

# They need keys that the server's libcrypto may not be able to make; the engine's suite has them.
ELSEWHERE = {"Encapsulate", "Decapsulate"}


def test_every_operation_that_has_it_is_here(kms):
    model = kms.meta.service_model
    there = {name for name in model.operation_names if "DryRun" in model.operation_model(name).input_shape.members}
    assert there == set(CALLS) | ELSEWHERE


@pytest.mark.parametrize("name", sorted(CALLS))
def test_what_would_succeed_says_so_and_is_recorded_as_asked(server, bench, name):
    with refused("DryRunOperationException", SUCCESS):
        CALLS[name](bench, DryRun=True)
    record = json.loads(server.audit_lines()[-1])
    assert record["operation"] == name and record["outcome"] == "dryRun"


@pytest.mark.parametrize("name", sorted(CALLS))
def test_nothing_was_done(bench, name):
    before = bench.kms.list_grants(KeyId=bench.key)["Grants"]
    with refused("DryRunOperationException"):
        CALLS[name](bench, DryRun=True)
    assert bench.kms.list_grants(KeyId=bench.key)["Grants"] == before


def test_false_means_do_it(bench):
    assert CALLS["Encrypt"](bench, DryRun=False)["CiphertextBlob"]


class TestCiphertexts:
    def test_whether_it_opens_is_told(self, bench):
        for blob, arguments in ((bench.damaged, {}), (bench.blob, {"EncryptionContext": {"a": "b"}}), (b"x", {})):
            with refused("InvalidCiphertextException", None):
                bench.kms.decrypt(CiphertextBlob=blob, DryRun=True, **arguments)
        with refused("IncorrectKeyException"):
            bench.kms.decrypt(CiphertextBlob=bench.blob, KeyId=bench.other, DryRun=True)
        with refused("InvalidCiphertextException", None):
            bench.kms.re_encrypt(CiphertextBlob=bench.damaged, DestinationKeyId=bench.other, DryRun=True)

    @pytest.mark.parametrize("ciphertext", [None, "blob", "damaged"])
    def test_who_asks_about_rights_only_needs_none(self, bench, ciphertext):
        more = {"CiphertextBlob": getattr(bench, ciphertext)} if ciphertext else {}
        with refused("DryRunOperationException", SUCCESS):
            bench.kms.decrypt(KeyId=bench.key, DryRun=True, DryRunModifiers=IGNORE, **more)
        with refused("DryRunOperationException", SUCCESS):
            bench.kms.re_encrypt(
                SourceKeyId=bench.key, DestinationKeyId=bench.other, DryRun=True, DryRunModifiers=IGNORE, **more
            )

    def test_then_the_key_is_required(self, bench):
        with refused("ValidationException", "KeyId is required."):
            bench.kms.decrypt(CiphertextBlob=bench.blob, DryRun=True, DryRunModifiers=IGNORE)
        with refused("ValidationException", "SourceKeyId is required."):
            bench.kms.re_encrypt(
                CiphertextBlob=bench.blob, DestinationKeyId=bench.other, DryRun=True, DryRunModifiers=IGNORE
            )

    def test_modifiers_are_for_dry_runs(self, bench):
        for more in ({}, {"DryRun": False}):
            with refused("ValidationException"):
                bench.kms.decrypt(CiphertextBlob=bench.blob, KeyId=bench.key, DryRunModifiers=IGNORE, **more)

    def test_a_ciphertext_is_required_otherwise(self, wire, bench):
        for members in ({"DryRun": True}, {}, {"DryRun": True, "DryRunModifiers": []}):
            reply = wire.call("Decrypt", {"KeyId": bench.key, **members})
            assert reply.error == "ValidationException" and "'ciphertextBlob'" in reply.message

    def test_rights_and_states_count(self, server, kms, key):
        me = server.client("sts").get_caller_identity()["Arn"]
        allowed = ["kms:PutKeyPolicy", "kms:DisableKey", "kms:Encrypt", "kms:ReEncryptTo"]
        statement = {"Effect": "Allow", "Principal": {"AWS": me}, "Action": allowed, "Resource": "*"}
        arguments = {"DryRun": True, "DryRunModifiers": IGNORE}
        kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        with refused("AccessDeniedException"):
            kms.decrypt(KeyId=key["KeyId"], **arguments)
        with refused("AccessDeniedException"):
            kms.re_encrypt(SourceKeyId=key["KeyId"], DestinationKeyId=key["KeyId"], **arguments)
        allowed += ["kms:Decrypt", "kms:ReEncryptFrom"]
        kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        with refused("DryRunOperationException"):
            kms.decrypt(KeyId=key["KeyId"], **arguments)
        kms.disable_key(KeyId=key["KeyId"])
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            kms.decrypt(KeyId=key["KeyId"], **arguments)
        with refused("DisabledException", f"{key['Arn']} is disabled."):
            kms.re_encrypt(SourceKeyId=key["KeyId"], DestinationKeyId=key["KeyId"], **arguments)

    def test_an_algorithm_must_fit_the_key(self, bench):
        with refused("InvalidKeyUsageException"):
            bench.kms.decrypt(
                KeyId=bench.key, EncryptionAlgorithm="RSAES_OAEP_SHA_256", DryRun=True, DryRunModifiers=IGNORE
            )
