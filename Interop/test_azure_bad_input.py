"""What nobody should send to a vault: it is refused in Azure's form, whatever it is, and the server goes on."""

import base64
import copy
import hashlib
import hmac
import json
import random
import time
import uuid

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import azure_operations as operations
from azure_callers import VERSION, Caller, connection
from azure_names import DOMAIN, authority, port, resolved, resource
from azure_raw import Raw
from azure_vaults import claviger, encoded
from server import Server, run_claviger

SEED = 20261126
MUTANTS = 4000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with resolved(), Server(tmp_path_factory.mktemp("azure-bad-input") / "server").serving() as running:
        yield running
        assert "fault" not in running.log_tail(1 << 20)


@pytest.fixture(scope="module")
def owner(server):
    """Of the vault `one` and the managed HSM `two`, with something in both."""
    caller = Caller(server, "owner")
    claviger(server, "create", "one", "--admin", caller.client)
    claviger(server, "create", "two", "--hsm", "--admin", caller.client)
    operations.furnish(caller, "one", ["m"])
    operations.furnish(caller, "two", ["m"], kind="managedhsm")
    return caller


@pytest.fixture(scope="module")
def token(server, owner):
    return owner.token()


@pytest.fixture
def raw(server, owner):
    with Raw(server) as one:
        yield one


def target(path, version=VERSION):
    return f"{path}?api-version={version}"


def parts(token):
    head, body, signature = token.split(".")
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body)] + [signature]


def written(value):
    return encoded(json.dumps(value).encode())


def unproved(said):
    """An answer to somebody who has shown nothing."""
    assert said.status == 401 and said.is_azures(), said
    assert said.code == "Unauthorized" and said.message.startswith("AKV"), said
    assert said.headers["www-authenticate"].startswith(f'Bearer authorization="https://login.{DOMAIN}')
    return said.message.split(":")[0]


# MARK: Tokens


def forged(token, how):
    """The token, but for what it is signed by."""
    head, body, signature = parts(token)
    stranger = rsa.generate_private_key(65537, 2048)

    def signed(head, body, key=stranger):
        text = written(head) + "." + written(body)
        return text + "." + encoded(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))

    if how == "another key, under the same name":
        return signed(head, body)
    if how == "another key, under a name of its own":
        return signed({**head, "kid": str(uuid.uuid4())}, body)
    if how == "another key, which it brings":
        numbers = stranger.public_key().public_numbers()
        jwk = {"kty": "RSA", "e": "AQAB", "n": encoded(numbers.n.to_bytes(256, "big")), "kid": "mine"}
        return signed({**head, "kid": "mine", "jwk": jwk, "jku": "https://evil.example/keys"}, body)
    if how == "no name of a key":
        return signed({name: value for name, value in head.items() if name != "kid"}, body)
    if how == "nothing":
        return written({**head, "alg": "none"}) + "." + written(body) + "."
    if how == "nothing, in another case":
        return written({**head, "alg": "nOnE"}) + "." + written(body) + "." + signature
    if how == "another claim under the same signature":
        return written(head) + "." + written({**body, "exp": body["exp"] + 1}) + "." + signature
    raise AssertionError(how)


WAYS = [
    "another key, under the same name",
    "another key, under a name of its own",
    "another key, which it brings",
    "no name of a key",
    "nothing",
    "nothing, in another case",
    "another claim under the same signature",
]


@pytest.mark.parametrize("how", WAYS)
def test_forged_tokens_prove_nobody(raw, token, how):
    assert raw.ask("GET", target("/secrets"), token=token).status == 200
    assert unproved(raw.ask("GET", target("/secrets"), token=forged(token, how))) == "AKV10001"


def test_the_public_key_is_no_secret_to_sign_with(server, raw, token):
    head, body, _ = parts(token)
    keys = connection(server).get(f"{authority(server)}/common/discovery/v2.0/keys").json()["keys"]
    (key,) = [one for one in keys if one["kid"] == head["kid"]]
    e, n = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in ("e", "n"))
    public = rsa.RSAPublicNumbers(e, n).public_key()
    forms = [
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).strip(),
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1),
        base64.urlsafe_b64decode(key["n"] + "=="),
        key["n"].encode(),
        b"",
    ]
    for form in forms:
        text = written({**head, "alg": "HS256"}) + "." + written(body)
        shown = text + "." + encoded(hmac.digest(form, text.encode(), hashlib.sha256))
        assert unproved(raw.ask("GET", target("/secrets"), token=shown)) == "AKV10001"


