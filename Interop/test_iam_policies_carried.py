"""The policies that users, groups and roles carry, over IAM: their own, attached ones, and boundaries."""

import json
import urllib.parse

import pytest

from expect import refused
from identities import Member, allow, deny, fresh, policy

READ = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
KEY_USER = "arn:aws:iam::aws:policy/ClavigerKeyUser"


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


class Carrier:
    """The same calls for each kind of identity that carries policies."""

    def __init__(self, iam, kind, name):
        self.iam = iam
        self.kind = kind
        self.name = {f"{kind}Name": name}

    def call(self, verb, noun, **arguments):
        method = getattr(self.iam, f"{verb}_{self.kind.lower()}_{noun}")
        return method(**self.name, **arguments)

    def list_attached(self, **arguments):
        return getattr(self.iam, f"list_attached_{self.kind.lower()}_policies")(**self.name, **arguments)


@pytest.fixture(params=["User", "Group", "Role"])
def carrier(server, iam, request):
    name = fresh(request.param.lower())
    if request.param == "User":
        iam.create_user(UserName=name)
    elif request.param == "Group":
        iam.create_group(GroupName=name)
    else:
        owner = {"AWS": f"arn:aws:iam::{server.account}:root"}
        trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": owner})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    return Carrier(iam, request.param, name)


def test_policies_of_their_own(carrier):
    document = policy(allow(["kms:Encrypt", "s3:*"], ["arn:aws:kms:*:*:key/ü%2F+ *"]))
    carrier.call("put", "policy", PolicyName="one", PolicyDocument=document)
    carrier.call("put", "policy", PolicyName="two", PolicyDocument=policy(deny("kms:*")))
    told = carrier.call("get", "policy", PolicyName="one")
    assert told["PolicyDocument"] == json.loads(document)
    assert told["PolicyName"] == "one" and carrier.name.items() <= told.items()
    assert carrier.call("list", "policies")["PolicyNames"] == ["one", "two"]
    page = carrier.call("list", "policies", MaxItems=1)
    assert page["IsTruncated"] and page["PolicyNames"] == ["one"]
    assert carrier.call("list", "policies", Marker=page["Marker"])["PolicyNames"] == ["two"]
    carrier.call("put", "policy", PolicyName="one", PolicyDocument=policy(deny("kms:Encrypt")))
    assert carrier.call("get", "policy", PolicyName="one")["PolicyDocument"]["Statement"][0]["Effect"] == "Deny"
    carrier.call("delete", "policy", PolicyName="one")
    word = carrier.kind.lower()
    for verb in ("get", "delete"):
        with refused("NoSuchEntity", f"The {word} policy with name one cannot be found.", status=404):
            carrier.call(verb, "policy", PolicyName="one")
    with refused("DeleteConflict", "Cannot delete entity, must delete policies first.", status=409):
        getattr(carrier.iam, f"delete_{word}")(**carrier.name)


def test_a_document_comes_back_byte_for_byte_in_percent_encoding(server, iam):
    name = fresh("user")
    iam.create_user(UserName=name)
    document = '{"Version":"2012-10-17",\n  "Statement": [{"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:*:alias/~ü"}]}'
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    seen = []
    iam.meta.events.register("response-received.iam", lambda response_dict, **_: seen.append(response_dict["body"]))
    iam.get_user_policy(UserName=name, PolicyName="p")
    body = seen[-1].decode()
    encoded = body.partition("<PolicyDocument>")[2].partition("</PolicyDocument>")[0]
    assert encoded == urllib.parse.quote(document, safe="-_.~")


@pytest.mark.parametrize("kind, most", [("User", 2048), ("Group", 5120)])
def test_policies_of_their_own_have_room_together(iam, kind, most):
    name = fresh(kind.lower())
    getattr(iam, f"create_{kind.lower()}")(**{f"{kind}Name": name})
    carrier = Carrier(iam, kind, name)

    def document(size):
        bare = policy({"Sid": ""} | allow("kms:Encrypt")).replace(" ", "")
        return policy({"Sid": "x" * (size - len(bare))} | allow("kms:Encrypt"))

    carrier.call("put", "policy", PolicyName="one", PolicyDocument=document(1000))
    carrier.call("put", "policy", PolicyName="two", PolicyDocument=document(most - 1000) + " " * 500)
    message = f"Maximum policy size of {most} bytes exceeded for {kind.lower()} {name}"
    with refused("LimitExceeded", message, status=409):
        carrier.call("put", "policy", PolicyName="two", PolicyDocument=document(most - 999))


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "[]",
        '{"Version":"2012-10-17"}',
        policy({"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": "*"}),
        policy({"Effect": "Perhaps", "Action": "kms:*", "Resource": "*"}),
    ],
)
def test_what_is_no_policy(iam, document):
    name = fresh("user")
    iam.create_user(UserName=name)
    with refused("MalformedPolicyDocument"):
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    assert iam.list_user_policies(UserName=name)["PolicyNames"] == []


def test_attached_policies(carrier):
    for arn in (READ, KEY_USER, READ):
        carrier.call("attach", "policy", PolicyArn=arn)
    told = carrier.list_attached()["AttachedPolicies"]
    assert told == [
        {"PolicyName": "IAMReadOnlyAccess", "PolicyArn": READ},
        {"PolicyName": "ClavigerKeyUser", "PolicyArn": KEY_USER},
    ]
    page = carrier.list_attached(MaxItems=1)
    assert page["IsTruncated"] and carrier.list_attached(Marker=page["Marker"])["AttachedPolicies"] == told[1:]
    assert carrier.list_attached(PathPrefix="/elsewhere/")["AttachedPolicies"] == []
    with refused("DeleteConflict", "Cannot delete entity, must detach all policies first.", status=409):
        getattr(carrier.iam, f"delete_{carrier.kind.lower()}")(**carrier.name)
    carrier.call("detach", "policy", PolicyArn=READ)
    with refused("NoSuchEntity", f"Policy {READ} was not found.", status=404):
        carrier.call("detach", "policy", PolicyArn=READ)
    assert carrier.list_attached()["AttachedPolicies"] == told[1:]


