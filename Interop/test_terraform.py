"""Terraform's AWS provider: apply, a plan without drift, a change, somebody's hand, destroy."""

import base64
import json

import pytest

from terraform import ELSEWHERE, Terraform, needs_terraform

pytestmark = needs_terraform

# The provider may ask for the account id: destroying an `aws_kms_key_policy` sets a default policy that names it.
MAIN = """
variable "description" {
  default = "made by Terraform"
}
variable "stage" {
  default = "test"
}

resource "aws_kms_key" "primary" {
  multi_region            = true
  enable_key_rotation     = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "replica" {
  provider                = aws.elsewhere
  primary_key_arn         = aws_kms_key.primary.arn
  description             = "a replica"
  deletion_window_in_days = 8
  tags = {
    team = "keys"
  }
}

resource "aws_kms_key" "main" {
  description             = var.description
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = 180
  tags = {
    stage = var.stage
    team  = "keys"
  }
}

resource "aws_kms_alias" "main" {
  name          = "alias/terraform-main"
  target_key_id = aws_kms_key.main.key_id
}

resource "aws_kms_grant" "main" {
  name               = "from-terraform"
  key_id             = aws_kms_key.main.key_id
  grantee_principal  = "arn:aws:iam::${var.account}:user/alice"
  retiring_principal = "arn:aws:iam::${var.account}:role/retirer"
  operations         = ["Encrypt", "Decrypt", "GenerateDataKey"]
  constraints {
    encryption_context_equals = { tenant = "blue" }
  }
}

resource "aws_kms_grant" "retired" {
  key_id            = aws_kms_key.plain.key_id
  grantee_principal = "arn:aws:iam::${var.account}:root"
  operations        = ["DescribeKey"]
  retire_on_delete  = true
}

resource "aws_kms_key" "plain" {
  deletion_window_in_days = 7
}

resource "aws_kms_key" "guarded" {
  deletion_window_in_days = 30
  is_enabled              = false
}

resource "aws_kms_key_policy" "guarded" {
  key_id = aws_kms_key.guarded.id
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "from-terraform"
    Statement = [
      {
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "BlueOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = ["kms:Decrypt"]
        Resource  = "*"
        Condition = { StringNotEquals = { "kms:EncryptionContext:tenant" = "blue" } }
      },
    ]
  })
}

resource "aws_kms_ciphertext" "main" {
  key_id    = aws_kms_key.main.key_id
  plaintext = "what Terraform keeps"
  context   = { tenant = "blue" }
}

data "aws_caller_identity" "me" {}

data "aws_kms_key" "main" {
  key_id = aws_kms_key.main.key_id
}

data "aws_kms_alias" "main" {
  name = aws_kms_alias.main.name
}

output "replica" { value = aws_kms_replica_key.replica.arn }
output "replicates" { value = aws_kms_replica_key.replica.key_rotation_enabled }
output "key" { value = aws_kms_key.main.arn }
output "grant" { value = aws_kms_grant.main.grant_id }
output "guarded" { value = aws_kms_key.guarded.key_id }
output "ciphertext" { value = aws_kms_ciphertext.main.ciphertext_blob }
output "described" { value = data.aws_kms_key.main.key_state }
output "alias_target" { value = data.aws_kms_alias.main.target_key_arn }
output "caller" { value = data.aws_caller_identity.me.account_id }
"""


@pytest.fixture(scope="module")
def terraform(server, tmp_path_factory):
    return Terraform(server, tmp_path_factory.mktemp("terraform"), MAIN)


def test_apply_plan_change_and_destroy(server, kms, terraform):
    terraform.run("apply", "-auto-approve", "-no-color")
    told = terraform.outputs()
    assert told["described"] == "Enabled"
    assert told["alias_target"] == told["key"]
    assert told["caller"] == server.account
    opened = kms.decrypt(CiphertextBlob=base64.b64decode(told["ciphertext"]), EncryptionContext={"tenant": "blue"})
    assert opened["Plaintext"] == b"what Terraform keeps" and opened["KeyId"] == told["key"]
    assert kms.describe_key(KeyId=told["guarded"])["KeyMetadata"]["KeyState"] == "Disabled"
    rotation = kms.get_key_rotation_status(KeyId=told["key"])
    assert (rotation["KeyRotationEnabled"], rotation["RotationPeriodInDays"]) == (True, 180)
    (grant,) = kms.list_grants(KeyId=told["key"])["Grants"]
    assert (grant["GrantId"], grant["Name"]) == (told["grant"], "from-terraform")
    policy = json.loads(kms.get_key_policy(KeyId=told["guarded"], PolicyName="default")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["Account", "BlueOnly"]

    there, key = server.client(region=ELSEWHERE), told["replica"].rpartition("/")[2]
    assert told["replica"] == f"arn:aws:kms:{ELSEWHERE}:{server.account}:key/{key}" and told["replicates"] is True
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert there.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"

    # 0: nothing to change; 2 would be drift.
    terraform.run("plan", "-detailed-exitcode", "-no-color")

    change = ("-var", "description=changed", "-var", "stage=production")
    terraform.run("apply", "-auto-approve", "-no-color", *change)
    assert kms.describe_key(KeyId="alias/terraform-main")["KeyMetadata"]["Description"] == "changed"
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=told["key"])["Tags"]}
    assert tags == {"stage": "production", "team": "keys"}
    terraform.run("plan", "-detailed-exitcode", "-no-color", *change)

    # Somebody's hand is drift, and the plan says so.
    kms.untag_resource(KeyId=told["key"], TagKeys=["team"])
    terraform.run("plan", "-detailed-exitcode", "-no-color", *change, accepts=(2,))

    terraform.run("destroy", "-auto-approve", "-no-color")
    assert "from-terraform" not in kms.get_key_policy(KeyId=told["guarded"])["Policy"]
    assert there.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    waiting = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (waiting["KeyState"], waiting["PendingDeletionWindowInDays"]) == ("PendingReplicaDeletion", 7)
    metadata = kms.describe_key(KeyId=told["key"])["KeyMetadata"]
    assert metadata["KeyState"] == "PendingDeletion"
    assert kms.list_aliases(KeyId=told["key"])["Aliases"] == []
    assert kms.list_grants(KeyId=told["key"])["Grants"] == []
