"""MongoDB's client-side field level encryption: libmongocrypt's KMIP provider, in its four ways to a data key.

The key of a data key is either 96 random bytes that the driver keeps here as Secret Data and fetches when it needs them, or a
key that never leaves the server and seals data keys there (delegated). Either is made by the driver, or was there."""

import os

import pytest
from kmip.core.enums import (
    BlockCipherMode,
    CryptographicAlgorithm,
    KeyFormatType,
    ObjectType,
    Operation,
    PaddingMethod,
    ResultReason,
    RevocationReasonCode,
    SecretDataType,
)
from pymongocrypt.errors import MongoCryptError
from pymongocrypt.mongocrypt import MongoCryptOptions
from pymongocrypt.synchronous.explicit_encrypter import ExplicitEncrypter

from field_encryption import DETERMINISTIC, Vault, seal, unseal
from kmip_client import attributes, identifier, key_block
from ttlv import decode, item

SEED = 96
ENCRYPT_AND_DECRYPT = 12


def operations(vault):
    """What the driver asked for, with the version that it spoke."""
    asked = []
    for message in map(decode, vault.requests):
        version = message["RequestHeader"]["ProtocolVersion"]
        numbers = (version["ProtocolVersionMajor"].value, version["ProtocolVersionMinor"].value)
        (one,) = message.all("BatchItem")
        asked.append((Operation(one["Operation"].value).name, numbers))
    return asked


@pytest.fixture
def new_driver(kmip_client):
    """Makes drivers, with the key vault of another one or an empty one."""

    def made(other=None):
        vault = Vault(kmip_client.context())
        if other is not None:
            vault.keys = dict(other.keys)
        endpoint = {"endpoint": f"{kmip_client.host}:{kmip_client.port}"}
        return ExplicitEncrypter(vault, MongoCryptOptions({"kmip": endpoint}, key_expiration_ms=1)), vault

    return made


def kept_seed(kmip):
    """Secret Data of the right size that was there before the driver."""
    block = key_block(os.urandom(SEED), key_format=KeyFormatType.OPAQUE)
    secret = item("SecretData", [item("SecretDataType", SecretDataType.SEED), block])
    template = attributes((1, 4), [("CryptographicUsageMask", 0)])
    made = kmip.ask(Operation.REGISTER, item("ObjectType", ObjectType.SECRET_DATA), template, secret).done()
    return activated(kmip, made["UniqueIdentifier"].value)


def kept_key(kmip):
    """An AES key that was there before the driver."""
    template = attributes(
        (1, 4),
        [
            ("CryptographicAlgorithm", CryptographicAlgorithm.AES),
            ("CryptographicLength", 256),
            ("CryptographicUsageMask", ENCRYPT_AND_DECRYPT),
        ],
    )
    made = kmip.ask(Operation.CREATE, item("ObjectType", ObjectType.SYMMETRIC_KEY), template).done()
    return activated(kmip, made["UniqueIdentifier"].value)


def activated(kmip, name):
    kmip.ask(Operation.ACTIVATE, identifier(name)).done()
    return name


def works(new_driver, driver, vault, data_key):
    """Seals with one driver, opens with another.
    - Returns: what the other one asked."""
    sealed = seal(driver, "a name", data_key)
    again, other = new_driver(vault)
    assert unseal(again, sealed) == "a name"
    assert seal(again, "same", data_key, DETERMINISTIC) == seal(driver, "same", data_key, DETERMINISTIC)
    return operations(other)


def test_the_driver_keeps_a_seed(new_driver):
    driver, vault = new_driver()
    data_key = driver.create_data_key("kmip", {})
    assert operations(vault) == [("REGISTER", (1, 0)), ("ACTIVATE", (1, 0)), ("GET", (1, 0))]
    assert set(works(new_driver, driver, vault, data_key)) == {("GET", (1, 0))}


