"""A Firestore for tests: a real server on loopback that speaks Firestore's own protocol, from the npm package.

The library finds it through `FIRESTORE_EMULATOR_HOST`, which the context manager sets while it runs.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def firestore_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve; yields its address."""
    node = shutil.which("node")
    if (node is None or not (ROOT / "node_modules").exists()) and os.environ.get("CI") != "true":  # noqa: TID251 - a switch of the run
        pytest.skip("node or its packages are not installed")
    command = [node or "node", "tests/fakes/firestore.mjs"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = f"127.0.0.1:{int(server.stdout.readline())}"
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", address)
            yield address
        finally:
            server.kill()
