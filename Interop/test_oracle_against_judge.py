"""The server's access decisions against the oracle's, on cases by chance with every kind of policy, grants and sessions.

The judge is the server's own compiler of policies and its own evaluator behind standard input. `swift build --product
policy-judge` makes it; another can be named in CLAVIGER_JUDGE."""

import itertools
import json
import multiprocessing
import os
import subprocess

import pytest

from oracle.evaluator import decide, explained_by
from oracle.generator import cases
from server import PATIENCE, ROOT

JUDGE = os.environ.get("CLAVIGER_JUDGE", str(ROOT / ".build" / "debug" / "policy-judge"))

SEED = 20_261_125
# A batch has a seed of its own and is one run of the judge.
BATCHES = 20
BATCH = 5_000
SHOWN = 3

pytestmark = pytest.mark.skipif(
    not os.access(JUDGE, os.X_OK), reason="SKIPPED: no judge: build policy-judge, or name one in CLAVIGER_JUDGE"
)


def judged(made):
    """What the judge says of each case."""
    lines = "".join(json.dumps(case) + "\n" for case in made)
    answer = subprocess.run([JUDGE], input=lines, capture_output=True, text=True, timeout=PATIENCE)
    assert answer.returncode == 0, answer.stderr[-4000:]
    decisions = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(decisions) == len(made)
    return decisions


def differences(seed):
    """(how many, the first of them in words) of one batch, and how many of its cases were allowed."""
    made = list(itertools.islice(cases(seed), BATCH))
    ours = [decide(case) for case in made]
    found = [
        {"case": case, "oracle": mine, "judge": theirs, "explained by": explained_by(case, theirs)}
        for case, mine, theirs in zip(made, ours, judged(made), strict=True)
        if mine != theirs
    ]
    return len(found), [json.dumps(difference) for difference in found[:SHOWN]], sum(one["allowed"] for one in ours)


def test_a_hundred_thousand_decisions_are_the_same():
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        told = pool.map(differences, range(SEED, SEED + BATCHES), chunksize=1)
    count = sum(one[0] for one in told)
    first = [line for one in told for line in one[1]]
    assert count == 0, f"{count} of {BATCHES * BATCH}\n" + "\n".join(first[:SHOWN])
    assert 0.3 * BATCHES * BATCH < sum(one[2] for one in told) < 0.5 * BATCHES * BATCH


def test_a_difference_would_be_seen():
    """Whoever allows everything, and whoever allows nothing, is found out in one batch."""
    made = list(itertools.islice(cases(SEED), 200))
    told = judged(made)
    assert {decision["allowed"] for decision in told} == {True, False}
    denied = [{**case, "caller": {**case["caller"], "kind": "nobody"}} for case in made[:3]]
    assert all("error" in decision for decision in judged(denied))
