"""What a libcrypto from 3.5 on brings: ML-DSA, ML-KEM, Ed25519ph. On the system's own, the error says what is missing.

`cryptography` is the other side of ML-DSA and of the two larger ML-KEM; `openssl` on the newer library that of Ed25519ph."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import mldsa, mlkem

import outside
from expect import refused
from material import imported
from server import Server, clean_environment

MESSAGE = b"Signed today, to be believed in thirty years."
# Bytes of a public key (SPKI) and of a signature.
SIGNERS = {"ML_DSA_44": (1334, 2420), "ML_DSA_65": (1974, 3309), "ML_DSA_87": (2614, 4627)}
PRIVATE = [mldsa.MLDSA44PrivateKey, mldsa.MLDSA65PrivateKey, mldsa.MLDSA87PrivateKey]
# Bytes of a public key (SPKI) and of a ciphertext.
SEALERS = {"ML_KEM_512": (822, 768), "ML_KEM_768": (1206, 1088), "ML_KEM_1024": (1590, 1568)}
ALGORITHM = "ML_DSA_SHAKE_256"
EDWARDS = "ED25519_PH_SHA_512"
# The hash of a message; it is hashed once more when it is signed.
DIGEST = hashlib.sha512(MESSAGE).digest()
REASON = r"is not in this server's libcrypto \(OpenSSL [0-9.]+"


@pytest.fixture(scope="module")
def pq(newer_server):
    return newer_server.client()


@pytest.fixture(scope="module")
def signers(pq):
    return {spec: pq.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"] for spec in SIGNERS}


@pytest.fixture(scope="module")
def sealers(pq):
    return {spec: pq.create_key(KeySpec=spec, KeyUsage="ENCAPSULATE_DECAPSULATE")["KeyMetadata"] for spec in SEALERS}


@pytest.fixture(scope="module")
def edwards(pq):
    return pq.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyMetadata"]


def public_of(kms, key):
    return kms.get_public_key(KeyId=key["KeyId"])["PublicKey"]


def sign(kms, key, message=MESSAGE, algorithm=ALGORITHM, **more):
    return kms.sign(KeyId=key["KeyId"], SigningAlgorithm=algorithm, Message=message, **more)["Signature"]


def verify(kms, key, signature, message=MESSAGE, algorithm=ALGORITHM, **more):
    request = {"KeyId": key["KeyId"], "SigningAlgorithm": algorithm, "Message": message, "Signature": signature}
    return kms.verify(**request, **more)["SignatureValid"]


def mu_of(public, message):
    """What FIPS 204 signs: SHAKE256(SHAKE256(public key) || no context || message), 64 bytes each."""
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.shake_256(hashlib.shake_256(raw).digest(64) + b"\0\0" + message).digest(64)


class TestMLDSA:
    @pytest.mark.parametrize("spec", SIGNERS)
    def test_keys_are_of_the_standard_sizes(self, pq, signers, spec):
        public = pq.get_public_key(KeyId=signers[spec]["KeyId"])
        assert len(public["PublicKey"]) == SIGNERS[spec][0]
        assert public["SigningAlgorithms"] == signers[spec]["SigningAlgorithms"] == [ALGORITHM]
        assert signers[spec]["KeySpec"] == public["KeySpec"] == spec
        assert "CustomerMasterKeySpec" not in public or public["CustomerMasterKeySpec"] == spec

    @pytest.mark.parametrize("spec", SIGNERS)
    def test_what_is_signed_here_verifies_outside(self, pq, signers, spec):
        public = outside.public_key(public_of(pq, signers[spec]))
        signature = sign(pq, signers[spec])
        assert len(signature) == SIGNERS[spec][1]
        public.verify(signature, MESSAGE)
        with pytest.raises(InvalidSignature):
            public.verify(signature, MESSAGE + b"!")
        assert verify(pq, signers[spec], signature) is True

    @pytest.mark.parametrize("spec", SIGNERS)
    def test_a_mu_from_outside_is_signed_as_it_is(self, pq, signers, spec):
        public = outside.public_key(public_of(pq, signers[spec]))
        mu = mu_of(public, MESSAGE)
        signature = sign(pq, signers[spec], mu, MessageType="EXTERNAL_MU")
        public.verify(signature, MESSAGE)
        public.verify_mu(signature, mu)
        assert verify(pq, signers[spec], signature) is True
        assert verify(pq, signers[spec], signature, mu, MessageType="EXTERNAL_MU") is True
        with refused("KMSInvalidSignatureException", None):
            verify(pq, signers[spec], signature, mu)

    @pytest.mark.parametrize("spec, kind", list(zip(SIGNERS, PRIVATE)))
    def test_what_was_signed_outside_verifies_here(self, pq, spec, kind):
        private = kind.generate()
        key = imported(pq, spec, "SIGN_VERIFY", outside.pkcs8(private))
        assert public_of(pq, key) == outside.spki(private.public_key())
        assert verify(pq, key, private.sign(MESSAGE)) is True
        private.public_key().verify(sign(pq, key), MESSAGE)
        with refused("KMSInvalidSignatureException", None):
            verify(pq, key, private.sign(MESSAGE, b"a context"))

    @pytest.mark.parametrize("spec", SIGNERS)
    def test_digests_are_refused_and_a_mu_has_64_bytes(self, pq, signers, spec):
        with refused("ValidationException", f"Message type DIGEST is incompatible with key spec {spec}."):
            sign(pq, signers[spec], b"d" * 64, MessageType="DIGEST")
        for wrong in (b"m" * 63, b"m" * 65):
            with refused("ValidationException"):
                sign(pq, signers[spec], wrong, MessageType="EXTERNAL_MU")

    def test_damaged_signatures_are_refused(self, pq, signers):
        key = signers["ML_DSA_44"]
        good = sign(pq, key)
        for bad in (good[:-1], good + b"\0", bytes([good[0] ^ 1, *good[1:]]), b"x"):
            with refused("KMSInvalidSignatureException", None):
                verify(pq, key, bad)


class TestMLKEM:
    @staticmethod
    def seal(kms, key):
        told = kms.encapsulate(KeyId=key["KeyId"], EncapsulationAlgorithm="ML_KEM")
        assert told["KeyId"] == key["Arn"] and told["EncapsulationAlgorithm"] == "ML_KEM"
        assert len(told["SharedSecret"]) == 32
        return told["SharedSecret"], told["SharedSecretCiphertextBlob"]

    @staticmethod
    def open(kms, key, sealed):
        request = {"KeyId": key["KeyId"], "EncapsulationAlgorithm": "ML_KEM", "SharedSecretCiphertextBlob": sealed}
        told = kms.decapsulate(**request)
        assert told["KeyId"] == key["Arn"] and told["EncapsulationAlgorithm"] == "ML_KEM"
        return told["SharedSecret"]

    @pytest.mark.parametrize("spec", SEALERS)
    def test_what_was_sealed_here_opens_here(self, pq, sealers, spec):
        public = pq.get_public_key(KeyId=sealers[spec]["KeyId"])
        assert len(public["PublicKey"]) == SEALERS[spec][0]
        assert public["EncapsulationAlgorithms"] == sealers[spec]["EncapsulationAlgorithms"] == ["ML_KEM"]
        secret, sealed = self.seal(pq, sealers[spec])
        assert len(sealed) == SEALERS[spec][1]
        assert self.open(pq, sealers[spec], sealed) == secret
        assert self.seal(pq, sealers[spec])[0] != secret

    @pytest.mark.parametrize("spec", ["ML_KEM_768", "ML_KEM_1024"])
    def test_what_was_sealed_outside_opens_here(self, pq, sealers, spec):
        secret, sealed = outside.public_key(public_of(pq, sealers[spec])).encapsulate()
        assert self.open(pq, sealers[spec], sealed) == secret

    @pytest.mark.parametrize(
        "spec, kind", [("ML_KEM_768", mlkem.MLKEM768PrivateKey), ("ML_KEM_1024", mlkem.MLKEM1024PrivateKey)]
    )
    def test_what_was_sealed_here_opens_outside(self, pq, spec, kind):
        private = kind.generate()
        key = imported(pq, spec, "ENCAPSULATE_DECAPSULATE", outside.pkcs8(private))
        secret, sealed = self.seal(pq, key)
        assert private.decapsulate(sealed) == secret

    @pytest.mark.parametrize("spec", SEALERS)
    def test_a_damaged_ciphertext_gives_another_secret_each_time_the_same(self, pq, sealers, spec):
        """The standard's implicit rejection: nothing tells that it was damaged."""
        secret, sealed = self.seal(pq, sealers[spec])
        damaged = bytes([sealed[0] ^ 1, *sealed[1:]])
        other = self.open(pq, sealers[spec], damaged)
        assert other != secret and other == self.open(pq, sealers[spec], damaged)

    @pytest.mark.parametrize("spec", SEALERS)
    def test_a_ciphertext_of_another_length_is_invalid(self, pq, sealers, spec):
        _, sealed = self.seal(pq, sealers[spec])
        for wrong in (sealed[:-1], sealed + b"\0", b"x"):
            with refused("InvalidCiphertextException", None):
                self.open(pq, sealers[spec], wrong)

    def test_keys_of_other_kinds_do_not_encapsulate(self, pq, signers):
        arn = signers["ML_DSA_44"]["Arn"]
        for name in ("Encapsulate", "Decapsulate"):
            call = getattr(pq, name.lower())
            more = {"SharedSecretCiphertextBlob": b"x"} if name == "Decapsulate" else {}
            message = f"{arn} key usage is SIGN_VERIFY which is not valid for {name}."
            with refused("InvalidKeyUsageException", message):
                call(KeyId=arn, EncapsulationAlgorithm="ML_KEM", **more)


