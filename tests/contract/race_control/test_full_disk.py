"""Test 3 of the crash tests: a full disk and a failing insert leave nothing half-written; 503 without SQL."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import httpx
import pytest

from core.accounts.model import Role
from core.errors import Unavailable
from core.io.embedded import Embedded
from core.io.migrate import migrate
from core.io.runtime import open_runtime
from core.io.settings import Settings
from core.sessions.model import RaceSession
from tests.contract.io.processes import soon
from tests.contract.race_control.conftest import Asking, House, house_of
from tests.contract.race_control.test_event_log import superuser
from tests.portal_server import behind_the_gate, serving

DISK_MB = 200
LINE = "42,17,8 w 7 =t5"
ROWS = 6
"""Three incidents, three decisions: one request, one transaction."""
NO_ROOM = """
  CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'could not extend file "base/16384/16422": No space left on device' USING ERRCODE = '{code}';
  END $$;
  CREATE TRIGGER no_room BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.ordinal = 4) EXECUTE FUNCTION no_room()"""


class Official:
    """Sends lines as the entry pad does: under an id of their own."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(self, request_id: str) -> httpx.Response:
        return self._client.post("/lines", json={"line": LINE, "request_id": request_id})

    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._client.get("/events?after=2").raise_for_status().json()
        return found


@contextmanager
def official(house: House, session: RaceSession) -> Iterator[Official]:
    with serving(behind_the_gate(), house.portal) as portal:
        token = portal.token(portal.account("official", Role.RACE_CONTROL), Role.RACE_CONTROL)
        address = f"{portal.origin}/api/v1/race-sessions/{session.id}"
        # a server that made a mistake closes the connection
        once = token | {"Connection": "close"}
        with httpx.Client(base_url=address, headers=once, timeout=20) as client:
            yield Official(client)


@pytest.mark.parametrize(("code", "status"), [("53100", 503), ("23514", 500)], ids=["no room", "a bug of ours"])
def test_a_failing_insert_leaves_nothing_half_written_and_says_no_sql(house: House, code: str, status: int) -> None:
    session = house.session("Race")
    with official(house, session) as at_work:
        with superuser(house, session.database_name) as connection:
            connection.execute(NO_ROOM.format(code=code))

        refused = at_work.send("the same id")
        between = at_work.events()
        with superuser(house, session.database_name) as connection:
            connection.execute("DROP TRIGGER no_room ON event")
        stored = at_work.send("the same id")

        assert refused.status_code == status
        assert between == []
        assert_no_sql(refused)
        assert stored.status_code == 200
        assert not stored.json()["repeated"]
        assert [event["request_id"] for event in at_work.events()] == ["the same id"] * ROWS
    assert house.desk(session).verify() is None


def test_a_full_disk_refuses_whole_requests_and_takes_them_when_there_is_room(small_disk: Path, ask: Asking) -> None:
    """A real one: the servers stand on a file system of their own, which is filled to the last byte."""
    with standing_on(small_disk / "data") as (servers, house):
        session = house.session("Race")
        house.desk(session).submit("42 w", ask(session, house.anna))
        with official(house, session) as at_work:
            balloon = blown_up(small_disk)
            acknowledged, refused = until_refused(at_work)
            balloon.unlink()
            servers.revive()
            soon(lambda: at_work.send(refused[0]).status_code == 200, within_s=30)

            sent = [event["request_id"] for event in at_work.events()]
        assert_no_sql(refused[1])
        assert refused[1].status_code == 503
        for request_id in (*acknowledged, refused[0]):
            assert sent.count(request_id) == ROWS
        assert set(sent[1:]) == {*acknowledged, refused[0]}
        assert house.desk(session).verify() is None


def _left_out(why: str) -> NoReturn:
    """In CI nothing is."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(why)  # noqa: TID251 - a switch of the test run


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size={DISK_MB}m,mode=0755,uid={os.geteuid()}"
    try:
        mount: list[str | Path] = [*may, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
        mounted = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        _left_out("no mount here: the full disk is left to machines that have one")
    if mounted.returncode != 0:
        _left_out("no file system may be mounted here: the full disk is left to machines where it may")
    try:
        yield folder
    finally:
        subprocess.run([*may, "umount", folder], check=True)


@contextmanager
def standing_on(data: Path) -> Iterator[tuple[Embedded, House]]:
    data.mkdir(mode=0o755)
    servers = Embedded(data)
    servers.start()
    try:
        settings = Settings(
            data=data,
            database_url=servers.database_url(),
            app_database_url=servers.database_url("paddock_app"),
            redis_url=servers.redis_url,
        )
        with open_runtime(settings, owner=True) as worker, open_runtime(settings, owner=False) as portal:
            migrate(worker.control)
            yield servers, house_of(worker, portal)
    finally:
        servers.stop()


def blown_up(disk: Path) -> Path:
    """A file that takes all the room there is."""
    balloon = disk / "balloon"
    with balloon.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(64 << 10)):
            pass
    with balloon.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(bytes(512)):
            pass
    return balloon


def until_refused(at_work: Official) -> tuple[list[str], tuple[str, httpx.Response]]:
    """What was acknowledged, and the first that was not."""
    acknowledged: list[str] = []
    for _ in range(5_000):
        request_id = str(uuid4())
        answer = at_work.send(request_id)
        if answer.status_code != 200:
            return acknowledged, (request_id, answer)
        acknowledged.append(request_id)
    raise AssertionError("the disk never filled")


def assert_no_sql(answer: httpx.Response) -> None:
    told = answer.text.lower()
    assert not any(word in told for word in ("extend file", "no space", "insert", "select", "psycopg", "sqlalchemy"))
    assert answer.json()["remedy"]


def test_what_is_full_is_unavailable_to_pages_too(house: House, ask: Asking) -> None:
    session = house.session("Race")
    with superuser(house, session.database_name) as connection:
        connection.execute(NO_ROOM.format(code="53100"))

    with pytest.raises(Unavailable):
        house.desk(session).submit(LINE, ask(session, house.anna))
