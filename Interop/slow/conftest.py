"""Suites that need big clients of their own: `make test-slow` installs those and runs these."""

import os

import pytest

# Which Python has the Azure command line.
AZURE_PYTHON = os.environ.get("CLAVIGER_AZURE_PYTHON")


def pytest_collection_modifyitems(items):
    if AZURE_PYTHON is None:
        here = os.path.dirname(__file__)
        for item in items:
            if str(item.path).startswith(here):
                item.add_marker(pytest.mark.skip(reason="slow: make test-slow runs it"))