def test_a_token_for_something_else_isn_t_for_a_vault(server, owner, raw):
    hsm = resource(server).replace("//vault.", "//managedhsm.")
    for audience in ("https://management.azure.com", hsm):
        assert unproved(raw.ask("GET", target("/secrets"), token=owner.fresh(audience))) == "AKV10022"
    with Raw(server, "two", "managedhsm") as two:
        said = two.ask("GET", target("/keys"), token=owner.fresh(resource(server)))
        # Managed HSMs say no more than where tokens are.
        assert said.status == 401 and said.text == b"" and "www-authenticate" in said.headers


def test_who_has_a_token_and_no_right_is_somebody_who_may_not(server, raw):
    stranger = Caller(server, "stranger")
    said = raw.ask("GET", target("/secrets"), token=stranger.token())
    assert (said.status, said.code) == (403, "Forbidden") and said.is_azures()


def test_a_tenant_s_applications_are_nobody_in_another(server, raw):
    account = run_claviger("identity", "account", "create", "--data-dir", server.data).stdout.strip()
    foreign = Caller(server, "foreign", account=account)
    assert foreign.tenant.replace("-", "").endswith(account)
    assert unproved(raw.ask("GET", target("/secrets"), token=foreign.token())) == "AKV10032"


def test_who_is_switched_off_is_nobody_at_once(server, raw):
    caller = Caller(server, "switched")
    shown = caller.token()
    assert raw.ask("GET", target("/secrets"), token=shown).status == 403
    claviger(server, "app", "disable", caller.client)
    unproved(raw.ask("GET", target("/secrets"), token=shown))
    claviger(server, "app", "enable", caller.client)
    assert raw.ask("GET", target("/secrets"), token=shown).status == 403


@pytest.mark.parametrize(
    "field",
    ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer a", "Bearer a.b", "Bearer a.b.c", "Bearer ..", "Bearer a.b.c.d.e"]
    + ["PoP x", "Bearer " + "a" * 20_000, "Bearer e30.e30.", "Bearer \xff\xfe", "Bearer {token} {token}", "{token}"]
    + ["Bearer {token}=", "Bearer {token}.", "Bearer .{token}"],
    ids=lambda text: text[:24],
)
def test_what_is_no_token_proves_nobody(raw, token, field):
    said = raw.ask("GET", target("/secrets"), headers=[("Authorization", field.replace("{token}", token))])
    unproved(said)


def test_two_tokens_are_none(raw, token):
    said = raw.ask("GET", target("/secrets"), token=token, headers=[("Authorization", "Bearer " + token)])
    unproved(said)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH", "DELETE"])
def test_without_a_token_nothing_is_read(raw, method):
    for path in ("/", "/secrets", "/keys/ec", "/nothing", "/providers/x", "/backup"):
        assert unproved(raw.ask(method, path, b"{")) == "AKV10000"


# MARK: Vaults


def test_a_name_without_a_vault(server, token):
    for name, kind in (("nobody", "vault"), ("one", "managedhsm"), ("two", "vault")):
        with Raw(server, name, kind) as raw:
            for shown in (token, None):
                said = raw.ask("GET", target("/secrets"), token=shown)
                assert (said.status, said.code) == (404, "VaultNotFound") and said.is_azures()


def test_host_names_that_no_vault_can_have(server, raw, token):
    # In any case, and with or without what stands for the same port.
    for host in (f"ONE.Vault.{DOMAIN.upper()}:{port(server)}",):
        assert raw.ask("GET", target("/secrets"), token=token, host=host).status == 200
    for host in (f"a..b.vault.{DOMAIN}", f"-one.vault.{DOMAIN}", f".vault.{DOMAIN}", f"vault.{DOMAIN}", f"one.vault.{DOMAIN}.evil"):
        said = raw.ask("GET", target("/secrets"), token=token, host=f"{host}:{port(server)}")
        # Not a vault's: whatever answers there, nothing of a vault is told.
        assert said.status >= 400 and b"/secrets/" not in said.text, said


# MARK: Requests


def refused(said, status, code, **more):
    assert said.is_azures() and (said.status, said.code) == (status, code), (said, more)
    return said.message


