"""Requests as clients in other languages write them, and answers as those read them: byte for byte, without a client between."""

import urllib.parse
import uuid

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from azure_names import authority, resource, vault_url
from azure_vaults import claviger, encoded, fresh

VERSIONS = ["2016-10-01", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6-preview.2", "7.6", "2025-06-01-preview",
            "2025-07-01", "2026-04-01", "2026-05-01-preview", "2031-01-01"]


class Door:
    """One vault; `ask` says the answer as it came."""

    def __init__(self, shop, url):
        self.base = url.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = shop.server.ca_file
        audience = self.session.get(self.base + "/keys").headers["WWW-Authenticate"].split('resource="')[1].split('"')[0]
        self.session.headers["Authorization"] = "Bearer " + shop.credential().get_token(audience + "/.default").token

    def ask(self, method, path, body=None, *, version="7.4", **options):
        parts = urllib.parse.urlsplit(self.base + path)
        query = "&".join(filter(None, [parts.query, f"api-version={version}" if version else ""]))
        url = parts._replace(query=query).geturl()
        return self.session.request(method, url, **({"json": body} if body is not None else {}), **options)


@pytest.fixture(scope="module")
def door(shop):
    return Door(shop, shop.vault)


@pytest.fixture(scope="module")
def hsm_door(shop):
    return Door(shop, shop.hsm)


def refused(answer, status, code, inner=None, words=None):
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code and (error.get("innererror") or {}).get("code") == inner, error
    assert words is None or words in error["message"], error


# The first request


@pytest.mark.parametrize("kind", ["vault", "managedhsm"])
def test_the_challenge_comes_before_anything_is_read(server, shop, kind):
    base = vault_url(server, "one" if kind == "vault" else "two", kind)
    for path, body in (("/keys/a/create?api-version=7.4", None), ("/keys/_/create", b"{"), ("/nothing", b"\xff")):
        answer = requests.post(base + path, data=body, headers={"content-type": "application/json"}, verify=server.ca_file)
        assert answer.status_code == 401
        challenge = answer.headers["WWW-Authenticate"]
        expected = resource(server) if kind == "vault" else resource(server).replace("vault.", "managedhsm.")
        assert challenge == f'Bearer authorization="{authority(server)}/{shop.app["tenantID"]}", resource="{expected}"'
        assert base.endswith("." + expected.removeprefix("https://"))
        assert (answer.content == b"") == (kind == "managedhsm")


def test_every_answer_says_where_it_comes_from(server, shop, door):
    client = str(uuid.uuid4())
    given = {"x-ms-client-request-id": client}
    answers = [
        door.ask("GET", "/keys", headers=given),
        door.ask("GET", "/keys/nothing", headers=given),
        door.ask("GET", "/keys", version=None, headers=given),
        requests.get(door.base + "/keys", headers=given, verify=server.ca_file),
    ]
    assert [one.status_code for one in answers] == [200, 404, 400, 401]
    for answer in answers:
        headers = answer.headers
        assert headers["x-ms-keyvault-region"] == server.region and headers["x-ms-client-request-id"] == client
        assert str(uuid.UUID(headers["x-ms-request-id"])) == headers["x-ms-request-id"]
        assert headers["x-ms-keyvault-network-info"] == "conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;"
        assert headers["x-ms-keyvault-service-version"] and headers["cache-control"] == "no-cache"
        assert headers["strict-transport-security"] and headers["content-type"].startswith("application/json")
    assert len({one.headers["x-ms-request-id"] for one in answers}) == len(answers)


# How clients write requests


def test_members_that_are_null_or_unknown_change_nothing(door):
    name = fresh("nulls")
    attributes = {"enabled": True, "nbf": None, "exp": None, "created": None, "recoveryLevel": None, "new": 1}
    made = door.ask(
        "POST", f"/keys/{name}/create",
        {"kty": "EC", "crv": None, "key_size": None, "key_ops": None, "attributes": attributes, "tags": None, "new": {}},
    )
    assert made.status_code == 200 and made.json()["key"]["crv"] == "P-256"
    changed = door.ask("PATCH", f"/keys/{name}/", {"key_ops": None, "attributes": None, "tags": None, "release_policy": None})
    assert changed.status_code == 200 and changed.json()["key"] == made.json()["key"]
    made = door.ask("PUT", f"/secrets/{name}", {"value": "x", "contentType": None, "attributes": attributes, "tags": {}})
    assert made.status_code == 200 and "contentType" not in made.json() and made.json()["tags"] == {}


