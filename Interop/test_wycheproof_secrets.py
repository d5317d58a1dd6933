"""Wycheproof's vectors for secrets through the API: HMAC with imported keys, and AES key wrap as the inner half of an import.

Keys of other lengths than the key spec's can't be imported; shortened tags are never valid."""

import os

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization

import outside
import vectors
from brought import Brought, mismatches, outcome
from vectors import needs_wycheproof

pytestmark = needs_wycheproof

# Of the many keys of a file that have one vector each.
MOST_KEYS = 12


@pytest.fixture(scope="module")
def brought(kms):
    return Brought(kms)


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_hmac(kms, brought, bits):
    spec, algorithm = f"HMAC_{bits}", f"HMAC_SHA_{bits}"
    found, keys = {}, set()
    for group in vectors.groups(f"hmac_sha{bits}"):
        if group["keySize"] != bits:
            continue
        for test in sorted(group["tests"], key=lambda test: test["result"]):
            material = bytes.fromhex(test["key"])
            if not test["msg"] or (material not in keys and len(keys) == MOST_KEYS):
                continue
            keys.add(material)
            request = {"KeyId": brought.key(spec, "GENERATE_VERIFY_MAC", material), "MacAlgorithm": algorithm}
            request["Message"] = bytes.fromhex(test["msg"])
            told = outcome(kms.verify_mac, Mac=bytes.fromhex(test["tag"]), **request)
            assert isinstance(told, dict) or told == "KMSInvalidMacException", told
            expected = test["result"] == "valid" and group["tagSize"] == bits
            found[test["tcId"]] = (expected, isinstance(told, dict))
            if test["result"] == "valid":
                made = kms.generate_mac(**request)["Mac"].hex()
                assert made.startswith(test["tag"]), test["tcId"]
    assert len(found) > 60 and mismatches(found) == {}


class Import:
    """An empty HMAC key, to which wrapped material is brought under one token."""

    def __init__(self, kms, spec):
        self.kms = kms
        self.spec = spec
        self.key = kms.create_key(KeySpec=spec, KeyUsage="GENERATE_VERIFY_MAC", Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
        self.parameters = kms.get_parameters_for_import(
            KeyId=self.key, WrappingAlgorithm="RSA_AES_KEY_WRAP_SHA_256", WrappingKeySpec="RSA_2048"
        )

    def bring(self, wrapping_key, wrapped):
        """The outcome of an import of `wrapped`, which AES key wrap made under `wrapping_key`."""
        public = serialization.load_der_public_key(self.parameters["PublicKey"])
        return outcome(
            self.kms.import_key_material,
            KeyId=self.key,
            ImportToken=self.parameters["ImportToken"],
            EncryptedKeyMaterial=public.encrypt(wrapping_key, outside.oaep("SHA_256")) + wrapped,
            ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
        )

    def state(self):
        return self.kms.describe_key(KeyId=self.key)["KeyMetadata"]["KeyState"]


def wraps(kind, size):
    """The vectors for AES-256, with or without those whose content could be the key."""
    return [
        (bytes.fromhex(test["key"]), bytes.fromhex(test["msg"]), bytes.fromhex(test["ct"]), test)
        for group in vectors.groups(kind)
        if group["keySize"] == 256
        for test in group["tests"]
        if size is None or (len(test["msg"]) == 2 * size and test["result"] == "valid")
    ]


def test_key_wrap_with_padding_brings_in_what_was_wrapped(kms):
    content = wraps("aes_kwp", 32)
    assert content
    for wrapping_key, material, wrapped, test in content:
        into = Import(kms, "HMAC_256")
        assert isinstance(into.bring(wrapping_key, wrapped), dict), test["tcId"]
        message = os.urandom(32)
        expected = hmac.HMAC(material, hashes.SHA256())
        expected.update(message)
        told = kms.generate_mac(KeyId=into.key, MacAlgorithm="HMAC_SHA_256", Message=message)
        assert told["Mac"] == expected.finalize(), test["tcId"]


def test_whatever_is_wrong_with_a_wrap_brings_in_nothing(kms):
    """Invalid wraps, the older wrap without padding, and good wraps of another length than the key's."""
    into = Import(kms, "HMAC_256")
    tried = []
    for kind in ("aes_kwp", "aes_wrap"):
        for wrapping_key, material, wrapped, test in wraps(kind, None):
            opens = kind == "aes_kwp" and test["result"] == "valid"
            if opens and len(material) == 32:
                continue
            told = into.bring(wrapping_key, wrapped)
            expected = "IncorrectKeyMaterialException" if opens else "InvalidCiphertextException"
            tried.append((kind, test["tcId"], test["comment"], expected, told))
    assert len(tried) > 80 and into.state() == "PendingImport"
    assert [one for one in tried if one[3] != one[4]] == []


def test_and_the_same_token_still_brings_in_the_key(kms):
    into = Import(kms, "HMAC_256")
    wrapping_key, _, wrapped, _ = wraps("aes_kwp", 32)[0]
    assert into.bring(wrapping_key, bytes([wrapped[0] ^ 1]) + wrapped[1:]) == "InvalidCiphertextException"
    assert isinstance(into.bring(wrapping_key, wrapped), dict) and into.state() == "Enabled"