@pytest.mark.parametrize("version", [None, "", "1.0", "7", "7.", "7.x", "7.999", "2019-01-01", "2026-13-01", "2026-01-41", "x", "%00"])
def test_versions_that_never_were(raw, token, version):
    path = "/secrets" if version is None else target("/secrets", version)
    message = refused(raw.ask("GET", path, token=token), 400, "BadParameter", version=version)
    wanted = "api-version must be specified" if not version else "is not recognized" if version != "%00" else ""
    assert wanted in message


def test_a_query_that_can_be_read_in_two_ways_is_refused(raw, token):
    for query in ("api-version=7.6&api-version=7.5", "api-version=7.6&%zz=1", "api-version=7.6&x=%", "api-version=%ff"):
        refused(raw.ask("GET", "/secrets?" + query, token=token), 400, "BadParameter", query=query)


NAMES = ["a_b", "a.b", "a%20b", "%c3%bc", "a%00", "..", "%2e%2e", "a;b", "a+b", "a:b", "*", "a~", "-" * 128, "a" * 128, "a" * 3000]


@pytest.mark.parametrize("name", NAMES, ids=lambda text: text[:8])
def test_names_that_cannot_be(raw, token, name):
    for method, path, body in (
        ("PUT", f"/secrets/{name}", b'{"value":"1"}'),
        ("GET", f"/secrets/{name}", b""),
        ("GET", f"/secrets/{name}/versions", b""),
        ("DELETE", f"/deletedsecrets/{name}", b""),
        ("POST", f"/keys/{name}/create", b'{"kty":"EC"}'),
        ("GET", f"/keys/{name}", b""),
        ("POST", f"/deletedkeys/{name}/recover", b""),
        ("POST", f"/keys/{name}//sign", b"{}"),
    ):
        refused(raw.ask(method, target(path), body, token=token), 400, "BadParameter", path=path)


def test_the_longest_name_can_be(raw, token):
    name = "-" * 127
    assert raw.ask("PUT", target("/secrets/" + name), b'{"value":"1"}', token=token).status == 200


def test_paths_lead_nowhere_else(raw, token):
    for path in (
        "/keys/../secrets/one",
        "/keys/%2e%2e/secrets/one",
        "/deletedsecrets/../secrets/one",
        "/secrets/..%2fone",
        "/secrets/one/../gone",
        "/secrets/one%2f",
        "/secrets/.//one",
        "/./secrets/one",
        "/%73ecrets/one",
        "/vaults/one/secrets/one",
        "/secrets/one/" + "0" * 32 + "/" + "0" * 32,
        "/" + "/".join("a" * 20),
        "/etc/passwd",
        "//",
        "/",
    ):
        said = raw.ask("GET", target(path), token=token)
        assert said.is_azures() and said.status in (400, 404), (path, said)
        assert not isinstance(said.body, dict) or "value" not in said.body, path


def test_methods_that_a_place_has_not(raw, token):
    for method, path in (
        ("POST", "/secrets"),
        ("PUT", "/secrets"),
        ("DELETE", "/secrets"),
        ("POST", "/secrets/one"),
        ("PUT", "/secrets/one/versions"),
        ("PATCH", "/deletedsecrets/gone"),
        ("POST", "/deletedsecrets/gone"),
        ("PUT", "/keys"),
        ("GET", "/keys/ec/create"),
        ("GET", "/keys/ec/sign"),
        ("DELETE", "/keys/ec/rotationpolicy"),
        ("GET", "/rng"),
        ("TRACE", "/keys"),
        ("OPTIONS", "/keys/ec"),
        ("PROPFIND", "/secrets/one"),
    ):
        refused(raw.ask(method, target(path), b"{}", token=token), 405, "MethodNotAllowed", method=method, path=path)
    said = raw.ask("HEAD", target("/secrets"), token=token)
    assert said.status == 405 and said.text == b""


def test_what_is_no_request_at_all_gets_no_further(server, owner, token):
    for method, path in (("FOO", "/secrets"), ("get", "/secrets"), ("GET", "\\secrets\\one"), ("GET", "secrets"), ("GET", "/a b"), ("GET", "/keys/\xfc")):
        with Raw(server) as raw:
            said = raw.ask(method, target(path), token=token)
            assert (said.status, said.text) == (400, b""), (method, path, said)