def test_a_seed_that_was_there(new_driver, kmip):
    driver, vault = new_driver()
    data_key = driver.create_data_key("kmip", {"keyId": kept_seed(kmip)})
    assert operations(vault) == [("GET", (1, 0))]
    assert set(works(new_driver, driver, vault, data_key)) == {("GET", (1, 0))}


def test_a_key_that_the_driver_has_made_and_that_stays_here(new_driver):
    driver, vault = new_driver()
    data_key = driver.create_data_key("kmip", {"delegated": True})
    assert operations(vault) == [("CREATE", (1, 2)), ("ACTIVATE", (1, 0)), ("ENCRYPT", (1, 2))]
    assert set(works(new_driver, driver, vault, data_key)) == {("DECRYPT", (1, 2))}


def test_a_key_that_was_there_and_that_stays_here(new_driver, kmip):
    driver, vault = new_driver()
    data_key = driver.create_data_key("kmip", {"delegated": True, "keyId": kept_key(kmip)})
    assert operations(vault) == [("ENCRYPT", (1, 2))]
    assert set(works(new_driver, driver, vault, data_key)) == {("DECRYPT", (1, 2))}


def test_what_the_driver_registers_comes_back_as_it_was(new_driver, kmip):
    driver, vault = new_driver()
    driver.create_data_key("kmip", {})
    sent = decode(vault.requests[0])["BatchItem"]["RequestPayload"]["SecretData"]
    name = decode(vault.requests[2])["BatchItem"]["RequestPayload"]["UniqueIdentifier"].value
    back = kmip.ask(Operation.GET, identifier(name), version=(1, 0)).done()["SecretData"]
    assert back == sent
    assert len(back["KeyBlock"]["KeyValue"]["KeyMaterial"].value) == SEED


def test_each_sealing_of_a_delegated_key_has_a_vector_of_its_own(kmip):
    """The driver has no vector to give: it asks for one, and for the same bytes to come out."""
    name = kept_key(kmip)
    wanted = item(
        "CryptographicParameters",
        [
            item("BlockCipherMode", BlockCipherMode.CBC),
            item("PaddingMethod", PaddingMethod.PKCS5),
            item("CryptographicAlgorithm", CryptographicAlgorithm.AES),
            item("RandomIV", True),
        ],
    )
    data = os.urandom(SEED)
    vectors = set()
    for _ in range(3):
        sealed = kmip.ask(Operation.ENCRYPT, identifier(name), wanted, item("Data", data), version=(1, 2)).done()
        vector = sealed["IVCounterNonce"]
        assert len(vector.value) == 16
        vectors.add(vector.value)
        opened = kmip.ask(Operation.DECRYPT, identifier(name), wanted, sealed["Data"], vector, version=(1, 2)).done()
        assert opened["Data"].value == data
    assert len(vectors) == 3


@pytest.mark.parametrize("kept, delegated", [(kept_seed, False), (kept_key, True)])
def test_a_destroyed_key_opens_no_data_key(new_driver, kmip, kept, delegated):
    name = kept(kmip)
    driver, vault = new_driver()
    sealed = seal(driver, "kept", driver.create_data_key("kmip", {"keyId": name, "delegated": delegated}))
    why = item("RevocationReason", [item("RevocationReasonCode", RevocationReasonCode.CESSATION_OF_OPERATION)])
    kmip.ask(Operation.REVOKE, identifier(name), why).done()
    kmip.ask(Operation.DESTROY, identifier(name)).done()
    again, _ = new_driver(vault)
    with pytest.raises(MongoCryptError, match="Result Reason"):
        unseal(again, sealed)


def test_a_key_that_never_was_makes_no_data_key(new_driver, kmip):
    driver, _ = new_driver()
    with pytest.raises(MongoCryptError, match=f"Result Reason .{ResultReason.ITEM_NOT_FOUND.value}.: Item Not Found"):
        driver.create_data_key("kmip", {"keyId": "6d2c1e0a-0000-4000-8000-000000000000"})
