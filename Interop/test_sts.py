"""Who am I, asked in the two ways in which everybody asks."""

import json
import os
import re
import subprocess
import sys

from expect import refused
from server import PATIENCE

AWS = os.path.join(os.path.dirname(sys.executable), "aws")


def test_boto3_is_told_who_it_is(server):
    told = server.client("sts").get_caller_identity()
    assert told["Account"] == server.account
    assert re.fullmatch(rf"arn:aws:iam::{server.account}:(root|user/[\w+=,.@/-]+)", told["Arn"])
    assert told["UserId"]
    assert told["ResponseMetadata"]["RequestId"]


def test_the_command_line_is_told_the_same(server):
    answer = subprocess.run(
        [AWS, "sts", "get-caller-identity", "--endpoint-url", server.endpoint],
        env=server.client_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    expected = server.client("sts").get_caller_identity()
    assert told == {name: expected[name] for name in ("UserId", "Account", "Arn")}


def test_it_works_over_tls_and_in_every_region(server):
    assert server.client("sts", tls=True, region="eu-west-3").get_caller_identity()["Account"] == server.account


def test_a_wrong_secret_is_refused(server):
    with refused("SignatureDoesNotMatch", status=403):
        server.client("sts", secret_key="not the secret").get_caller_identity()


def test_an_unknown_access_key_is_refused(server):
    with refused("InvalidClientTokenId", "The security token included in the request is invalid.", status=403):
        server.client("sts", access_key="AKIAIOSFODNN7EXAMPLE").get_caller_identity()
