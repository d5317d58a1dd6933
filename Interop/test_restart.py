"""What was there before a restart is there after it."""

import json
import os
import stat

from expect import refused
from wire import Wire


def snapshot(kms):
    """Everything that the API tells of every key."""
    keys = [entry["KeyId"] for page in kms.get_paginator("list_keys").paginate() for entry in page["Keys"]]
    return {
        "aliases": [entry for page in kms.get_paginator("list_aliases").paginate() for entry in page["Aliases"]],
        **{
            key: {
                "metadata": kms.describe_key(KeyId=key)["KeyMetadata"],
                "tags": kms.list_resource_tags(KeyId=key)["Tags"],
                "policy": kms.get_key_policy(KeyId=key)["Policy"],
            }
            for key in keys
        },
    }


def test_everything_survives(own_server):
    kms = own_server.client()
    exports = dict(own_server.exports)
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{own_server.account}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        },
        indent=4,
    )
    plain = kms.create_key()["KeyMetadata"]["KeyId"]
    dressed = kms.create_key(Description="kept", Policy=policy, Tags=[{"TagKey": "a", "TagValue": "é"}])["KeyMetadata"]["KeyId"]
    disabled = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=disabled)
    leaving = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=leaving, PendingWindowInDays=7)
    kms.create_alias(AliasName="alias/kept", TargetKeyId=plain)
    kms.create_alias(AliasName="alias/moved", TargetKeyId=plain)
    kms.update_alias(AliasName="alias/moved", TargetKeyId=dressed)
    elsewhere = own_server.client(region="eu-central-1").create_key()["KeyMetadata"]
    context = {"tenant": "blue"}
    blobs = [kms.encrypt(KeyId=plain, Plaintext=b"%d" % n, EncryptionContext=context)["CiphertextBlob"] for n in range(20)]
    data_key = kms.generate_data_key(KeyId="alias/kept", KeySpec="AES_256")
    before = snapshot(kms)

    for _ in range(2):
        own_server.restart()
        kms = own_server.client()
        assert snapshot(kms) == before
        unchanged = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CLAVIGER_ACCOUNT_ID", "AWS_DEFAULT_REGION", "CLAVIGER_CA_FILE")
        assert {name: own_server.exports[name] for name in unchanged} == {name: exports[name] for name in unchanged}
        for number, blob in enumerate(blobs):
            assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"%d" % number
        assert kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]
        with refused("DisabledException"):
            kms.encrypt(KeyId=disabled, Plaintext=b"x")
        with refused("KMSInvalidStateException"):
            kms.encrypt(KeyId=leaving, Plaintext=b"x")
        assert own_server.client(region="eu-central-1").describe_key(KeyId=elsewhere["KeyId"])["KeyMetadata"] == elsewhere


def test_the_certificate_authority_is_made_once(own_server):
    with open(own_server.ca_file, "rb") as file:
        before = file.read()
    own_server.restart()
    with open(own_server.ca_file, "rb") as file:
        assert file.read() == before
    assert own_server.client(tls=True).list_keys()["Keys"] == []


def test_a_killed_server_starts_again_with_what_it_answered(own_server):
    kms = own_server.client()
    key = kms.create_key(Tags=[{"TagKey": "a", "TagValue": "b"}])["KeyMetadata"]
    kms.create_alias(AliasName="alias/there", TargetKeyId=key["KeyId"])
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    kms.update_key_description(KeyId=key["KeyId"], Description="last word")
    before = snapshot(kms)
    own_server.kill()
    own_server.start()
    kms = own_server.client()
    assert snapshot(kms) == before
    assert kms.decrypt(CiphertextBlob=blob, KeyId="alias/there")["Plaintext"] == b"x"


def test_a_connection_that_was_open_across_a_restart_does_not_confuse_anybody(own_server):
    with Wire(own_server) as wire:
        assert wire.call("ListKeys", {}).status == 200
        own_server.restart()
    with Wire(own_server) as wire:
        assert wire.call("ListKeys", {}).status == 200


def test_the_data_directory_is_for_its_owner_only(own_server):
    assert stat.S_IMODE(os.stat(own_server.data).st_mode) & 0o077 == 0
    for folder, _, names in os.walk(own_server.data):
        for name in names:
            mode = os.stat(os.path.join(folder, name)).st_mode
            assert stat.S_IMODE(mode) & 0o022 == 0, name
