"""What AWS documents about key states: every operation on a key in every state that a key can be brought to here."""

import csv
import os
import pathlib
import re

import pytest

from asking import Asking
from operations import ON_ACCOUNTS, ON_KEYS
from operations.key_bench import SYMMETRIC, KeyBench
from operations.key_states import (
    DISABLED,
    IMPORT_STATES,
    MADE_ELSEWHERE,
    MADE_HERE,
    NOT_PENDING,
    PENDING,
    STATES,
    WAITING,
    of_imported,
)
from server import ROOT

# Those that the system's libcrypto may not have are tried with the post-quantum keys.
ROWS = [row for row in ON_KEYS if not row.needs_newer_library]
# What keys for imported material are asked too.
OF_IMPORTED = [row for row in ROWS if row.kind == SYMMETRIC and not row.several_regions]

# AWS's own table, kept beside the checkout: nobody else's text is in this repository.
TABLE = pathlib.Path(os.environ.get("CLAVIGER_FACTS", ROOT.parent / "shared" / "facts")) / "aws-key-state-table.csv"

# What its footnotes say of symmetric keys; the others are about keys of other kinds and are no refusal.
FOOTNOTES = {1: DISABLED, 2: PENDING, 3: PENDING, 4: NOT_PENDING, 10: PENDING}
FOOTNOTES_OF_GENERATED = {**FOOTNOTES, 9: MADE_HERE}
FOOTNOTES_OF_IMPORTED = {**FOOTNOTES, 5: WAITING, 6: MADE_ELSEWHERE, 7: MADE_ELSEWHERE, 8: PENDING}


@pytest.fixture(scope="module")
def asking(server):
    with Asking(server) as asking:
        yield asking


def bench(asking, row, origin):
    # Imported keys have material that waits too, as otherwise there would be nothing to rotate to.
    somebody = f"arn:aws:iam::{asking.server.account}:user/somebody"
    return KeyBench(asking, row, somebody=somebody, origin=origin, pending=origin == "EXTERNAL")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_the_answer_is_the_documented_one(asking, row, state):
    judge(asking, bench(asking, row, "AWS_KMS"), row, state, row.states[STATES.index(state)])


@pytest.mark.parametrize("state", IMPORT_STATES)
@pytest.mark.parametrize("row", OF_IMPORTED, ids=repr)
def test_the_answer_of_a_key_for_imported_material_is_the_documented_one(asking, row, state):
    judge(asking, bench(asking, row, "EXTERNAL"), row, state, of_imported(row)[IMPORT_STATES.index(state)])


def judge(asking, bench, row, state, expected):
    parameters = row.request(bench)  # while all of it can still be made
    bench.bring_to(state)
    answer = asking.ask(asking.administrator, row.operation, parameters)
    if expected is None:
        assert answer.status == 200, answer
        return
    code, message = expected
    assert (answer.status, answer.code, answer.message) == (400, code, message.format(arn=bench.arn))
    assert bench.state() == state


def test_no_operation_is_left_out(wire, kms):
    """Whatever the server has is in the table, or touches no key."""
    there = {
        name
        for name in kms.meta.service_model.operation_names
        if wire.call(name, {}).error != "UnsupportedOperationException"
    }
    assert there == {row.operation for row in ON_KEYS + ON_ACCOUNTS}


@pytest.mark.skipif(not TABLE.is_file(), reason="SKIPPED: AWS's table isn't there. Name its folder in CLAVIGER_FACTS.")
def test_the_table_is_the_documented_one():
    rows = {row.name: row for row in ROWS}
    documented = {}
    with open(TABLE, newline="") as file:
        for line in csv.reader(file):
            if line[0] not in rows:
                continue
            documented[line[0]] = tuple(answer(cell, FOOTNOTES_OF_GENERATED) for cell in line[1:4])
            # Of keys of other kinds the table says nothing useful here: it is older than their import.
            if rows[line[0]].kind == SYMMETRIC:
                documented[line[0]] += tuple(answer(cell, FOOTNOTES_OF_IMPORTED) for cell in line[1:5])
    here = {name: rows[name].states + (() if rows[name].kind else of_imported(rows[name])) for name in documented}
    assert len(here) > 25
    assert here == documented


def answer(cell, footnotes):
    """A cell's refusal of a symmetric key; None where it succeeds. Where the material comes from is judged first."""
    notes = [footnotes[number] for number in map(int, re.findall(r"\[(\d+)\]", cell)) if number in footnotes]
    notes.sort(key=lambda note: note not in (MADE_HERE, MADE_ELSEWHERE))
    assert notes or not cell.startswith("X"), cell
    return notes[0] if notes else None
