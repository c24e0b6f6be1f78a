"""14 RMonitor recordings: their exact counts, and laps and positions against the feed's own last standings."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from core.timing import events as said
from core.timing.board import BoardFold, Harvest
from core.timing.model import Board, Lap, Provenance
from core.timing.recordings import RecordedFrame, read_recording, spoken
from core.timing.sources.rmonitor import RMonitor
from core.timing.standings import classify
from portal.cli.timing import app
from tests.conformance.data import folder, rmonitor
from tests.unit.timing.test_replay_command import SCHEMAS

RMONITOR = rmonitor()
SMS = (folder() / "timing" / "sms_timing" / "frames.ndjson",)
NO_TOTAL = ("00:00:00.000", "00:59:59.999")

OTHER_MOMENT = frozenset(("event-finish-with-cars-data", "event-finish-with-stopped"))
"""Their first table is not of the race that follows: the clock goes back 47 minutes behind it, and with it a car's 225
laps become 162, another's 50 become 200. Cars that do not pass afterwards keep what that table said."""

DEDUCTED = {
    ("redmist_TestMissingLaps", "44"): 3,
    ("redmist_TestMissingLaps", "617"): 4,
    ("redmist_TestMissingLaps", "461"): 4,
    ("redmist_TestMissingLaps", "303"): 7,
    ("redmist_TestMissingLaps", "99"): 10,
    ("redmist_TestMissingLaps", "92"): 21,
    ("redmist_TestMissingLaps", "29"): 35,
    ("event-finish-with-cars-data", "112"): 1,
    ("event-finish-with-stopped", "112"): 1,
    ("event-finish-with-cars-data", "168"): 3,
    ("event-finish-with-stopped", "168"): 3,
}
"""Laps that officials took off as a penalty: the standing counts fewer than were driven, at the end even below none.
Those of car 168 stand in the table of another moment."""

UNORDERED = {
    "event-finish-with-cars-data": 42,
    "event-finish-with-stopped": 42,
    "redmist_TestResetRetainLapTime": 4,
    "redmist_TestFlagtronicsPurple": 1,
}
"""Cars whose place in our order is not their last `$G`'s, because those name a place twice or leave some out: rows of
another moment (the first two); a recording that ends within a refresh; a recording that knows one car of a field."""


@dataclass
class Standing:
    """The feed's own last word about a car, read without any of our code."""

    position: int
    laps: int
    total: str
    laps_first: int


@dataclass
class Folded:
    harvest: Harvest
    events: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    laps: dict[str, list[Lap]] = field(default_factory=lambda: defaultdict(list))
    standings: dict[str, Standing] = field(default_factory=dict)
    others: list[Harvest] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    """Race time at the end of the last lap."""


def name(path: Path) -> str:
    return path.name.split(".")[0]


def records(frame: RecordedFrame) -> list[list[str]]:
    lines = (line.strip("\ufeff\r ") for line in frame.text.split("\n"))
    return [next(csv.reader([line], skipinitialspace=True)) for line in lines if line.startswith("$")]


@cache
def folded(path: Path) -> Folded:
    """The first session of a recording; what comes after it is a list of entries."""
    source, fold = RMonitor(), BoardFold()
    events, counts, standings, totals = Counter[str](), Counter[str](), dict[str, Standing](), dict[str, int]()
    for frame in spoken(read_recording(path), "rmonitor"):
        told = source.feed(frame.text, frame.at)
        fold.apply(told)
        events.update(type(event).__name__ for event in told)
        totals |= {event.source_id: event.total_ms or 0 for event in told if isinstance(event, said.LapTold)}
        for record in records(frame):
            counts[record[0]] += 1
            count(counts, record)
            if record[0] == "$G" and not events["SessionBegun"]:
                stand(standings, record)
    fold.close()
    first, *others = fold.drain()
    found = Folded(first, events, counts, standings=standings, others=others, totals=totals)
    for lap in first.laps:
        found.laps[lap.source_id].append(lap)
    return found


def count(counts: Counter[str], record: list[str]) -> None:
    match record:
        case ["$F", *_, flag]:
            counts[f"flag {flag.strip().casefold()}"] += 1
        case ["$G", _, _, "", _]:
            counts["$G without laps"] += 1
        case ["$H", _, _, _, "00:59:59.999"]:
            counts["$H without a time"] += 1
        case ["$J", _, "00:00:00.000", _]:
            counts["$J without a time"] += 1
        case ["$B", "95", _]:
            counts["$B,95"] += 1
        case ["$L", _, _, timeline, *_]:
            counts[timeline] += 1


def stand(standings: dict[str, Standing], record: list[str]) -> None:
    """An empty row of a car that has a total is what the box sends before the true one."""
    _, position, car, laps, total = record
    before = standings.get(car)
    if before is None or before.total in NO_TOTAL or total not in NO_TOTAL:
        is_first = before is None or before.total in NO_TOTAL
        laps_first = int(laps or 0) if before is None or is_first else before.laps_first
        standings[car] = Standing(int(position), int(laps or 0), total, laps_first)


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    return sum((folded(path).records for path in RMONITOR), Counter())


