"""What is frozen of a session stands in its own database, and is replaced whole."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from core.io.database.frozen import read_frozen, write_frozen
from core.timing.desk import KeptSession
from core.timing.frozen import Frozen, FrozenSession, board_of_laps
from core.timing.model import Flag, Lap, LapKind, SessionKind, Stop
from core.timing.results import Results, Status
from tests.contract.race_control.conftest import House

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)


def test_laps_and_stops_are_read_as_they_were_frozen_and_replaced_by_the_next_closing(house: House) -> None:
    session = house.session("Race", opened=False)
    laps = (Lap("r1", "42", 1, 60_123, LapKind.LAP, NOON, "Driver 42A", 1, Flag.GREEN, (20_000, None, 40_123)),)
    feed = KeptSession(UUID(int=5), house.circuit_id, "Race", SessionKind.RACE, "Track", NOON, NOON)
    one = FrozenSession(feed, laps, (Stop("r1", NOON, NOON, 4_012, 1), Stop("r1", NOON, None)))
    first = Frozen(NOON, NOON, (one,), board_of_laps(one), Results(1, Status(final=False), (), (), "endurance"))
    again = replace(first, sessions=(replace(one, stops=one.stops[:1]),), board=None)
    engine = house.worker.sessions.engine(session.database_name)

    read = []
    for what in (first, again):
        write_frozen(engine, what)
        read.append(read_frozen(house.portal.sessions.engine(session.database_name), session))

    assert read == [first, again]
