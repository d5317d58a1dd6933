"""The `terraform` binary with AWS's provider, on a folder of its own.

It needs the binary and a filesystem mirror with the provider: name its folder in CLAVIGER_TF_MIRROR, or a configuration of
your own in TF_CLI_CONFIG_FILE. Without them the suites are skipped, and say so."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

from server import PATIENCE, clean_environment

PROVIDER = "5.100.0"
TERRAFORM = shutil.which("terraform")
MIRROR = os.environ.get("CLAVIGER_TF_MIRROR")
CONFIGURATION = os.environ.get("TF_CLI_CONFIG_FILE")


def missing():
    if TERRAFORM is None:
        return "terraform is not installed"
    if MIRROR is not None:
        return None if os.path.isdir(MIRROR) else f"CLAVIGER_TF_MIRROR names no folder: {MIRROR}"
    if CONFIGURATION is None or not os.path.isfile(CONFIGURATION):
        return "no provider mirror: name its folder in CLAVIGER_TF_MIRROR"
    return None


needs_terraform = pytest.mark.skipif(missing() is not None, reason=f"Terraform: {missing()}")

# What every configuration begins with: the provider, here and in another Region.
PREAMBLE = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "= %(provider)s"
    }
  }
}

variable "endpoint" {}
variable "account" {}

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  endpoints {
    iam = var.endpoint
    kms = var.endpoint
    sts = var.endpoint
  }
}

provider "aws" {
  alias                       = "elsewhere"
  region                      = "%(elsewhere)s"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  endpoints {
    iam = var.endpoint
    kms = var.endpoint
    sts = var.endpoint
  }
}
"""
ELSEWHERE = "eu-west-1"


class Terraform:
    """A configuration, prepared to be applied."""

    def __init__(self, server, folder, configuration):
        self.folder = pathlib.Path(folder)
        (self.folder / "main.tf").write_text(PREAMBLE % {"provider": PROVIDER, "elsewhere": ELSEWHERE} + configuration)
        settings = CONFIGURATION
        if MIRROR is not None:
            settings = self.folder / "terraform.rc"
            settings.write_text(
                f'provider_installation {{\n  filesystem_mirror {{\n    path = "{MIRROR}"\n  }}\n}}\n'
                "disable_checkpoint = true\n"
            )
        self.environment = clean_environment(
            **server.exports,
            TF_CLI_CONFIG_FILE=str(settings),
            TF_IN_AUTOMATION="1",
            TF_INPUT="0",
            TF_VAR_endpoint=server.endpoint,
            TF_VAR_account=server.account,
            CHECKPOINT_DISABLE="1",
        )
        self.run("init", "-no-color")

    def run(self, *arguments, accepts=(0,)):
        answer = subprocess.run(
            [TERRAFORM, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=5 * PATIENCE,
        )
        assert answer.returncode in accepts, f"terraform {arguments}: {answer.stdout}\n{answer.stderr}"
        return answer

    def outputs(self):
        told = json.loads(self.run("output", "-json").stdout)
        return {name: entry["value"] for name, entry in told.items()}