class TestEd25519ph:
    def test_openssl_verifies_it(self, pq, edwards, newer_library):
        openssl = outside.OpenSSL(newer_library)
        signature = sign(pq, edwards, DIGEST, EDWARDS, MessageType="DIGEST")
        assert openssl.verifies_ed25519ph(public_of(pq, edwards), DIGEST, signature)
        assert not outside.verifies(public_of(pq, edwards), "ED25519_SHA_512", DIGEST, signature)
        assert verify(pq, edwards, signature, DIGEST, EDWARDS, MessageType="DIGEST") is True
        with refused("KMSInvalidSignatureException", None):
            verify(pq, edwards, signature, DIGEST, "ED25519_SHA_512")

    def test_it_takes_digests_only(self, pq, edwards):
        with refused("ValidationException", "Message type RAW is incompatible with key spec ECC_NIST_EDWARDS25519."):
            sign(pq, edwards, DIGEST, EDWARDS)


@pytest.fixture(scope="module")
def lacking(kms):
    """A client of a server without these algorithms."""
    told = outside.OpenSSL().run("version").stdout.decode()
    if tuple(int(part) for part in told.split()[1].split(".")[:2]) >= (3, 5):
        pytest.skip("the system's libcrypto has the post-quantum algorithms")
    return kms


