"""Answers for attested environments: `Recipient` in the request, `CiphertextForRecipient` in the answer."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from attestation import ALGORITHM, PCR0, Authority, Enclave, Issued
from expect import refused
from server import Server, clean_environment, run_claviger

CONTEXT = {"purpose": "test"}


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def server(tmp_path_factory, authority):
    """A server that trusts this module's authority."""
    folder = tmp_path_factory.mktemp("attested")
    roots = folder / "roots.pem"
    roots.write_bytes(authority.root.pem)
    with Server(folder / "server", environment=clean_environment(CLAVIGER_ATTESTATION_ROOTS=str(roots))).serving() as running:
        yield running


@pytest.fixture(scope="module")
def enclave(tmp_path_factory):
    return Enclave(tmp_path_factory.mktemp("enclave"))


def recipient(authority, enclave, **more):
    return {
        "KeyEncryptionAlgorithm": ALGORITHM,
        "AttestationDocument": authority.document(enclave.public_key, **more),
    }


class TestAnswers:
    def test_decrypt(self, kms, key, authority, enclave):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"for the enclave", EncryptionContext=CONTEXT)["CiphertextBlob"]
        told = kms.decrypt(CiphertextBlob=blob, EncryptionContext=CONTEXT, Recipient=recipient(authority, enclave))
        assert not told.get("Plaintext")
        assert enclave.open(told["CiphertextForRecipient"]) == b"for the enclave"
        assert told["KeyId"] == key["Arn"] and told["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
        assert told["KeyMaterialId"] == key["CurrentKeyMaterialId"]

    def test_generate_data_key(self, kms, key, authority, enclave):
        told = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256", Recipient=recipient(authority, enclave))
        assert not told.get("Plaintext")
        secret = enclave.open(told["CiphertextForRecipient"])
        assert len(secret) == 32 and secret == kms.decrypt(CiphertextBlob=told["CiphertextBlob"])["Plaintext"]

    def test_generate_data_key_pair(self, kms, key, authority, enclave):
        told = kms.generate_data_key_pair(
            KeyId=key["KeyId"], KeyPairSpec="ECC_NIST_P256", Recipient=recipient(authority, enclave)
        )
        assert not told.get("PrivateKeyPlaintext")
        secret = enclave.open(told["CiphertextForRecipient"])
        assert secret == kms.decrypt(CiphertextBlob=told["PrivateKeyCiphertextBlob"])["Plaintext"]
        private = serialization.load_der_private_key(secret, None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        assert private.public_key() == serialization.load_der_public_key(told["PublicKey"])

    def test_derive_shared_secret(self, kms, authority, enclave):
        key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]
        peer = kms.get_public_key(KeyId=key["KeyId"])["PublicKey"]
        arguments = {"KeyId": key["KeyId"], "PublicKey": peer, "KeyAgreementAlgorithm": "ECDH"}
        told = kms.derive_shared_secret(**arguments, Recipient=recipient(authority, enclave))
        assert not told.get("SharedSecret") and told["KeyId"] == key["Arn"]
        assert enclave.open(told["CiphertextForRecipient"]) == kms.derive_shared_secret(**arguments)["SharedSecret"]

    def test_decrypt_of_rsa(self, kms, authority, enclave):
        key = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
        arguments = {"KeyId": key["KeyId"], "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
        blob = kms.encrypt(Plaintext=b"x", **arguments)["CiphertextBlob"]
        told = kms.decrypt(CiphertextBlob=blob, Recipient=recipient(authority, enclave), **arguments)
        assert enclave.open(told["CiphertextForRecipient"]) == b"x"
        assert told["EncryptionAlgorithm"] == "RSAES_OAEP_SHA_256" and "KeyMaterialId" not in told

    def test_generate_random(self, kms, authority, enclave):
        told = kms.generate_random(NumberOfBytes=100, Recipient=recipient(authority, enclave))
        assert not told.get("Plaintext")
        assert len(enclave.open(told["CiphertextForRecipient"])) == 100

    @pytest.mark.parametrize("bits", [3072, 4096])
    def test_larger_keys_do_too(self, kms, authority, tmp_path, bits):
        large = Enclave(tmp_path, bits)
        told = kms.generate_random(NumberOfBytes=1, Recipient=recipient(authority, large))
        assert len(large.open(told["CiphertextForRecipient"])) == 1

    def test_two_answers_are_never_alike(self, kms, key, authority, enclave):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        who = recipient(authority, enclave)
        answers = {kms.decrypt(CiphertextBlob=blob, Recipient=who)["CiphertextForRecipient"] for _ in range(5)}
        assert len(answers) == 5

    def test_the_record_says_who_it_was_for(self, server, kms, key, authority, enclave):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        kms.decrypt(CiphertextBlob=blob, Recipient=recipient(authority, enclave))
        record = json.loads(server.audit_lines()[-1])
        assert record["details"]["recipient.PCR0"] == PCR0.hex()
        assert record["details"]["recipient.module"].startswith("i-0123")
        assert "recipient.PCR1" not in record["details"]


class TestRefusals:
    def refused(self, kms, document, words):
        with refused("ValidationException", f"The attestation document {words}."):
            kms.generate_random(
                NumberOfBytes=8, Recipient={"KeyEncryptionAlgorithm": ALGORITHM, "AttestationDocument": document}
            )

    def test_what_is_no_document(self, kms, authority, enclave):
        sound = authority.document(enclave.public_key)
        for bytes_ in (b"\x00", sound[:-1], sound + b"\x00", b"\x80" * 5000):
            self.refused(kms, bytes_, "is not of the documented structure")

    def test_another_signer(self, kms, authority, enclave):
        stranger = authority.document(enclave.public_key, key=ec.generate_private_key(ec.SECP384R1()))
        self.refused(kms, stranger, "does not have a valid signature")

    def test_another_root(self, kms, enclave):
        words = "is not signed by a certificate that leads to a root that this server trusts now"
        self.refused(kms, Authority().document(enclave.public_key), words)

    def test_an_expired_certificate(self, kms, authority, enclave):
        old = Issued("signer", authority.bundle[-1], is_authority=False, begins=-600, ends=-1)
        document = authority.document(enclave.public_key, key=old.key, certificate=old.der)
        words = "is not signed by a certificate that leads to a root that this server trusts now"
        self.refused(kms, document, words)

    @pytest.mark.parametrize("age", [310, -310])
    def test_an_old_document(self, kms, authority, enclave, age):
        self.refused(kms, authority.document(enclave.public_key, age=age), "was not made within the last five minutes")

    def test_a_document_without_a_key(self, kms, authority):
        self.refused(kms, authority.document(None), "does not contain a public key")

    def test_a_key_of_another_kind(self, kms, authority):
        curve = ec.generate_private_key(ec.SECP256R1()).public_key()
        key = curve.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        for public_key in (key, b"\x00" * 32):
            with refused("ValidationException"):
                kms.generate_random(
                    NumberOfBytes=8,
                    Recipient={
                        "KeyEncryptionAlgorithm": ALGORITHM,
                        "AttestationDocument": authority.document(public_key),
                    },
                )

    def test_a_refusal_leaves_no_plaintext_and_is_recorded(self, server, kms, key, enclave):
        blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
        with refused("ValidationException"):
            kms.decrypt(CiphertextBlob=blob, Recipient=recipient(Authority(), enclave))
        record = json.loads(server.audit_lines()[-1])
        assert record["operation"] == "Decrypt" and record["code"] == "attestation.untrusted"

    def test_operations_without_a_secret_take_no_recipient(self, wire, key):
        """The member isn't in their part of the model, so that it is passed over."""
        members = {"KeyId": key["KeyId"], "KeySpec": "AES_256", "Recipient": {}}
        assert wire.call("GenerateDataKeyWithoutPlaintext", members).status == 200

    def test_the_algorithm_and_the_document_are_required(self, wire):
        for members in ({}, {"KeyEncryptionAlgorithm": ALGORITHM}, {"AttestationDocument": "AAAA"}):
            reply = wire.call("GenerateRandom", {"NumberOfBytes": 8, "Recipient": members})
            assert reply.error == "ValidationException" and "Plaintext" not in reply.json


class TestPolicies:
    """Rights that only an attested environment has."""

    def guarded(self, server, kms, key, condition):
        me = server.client("sts").get_caller_identity()["Arn"]
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": me}, "Action": ["kms:PutKeyPolicy", "kms:Encrypt"], "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": me}, "Action": "kms:Decrypt", "Resource": "*", "Condition": condition},
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        kms.put_key_policy(KeyId=key["KeyId"], Policy=document)
        return kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"kms:RecipientAttestation:ImageSha384": PCR0.hex()}},
            {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": PCR0.hex().upper()}},
            {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:PCR0": PCR0.hex()}},
            {"StringEquals": {"kms:RecipientAttestation:PCR1": "0" * 96}},
        ],
    )
    def test_the_image_that_the_policy_names_may_read(self, server, kms, key, authority, enclave, condition):
        blob = self.guarded(server, kms, key, condition)
        told = kms.decrypt(CiphertextBlob=blob, Recipient=recipient(authority, enclave))
        assert enclave.open(told["CiphertextForRecipient"]) == b"x"
        with refused("AccessDeniedException"):
            kms.decrypt(CiphertextBlob=blob)
        other = recipient(authority, enclave, pcrs={0: bytes(48), 1: b"\x01" * 48})
        with refused("AccessDeniedException"):
            kms.decrypt(CiphertextBlob=blob, Recipient=other)

    def test_case_counts_where_the_operator_says_so(self, server, kms, key, authority, enclave):
        blob = self.guarded(
            server, kms, key, {"StringEquals": {"kms:RecipientAttestation:ImageSha384": PCR0.hex().upper()}}
        )
        with refused("AccessDeniedException"):
            kms.decrypt(CiphertextBlob=blob, Recipient=recipient(authority, enclave))

    def test_registers_of_a_machine_are_others_than_those_of_an_enclave(self, server, kms, key, authority, enclave):
        blob = self.guarded(server, kms, key, {"StringEquals": {"kms:RecipientAttestation:NitroTPMPCR0": PCR0.hex()}})
        with refused("AccessDeniedException"):
            kms.decrypt(CiphertextBlob=blob, Recipient=recipient(authority, enclave))
        machine = recipient(authority, enclave, pcrs=..., nitrotpm_pcrs={0: PCR0})
        told = kms.decrypt(CiphertextBlob=blob, Recipient=machine)
        assert enclave.open(told["CiphertextForRecipient"]) == b"x"


class TestConfiguration:
    def test_without_roots_no_document_is_believed(self, own_server, authority, enclave):
        with refused("UnsupportedOperationException", matching=r"\(attestation\.roots\)"):
            own_server.client().generate_random(NumberOfBytes=8, Recipient=recipient(authority, enclave))

    def test_a_file_without_certificates_stops_the_start(self, tmp_path):
        for name, content in (("empty.pem", b""), ("other.pem", b"-----BEGIN CERTIFICATE-----\n")):
            (tmp_path / name).write_bytes(content)
        for name in ("empty.pem", "other.pem", "absent.pem"):
            ended = run_claviger(
                "serve",
                "--dev",
                "--data-dir",
                tmp_path / "data",
                "--listen",
                "127.0.0.1:0",
                "--listen-tls",
                "off",
                environment=clean_environment(CLAVIGER_ATTESTATION_ROOTS=str(tmp_path / name)),
            )
            assert ended.returncode != 0 and "holds no certificates" in ended.stderr
