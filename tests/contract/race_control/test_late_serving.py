"""With a feed and real databases: whoever records a serving, and wherever, the crossings that timing has decide."""

import time
from collections.abc import Callable
from statistics import median

import pytest

from core.accounts.model import Role
from core.io.clock import utc_now
from core.penalties.bodies import ServingRecorded, UnservedConfirmed
from core.penalties.log import WriteRequest
from core.penalties.model import Penalty, PenaltyState
from core.sessions.model import RaceSession
from tests.contract.race_control.conftest import House
from tests.contract.race_control.test_api import Caller, portal
from tests.feeds.passings import Passings, driving
from tests.portal_server import Portal

__all__ = ["portal"]

PID = "1/decision"
DOORS: dict[str, Callable[[Caller, str], object]] = {
    "route": lambda control, race: control.write(f"{race}/penalties/{PID}/serve"),
    "entry line": lambda control, race: control.write(f"{race}/lines", line="#1 s"),
}


@pytest.fixture
def session(house: House) -> RaceSession:
    """Kart 42 has a stop & go to serve within three crossings."""
    session = house.session("Race")
    for line in ("42 c =sg5", "#1 !"):
        request = WriteRequest(f"{line} typed", session.id, house.anna, utc_now())
        house.desk(session).submit(line, request)
    return session


@pytest.fixture
def line(house: House, session: RaceSession) -> Passings:
    assert session.id
    found = driving(house.worker, house.circuit_id)
    found.show()
    return found


@pytest.fixture
def control(portal: Portal) -> Caller:
    return Caller(portal, "control", Role.RACE_CONTROL)


def penalty(house: House, session: RaceSession) -> Penalty:
    return house.desk(session).state().penalties[PID]


@pytest.mark.parametrize("door", DOORS)
def test_after_the_last_permitted_crossing_it_is_unserved_until_accepted(
    house: House, session: RaceSession, line: Passings, control: Caller, door: str
) -> None:
    race = f"/race-sessions/{session.id}"
    line.cross(4)

    DOORS[door](control, race)
    late = penalty(house, session)
    control.write(f"{race}/penalties/{PID}/accept", reason="the board was shown late")

    recorded = [event.body for event in house.desk(session).history() if isinstance(event.body, ServingRecorded)]
    assert (late.state, late.unserved) == (PenaltyState.UNSERVED, None)
    assert late.serving is not None
    assert late.serving.evidence == (("too late", "after crossing 4 of 3"),)
    assert [body.crossings for body in recorded] == [tuple(line.at)]
    assert penalty(house, session).state is PenaltyState.SERVED
    assert house.desk(session).verify() is None


@pytest.mark.parametrize("door", DOORS)
def test_in_time_it_is_served(house: House, session: RaceSession, line: Passings, control: Caller, door: str) -> None:
    line.cross(3)

    DOORS[door](control, f"/race-sessions/{session.id}")

    assert penalty(house, session).state is PenaltyState.SERVED


def test_a_retry_is_answered_although_the_kart_has_passed_meanwhile(
    house: House, session: RaceSession, line: Passings, control: Caller
) -> None:
    line.cross(3)
    path, body = f"/race-sessions/{session.id}/penalties/{PID}/serve", {"request_id": "served once"}
    first = control("POST", path, body)
    line.cross(3)

    again = control("POST", path, body)

    assert (again["seqs"], again["repeated"]) == (first["seqs"], True)
    assert penalty(house, session).state is PenaltyState.SERVED


def test_that_it_was_not_served_is_confirmed_with_the_crossings(
    house: House, session: RaceSession, line: Passings, control: Caller
) -> None:
    line.cross(6)

    control.write(f"/race-sessions/{session.id}/penalties/{PID}/unserved")

    (body,) = [event.body for event in house.desk(session).history() if isinstance(event.body, UnservedConfirmed)]
    assert body.crossings == tuple(line.at[:4])


def test_the_entry_of_a_kart_that_left_the_board_still_leads_to_its_laps(
    house: House, session: RaceSession, control: Caller
) -> None:
    driving(house.worker, house.circuit_id).cross(4)

    control.write(f"/race-sessions/{session.id}/penalties/{PID}/serve")

    assert penalty(house, session).state is PenaltyState.UNSERVED


def test_without_a_feed_the_word_of_the_official_counts(house: House, session: RaceSession, control: Caller) -> None:
    control.write(f"/race-sessions/{session.id}/penalties/{PID}/serve")

    served = penalty(house, session)
    assert served.state is PenaltyState.SERVED
    assert served.serving is not None
    assert served.serving.evidence == ()


def test_asking_the_timing_is_short(house: House, session: RaceSession, line: Passings) -> None:
    line.cross(4)
    issued = penalty(house, session).issued
    assert issued is not None
    ask, took_ms = house.portal.passed(session), []

    for _ in range(30):
        began = time.perf_counter()
        assert ask("42", issued.at) == tuple(line.at)
        took_ms.append((time.perf_counter() - began) * 1000)

    print(f"asked within {median(took_ms):.2f} ms")  # noqa: T201 - the figure, with -s