BODIES = [
    b"", b"{", b"}", b"[]", b"null", b"1", b'"x"', b"{}", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"{'value':'x'}", b'{"value":}',
    b'{"value":"x",}', b'{"value":"x"}{}', b'{"value":"x","value":"y"}', b'{"value":NaN}', b'{"value":"\\ud800"}',
    b'{"value":"\x00"}', b"[" * 5000, b'{"a":' * 5000, b'{"value":"' + b"x" * 100,
    b"{" + b",".join(b'"a%d":1' % n for n in range(5000)) + b"}",
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:14]))
def test_bodies_that_say_nothing(raw, token, body):
    for method, path in (("PUT", "/secrets/bad"), ("POST", "/keys/bad/create"), ("PUT", "/keys/bad"), ("POST", "/keys/rsa/encrypt"), ("POST", "/rng")):
        refused(raw.ask(method, target(path), body, token=token), 400, "BadParameter", path=path)
    said = raw.ask("GET", target("/secrets/bad"), token=token)
    assert said.status == 404


def test_a_body_longer_than_the_server_takes(raw, token):
    said = raw.ask("PUT", target("/secrets/long"), b'{"value":"' + b"x" * (8 << 20) + b'"}', token=token)
    refused(said, 413, "RequestEntityTooLarge")
    raw.close()
    assert raw.ask("GET", target("/secrets"), token=token).status == 200


def put(raw, token, body, path="/secrets/sized"):
    return raw.ask("PUT", target(path), json.dumps(body).encode(), token=token)


def test_sizes(raw, token):
    assert put(raw, token, {"value": "x" * 25_600}).status == 200
    assert put(raw, token, {"value": "ü" * 12_800}).status == 200
    for value in ("x" * 25_601, "ü" * 12_801, "x" * 100_000):
        refused(put(raw, token, {"value": value}), 400, "BadParameter")
    most = {f"tag{n}": "v" * 256 for n in range(15)}
    assert put(raw, token, {"value": "x", "tags": most}).status == 200
    for tags in ({**most, "more": "v"}, {"n" * 257: "v"}, {"n": "v" * 257}, {"n": 1}, {"n": None}, ["n"], "n"):
        refused(put(raw, token, {"value": "x", "tags": tags}), 400, "BadParameter", tags=tags)
    assert put(raw, token, {"value": "x", "contentType": "t" * 255}).status == 200
    refused(put(raw, token, {"value": "x", "contentType": "t" * 256}), 400, "BadParameter")


def test_attributes_that_cannot_be(raw, token):
    for attributes in (
        [], "x", 1, {"enabled": "true"}, {"enabled": 1}, {"nbf": "1"}, {"nbf": -1}, {"nbf": 1.5}, {"exp": 10**18},
        {"exp": 10**400}, {"nbf": 10, "exp": 10}, {"nbf": 10, "exp": 9}, {"exp": {}}, {"exp": True},
    ):  # fmt: skip
        refused(put(raw, token, {"value": "x", "attributes": attributes}), 400, "BadParameter", attributes=attributes)
        body = json.dumps({"kty": "EC", "attributes": attributes}).encode()
        said = raw.ask("POST", target("/keys/bad/create"), body, token=token)
        refused(said, 400, "BadParameter", attributes=attributes)


@pytest.mark.parametrize("text", ["=", "A", "AA==", "A A", "AA\n", "+/+/", "AAAAA", "A*", "ü", "AB"])
def test_base_64_that_is_none(raw, token, text):
    for path, members in (
        ("/keys/rsa/encrypt", {"alg": "RSA-OAEP"}),
        ("/keys/rsa/decrypt", {"alg": "RSA-OAEP"}),
        ("/keys/rsa/wrapkey", {"alg": "RSA-OAEP-256"}),
        ("/keys/ec/sign", {"alg": "ES256"}),
        ("/keys/ec/verify", {"alg": "ES256", "digest": operations.DIGEST}),
    ):
        body = json.dumps({**members, "value": text}).encode()
        refused(raw.ask("POST", target(path), body, token=token), 400, "BadParameter", path=path, text=text)


def test_what_a_body_calls_itself_does_not_matter(raw, token):
    for kind in (None, "text/plain", "application/xml", "application/json; charset=utf-16", "x" * 2000):
        headers = [("Content-Type", kind)] if kind else []
        said = raw.ask("PUT", target("/secrets/typed"), b'{"value":"1"}', token=token, headers=headers)
        assert said.status == 200, kind


