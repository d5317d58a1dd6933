"""The published cases of some versions, replayed as cases of the others, whose own aren't at hand: what holds in one version holds
in the next as far as that has it."""

import pytest

from kmip_gaps import GAPS
from kmip_prepared import PREPARED
from kmip_replay import Replay, name
from kmip_server import kmip_house_in
from kmip_transposed import Transposition
from kmip_vectors import CASES, cases, needs_cases, needs_registry

pytestmark = [needs_cases, needs_registry]

TTLV, ALL_FORMS = ["ttlv"], ["ttlv", "https-xml", "https-json"]
# From where to where, how many cases there are at least (those among them that don't come out in their own version either), and
# over what.
WAYS = [
    ((1, 0), (1, 1), 60, TTLV),
    ((1, 2), (1, 1), 65, TTLV),
    ((1, 2), (1, 3), 105, TTLV),
    ((1, 4), (1, 3), 110, TTLV),
    ((1, 4), (2, 0), 130, TTLV),
    ((2, 1), (2, 0), 90, ALL_FORMS),
]

_FORMAT = "a digest says from 1.1 on of which format it is"
_DESTROYED = "what is destroyed can be asked for, and isn't given out: to 1.0, 1.1 and 1.2 it isn't there any more"
# What another version has otherwise.
OTHERWISE = {
    ((1, 0), (1, 1)): {f"1.0-{kind}-M-{number}-10": _FORMAT for kind in ("AKLC", "SKLC") for number in (1, 2, 3)},
    ((1, 2), (1, 3)): {"1.2-TC_314_12_Dual_Client_Test_Case_ID_Placeholder_linked_Locate_Get_Batch": _DESTROYED},
}


def of_version(version):
    return [case for case in cases() if case["version"] == "{}.{}".format(*version)]


@pytest.mark.parametrize("source,target,least,transports", WAYS, ids=["{}.{}-as-{}.{}".format(*way[0], *way[1]) for way in WAYS])
def test_what_holds_in_another_version(tmp_path, replayer, source, target, least, transports):
    transposed = tmp_path / "cases"
    transposed.mkdir()
    assert Transposition(replayer, source, target).write(of_version(source), CASES, transposed) >= least
    otherwise = OTHERWISE.get((source, target), {})
    expected = {*GAPS, *PREPARED, *otherwise}
    with kmip_house_in(tmp_path) as house:
        for transport in transports:
            replay = Replay(house.kmip_client(), house.directory, transport, [], cases=transposed)
            failed = {"{}.{}-{}".format(*source, one["id"]): one["problems"] for one in replay.results.values() if differs(one)}
            found = {case: problems[:5] for case, problems in failed.items() if case not in expected}
            assert not found, f"{transport}: {found}"
            assert set(otherwise) <= set(failed)


def differs(result):
    return result["status"] not in ("STRICT", "SKIP")


def test_every_exception_is_a_case():
    assert {case for ones in OTHERWISE.values() for case in ones} <= {name(case) for case in cases()}
