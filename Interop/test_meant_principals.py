"""Names in key policies and grants mean those who had them when they were written."""

import json

import pytest

from expect import refused
from identities import fresh
from sessions import client


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture(scope="module")
def kms(server):
    return server.client()


def document(*principals, account):
    administration = {
        "Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*",
        "Resource": "*"}
    use = {"Sid": "Use", "Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "kms:Encrypt", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [administration, use]}, indent=1)


class Actor:
    """A user or a role that can be removed and made again, and clients that act as it."""

    def __init__(self, server, kind):
        self.server, self.kind, self.iam = server, kind, server.client("iam")
        self.name = fresh(kind)
        self.make()

    def make(self):
        if self.kind == "user":
            made = self.iam.create_user(UserName=self.name)["User"]
            self.id = made["UserId"]
            key = self.iam.create_access_key(UserName=self.name)["AccessKey"]
            self.key = key["AccessKeyId"]
            self.kms = self.server.client(access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
        else:
            trust = {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"AWS": self.server.account}, "Action": "sts:AssumeRole"}],
            }
            made = self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
            self.id = made["RoleId"]
            maker = self.iam.create_user(UserName=fresh("maker"))["User"]["UserName"]
            self.iam.attach_user_policy(UserName=maker, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
            key = self.iam.create_access_key(UserName=maker)["AccessKey"]
            sts = self.server.client("sts", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
            begun = sts.assume_role(RoleArn=made["Arn"], RoleSessionName="one")
            self.kms = client(self.server, begun["Credentials"])
        self.arn = made["Arn"]

    def remove(self):
        if self.kind == "user":
            self.iam.delete_access_key(UserName=self.name, AccessKeyId=self.key)
            self.iam.delete_user(UserName=self.name)
        else:
            self.iam.delete_role(RoleName=self.name)


@pytest.fixture(params=["user", "role"])
def actor(server, request):
    return Actor(server, request.param)


def test_a_newcomer_of_the_same_name_has_nothing_by_a_key_policy(server, kms, actor):
    policy = document(actor.arn, account=server.account)
    made = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
    put = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.put_key_policy(KeyId=put, Policy=policy)
    for key in (made, put):
        actor.kms.encrypt(KeyId=key, Plaintext=b"x")
        assert kms.get_key_policy(KeyId=key)["Policy"] == policy
    before = actor.id
    actor.remove()
    for key in (made, put):
        assert kms.get_key_policy(KeyId=key)["Policy"] == policy.replace(actor.arn, before)
    actor.make()
    assert actor.id != before
    for key in (made, put):
        with refused("AccessDeniedException"):
            actor.kms.encrypt(KeyId=key, Plaintext=b"x")
        assert kms.get_key_policy(KeyId=key)["Policy"] == policy.replace(actor.arn, before)
        # What is shown can't be put: nobody is called so.
        with refused("MalformedPolicyDocumentException"):
            kms.put_key_policy(KeyId=key, Policy=policy.replace(actor.arn, before))
        kms.put_key_policy(KeyId=key, Policy=policy)
        actor.kms.encrypt(KeyId=key, Plaintext=b"x")
        assert kms.get_key_policy(KeyId=key)["Policy"] == policy


def test_a_newcomer_of_the_same_name_has_nothing_by_a_grant(server, kms, actor):
    key = kms.create_key()["KeyMetadata"]
    terms = dict(
        KeyId=key["KeyId"], GranteePrincipal=actor.arn, RetiringPrincipal=actor.arn, Operations=["Encrypt"], Name="one")
    made = kms.create_grant(**terms)
    assert kms.create_grant(**terms)["GrantId"] == made["GrantId"]
    actor.kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    actor.remove()
    actor.make()
    with refused("AccessDeniedException"):
        actor.kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    with refused("AccessDeniedException"):
        actor.kms.retire_grant(GrantToken=made["GrantToken"])


def test_a_name_that_nobody_had_is_for_whoever_gets_it(server, kms):
    name = fresh("later")
    arn = f"arn:aws:iam::{server.account}:user/{name}"
    key = kms.create_key(Policy=document(arn, account=server.account))["KeyMetadata"]["KeyId"]
    iam = server.client("iam")
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    server.client(access_key=made["AccessKeyId"], secret_key=made["SecretAccessKey"]).encrypt(KeyId=key, Plaintext=b"x")
