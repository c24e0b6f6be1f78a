"""The browser's side decides things too; node's own test runner proves them, here as one test."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_components_decide_as_their_own_tests_say() -> None:
    node = shutil.which("node")
    if node is None and os.environ.get("CI") != "true":  # noqa: TID251 - a switch of the test run, not of Paddock
        pytest.skip("node is not installed")

    run = subprocess.run(
        [node or "node", "--test", *sorted(map(str, (ROOT / "tests/js").glob("*.test.mjs")))],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert run.returncode == 0, run.stdout + run.stderr
