"""NIST's vectors, and those of RFC 6979 and PKCS #1, through the API: the key is imported, then signatures are verified,
ciphertexts opened, secrets derived. The files come with the package cryptography_vectors.

Not here: RFC 4231's codes, whose keys have lengths that no HMAC key of the API has; SigGen of RSA, which has no private keys;
key wrap, none of whose contents has the length of a key."""

import hashlib

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, utils

import outside
import vectors
from brought import Brought, is_valid, mismatches, outcome

# Of the vectors of a section that have a key each.
MOST_KEYS = 6


@pytest.fixture(scope="module")
def brought(kms):
    return Brought(kms)


def numbers(record, *names):
    return [int(record[name], 16) for name in names]


ECDSA = {
    "P-256,SHA-256": ("FIPS_186-3", "ECC_NIST_P256", "ECDSA_SHA_256"),
    "P-384,SHA-384": ("FIPS_186-3", "ECC_NIST_P384", "ECDSA_SHA_384"),
    "P-521,SHA-512": ("FIPS_186-3", "ECC_NIST_P521", "ECDSA_SHA_512"),
    "K-256,SHA-256": ("SECP256K1", "ECC_SECG_P256K1", "ECDSA_SHA_256"),
}


@pytest.mark.parametrize("section", ECDSA)
def test_ecdsa_signatures(kms, brought, section):
    folder, spec, algorithm = ECDSA[section]
    text = vectors.of_package("asymmetric", "ECDSA", folder, "SigGen.txt")
    of_section = [record for name, record in vectors.records(text) if name == section]
    assert len(of_section) >= 15
    for record in of_section[:MOST_KEYS]:
        scalar, r, s = numbers(record, "d", "R", "S")
        key = brought.key(spec, "SIGN_VERIFY", vectors.curve_key(outside.CURVES[spec], scalar))
        public = outside.public_key(kms.get_public_key(KeyId=key)["PublicKey"]).public_numbers()
        assert [public.x, public.y] == numbers(record, "Qx", "Qy")
        message, signature = bytes.fromhex(record["Msg"]), utils.encode_dss_signature(r, s)
        digest = {"MessageType": "DIGEST"}
        assert is_valid(kms, key, algorithm, message, signature)
        assert is_valid(kms, key, algorithm, outside.digest_of(algorithm, message), signature, **digest)
        assert not is_valid(kms, key, algorithm, message, utils.encode_dss_signature(r, s + 1))


def deterministic():
    """RFC 6979's keys of our curves and their signatures with our hashes: (key in PEM, hash, input, signature, is valid)."""
    text = vectors.of_package("asymmetric", "ECDSA", "RFC6979", "evppkey_ecdsa_rfc6979.txt")
    keys = {}
    for part in text.split("PrivateKey=")[1:]:
        name, _, rest = part.partition("_PRIV\n")
        keys[name] = rest.partition("\n\n")[0].encode()
    for _, record in vectors.records(text.replace("PublicKey=", "\n").replace("PrivateKey=", "\n")):
        name = record.get("Key", "").removesuffix("_PUB")
        if "DigestVerify" in record and name in ("P-256", "P-384", "P-521"):
            yield keys[name], record, record.get("Result") != "VERIFY_ERROR"


def test_deterministic_ecdsa_signatures(kms, brought):
    tried = 0
    for pem, record, expected in deterministic():
        private = serialization.load_pem_private_key(pem, None)
        spec = next(name for name, curve in outside.CURVES.items() if curve.name == private.curve.name)
        (algorithm,) = outside.SIGNATURES[spec]
        if record["DigestVerify"] != algorithm.replace("ECDSA_SHA_", "SHA"):
            continue
        key = brought.key(spec, "SIGN_VERIFY", outside.pkcs8(private))
        message, signature = record["Input"].strip('"').encode(), bytes.fromhex(record["Output"])
        assert is_valid(kms, key, algorithm, message, signature) is expected, record
        tried += 1
    assert tried >= 12


