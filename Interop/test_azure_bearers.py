"""Tokens that clients show to a vault themselves: of issuers that the operator trusts, and of the server's own earlier keys."""

import base64
import json
import time

import pytest
import requests

from azure_names import authority, resource
from azure_vaults import Shop, claviger, trusting
from issuer import SUBJECT, Issuer, Key
from server import Server

AUDIENCE = "https://vaults.example"
DAY = 86_400


@pytest.fixture(scope="module")
def stranger():
    """Nobody has told the server to believe this one."""
    with Issuer() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory, issuer):
    with trusting(issuer, tmp_path_factory.mktemp("azure-bearers"), algorithms="[RS256]").serving() as running:
        yield running


@pytest.fixture(scope="module")
def shop(server, issuer, names):
    """Also whoever comes with the issuer's tokens for its subject."""
    shop = Shop(server)
    claviger(
        server, "app", "add-federated", shop.app["clientID"], "--name", "outside", "--issuer", issuer.url,
        "--subject", SUBJECT, "--audience", AUDIENCE,
    )
    return shop


@pytest.fixture
def show(server, shop):
    """Shows a token to the vault, and says what came of it."""

    def answer(token):
        return requests.get(
            shop.vault.rstrip("/") + "/secrets?api-version=7.4",
            headers={"Authorization": "Bearer " + token},
            verify=server.ca_file,
        )

    return answer


def test_a_token_of_a_trusted_issuer_is_as_good_as_our_own(show, issuer):
    assert show(issuer.token(aud=AUDIENCE)).status_code == 200
    assert show(issuer.token(aud=[AUDIENCE, "others"])).status_code == 200


def refused(show, server, token, code):
    answer = show(token)
    assert answer.status_code == 401, answer.text
    assert answer.json()["error"]["code"] == "Unauthorized"
    assert answer.json()["error"]["message"].startswith(code + ": "), answer.text
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith(f'Bearer authorization="{authority(server)}/')
    assert f'resource="{resource(server)}"' in challenge


def test_tokens_that_arent_for_here_are_refused(show, server, issuer, stranger):
    def no(token, code="AKV10001"):
        refused(show, server, token, code)

    no(stranger.token(aud=AUDIENCE), "AKV10032")
    no(stranger.token(iss=issuer.url, aud=AUDIENCE))
    no(issuer.token(aud="https://elsewhere.example"))
    no(issuer.token(aud=AUDIENCE, sub="system:serviceaccount:apps:other"))
    no(issuer.token(aud=AUDIENCE, iss=issuer.url + "/"), "AKV10032")
    now = int(time.time())
    no(issuer.token(aud=AUDIENCE, iat=now - 7200, nbf=now - 7200, exp=now - 3600))
    no(issuer.token(aud=AUDIENCE, nbf=now + 3600, exp=now + 7200))
    no(issuer.token(aud=AUDIENCE, exp=None))
    assert show(issuer.token(aud=AUDIENCE)).status_code == 200


def test_algorithms_and_keys_are_those_of_the_issuer(show, server, issuer):
    def no(token):
        refused(show, server, token, "AKV10001")

    curve = next(key for key in issuer.keys if key.algorithm == "ES256")
    # The issuer has such a key, but the operator lets it sign by RSA alone.
    no(issuer.token(curve, aud=AUDIENCE))
    no(issuer.unsigned(aud=AUDIENCE))
    no(issuer.confused(issuer.keys[0].pem))
    no(issuer.token(Key("nobody-knows"), aud=AUDIENCE))
    no(issuer.token(Key("first"), aud=AUDIENCE))
    token = issuer.token(aud=AUDIENCE)
    no(token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB"))


def test_what_no_token_is_like_is_refused(show, server):
    for token in ("x", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "x" * 20_000):
        refused(show, server, token, "AKV10001")


def test_a_token_is_nobodys_once_the_application_doesnt_take_it_any_more(show, server, shop, issuer):
    token = issuer.token(aud=AUDIENCE)
    assert show(token).status_code == 200
    claviger(server, "app", "disable", shop.app["clientID"])
    refused(show, server, token, "AKV10001")
    claviger(server, "app", "enable", shop.app["clientID"])
    assert show(token).status_code == 200


def test_whose_the_token_was_is_in_the_audit_log(show, server, shop, issuer, stranger):
    assert show(issuer.token(aud=AUDIENCE)).status_code == 200
    assert show(stranger.token(aud=AUDIENCE)).status_code == 401
    records = [json.loads(line) for line in server.audit_lines()]
    assert any(one.get("who", {}).get("credential") == shop.app["clientID"] for one in records)
    assert any(one.get("code") == "token.unknownIssuer" for one in records)


# Keys of the server's own authority


def own_token(server, shop):
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.app["clientID"],
        "client_secret": shop.secret,
        "scope": resource(server) + "/.default",
    }
    answer = requests.post(authority(server) + "/adfs/oauth2/v2.0/token", data=form, verify=server.ca_file)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def key_of(token):
    header = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"]


def published(server):
    found = requests.get(authority(server) + "/adfs/discovery/keys", verify=server.ca_file).json()
    return {key["kid"] for key in found["keys"]}


def test_keys_of_tokens_follow_each_other_and_the_earlier_one_is_known_for_as_long_as_it_must(tmp_path):
    server = Server(tmp_path / "own")
    try:
        server.start()
        shop = Shop(server)

        def show(token):
            return requests.get(
                shop.vault.rstrip("/") + "/secrets?api-version=7.4",
                headers={"Authorization": "Bearer " + token},
                verify=server.ca_file,
            )

        first = own_token(server, shop)
        assert show(first).status_code == 200 and published(server) == {key_of(first)}
        server.advance_clock(30 * DAY - 300)
        refused(show, server, first, "AKV10001")
        last = own_token(server, shop)
        assert key_of(last) == key_of(first)
        server.advance_clock(600)
        next_one = own_token(server, shop)
        assert key_of(next_one) != key_of(last)
        assert published(server) == {key_of(last), key_of(next_one)}
        # Of the key that signs no more, and good until its own time is over.
        assert show(last).status_code == 200 and show(next_one).status_code == 200
        server.advance_clock(3600)
        refused(show, server, last, "AKV10001")
        server.advance_clock(2 * 3600)
        assert published(server) == {key_of(next_one)}
        assert show(own_token(server, shop)).status_code == 200
    finally:
        server.dispose()
