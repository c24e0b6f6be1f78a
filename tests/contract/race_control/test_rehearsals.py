"""Tests 5, 7 and 8 of the crash tests: backups under load, restored into a fresh cluster; rehearsed; failing loudly."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from pydantic import TypeAdapter
from sqlalchemy import make_url
from typer.testing import CliRunner

from core.errors import Unavailable
from core.io import rehearsing
from core.io.clock import utc_now
from core.io.database.engine import control_engine
from core.io.embedded import Embedded
from core.io.health import kept
from core.io.migrate import migrate
from core.io.rehearsing import rehearse, rehearse_restores
from core.io.runtime import Runtime, open_runtime
from core.io.session_copies import Manifest, bring_in, carry_out
from core.io.settings import Settings
from core.penalties.explained import explained, reasoned
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.integrity import Why
from core.penalties.model import Pending
from core.sessions.model import Entry, RaceSession
from core.tracks.model import CircuitPlan, Recording
from portal.cli import app
from tests.contract.race_control.conftest import Asking, House

WRITES_PER_S = 50
WRITTEN_FOR_S = 3.0
LINES = ("{kart} w 7", "{kart} c 3 =t5", "{kart},17 w", "{kart}>8 c pushed")
_PENDING: TypeAdapter[Pending] = TypeAdapter(Pending)


@pytest.fixture
def session(house: House, ask: Asking) -> RaceSession:
    session = house.session("Race")
    house.desk(session).submit("42,17 w", ask(session, house.anna))
    house.portal.entries.put(session.id, Entry("42", team="Team 42"), house.anna, utc_now())
    return session


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Runtime]:
    """An empty cluster of its own, as on a new machine; with the circuit, as its admin would have added it."""
    servers = Embedded(tmp_path / "fresh", durable=False)
    servers.start()
    try:
        settings = Settings(data=tmp_path / "fresh", database_url=servers.database_url(), redis_url=servers.redis_url)
        with open_runtime(settings, owner=True) as runtime:
            migrate(runtime.control)
            plan = CircuitPlan("test", "Test", "apex", Recording("test.jsonl"))
            runtime.circuits.create(plan, by=None, now=utc_now())
            yield runtime
    finally:
        servers.stop()


@contextmanager
def officials_writing(house: House, session: RaceSession, ask: Asking) -> Iterator[list[str]]:
    """Fifty lines a second, for as long as this lasts; yields what was stored."""
    stored: list[str] = []
    done = threading.Event()

    def write() -> None:
        began = time.monotonic()
        while not done.is_set():
            line = LINES[len(stored) % len(LINES)].format(kart=len(stored) % 30 + 20)
            stored.append(house.desk(session).submit(line, ask(session, house.anna)).text)
            done.wait(max(0.0, began + len(stored) / WRITES_PER_S - time.monotonic()))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield stored
    finally:
        done.set()
        writer.join()


def test_a_backup_under_fifty_writes_a_second_comes_back_in_a_fresh_cluster_to_the_byte(
    house: House, session: RaceSession, ask: Asking, tmp_path: Path, fresh: Runtime
) -> None:
    with officials_writing(house, session, ask) as stored:
        time.sleep(WRITTEN_FOR_S / 2)
        manifest = carry_out(house.worker, session, tmp_path / "copies", utc_now())
        time.sleep(WRITTEN_FOR_S / 2)
    written = Manifest.model_validate_json(manifest.read_bytes())

    back = bring_in(fresh, manifest, utc_now(), circuit=None, name=None)

    there, here = fresh.penalties(back.id), house.desk(session)
    events = tuple(event for event in here.history() if event.seq <= written.head.seq)
    assert there.history()[: written.events] == events
    assert (events[-1].hash, len(events)) == (written.head.hash, written.events)
    assert len(here.history()) > written.events, "nobody wrote while the backup ran"
    assert len(stored) > WRITES_PER_S, "fewer wrote than should have"
    assert fresh.integrity.verify(back.id, utc_now(), [written.head]).whole
    assert fresh.race_sessions.entries(back.id) == house.portal.race_sessions.entries(session.id)
    at_backup, restored = advance(EMPTY, events), advance(EMPTY, there.history()[: written.events])
    assert told(restored) == told(at_backup)
    assert told(there.state()) == told(at_backup)


def told(fold: Fold) -> bytes:
    """The pending list and every explanation, as bytes."""
    incidents = [asdict(explained(fold, one, str)) for one in fold.incidents.values()]
    penalties = [asdict(reasoned(fold, one, str)) for one in fold.penalties.values()]
    explanations = json.dumps([incidents, penalties], default=str, sort_keys=True).encode()
    return _PENDING.dump_json(fold.pending) + explanations


def test_the_nightly_rehearsal_restores_compares_times_and_keeps_one_dump_a_session(
    house: House, session: RaceSession, ask: Asking
) -> None:
    shop = house.worker
    rehearse(shop, session, utc_now())
    [first] = shop.rehearsals.latest()
    house.desk(session).submit("42 w", ask(session, house.anna))

    rehearse(shop, session, utc_now())

    second, _ = shop.rehearsals.latest()
    head = house.desk(session).state().head
    assert (second.seq, second.events, second.entries, second.problem) == (head.seq, head.seq, 1, None)
    assert second.took_ms > 0
    assert first.sha256 is not None
    assert second.sha256 is not None
    assert not shop.blobs.path(first.sha256).exists()
    assert shop.blobs.path(second.sha256).exists()
    assert [one.why for one in shop.integrity.anchors(session.id)] == [Why.BACKUP, Why.BACKUP]
    assert kept(shop, utc_now()).last_backup == second.at


def test_a_rehearsal_is_due_after_a_day_after_a_closing_and_an_hour_after_a_failure(
    house: House, session: RaceSession, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rehearsed_at(hours: float) -> int:
        monkeypatch.setattr(rehearsing, "utc_now", lambda: began + timedelta(hours=hours))
        before = len(house.worker.rehearsals.latest())
        rehearse_restores(house.worker)
        return len(house.worker.rehearsals.latest()) - before

    began = utc_now()
    assert rehearsed_at(1) == 0, "a young session"
    assert rehearsed_at(25) == 1, "a day old"
    assert rehearsed_at(26) == 0, "nothing has changed"
    assert rehearsed_at(50) == 1, "a quiet day rehearses the newest session"
    house.desk(session).submit("42 w", ask(session, house.anna))
    assert rehearsed_at(51) == 0, "changed, but not a day ago"
    house.portal.race_sessions.close(session.id, house.anna, utc_now())
    assert rehearsed_at(51) == 1, "closed"
    with pytest.raises(Unavailable):
        rehearse_on_a_full_disk(house, session, monkeypatch, began + timedelta(hours=52))
    assert rehearsed_at(52.5) == 0, "failed half an hour ago"
    assert rehearsed_at(53.5) == 1, "failed more than an hour ago"


def rehearse_on_a_full_disk(house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch, now: object) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(rehearsing, "keep_dump_of", full)
        rehearse(house.worker, session, now)  # type: ignore[arg-type]  # a time


def test_a_backup_that_failed_is_visible_to_who_watches_until_one_succeeds(
    house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable, match="No space left on device"):
        rehearse_on_a_full_disk(house, session, monkeypatch, utc_now())

    assert kept(house.portal, utc_now()).backups_failed == 1
    assert house.portal.rehearsals.latest()[0].problem == "The backup was not written: No space left on device"

    rehearse(house.worker, session, utc_now())
    assert kept(house.portal, utc_now()).backups_failed == 0


@pytest.mark.usefixtures("_environment", "session")
def test_a_backup_onto_a_full_disk_fails_loudly_and_is_visible(house: House) -> None:
    """`/dev/full` takes no byte: the kernel's own full disk."""
    done = CliRunner().invoke(app, ["backup", "--to", "/dev/full/copies"])

    assert done.exit_code == 1
    assert "not written" in done.stderr
    assert kept(house.portal, utc_now()).backups_failed == 1


