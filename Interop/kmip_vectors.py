"""The published test cases of KMIP and what replays them, in folders beside the checkout."""

import json
import os
import pathlib

import pytest

from server import ROOT

CASES = pathlib.Path(os.environ.get("CLAVIGER_KMIP_CASES", ROOT.parent / "shared" / "vectors" / "kmip"))
TOOLS = pathlib.Path(os.environ.get("CLAVIGER_KMIP_TOOLS", ROOT.parent / "shared" / "tools" / "kmip"))
REPLAYER = TOOLS / "replay.py"
REGISTRY = TOOLS / "registry.json"

needs_cases = pytest.mark.skipif(
    not ((CASES / "manifest.json").exists() and REPLAYER.exists()),
    reason=f"SKIPPED: no published KMIP cases at {CASES} or no replayer at {TOOLS}; "
    "name their folders in CLAVIGER_KMIP_CASES and CLAVIGER_KMIP_TOOLS",
)
needs_registry = pytest.mark.skipif(
    not REGISTRY.exists(),
    reason=f"SKIPPED: no registry of KMIP's names at {REGISTRY}; name its folder in CLAVIGER_KMIP_TOOLS",
)


def cases():
    """What the published set says of each of its cases; empty where it isn't there."""
    manifest = CASES / "manifest.json"
    return json.loads(manifest.read_text()) if manifest.exists() else []


def registry():
    """Every tag, enumeration and mask, with the version that introduced it."""
    return json.loads(REGISTRY.read_text())