def test_a_version_that_is_left_open_is_the_latest(door):
    name = fresh("open")
    first = door.ask("POST", f"/keys/{name}/create", {"kty": "RSA"}).json()["key"]["kid"]
    kid = door.ask("POST", f"/keys/{name}/create", {"kty": "RSA"}).json()["key"]["kid"]
    assert first != kid
    for path in (f"/keys/{name}", f"/keys/{name}/", f"/Keys/{name}", f"//keys/{name}", f"/keys/{name.upper()}"):
        assert door.ask("GET", path).json()["key"]["kid"] == kid, path
    for path in (f"/keys/{name}/encrypt", f"/keys/{name}//encrypt"):
        assert door.ask("POST", path, {"alg": "RSA-OAEP", "value": "aGVsbG8"}).json()["kid"] == kid
    version = kid.rsplit("/", 1)[1]
    assert door.ask("GET", f"/keys/{name}/{version.upper()}").json()["key"]["kid"] == kid


def test_a_change_without_a_body_changes_nothing_but_its_time(door):
    name = fresh("bodiless")
    made = door.ask("PUT", f"/secrets/{name}", {"value": "x", "tags": {"a": "b"}}).json()
    changed = door.ask("PATCH", f"/secrets/{name}/").json()
    assert changed["id"] == made["id"] and changed["tags"] == made["tags"] and "value" not in changed
    assert changed["attributes"]["updated"] > made["attributes"]["updated"]
    before, after = ({**one["attributes"], "updated": 0} for one in (made, changed))
    assert before == after


def test_field_names_and_schemes_are_the_same_in_any_case(server, door):
    token = door.session.headers["Authorization"].split()[1]
    for field, scheme in (("authorization", "bearer"), ("AUTHORIZATION", "BEARER"), ("Authorization", "Bearer")):
        answer = requests.get(door.base + "/keys?api-version=7.4", headers={field: f"{scheme} {token}"}, verify=server.ca_file)
        assert answer.status_code == 200


@pytest.mark.parametrize("version", VERSIONS)
def test_versions_differ_in_what_they_show_alone(door, version):
    name = fresh("version")
    first = door.ask("PUT", f"/secrets/{name}", {"value": "x"}, version=version).json()
    second = door.ask("PUT", f"/secrets/{name}", {"value": "y"}, version=version).json()
    shown = {"value", "id", "attributes", "tags"}
    if version >= "2026-04-01" and not version.startswith("7"):
        shown.add("previousVersion")
        assert second["previousVersion"] == first["id"].rsplit("/", 1)[1]
    assert second.keys() == shown
    key = door.ask("POST", f"/keys/{name}/create", {"kty": "EC"}, version=version).json()
    assert key.keys() == {"key", "attributes", "tags"}
    assert ("hsmPlatform" in key["attributes"]) == (version != "2016-10-01")


# Lists


def pages(door, path):
    """Each page, as links lead from one to the next, exactly as they are written."""
    answer = door.ask("GET", path)
    while True:
        assert answer.status_code == 200 and answer.json().keys() == {"value", "nextLink"}, answer.text
        yield answer.json()
        link = answer.json()["nextLink"]
        if link is None:
            return
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
        assert link.startswith(door.base + "/") and query["api-version"] == ["7.4"] and "$skiptoken" in query
        answer = door.session.get(link)


def test_pages_lead_to_each_other(shop, door):
    claviger(shop.server, "create", "lists", "--admin", shop.app["clientID"])
    lists = Door(shop, vault_url(shop.server, "lists"))
    made = {f"{lists.base}/secrets/s-{number}" for number in range(31)}
    for number in range(31):
        lists.ask("PUT", f"/secrets/s-{number}", {"value": "x"})
    assert [len(one["value"]) for one in pages(lists, "/secrets")] == [25, 6]
    found = list(pages(lists, "/secrets?maxresults=7"))
    assert [len(one["value"]) for one in found] == [7, 7, 7, 7, 3]
    listed = [one["id"] for page in found for one in page["value"]]
    assert len(listed) == 31 and set(listed) == made
    for number in range(31):
        lists.ask("DELETE", f"/secrets/s-{number}")
    assert [len(one["value"]) for one in pages(lists, "/deletedsecrets?maxresults=20")] == [20, 11]
    assert list(pages(lists, "/secrets")) == [{"value": [], "nextLink": None}]


def test_versions_have_pages_too(door):
    name = fresh("pages")
    made = {door.ask("PUT", f"/secrets/{name}", {"value": str(number)}).json()["id"] for number in range(27)}
    found = list(pages(door, f"/secrets/{name}/versions"))
    assert [len(one["value"]) for one in found] == [25, 2]
    assert {one["id"] for page in found for one in page["value"]} == made


@pytest.mark.parametrize("query", ["maxresults=0", "maxresults=26", "maxresults=-1", "maxresults=x", "$skiptoken=x"])
def test_pages_that_cant_be_are_refused(door, query):
    refused(door.ask("GET", "/keys?" + query), 400, "BadParameter")


