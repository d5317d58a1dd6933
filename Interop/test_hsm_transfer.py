"""Keys that come sealed to a key exchange key whose private half is on a token, which opens what it has to. Nothing else changes."""

import pytest
from azure.keyvault.keys.crypto import EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from azure_transfers import OAEP, Blob, bring, damaged, make_exchange, pkcs8, sealed
from azure_vaults import Shop, encoded, fresh, refused
from server import Server, clean_environment
from tokens import SoftToken

DIGEST = bytes(range(32))


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    return SoftToken(tmp_path_factory.mktemp("token")).make()


@pytest.fixture(scope="module", params=["software", "hsm"])
def house(request, tmp_path_factory, token):
    """A server with a token, on which keys of the kinds that end in -HSM are in any case."""
    environment = clean_environment(**token.with_faults(), CLAVIGER_CUSTODY_KEYS=request.param)
    with Server(tmp_path_factory.mktemp("server"), environment=environment).serving() as running:
        yield running


@pytest.fixture(scope="module")
def shop(house, names):
    return Shop(house)


@pytest.fixture(scope="module", params=["vault", "hsm"])
def keys(request, shop):
    return shop.keys(getattr(shop, request.param))


@pytest.fixture(scope="module")
def exchange(keys, token):
    before = token.keys()
    key = make_exchange(keys)
    assert key.properties.hsm_platform == "1" and token.keys() == before + 2
    return key


@pytest.mark.parametrize("size", [3072, 4096])
def test_key_exchange_keys_of_other_lengths(keys, token, size):
    exchange = make_exchange(keys, size)
    assert exchange.properties.hsm_platform == "1"
    bring(keys, Blob(exchange.id, sealed(exchange, bytes(16))), "oct-HSM")


def test_keys_of_every_kind_come_and_are_not_on_the_token(shop, keys, exchange, token):
    before = token.keys()
    pair, curve, material = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1()), bytes(range(32))
    brought = [
        bring(keys, Blob(exchange.id, sealed(exchange, pkcs8(pair)))),
        bring(keys, Blob(exchange.id, sealed(exchange, pkcs8(curve))), "EC-HSM", crv="P-256"),
        bring(keys, Blob(exchange.id, sealed(exchange, material)), "oct-HSM"),
    ]
    assert token.keys() == before and [key.properties.hsm_platform for key in brought] == ["0", "0", "0"]
    ciphertext = pair.public_key().encrypt(b"secret", OAEP)
    assert shop.crypto(brought[0]).decrypt(EncryptionAlgorithm.rsa_oaep, ciphertext).plaintext == b"secret"
    signature = shop.crypto(brought[1]).sign(SignatureAlgorithm.es256, DIGEST).signature
    assert shop.crypto(brought[1]).verify(SignatureAlgorithm.es256, DIGEST, signature).is_valid
    wrapped = shop.crypto(brought[2]).wrap_key(KeyWrapAlgorithm.aes_256, bytes(32)).encrypted_key
    assert wrapped == aes_key_wrap(material, bytes(32))


@pytest.mark.parametrize("at", [0, 255, -1])
def test_what_is_damaged_is_told_as_of_a_key_in_memory(keys, exchange, at):
    with refused(400, "BadParameter") as raised:
        bring(keys, Blob(exchange.id, damaged(sealed(exchange, bytes(16)), at)), "oct-HSM")
    assert "The parameter is incorrect." in raised.value.message


def test_it_is_for_nothing_else(shop, exchange):
    for use in (
        lambda: shop.crypto(exchange).decrypt(EncryptionAlgorithm.rsa_oaep, bytes(256)),
        lambda: shop.crypto(exchange).unwrap_key(KeyWrapAlgorithm.rsa_oaep, bytes(256)),
    ):
        with refused(403, "Forbidden", "KeyOperationForbidden"):
            use()


def test_while_the_token_is_away_the_server_says_so_and_nothing_comes(shop, keys, exchange, token):
    blob = encoded(Blob(exchange.id, sealed(exchange, bytes(16))).data())
    wire, path, body = shop.wire(keys.vault_url), f"/keys/{fresh('late')}", {"key": {"kty": "oct-HSM", "key_hsm": blob}}
    token.away.touch()
    status, said = wire.ask("PUT", path, body)
    token.away.unlink()
    assert status >= 500, said
    assert wire.ask("GET", path)[0] == 404
    status, said = wire.ask("PUT", path, body)
    assert status == 200, said
