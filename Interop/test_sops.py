"""sops, the last version in Python: documents whose data key the server keeps. boto3 beneath it takes the endpoint from the
environment."""

import base64
import json
import pathlib
import subprocess
import sys

import pytest

from server import PATIENCE

SOPS = pathlib.Path(sys.executable).with_name("sops")
SECRETS = {"database": {"password": "correct horse", "port": 5432}, "hosts": ["a", "b"], "name_unencrypted": "shown"}


class Sops:
    """The command, on documents in a folder."""

    def __init__(self, server, folder):
        self.environment = server.client_environment()
        self.folder = folder

    def run(self, *arguments, accepts=(0,)):
        told = subprocess.run(
            [sys.executable, "-W", "ignore", SOPS, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert told.returncode in accepts, f"sops {arguments}: {told.stdout}\n{told.stderr}"
        return told

    def document(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def secrets(self, *keys, context=None):
        """The path of an encrypted document with SECRETS."""
        path = self.document("secrets.json", json.dumps(SECRETS))
        named = ("--kms", ",".join(key["Arn"] for key in keys))
        self.run("--encrypt", "--in-place", *named, *(("--encryption-context", context) if context else ()), path)
        return path

    def decrypted(self, path):
        return json.loads(self.run("--decrypt", path).stdout)


@pytest.fixture
def sops(server, tmp_path):
    return Sops(server, tmp_path)


@pytest.fixture(scope="module")
def master(kms):
    return kms.create_key()["KeyMetadata"]


def entries(path):
    return json.loads(path.read_text())["sops"]["kms"]


def test_a_document_survives_the_round_trip(kms, sops, master):
    path = sops.secrets(master)
    sealed = json.loads(path.read_text())
    assert "correct horse" not in path.read_text() and sealed["name_unencrypted"] == "shown"
    assert sealed["database"]["password"].startswith("ENC[AES256_GCM,")
    (entry,) = entries(path)
    assert entry["arn"] == master["Arn"]
    data_key = kms.decrypt(CiphertextBlob=base64.b64decode(entry["enc"]))
    assert data_key["KeyId"] == master["Arn"] and len(data_key["Plaintext"]) == 32
    assert sops.decrypted(path) == SECRETS


def test_yaml_is_as_good(sops, master):
    path = sops.document("secrets.yaml", "password: correct horse\nport: 5432\n")
    sops.run("--encrypt", "--in-place", "--kms", master["Arn"], path)
    assert "correct horse" not in path.read_text()
    assert "password: correct horse" in sops.run("--decrypt", path).stdout
    assert sops.run("--decrypt", "--extract", '["password"]', path).stdout == "correct horse"


def test_rotation_makes_a_new_data_key(sops, master):
    path = sops.secrets(master)
    before = entries(path)[0]["enc"]
    sops.run("--rotate", path)
    assert entries(path)[0]["enc"] != before
    assert sops.decrypted(path) == SECRETS


def test_a_rotated_master_key_still_opens_the_document(kms, sops):
    key = kms.create_key()["KeyMetadata"]
    path = sops.secrets(key)
    kms.rotate_key_on_demand(KeyId=key["KeyId"])
    assert sops.decrypted(path) == SECRETS


def test_any_of_two_master_keys_opens_it_and_keys_are_added_and_removed(kms, sops, master):
    spare = kms.create_key()["KeyMetadata"]
    path = sops.secrets(master, spare)
    kms.disable_key(KeyId=master["KeyId"])
    try:
        assert sops.decrypted(path) == SECRETS
        third = kms.create_key()["KeyMetadata"]
        kms.enable_key(KeyId=master["KeyId"])
        sops.run("--rotate", "--add-kms", third["Arn"], "--rm-kms", spare["Arn"], path)
    finally:
        kms.enable_key(KeyId=master["KeyId"])
    assert {entry["arn"] for entry in entries(path)} == {master["Arn"], third["Arn"]}
    kms.disable_key(KeyId=spare["KeyId"])
    assert sops.decrypted(path) == SECRETS


def test_the_context_is_a_part_of_the_seal(kms, sops, master):
    path = sops.secrets(master, context="Environment:production,Role:web")
    (entry,) = entries(path)
    assert entry["context"] == {"Environment": "production", "Role": "web"}
    assert sops.decrypted(path) == SECRETS
    sealed = json.loads(path.read_text())
    sealed["sops"]["kms"][0]["context"]["Environment"] = "test"
    path.write_text(json.dumps(sealed))
    told = sops.run("--decrypt", path, accepts=range(1, 256))
    assert "InvalidCiphertextException" in told.stderr and "correct horse" not in told.stdout


def test_a_disabled_or_denied_key_opens_nothing(server, kms, sops):
    key = kms.create_key()["KeyMetadata"]
    path = sops.secrets(key)
    kms.disable_key(KeyId=key["KeyId"])
    told = sops.run("--decrypt", path, accepts=range(1, 256))
    assert "DisabledException" in told.stderr
    kms.enable_key(KeyId=key["KeyId"])
    deny = {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    allow = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{server.account}:root"}, "Action": "kms:*", "Resource": "*"}
    kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]}))
    told = sops.run("--decrypt", path, accepts=range(1, 256))
    assert "AccessDeniedException" in told.stderr
