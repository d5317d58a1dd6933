"""The Azure command line, for which the names of a server lead to this machine: run by the Python that has it."""

import pathlib
import runpy
import sys

INTEROP = str(pathlib.Path(__file__).resolve().parent.parent)

# The folders of the suites have modules of their own, whose names the command line may use too.
sys.path = [INTEROP, *sys.path[1:]]
from azure_names import resolved  # noqa: E402

sys.path.remove(INTEROP)

with resolved():
    runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)