@pytest.mark.parametrize("scheme", ["15", "PSS"])
def test_rsa_signatures(kms, brought, scheme):
    """Those of PSS have a salt of ten bytes, which isn't the hash's length: none is valid here, the right ones neither."""
    text = vectors.of_package("asymmetric", "RSA", "FIPS_186-2", f"SigVer{scheme}_186-3.rsp")
    found, current = {}, {}
    for section, record in vectors.records(text):
        current |= record
        bits = current.get("SHAAlg", "")[3:]
        if section not in ("mod = 2048", "mod = 3072", "mod = 4096") or bits not in ("256", "384", "512"):
            continue
        if "S" not in record or "e changed" in record["Result"].lower():
            continue
        n, e, d, p, q = numbers(current, "n", "e", "d", "p", "q")
        key = brought.key(f"RSA_{section[6:]}", "SIGN_VERIFY", vectors.rsa_key(n, e, d, p, q))
        algorithm = f"RSASSA_{'PSS' if scheme == 'PSS' else 'PKCS1_V1_5'}_SHA_{bits}"
        told = is_valid(kms, key, algorithm, bytes.fromhex(record["Msg"]), bytes.fromhex(record["S"]))
        found[section, bits, len(found)] = (scheme == "15" and record["Result"].startswith("P"), told)
    assert len(found) >= 30 and mismatches(found) == {}


AGREEMENT = {"EC - SHA256": "ECC_NIST_P256", "ED - SHA384": "ECC_NIST_P384", "EE - SHA512": "ECC_NIST_P521"}


@pytest.mark.parametrize("section", AGREEMENT)
def test_shared_secrets(kms, brought, section):
    """Vectors whose own half was spoilt are left out: such a key can't be imported."""
    spec = AGREEMENT[section]
    curve = outside.CURVES[spec]
    text = vectors.of_package("asymmetric", "ECDH", "KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_init.fax")
    tried = {}
    for name, record in vectors.records(text):
        kind = record.get("Result", "")[:5]
        if name != section or "IUT" in record["Result"] or tried.get(kind, 0) == MOST_KEYS // 2:
            continue
        x, y, scalar, secret = numbers(record, "QsCAVSx", "QsCAVSy", "dsIUT", "Z")
        key = brought.key(spec, "KEY_AGREEMENT", vectors.curve_key(curve, scalar))
        told = outcome(kms.derive_shared_secret, KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=point(spec, x, y))
        derived = int.from_bytes(told["SharedSecret"]) if isinstance(told, dict) else told
        if "PKV" in record["Result"]:
            assert derived == "ValidationException", record
        else:
            assert (derived == secret) == record["Result"].startswith("P"), record
        tried[kind] = tried.get(kind, 0) + 1
    assert sum(tried.values()) >= 8 and len(tried) >= 3


def point(spec, x, y):
    """SPKI with a point that may be none of the curve."""
    curve = outside.CURVES[spec]
    good = outside.spki(ec.derive_private_key(1, curve).public_key())
    size = (curve.key_size + 7) // 8
    return good[: -2 * size] + x.to_bytes(size) + y.to_bytes(size)


@pytest.mark.parametrize(
    "path, algorithm",
    [
        (("pkcs-1v2-1d2-vec", "oaep-vect.txt"), "RSAES_OAEP_SHA_1"),
        (("oaep-custom", "oaep-sha256-sha256.txt"), "RSAES_OAEP_SHA_256"),
    ],
)
def test_oaep(kms, brought, path, algorithm):
    """Of keys of other sizes than the API's there is none here."""
    key, private, message, opened = None, {}, b"", 0
    for label, content in vectors.labelled(vectors.of_package("asymmetric", "RSA", *path)):
        if label == "Message":
            message = content
        elif label == "Encryption" and key is not None:
            told = kms.decrypt(KeyId=key, EncryptionAlgorithm=algorithm, CiphertextBlob=content)
            assert told["Plaintext"] == message
            opened += 1
        else:
            private[label] = int.from_bytes(content)
        if label == "Coefficient":
            key = None
            if private["Modulus"].bit_length() == 2048:
                names = ("Modulus", "Public exponent", "Exponent", "Prime 1", "Prime 2")
                material = vectors.rsa_key(*(private[name] for name in names))
                key = brought.key("RSA_2048", "ENCRYPT_DECRYPT", material)
    assert opened >= 6


