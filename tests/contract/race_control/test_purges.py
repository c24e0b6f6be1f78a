"""Dropping a session for good: two people, thirty days, and a way back until then."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.accounts.model import Identity, Role
from core.accounts.policy import rights_of
from core.errors import Conflict, NotAllowed, NotFound
from core.io import purging
from core.io.clock import utc_now
from core.io.purging import drop_purged
from core.io.rehearsing import rehearse
from core.io.session_jobs import make_ready
from core.penalties.integrity import Why
from core.sessions.model import RaceSession, SessionState
from core.sessions.purges import WAIT
from tests.contract.race_control.conftest import Asking, House
from tests.contract.race_control.test_backup import databases


@pytest.fixture
def session(house: House, ask: Asking) -> RaceSession:
    """Archived, with a dump of its own and one of a rehearsal."""
    session = house.session("Race")
    house.desk(session).submit("42 w", ask(session, house.anna))
    rehearse(house.worker, session, utc_now())
    house.portal.race_sessions.close(session.id, house.anna, utc_now())
    house.portal.race_sessions.archive(session.id, None, utc_now())
    make_ready(house.worker)
    return house.portal.race_sessions.get(session.id)


def admin(one: Identity) -> Identity:
    return replace(one, role=Role.ADMIN, rights=rights_of(Role.ADMIN))


def at(monkeypatch: pytest.MonkeyPatch, house: House, days: float) -> None:
    """The job of a day so far ahead."""
    monkeypatch.setattr(purging, "utc_now", lambda: utc_now() + timedelta(days=days))
    drop_purged(house.worker)


def test_two_people_and_thirty_days_drop_a_session_with_its_dumps_and_leave_its_anchors(
    house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumps = [session.dump_sha256, house.worker.rehearsals.latest()[0].sha256]
    anna, bert = admin(house.anna), admin(house.bert)
    house.portal.purges.ask(session.id, anna, utc_now())
    house.portal.purges.confirm(session.id, bert, utc_now())

    at(monkeypatch, house, 29.9)
    assert session.database_name in databases(house)
    at(monkeypatch, house, 30.1)

    gone = house.portal.race_sessions.get(session.id)
    assert session.database_name not in databases(house)
    assert (gone.state, gone.dump_sha256) == (SessionState.PURGED, None)
    assert not any(house.worker.blobs.path(sha256).exists() for sha256 in dumps if sha256)
    assert [one.why for one in house.portal.integrity.anchors(session.id)] == [Why.BACKUP]
    with pytest.raises(NotFound, match="dropped already"):
        house.portal.purges.withdraw(session.id, anna, utc_now())
    assert house.session(session.name).active, "its name is free again"


def test_one_person_alone_drops_nothing(house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = admin(house.anna)
    house.portal.purges.ask(session.id, anna, utc_now())

    with pytest.raises(NotAllowed, match="two people"):
        house.portal.purges.confirm(session.id, anna, utc_now())
    at(monkeypatch, house, 31)

    assert session.database_name in databases(house)


def test_not_even_the_database_takes_one_person_for_two(house: House, session: RaceSession) -> None:
    house.portal.purges.ask(session.id, admin(house.anna), utc_now())

    for statement in (
        "UPDATE purge SET confirmed_at = now(), confirmed_by = asked_by",
        "UPDATE purge SET dropped_at = now() + interval '31 days'",
        "UPDATE purge SET confirmed_at = now(), confirmed_by = session_id, dropped_at = now()",
    ):
        with pytest.raises(IntegrityError), house.portal.control.begin() as connection:
            connection.execute(text(statement))


def test_either_may_take_it_back(house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch) -> None:
    house.portal.purges.ask(session.id, admin(house.anna), utc_now())
    house.portal.purges.confirm(session.id, admin(house.bert), utc_now())

    house.portal.purges.withdraw(session.id, admin(house.bert), utc_now())
    at(monkeypatch, house, 31)

    assert session.database_name in databases(house)
    assert house.portal.purges.all() == {}


def test_a_session_that_was_brought_back_must_be_asked_for_again(
    house: House, session: RaceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = admin(house.anna), admin(house.bert)
    house.portal.purges.ask(session.id, anna, utc_now())
    house.portal.purges.confirm(session.id, bert, utc_now())
    house.portal.race_sessions.bring_back(session.id, None, utc_now())
    make_ready(house.worker)
    house.portal.race_sessions.archive(session.id, None, utc_now())
    make_ready(house.worker)

    at(monkeypatch, house, 31)

    assert session.database_name in databases(house)
    asked = house.portal.purges.ask(session.id, bert, utc_now())
    assert (asked.asked.by, asked.confirmed) == (bert.account_id, None)
    assert asked.due_at - asked.asked.at == WAIT


def test_only_an_archived_session_is_dropped_once_asked_for_by_an_admin(house: House, session: RaceSession) -> None:
    desk = house.portal.purges
    with pytest.raises(NotAllowed):
        desk.ask(session.id, house.anna, utc_now())
    with pytest.raises(Conflict, match="Only an archived session"):
        desk.ask(house.session("Other").id, admin(house.anna), utc_now())
    with pytest.raises(NotFound, match="Nobody has asked"):
        desk.confirm(session.id, admin(house.bert), utc_now())
    desk.ask(session.id, admin(house.anna), utc_now())
    with pytest.raises(Conflict, match="asked for already"):
        desk.ask(session.id, admin(house.bert), utc_now())
    desk.confirm(session.id, admin(house.bert), utc_now())
    with pytest.raises(Conflict, match="confirmed it already"):
        desk.confirm(session.id, admin(house.bert), utc_now())
