"""Dumps are restored and compared before they count; jobs survive being killed at any point."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, text

from core.errors import Conflict, Unavailable, UnreadableFile
from core.io import backup, session_jobs
from core.io.backup import restore, verified_dump
from core.io.clock import utc_now
from core.io.database.engine import beside
from core.io.session_jobs import make_ready
from core.sessions.model import Entry, RaceSession, SessionState
from tests.contract.race_control.conftest import Asking, House


@pytest.fixture
def session(house: House, ask: Asking) -> RaceSession:
    """A session with something in it."""
    session = house.session("Race")
    for line in ["42,17 w", "#1 =t5", "#1 !", "8>42 c 3 pushed", "#2 x wrong kart"]:
        house.desk(session).submit(line, ask(session, house.anna))
    house.portal.entries.put(session.id, Entry("42", team="Team 42"), house.anna, utc_now())
    return session


def put_away(house: House, session: RaceSession) -> RaceSession:
    house.portal.race_sessions.close(session.id, house.anna, utc_now())
    house.portal.race_sessions.archive(session.id, None, utc_now())
    make_ready(house.worker)
    return house.portal.race_sessions.get(session.id)


def brought_back(house: House, session: RaceSession) -> RaceSession:
    house.portal.race_sessions.bring_back(session.id, None, utc_now())
    make_ready(house.worker)
    return house.portal.race_sessions.wait_ready(session.id, timeout_s=0)


def drop(house: House, database_name: str) -> None:
    house.worker.sessions.forget(database_name)
    house.portal.sessions.forget(database_name)
    with backup.beside_transactions(house.worker.control) as connection:
        connection.exec_driver_sql(f"DROP DATABASE {database_name} WITH (FORCE)")


def databases(house: House) -> set[str]:
    with house.worker.control.connect() as connection:
        return set(connection.scalars(text("SELECT datname FROM pg_database")))


def test_a_dump_taken_while_officials_write_holds_one_moment_of_the_chain(
    house: House, session: RaceSession, ask: Asking, tmp_path: Path
) -> None:
    before = house.desk(session).state().head

    with verified_dump(house.worker.control, session.database_name, tmp_path) as dump:
        house.desk(session).submit("42 w", ask(session, house.anna))
        assert dump.content.head == before
        assert dump.content.events == before.seq
        assert dump.content.entries == 1
        assert dump.file.stat().st_size > 0

    assert list(tmp_path.iterdir()) == []


def test_a_dump_that_does_not_come_back_the_same_does_not_count(
    house: House, session: RaceSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumped = backup._dumped

    def dumped_with_one_lost(owner: Engine, database_name: str, file: Path) -> backup.Content:
        content = dumped(owner, database_name, file)
        return replace(content, entries=content.entries + 1)

    monkeypatch.setattr(backup, "_dumped", dumped_with_one_lost)

    with pytest.raises(UnreadableFile), verified_dump(house.worker.control, session.database_name, tmp_path):
        pytest.fail("it counted")

    assert not any(name.startswith("scratch_") for name in databases(house))


def test_a_dump_that_fails_says_so(house: House, tmp_path: Path) -> None:
    with pytest.raises(Unavailable), verified_dump(house.worker.control, "session_of_nobody", tmp_path):
        pytest.fail("it counted")


def test_a_session_comes_back_from_its_dump_as_it_was(
    house: House, session: RaceSession, ask: Asking, tmp_path: Path
) -> None:
    """Also in a process that has already seen more than the dump holds."""
    state = house.desk(session).state()
    with verified_dump(house.worker.control, session.database_name, tmp_path) as dump:
        house.desk(session).submit("42 w", ask(session, house.anna))
        drop(house, session.database_name)
        restore(house.worker.control, dump.file, session.database_name)
    with backup.beside_transactions(house.worker.control) as connection:
        connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {session.database_name} TO paddock_app")

    assert house.desk(session).state() == state
    assert house.desk(session).verify() is None


def test_a_restored_log_may_go_on(house: House, session: RaceSession, ask: Asking) -> None:
    archived = put_away(house, session)
    drop(house, session.database_name)
    house.open(brought_back(house, archived))

    receipt = house.desk(session).submit("42 w", ask(session, house.anna))

    assert receipt.incidents == (4,)
    assert house.desk(session).verify() is None


def test_an_archived_session_is_kept_dumped_and_closed_to_everybody(house: House, session: RaceSession) -> None:
    archived = put_away(house, session)

    assert archived.state is SessionState.ARCHIVED
    assert archived.dump_sha256 is not None
    assert house.worker.blobs.path(archived.dump_sha256).exists()
    assert session.database_name in databases(house)
    with pytest.raises(Conflict, match="archived"):
        house.desk(session)
    for runtime in (house.portal, house.worker):
        with pytest.raises(Unavailable):
            beside(runtime.control, session.database_name, NullPool).connect()


def test_an_archived_session_is_brought_back_whole(house: House, session: RaceSession) -> None:
    before = house.desk(session).state()
    entries = house.portal.race_sessions.entries(session.id)

    back = brought_back(house, put_away(house, session))

    assert back.state is SessionState.CLOSED
    assert house.desk(session).state().incidents == before.incidents
    assert house.desk(session).state().penalties == before.penalties
    assert house.portal.race_sessions.entries(session.id) == entries


def test_the_active_session_is_not_archived(house: House, session: RaceSession) -> None:
    with pytest.raises(Conflict, match="the active session"):
        house.portal.race_sessions.archive(session.id, None, utc_now())


def test_an_archived_name_is_free_again(house: House, session: RaceSession) -> None:
    put_away(house, session)

    assert house.session(session.name).active


def test_a_half_made_database_is_made_anew(house: House) -> None:
    asked = house.portal.race_sessions.create(house.circuit_id, "Race", by=house.anna, now=utc_now())
    with backup.beside_transactions(house.worker.control) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {asked.database_name} TEMPLATE template0")

    make_ready(house.worker)

    opened = house.open(house.portal.race_sessions.wait_ready(asked.id, timeout_s=0))
    assert house.desk(opened).state().seq == 2


@pytest.mark.parametrize("fatal", ["migrate_session", "_own", "_admit", "_set"])
def test_making_a_session_may_be_killed_at_any_point(house: House, monkeypatch: pytest.MonkeyPatch, fatal: str) -> None:
    asked = house.portal.race_sessions.create(house.circuit_id, "Race", by=house.anna, now=utc_now())
    killed_at(fatal, monkeypatch, lambda: make_ready(house.worker))

    make_ready(house.worker)

    assert house.portal.race_sessions.wait_ready(asked.id, timeout_s=0).state is SessionState.READY


@pytest.mark.parametrize("fatal", ["keep_dump", "_set"])
def test_archiving_may_be_killed_at_any_point(
    house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch, fatal: str
) -> None:
    killed_at(fatal, monkeypatch, lambda: put_away(house, session))

    make_ready(house.worker)

    assert house.portal.race_sessions.get(session.id).state is SessionState.ARCHIVED


@pytest.mark.parametrize("fatal", ["migrate_session", "_admit", "_set"])
def test_bringing_back_may_be_killed_at_any_point(
    house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch, fatal: str
) -> None:
    entered = house.portal.race_sessions.entries(session.id)
    archived = put_away(house, session)
    killed_at(fatal, monkeypatch, lambda: brought_back(house, archived))

    make_ready(house.worker)

    assert house.portal.race_sessions.entries(session.id) == entered


def test_an_archiving_that_fails_leaves_the_session_as_it_was_and_says_why(
    house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def differs(*_: object) -> str:
        raise UnreadableFile("The dump differs.", "Make another.")

    with monkeypatch.context() as disk:
        disk.setattr(session_jobs, "keep_dump", differs)
        failed = put_away(house, session)

    assert (failed.state, failed.problem) == (SessionState.CLOSED, "The dump differs. Make another.")
    assert house.portal.race_sessions.entries(session.id) != ()
    assert put_away_again(house, session).state is SessionState.ARCHIVED


def test_a_making_that_fails_says_why_to_who_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = house.portal.race_sessions.create(house.circuit_id, "Race", by=house.anna, now=utc_now())

    def refuses(*_: object) -> None:
        raise Conflict("The database would not be owned.", "Look at it.")

    monkeypatch.setattr(session_jobs, "_own", refuses)
    make_ready(house.worker)

    with pytest.raises(Unavailable, match="would not be owned"):
        house.portal.race_sessions.wait_ready(asked.id, timeout_s=1)
    assert house.portal.race_sessions.get(asked.id).state is SessionState.FAILED


def test_a_job_waits_while_what_it_needs_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = house.portal.race_sessions.create(house.circuit_id, "Race", by=house.anna, now=utc_now())

    def is_away(*_: object) -> None:
        raise Unavailable("The disk is full.", "Make room.")

    with monkeypatch.context() as disk:
        disk.setattr(session_jobs, "_own", is_away)
        make_ready(house.worker)
    waiting = house.portal.race_sessions.get(asked.id)
    make_ready(house.worker)

    assert (waiting.state, waiting.problem) == (SessionState.CREATING, "The disk is full.")
    assert house.portal.race_sessions.wait_ready(asked.id, timeout_s=0).problem is None


def test_a_second_worker_comes_away_while_the_first_is_at_it(house: House) -> None:
    house.portal.race_sessions.create(house.circuit_id, "Race", by=house.anna, now=utc_now())

    with session_jobs._alone(house.worker.control) as first:
        make_ready(house.worker)

    assert first
    assert house.portal.race_sessions.all()[0].state is SessionState.CREATING


class Killed(BaseException):
    """As `kill -9`: nobody catches it."""


def killed_at(fatal: str, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as crash:
        crash.setattr(session_jobs, fatal, die)
        with pytest.raises(Killed):
            act()


def put_away_again(house: House, session: RaceSession) -> RaceSession:
    house.portal.race_sessions.archive(session.id, None, utc_now())
    make_ready(house.worker)
    return house.portal.race_sessions.get(session.id)
