"""Wycheproof's vectors of ECDSA with signatures as two numbers, through the vaults' API.

Its files have public keys alone, which the API has no way to bring: a client of KMIP registers them, and a vault adopts them. The API takes
the hash of a message, so that whatever hash a file is about can be tried: ECDSA looks at no more of it than the curve is wide."""

import hashlib

import pytest
from kmip.core.enums import CryptographicAlgorithm, KeyFormatType, ObjectType, Operation

import vectors
from azure_vaults import Shop, encoded
from brought import mismatches
from kmip_client import Connection, attributes, key_block
from kmip_operations import VERIFY, of_type
from ttlv import Time, item
from vectors import needs_wycheproof

pytestmark = needs_wycheproof

HASHES = {
    "SHA-256": lambda message: hashlib.sha256(message).digest(),
    "SHA-384": lambda message: hashlib.sha384(message).digest(),
    "SHA-512": lambda message: hashlib.sha512(message).digest(),
    "SHAKE128": lambda message: hashlib.shake_128(message).digest(32),
    "SHAKE256": lambda message: hashlib.shake_256(message).digest(64),
}
# By curve: the algorithm, and the bytes of a hash that it takes.
ALGORITHMS = {"secp256r1": ("ES256", 32), "secp256k1": ("ES256K", 32), "secp384r1": ("ES384", 48), "secp521r1": ("ES512", 64)}
FILES = [
    *(f"secp256k1_{hash_}" for hash_ in ("sha256", "sha512", "shake128", "shake256")),
    *(f"secp256r1_{hash_}" for hash_ in ("sha256", "sha512", "shake128")),
    *(f"secp384r1_{hash_}" for hash_ in ("sha384", "sha512", "shake256")),
    *(f"secp521r1_{hash_}" for hash_ in ("sha512", "shake256")),
]
# Requests of one batch.
MOST = 100
LONG_AGO = Time(0)


@pytest.fixture(scope="module")
def shop(kmip_house, names):
    return Shop(kmip_house)


@pytest.fixture(scope="module")
def wire(shop):
    return shop.wire(shop.vault)


@pytest.fixture(scope="module")
def adopted(kmip_house, kmip_client, shop):
    """Brings public keys into the vault, each once. Returns: their names by their SubjectPublicKeyInfo."""
    known = {}

    def adopt(groups):
        new = {group["publicKeyDer"]: group["publicKey"]["keySize"] for group in groups if group["publicKeyDer"] not in known}
        with Connection(kmip_client) as connection:
            for der, identifier in registered(connection, new):
                name = f"brought-{len(known)}"
                kmip_house.admin("/v1/vaults/adopt", {"vault": "one", "name": name, "key": identifier})
                known[der] = name
        return known

    return adopt


def registered(connection, keys):
    """(SubjectPublicKeyInfo, identifier) of each."""
    template = attributes((1, 4), [("CryptographicUsageMask", VERIFY), ("ActivationDate", LONG_AGO)])
    for der, size in keys.items():
        block = key_block(
            bytes.fromhex(der), key_format=KeyFormatType.X_509, algorithm=CryptographicAlgorithm.EC, length=size
        )
        given = connection.ask(Operation.REGISTER, of_type(ObjectType.PUBLIC_KEY), template, item("PublicKey", [block]))
        yield der, given.done()["UniqueIdentifier"].value


def answers(wire, requests):
    """What each is answered, by batches."""
    for start in range(0, len(requests), MOST):
        status, said = wire.ask("POST", "/batch", {"requests": requests[start : start + MOST]})
        assert status == 200, said
        yield from said["responses"]


@pytest.mark.parametrize("file", FILES)
def test_signatures(wire, adopted, file):
    groups = vectors.groups(f"ecdsa_{file}_p1363")
    names = adopted(groups)
    tests, requests = [], []
    for group in groups:
        algorithm, width = ALGORITHMS[group["publicKey"]["curve"]]
        for test in group["tests"]:
            digest = HASHES[group["sha"]](bytes.fromhex(test["msg"]))[:width]
            body = {"alg": algorithm, "digest": encoded(digest), "value": encoded(bytes.fromhex(test["sig"]))}
            path = f"/keys/{names[group['publicKeyDer']]}/verify"
            requests.append({"method": "POST", "path": path, "body": body})
            tests.append(test)
    assert {test["result"] for test in tests} == {"valid", "invalid"} and len(tests) > 240
    told = [(one["status"], one["body"]) for one in answers(wire, requests)]
    found = {
        test["tcId"]: ((200, {"value": test["result"] == "valid"}), one) for test, one in zip(tests, told, strict=True)
    }
    assert mismatches(found) == {}


def test_every_file_is_tried():
    paths = vectors.FOLDER.glob("ecdsa_*_p1363_test.json")
    assert sorted(FILES) == sorted(path.name.removeprefix("ecdsa_").removesuffix("_p1363_test.json") for path in paths)
