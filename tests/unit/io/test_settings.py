"""Settings: what the environment says, and the example that lists it."""

import re
from pathlib import Path

import pytest

from core.io.settings import Settings

EXAMPLE = Path(__file__).parents[3] / "config/example.env"


def test_the_example_lists_every_setting_and_no_other() -> None:
    listed = re.findall(r"^#? ?(PADDOCK_[A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(f"PADDOCK_{name.upper()}" for name in Settings.model_fields)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDOCK_PORT", "9000")
    monkeypatch.setenv("PADDOCK_SECURE_COOKIES", "true")

    settings = Settings()

    assert (settings.port, settings.secure_cookies) == (9000, True)