def test_methods_that_a_client_cant_send(door):
    """As a field of a POST."""

    def meant(method, path, body=None):
        return door.ask("POST", path, body, headers={"X-HTTP-REQUEST": method})

    assert meant("PUT", "/secrets/both", {"value": "s"}).status_code == 200
    assert door.ask("POST", "/keys/both/create", {"kty": "EC"}).status_code == 200
    for _ in range(3):
        assert meant("GET", "/secrets/both").json()["value"] == "s"
        assert meant("get", "/keys/both/").json()["key"]["kty"] == "EC"
    assert meant("PATCH", "/secrets/both", {"tags": {"a": "b"}}).json()["tags"] == {"a": "b"}
    assert door.ask("GET", "/secrets/both", headers={"X-HTTP-REQUEST": "DELETE"}).json()["value"] == "s"
    refused(meant("TRACE", "/secrets/both"), 405, "MethodNotAllowed")
    assert meant("DELETE", "/secrets/both").status_code == 200
    assert meant("DELETE", "/deletedsecrets/both").status_code == 204


@pytest.mark.parametrize("method,path,body", [
    ("POST", "/keys/k/create", {"kty": "EC", "crv": "P-192"}),
    ("PUT", "/keys/k", {"key": {"kty": "EC", "crv": "secp192r1", "d": "AQ", "x": "AQ", "y": "AQ"}}),
])  # fmt: skip
def test_curves_that_there_arent(door, hsm_door, method, path, body):
    refused(door.ask(method, path, body), 400, "BadParameter")
    refused(hsm_door.ask(method, path, body), 400, "KeyCurveNotSupported")


# Errors


@pytest.mark.parametrize(
    "method,path,body,status,code",
    [
        ("POST", "/keys/k/create", {}, 400, "BadParameter"),
        ("POST", "/keys/k/create", {"kty": "XYZ"}, 400, "BadParameter"),
        ("POST", "/keys/k/create", {"kty": "EC", "crv": "P-1"}, 400, "BadParameter"),
        ("POST", "/keys/k/create", {"kty": "RSA", "key_size": 1024}, 400, "BadParameter"),
        ("POST", "/keys/k/create", {"kty": "RSA", "key_ops": ["fly"]}, 400, "BadParameter"),
        ("POST", "/keys//create", {"kty": "RSA"}, 400, "BadParameter"),
        ("POST", "/keys/under_score/create", {"kty": "RSA"}, 400, "BadParameter"),
        ("GET", "/keys/" + "a" * 128, None, 400, "BadParameter"),
        ("PUT", "/keys/k", {}, 400, "BadParameter"),
        ("PUT", "/keys/k", {"key": {"kty": "RSA", "n": "AQAB"}}, 400, "BadParameter"),
        ("PUT", "/secrets/s", {}, 400, "BadParameter"),
        ("PUT", "/secrets/s", {"value": None}, 400, "BadParameter"),
        ("PUT", "/secrets/s", {"value": 1}, 400, "BadParameter"),
        ("PUT", "/secrets/s", {"value": "x" * 25_601}, 400, "BadParameter"),
        ("PUT", "/secrets/", {"value": "x"}, 405, "MethodNotAllowed"),
        ("GET", "/keys/nothing", None, 404, "KeyNotFound"),
        ("GET", "/secrets/nothing", None, 404, "SecretNotFound"),
        ("PATCH", "/keys/nothing/", {}, 404, "KeyNotFound"),
        ("DELETE", "/keys/nothing", None, 404, "KeyNotFound"),
        ("DELETE", "/secrets/nothing", None, 404, "SecretNotFound"),
        ("POST", "/keys/nothing/rotate", None, 404, "KeyNotFound"),
        ("GET", "/keys/nothing/rotationpolicy", None, 404, "KeyNotFound"),
        ("POST", "/keys/nothing/sign", {"alg": "ES256", "value": "A" * 43}, 404, "KeyNotFound"),
        ("GET", "/nothing", None, 404, "NotFound"),
        ("POST", "/rng", {"count": 0}, 400, "BadParameter"),
    ],
)
def test_mistakes_have_their_codes(door, method, path, body, status, code):
    refused(door.ask(method, path, body), status, code)


def test_versions_of_the_interface_that_never_were_are_named(door):
    refused(door.ask("GET", "/keys", version=None), 400, "BadParameter", words="api-version")
    refused(door.ask("GET", "/keys", version="1.0"), 400, "BadParameter", words="(1.0)")


