"""A closed session leaves a ledger, and the next one of its season begins with what still counts."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.io.clock import utc_now
from core.io.database.ledger import LedgerRows
from core.io.season import keep_ledgers
from core.io.session_jobs import make_ready
from core.penalties.bodies import CountersCarried
from core.penalties.commands import Record, StartPhase, Void
from core.penalties.season import Kind
from core.sessions.entry_list import typed
from core.sessions.model import Entry, Phase, RaceSession
from core.sessions.ports import EntryWrite
from tests.contract.race_control.conftest import Asking, House

POINTS = "ffsa_bwp"
"""Three points: five places; what a clean event takes off: two."""


class Season:
    """Races of one season at one circuit, each with the same two teams."""

    def __init__(self, house: House, ask: Asking) -> None:
        self.house = house
        self._ask = ask

    def race(self, name: str, *, season: str = "Cup", ruleset: str = POINTS, numbers: str = "58") -> RaceSession:
        portal = self.house.portal
        made = portal.race_sessions.create(
            self.house.circuit_id, name, by=self.house.anna, now=utc_now(), ruleset=ruleset, season=season
        )
        make_ready(self.house.worker)
        entries = [
            typed(Entry(number, team=f"Team {at}", drivers=(f"Driver {at}A",)))
            for at, number in enumerate(numbers, start=1)
        ]
        portal.entries.bring_in(made.id, entries, self.house.anna, utc_now(), EntryWrite())
        session = self.house.open(made)
        self.house.desk(session).perform(StartPhase(Phase.RACE), self._ask(session, self.house.anna))
        return session

    def breach(self, session: RaceSession, kart: str, points: int) -> int:
        request = self._ask(session, self.house.anna)
        [incident] = self.house.desk(session).perform(Record((kart,), "BWP", points=points), request).incidents
        return incident

    def void(self, session: RaceSession, incident: int) -> None:
        self.house.desk(session).perform(Void(incident, "wrong kart"), self._ask(session, self.house.anna))

    def close(self, session: RaceSession) -> None:
        self.house.portal.race_sessions.close(session.id, self.house.anna, utc_now())
        keep_ledgers(self.house.worker)

    def driver(self, number: int) -> UUID:
        return self.house.portal.people.found([f"Driver {number}A"])[f"driver {number}a"].id

    def carried(self, session: RaceSession) -> list[tuple[str, int]]:
        """Who was opened with what."""
        bodies = (event.body for event in self.house.desk(session).history())
        counters = [one for body in bodies if isinstance(body, CountersCarried) for one in body.counters]
        return [(one.subject, int(one.weight)) for one in counters]

    def kinds(self, driver: int) -> list[Kind]:
        return [each.row.kind for each in LedgerRows(self.house.worker.control).of_driver(self.driver(driver))]


@pytest.fixture
def season(house: House, ask: Asking) -> Season:
    return Season(house, ask)


def test_points_of_one_race_count_in_the_next(season: Season) -> None:
    first = season.race("Race 1")
    season.breach(first, "5", 2)
    season.close(first)

    second = season.race("Race 2")
    incident = season.breach(second, "5", 1)

    fold = season.house.desk(second).state()
    assert season.carried(second) == [(str(season.driver(1)), 2)]
    assert [penalty.code for penalty in fold.penalties.values()] == ["g5"]
    assert fold.incidents[incident].count == 3


def test_a_driver_who_took_part_without_an_incident_has_a_clean_event(season: Season) -> None:
    first = season.race("Race 1")
    season.breach(first, "5", 2)
    season.breach(first, "8", 3)
    season.close(first)
    second = season.race("Race 2")
    season.close(second)

    third = season.race("Race 3")

    weights = season.carried(third)
    assert {one: sum(weight for who, weight in weights if who == one) for one, _ in weights} == {
        str(season.driver(1)): 0,
        str(season.driver(2)): 1,
    }
    assert season.kinds(1) == [Kind.INCIDENT, Kind.CLEAN, Kind.COUNTER, Kind.CARRIED, Kind.COUNTER, Kind.COUNTER]


def test_closing_again_rewrites_what_the_session_left(season: Season) -> None:
    first = season.race("Race 1")
    incident = season.breach(first, "5", 2)
    season.close(first)
    season.close(season.house.open(first))
    assert season.kinds(1) == [Kind.INCIDENT, Kind.COUNTER]

    season.house.open(first)
    season.void(first, incident)
    season.close(first)

    assert season.kinds(1) == [Kind.CLEAN]
    assert season.carried(season.race("Race 2")) == []


def test_a_ledger_is_written_once_for_each_closing(season: Season) -> None:
    first = season.race("Race 1")
    season.breach(first, "5", 2)
    season.close(first)
    ledger = LedgerRows(season.house.worker.control)
    closed = season.house.portal.race_sessions.get(first.id)

    keep_ledgers(season.house.worker)

    assert ledger.unwritten() == frozenset()
    assert closed.closed is not None
    assert not ledger.write(closed, (), closed.closed.at - timedelta(seconds=1))
    assert season.kinds(1) == [Kind.INCIDENT, Kind.COUNTER]


def test_another_season_and_another_ruleset_begin_at_nothing(season: Season) -> None:
    first = season.race("Race 1")
    season.breach(first, "5", 2)
    season.close(first)

    assert season.carried(season.race("Race 2", season="Next cup")) == []
    assert season.carried(season.race("Race 3", ruleset="endurance")) == []


def test_what_is_closed_after_a_later_session_began_is_neither_lost_nor_doubled(season: Season) -> None:
    first = season.race("Qualifying")
    season.breach(first, "5", 1)
    second = season.race("Race")
    season.breach(second, "5", 1)
    season.close(second)
    season.house.open(first)
    season.close(first)

    assert season.carried(season.race("Race 2")) == [(str(season.driver(1)), 1), (str(season.driver(1)), 1)]


def test_what_two_people_had_counts_for_the_one_they_are(season: Season) -> None:
    first = season.race("Race 1")
    season.breach(first, "5", 1)
    season.breach(first, "8", 1)
    season.close(first)

    season.house.portal.people.merge(season.driver(1), season.driver(2), season.house.anna, utc_now())

    assert season.carried(season.race("Race 2")) == [(str(season.driver(2)), 1)] * 2
