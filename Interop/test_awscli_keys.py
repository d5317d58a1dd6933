"""Key pairs, codes, import, rotation, grants and Regions by the AWS command line, with `openssl` for the other side: what the
vendor's pages have people type."""

import base64

import pytest

from awscli_driver import CommandLine


@pytest.fixture
def aws(server, tmp_path):
    return CommandLine(server, tmp_path)


def made(aws, spec, usage, *more):
    return aws("create-key", "--key-spec", spec, "--key-usage", usage, *more)["KeyMetadata"]["KeyId"]


def keep(aws, name, encoded):
    """Base 64 of an answer as a file: the bytes, too."""
    content = base64.b64decode(encoded)
    (aws.folder / name).write_bytes(content)
    return content


def test_openssl_verifies_what_is_signed(aws, openssl):
    key = made(aws, "ECC_NIST_P256", "SIGN_VERIFY")
    (aws.folder / "message").write_bytes(b"signed by hand")
    request = ("--key-id", key, "--message", "fileb://message", "--signing-algorithm", "ECDSA_SHA_256")
    signature = keep(aws, "signature", aws("sign", *request, "--message-type", "RAW")["Signature"])
    public = keep(aws, "public", aws("get-public-key", "--key-id", key)["PublicKey"])
    command = "dgst -sha256 -verify key -keyform DER -signature signature message"
    assert b"OK" in openssl.run(*command.split(), key=public, signature=signature, message=b"signed by hand").stdout
    assert aws("verify", *request, "--signature", "fileb://signature")["SignatureValid"] is True
    (aws.folder / "message").write_bytes(b"signed by nobody")
    assert "(KMSInvalidSignatureException)" in aws.refusal("verify", *request, "--signature", "fileb://signature")


def test_what_openssl_seals_opens(aws, openssl):
    key = made(aws, "RSA_2048", "ENCRYPT_DECRYPT")
    public = keep(aws, "public", aws("get-public-key", "--key-id", key)["PublicKey"])
    command = "pkeyutl -encrypt -pubin -inkey key -keyform DER -in secret -pkeyopt rsa_padding_mode:oaep"
    command += " -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256"
    sealed = openssl.run(*command.split(), key=public, secret=b"sealed by hand").stdout
    (aws.folder / "sealed").write_bytes(sealed)
    named = ("--key-id", key, "--encryption-algorithm", "RSAES_OAEP_SHA_256")
    opened = aws("decrypt", *named, "--ciphertext-blob", "fileb://sealed")
    assert base64.b64decode(opened["Plaintext"]) == b"sealed by hand"


def test_a_code(aws):
    key = made(aws, "HMAC_256", "GENERATE_VERIFY_MAC")
    (aws.folder / "message").write_bytes(b"vouched for")
    request = ("--key-id", key, "--message", "fileb://message", "--mac-algorithm", "HMAC_SHA_256")
    assert len(keep(aws, "code", aws("generate-mac", *request)["Mac"])) == 32
    assert aws("verify-mac", *request, "--mac", "fileb://code")["MacValid"] is True


def test_a_shared_secret(aws):
    ours, theirs = (made(aws, "ECC_NIST_P384", "KEY_AGREEMENT") for _ in range(2))
    for key, name in ((ours, "ours"), (theirs, "theirs")):
        keep(aws, name, aws("get-public-key", "--key-id", key)["PublicKey"])
    request = ("derive-shared-secret", "--key-agreement-algorithm", "ECDH")
    one = aws(*request, "--key-id", ours, "--public-key", "fileb://theirs")["SharedSecret"]
    assert one == aws(*request, "--key-id", theirs, "--public-key", "fileb://ours")["SharedSecret"]