def test_identifiers_that_a_client_gives_its_requests(raw, token):
    for text in ("x" * 65, "a b", "a\tb", "\xff", "<script>", ""):
        said = raw.ask("GET", target("/secrets"), token=token, headers=[("x-ms-client-request-id", text)])
        assert said.status == 200 and "x-ms-client-request-id" not in said.headers, text


def test_pages_that_no_list_gave_out(raw, token):
    for query in ("maxresults=0", "maxresults=26", "maxresults=-1", "maxresults=x", "maxresults=99999999999999999999", "$skiptoken=x", "$skiptoken=99999999999999999999"):
        for path in ("/secrets", "/keys", "/deletedkeys", "/secrets/one/versions"):
            refused(raw.ask("GET", target(path) + "&" + query, token=token), 400, "BadParameter", query=query)
    said = raw.ask("GET", target("/secrets") + "&$skiptoken=-9223372036854775808&maxresults=25", token=token)
    assert said.status == 200


def test_versions_of_nothing(raw, token):
    for version in ("0" * 32, "f" * 32, "x", "0" * 31, "0" * 33, "G" * 32, "%00"):
        for path in ("/secrets/one/", "/keys/ec/"):
            said = raw.ask("GET", target(path + version), token=token)
            assert said.is_azures() and (said.status, said.code) in ((404, "SecretNotFound"), (404, "KeyNotFound")), (path, version, said)


# MARK: Anything


SEEDS = [
    *[(one.method, one.path.replace("{cell}", "m"), one.body) for one in operations.KEYS + operations.SECRETS],
    ("POST", "/keys/restore", {"value": "AAAA"}),
    ("POST", "/keys/ec/backup", None),
    ("POST", "/keys/rsa//release", {"target": "a.b.c", "nonce": "x", "enc": "CKM_RSA_AES_KEY_WRAP"}),
    ("GET", "/keys/ec//attestation", None),
    ("POST", "/keys/sym/create", {"kty": "oct", "key_size": 256, "key_ops": ["sign", "verify"]}),
    ("POST", "/keys/full/create", {"kty": "RSA", "key_size": 2048, "key_ops": ["sign"], "tags": {"a": "b"},
     "attributes": {"enabled": True, "nbf": 1, "exp": 4000000000, "exportable": False},
     "release_policy": {"contentType": "application/json", "data": "e30", "immutable": False}}),
    ("PUT", "/keys/ec/rotationpolicy", {"lifetimeActions": [{"trigger": {"timeAfterCreate": "P30D"}, "action": {"type": "Rotate"}}],
     "attributes": {"expiryTime": "P90D"}}),
    ("POST", "/keys/lattice/create", {"kty": "AKP", "alg": "ML-DSA-65", "key_ops": ["sign", "verify"]}),
    ("PUT", "/keys/lattice", {"key": {"kty": "AKP", "alg": "ML-DSA-44", "priv": encoded(bytes(32)), "pub": encoded(bytes(1312))}}),
    ("POST", "/keys/ec/sign", {"value": "AA", "context": "AA"}),
    ("POST", "/keys/rsa/verify", {"external_mu": encoded(bytes(64)), "value": "AA"}),
    ("POST", "/keys/rsa/sign", {"alg": "RSNULL", "value": "AA"}),
    ("POST", "/keys/exchange/create", {"kty": "RSA-HSM", "key_ops": ["import"]}),
    ("PUT", "/keys/sealed", {"key": {"kty": "EC-HSM", "crv": "P-256", "key_ops": ["sign"], "key_hsm": "e30"}}),
    ("PUT", "/secrets/full", {"value": "x", "contentType": "t", "tags": {"a": "b"}, "attributes": {"nbf": 1, "exp": 2}}),
]  # fmt: skip
HSM_SEEDS = [(one.method, one.path, one.body) for one in operations.ADMINISTRATION]

