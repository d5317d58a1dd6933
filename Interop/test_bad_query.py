"""Whatever comes in as a form: IAM's and STS's own errors go out, and what is refused changes nothing."""

import json
import re
import urllib.parse
import xml.etree.ElementTree

import pytest

from asking import SERVICES, service_model, service_of
from below_http import connected, receive, sendall_unless_closed, serialised
from mutants import Mutator
from operations import FREE, OF_SESSIONS, ON_IDENTITIES
from operations.documents import document
from operations.identity_bench import IdentityBench
from operations.stage import ADMINISTRATOR

FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/x-amz-json-1.1"
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
NAMESPACES = {service: f"https://{service}.amazonaws.com/doc/{version}/" for service, version in VERSIONS.items()}
ROWS = (*ON_IDENTITIES, *OF_SESSIONS, *FREE)

# What the Query protocol answers whatever the operation; the others are in the models.
COMMON = {
    *("AccessDenied", "ExpiredToken", "IncompleteSignature", "InvalidAction", "InvalidClientTokenId", "InvalidInput"),
    *("MalformedInput", "MalformedQueryString", "MissingAction", "MissingAuthenticationToken", "SignatureDoesNotMatch"),
    *("Throttling", "UnsupportedOperation", "ValidationError"),
}


def modelled_codes():
    """Every error that the models have, by its code on the wire."""
    codes = set()
    for service in ("iam", "sts"):
        model = service_model(service)
        for shape in map(model.shape_for, model.shape_names):
            if shape.metadata.get("exception"):
                codes.add(shape.metadata.get("error", {}).get("code", shape.name))
    return codes


CODES = COMMON | modelled_codes()


@pytest.fixture(autouse=True)
def still_works(stage):
    """After each test of this suite an ordinary request passes."""
    yield
    stage.do("GetCallerIdentity")


class Told:
    """An answer, read as XML: it has to be some, and of a known form."""

    def __init__(self, reply):
        self.status = reply.status
        root = xml.etree.ElementTree.fromstring(reply.body)
        space, _, name = root.tag[1:].partition("}")
        assert space in NAMESPACES.values(), reply
        self.code = self.message = None
        if reply.status == 200:
            assert re.fullmatch(r"\w+Response", name), reply
            assert root.findtext(f"{{{space}}}ResponseMetadata/{{{space}}}RequestId"), reply
            return
        assert name == "ErrorResponse" and root.findtext(f"{{{space}}}RequestId"), reply
        (error,) = root.findall(f"{{{space}}}Error")
        assert [part.tag.partition("}")[2] for part in error] == ["Type", "Code", "Message"], reply
        self.code = error.findtext(f"{{{space}}}Code")
        self.message = error.findtext(f"{{{space}}}Message")
        assert error.findtext(f"{{{space}}}Type") == "Sender", reply
        assert 400 <= reply.status < 500, reply
        assert self.code in CODES, reply

    def __repr__(self):
        return f"<{self.status} {self.code} {self.message}>"


def send(stage, body, *, service="iam", content_type=FORM, who=ADMINISTRATOR, headers=None):
    """The reply to a body as it is."""
    data = body if isinstance(body, bytes) else body.encode()
    request = stage.asking.wire.signed({"Content-Type": content_type, **(headers or {})}, data, who, service=service)
    return stage.asking.wire.send(request)


def tell(stage, body, **more):
    return Told(send(stage, body, **more))


def form(operation, **parameters):
    return urllib.parse.urlencode({"Action": operation, "Version": VERSIONS[service_of(operation)], **parameters})


def everything(stage):
    """All there is in the account, as the administrator sees it."""
    details = stage.do("GetAccountAuthorizationDetails", MaxItems=1000)
    assert not details["IsTruncated"]
    providers = stage.do("ListOpenIDConnectProviders")["OpenIDConnectProviderList"]
    told = [stage.do("GetOpenIDConnectProvider", OpenIDConnectProviderArn=entry["Arn"]) for entry in providers]
    keys = [
        stage.do("ListAccessKeys", UserName=user["UserName"])["AccessKeyMetadata"] for user in details["UserDetailList"]
    ]
    return [details, told, keys]


