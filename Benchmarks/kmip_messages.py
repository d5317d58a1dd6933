"""KMIP messages in TTLV, as far as the load needs them, and an exchange of one."""

import pathlib
import socket
import ssl
from dataclasses import dataclass

STRUCTURE, INTEGER, ENUMERATION, BOOLEAN, TEXT, BYTES, DATE = 1, 2, 5, 6, 7, 8, 9
VERSION = (1, 4)
CREATE, GET, ACTIVATE, ENCRYPT = 0x01, 0x0A, 0x12, 0x1F
AES, SYMMETRIC_KEY, GCM = 3, 2, 9
ENCRYPTS_AND_DECRYPTS = 0x04 | 0x08


def item(tag, kind, value):
    """One item; `value` as its bytes."""
    return (0x420000 | tag).to_bytes(3, "big") + bytes([kind]) + len(value).to_bytes(4, "big") + value + bytes(-len(value) % 8)


def structure(tag, *items):
    return item(tag, STRUCTURE, b"".join(items))


def integer(tag, value):
    return item(tag, INTEGER, value.to_bytes(4, "big"))


def enumeration(tag, value):
    return item(tag, ENUMERATION, value.to_bytes(4, "big"))


def request(operation, *payload):
    """A message of one item."""
    version = structure(0x69, integer(0x6A, VERSION[0]), integer(0x6B, VERSION[1]))
    header = structure(0x77, version, integer(0x0D, 1))
    return structure(0x78, header, structure(0x0F, enumeration(0x5C, operation), structure(0x79, *payload)))


def identifier(name):
    return item(0x94, TEXT, name.encode())


def attribute(name, value):
    return structure(0x08, item(0x0A, TEXT, name.encode()), value)


def create():
    """An AES-256 key for encryption."""
    template = structure(
        0x91, attribute("Cryptographic Algorithm", enumeration(0x0B, AES)),
        attribute("Cryptographic Length", integer(0x0B, 256)),
        attribute("Cryptographic Usage Mask", integer(0x0B, ENCRYPTS_AND_DECRYPTS)))
    return request(CREATE, enumeration(0x57, SYMMETRIC_KEY), template)


def activate(name):
    return request(ACTIVATE, identifier(name))


def get(name):
    return request(GET, identifier(name))


def encrypt(name, data):
    """By AES-GCM with a nonce of the server's."""
    parameters = structure(
        0x2B, enumeration(0x11, GCM), enumeration(0x28, AES), item(0xC5, BOOLEAN, (1).to_bytes(8, "big")), integer(0xCE, 16))
    return request(ENCRYPT, identifier(name), parameters, item(0xC2, BYTES, data))


def find(message, *path):
    """The value of the item that a path of tags leads to, the first of each."""
    for tag in path:
        at = 0
        while int.from_bytes(message[at : at + 3], "big") != 0x420000 | tag:
            at += 8 + -(-int.from_bytes(message[at + 4 : at + 8], "big") // 8) * 8
            if at >= len(message):
                raise SystemExit(f"bench: an answer without {tag:#x}")
        length = int.from_bytes(message[at + 4 : at + 8], "big")
        message = message[at + 8 : at + 8 + length]
    return message


@dataclass(frozen=True)
class Identity:
    """A client's files, as `claviger kmip client add` writes them."""

    folder: pathlib.Path

    @property
    def certificate(self):
        return self.folder / "client.pem"

    @property
    def key(self):
        return self.folder / "client-key.pem"

    @property
    def authority(self):
        return self.folder / "ca.pem"


class Conversation:
    """A connection on which one message after the other is answered."""

    def __init__(self, port, identity):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.load_cert_chain(identity.certificate, identity.key)
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", port)))
        self.file = self.socket.makefile("rb")

    def ask(self, message):
        """The whole answer, which must be a success."""
        self.socket.sendall(message)
        head = self.file.read(8)
        answer = head + self.file.read(int.from_bytes(head[4:], "big"))
        if find(answer, 0x7B, 0x0F, 0x7F) != bytes(4):
            raise SystemExit(f"bench: KMIP refused: {find(answer, 0x7B, 0x0F, 0x7D).decode(errors='replace')}")
        return answer

    def close(self):
        self.file.close()
        self.socket.close()