def test_policies_that_cannot_be_attached(server, carrier):
    for arn in (
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        f"arn:aws:iam::{server.account}:policy/no-such-policy",
        "arn:aws:iam::999999999999:policy/of-somebody-else",
    ):
        with refused("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", status=404):
            carrier.call("attach", "policy", PolicyArn=arn)
    role = f"arn:aws:iam::{server.account}:role/a-role"
    with refused("InvalidInput", f"ARN {role} is not valid."):
        carrier.call("attach", "policy", PolicyArn=role)
    nonsense = "not an ARN but long enough"
    with refused("ValidationError", f"ARN {nonsense} is not valid."):
        carrier.call("attach", "policy", PolicyArn=nonsense)


def test_an_attached_policy_counts_from_the_next_request_on(server, iam, kms, key):
    member = Member(server, iam)
    theirs = member.client()
    with refused("AccessDeniedException"):
        theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    iam.attach_user_policy(UserName=member.name, PolicyArn=KEY_USER)
    theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    iam.detach_user_policy(UserName=member.name, PolicyArn=KEY_USER)
    with refused("AccessDeniedException"):
        theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")


def test_boundaries(server, iam):
    name = fresh("user")
    made = iam.create_user(UserName=name, PermissionsBoundary=READ)["User"]
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": READ}
    assert made["PermissionsBoundary"] == boundary
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"] == boundary
    assert "PermissionsBoundary" not in iam.list_users(PathPrefix="/")["Users"][0]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=KEY_USER)
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == KEY_USER
    iam.delete_user_permissions_boundary(UserName=name)
    assert "PermissionsBoundary" not in iam.get_user(UserName=name)["User"]
    with refused("NoSuchEntity", status=404):
        iam.delete_user_permissions_boundary(UserName=name)
    absent = "arn:aws:iam::aws:policy/NoSuchPolicy"
    with refused("NoSuchEntity", f"Policy {absent} does not exist or is not attachable.", status=404):
        iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=absent)
    with refused("NoSuchEntity", status=404):
        iam.create_user(UserName=fresh("user"), PermissionsBoundary=absent)


def test_one_key_and_nothing_else(server, iam, kms, key):
    other = kms.create_key()["KeyMetadata"]
    member = Member(server, iam, inline=policy(allow("kms:Encrypt", key["Arn"])))
    theirs = member.client()
    blob = theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"a secret")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"a secret"
    with refused("AccessDeniedException"):
        theirs.decrypt(CiphertextBlob=blob)
    with refused("AccessDeniedException"):
        theirs.encrypt(KeyId=other["KeyId"], Plaintext=b"x")
    iam.delete_user_policy(UserName=member.name, PolicyName="inline")
    with refused("AccessDeniedException"):
        theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")


def test_a_boundary_is_what_policies_can_allow_at_most(server, iam, key):
    member = Member(server, iam, inline=policy(allow("kms:*")))
    theirs = member.client()
    theirs.describe_key(KeyId=key["KeyId"])
    theirs.disable_key(KeyId=key["KeyId"])
    theirs.enable_key(KeyId=key["KeyId"])
    iam.put_user_permissions_boundary(UserName=member.name, PermissionsBoundary=KEY_USER)
    theirs.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    with refused("AccessDeniedException"):
        theirs.disable_key(KeyId=key["KeyId"])
    iam.delete_user_permissions_boundary(UserName=member.name)
    theirs.disable_key(KeyId=key["KeyId"])


def test_who_may_attach_only_one_policy(server, iam):
    only_read = allow(["iam:AttachUserPolicy", "iam:DetachUserPolicy"]) | {
        "Condition": {"ArnEquals": {"iam:PolicyARN": READ}}
    }
    deputy = Member(server, iam, inline=policy(only_read)).client("iam")
    user = iam.create_user(UserName=fresh("user"))["User"]["UserName"]
    deputy.attach_user_policy(UserName=user, PolicyArn=READ)
    deputy.detach_user_policy(UserName=user, PolicyArn=READ)
    with refused("AccessDenied", status=403):
        deputy.attach_user_policy(UserName=user, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert iam.list_attached_user_policies(UserName=user)["AttachedPolicies"] == []


def test_who_may_make_only_limited_users(server, iam):
    limited = {"Condition": {"StringEquals": {"iam:PermissionsBoundary": KEY_USER}}}
    actions = ["iam:CreateUser", "iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:PutUserPermissionsBoundary"]
    deputy = Member(server, iam, inline=policy(allow(actions) | limited)).client("iam")
    name = fresh("user")
    for more in ({}, {"PermissionsBoundary": READ}):
        with refused("AccessDenied", status=403):
            deputy.create_user(UserName=name, **more)
    deputy.create_user(UserName=name, PermissionsBoundary=KEY_USER)
    deputy.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(allow("*")))
    deputy.attach_user_policy(UserName=name, PolicyArn=READ)
    with refused("AccessDenied", status=403):
        deputy.put_user_permissions_boundary(UserName=name, PermissionsBoundary=READ)
    with refused("AccessDenied", status=403):
        deputy.delete_user_permissions_boundary(UserName=name)
    free = iam.create_user(UserName=fresh("user"))["User"]["UserName"]
    with refused("AccessDenied", status=403):
        deputy.put_user_policy(UserName=free, PolicyName="p", PolicyDocument=policy(allow("*")))
