"""`paddock rules dry-run` over a session of the installation."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.io.settings import Settings
from portal.cli import app
from tests.contract.race_control.conftest import Asking, House
from tests.unit.penalties.rules.play import ladder


@pytest.fixture
def strict(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Another ruleset, beside the environment that commands read."""
    for name in ("data", "database_url", "redis_url", "bus_prefix"):
        monkeypatch.setenv(f"PADDOCK_{name.upper()}", str(getattr(settings, name)))
    file = tmp_path / "strict.yaml"
    file.write_text(ladder("id: wl\nmatch: {code: WL}\nscope: kart\nsteps: [{at: 1, do: t10}]"))
    return file


def test_another_ruleset_is_tried_on_a_session_by_its_number(strict: Path, house: House, ask: Asking) -> None:
    session = house.session("Race")
    house.desk(session).submit("42 w", ask(session, house.anna))

    ran = CliRunner().invoke(app, ["rules", "dry-run", "--ruleset", str(strict), "--session", str(session.number)])

    assert ran.exit_code == 0
    assert "#1" in ran.stdout
    assert "t10 (time, 10 seconds)" in ran.stdout


@pytest.mark.parametrize("number", [[], ["--session", "99"]])
def test_without_a_known_session_nothing_is_tried(strict: Path, number: list[str]) -> None:
    ran = CliRunner().invoke(app, ["rules", "dry-run", "--ruleset", str(strict), *number])

    assert ran.exit_code == 1
    assert "There is no such session" in ran.stderr