ODD = [
    None, True, False, 0, -1, 1.5, 1e308, 10**30, -(2**63), 2**63, "", "x", "\u0000", "\U0001f511", "a" * 3000, [], {}, [[]], [None], {"a": {}},
    "AA", "AAA", "RSA", "EC", "oct", "OKP", "AKP", "RSA-HSM", "P-256", "P-521", "ES512", "A128GCM", "A256CBCPAD", "HS512", "RS256", "RSA1_5",
    "encrypt", ["sign", "sign"], ["wrapKey"], "P1Y", "PT0S", "P99999999999Y", "-P1D", "Rotate", "application/json", "/", "/keys/a",
    "21dbd100-6940-42c2-9190-5d6cb909625b", "Microsoft.KeyVault/managedHsm/*", "true",
]  # fmt: skip
SEGMENTS = ["", "..", "keys", "secrets", "deletedkeys", "deletedsecrets", "ec", "rsa", "one", "gone", "versions", "create", "sign", "verify",
    "encrypt", "decrypt", "release", "rotationpolicy", "backup", "restore", "pending", "providers", "Microsoft.Authorization",
    "roleAssignments", "roleDefinitions", "settings", "rng", "0" * 32, "%00", "%", "%e9", "a" * 300, "certificates", "storage"]  # fmt: skip
METHODS = ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]
WORDS = ["api-version=7.0", "api-version=2016-10-01", "maxresults=1", "maxresults=x", "$skiptoken=0", "$filter=atScope()", "$filter='", "x", "=", "&&", "%zz", "a=%00"]


class Mutation:
    """A request in which a few things are otherwise."""

    def __init__(self, dice, seed):
        self.dice = dice
        self.method, path, value = seed
        self.segments = path.split("/")[1:]
        self.value = json.loads(json.dumps(value).replace("{guid}", str(uuid.UUID(int=dice.getrandbits(128)))))
        self.query = ["api-version=" + VERSION]
        self.body = None
        for _ in range(dice.randint(1, 3)):
            dice.choice([self.change_method, self.change_path, self.change_value, self.change_value, self.change_value, self.change_query])()
        text = "/" + "/".join(self.segments).replace("{guid}", str(uuid.UUID(int=dice.getrandbits(128))))
        self.target = text + "?" + "&".join(self.query)
        self.body = b"" if self.value is None else json.dumps(self.value).encode()
        if dice.random() < 0.3:
            self.change_bytes()

    def odd(self):
        return copy.deepcopy(self.dice.choice(ODD))

    def change_method(self):
        self.method = self.dice.choice(METHODS)

    def change_path(self):
        place = self.dice.randrange(len(self.segments))
        match self.dice.randrange(4):
            case 0:
                self.segments[place] = self.dice.choice(SEGMENTS)
            case 1:
                self.segments.insert(place, self.dice.choice(SEGMENTS))
            case 2 if len(self.segments) > 1:
                del self.segments[place]
            case _:
                self.segments[place] = self.segments[place].swapcase()

    def change_query(self):
        match self.dice.randrange(3):
            case 0:
                self.query.append(self.dice.choice(WORDS))
            case 1:
                self.query[0] = self.dice.choice(WORDS)
            case _:
                self.query = ["api-version=" + "".join(self.dice.choices("0123456789.-px", k=self.dice.randint(0, 40)))]

    def change_value(self):
        places = list(self.places(self.value))
        if not places:
            self.value = self.odd()
            return
        container, key = self.dice.choice(places)
        match self.dice.randrange(4):
            case 0 if isinstance(container, dict):
                del container[key]
            case 1 if isinstance(container, dict):
                container[self.dice.choice(["value", "tags", "attributes", "key", "kty", "alg", "iv", "tag", "aad", "properties", "x"])] = self.odd()
            case _:
                container[key] = self.odd()

    def places(self, value):
        """Where something stands in it: container and key."""
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in entries:
            yield value, key
            yield from self.places(inner)

    def change_bytes(self):
        body = bytearray(self.body)
        for _ in range(self.dice.randint(1, 4)):
            place = self.dice.randint(0, len(body))
            match self.dice.randrange(3):
                case 0:
                    body[place:place] = bytes([self.dice.randrange(256)])
                case 1:
                    del body[place : place + self.dice.randint(1, 8)]
                case _:
                    body[place : place + 1] = self.dice.choice([b'"', b"{", b"}", b"\\u", b"\xff", b"\\", b"0", b"]"])
        self.body = bytes(body)

    def __repr__(self):
        return f"{self.method} {self.target} {self.body[:300]}"


