"""The other kinds of resource and data source of Terraform's AWS provider: key pairs, HMAC keys, multi-Region keys and their
replicas, imported material, public keys, secrets. Applied, planned again without drift, changed, destroyed."""

import base64
import datetime
import json

import pytest

import outside
from terraform import ELSEWHERE, Terraform, needs_terraform

pytestmark = needs_terraform

MAIN = """
variable "description" {
  default = "made by Terraform"
}

variable "is_enabled" {
  default = true
}

variable "material" {
  sensitive = true
}

resource "aws_kms_key" "curve" {
  description              = var.description
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "agreement" {
  customer_master_key_spec = "ECC_NIST_P384"
  key_usage                = "KEY_AGREEMENT"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "rsa" {
  customer_master_key_spec = "RSA_2048"
  key_usage                = "ENCRYPT_DECRYPT"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "code" {
  customer_master_key_spec = "HMAC_256"
  key_usage                = "GENERATE_VERIFY_MAC"
  deletion_window_in_days  = 7
  is_enabled               = var.is_enabled
  tags                     = { kind = "hmac" }
}

resource "aws_kms_alias" "curve" {
  name_prefix   = "alias/terraform-curve-"
  target_key_id = aws_kms_key.curve.arn
}

resource "aws_kms_grant" "curve" {
  key_id            = aws_kms_key.curve.key_id
  grantee_principal = "arn:aws:iam::${var.account}:user/alice"
  operations        = ["Sign", "Verify", "GetPublicKey"]
}

resource "aws_kms_key" "primary" {
  description             = var.description
  multi_region            = true
  enable_key_rotation     = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "replica" {
  provider                = aws.elsewhere
  description             = "a replica"
  primary_key_arn         = aws_kms_key.primary.arn
  deletion_window_in_days = 7
  tags                    = { role = "replica" }
}

resource "aws_kms_external_key" "external" {
  description             = var.description
  key_material_base64     = var.material
  deletion_window_in_days = 7
  enabled                 = true
}

resource "aws_kms_external_key" "expiring" {
  key_material_base64     = var.material
  valid_to                = "%(valid_to)s"
  deletion_window_in_days = 7
}

resource "aws_kms_external_key" "shared" {
  multi_region            = true
  key_material_base64     = var.material
  deletion_window_in_days = 7
  enabled                 = true
}

resource "aws_kms_replica_external_key" "shared" {
  provider                = aws.elsewhere
  primary_key_arn         = aws_kms_external_key.shared.arn
  key_material_base64     = var.material
  deletion_window_in_days = 7
  enabled                 = true
}

resource "aws_kms_key_policy" "code" {
  key_id = aws_kms_key.code.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Account"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.account}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_ciphertext" "elsewhere" {
  provider  = aws.elsewhere
  key_id    = aws_kms_replica_key.replica.arn
  plaintext = "sealed by the replica"
  context   = { tenant = "blue" }
}

data "aws_kms_public_key" "curve" {
  key_id = aws_kms_key.curve.arn
}

data "aws_kms_key" "primary" {
  key_id     = aws_kms_key.primary.arn
  depends_on = [aws_kms_replica_key.replica]
}

data "aws_kms_secrets" "sealed" {
  secret {
    name    = "one"
    payload = aws_kms_ciphertext.elsewhere.ciphertext_blob
    context = { tenant = "blue" }
  }
}

output "curve" { value = aws_kms_key.curve.arn }
output "public_key" { value = data.aws_kms_public_key.curve.public_key }
output "public_key_pem" { value = data.aws_kms_public_key.curve.public_key_pem }
output "primary" { value = aws_kms_key.primary.key_id }
output "replica" { value = aws_kms_replica_key.replica.arn }
output "regions" { value = data.aws_kms_key.primary.multi_region_configuration }
output "code" { value = aws_kms_key.code.key_id }
output "external" { value = aws_kms_external_key.external.id }
output "expiring" { value = aws_kms_external_key.expiring.id }
output "expiring_model" { value = aws_kms_external_key.expiring.expiration_model }
output "shared" { value = aws_kms_external_key.shared.id }
output "secret" {
  value     = data.aws_kms_secrets.sealed.plaintext["one"]
  sensitive = true
}
"""
MATERIAL = base64.b64encode(bytes(range(32))).decode()
VALID_TO = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=90)


