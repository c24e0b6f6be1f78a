"""What a follower makes of frames: rows and a board, the same however often it was interrupted."""

import json
import pickle
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.io.database.timing import Batch, Before
from core.io.recorder import Place, Recorded
from core.io.transports import Channel, Frame, Resume
from core.timing.desk import KeptSession
from core.timing.model import Board, Car, Clock, ClockKind, SessionKind
from core.timing.moments import moved
from core.timing.wire import board_to_json
from core.tracks.links import Hole
from tests.apex_feed import START, Race, Told, race
from workers.reading import Reading

CIRCUIT = UUID(int=5)
RACE = race(karts=3, laps=6)


def frames(told: Race, at: datetime = START) -> list[Frame]:
    return [Frame(text, at + timedelta(seconds=t), place) for place, (t, text) in enumerate(told.frames)]


def read(reading: Reading, wanted: Iterable[Frame]) -> Batch:
    rows = Batch()
    for frame in wanted:
        rows.extend(reading.take(Recorded(Place(1, frame.position or 0), frame, frame.at, 0)))
    return rows


def laps(rows: Batch) -> list[Told]:
    return [Told(lap.source_id, lap.number, lap.lap, lap.lap_ms or 0) for _, lap in rows.laps]


def test_every_lap_is_stored_under_the_one_session() -> None:
    rows = read(Reading(CIRCUIT, "apex"), frames(RACE))

    [session] = rows.sessions
    assert (session.title, session.kind, session.track) == ("Race – Heat", SessionKind.RACE, "Ring")
    assert {session_id for session_id, _ in rows.laps} == {session.id}
    assert laps(rows) == list(RACE.laps)


def test_a_race_that_starts_over_is_another_session() -> None:
    rows = read(Reading(CIRCUIT, "apex"), [*frames(RACE), *frames(RACE, START + timedelta(hours=1))])

    first, ended, second = rows.sessions
    assert replace(ended, ended_at=None) == first
    assert ended.ended_at == START + timedelta(hours=1)
    assert second.id != first.id
    assert laps(rows) == [*RACE.laps, *RACE.laps]


@settings(max_examples=25)
@given(st.lists(st.integers(0, len(RACE.frames)), max_size=4))
def test_a_pickled_reading_goes_on_like_the_original(cuts: list[int]) -> None:
    whole, uncut = Reading(CIRCUIT, "apex"), frames(RACE)
    rows = read(whole, uncut)
    parts, resumed = Reading(CIRCUIT, "apex"), Batch()

    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(uncut)], strict=True):
        parts = pickle.loads(pickle.dumps(parts))  # noqa: S301 - our own bytes
        resumed.extend(read(parts, uncut[begin:end]))

    assert resumed == rows
    assert parts.board() == whole.board()
    assert parts.last == whole.last


def test_frames_that_are_read_again_give_the_same_rows() -> None:
    assert read(Reading(CIRCUIT, "apex"), frames(RACE)) == read(Reading(CIRCUIT, "apex"), frames(RACE))


@given(st.lists(st.text(st.characters(exclude_categories=())) | st.sampled_from([text for _, text in RACE.frames])))
def test_no_frame_breaks_the_reading_or_what_is_made_of_it(texts: list[str]) -> None:
    reading = Reading(CIRCUIT, "apex")

    rows = read(reading, [Frame(text, START) for text in texts])

    board_to_json(reading.board())
    for _, lap in rows.laps:
        assert "\x00" not in lap.number
        lap.number.encode()


def test_a_recording_that_is_played_again_tells_of_the_same_session() -> None:
    first, again = (
        read(Reading(CIRCUIT, "apex"), [replace(frame, at=frame.at + later) for frame in frames(RACE)])
        for later in (timedelta(), timedelta(days=1))
    )

    assert first.sessions[0].id == again.sessions[0].id
    assert {session_id for session_id, _ in again.laps} == {first.sessions[0].id}


