"""The oracle of access decisions against the documented examples, and its generator against what it has to reach.

Nothing here asks a server: this is what has to hold before a comparison with one means anything."""

import collections
import itertools
import json
import os
import pathlib
import subprocess
import sys
import time

import pytest

from oracle import features, operators, readings
from oracle.evaluator import decide, explained_by
from oracle.examples import ROWS
from oracle.generator import cases
from oracle.patterns import Missing
from oracle.statements import Request, listed

SEED = 2026
COUNT = 20_000
# How often each feature has to be in a case that is allowed, and in one that isn't.
EACH_WAY = 20
# Far below what a quiet machine does: only a fall by an order of magnitude is a failure.
CASES_A_SECOND = 1000

FOLDER = pathlib.Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def made():
    return list(itertools.islice(cases(SEED), COUNT))


@pytest.fixture(scope="module")
def decisions(made):
    return [decide(case) for case in made]


@pytest.mark.parametrize(("case", "expected"), [pytest.param(*row, id=f"{at}-{page}") for at, (page, *row) in enumerate(ROWS)])
def test_a_documented_example_is_decided_as_documented(case, expected):
    assert decide(case) == expected


def test_there_are_enough_documented_examples_of_each_decision():
    told = collections.Counter((row[2]["allowed"], row[2]["explicitDeny"]) for row in ROWS)
    assert len(ROWS) >= 60
    assert told[True, False] >= 20 and told[False, False] >= 20 and told[False, True] >= 10


def test_every_feature_is_in_allowed_and_in_denied_cases(made, decisions):
    reached = {True: collections.Counter(), False: collections.Counter()}
    for case, decision in zip(made, decisions, strict=True):
        reached[decision["allowed"]].update(features.of(case))
    known = set(features.EXPECTED)
    assert set(reached[True]) | set(reached[False]) <= known, "the table of features lacks some"
    seldom = {name: (reached[True][name], reached[False][name]) for name in known}
    seldom = {name: found for name, found in seldom.items() if min(found) < EACH_WAY}
    assert not seldom


def test_a_fair_share_is_allowed_and_a_fair_share_explicitly_denied(decisions):
    allowed = sum(decision["allowed"] for decision in decisions) / COUNT
    denied = sum(decision["explicitDeny"] for decision in decisions) / COUNT
    assert 0.3 <= allowed <= 0.5
    assert 0.08 <= denied <= 0.3


def test_every_operator_is_true_and_false_in_every_form(made):
    seen = collections.Counter()
    for case in made:
        request = Request(case)
        for name, key, values in _lines(case):
            try:
                holds = operators.holds(name, key, listed(values), request, True)
            except Missing:
                continue
            qualifier, _, rest = name.rpartition(":")
            base = rest.removesuffix("IfExists")
            seen[base, holds] += 1
            seen[qualifier, rest != base, holds] += 1
    for base in operators.OPERATORS:
        assert min(seen[base, True], seen[base, False]) >= EACH_WAY, base
    for qualifier, if_exists in itertools.product(("", "ForAllValues", "ForAnyValue"), (True, False)):
        assert min(seen[qualifier, if_exists, True], seen[qualifier, if_exists, False]) >= EACH_WAY, (qualifier, if_exists)


def _lines(case):
    for _, document in features.documents(case):
        for statement in listed(document["Statement"]):
            for name, keys in statement.get("Condition", {}).items():
                for key, values in keys.items():
                    yield name, key, values


@pytest.mark.parametrize("name", readings.names())
def test_the_cases_tell_each_reading_from_its_other(name, made, decisions):
    """Otherwise a choice would be written down that no comparison can bring to light."""
    other = readings.turned(name)
    told = [case for case, decision in zip(made, decisions, strict=True) if decide(case, other) != decision]
    assert told
    assert name in explained_by(told[0], decide(told[0], other))


def test_a_grant_never_denies_and_a_deny_never_allows(made, decisions):
    for case, decision in zip(made, decisions, strict=True):
        assert not (decision["allowed"] and decision["explicitDeny"])
        without = {**case, "resource": {**case["resource"], "grants": []}}
        assert decide(without)["explicitDeny"] == decision["explicitDeny"]
        assert decision["allowed"] or not decide(without)["allowed"]


def test_deciding_changes_nothing_in_the_case(made):
    for case in made[:2000]:
        before = json.dumps(case)
        decide(case)
        assert json.dumps(case) == before


def test_a_seed_prints_the_same_cases_in_every_process(made):
    printed = {_printed(seed, hash_seed) for seed, hash_seed in ((SEED, "1"), (SEED, "2"))}
    assert len(printed) == 1
    lines = printed.pop().splitlines()
    assert [json.loads(line) for line in lines] == made[: len(lines)]
    assert _printed(SEED + 1, "1") != "\n".join(lines) + "\n"


def _printed(seed, hash_seed):
    command = [sys.executable, "-m", "oracle.generator", "--seed", str(seed), "--count", "300"]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=FOLDER, env=environment, check=True, capture_output=True, text=True).stdout


def test_making_and_deciding_is_quick():
    before = time.process_time()
    for case in itertools.islice(cases(SEED), 4000):
        decide(case)
    assert 4000 / (time.process_time() - before) > CASES_A_SECOND