@pytest.fixture
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDOCK_DATA", str(settings.data))
    monkeypatch.setenv("PADDOCK_DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("PADDOCK_REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("PADDOCK_BUS_PREFIX", settings.bus_prefix)


def test_a_backup_with_a_wrong_password_fails_loudly_and_names_no_secret(
    fresh: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with password_needed(fresh, tmp_path / "fresh"):
        wrong = make_url(fresh.settings.database_url or "").set(password="not the password")
        monkeypatch.setenv("PADDOCK_DATABASE_URL", wrong.render_as_string(hide_password=False))
        monkeypatch.setenv("PADDOCK_REDIS_URL", fresh.settings.redis_url or "")
        monkeypatch.setenv("PADDOCK_DATA", str(tmp_path / "elsewhere"))

        done = CliRunner().invoke(app, ["backup", "--to", str(tmp_path / "copies")])

        assert done.exit_code == 1
        assert "not the password" not in done.output
        assert not (tmp_path / "copies").exists()


@contextmanager
def password_needed(runtime: Runtime, data: Path) -> Iterator[None]:
    """The owner must give one from here on, as on a server of one's own."""
    rules = data / "postgres" / "pg_hba.conf"
    before = rules.read_text()
    url = make_url(runtime.settings.database_url or "")
    boss = psycopg.connect(host=str(url.query["host"]), user="postgres", dbname="postgres", autocommit=True)
    try:
        boss.execute("ALTER ROLE paddock_owner PASSWORD 'the password'")
        rules.write_text(f"local all paddock_owner scram-sha-256\n{before}")
        boss.execute("SELECT pg_reload_conf()")
        assert_refused(runtime.settings)
        yield
    finally:
        rules.write_text(before)
        boss.execute("SELECT pg_reload_conf()")
        boss.close()


def assert_refused(settings: Settings) -> None:
    """The server reads its rules a moment later."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        engine = control_engine(settings, owner=True)
        try:
            engine.connect().close()
        except Unavailable:
            return
        finally:
            engine.dispose()
        time.sleep(0.05)
    raise AssertionError("no password was asked for")