class TestForms:
    BAD = {
        "a parameter twice": "Action=GetUser&Version=2010-05-08&UserName=a&UserName=a",
        "two values": "Action=GetUser&Version=2010-05-08&UserName=a&UserName=b",
        "a value and members": "Action=GetUser&Version=2010-05-08&UserName=a&UserName.member.1=b",
        "members and a value": "Action=GetUser&Version=2010-05-08&UserName.member.1=b&UserName=a",
        "a hole in a list": "Action=TagUser&Version=2010-05-08&UserName=a&Tags.member.1.Key=a&Tags.member.1.Value=b"
        "&Tags.member.3.Key=c&Tags.member.3.Value=d",
        "a list from zero": "Action=TagUser&Version=2010-05-08&UserName=a&Tags.member.0.Key=a&Tags.member.0.Value=b",
        "a number written otherwise": "Action=UntagUser&Version=2010-05-08&UserName=a&TagKeys.member.01=a",
        "a negative number": "Action=UntagUser&Version=2010-05-08&UserName=a&TagKeys.member.-1=a",
        "a number beyond all": f"Action=UntagUser&Version=2010-05-08&UserName=a&TagKeys.member.{'9' * 40}=a",
        "a list and a member": "Action=UntagUser&Version=2010-05-08&UserName=a&TagKeys.member.1=a&TagKeys.member=b",
        "an empty step": "Action=GetUser&Version=2010-05-08&UserName=a&Tags..member.1.Key=a",
        "a dot at the end": "Action=GetUser&Version=2010-05-08&UserName=a&Tags.=a",
        "deep names": "Action=GetUser&Version=2010-05-08&UserName=a&" + "a." * 100 + "a=b",
        "names without a floor": "Action=GetUser&Version=2010-05-08&UserName=a&" + "a." * 50_000 + "a=b",
        "no UTF-8": b"Action=GetUser&Version=2010-05-08&UserName=%ff%fe",
        "no UTF-8 as it is": b"Action=GetUser&Version=2010-05-08&UserName=\xff\xfe",
        "an overlong form of UTF-8": b"Action=GetUser&Version=2010-05-08&UserName=%c0%af",
        "a surrogate": b"Action=GetUser&Version=2010-05-08&UserName=%ed%a0%80",
        "half an escape": "Action=GetUser&Version=2010-05-08&UserName=a%2",
        "an escape of nothing": "Action=GetUser&Version=2010-05-08&UserName=%zz",
        "nothing": "",
        "only separators": "&&&&==&&==",
        "two actions": "Action=GetUser&Action=DeleteUser&Version=2010-05-08&UserName=a",
        "no action": "Version=2010-05-08&UserName=a",
        "an unknown action": "Action=DropUsers&Version=2010-05-08",
        "an action in other letters": "Action=getuser&Version=2010-05-08&UserName=a",
        "an action of another service": "Action=AssumeRole&Version=2010-05-08",
        "JSON": json.dumps({"Action": "GetUser", "UserName": "a"}),
        "a zero byte": "Action=GetUser&Version=2010-05-08&UserName=a%00b",
        "a name of nothing": "Action=GetUser&Version=2010-05-08&UserName=",
        "a name too long": "Action=GetUser&Version=2010-05-08&UserName=" + "a" * 129,
        "a name of a megabyte": "Action=GetUser&Version=2010-05-08&UserName=" + "a" * 900_000,
    }

    @pytest.mark.parametrize("what", BAD)
    def test_what_is_no_form_is_refused(self, stage, what):
        before = everything(stage)
        told = tell(stage, self.BAD[what])
        assert told.code is not None, told
        assert everything(stage) == before

    def test_a_huge_list_is_refused(self, stage):
        before = everything(stage)
        for count in (51, 1_000, 20_000):
            tags = "".join(f"&Tags.member.{n}.Key=k{n}&Tags.member.{n}.Value=v" for n in range(1, count + 1))
            reply = send(stage, form("TagUser", UserName="nobody") + tags)
            assert 400 <= reply.status < 500, reply
        assert everything(stage) == before

    def test_many_parameters_that_nobody_knows_are_judged_quickly(self, stage):
        reply = send(stage, form("GetUser", UserName="nobody") + "".join(f"&p{n}=v" for n in range(50_000)))
        assert reply.status in (200, 400, 413)

    def test_parameters_that_nobody_knows_are_passed_over(self, stage):
        assert tell(stage, form("GetUser", UserName="nobody", Tomorrow="x")).status == 200