@pytest.mark.parametrize("kind", ["vault", "managedhsm"])
def test_whatever_is_sent_is_answered_in_azures_form(server, owner, kind):
    dice = random.Random(SEED)
    seeds, name = (SEEDS, "one") if kind == "vault" else (HSM_SEEDS + SEEDS, "two")
    shown = owner.token(resource(server).replace("//vault.", f"//{kind}."))
    statuses = {}
    with Raw(server, name, kind) as raw:
        for _ in range(MUTANTS if kind == "vault" else MUTANTS // 2):
            mutant = Mutation(dice, dice.choice(seeds))
            said = raw.ask(mutant.method, mutant.target, mutant.body, token=shown)
            assert said.status in (200, 201, 202, 204, 400, 403, 404, 405, 409, 501), (mutant, said)
            assert said.is_azures(), (mutant, said)
            statuses[said.status] = statuses.get(said.status, 0) + 1
        assert raw.ask("GET", target("/keys"), token=shown).status == 200
    # Not all of it was refused at the first thing that is looked at.
    assert statuses[200] > 100 and statuses[400] > 100 and statuses[404] > 50, statuses
    assert server.is_alive()


def test_blobs_in_which_keys_come_sealed_are_mutated_too(server, owner, token):
    dice = random.Random(SEED)
    made = owner.ask("one", "POST", "/keys/blobs/create", {"kty": "RSA-HSM", "key_ops": ["import"]})
    assert made.status == 200, made
    header = {"kid": made.body["key"]["kid"], "alg": "dir", "enc": "CKM_RSA_AES_KEY_WRAP"}
    blob = {"schema_version": "1.0.0", "header": header, "ciphertext": encoded(bytes(256 + 24)), "generator": "x"}
    codes = set()
    with Raw(server) as raw:
        for _ in range(600):
            mutant = Mutation(dice, ("PUT", "/keys/sealed", blob))
            kty = dice.choice(["oct", "oct-HSM", "RSA-HSM", "EC-HSM", "AKP", "OKP-HSM"])
            body = {"key": {"kty": kty, "crv": "P-256", "key_hsm": encoded(mutant.body)}}
            said = raw.ask("PUT", target("/keys/sealed"), json.dumps(body).encode(), token=token)
            assert said.status in (400, 403, 404) and said.is_azures(), (mutant, said)
            codes.add(said.code)
    assert {"BadParameter", "NotSupported"} <= codes, codes


def test_tokens_and_addresses_are_mutated_too(server, owner, token):
    dice = random.Random(SEED)
    with Raw(server) as raw:
        for _ in range(500):
            text = bytearray(token.encode())
            for _ in range(dice.randint(1, 3)):
                text[dice.randrange(len(text))] = dice.choice(b"ABCabc019-_.=+/~ ")
            shown = text.decode()
            said = raw.ask("GET", target("/secrets"), token=shown)
            # Some letters are only spare bits of the last one: no other token, then.
            assert said.status == 401 or (said.status == 200 and shown == token), shown
            assert said.is_azures()


def test_the_authority_refuses_in_its_own_form(server, owner):
    dice = random.Random(SEED)
    form = {
        "grant_type": "client_credentials",
        "client_id": owner.client,
        "client_secret": owner.secret,
        "scope": resource(server) + "/.default",
    }
    url = f"{authority(server)}/{owner.tenant}/oauth2/v2.0/token"
    session = connection(server)
    for _ in range(300):
        fields = dict(form)
        for _ in range(dice.randint(1, 2)):
            name = dice.choice(list(fields))
            fields[name] = dice.choice(["", "x", "a" * 5000, "%", "\x00", "https://evil.example/.default", "urn:x", fields[name] + "x", "password"])
        answer = session.post(url, data=fields)
        assert answer.status_code in (200, 400, 401), (fields, answer.text)
        if answer.status_code != 200:
            assert {"error", "error_description"} <= set(answer.json()), answer.text
    assert session.post(url, data=form).status_code == 200


# The last: the server's clock is another afterwards.
def test_a_token_whose_time_is_over(server, owner, raw):
    shown = owner.fresh(resource(server))
    assert raw.ask("GET", target("/secrets"), token=shown).status == 200
    life = parts(shown)[1]["exp"] - int(time.time())
    assert 3000 < life <= 3600
    server.advance_clock(life + 600)
    assert unproved(raw.ask("GET", target("/secrets"), token=shown)) == "AKV10001"
    assert raw.ask("GET", target("/secrets"), token=owner.fresh(resource(server))).status == 200
