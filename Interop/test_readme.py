"""The README's commands, executed as they are written."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

from server import BINARY, PATIENCE, ROOT, clean_environment

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_readme_fits_on_a_screen_or_so():
    assert len(README.splitlines()) <= 80


def test_the_make_commands_exist():
    asked = [line.split("#")[0].split() for block in BLOCKS for line in block.splitlines() if line.startswith("make ")]
    assert ["make", "run"] in asked and ["make", "test"] in asked
    for command in asked:
        answer = subprocess.run(
            [*command, "--dry-run"], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=PATIENCE
        )
        assert answer.returncode == 0, answer.stderr


def test_the_pasted_commands_work_as_written(server, tmp_path):
    """In a folder that looks like a checkout beside a running server: the binary and its data directory."""
    (block,) = [block for block in BLOCKS if "aws kms" in block]
    (tmp_path / ".build" / "debug").mkdir(parents=True)
    (tmp_path / ".build" / "debug" / "claviger").symlink_to(pathlib.Path(BINARY).resolve())
    (tmp_path / "claviger-data").symlink_to(server.data)
    answer = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=tmp_path,
        env=clean_environment(PATH=f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "a secret", answer.stdout


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)[^)]*\)", README))))
def test_what_the_readme_points_to_is_there(link):
    if not link.startswith(("http:", "https:")):
        assert (ROOT / link).exists()
