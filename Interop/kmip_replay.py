"""The replayer of the published cases, run against a server of ours once for each transport."""

import json
import subprocess
import sys

import pytest

from kmip_server import kmip_house_in
from kmip_vectors import CASES, REPLAYER
from server import clean_environment

# A case takes milliseconds; what hangs is caught by the replayer's own limit for each exchange.
PATIENCE_OF_A_RUN = 600


def name(case):
    return f"{case['version']}-{case['id']}"


class Replay:
    """What became of the cases over one transport."""

    def __init__(self, identity, folder, transport, versions, cases=CASES):
        out = folder / f"{transport}.json"
        command = [sys.executable, str(REPLAYER), "--testcases", str(cases), "--transport", transport, "--out", str(out)]
        command += ["--host", identity.host, "--port", str(identity.port), "--ca", identity.authority]
        command += ["--cert", identity.certificate, "--key", identity.key, "--https-url", identity.https_url]
        for version in versions:
            command += ["--version", version]
        run = subprocess.run(
            command, env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_OF_A_RUN
        )
        assert out.exists(), f"the replayer gave up\n{run.stdout[-4000:]}\n{run.stderr[-4000:]}"
        self.results = {result["file"]: result for result in json.loads(out.read_text())}

    def check(self, case):
        result = self.results[case["file"]]
        if result["status"] == "SKIP":
            pytest.skip("SKIPPED: the server speaks first in it; the replayer has no ear for that")
        done = f"{result['exchanges']} of {result['total']} exchanges"
        assert result["status"] == "STRICT", f"{result['status']} after {done}:\n" + "\n".join(result["problems"][:20])


def replay(transport, versions=()):
    """A fixture that replays the cases over a transport, on a server that had nothing to do before."""

    @pytest.fixture(scope="module", name=f"over_{transport.replace('-', '_')}")
    def replayed(tmp_path_factory):
        with kmip_house_in(tmp_path_factory.mktemp("replay")) as house:
            yield Replay(house.kmip_client(), house.directory, transport, versions)

    return replayed


def marked(case, gaps):
    """A case with what is known of it. What is known to differ must differ."""
    reason = gaps.get(name(case))
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(case, id=name(case), marks=marks)
