"""Generated RMonitor and SMS-Timing feeds: what is folded is what was driven, whole or torn."""

import pickle
from random import Random

import pytest

from core.timing.board import BoardFold
from core.timing.model import Board
from core.timing.model import Lap as FoldedLap
from core.timing.sources import SOURCES, Source
from tests.feeds.race import Feed, Lap, Plan
from tests.feeds.rmonitor import rmonitor
from tests.feeds.sms import sms

FEEDS = {
    "rmonitor": lambda seed: rmonitor(Plan(seed=seed)),
    "race_monitor": lambda seed: rmonitor(Plan(seed=seed), is_relayed=True),
    "sms_timing": lambda seed: sms(Plan(seed=seed)),
}
READ_BY = {"race_monitor": "rmonitor"}


def fold(feed: Feed, source: Source) -> tuple[Board, list[FoldedLap]]:
    board = BoardFold()
    for frame in feed.frames:
        board.apply(source.feed(frame.text, frame.at))
    board.close()
    (harvest,) = board.drain()
    assert harvest.final is not None
    return harvest.final, list(harvest.laps)


def source_of(name: str) -> Source:
    return SOURCES[READ_BY.get(name, name)]()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", FEEDS)
def test_the_laps_that_were_driven_are_the_laps_that_are_told(name: str, seed: int) -> None:
    feed = FEEDS[name](seed)

    board, laps = fold(feed, source_of(name))

    assert sorted(Lap(lap.source_id, lap.lap, lap.lap_ms or 0) for lap in laps) == sorted(feed.laps)
    assert {car.source_id: car.position for car in board.cars} == feed.positions
    assert (board.unread, board.junk, board.novelties) == (0, 0, 0)


@pytest.mark.parametrize("name", FEEDS)
def test_a_source_that_was_put_away_goes_on_like_the_original(name: str) -> None:
    feed, whole, torn = FEEDS[name](1), source_of(name), source_of(name)
    rng = Random(3)  # noqa: S311 - a test is repeatable

    for frame in feed.frames:
        if rng.random() < 0.2:
            torn = pickle.loads(pickle.dumps(torn))  # noqa: S301 - our own bytes
        assert torn.feed(frame.text, frame.at) == whole.feed(frame.text, frame.at)


@pytest.mark.parametrize("name", ["rmonitor", "race_monitor"])
def test_records_that_come_one_by_one_tell_the_same_laps(name: str) -> None:
    feed = FEEDS[name](2)
    records = [frame._replace(text=line) for frame in feed.frames for line in frame.text.split("\r\n") if line]

    _, laps = fold(Feed(tuple(records), feed.laps, feed.positions), source_of(name))

    assert sorted(Lap(lap.source_id, lap.lap, lap.lap_ms or 0) for lap in laps) == sorted(feed.laps)
