"""Cosmian's client: bare operations of KMIP 2.1 in JSON over HTTPS, known by its certificate."""

import asyncio

import pytest
from cosmian_kms import KmsClient
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

PASSWORD = "only for the way to the client"


def store(identity, folder):
    """The client's key and certificate as it reads them."""
    with open(identity.key, "rb") as key, open(identity.certificate, "rb") as certificate:
        content = pkcs12.serialize_key_and_certificates(
            b"client",
            load_pem_private_key(key.read(), None),
            load_pem_x509_certificate(certificate.read()),
            None,
            BestAvailableEncryption(PASSWORD.encode()),
        )
    path = folder / "client.p12"
    path.write_bytes(content)
    return path


@pytest.fixture
def cosmian(kmip_house, kmip_client, tmp_path):
    return KmsClient(
        server_url=kmip_house.tls_endpoint,
        client_pkcs12_path=str(store(kmip_client, tmp_path)),
        client_pkcs12_password=PASSWORD,
        insecure_mode=True,
    )


async def lived(client, algorithm, tags):
    """A key's life, in the client's six calls."""
    key = await client.create_symmetric_key(256, algorithm, tags=tags)
    sealed = await client.encrypt(b"attack at dawn", key)
    assert sealed.unique_identifier() == key
    opened = await client.decrypt(
        sealed.data(),
        tags,
        iv_counter_nonce=sealed.iv_counter_nonce(),
        authentication_encryption_tag=sealed.authenticated_encryption_tag(),
    )
    assert bytes(opened) == b"attack at dawn"
    given = await client.get_object(key)
    assert given.object_type() == "SymmetricKey"
    assert len(given.key_block()) == 32
    assert await client.revoke_key("no longer needed", key) == key
    assert await client.destroy_key(key) == key
    with pytest.raises(Exception, match="destroyed"):
        await client.get_object(key)


@pytest.mark.parametrize("algorithm", ["AES", "ChaCha20"])
def test_a_key_lives_through_the_clients_calls(cosmian, algorithm):
    asyncio.run(lived(cosmian, algorithm, ["interop", algorithm.lower()]))


def test_a_changed_ciphertext_is_refused(cosmian):
    async def changed():
        key = await cosmian.create_symmetric_key(256)
        sealed = await cosmian.encrypt(b"attack at dawn", key)
        tag = bytes([sealed.authenticated_encryption_tag()[0] ^ 1]) + bytes(sealed.authenticated_encryption_tag()[1:])
        with pytest.raises(Exception, match="can't be processed"):
            await cosmian.decrypt(
                sealed.data(),
                key,
                iv_counter_nonce=sealed.iv_counter_nonce(),
                authentication_encryption_tag=tag,
            )

    asyncio.run(changed())


def test_a_token_alone_is_nobody(kmip_house):
    client = KmsClient(server_url=kmip_house.tls_endpoint, api_key="whatever", insecure_mode=True)

    async def refused():
        with pytest.raises(Exception, match="isn't known"):
            await client.get_object("anything")

    asyncio.run(refused())
