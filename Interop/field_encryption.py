"""MongoDB's client-side field level encryption with libmongocrypt's callbacks driven by hand.

A driver would fetch and keep data keys in a collection; here a dictionary is the key vault, so no database is needed.
The requests to the key service are libmongocrypt's own, byte for byte."""

import socket

import bson
from bson.binary import STANDARD
from bson.codec_options import CodecOptions
from pymongocrypt.synchronous.state_machine import MongoCryptCallback

from server import PATIENCE

DETERMINISTIC = "AEAD_AES_256_CBC_HMAC_SHA_512-Deterministic"
RANDOM = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"
OPTIONS = CodecOptions(uuid_representation=STANDARD)


class Vault(MongoCryptCallback):
    """A key vault in memory and the way to the key service, one connection of TLS for each request."""

    def __init__(self, context):
        self.context = context
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


def seal(driver, value, data_key, algorithm=RANDOM):
    document = driver.encrypt(bson.encode({"v": value}), algorithm, key_id=data_key.bytes)
    return bson.decode(document, OPTIONS)["v"]


def unseal(driver, value):
    return bson.decode(driver.decrypt(bson.encode({"v": value}, codec_options=OPTIONS)), OPTIONS)["v"]
