"""GetKeyLastUsage by boto3: what a key was last used for, and that the answer outlives the server."""

from expect import refused


def usage(kms, key):
    answer = kms.get_key_last_usage(KeyId=key["Arn"])
    assert answer["KeyId"] == key["KeyId"]
    assert answer["KeyCreationDate"] == key["CreationDate"]
    assert answer["TrackingStartDate"] >= key["CreationDate"]
    return answer["KeyLastUsage"]


def test_a_fresh_key_was_not_used(kms, key):
    assert usage(kms, key) == {}
    kms.describe_key(KeyId=key["KeyId"])
    assert usage(kms, key) == {}


def test_each_use_takes_the_place_of_the_one_before(kms, key):
    other = kms.create_key()["KeyMetadata"]
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    uses = (
        ("Encrypt", lambda: kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")),
        ("Decrypt", lambda: kms.decrypt(CiphertextBlob=blob)),
        ("GenerateDataKey", lambda: kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")),
        (
            "GenerateDataKeyWithoutPlaintext",
            lambda: kms.generate_data_key_without_plaintext(KeyId=key["KeyId"], KeySpec="AES_256"),
        ),
        ("ReEncrypt", lambda: kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=other["KeyId"])),
    )
    for name, use in uses:
        request = use()["ResponseMetadata"]["RequestId"]
        told = usage(kms, key)
        assert (told["Operation"], told["KmsRequestId"]) == (name, request)
        assert told["Timestamp"] >= key["CreationDate"]
    assert usage(kms, other)["Operation"] == "ReEncrypt"


def test_the_event_is_the_record_in_the_log(server, kms, key):
    kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    event = usage(kms, key)["CloudTrailEventId"].encode()
    (line,) = [line for line in server.audit_lines() if b'"id":"' + event + b'"' in line]
    assert b'"operation":"Encrypt"' in line


def test_what_is_refused_is_no_use(kms, key):
    kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    before = usage(kms, key)
    with refused("DryRunOperationException"):
        kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x", DryRun=True)
    kms.disable_key(KeyId=key["KeyId"])
    with refused("DisabledException"):
        kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    assert usage(kms, key) == before


def test_a_polite_stop_keeps_it(own_server):
    kms = own_server.client()
    key = kms.create_key()["KeyMetadata"]
    kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    before = usage(kms, key)
    own_server.restart()
    assert usage(own_server.client(), key) == before
