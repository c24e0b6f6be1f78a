"""`paddock backup`, `restore` and `verify` beside a database that is there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.io.backup import beside_transactions
from core.io.settings import Settings
from core.sessions.model import RaceSession, SessionState
from portal.cli import app
from tests.contract.race_control.conftest import Asking, House
from tests.contract.race_control.test_event_log import superuser


@pytest.fixture(autouse=True)
def _here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands read the environment as they always do."""
    for name in ("data", "database_url", "redis_url", "bus_prefix"):
        monkeypatch.setenv(f"PADDOCK_{name.upper()}", str(getattr(settings, name)))


@pytest.fixture
def session(house: House, ask: Asking) -> RaceSession:
    session = house.session("Race")
    for line in ["42,17 w", "#1 =t5", "#1 !"]:
        house.desk(session).submit(line, ask(session, house.anna))
    return session


def forget(house: House, session: RaceSession) -> None:
    """As on another installation: neither row nor database, and a pointer that has never moved."""
    for runtime in (house.portal, house.worker):
        runtime.sessions.forget(session.database_name)
    with beside_transactions(house.worker.control) as connection:
        connection.exec_driver_sql(f"DROP DATABASE {session.database_name} WITH (FORCE)")
        connection.exec_driver_sql("UPDATE circuit SET active_session_id = NULL, pointer_epoch = 0")
        connection.exec_driver_sql("DELETE FROM race_session")


def test_a_session_is_carried_to_another_installation_and_goes_on(
    house: House, session: RaceSession, ask: Asking, tmp_path: Path
) -> None:
    before = house.desk(session).state()
    manifest = run("backup", "--to", str(tmp_path / "copies")).stdout.strip()
    forget(house, session)

    said = run("restore", manifest, "--name", "Race again").stdout

    back = house.portal.race_sessions.get(session.id)
    assert (back.name, back.state, back.active) == ("Race again", SessionState.READY, False)
    assert "Session 2 “Race again” is ready" in said
    assert json.loads(Path(manifest).read_text())["head"] == {"seq": before.head.seq, "hash": before.head.hash}
    assert house.desk(back).state().penalties == before.penalties
    assert house.desk(house.open(back)).submit("8 w", ask(back, house.anna)).incidents == (3,)
    assert house.desk(back).verify() is None


def test_a_session_that_is_here_is_not_overwritten(session: RaceSession, tmp_path: Path) -> None:
    manifest = run("backup", "--session", str(session.number), "--to", str(tmp_path / "copies")).stdout.strip()

    assert "is here already" in run("restore", manifest, fails=True).stderr


def test_a_dump_that_was_changed_is_refused(house: House, session: RaceSession, tmp_path: Path) -> None:
    manifest = run("backup", "--to", str(tmp_path / "copies")).stdout.strip()
    forget(house, session)
    with Path(manifest).with_suffix(".dump").open("ab") as dump:
        dump.write(b"x")

    assert "not the file that was written" in run("restore", manifest, fails=True).stderr
    assert house.portal.race_sessions.all() == ()


@pytest.mark.parametrize("text", ["", "{}", "[", '{"format": "another"}'])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(text)

    assert "is not a manifest" in run("restore", str(file), fails=True).stderr


def test_verify_prints_the_head_and_names_the_first_broken_event(house: House, session: RaceSession) -> None:
    head = house.desk(session).state().head
    whole = run("verify").stdout
    with superuser(house, session.database_name) as connection:
        connection.execute("ALTER TABLE event DISABLE TRIGGER append_only")
        connection.execute("UPDATE event SET actor = 'x' WHERE seq = 4")

    assert f"whole  head {head.seq} {head.hash}" in whole
    assert "BROKEN AT EVENT 4" in run("verify", fails=True).stdout


def test_a_session_that_is_not_there_is_named(session: RaceSession) -> None:
    unknown = replace(session, number=session.number + 1)

    assert f"no race session {unknown.number}" in run("verify", "--session", str(unknown.number), fails=True).stderr


def run(*words: str, fails: bool = False) -> Result:
    done = CliRunner().invoke(app, words)
    assert (done.exit_code != 0) == fails, done.output
    return done
