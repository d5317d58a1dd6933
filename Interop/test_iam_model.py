"""The installed models of IAM and STS against the server: whatever operation is in them is here, or the documentation says why not.

An operation is here if the server doesn't answer that it has none."""

import re

import botocore.config
import botocore.exceptions
import botocore.loaders
import botocore.session
import pytest
from botocore import xform_name

from server import PATIENCE, ROOT

PAGE = ROOT / "docs" / "protocols" / "aws-iam.md"
HEADING = "## Not here, and why"
SERVICES = ("iam", "sts")
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}


def operations(service):
    return sorted(botocore.loaders.Loader().load_service_model(service, "service-2")["operations"])


def reasons(text=None):
    """{operation: why it isn't here}, from the table under the heading: rows of operations and a reason."""
    text = PAGE.read_text() if text is None else text
    _, found, rest = text.partition(HEADING + "\n")
    assert found, f"{PAGE} has no section '{HEADING}'"
    told = {}
    for line in [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("|")][2:]:
        row = re.match(r"^\| (?P<names>`\w+`(, `\w+`)*) \| (?P<why>[^|`]+) \|$", line)
        assert row, f"not a row of the table: {line}"
        for name in re.findall(r"`(\w+)`", row["names"]):
            assert name not in told, f"twice in the table: {name}"
            told[name] = row["why"].strip()
    return told


class Asker:
    """Calls operations without any parameter, whatever their models ask for."""

    def __init__(self, server, service):
        session = botocore.session.Session()
        config = botocore.config.Config(
            parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=PATIENCE, proxies={}
        )
        self.client = session.create_client(
            service, region_name=server.region, endpoint_url=server.endpoint, config=config,
            aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
        )

    def error(self, operation):
        try:
            getattr(self.client, xform_name(operation))()
        except botocore.exceptions.ClientError as error:
            return error.response
        return None

    def lacks(self, operation):
        told = self.error(operation)
        return told is not None and told["Error"]["Code"] == "InvalidAction"


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_here_or_explained(server, service):
    asker, explained = Asker(server, service), reasons()
    missing = {name for name in operations(service) if asker.lacks(name)}
    unexplained = sorted(missing - set(explained))
    assert not unexplained, "neither here nor explained"
    needless = sorted((set(operations(service)) & set(explained)) - missing)
    assert not needless, "explained, but here"


def test_no_reason_outlives_its_operation():
    known = {name for service in SERVICES for name in operations(service)}
    assert not set(reasons()) - known


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_missing_is_said_in_awss_words(server, service):
    asker = Asker(server, service)
    for name in sorted(set(operations(service)) & set(reasons()))[:3]:
        told = asker.error(name)
        message = f"Could not find operation {name} for version {VERSIONS[service]}"
        assert told["Error"] == {"Type": "Sender", "Code": "InvalidAction", "Message": message}
        assert told["ResponseMetadata"]["HTTPStatusCode"] == 400 and told["ResponseMetadata"]["RequestId"]


class TestTheWalkItself:
    """It must be able to fail."""

    def test_what_is_here_is_found(self, server):
        assert not Asker(server, "iam").lacks("ListUsers")

    def test_a_table_that_cannot_be_read_is_no_table(self):
        table = f"{HEADING}\n\n| operations | why |\n|---|---|\n| `A`, `B` | because |\n"
        assert reasons(table) == {"A": "because", "B": "because"}
        for spoiled in (table.replace("because", ""), table.replace("`A`", "A"), table + table.splitlines()[-1]):
            with pytest.raises(AssertionError):
                reasons(spoiled)
