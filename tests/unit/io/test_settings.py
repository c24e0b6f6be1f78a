"""Settings: what the environment says, and the example that lists it."""

import re
from pathlib import Path

import pytest

from core.io.settings import Settings

EXAMPLE = Path(__file__).parents[3] / "config/example.env"


def test_the_example_lists_every_setting_and_no_other() -> None:
    listed = re.findall(r"^#? ?(PADDOCK_[A-Z_]+|FIRESTORE_[A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)

    ours = {name: f"PADDOCK_{name.upper()}" for name in Settings.model_fields}
    assert sorted(listed) == sorted((ours | {"firestore_emulator_host": "FIRESTORE_EMULATOR_HOST"}).values())


def test_the_names_of_the_old_karting_backend_are_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREBASE_PROJECT_ID", "karting")
    monkeypatch.setenv("FIREBASE_CREDENTIALS_PATH", "key.json")

    settings = Settings()

    assert (settings.firebase_project_id, settings.firebase_credentials_path) == ("karting", Path("key.json"))


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDOCK_PORT", "9000")
    monkeypatch.setenv("PADDOCK_SECURE_COOKIES", "true")

    settings = Settings()

    assert (settings.port, settings.secure_cookies) == (9000, True)