class TestWithoutTheLibrary:
    """On the system's libcrypto, if that is an older one."""

    @pytest.mark.parametrize("spec", [*SIGNERS, *SEALERS])
    def test_such_a_key_is_refused_with_the_reason(self, lacking, spec):
        usage = "SIGN_VERIFY" if spec in SIGNERS else "ENCAPSULATE_DECAPSULATE"
        before = len(lacking.list_keys(Limit=1000)["Keys"])
        with refused("UnsupportedOperationException", matching=REASON):
            lacking.create_key(KeySpec=spec, KeyUsage=usage)
        assert len(lacking.list_keys(Limit=1000)["Keys"]) == before

    def test_and_so_is_ed25519ph(self, lacking):
        key = lacking.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        with refused("UnsupportedOperationException", matching=REASON):
            sign(lacking, key, b"m" * 64, EDWARDS, MessageType="DIGEST")

    def test_a_key_of_a_newer_library_says_why_it_does_not_open(self, tmp_path, newer_library, lacking):
        """After a downgrade it stays stored and listed, and it works again once the library is back."""
        newer = clean_environment(LD_LIBRARY_PATH=newer_library)
        running = Server(tmp_path / "own", environment=newer)
        try:
            kms = running.start().client()
            key = kms.create_key(KeySpec="ML_DSA_65", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
            signature = sign(kms, key)
            running.environment = clean_environment()
            kms = running.restart().client()
            assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeySpec"] == "ML_DSA_65"
            with refused("UnsupportedOperationException", matching=REASON):
                sign(kms, key)
            running.environment = newer
            kms = running.restart().client()
            assert verify(kms, key, signature) is True
        finally:
            running.dispose()
