"""The AWS command line, as people type it: keys, aliases, encryption, files, pages, errors."""

import base64
import uuid

import pytest

from awscli_driver import CommandLine


@pytest.fixture
def aws(server, tmp_path):
    return CommandLine(server, tmp_path)


def test_a_secret_goes_from_file_to_file(aws, tmp_path):
    """The page that everybody copies: encrypt a file, keep the ciphertext as a file, decrypt it."""
    (tmp_path / "secret.bin").write_bytes(bytes(range(256)))
    alias = f"alias/{uuid.uuid4()}"
    key = aws("create-key", "--description", "by hand", "--tags", "TagKey=by,TagValue=cli")["KeyMetadata"]["KeyId"]
    aws("create-alias", "--alias-name", alias, "--target-key-id", key)
    sealed = aws("encrypt", "--key-id", alias, "--plaintext", "fileb://secret.bin", "--encryption-context", "a=b,c=d")
    (tmp_path / "sealed.bin").write_bytes(base64.b64decode(sealed["CiphertextBlob"]))
    opened = aws("decrypt", "--ciphertext-blob", "fileb://sealed.bin", "--encryption-context", "c=d,a=b")
    assert base64.b64decode(opened["Plaintext"]) == bytes(range(256))
    assert opened["KeyId"].endswith(key)


def test_every_operation_answers(aws, tmp_path):
    key = aws("create-key")["KeyMetadata"]
    name = key["KeyId"]
    other = aws("create-key", "--key-usage", "ENCRYPT_DECRYPT", "--key-spec", "SYMMETRIC_DEFAULT")["KeyMetadata"]["KeyId"]
    assert aws("describe-key", "--key-id", key["Arn"])["KeyMetadata"]["KeyId"] == name
    assert name in {entry["KeyId"] for entry in aws("list-keys")["Keys"]}

    aws("update-key-description", "--key-id", name, "--description", "changed")
    assert aws("describe-key", "--key-id", name)["KeyMetadata"]["Description"] == "changed"
    aws("disable-key", "--key-id", name)
    assert aws("describe-key", "--key-id", name)["KeyMetadata"]["KeyState"] == "Disabled"
    aws("enable-key", "--key-id", name)
    assert aws("describe-key", "--key-id", name)["KeyMetadata"]["KeyState"] == "Enabled"

    aws("tag-resource", "--key-id", name, "--tags", "TagKey=a,TagValue=1", "TagKey=b,TagValue=2")
    assert len(aws("list-resource-tags", "--key-id", name)["Tags"]) == 2
    aws("untag-resource", "--key-id", name, "--tag-keys", "a")
    assert aws("list-resource-tags", "--key-id", name)["Tags"] == [{"TagKey": "b", "TagValue": "2"}]

    assert aws("list-key-policies", "--key-id", name)["PolicyNames"] == ["default"]
    policy = aws("get-key-policy", "--key-id", name, "--policy-name", "default")["Policy"]
    (tmp_path / "policy.json").write_text(policy)
    aws("put-key-policy", "--key-id", name, "--policy-name", "default", "--policy", "file://policy.json")
    assert aws("get-key-policy", "--key-id", name, "--policy-name", "default")["Policy"] == policy

    alias = f"alias/{uuid.uuid4()}"
    aws("create-alias", "--alias-name", alias, "--target-key-id", name)
    assert alias in {entry["AliasName"] for entry in aws("list-aliases")["Aliases"]}
    aws("update-alias", "--alias-name", alias, "--target-key-id", other)
    assert aws("list-aliases", "--key-id", other)["Aliases"][0]["AliasName"] == alias
    aws("delete-alias", "--alias-name", alias)
    assert aws("list-aliases", "--key-id", other)["Aliases"] == []

    (tmp_path / "plain").write_bytes(b"plain")
    blob = aws("encrypt", "--key-id", name, "--plaintext", "fileb://plain")["CiphertextBlob"]
    (tmp_path / "blob").write_bytes(base64.b64decode(blob))
    moved = aws("re-encrypt", "--ciphertext-blob", "fileb://blob", "--destination-key-id", other)["CiphertextBlob"]
    (tmp_path / "moved").write_bytes(base64.b64decode(moved))
    opened = aws("decrypt", "--ciphertext-blob", "fileb://moved", "--key-id", other)
    assert base64.b64decode(opened["Plaintext"]) == b"plain"
    made = aws("generate-data-key", "--key-id", name, "--key-spec", "AES_256")
    assert len(base64.b64decode(made["Plaintext"])) == 32
    sealed = aws("generate-data-key-without-plaintext", "--key-id", name, "--number-of-bytes", "64")
    assert sealed["CiphertextBlob"] and "Plaintext" not in sealed
    assert len(base64.b64decode(aws("generate-random", "--number-of-bytes", "24")["Plaintext"])) == 24

    told = aws("schedule-key-deletion", "--key-id", name, "--pending-window-in-days", "7")
    assert told["KeyState"] == "PendingDeletion"
    aws("cancel-key-deletion", "--key-id", name)
    assert aws("describe-key", "--key-id", name)["KeyMetadata"]["KeyState"] == "Disabled"


def test_it_works_over_tls(aws):
    assert aws("create-key", tls=True)["KeyMetadata"]["Enabled"] is True


def test_errors_read_as_they_do_elsewhere(aws):
    absent = "00000000-0000-4000-8000-000000000000"
    text = aws.refusal("describe-key", "--key-id", absent)
    assert "An error occurred (NotFoundException) when calling the DescribeKey operation: Key 'arn:aws:kms:" in text
    (aws.folder / "junk").write_bytes(b"not a ciphertext")
    text = aws.refusal("decrypt", "--ciphertext-blob", "fileb://junk")
    assert "An error occurred (InvalidCiphertextException) when calling the Decrypt operation" in text
    key = aws("create-key")["KeyMetadata"]["KeyId"]
    (aws.folder / "plain").write_bytes(b"x")
    text = aws.refusal("encrypt", "--key-id", key, "--plaintext", "fileb://plain", "--dry-run")
    assert "(DryRunOperationException)" in text


def test_the_command_line_pages_by_itself(aws):
    for _ in range(5):
        aws("create-key")
    by_page = aws("list-keys", "--page-size", "2")["Keys"]
    at_once = aws("list-keys", "--page-size", "1000")["Keys"]
    assert [entry["KeyId"] for entry in by_page] == [entry["KeyId"] for entry in at_once]