@pytest.fixture(scope="module")
def terraform(server, tmp_path_factory):
    prepared = Terraform(server, tmp_path_factory.mktemp("terraform"), MAIN % {"valid_to": VALID_TO.strftime("%Y-%m-%dT%H:%M:%SZ")})
    prepared.environment["TF_VAR_material"] = MATERIAL
    return prepared


def state_of(client, key):
    return client.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def test_apply_plan_change_and_destroy(server, kms, terraform):
    terraform.run("apply", "-auto-approve", "-no-color")
    told = terraform.outputs()
    elsewhere = server.client(region=ELSEWHERE)
    look_at_key_pairs(kms, told)
    look_at_replicas(server, elsewhere, told)
    look_at_imports(kms, elsewhere, told)

    # 0: nothing to change; 2 would be drift.
    terraform.run("plan", "-detailed-exitcode", "-no-color")

    change = ("-var", "description=changed", "-var", "is_enabled=false")
    terraform.run("apply", "-auto-approve", "-no-color", *change)
    assert state_of(kms, told["code"]) == "Disabled"
    assert kms.describe_key(KeyId=told["primary"])["KeyMetadata"]["Description"] == "changed"
    terraform.run("plan", "-detailed-exitcode", "-no-color", *change)

    terraform.run("destroy", "-auto-approve", "-no-color")
    for key in (told["curve"], told["code"], told["external"], told["expiring"]):
        assert state_of(kms, key) == "PendingDeletion"
    assert state_of(elsewhere, told["replica"]) == "PendingDeletion"
    assert state_of(kms, told["primary"]) == state_of(kms, told["shared"]) == "PendingReplicaDeletion"


def look_at_key_pairs(kms, told):
    public = outside.public_key(base64.b64decode(told["public_key"]))
    signed = kms.sign(KeyId=told["curve"], Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    assert outside.verifies(outside.spki(public), "ECDSA_SHA_256", b"m", signed)
    assert told["public_key_pem"].startswith("-----BEGIN PUBLIC KEY-----")
    (grant,) = kms.list_grants(KeyId=told["curve"])["Grants"]
    assert sorted(grant["Operations"]) == ["GetPublicKey", "Sign", "Verify"]
    policy = json.loads(kms.get_key_policy(KeyId=told["code"], PolicyName="default")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["Account"]


def look_at_replicas(server, elsewhere, told):
    assert told["secret"] == "sealed by the replica"
    (regions,) = told["regions"]
    assert regions["multi_region_key_type"] == "PRIMARY"
    assert [replica["region"] for replica in regions["replica_keys"]] == [ELSEWHERE]
    assert told["replica"].split(":")[3] == ELSEWHERE and told["replica"].endswith(told["primary"])
    replica = elsewhere.describe_key(KeyId=told["replica"])["KeyMetadata"]
    assert replica["MultiRegionConfiguration"]["PrimaryKey"]["Region"] == server.region
    tags = elsewhere.list_resource_tags(KeyId=told["replica"])["Tags"]
    assert tags == [{"TagKey": "role", "TagValue": "replica"}]


def look_at_imports(kms, elsewhere, told):
    external = kms.describe_key(KeyId=told["external"])["KeyMetadata"]
    assert (external["Origin"], external["KeyState"]) == ("EXTERNAL", "Enabled")
    assert external["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE"
    expiring = kms.describe_key(KeyId=told["expiring"])["KeyMetadata"]
    assert told["expiring_model"] == expiring["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"
    assert expiring["ValidTo"] == VALID_TO
    assert state_of(kms, told["shared"]) == state_of(elsewhere, told["shared"]) == "Enabled"
