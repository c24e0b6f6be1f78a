"""Where the recordings of others are; the tests that need them are skipped in one line when nobody says."""

import os
from pathlib import Path

import pytest

_FOLDER = os.environ.get("PADDOCK_TEST_DATA")  # noqa: TID251 - a setting of the tests


def folder() -> Path:
    """The folder of recordings; ends the module that asks when there is none."""
    if not _FOLDER:
        pytest.skip("PADDOCK_TEST_DATA names no folder of recordings.", allow_module_level=True)
    return Path(_FOLDER)


def apex(name: str = "") -> tuple[Path, ...]:
    """The Apex recordings whose names begin like this."""
    return tuple(sorted((folder() / "timing" / "apex").glob(f"{name}*.gz")))


def rmonitor() -> tuple[Path, ...]:
    """The RMonitor recordings."""
    return tuple(sorted((folder() / "timing" / "rmonitor").glob("*.gz")))
