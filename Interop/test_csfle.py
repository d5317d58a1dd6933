"""MongoDB's client-side field level encryption: libmongocrypt's AWS provider, its callbacks driven by hand.

A driver would fetch and keep data keys in a collection; here a dictionary is the key vault, so no database is needed.
The requests to the key service are libmongocrypt's own, byte for byte."""

import socket
import ssl
import uuid

import bson
import pytest
from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from pymongocrypt.errors import MongoCryptError
from pymongocrypt.mongocrypt import MongoCryptOptions
from pymongocrypt.synchronous.explicit_encrypter import ExplicitEncrypter
from pymongocrypt.synchronous.state_machine import MongoCryptCallback

from server import PATIENCE

DETERMINISTIC = "AEAD_AES_256_CBC_HMAC_SHA_512-Deterministic"
RANDOM = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"
OPTIONS = CodecOptions(uuid_representation=STANDARD)


class Vault(MongoCryptCallback):
    """A key vault in memory and the way to the key service."""

    def __init__(self, ca_file):
        self.context = ssl.create_default_context(cafile=ca_file)
        self.keys = {}
        self.requests = []

    def kms_request(self, kms_context):
        host, _, port = kms_context.endpoint.partition(":")
        self.requests.append(kms_context.message)
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as plain:
            with self.context.wrap_socket(plain, server_hostname=host) as secured:
                secured.sendall(kms_context.message)
                while kms_context.bytes_needed > 0:
                    received = secured.recv(kms_context.bytes_needed)
                    assert received, "the server closed before its answer was complete"
                    kms_context.feed(received)

    def fetch_keys(self, filter):
        yield from self.keys.values()

    def insert_data_key(self, data_key):
        name = bson.decode(data_key, OPTIONS)["_id"]
        self.keys[name] = data_key
        return name

    def bson_encode(self, document):
        return bson.encode(document, codec_options=OPTIONS)

    def collection_info(self, database, filter):
        raise AssertionError("explicit encryption asks for no collection")

    def mark_command(self, database, command):
        raise AssertionError("explicit encryption marks no command")

    def close(self):
        self.keys.clear()


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


def seal(driver, value, data_key, algorithm=RANDOM):
    document = driver.encrypt(bson.encode({"v": value}), algorithm, key_id=data_key.bytes)
    return bson.decode(document, OPTIONS)["v"]


def unseal(driver, value):
    return bson.decode(driver.decrypt(bson.encode({"v": value}, codec_options=OPTIONS)), OPTIONS)["v"]


@pytest.mark.parametrize("value", ["a name", 4242, {"nested": ["document", 1.5]}])
def test_a_value_survives_the_round_trip(server, master, value):
    vault = Vault(server.ca_file)
    driver = encrypter(server, vault)
    data_key = driver.create_data_key("aws", master_key(server, master), key_alt_names=["mine"])
    sealed = seal(driver, value, data_key)
    assert isinstance(sealed, Binary) and sealed.subtype == 6
    assert unseal(driver, sealed) == value


def test_the_data_key_is_opened_by_the_server_in_another_process_of_the_driver(server, master):
    vault = Vault(server.ca_file)
    data_key = (first := encrypter(server, vault)).create_data_key("aws", master_key(server, master))
    sealed = seal(first, "kept", data_key)
    again = Vault(server.ca_file)
    again.keys = dict(vault.keys)
    assert unseal(encrypter(server, again), sealed) == "kept"
    assert b"TrentService.Encrypt" in vault.requests[0]
    assert b"TrentService.Decrypt" in again.requests[0]


def test_deterministic_encryption_repeats_itself(server, master):
    driver = encrypter(server, Vault(server.ca_file))
    data_key = driver.create_data_key("aws", master_key(server, master))
    assert seal(driver, "same", data_key, DETERMINISTIC) == seal(driver, "same", data_key, DETERMINISTIC)
    assert seal(driver, "same", data_key) != seal(driver, "same", data_key)


def test_a_wrong_secret_makes_no_data_key(server, master):
    driver = encrypter(server, Vault(server.ca_file), secretAccessKey="not the secret")
    with pytest.raises(MongoCryptError, match="InvalidSignatureException|signature"):
        driver.create_data_key("aws", master_key(server, master))


def test_a_disabled_master_key_opens_no_data_key(server, kms, key):
    vault = Vault(server.ca_file)
    driver = encrypter(server, vault)
    data_key = driver.create_data_key("aws", master_key(server, key))
    sealed = seal(driver, "kept", data_key)
    kms.disable_key(KeyId=key["KeyId"])
    again = Vault(server.ca_file)
    again.keys = dict(vault.keys)
    with pytest.raises(MongoCryptError, match="disabled"):
        unseal(encrypter(server, again), sealed)
    kms.enable_key(KeyId=key["KeyId"])
    assert unseal(encrypter(server, again), sealed) == "kept"


def test_all_data_keys_move_to_another_master_key(server, kms, master):
    vault = Vault(server.ca_file)
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
    again = Vault(server.ca_file)
    again.keys = {data_key: bson.encode(stored, codec_options=OPTIONS)}
    kms.disable_key(KeyId=master["KeyId"])
    try:
        assert unseal(encrypter(server, again), sealed) == "moved"
    finally:
        kms.enable_key(KeyId=master["KeyId"])


def test_data_keys_have_ids_of_their_own(server, master):
    driver = encrypter(server, Vault(server.ca_file))
    made = {driver.create_data_key("aws", master_key(server, master)) for _ in range(3)}
    assert len(made) == 3 and all(isinstance(name, uuid.UUID) for name in made)