@pytest.mark.parametrize("collection,kind", [("keys", "Key"), ("secrets", "Secret")])
def test_what_was_deleted_has_an_error_for_each_way_to_come_to_it(door, collection, kind):
    name = fresh("gone")

    def make():
        if collection == "keys":
            return door.ask("POST", f"/keys/{name}/create", {"kty": "EC"})
        return door.ask("PUT", f"/secrets/{name}", {"value": "x"})

    def deleted(method, path=""):
        return door.ask(method, f"/deleted{collection}/{name}{path}")

    assert make().status_code == 200
    for method, path in (("GET", ""), ("POST", "/recover"), ("DELETE", "")):
        refused(deleted(method, path), 404, kind + "NotFound", words=f"Deleted {kind} not found: {name}")
    assert door.ask("DELETE", f"/{collection}/{name}").status_code == 200
    for method in ("GET", "PATCH", "DELETE"):
        refused(door.ask(method, f"/{collection}/{name}"), 404, kind + "NotFound", words="was not found in this key vault")
    refused(make(), 409, "Conflict", "ObjectIsDeletedButRecoverable", f"{kind} {name} is currently in a deleted")
    purged = deleted("DELETE")
    assert purged.status_code == 204 and purged.content == b"" and "content-type" not in purged.headers
    refused(deleted("GET"), 404, kind + "NotFound", words=f"Deleted {kind} not found: {name}")
    assert make().status_code == 200


@pytest.mark.parametrize(
    "options,level,days",
    [
        ([], "Recoverable+Purgeable", 90),
        (["--retention-days", "7"], "CustomizedRecoverable+Purgeable", 7),
        (["--purge-protection"], "Recoverable", 90),
        (["--purge-protection", "--retention-days", "30"], "CustomizedRecoverable", 30),
    ],
)
def test_how_long_deleted_things_stay_is_in_every_bundle(shop, options, level, days):
    name = fresh("levels")
    claviger(shop.server, "create", name, "--admin", shop.app["clientID"], *options)
    door = Door(shop, vault_url(shop.server, name))
    made = door.ask("PUT", "/secrets/s", {"value": "x"}).json()
    key = door.ask("POST", "/keys/k/create", {"kty": "EC"}).json()
    listed = door.ask("GET", "/secrets").json()["value"][0]
    for one in (made, key, listed):
        assert (one["attributes"]["recoveryLevel"], one["attributes"]["recoverableDays"]) == (level, days)
    deleted = door.ask("DELETE", "/secrets/s").json()
    assert deleted["scheduledPurgeDate"] - deleted["deletedDate"] == days * 86_400
    purged = door.ask("DELETE", "/deletedsecrets/s")
    if "Purgeable" in level:
        assert purged.status_code == 204
    else:
        refused(purged, 403, "Forbidden", "PurgeProtected", "purge")


def test_what_a_key_isnt_for_has_a_code(door):
    name = fresh("uses")
    door.ask("POST", f"/keys/{name}/create", {"kty": "RSA", "key_ops": ["sign"]})
    body = {"alg": "RSA-OAEP", "value": "aGVsbG8"}
    refused(door.ask("POST", f"/keys/{name}/encrypt", body), 403, "Forbidden", "KeyOperationForbidden", "Operation encrypt")
    door.ask("PATCH", f"/keys/{name}", {"attributes": {"enabled": False}})
    digest = {"alg": "RS256", "value": "A" * 43}
    refused(door.ask("POST", f"/keys/{name}/sign", digest), 403, "Forbidden", "KeyDisabled", "disabled")
    door.ask("PATCH", f"/keys/{name}", {"attributes": {"enabled": True, "exp": 1_000_000_000}})
    refused(door.ask("POST", f"/keys/{name}/sign", digest), 403, "Forbidden", "KeyNotYetValidOrExpired", "expired")


def test_kinds_are_the_same_in_any_case(hsm_door):
    made = hsm_door.ask("POST", f"/keys/{fresh('case')}/create", {"kty": "OCT-hsm", "key_size": 192})
    assert made.status_code == 200 and made.json()["key"]["kty"] == "oct-HSM"


def test_coordinates_without_zeros_in_front_are_taken(door):
    """As the Azure CLI writes them."""

    def text(number):
        return encoded(number.to_bytes((number.bit_length() + 7) // 8))

    while (private := ec.generate_private_key(ec.SECP256R1()).private_numbers()).public_numbers.x >> 248:
        pass
    public = private.public_numbers
    jwk = {"kty": "EC", "crv": "P-256", "x": text(public.x), "y": text(public.y), "d": text(private.private_value)}
    made = door.ask("PUT", f"/keys/{fresh('short')}", {"key": jwk})
    assert made.status_code == 200, made.text
    assert made.json()["key"]["x"] == encoded(public.x.to_bytes(32))
    wrong = {**jwk, "x": encoded(bytes(33) + b"\1"), "y": jwk["y"]}
    refused(door.ask("PUT", f"/keys/{fresh('short')}", {"key": wrong}), 400, "BadParameter")
    refused(door.ask("PUT", f"/keys/{fresh('short')}", {"key": {**jwk, "x": encoded(b"\1" * 33)}}), 400, "BadParameter")
