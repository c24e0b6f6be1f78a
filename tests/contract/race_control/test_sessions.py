"""Sessions are made, switched, closed, put away and brought back; a write never lands in the wrong one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.accounts.model import Role
from core.accounts.policy import rights_of
from core.errors import BadInput, Conflict, NotAllowed, NotFound, StaleSession, Unavailable
from core.io.bus import Bell, Topic
from core.io.clock import utc_now
from core.io.session_jobs import make_ready
from core.penalties.bodies import IncidentRecorded
from core.penalties.events import EventType
from core.sessions.model import Entry, RaceSession, SessionState
from tests.contract.race_control.conftest import Asking, House


def test_a_session_is_made_by_a_worker_and_opened_by_a_person(house: House) -> None:
    asked = house.portal.race_sessions.create(house.circuit_id, "Race  1", by=house.anna, now=utc_now())
    make_ready(house.worker)
    ready = house.portal.race_sessions.wait_ready(asked.id, timeout_s=0)
    opened = house.open(ready)

    assert (asked.name, asked.state, ready.state) == ("Race 1", SessionState.CREATING, SessionState.READY)
    assert opened.active
    assert opened.opened is not None
    assert opened.opened.by == house.anna.account_id
    assert house.portal.race_sessions.active(house.circuit_id) == opened


def test_without_a_worker_waiting_says_so(house: House) -> None:
    asked = house.portal.race_sessions.create(house.circuit_id, "Race", by=house.anna, now=utc_now())

    with pytest.raises(Unavailable, match="No worker has answered"):
        house.portal.race_sessions.wait_ready(asked.id, timeout_s=0)


def test_a_name_is_used_once_for_each_circuit(house: House) -> None:
    house.session("Race", opened=False)

    with pytest.raises(Conflict, match="already"):
        house.portal.race_sessions.create(house.circuit_id, " Race ", by=house.anna, now=utc_now())


def test_what_cannot_be_made_is_refused_before_any_effect(house: House) -> None:
    desk = house.portal.race_sessions

    with pytest.raises(NotFound, match="ruleset"):
        desk.create(house.circuit_id, "Race", by=house.anna, now=utc_now(), ruleset="../endurance")
    with pytest.raises(NotFound, match="circuit"):
        desk.create(uuid4(), "Race", by=house.anna, now=utc_now())
    with pytest.raises(BadInput):
        desk.create(house.circuit_id, " ", by=house.anna, now=utc_now())
    assert desk.all() == ()


def test_only_who_runs_sessions_may(house: House) -> None:
    viewer = replace(house.anna, role=Role.VIEWER, rights=rights_of(Role.VIEWER))
    session = house.session("Race", opened=False)

    with pytest.raises(NotAllowed):
        house.portal.race_sessions.open(session.id, viewer, utc_now())
    with pytest.raises(NotAllowed):
        house.portal.race_sessions.archive(session.id, house.anna, utc_now())


def test_opening_another_session_pauses_the_first(house: House, ask: Asking) -> None:
    first, second = house.session("First"), house.session("Second")

    with pytest.raises(StaleSession, match="not the active one any more"):
        house.desk(first).submit("42 w", ask(first, house.anna))
    house.desk(second).submit("42 w", ask(second, house.anna))

    assert house.desk(first).state().incidents == {}
    assert [event.type for event in house.desk(first).history()][2:] == ["session_paused"]


def test_a_session_may_be_opened_again(house: House, ask: Asking) -> None:
    first = house.session("First")
    house.desk(first).submit("42 w", ask(first, house.anna))
    house.session("Second")
    house.open(first)

    assert house.desk(first).submit("17 w", ask(first, house.anna)).incidents == (2,)


def test_opening_the_active_session_again_changes_nothing(house: House) -> None:
    session = house.session("Race")

    assert house.open(session) == session
    assert len(house.desk(session).history()) == 2


def test_a_retry_of_a_stored_write_is_answered_after_the_switch_too(house: House, ask: Asking) -> None:
    first = house.session("First")
    request = ask(first, house.anna)
    stored = house.desk(first).submit("42 w", request)
    house.session("Second")

    assert house.desk(first).submit("42 w", request) == replace(stored, repeated=True)


def test_a_closed_session_takes_nothing_more(house: House, ask: Asking) -> None:
    session = house.session("Race")
    desk = house.portal.race_sessions
    house.portal.entries.put(session.id, Entry("42"), house.anna, utc_now())

    closed = desk.close(session.id, house.anna, utc_now())

    assert (closed.state, closed.active, desk.active(house.circuit_id)) == (SessionState.CLOSED, False, None)
    with pytest.raises(StaleSession, match="was closed at"):
        house.desk(session).submit("42 w", ask(session, house.anna))
    with pytest.raises(Conflict, match="is closed since"):
        house.portal.entries.put(session.id, Entry("17"), house.anna, utc_now())
    with pytest.raises(Conflict, match="is closed since"):
        desk.close(session.id, house.anna, utc_now())
    assert desk.entries(session.id) == (Entry("42"),)


def test_a_closed_session_refuses_entries_in_its_own_database(house: House) -> None:
    session = house.session("Race")
    house.portal.race_sessions.close(session.id, house.anna, utc_now())

    with (
        pytest.raises(Exception, match="closed"),
        house.worker.sessions.engine(session.database_name).begin() as connection,
    ):
        connection.execute(text("DELETE FROM entry"))


def test_a_closed_session_may_be_opened_and_closed_again(house: House, ask: Asking) -> None:
    session = house.session("Race")
    for _ in range(2):
        house.portal.race_sessions.close(session.id, house.anna, utc_now())
        assert house.open(session).closed is None
    house.desk(session).submit("42 w", ask(session, house.anna))

    assert house.desk(session).verify() is None
    assert [event.type for event in house.desk(session).history()].count(EventType.SESSION_CLOSED) == 2


def test_every_move_rings_the_bell_of_the_pointer(house: House) -> None:
    session = house.session("Race", opened=False)
    stop, heard = threading.Event(), list[Bell]()

    def listen() -> None:
        heard.extend(bell for bell in house.worker.bus.bells(stop) if bell and bell.topic is Topic.POINTER)

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(0.3)
    house.open(session)
    house.portal.race_sessions.close(session.id, house.anna, utc_now())
    time.sleep(0.3)
    stop.set()
    listener.join()

    assert [(bell.subject, bell.seq) for bell in heard] == [(str(house.circuit_id), 1), (str(house.circuit_id), 2)]


def test_no_write_lands_in_the_wrong_session_while_sessions_switch(house: House, ask: Asking) -> None:
    """Each writer marks its incidents with the session it means; 1 000 tries while the pointer moves all the time."""
    sessions = [house.session("First"), house.session("Second")]
    desks = [house.desk(session) for session in sessions]
    acknowledged: list[list[str]] = [[], []]
    done = threading.Event()

    def switch() -> int:
        switches = 0
        while not done.is_set():
            house.open(sessions[switches % 2])
            switches += 1
        return switches

    def write(number: int) -> None:
        which, mark = number % 2, f"mark {uuid4()}"
        with suppress(StaleSession):
            desks[which].submit(f"{which + 1} o {mark}", ask(sessions[which], house.anna, mark))
            acknowledged[which].append(mark)

    with ThreadPoolExecutor(9) as crowd:
        switching = crowd.submit(switch)
        try:
            list(crowd.map(write, range(1000)))
        finally:
            done.set()

    assert switching.result() > 10
    for which, desk in enumerate(desks):
        stored = [event.body for event in desk.history() if isinstance(event.body, IncidentRecorded)]
        assert {body.kart for body in stored} <= {str(which + 1)}
        assert sorted(body.text for body in stored) == sorted(acknowledged[which])
        assert desk.verify() is None
    assert all(len(marks) > 20 for marks in acknowledged)


def test_a_session_takes_writes_only_while_the_pointer_names_it(house: House) -> None:
    sessions = [house.session("First"), house.session("Second"), house.session("Third")]

    with ThreadPoolExecutor(3) as officials:
        for _ in range(5):
            outcomes = [officials.submit(_open_or_told, house, session) for session in sessions]
            assert any(outcome.result() for outcome in outcomes)

    active = house.portal.race_sessions.active(house.circuit_id)
    open_ = [session.name for session in sessions if _seal(house, session) == "open"]
    assert active is not None
    assert open_ == [active.name]


@pytest.mark.parametrize("names_the_new_one", [False, True], ids=["before the pointer moved", "after"])
def test_a_switch_cut_in_half_by_a_crash_is_put_right(house: House, ask: Asking, *, names_the_new_one: bool) -> None:
    first, second = house.session("First"), house.session("Second", opened=False)
    seals = house.portal.race_sessions._seals
    with house.portal.race_sessions._registry.switch(house.circuit_id) as switch:
        seals.pause(first, switch.epoch, house.anna, utc_now())
        if names_the_new_one:
            switch.point(second.id, house.anna.account_id, utc_now() - timedelta(minutes=1))
    _age(house)

    make_ready(house.worker)

    active = second if names_the_new_one else first
    assert house.desk(active).submit("42 w", ask(active, house.anna)).incidents == (1,)
    assert house.portal.race_sessions.active(house.circuit_id) is not None


def test_a_late_opening_does_not_undo_a_later_switch(house: House) -> None:
    first, second = house.session("First"), house.session("Second")
    with house.portal.race_sessions._registry.switch(house.circuit_id) as slow:
        slow.point(first.id, house.anna.account_id, utc_now())
    house.open(second)

    with pytest.raises(StaleSession, match="overtaken"):
        house.portal.race_sessions._seals.open(first, slow.epoch, house.anna, utc_now())

    assert (_seal(house, first), _seal(house, second)) == ("paused", "open")


def test_two_switches_at_one_moment_end_with_the_later_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = house.session("First", opened=False), house.session("Second", opened=False)
    seals = house.portal.race_sessions._seals
    open_seal = seals.open

    def overtaken(*given: Any) -> None:
        monkeypatch.undo()
        house.open(second)
        open_seal(*given)

    monkeypatch.setattr(seals, "open", overtaken)
    with pytest.raises(Conflict, match="at the same moment"):
        house.open(first)

    assert (_seal(house, first), _seal(house, second)) == ("paused", "open")


def test_what_is_already_right_is_not_settled_again(house: House) -> None:
    session = house.session("Race")

    house.portal.race_sessions._reopen(session, utc_now())

    assert len(house.desk(session).history()) == 2


def test_an_unknown_session_is_said_so(house: House) -> None:
    with pytest.raises(NotFound):
        house.portal.race_sessions.open(uuid4(), house.anna, utc_now())
    with pytest.raises(NotFound):
        house.portal.penalties(uuid4())


def _open_or_told(house: House, session: RaceSession) -> bool:
    try:
        house.open(session)
    except Conflict:
        return False
    return True


def _seal(house: House, session: RaceSession) -> str:
    return house.worker.session_logs.log(session).seal().state.value


def _age(house: House) -> None:
    """As if the last opening had been a while ago."""
    with house.worker.control.begin() as connection:
        connection.execute(text("UPDATE race_session SET opened_at = opened_at - interval '1 minute'"))
