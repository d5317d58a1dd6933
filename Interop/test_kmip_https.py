"""KMIP over HTTPS: whole messages in TTLV, XML and JSON at one path of the server's own HTTPS port."""

import http.client
import json
import ssl
import urllib.parse
from xml.etree import ElementTree

import pytest

from ttlv import Code, decode, encode, item

TTLV, XML, JSON = "application/octet-stream", "text/xml", "application/json"
SUCCESS = 0
AUTHENTICATION_NOT_SUCCESSFUL = 3


def structure(tag, *values):
    return {"tag": tag, "type": "Structure", "value": list(values)}


def value(tag, kind, content):
    return {"tag": tag, "type": kind, "value": content}


QUERY = structure(
    "RequestMessage",
    structure(
        "RequestHeader",
        structure(
            "ProtocolVersion",
            value("ProtocolVersionMajor", "Integer", 2),
            value("ProtocolVersionMinor", "Integer", 1),
        ),
        value("BatchCount", "Integer", 1),
    ),
    structure(
        "BatchItem",
        value("Operation", "Enumeration", "Query"),
        structure("RequestPayload", value("QueryFunction", "Enumeration", "QueryOperations")),
    ),
)


def as_xml(node):
    element = ElementTree.Element(node["tag"])
    if node["type"] == "Structure":
        element.extend(as_xml(child) for child in node["value"])
    else:
        element.set("type", node["type"])
        element.set("value", str(node["value"]))
    return element


def as_items(node):
    numbers = {"Query": 0x18, "QueryOperations": 1}
    if node["type"] == "Structure":
        return item(node["tag"], [as_items(child) for child in node["value"]])
    content = node["value"]
    if node["type"] == "Enumeration":
        return item(node["tag"], Code(numbers[content]))
    return item(node["tag"], content)


BODIES = {
    TTLV: encode(as_items(QUERY)),
    XML: ElementTree.tostring(as_xml(QUERY)),
    JSON: json.dumps(QUERY).encode(),
}


def post(house, context, form, body, path="/kmip", method="POST"):
    address = urllib.parse.urlsplit(house.tls_endpoint)
    connection = http.client.HTTPSConnection(address.hostname, address.port, context=context)
    try:
        connection.request(method, path, body, {"Content-Type": form, "Cache-Control": "no-cache"})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def operations(form, body):
    """What an answer to the query says: its status, and how many operations there are."""
    if form == JSON:
        message = json.loads(body)
        (batch_item,) = [child for child in message["value"] if child["tag"] == "BatchItem"]
        children = {child["tag"]: child["value"] for child in batch_item["value"]}
        return children["ResultStatus"], len(children["ResponsePayload"])
    if form == XML:
        batch_item = ElementTree.fromstring(body).find("BatchItem")
        return batch_item.find("ResultStatus").get("value"), len(batch_item.find("ResponsePayload"))
    batch_item = decode(body)["BatchItem"]
    status = {SUCCESS: "Success"}[batch_item["ResultStatus"].value]
    return status, len(batch_item["ResponsePayload"].all("Operation"))


@pytest.mark.parametrize("form", [TTLV, XML, JSON])
def test_an_answer_has_the_form_of_its_question(kmip_house, kmip_client, form):
    answer, body = post(kmip_house, kmip_client.context(), form, BODIES[form])
    assert answer.status == 200
    assert answer.getheader("Content-Type") == form
    assert answer.getheader("Cache-Control") == "no-cache"
    status, count = operations(form, body)
    assert status == "Success"
    assert count > 50


def test_without_a_certificate_nobody_is_known(kmip_house, kmip_client):
    context = ssl.create_default_context(cafile=kmip_client.authority)
    answer, body = post(kmip_house, context, TTLV, BODIES[TTLV])
    assert answer.status == 200
    assert decode(body)["BatchItem"]["ResultReason"].value == AUTHENTICATION_NOT_SUCCESSFUL


def test_what_is_no_message_is_told_so(kmip_house, kmip_client):
    context = kmip_client.context()
    for form, body in [(TTLV, b"hello"), (XML, b"<hello"), (JSON, b"{")]:
        answer, _ = post(kmip_house, context, form, body)
        assert answer.status == 200
    assert post(kmip_house, context, "text/plain", b"hello")[0].status == 415
    assert post(kmip_house, context, TTLV, b"", method="GET")[0].status == 405
    assert post(kmip_house, context, TTLV, bytes(2 << 20))[0].status == 413


def test_aws_is_still_there(kmip_house):
    assert kmip_house.client(tls=True).list_keys()["Keys"] == []