class TestEnvelope:
    @pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", "", JSON])
    def test_a_form_under_another_name_is_none(self, stage, content_type):
        before = everything(stage)
        reply = send(stage, form("DeleteUser", UserName="grantee"), content_type=content_type)
        assert 400 <= reply.status < 500, reply
        assert everything(stage) == before

    @pytest.mark.parametrize("service", SERVICES)
    def test_a_document_is_no_form(self, stage, service):
        body = json.dumps({"UserName": "grantee"})
        target = {"X-Amz-Target": "AWSIdentityManagementV20100508.DeleteUser"}
        before = everything(stage)
        for content_type in (JSON, "application/json", FORM):
            reply = send(stage, body, service=service, content_type=content_type, headers=target)
            assert 400 <= reply.status < 500, reply
        assert everything(stage) == before

    @pytest.mark.parametrize("service", ["kms", "sts", "s3", "iam2", ""])
    def test_a_signature_for_another_service_signs_nothing_here(self, stage, service):
        before = everything(stage)
        told = tell(stage, form("DeleteUser", UserName="grantee"), service=service)
        assert told.code in ("SignatureDoesNotMatch", "InvalidAction", "IncompleteSignature"), told
        assert everything(stage) == before

    @pytest.mark.parametrize("service", ["kms", "iam"])
    def test_nor_for_sessions(self, stage, service):
        told = tell(stage, form("GetSessionToken"), service=service)
        assert told.code in ("SignatureDoesNotMatch", "InvalidAction"), told

    @pytest.mark.parametrize("service", ["iam", "sts"])
    def test_and_one_for_these_signs_nothing_of_keys(self, stage, service):
        request = stage.asking.wire.sign("ListKeys", {}, service=service, access_key=ADMINISTRATOR.access_key)
        reply = stage.asking.wire.send(request)
        assert reply.status in (400, 403), reply

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
    def test_another_method(self, stage, method):
        before = everything(stage)
        data = form("DeleteUser", UserName="grantee").encode()
        request = stage.asking.wire.signed({"Content-Type": FORM}, data, ADMINISTRATOR, service="iam")
        request.method = method
        assert 400 <= stage.asking.wire.send(request).status < 500
        assert everything(stage) == before


