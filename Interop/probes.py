"""Requests that are right but, perhaps, for one word: what the walk through the service model asks of a server."""

import base64
import uuid

from wire import Wire

BLOB = base64.b64encode(b"x" * 32).decode()
MU = base64.b64encode(b"x" * 64).decode()
USAGES = {"SYMMETRIC_DEFAULT": "ENCRYPT_DECRYPT", "SM2": "SIGN_VERIFY"}
PREFIXES = {
    "RSA": "SIGN_VERIFY",
    "ECC": "SIGN_VERIFY",
    "HMAC": "GENERATE_VERIFY_MAC",
    "ML_DSA": "SIGN_VERIFY",
    "ML_KEM": "ENCAPSULATE_DECAPSULATE",
}


def usage_for(spec):
    if spec in USAGES:
        return USAGES[spec]
    fitting = [usage for prefix, usage in PREFIXES.items() if spec.startswith(prefix)]
    assert fitting, f"a key spec that this suite doesn't know: {spec}"
    return fitting[0]


class Prober:
    """Requests in which everything is right but, perhaps, the word that is tried."""

    def __init__(self, server):
        self.server = server
        self.wire = Wire(server)
        self.keys = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.connection.close()

    def key(self, spec="SYMMETRIC_DEFAULT", usage=None, **more):
        """The id of a key of this kind; of a symmetric one where there are none of its kind."""
        wanted = {"KeySpec": spec, "KeyUsage": usage or usage_for(spec), **more}
        name = repr(wanted)
        if name not in self.keys:
            reply = self.wire.call("CreateKey", wanted)
            self.keys[name] = reply.json["KeyMetadata"]["KeyId"] if reply.status == 200 else self.key()
        return self.keys[name]

    def lacks_operation(self, name):
        return self.wire.call(name, {}).error in ("UnsupportedOperationException", "UnknownOperationException")

    def lacks_word(self, member, value):
        """Why the server doesn't take the word; None if it does."""
        assert member.operation in BASES, f"this suite has no request for {member.operation} yet"
        request = member.put(value, BASES[member.operation](self, member.path[0], value))
        reply = self.wire.call(member.operation, request)
        assert reply.status in (200, 400), f"{member} {value}: {reply}"
        assert reply.error != "SerializationException", f"{member} {value}: {reply}"
        if reply.error in ("UnsupportedOperationException", "UnknownOperationException"):
            return f"{reply.error} {reply.message}"
        if reply.error == "ValidationException" and "enum value set" in reply.message and f"'{value}'" in reply.message:
            return reply.message
        return None


# What to ask, besides the word: `(prober, member, value)` to a request.


def create_key(prober, member, value):
    if member in ("KeySpec", "CustomerMasterKeySpec"):
        return {"KeyUsage": usage_for(value)}
    if member == "KeyUsage":
        specs = {
            "SIGN_VERIFY": "ECC_NIST_P256",
            "GENERATE_VERIFY_MAC": "HMAC_256",
            "KEY_AGREEMENT": "ECC_NIST_P256",
            "ENCAPSULATE_DECAPSULATE": "ML_KEM_768",
        }
        return {"KeySpec": specs.get(value, "SYMMETRIC_DEFAULT")}
    return {}


def create_grant(prober, member, value):
    if value in ("Sign", "Verify", "GetPublicKey"):
        key = prober.key("ECC_NIST_P256")
    elif value in ("GenerateMac", "VerifyMac"):
        key = prober.key("HMAC_256")
    elif value == "DeriveSharedSecret":
        key = prober.key("ECC_NIST_P256", "KEY_AGREEMENT")
    elif value in ("Encapsulate", "Decapsulate"):
        key = prober.key("ML_KEM_768")
    else:
        key = prober.key()
    return {"KeyId": key, "GranteePrincipal": f"arn:aws:iam::{prober.server.account}:root"}


def encryption_key(prober, algorithm):
    if algorithm.startswith("RSAES"):
        return prober.key("RSA_2048", "ENCRYPT_DECRYPT")
    return prober.key("SM2", "ENCRYPT_DECRYPT") if algorithm == "SM2PKE" else prober.key()


def encrypt(prober, member, value):
    return {"KeyId": encryption_key(prober, value), "Plaintext": BLOB}


def decrypt(prober, member, value):
    if member == "Recipient":
        return {"KeyId": prober.key(), "CiphertextBlob": BLOB, **recipient()}
    if member == "DryRunModifiers":
        return {"KeyId": prober.key(), "DryRun": True}
    return {"KeyId": encryption_key(prober, value), "CiphertextBlob": BLOB}


def re_encrypt(prober, member, value):
    if member == "DryRunModifiers":
        return {"SourceKeyId": prober.key(), "DestinationKeyId": prober.key(), "DryRun": True}
    source, destination = prober.key(), prober.key()
    if member == "SourceEncryptionAlgorithm":
        source = encryption_key(prober, value)
    else:
        destination = encryption_key(prober, value)
    return {"CiphertextBlob": BLOB, "SourceKeyId": source, "DestinationKeyId": destination}


