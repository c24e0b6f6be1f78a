"""Laps and stops of real recordings against the feed's own counters: what its cells count, the fold has told."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from core.timing.board import BoardFold, Harvest
from core.timing.model import Board, Car, Lap, LapKind
from core.timing.recordings import read_recording
from core.timing.sources import recognise
from core.timing.sources.apex import Apex
from core.timing.withdrawn import Withdrawal
from portal.cli.timing import app
from tests.conformance.data import apex
from tests.unit.timing.test_replay_command import SCHEMAS

APEX = apex()

TAKEN_BACK = {("kungalv", "r41", 1), ("kartevora", "r39742", 6)}
"""Laps that officials took back: a first one by clearing its cells, another by showing the lap before it again."""

COUNTED_BY_HAND = {("mariembourg", "r44011"), ("mariembourg", "r44173")}
"""Test karts that joined the race for some minutes; officials corrected their stops by hand."""


@cache
def sessions(path: Path) -> tuple[tuple[Harvest, dict[str, Car]], ...]:
    """What every session of a recording came to, and its cars as they were first seen."""
    source, fold, first = Apex(), BoardFold(), dict[int, dict[str, Car]]()
    harvests: list[Harvest] = []
    for frame in read_recording(path):
        fold.apply(source.feed(frame.text, frame.at))
        if "init|" in frame.text:
            board = fold.snapshot()
            first.setdefault(board.session, {car.source_id: car for car in board.cars})
        harvests += fold.drain()
    fold.close()
    harvests += fold.drain()
    return tuple((_whole(harvests, final), first.get(final.session.ordinal, {})) for final in harvests if final.final)


def _whole(harvests: list[Harvest], final: Harvest) -> Harvest:
    parts = [harvest for harvest in harvests if harvest.session.ordinal == final.session.ordinal]
    withdrawn = tuple(gone for part in parts for gone in part.withdrawn)
    laps = tuple(lap for part in parts for lap in part.laps if not any(map(partial(_is_gone, lap), withdrawn)))
    stops = tuple(stop for part in parts for stop in part.stops)
    return Harvest(final.session, laps, stops, final.final, withdrawn=withdrawn)


def _is_gone(lap: Lap, gone: Withdrawal) -> bool:
    return (lap.source_id, lap.lap) == (gone.source_id, gone.lap) and lap.at <= gone.at


def finals(name: str = "") -> Iterator[tuple[str, Harvest, Board, dict[str, Car]]]:
    for path in apex(name):
        for harvest, first in sessions(path):
            assert harvest.final is not None
            yield path.name.split("_")[0].split(".")[0], harvest, harvest.final, first


def test_the_last_lap_has_the_number_the_feed_counts() -> None:
    wrong = {
        (venue, car.source_id)
        for venue, harvest, board, _ in finals()
        if "laps" in board.columns
        for car in board.cars
        if (last := max((lap.lap for lap in harvest.laps if lap.source_id == car.source_id), default=None)) is not None
        and last != car.laps
    }

    assert wrong == set()


def test_laps_are_as_many_as_the_feeds_counter_grew() -> None:
    """But for laps before the first that the feed times (the way out, the start), and those that a hole swallowed."""
    for venue, harvest, board, first in finals():
        for car in board.cars if "laps" in board.columns else ():
            numbers = [lap.lap for lap in harvest.laps if lap.source_id == car.source_id]
            begun = first[car.source_id].laps or 0 if car.source_id in first else 0
            if numbers and venue not in {"onlykart", "ariza", "kartevora"}:
                assert len(numbers) in range((car.laps or 0) - begun - 1, (car.laps or 0) - begun + 1)


def test_no_lap_has_a_number_twice() -> None:
    twice = {
        (venue, source_id)
        for venue, harvest, _, _ in finals()
        for (source_id, _), count in Counter((lap.source_id, lap.lap) for lap in harvest.laps).items()
        if count > 1
    }

    assert twice == set()


def test_laps_that_officials_took_back_are_withdrawn() -> None:
    withdrawn = {(venue, gone.source_id, gone.lap) for venue, harvest, _, _ in finals() for gone in harvest.withdrawn}

    assert withdrawn == TAKEN_BACK


@pytest.mark.parametrize(
    "name", ["saintes_26h", "mariembourg_4h_fun", "mariembourg_24h_day1", "kartland", "los_santos"]
)
def test_stops_are_as_many_as_the_feeds_counter(name: str) -> None:
    """Of recordings without a hole."""
    wrong = {
        (venue, car.source_id)
        for venue, harvest, board, first in finals(name)
        for car in board.cars
        if car.source_id in first
        and (car.pits or 0) - (first[car.source_id].pits or 0)
        not in range(*_stops(harvest, car.source_id, was_in=first[car.source_id].in_pit_since is not None))
    }

    assert wrong <= COUNTED_BY_HAND


def _stops(harvest: Harvest, source_id: str, *, was_in: bool) -> tuple[int, int]:
    """The least and one more than the most that the counter may have grown: it may be ahead of a stop that was on."""
    stops = sum(stop.source_id == source_id for stop in harvest.stops)
    return stops - was_in, stops + 1


def test_a_lap_that_is_a_stop_is_as_long_as_the_stop() -> None:
    """At venues whose pit lane closes a lap, lap and stop are two measures of one time."""
    for name in ("saintes_26h", "capkarting"):
        for _, harvest, _, _ in finals(name):
            laps = {(lap.source_id, lap.lap_ms) for lap in harvest.laps if lap.kind is LapKind.PIT}
            stops = [stop for stop in harvest.stops if stop.duration_ms is not None]
            assert sum((stop.source_id, stop.duration_ms) in laps for stop in stops) >= 0.96 * len(stops)


def test_every_lap_that_was_driven_has_a_time() -> None:
    assert all(lap.lap_ms is not None for _, harvest, _, _ in finals() for lap in harvest.laps)


def test_a_table_sent_again_neither_adds_nor_loses_a_lap() -> None:
    """Thirteen tables and four pauses in one race: every car's laps add up to the time between its passings."""
    ((_, harvest, board, _),) = finals("mariembourg_4h_fun")
    for car in board.cars:
        laps = [lap for lap in harvest.laps if lap.source_id == car.source_id and lap.lap_ms is not None]
        if len(laps) > 1:
            driven_ms = sum(lap.lap_ms or 0 for lap in laps[1:])
            between_s = (laps[-1].at - laps[0].at).total_seconds()
            assert driven_ms / 1000 == pytest.approx(between_s, abs=16)


@pytest.mark.parametrize("path", APEX, ids=lambda path: path.name.split(".")[0])
def test_every_recording_is_told_as_the_schema_promises(path: Path) -> None:
    told = CliRunner().invoke(app, ["replay", str(path), "--laps", "--json"])

    assert told.exit_code == 0
    schema = json.loads((SCHEMAS / "timing-replay.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(told.stdout))


@pytest.mark.parametrize("path", APEX, ids=lambda path: path.name.split(".")[0])
def test_every_recording_is_recognised_by_its_first_frames(path: Path) -> None:
    assert recognise(frame.text for frame in read_recording(path)) == "apex"
