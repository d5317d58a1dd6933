"""The table of operations is whole: whatever is in the installed models has a row, or the documentation says why not.

What is asked of every row (test_authorization_matrix, test_key_states, test_bad_query) is then asked of every operation."""

import re

import pytest

import model
import operations
from asking import SERVICES, service_model, service_of
from server import ROOT

PAGE = ROOT / "docs" / "protocols" / "aws-iam.md"


def explained(service):
    """The operations that the documentation says aren't here."""
    if service == "kms":
        return {where for where, value in model.reasons() if value is None and "." not in where}
    _, found, rest = PAGE.read_text().partition(model.HEADING + "\n")
    assert found, f"{PAGE} has no section '{model.HEADING}'"
    table = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    return {name for line in table for name in re.findall(r"`(\w+)`", line.split("|")[1])}


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_row_or_a_reason(service):
    assert operations.lacking(service, explained(service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_row_is_of_an_operation_that_is_explained_away(service):
    assert not {row.operation for row in operations.ROWS if service_of(row.operation) == service} & explained(service)


def test_an_operation_with_neither_is_noticed():
    assert "CreateLoginProfile" in operations.lacking("iam", ())
    assert "CreateLoginProfile" not in operations.lacking("iam", ("CreateLoginProfile",))


def test_names_of_rows_are_names_of_operations_and_each_is_one_row():
    names = [row.name for row in operations.ROWS]
    assert len(names) == len(set(names))
    for row in operations.ROWS:
        assert row.operation in service_model(service_of(row.operation)).operation_names


def test_every_right_is_one_of_the_service_or_of_one_that_it_calls():
    for row in operations.WITH_RIGHTS:
        assert row.rights, f"{row} needs no right: then it belongs to those that are free"
        assert row.rights[0].action.split(":")[0] == service_of(row.operation)