def test_material_is_imported(aws, openssl):
    key = aws("create-key", "--origin", "EXTERNAL")["KeyMetadata"]["KeyId"]
    wrapping = ("--wrapping-algorithm", "RSAES_OAEP_SHA_256", "--wrapping-key-spec", "RSA_2048")
    parameters = aws("get-parameters-for-import", "--key-id", key, *wrapping)
    public = keep(aws, "public", parameters["PublicKey"])
    keep(aws, "token", parameters["ImportToken"])
    command = "pkeyutl -encrypt -pubin -inkey key -keyform DER -in material -pkeyopt rsa_padding_mode:oaep"
    command += " -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256"
    (aws.folder / "wrapped").write_bytes(openssl.run(*command.split(), key=public, material=bytes(range(32))).stdout)
    files = ("--encrypted-key-material", "fileb://wrapped", "--import-token", "fileb://token")
    aws("import-key-material", "--key-id", key, *files, "--expiration-model", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    assert aws("describe-key", "--key-id", key)["KeyMetadata"]["KeyState"] == "Enabled"
    aws("delete-imported-key-material", "--key-id", key)
    assert aws("describe-key", "--key-id", key)["KeyMetadata"]["KeyState"] == "PendingImport"


def test_data_key_pairs(aws):
    key = aws("create-key")["KeyMetadata"]["KeyId"]
    pair = aws("generate-data-key-pair", "--key-id", key, "--key-pair-spec", "ECC_NIST_P256")
    keep(aws, "sealed", pair["PrivateKeyCiphertextBlob"])
    assert aws("decrypt", "--ciphertext-blob", "fileb://sealed")["Plaintext"] == pair["PrivateKeyPlaintext"]
    blind = aws("generate-data-key-pair-without-plaintext", "--key-id", key, "--key-pair-spec", "ECC_NIST_P384")
    assert "PrivateKeyPlaintext" not in blind and blind["PublicKey"]


def test_rotation_and_grants(aws, server):
    key = aws("create-key")["KeyMetadata"]["KeyId"]
    aws("enable-key-rotation", "--key-id", key, "--rotation-period-in-days", "90")
    assert aws("get-key-rotation-status", "--key-id", key)["RotationPeriodInDays"] == 90
    aws("rotate-key-on-demand", "--key-id", key)
    assert [one["RotationType"] for one in aws("list-key-rotations", "--key-id", key)["Rotations"]] == ["ON_DEMAND"]
    aws("disable-key-rotation", "--key-id", key)
    grantee = f"arn:aws:iam::{server.account}:user/alice"
    request = ("--key-id", key, "--grantee-principal", grantee, "--operations", "Decrypt", "Encrypt")
    first, second = aws("create-grant", *request), aws("create-grant", *request, "--name", "second")
    assert len(aws("list-grants", "--key-id", key)["Grants"]) == 2
    aws("revoke-grant", "--key-id", key, "--grant-id", first["GrantId"])
    aws("retire-grant", "--grant-token", second["GrantToken"])
    assert aws("list-grants", "--key-id", key)["Grants"] == []
    assert aws("get-key-last-usage", "--key-id", key)["KeyId"].endswith(key)


def test_a_key_in_two_regions(aws):
    primary = aws("create-key", "--multi-region")["KeyMetadata"]
    replica = aws("replicate-key", "--key-id", primary["KeyId"], "--replica-region", "eu-west-1")["ReplicaKeyMetadata"]
    assert replica["KeyId"] == primary["KeyId"] and ":eu-west-1:" in replica["Arn"]
    (aws.folder / "plain").write_bytes(b"plain")
    sealed = aws("encrypt", "--key-id", primary["KeyId"], "--plaintext", "fileb://plain")
    keep(aws, "sealed", sealed["CiphertextBlob"])
    opened = aws("decrypt", "--ciphertext-blob", "fileb://sealed", "--region", "eu-west-1")
    assert base64.b64decode(opened["Plaintext"]) == b"plain" and opened["KeyId"] == replica["Arn"]
    aws("update-primary-region", "--key-id", primary["KeyId"], "--primary-region", "eu-west-1")


def test_custom_key_stores_are_listed(aws):
    assert aws("describe-custom-key-stores")["CustomKeyStores"] == []
