"""The published test cases, replayed: every exchange of every case has to come out strictly as published.

What a server may vary is for the replayer to know (KMIP Profiles 2.1, section 4.1). It runs once for each transport; the
tests look up what became of each case."""

import pytest

from kmip_gaps import GAPS, HTTPS_GAPS
from kmip_prepared import PREPARED, played
from kmip_replay import marked, name, replay
from kmip_vectors import cases, needs_cases

pytestmark = needs_cases

EVERYWHERE = cases()
# Whoever speaks over HTTPS speaks these.
VERSIONS_OVER_HTTPS = ("1.4", "2.1")
OVER_HTTPS = [case for case in EVERYWHERE if case["version"] in VERSIONS_OVER_HTTPS]

over_ttlv = replay("ttlv")
over_https_ttlv = replay("https-ttlv", VERSIONS_OVER_HTTPS)
over_https_xml = replay("https-xml", VERSIONS_OVER_HTTPS)
over_https_json = replay("https-json", VERSIONS_OVER_HTTPS)


def test_every_gap_is_a_case():
    assert set(GAPS) | set(HTTPS_GAPS) | set(PREPARED) <= {name(case) for case in EVERYWHERE}
    assert not set(GAPS) & set(PREPARED)


@pytest.mark.parametrize("case", [marked(case, GAPS) for case in EVERYWHERE if name(case) not in PREPARED])
def test_a_case_over_tls(over_ttlv, case):
    over_ttlv.check(case)


@pytest.mark.parametrize("case", [case for case in EVERYWHERE if name(case) in PREPARED], ids=name)
def test_a_case_on_a_server_prepared_for_it(tmp_path, case):
    result = played(case, PREPARED[name(case)], tmp_path)
    assert result["status"] == "STRICT", f"{result['status']}:\n" + "\n".join(result["problems"][:20])


over_https = pytest.mark.parametrize(
    "case", [marked(case, {**GAPS, **HTTPS_GAPS}) for case in OVER_HTTPS if name(case) not in PREPARED]
)


@over_https
def test_a_case_over_https_in_ttlv(over_https_ttlv, case):
    over_https_ttlv.check(case)


@over_https
def test_a_case_over_https_in_xml(over_https_xml, case):
    over_https_xml.check(case)


@over_https
def test_a_case_over_https_in_json(over_https_json, case):
    over_https_json.check(case)