@pytest.mark.parametrize(
    ("what", "number"),
    [
        ("$F", 21_565),
        ("$H", 12_714),
        ("$G", 11_490),
        ("$A", 7_653),
        ("$COMP", 7_625),
        ("$J", 2_042),
        ("$C", 1_074),
        ("$L", 985),
        ("$E", 756),
        ("$B", 413),
        ("$I", 37),
        ("flag green", 16_655),
        ("flag finish", 2_538),
        ("flag red", 1_008),
        ("flag yellow", 926),
        ("flag ", 438),
        ("$G without laps", 2_386),
        ("$H without a time", 784),
        ("$J without a time", 81),
        ("$B,95", 8),
        ("SFT", 568),
        ("POP", 149),
        ("SFP", 144),
        ("PIP", 124),
    ],
)
def test_the_recordings_hold_what_was_counted_in_them(counts: Counter[str], what: str, number: int) -> None:
    assert counts[what] == number


def test_every_record_is_read(counts: Counter[str]) -> None:
    """One line is a comment that somebody wrote into a recording; one record is cut inside its quotes."""
    events = sum((folded(path).events for path in RMONITOR), Counter[str]())

    assert sum(number for what, number in counts.items() if what.startswith("$") and what[1:].isalpha()) == 66_354
    assert (events["Unread"], events["Novelty"], events["Junk"]) == (0, 0, 1)


def test_a_naive_split_is_wrong_on_some_records() -> None:
    wrong = {name(path): sum(len(line.split(",")) != len(fields) for line, fields in lines(path)) for path in RMONITOR}

    assert {path: number for path, number in wrong.items() if number} == {"redmist_TestMissingLaps": 44}


def lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    for frame in spoken(read_recording(path), "rmonitor"):
        for line in frame.text.split("\n"):
            if line.startswith("$"):
                yield line, next(csv.reader([line], skipinitialspace=True))


@pytest.mark.parametrize("path", RMONITOR, ids=name)
def test_laps_and_positions_on_the_board_are_those_of_the_last_standings(path: Path) -> None:
    found = folded(path)
    cars = {car.source_id: car for car in final(found).cars}

    for car, standing in found.standings.items():
        assert (car, cars[car].position, cars[car].laps or 0) == (car, standing.position, max(standing.laps, 0))


@pytest.mark.parametrize("path", RMONITOR, ids=name)
def test_the_classification_is_the_order_of_the_last_standings(path: Path) -> None:
    """But for those listed above."""
    found = folded(path)
    classified = {standing.car.source_id: standing.position for standing in classify(final(found), ())}
    wrong = [car for car, standing in found.standings.items() if classified[car] != standing.position]

    assert len(wrong) == UNORDERED.get(name(path), 0)


@pytest.mark.parametrize("path", RMONITOR, ids=name)
def test_laps_and_race_times_of_our_own_put_the_cars_into_the_feeds_order(path: Path) -> None:
    """Most laps first, then who completed them first; laps taken off are no laps."""
    found = folded(path)
    driven = {
        car: (found.laps[car][-1].lap - DEDUCTED.get((name(path), car), 0), -total)
        for car, total in found.totals.items()
        if car in found.standings
    }

    ours = sorted(driven, key=lambda car: driven[car], reverse=True)
    assert ours == sorted(driven, key=lambda car: found.standings[car].position)


@pytest.mark.parametrize("path", RMONITOR, ids=name)
def test_the_last_lap_that_was_driven_has_the_number_of_the_last_standing(path: Path) -> None:
    found = folded(path)
    wrong = {
        car: found.laps[car][-1].lap - standing.laps
        for car, standing in found.standings.items()
        if found.laps[car] and found.laps[car][-1].lap != standing.laps
    }

    assert wrong == {car: laps for (file, car), laps in DEDUCTED.items() if file == name(path)}


@pytest.mark.parametrize("path", RMONITOR, ids=name)
def test_passings_make_as_many_laps_as_the_standings_grew(path: Path) -> None:
    """No lap is missing and none has a number twice."""
    found = folded(path)
    for car, standing in found.standings.items() if name(path) not in OTHER_MOMENT else ():
        numbers = [lap.lap for lap in found.laps[car]]
        deducted = DEDUCTED.get((name(path), car), 0)
        grown = standing.laps - standing.laps_first + (deducted - max(-standing.laps_first + 1, 0) if deducted else 0)
        assert (car, numbers) == (car, list(range(numbers[0], numbers[0] + len(numbers))) if numbers else [])
        assert (car, len(numbers)) == (car, grown + (car == "226?"))  # met by a passing: its lap is one


def test_one_lap_of_all_was_lost_and_could_be_reckoned() -> None:
    """Its passing was never told; the totals on either side of it are."""
    computed = [
        (name(path), lap.source_id, lap.lap, lap.lap_ms)
        for path in RMONITOR
        for lap in folded(path).harvest.laps
        if lap.provenance is Provenance.COMPUTED
    ]

    assert computed == [("redmist_TestMissingLaps", "286", 8, 172_476)]


@pytest.mark.parametrize("path", RMONITOR, ids=name)
def test_a_session_that_follows_is_only_a_list_of_entries(path: Path) -> None:
    found = folded(path)
    listed = {"2009_Sebring_ALMS_Session_4": 15, "2009_Sebring_ALMS_Session_4_Lites": 11}

    assert [(len(other.laps), len(other.final.cars if other.final else ())) for other in found.others] == (
        [(0, listed[name(path)])] if name(path) in listed else []
    )


@pytest.mark.parametrize("path", [*RMONITOR, *SMS], ids=name)
def test_every_recording_is_told_as_the_schema_promises(path: Path) -> None:
    told = CliRunner().invoke(app, ["replay", str(path), "--laps", "--json"])

    assert told.exit_code == 0
    schema = json.loads((SCHEMAS / "timing-replay.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(told.stdout))


def final(found: Folded) -> Board:
    assert found.harvest.final is not None
    return found.harvest.final
