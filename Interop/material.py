"""Key material from outside: wrapped as the import operations want it, and brought in."""

import os

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding

WRAPPING_KEY = "RSA_2048"


def oaep(algorithm):
    """The padding of a wrapping algorithm, by its hash."""
    hashing = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()
    return padding.OAEP(padding.MGF1(hashing), hashing, None)


def wrap(public_key, material, *, algorithm="RSA_AES_KEY_WRAP_SHA_256"):
    """The material under the public key of GetParametersForImport (SPKI)."""
    wrapping = serialization.load_der_public_key(public_key)
    if algorithm.startswith("RSAES_OAEP"):
        return wrapping.encrypt(material, oaep(algorithm))
    key = os.urandom(32)
    return wrapping.encrypt(key, oaep(algorithm)) + keywrap.aes_key_wrap_with_padding(key, material)


def import_into(kms, key_id, material, *, algorithm="RSA_AES_KEY_WRAP_SHA_256", **more):
    parameters = kms.get_parameters_for_import(
        KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec=WRAPPING_KEY
    )
    return kms.import_key_material(
        KeyId=key_id,
        ImportToken=parameters["ImportToken"],
        EncryptedKeyMaterial=wrap(parameters["PublicKey"], material, algorithm=algorithm),
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
        **more,
    )


def imported(kms, spec, usage, material, *, algorithm="RSA_AES_KEY_WRAP_SHA_256"):
    """The metadata of a new key with this material: PKCS#8 for key pairs, the bytes themselves for the others."""
    key = kms.create_key(KeySpec=spec, KeyUsage=usage, Origin="EXTERNAL")["KeyMetadata"]
    import_into(kms, key["KeyId"], material, algorithm=algorithm)
    return key
