"""Seed files of tests, and servers on them. Key pairs and bytes are made anew for each run."""

import json
import os
import pathlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from server import Server, clean_environment, run_claviger

FIRST = "111122223333"
SECOND = "444455556666"
SYMMETRIC = "bc436485-5092-42b8-92a3-0aa8b93536dc"
ROTATED = "0c2d6f9e-1f3b-4c43-9a51-5d1c5a1f7e01"
RSA_SIGNING = "ff275b92-0def-4dfc-b0f6-87c96b26c6c7"
RSA_ENCRYPTION = "ff275b92-0def-4dfc-b0f6-87c96b26c6c8"
CURVE = "800d5768-3fd7-4edd-a4b8-4c81c3e4c147"
HMAC = "49c5492b-b1bc-42a8-9a5c-b2015e810c1c"
RANDOM = "5ef77041-d1e6-4af1-9a41-e49a4b45efb6"
EXTERNAL = "5d05267f-bb87-4d0b-8594-295a4371d414"
FAMILY = "mrk-1234abcd12ab34cd56ef1234567890ab"


def pkcs8(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def block(text, indent):
    """A YAML block of several lines."""
    return "|\n" + "".join(" " * indent + line + "\n" for line in text.splitlines())


class Material:
    """What the file gives, for comparison with what the server does with it."""

    def __init__(self):
        self.symmetric = os.urandom(32)
        self.older = os.urandom(32)
        self.newer = os.urandom(32)
        self.family = os.urandom(32)
        self.mac = os.urandom(32)
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.other_rsa = rsa.generate_private_key(65537, 2048)
        self.curve = ec.generate_private_key(ec.SECP256R1())

    def seed(self, folder):
        """The file that most tests use. One key pair lies beside it."""
        (folder / "rsa.pem").write_text(pkcs8(self.other_rsa))
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{FIRST}:root"}, "Action": "kms:*", "Resource": "*"}
            ],
        }
        return f"""\
accounts:
  - id: {FIRST}
    access-keys:
      - id: test
        secret: test
  - id: {SECOND}
    access-keys:
      - {{id: SECONDACCOUNT, secret: not-a-secret-at-all}}

keys:
  - id: {SYMMETRIC}
    description: for the tests
    tags: {{team: billing, stage: "1"}}
    aliases: [alias/app, alias/app-again]
    rotation: 90
    material: {{hex: {self.symmetric.hex()}}}
  - id: {SYMMETRIC}
    region: eu-west-1
    aliases: [alias/app]
  - id: {SYMMETRIC}
    account: {SECOND}
    aliases: [alias/app]
    enabled: false
  - id: {ROTATED}
    material:
      - hex: {self.older.hex().upper()}
      - hex: {self.newer.hex()}
  - id: {RSA_SIGNING}
    spec: RSA_2048
    usage: SIGN_VERIFY
    material:
      pem: {block(pkcs8(self.rsa), 8)}
  - id: {RSA_ENCRYPTION}
    spec: RSA_2048
    usage: ENCRYPT_DECRYPT
    material: {{file: rsa.pem}}
  - id: {CURVE}
    spec: ECC_NIST_P256
    usage: SIGN_VERIFY
    policy: {block(json.dumps(policy), 6)}
    material:
      pem: {block(pkcs8(self.curve), 8)}
  - id: {HMAC}
    spec: HMAC_256
    material: {{hex: {self.mac.hex()}}}
  - id: {RANDOM}
  - id: {EXTERNAL}
    origin: EXTERNAL
  - id: {FAMILY}
    aliases: [alias/everywhere]
    material: {{hex: {self.family.hex()}}}
    replicas:
      - eu-west-1
      - region: ap-southeast-2
        description: the far one
        aliases: [alias/everywhere]
"""


def write(folder, text, name="keys.yaml"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def seeded(folder, seed, *arguments, **environment):
    return Server(folder, arguments=["--seed", str(seed), *arguments], environment=clean_environment(**environment))



class Seeded:
    """Servers on seeds of a test's own, one after the other where they have a name and so a data directory in common."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.running = []

    def __call__(self, text, name="one", *arguments, **environment):
        for other in self.running:
            if other.directory == self.folder / name and other.is_alive():
                other.stop()
        begun = seeded(self.folder / name, write(self.folder / name, text), *arguments, **environment)
        self.running.append(begun)
        return begun.start()

    def dispose(self):
        for server in self.running:
            server.dispose()


def second(server, **more):
    """A client of the file's second account."""
    return server.client(access_key="SECONDACCOUNT", secret_key="not-a-secret-at-all", **more)


def failing(folder, text, *more, development=True, environment=None):
    """What a server says that doesn't start with such a file: its lines, with FILE for the file's path."""
    path = write(folder, text)
    arguments = ["serve", *(["--dev"] if development else []), "--data-dir", folder / "data"]
    more = ("--listen", "127.0.0.1:0", "--listen-tls", "off", "--seed", path, *more)
    answer = run_claviger(*arguments, *more, environment=environment)
    assert answer.returncode == 1, answer
    assert "ready" not in answer.stdout
    return [line.replace(str(path), "FILE") for line in answer.stderr.splitlines() if line.startswith("claviger:")]
