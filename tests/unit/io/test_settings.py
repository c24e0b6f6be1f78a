"""Settings: what the environment says, and the example that lists it."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.io.settings import Settings

EXAMPLE = Path(__file__).parents[3] / "config/example.env"


def test_the_example_lists_every_setting_and_no_other() -> None:
    listed = re.findall(r"^#? ?(PADDOCK_[A-Z_]+|FIRESTORE_[A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)

    ours = {name: f"PADDOCK_{name.upper()}" for name in Settings.model_fields}
    assert sorted(listed) == sorted((ours | {"firestore_emulator_host": "FIRESTORE_EMULATOR_HOST"}).values())


def test_the_names_of_the_old_karting_backend_are_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREBASE_PROJECT_ID", "karting")
    monkeypatch.setenv("FIREBASE_CREDENTIALS_PATH", "key.json")
    monkeypatch.setenv("CORS_ORIGINS", "https://app.example.org")
    monkeypatch.setenv("WS_MAX_RECONNECT_ATTEMPTS", "10")

    settings = Settings()

    assert (settings.firebase_project_id, settings.firebase_credentials_path) == ("karting", Path("key.json"))
    assert (settings.cors_origins, settings.ws_max_reconnect_attempts) == ("https://app.example.org", 10)


def test_our_own_name_of_a_setting_counts_more_than_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://old.example.org")
    monkeypatch.setenv("PADDOCK_CORS_ORIGINS", "")

    assert Settings().cors_origins == ""


def test_origins_are_read_as_browsers_send_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDOCK_CORS_ORIGINS", " https://App.example.org/ ,, http://localhost:3000 ")

    assert Settings().cors_origins == "https://app.example.org,http://localhost:3000"


@pytest.mark.parametrize("origins", ["*", "app.example.org", "https://a.example/path", "https://*.example", "null"])
def test_what_is_not_an_origin_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("PADDOCK_CORS_ORIGINS", origins)

    with pytest.raises(ValidationError, match="origins such as"):
        Settings()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDOCK_PORT", "9000")
    monkeypatch.setenv("PADDOCK_SECURE_COOKIES", "true")

    settings = Settings()

    assert (settings.port, settings.secure_cookies) == (9000, True)
