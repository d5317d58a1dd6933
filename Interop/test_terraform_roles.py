"""Terraform's AWS provider on roles, managed policies and providers of tokens: apply, no drift, change, somebody's hand, destroy."""

import json

import pytest

from expect import refused
from identities import fresh
from terraform import Terraform, needs_terraform

pytestmark = needs_terraform

MAIN = """
variable "description" {
  default = "made by Terraform"
}
variable "seconds" {
  default = 3600
}
variable "action" {
  default = "kms:Encrypt"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${var.account}:root"]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.main.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${aws_iam_openid_connect_provider.main.url}:aud"
      values   = ["claviger"]
    }
  }
}

data "aws_iam_policy_document" "keys" {
  statement {
    sid       = "UseKeys"
    actions   = [var.action, "kms:DescribeKey"]
    resources = ["arn:aws:kms:*:${var.account}:key/*"]
    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:tenant"
      values   = ["blue"]
    }
  }
}

resource "aws_iam_openid_connect_provider" "main" {
  url             = "https://issuer.%(suffix)s.example.com/realm"
  client_id_list  = ["claviger", "another"]
  thumbprint_list = ["%(thumbprint)s"]
  tags            = { team = "keys" }
}

resource "aws_iam_policy" "keys" {
  name        = "keys-%(suffix)s"
  path        = "/terraform/"
  description = "using keys"
  policy      = data.aws_iam_policy_document.keys.json
  tags        = { team = "keys" }
}

resource "aws_iam_policy" "limit" {
  name   = "limit-%(suffix)s"
  policy = jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Action = "kms:*", Resource = "*" } })
}

resource "aws_iam_role" "main" {
  name                 = "role-%(suffix)s"
  path                 = "/terraform/"
  description          = var.description
  max_session_duration = var.seconds
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = aws_iam_policy.limit.arn
  tags                 = { team = "keys" }
}

resource "aws_iam_role" "plain" {
  name_prefix        = "plain-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "own" {
  role       = aws_iam_role.main.name
  policy_arn = aws_iam_policy.keys.arn
}

resource "aws_iam_role_policy_attachment" "built_in" {
  role       = aws_iam_role.main.name
  policy_arn = data.aws_iam_policy.built_in.arn
}

data "aws_iam_policy" "built_in" {
  name = "ClavigerAuditor"
}

data "aws_iam_role" "main" {
  name = aws_iam_role.main.name
}

output "role" { value = data.aws_iam_role.main.arn }
output "name" { value = aws_iam_role.main.name }
output "policy" { value = aws_iam_policy.keys.arn }
output "provider" { value = aws_iam_openid_connect_provider.main.arn }
"""


@pytest.fixture(scope="module")
def terraform(server, tmp_path_factory):
    names = {"suffix": fresh("x"), "thumbprint": "a" * 40}
    configuration = MAIN
    for name, value in names.items():
        configuration = configuration.replace(f"%({name})s", value)
    return Terraform(server, tmp_path_factory.mktemp("roles"), configuration)


def test_apply_plan_change_and_destroy(server, terraform):
    iam = server.client("iam")
    terraform.run("apply", "-auto-approve", "-no-color")
    told = terraform.outputs()
    role = iam.get_role(RoleName=told["name"])["Role"]
    assert told["role"] == role["Arn"] and role["Path"] == "/terraform/"
    assert (role["Description"], role["MaxSessionDuration"]) == ("made by Terraform", 3600)
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].rpartition("/")[2].startswith("limit-")
    federated = role["AssumeRolePolicyDocument"]["Statement"][1]["Principal"]["Federated"]
    assert federated == told["provider"]
    attached = iam.list_attached_role_policies(RoleName=told["name"])["AttachedPolicies"]
    assert {entry["PolicyArn"] for entry in attached} == {told["policy"], "arn:aws:iam::aws:policy/ClavigerAuditor"}

    # 0: nothing to change; 2 would be drift.
    terraform.run("plan", "-detailed-exitcode", "-no-color")

    change = ("-var", "description=changed", "-var", "seconds=7200", "-var", "action=kms:Decrypt")
    terraform.run("apply", "-auto-approve", "-no-color", *change)
    role = iam.get_role(RoleName=told["name"])["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("changed", 7200)
    policy = iam.get_policy(PolicyArn=told["policy"])["Policy"]
    version = iam.get_policy_version(PolicyArn=told["policy"], VersionId=policy["DefaultVersionId"])
    assert version["PolicyVersion"]["Document"]["Statement"][0]["Action"] == ["kms:DescribeKey", "kms:Decrypt"]
    terraform.run("plan", "-detailed-exitcode", "-no-color", *change)

    # Somebody's hand is drift, and the plan says so.
    iam.untag_role(RoleName=told["name"], TagKeys=["team"])
    terraform.run("plan", "-detailed-exitcode", "-no-color", *change, accepts=(2,))

    terraform.run("destroy", "-auto-approve", "-no-color")
    for call in (
        lambda: iam.get_role(RoleName=told["name"]),
        lambda: iam.get_policy(PolicyArn=told["policy"]),
        lambda: iam.get_open_id_connect_provider(OpenIDConnectProviderArn=told["provider"]),
    ):
        with refused("NoSuchEntity", status=404):
            call()
    assert json.dumps(iam.list_roles()["Roles"], default=str).count("plain-") == 0