def test_a_live_feed_that_tells_the_same_again_another_day_is_another_session() -> None:
    first, again = (
        read(Reading(CIRCUIT, "apex"), [replace(frame, at=frame.at + later, position=None) for frame in frames(RACE)])
        for later in (timedelta(), timedelta(days=1))
    )

    assert first.sessions[0].id != again.sessions[0].id


def test_a_hole_is_told_when_the_link_is_back() -> None:
    reading = Reading(CIRCUIT, "apex")
    opening, *rest = frames(RACE)
    until = START + timedelta(minutes=3)
    cut = Frame(json.dumps({"since": str(START), "until": str(until)}), until, channel=Channel.LINK)

    rows = read(reading, [opening, *rest[:3], cut])

    assert rows.links.holes == [Hole(START, until)]
    assert reading.last == Resume(3, rest[2].at, rest[2].at)


def test_what_postgresql_cannot_hold_never_reaches_it() -> None:
    reading = Reading(CIRCUIT, "apex")
    read(reading, frames(RACE)[:1])

    rows = read(reading, [Frame("r101c2||\x00\ud800\nr101c4|tn|9000000.000\nr101|*|\n", START)])

    assert [(lap.number, lap.lap_ms) for _, lap in rows.laps] == [("\ufffd?", None)]


def test_faults_are_told_once_by_kind_and_length() -> None:
    reading = Reading(CIRCUIT, "apex")
    read(reading, [*frames(RACE)[:1], Frame("GET / HTTP/1.1\nHost: here\n", START)])

    assert {kind: (fault.lines, fault.longest) for kind, fault in reading.take_faults().items()} == {"junk": (2, 14)}
    assert reading.take_faults() == {}
    assert reading.board().junk == 2


def test_a_lap_that_waits_for_its_time_is_settled_at_the_end() -> None:
    reading = Reading(CIRCUIT, "apex")
    opening, *rest = frames(RACE)
    late = [replace(frame, text=frame.text.split("\n", 1)[1]) for frame in rest[-1:]]
    read(reading, [opening, *rest[:-1], *late])

    assert laps(reading.settle())[-1:] == [RACE.laps[-1]._replace(lap_ms=RACE.laps[-4].lap_ms)]


def test_without_a_frame_there_is_nothing_to_settle() -> None:
    assert len(Reading(CIRCUIT, "apex").settle()) == 0


@pytest.mark.parametrize(
    ("most_laps", "title", "goes_on"),
    [(6, "Race – Heat", True), (7, "Race – Heat", False), (0, "Practice", False)],
    ids=["the same laps", "fewer laps than stored", "another name"],
)
def test_a_successor_goes_on_with_the_session_it_finds(most_laps: int, title: str, *, goes_on: bool) -> None:
    kept = KeptSession(UUID(int=9), CIRCUIT, title, SessionKind.RACE, "Ring", START - timedelta(hours=1))
    reading = Reading(CIRCUIT, "apex", Before(kept, most_laps, Counter({"r101": 2})))
    opening = RACE.frames[0][1].replace('c6" class="">', 'c6" class="">6')
    lap = "r101c4|tn|9.000\nr101c6|in|7\nr101|*|\n"
    texts = (opening, lap, "r101|*in|0\n", "r101|*out|0\n", "dyn1|text|\n")

    rows = read(reading, [Frame(text, START + minute * timedelta(minutes=1)) for minute, text in enumerate(texts)])

    assert ({session_id for session_id, _ in rows.laps} == {kept.id}) is goes_on
    assert [ordinal for _, ordinal, _ in rows.stops] == [3 if goes_on else 1]


def test_a_board_is_moved_with_all_its_moments() -> None:
    noon, hour = datetime(2026, 5, 1, 12, tzinfo=UTC), timedelta(hours=1)

    def board(at: datetime) -> Board:
        cars = (Car("r1", "7", in_pit_since=at, crossed_at=at), Car("r2", "9"))
        return Board(at=at, alive_at=at, clock=Clock(ClockKind.COUNTDOWN, at, 1), cars=cars)

    assert moved(board(noon), hour) == board(noon + hour)
    assert moved(Board(), hour) == Board()