def recipient():
    return {"Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": BLOB}}


def with_recipient(prober, member, request):
    return {**request, **(recipient() if member == "Recipient" else {})}


def generate_data_key(prober, member, value):
    return with_recipient(prober, member, {"KeyId": prober.key(), "KeySpec": "AES_256"})


def generate_data_key_pair(prober, member, value):
    return with_recipient(prober, member, {"KeyId": prober.key(), "KeyPairSpec": "ECC_NIST_P256"})


def generate_random(prober, member, value):
    return with_recipient(prober, member, {"NumberOfBytes": 32})


def derive(prober, member, value):
    key = prober.key("ECC_NIST_P256", "KEY_AGREEMENT")
    public = prober.wire.call("GetPublicKey", {"KeyId": key}).json.get("PublicKey", BLOB)
    request = {"KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public}
    return with_recipient(prober, member, request)


def sign(prober, member, value):
    if member == "MessageType" and value == "EXTERNAL_MU":
        return {"KeyId": prober.key("ML_DSA_44"), "Message": MU, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    if member == "MessageType":
        return {"KeyId": prober.key("ECC_NIST_P256"), "Message": BLOB, "SigningAlgorithm": "ECDSA_SHA_256"}
    specs = {
        "RSASSA": "RSA_2048",
        "ECDSA_SHA_256": "ECC_NIST_P256",
        "ECDSA_SHA_384": "ECC_NIST_P384",
        "ECDSA_SHA_512": "ECC_NIST_P521",
        "ED25519": "ECC_NIST_EDWARDS25519",
        "SM2DSA": "SM2",
        "ML_DSA": "ML_DSA_44",
    }
    fitting = [spec for prefix, spec in specs.items() if value.startswith(prefix)]
    form = {"ED25519_PH_SHA_512": "DIGEST"}.get(value, "RAW")
    message = MU if form == "DIGEST" else BLOB
    return {"KeyId": prober.key((fitting or ["RSA_2048"])[0]), "Message": message, "MessageType": form}


def verify(prober, member, value):
    return {**sign(prober, member, value), "Signature": MU}


def generate_mac(prober, member, value):
    spec = value.replace("SHA_", "")
    return {"KeyId": prober.key(spec), "Message": BLOB}


def verify_mac(prober, member, value):
    return {**generate_mac(prober, member, value), "Mac": BLOB}


def encapsulate(prober, member, value):
    return {"KeyId": prober.key("ML_KEM_768")}


def decapsulate(prober, member, value):
    return {"KeyId": prober.key("ML_KEM_768"), "SharedSecretCiphertextBlob": BLOB}


def import_parameters(prober, member, value):
    key = prober.key("SYMMETRIC_DEFAULT", Origin="EXTERNAL")
    of_sm2 = value in ("SM2", "SM2PKE")
    wrapping = {"WrappingAlgorithm": "SM2PKE" if of_sm2 else "RSAES_OAEP_SHA_256"}
    return {"KeyId": key, "WrappingKeySpec": "SM2" if of_sm2 else "RSA_2048", **wrapping}


def import_material(prober, member, value):
    key = prober.key("SYMMETRIC_DEFAULT", Origin="EXTERNAL")
    return {"KeyId": key, "ImportToken": BLOB, "EncryptedKeyMaterial": BLOB, "ValidTo": 4102444800}


def list_rotations(prober, member, value):
    return {"KeyId": prober.key()}


def create_store(prober, member, value):
    of_proxy = {
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyUriEndpoint": "https://localhost:1",
        "XksProxyUriPath": "/kms/xks/v1",
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyAuthenticationCredential": {"AccessKeyId": "A" * 20, "RawSecretAccessKey": "A" * 43},
    }
    return {"CustomKeyStoreName": str(uuid.uuid4()), **of_proxy}


def update_store(prober, member, value):
    return {"CustomKeyStoreId": "cks-0123456789abcdef0"}


BASES = {
    "CreateCustomKeyStore": create_store,
    "CreateGrant": create_grant,
    "CreateKey": create_key,
    "Decapsulate": decapsulate,
    "Decrypt": decrypt,
    "DeriveSharedSecret": derive,
    "Encapsulate": encapsulate,
    "Encrypt": encrypt,
    "GenerateDataKey": generate_data_key,
    "GenerateDataKeyPair": generate_data_key_pair,
    "GenerateDataKeyPairWithoutPlaintext": generate_data_key_pair,
    "GenerateDataKeyWithoutPlaintext": generate_data_key,
    "GenerateMac": generate_mac,
    "GenerateRandom": generate_random,
    "GetParametersForImport": import_parameters,
    "ImportKeyMaterial": import_material,
    "ListKeyRotations": list_rotations,
    "ListKeys": lambda prober, member, value: {},
    "ReEncrypt": re_encrypt,
    "Sign": sign,
    "UpdateCustomKeyStore": update_store,
    "Verify": verify,
    "VerifyMac": verify_mac,
}
