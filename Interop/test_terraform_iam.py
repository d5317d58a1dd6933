"""Terraform's AWS provider on users and groups: apply, a plan without drift, a change, destroy."""

import json

import pytest

from expect import refused
from terraform import Terraform, needs_terraform

pytestmark = needs_terraform

MAIN = """
variable "path" {
  default = "/"
}
variable "stage" {
  default = "test"
}
variable "effect" {
  default = "Allow"
}

resource "aws_kms_key" "main" {
  deletion_window_in_days = 7
}

resource "aws_iam_user" "worker" {
  name                 = "terraform-worker"
  path                 = var.path
  permissions_boundary = "arn:aws:iam::aws:policy/AdministratorAccess"
  force_destroy        = true
  tags = {
    stage = var.stage
    team  = "keys"
  }
}

resource "aws_iam_user_policy" "encrypt" {
  name = "encrypt"
  user = aws_iam_user.worker.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:Encrypt"]
      Resource = aws_kms_key.main.arn
    }]
  })
}

resource "aws_iam_user_policy_attachment" "read" {
  user       = aws_iam_user.worker.name
  policy_arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}

resource "aws_iam_access_key" "worker" {
  user = aws_iam_user.worker.name
}

resource "aws_iam_group" "staff" {
  name = "terraform-staff"
  path = var.path
}

resource "aws_iam_group_policy" "describe" {
  name  = "describe"
  group = aws_iam_group.staff.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = var.effect, Action = "kms:DescribeKey", Resource = "*" }]
  })
}

resource "aws_iam_group_policy_attachment" "audit" {
  group      = aws_iam_group.staff.name
  policy_arn = "arn:aws:iam::aws:policy/ClavigerAuditor"
}

resource "aws_iam_group_membership" "staff" {
  name  = "terraform-membership"
  group = aws_iam_group.staff.name
  users = [aws_iam_user.worker.name]
}

data "aws_iam_user" "worker" {
  user_name = aws_iam_user.worker.name
}

data "aws_iam_group" "staff" {
  group_name = aws_iam_group.staff.name
  depends_on = [aws_iam_group_membership.staff]
}

output "key" { value = aws_kms_key.main.arn }
output "user" { value = data.aws_iam_user.worker.arn }
output "members" { value = data.aws_iam_group.staff.users[*].user_name }
output "access_key" { value = aws_iam_access_key.worker.id }
output "secret" {
  value     = aws_iam_access_key.worker.secret
  sensitive = true
}
"""

USER = "terraform-worker"
GROUP = "terraform-staff"


@pytest.fixture(scope="module")
def terraform(server, tmp_path_factory):
    return Terraform(server, tmp_path_factory.mktemp("terraform-iam"), MAIN)


def test_apply_plan_change_and_destroy(server, terraform):
    iam = server.client("iam")
    terraform.run("apply", "-auto-approve", "-no-color")
    told = terraform.outputs()
    assert told["user"] == f"arn:aws:iam::{server.account}:user/{USER}" and told["members"] == [USER]
    theirs = server.client(access_key=told["access_key"], secret_key=told["secret"])
    theirs.encrypt(KeyId=told["key"], Plaintext=b"x")
    theirs.describe_key(KeyId=told["key"])

    # 0: nothing to change; 2 would be drift.
    terraform.run("plan", "-detailed-exitcode", "-no-color")

    change = ("-var", "path=/moved/", "-var", "stage=production", "-var", "effect=Deny")
    terraform.run("apply", "-auto-approve", "-no-color", *change)
    assert iam.get_user(UserName=USER)["User"]["Arn"].endswith(f":user/moved/{USER}")
    tags = {tag["Key"]: tag["Value"] for tag in iam.list_user_tags(UserName=USER)["Tags"]}
    assert tags == {"stage": "production", "team": "keys"}
    with refused("AccessDeniedException", matching="explicit deny"):
        theirs.describe_key(KeyId=told["key"])
    terraform.run("plan", "-detailed-exitcode", "-no-color", *change)

    # Somebody's hand is drift, and the plan says so.
    document = json.dumps(iam.get_user_policy(UserName=USER, PolicyName="encrypt")["PolicyDocument"])
    iam.put_user_policy(
        UserName=USER, PolicyName="encrypt", PolicyDocument=document.replace("kms:Encrypt", "kms:Decrypt")
    )
    terraform.run("plan", "-detailed-exitcode", "-no-color", *change, accepts=(2,))

    # Whatever somebody gave the user meanwhile goes with it.
    iam.create_access_key(UserName=USER)
    terraform.run("destroy", "-auto-approve", "-no-color")
    with refused("NoSuchEntity", status=404):
        iam.get_user(UserName=USER)
    with refused("NoSuchEntity", status=404):
        iam.get_group(GroupName=GROUP)
    with refused("UnrecognizedClientException"):
        theirs.encrypt(KeyId=told["key"], Plaintext=b"x")
