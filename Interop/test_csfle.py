"""MongoDB's client-side field level encryption: libmongocrypt's AWS provider."""

import ssl
import uuid

import bson
import pytest
from bson.binary import Binary
from pymongocrypt.errors import MongoCryptError
from pymongocrypt.mongocrypt import MongoCryptOptions
from pymongocrypt.synchronous.explicit_encrypter import ExplicitEncrypter

from field_encryption import DETERMINISTIC, OPTIONS, Vault, seal, unseal


@pytest.fixture(scope="module")
def new_vault(server):
    """Makes vaults that trust the server."""
    return lambda: Vault(ssl.create_default_context(cafile=server.ca_file))


@pytest.fixture(scope="module")
def master(kms):
    return kms.create_key()["KeyMetadata"]


def encrypter(server, vault, **credentials):
    provider = {"accessKeyId": server.access_key, "secretAccessKey": server.secret_key, **credentials}
    return ExplicitEncrypter(vault, MongoCryptOptions({"aws": provider}, key_expiration_ms=1))


def master_key(server, key):
    """libmongocrypt refuses a host without a dot in it, so the server goes by its address; the certificate has both."""
    port = server.tls_endpoint.rsplit(":", 1)[1]
    return {"region": server.region, "key": key["Arn"], "endpoint": f"127.0.0.1:{port}"}


@pytest.mark.parametrize("value", ["a name", 4242, {"nested": ["document", 1.5]}])
def test_a_value_survives_the_round_trip(server, new_vault, master, value):
    vault = new_vault()
    driver = encrypter(server, vault)
    data_key = driver.create_data_key("aws", master_key(server, master), key_alt_names=["mine"])
    sealed = seal(driver, value, data_key)
    assert isinstance(sealed, Binary) and sealed.subtype == 6
    assert unseal(driver, sealed) == value


def test_the_data_key_is_opened_by_the_server_in_another_process_of_the_driver(server, new_vault, master):
    vault = new_vault()
    data_key = (first := encrypter(server, vault)).create_data_key("aws", master_key(server, master))
    sealed = seal(first, "kept", data_key)
    again = new_vault()
    again.keys = dict(vault.keys)
    assert unseal(encrypter(server, again), sealed) == "kept"
    assert b"TrentService.Encrypt" in vault.requests[0]
    assert b"TrentService.Decrypt" in again.requests[0]


def test_deterministic_encryption_repeats_itself(server, new_vault, master):
    driver = encrypter(server, new_vault())
    data_key = driver.create_data_key("aws", master_key(server, master))
    assert seal(driver, "same", data_key, DETERMINISTIC) == seal(driver, "same", data_key, DETERMINISTIC)
    assert seal(driver, "same", data_key) != seal(driver, "same", data_key)


def test_a_wrong_secret_makes_no_data_key(server, new_vault, master):
    driver = encrypter(server, new_vault(), secretAccessKey="not the secret")
    with pytest.raises(MongoCryptError, match="InvalidSignatureException|signature"):
        driver.create_data_key("aws", master_key(server, master))


def test_a_disabled_master_key_opens_no_data_key(server, new_vault, kms, key):
    vault = new_vault()
    driver = encrypter(server, vault)
    data_key = driver.create_data_key("aws", master_key(server, key))
    sealed = seal(driver, "kept", data_key)
    kms.disable_key(KeyId=key["KeyId"])
    again = new_vault()
    again.keys = dict(vault.keys)
    with pytest.raises(MongoCryptError, match="disabled"):
        unseal(encrypter(server, again), sealed)
    kms.enable_key(KeyId=key["KeyId"])
    assert unseal(encrypter(server, again), sealed) == "kept"


def test_all_data_keys_move_to_another_master_key(server, new_vault, kms, master):
    vault = new_vault()
    driver = encrypter(server, vault)
    data_key = driver.create_data_key("aws", master_key(server, master))
    sealed = seal(driver, "moved", data_key)
    target = kms.create_key()["KeyMetadata"]
    answer = driver.rewrap_many_data_key({}, "aws", master_key(server, target))
    (rewrapped,) = bson.decode(answer, OPTIONS)["v"]
    assert rewrapped["masterKey"]["key"] == target["Arn"]
    stored = bson.decode(vault.keys[data_key], OPTIONS)
    stored["keyMaterial"] = rewrapped["keyMaterial"]
    stored["masterKey"] = rewrapped["masterKey"]
    again = new_vault()
    again.keys = {data_key: bson.encode(stored, codec_options=OPTIONS)}
    kms.disable_key(KeyId=master["KeyId"])
    try:
        assert unseal(encrypter(server, again), sealed) == "moved"
    finally:
        kms.enable_key(KeyId=master["KeyId"])


def test_data_keys_have_ids_of_their_own(server, new_vault, master):
    driver = encrypter(server, new_vault())
    made = {driver.create_data_key("aws", master_key(server, master)) for _ in range(3)}
    assert len(made) == 3 and all(isinstance(name, uuid.UUID) for name in made)