def test_ed25519(kms, brought):
    """Those of the authors, which have SHA-512 over messages of growing length."""
    lines = vectors.of_package("asymmetric", "Ed25519", "sign.input").splitlines()
    for line in lines[1:1024:100]:
        secret, public, message, signed = map(bytes.fromhex, line.split(":")[:4])
        # PKCS#8 of RFC 8410.
        material = bytes.fromhex("302e020100300506032b657004220420") + secret[:32]
        key = brought.key("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", material)
        assert kms.get_public_key(KeyId=key)["PublicKey"][-32:] == public
        made = kms.sign(KeyId=key, SigningAlgorithm="ED25519_SHA_512", Message=message)["Signature"]
        assert made == signed[:64] and is_valid(kms, key, "ED25519_SHA_512", message, made)


class TestPostQuantum:
    """FIPS 203 and 204, on a server with a newer libcrypto."""

    @pytest.mark.parametrize(
        "size, kind", [(44, mldsa.MLDSA44PrivateKey), (65, mldsa.MLDSA65PrivateKey), (87, mldsa.MLDSA87PrivateKey)]
    )
    def test_ml_dsa(self, newer_server, size, kind):
        """Its vectors have contexts, which the API hasn't, so what they sign is digested here as the standard says."""
        pq = newer_server.client()
        text = vectors.of_package("asymmetric", "MLDSA", f"kat_MLDSA_{size}_det_pure.rsp")
        for _, record in list(vectors.records(text))[:MOST_KEYS]:
            seed, public, message, context = (bytes.fromhex(record[name]) for name in ("xi", "pk", "msg", "ctx"))
            key = Brought(pq).key(f"ML_DSA_{size}", "SIGN_VERIFY", outside.pkcs8(kind.from_seed_bytes(seed)))
            assert pq.get_public_key(KeyId=key)["PublicKey"].endswith(public)
            signature = bytes.fromhex(record["sm"])[: -len(message)]
            prefixed = b"\0" + bytes([len(context)]) + context + message
            mu = hashlib.shake_256(hashlib.shake_256(public).digest(64) + prefixed).digest(64)
            assert is_valid(pq, key, "ML_DSA_SHAKE_256", mu, signature, MessageType="EXTERNAL_MU")
            assert not is_valid(pq, key, "ML_DSA_SHAKE_256", message, signature)

    @pytest.mark.parametrize("size", [512, 768, 1024])
    def test_ml_kem(self, newer_server, size):
        pq = newer_server.client()
        text = vectors.of_package("asymmetric", "MLKEM", f"kat_MLKEM_{size}.rsp")
        records = [record for _, record in vectors.records(text)]
        for record in records[:MOST_KEYS]:
            material = vectors.kem_key(size, bytes.fromhex(record["d"] + record["z"]))
            key = Brought(pq).key(f"ML_KEM_{size}", "ENCAPSULATE_DECAPSULATE", material)
            assert pq.get_public_key(KeyId=key)["PublicKey"].endswith(bytes.fromhex(record["pk"]))
            for sealed, secret in (("ct", "ss"), ("ct_n", "ss_n")):
                if sealed in record:
                    request = {"KeyId": key, "SharedSecretCiphertextBlob": bytes.fromhex(record[sealed])}
                    told = pq.decapsulate(EncapsulationAlgorithm="ML_KEM", **request)
                    assert told["SharedSecret"].hex() == record[secret]
        assert len(records) >= MOST_KEYS
