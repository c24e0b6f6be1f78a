"""A venue's whole history of a 24 h race: every record is read, and says what the records say of each other."""

import tarfile
from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import cache

from core.timing.events import DriverNamed, Event, LapTold, StopTold
from core.timing.model import LapKind
from core.timing.sources.apex import Apex
from tests.conformance.data import folder

NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)
ARCHIVE = folder() / "timing" / "apex_http" / "apex_timing_viewer_laps_45teams.tar.gz"


@cache
def events() -> tuple[Event, ...]:
    source = Apex()
    with tarfile.open(ARCHIVE) as archive:
        texts = [archive.extractfile(member) for member in archive.getmembers() if member.name.endswith(".laps")]
        return tuple(
            event for text in texts if text is not None for event in source.feed_history(text.read().decode(), NOON)
        )


def laps() -> list[LapTold]:
    return [event for event in events() if isinstance(event, LapTold)]


def stops() -> list[StopTold]:
    return [event for event in events() if isinstance(event, StopTold)]


def test_every_record_is_read() -> None:
    kinds = Counter(type(event).__name__ for event in events())

    assert kinds == {"KeepAlive": 44, "LapTold": 48_104, "StopTold": 1_517, "DriverNamed": 44}


def test_the_first_lap_of_every_team_has_no_time() -> None:
    assert {lap.lap for lap in laps()} & {1} == set()
    assert len({lap.source_id for lap in laps()}) == 44


def test_stops_are_closed_but_for_the_one_at_the_finish() -> None:
    open_stops = [stop for stop in stops() if stop.out_ms is None]

    assert len(open_stops) == 44
    assert all(
        stop.duration_ms == (stop.out_ms or 0) - (stop.in_ms or 0) for stop in stops() if stop.out_ms is not None
    )


def test_the_lap_behind_a_stop_is_a_pit_lap_and_lasts_as_long() -> None:
    pit_laps = {(lap.source_id, lap.lap): lap.ms for lap in laps() if lap.kind is LapKind.PIT}
    closed = [stop for stop in stops() if stop.duration_ms is not None]

    assert len(pit_laps) == len(closed) == 1_473
    assert all(pit_laps[stop.source_id, (stop.lap or 0) + 1] == stop.duration_ms for stop in closed)


def test_every_stop_names_its_driver_and_stints_follow_each_other() -> None:
    by_car = defaultdict(list)
    for stop in stops():
        by_car[stop.source_id].append(stop)

    assert all(stop.driver for stop in stops())
    assert sum(isinstance(event, DriverNamed) for event in events()) == 44
    for told in by_car.values():
        assert [stop.ordinal for stop in told] == list(range(1, len(told) + 1))