class TestPolicies:
    """What is no policy is refused where it is put, and what is refused isn't kept."""

    OPENING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"'
    BAD = {
        "a statement list twice": OPENING + '}], "Statement": []}',
        "a version twice": OPENING + '}], "Version": "2012-10-17"}',
        "an effect twice": OPENING + ', "Effect": "Deny"}]}',
        "a member twice in other letters": OPENING + ', "\\u0045ffect": "Deny"}]}',
        "an operator twice": OPENING + ', "Condition": {"Bool": {"a:b": "true"}, "Bool": {"a:c": "true"}}}]}',
        "a condition key twice": OPENING + ', "Condition": {"Bool": {"a:b": "true", "a:b": "false"}}}]}',
        "no JSON": "{",
        "no policy": "[]",
        "an unknown member": OPENING + ', "Efect": "Deny"}]}',
        "an unknown effect": OPENING.replace("Allow", "Perhaps") + "}]}",
        "an unknown version": OPENING.replace("2012", "2099") + "}]}",
        "a principal": OPENING + ', "Principal": "*"}]}',
        "depth": '{"Statement": ' + "[" * 5_000 + "]" * 5_000 + "}",
        "a resource that is none": OPENING.replace('"*"', '"key/1"') + "}]}",
        "both kinds of actions": OPENING + ', "NotAction": "kms:*"}]}',
    }

    @pytest.mark.parametrize("what", BAD)
    def test_what_is_no_policy_is_refused(self, stage, what):
        before = everything(stage)
        text = self.BAD[what]
        for body in (
            form("CreatePolicy", PolicyName="bad", PolicyDocument=text),
            form("PutUserPolicy", UserName="nobody", PolicyName="bad", PolicyDocument=text),
            form("AssumeRole", RoleArn=stage.role, RoleSessionName="one", Policy=text),
        ):
            told = tell(stage, body, service="sts" if "AssumeRole" in body else "iam")
            assert told.code in ("MalformedPolicyDocument", "ValidationError", "PackedPolicyTooLarge"), told
        assert everything(stage) == before

    @pytest.mark.parametrize("characters", [10_241, 131_073, 600_000])
    def test_what_is_too_large_is_refused(self, stage, characters):
        before = everything(stage)
        text = document({"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Sid": "A" * characters})
        for body in (
            form("CreatePolicy", PolicyName="bad", PolicyDocument=text),
            form("PutUserPolicy", UserName="nobody", PolicyName="bad", PolicyDocument=text),
            form("PutRolePolicy", RoleName="actor", PolicyName="bad", PolicyDocument=text),
            form("CreateRole", RoleName="bad", AssumeRolePolicyDocument=text),
        ):
            reply = send(stage, body)
            assert 400 <= reply.status < 500, reply
            assert reply.status == 413 or Told(reply).code in ("LimitExceeded", "ValidationError", "MalformedPolicyDocument")
        assert everything(stage) == before


def seeds(stage, who=ADMINISTRATOR):
    """A good request of every operation, as (service, body); what it names is there."""
    bench = IdentityBench(stage.asking, None, somebody=stage.nobody.arn)
    made = []
    for row in ROWS:
        if row.ready is not None:
            row.ready(bench)
        request = stage.asking.request(who, row.operation, row.request(bench))
        made.append((service_of(row.operation), request.body))
    return made


def test_mutants_that_are_signed_as_they_are(stage):
    """They reach the operations. What is refused has changed nothing."""
    mutator = Mutator(seed=20_261_125)
    good = seeds(stage)
    reached = {}
    refused = 0
    before = everything(stage)
    for number in range(2_500):
        service, body = mutator.random.choice(good)
        mutant = mutator.mutate(body)
        told = tell(stage, mutant, service=service)
        reached[told.code] = reached.get(told.code, 0) + 1
        if told.code is None:
            before = None
        elif before is None:
            before = everything(stage) if number % 5 == 0 else None
        else:
            refused += 1
            if refused % 5 == 0:
                assert everything(stage) == before, (number, mutant, told)
    assert {None, "ValidationError", "NoSuchEntity", "MalformedQueryString", "InvalidAction"} <= set(reached), reached
    assert refused > 300, "hardly any refusal was looked at"


def test_mutants_that_are_changed_after_they_were_signed(stage):
    """They reach the parsers, and nobody's rights could change anything."""
    mutator = Mutator(seed=20_261_126)
    good = seeds(stage)
    wire = stage.asking.wire
    before = everything(stage)
    answered = 0
    for number in range(2_500):
        service, body = mutator.random.choice(good)
        who = mutator.random.choice((stage.nobody.credentials, stage.caller.credentials))
        request = wire.signed({"Content-Type": FORM}, body, who, service=service)
        mutant = mutator.mutate(serialised(request, f"{wire.host}:{wire.port}"))
        with connected(stage.server) as raw:
            sendall_unless_closed(raw, mutant)
            answer = receive(raw)
        for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer):
            assert int(code) < 500, (number, mutant, answer)
            answered += 1
    assert answered > 500, "most mutants were never judged"
    assert everything(stage) == before


def test_every_operation_gives_its_seed_to_the_mutants(stage):
    assert {service for service, _ in seeds(stage)} == {"iam", "sts"}
    told = [tell(stage, body, service=service) for service, body in seeds(stage)[:20]]
    assert sum(one.code is None for one in told) > 10, told
