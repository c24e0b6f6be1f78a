"""A parser for a feed nobody knows: proposed from samples, confirmed, and then as good as any other."""

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from core.timing import events as said
from core.timing.board import BoardFold
from core.timing.mapping import FeedMap, FieldMap, Maps, Meaning, Notation, Rows, Shape
from core.timing.mapping_guess import propose
from core.timing.mapping_values import flag, gap, notation_of, road, time_ms
from core.timing.model import Flag, SessionKind
from core.timing.sources import make_source
from core.timing.sources.mapped import Mapped
from tests.unit.timing.mapped_feeds import SHAPES, Race, messages, race

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SAMPLES = 20

NEEDED = {Meaning.NUMBER, Meaning.LAST, Meaning.LAPS}
"""What every shape tells in its own words, save `no_counter`."""


def proposed(shape: str, told: Race) -> FeedMap:
    found = propose(list(messages(told, shape))[:SAMPLES])
    assert found is not None
    return found.feed


def folded(source: Mapped, frames: list[str]) -> BoardFold:
    fold = BoardFold()
    for number, frame in enumerate(frames):
        fold.apply(source.feed(frame, NOON + timedelta(seconds=10 * number)))
    return fold


def laps(fold: BoardFold) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for harvest in fold.drain():
        for lap in harvest.laps:
            found.setdefault(lap.number, []).append(lap.lap_ms)
    return found


@settings(max_examples=8, deadline=None)
@pytest.mark.parametrize("shape", SHAPES)
@given(st.integers(0, 10_000))
def test_every_lap_of_every_shape_is_read_by_the_proposed_map(shape: str, seed: int) -> None:
    told = race(seed)
    feed = proposed(shape, told)

    fold = folded(Mapped(feed), list(messages(told, shape)))

    assert {one.meaning for one in feed.fields} >= (NEEDED if shape != "no_counter" else {Meaning.NUMBER, Meaning.LAST})
    assert laps(fold) == {car: _as_told(times, shape) for car, times in told.laps().items()}
    assert fold.snapshot().unread == 0


def _as_told(times: Sequence[int | None], shape: str) -> list[int | None]:
    """Without a counter nobody can hear that the same time was driven twice."""
    return [ms for ms, _ in groupby(times)] if shape == "no_counter" else list(times)


def test_what_a_field_means_is_said_with_its_reason() -> None:
    found = propose(list(messages(race(1), "json_nested"))[:SAMPLES])

    assert found is not None
    assert (found.feed.at, found.feed.identity, found.feed.is_whole) == ("data.standings", "competitorId", True)
    assert found.confidence > 0.9
    last = next(one for one in found.feed.fields if one.meaning is Meaning.LAST)
    assert (last.path, last.notation) == ("timing.last_ms", Notation.MILLISECONDS)
    assert "timing.last_ms" in last.why
    assert {one.meaning for one in found.feed.session} == {Meaning.TITLE, Meaning.FLAG, Meaning.REMAINING}
    assert dict(found.examples)["driver.name"]


def test_races_in_the_manner_of_club_speed_are_understood() -> None:
    told = [
        json.dumps(
            {
                "race": {"id": 9, "racers": [{"id": n, "nickname": f"Racer {n}"} for n in (4, 5, 6)], "laps": []},
                "scoreboard": [
                    {"position": place, "racer_id": 4 + (place + lap) % 3, "kart_num": 14 + (place + lap) % 3,
                     "nickname": f"Racer {4 + (place + lap) % 3}", "lap_num": lap + 1,
                     "last_lap_time": 31.1 + place / 10 + lap % 2, "fastest_lap_time": 31.1, "gap": str(place - 1)}
                    for place in (1, 2, 3)
                ],
                "sectorsCount": 3,
            }
        )
        for lap in range(8)
    ]  # fmt: skip

    found = propose(told)

    assert found is not None
    assert (found.feed.at, found.feed.identity) == ("scoreboard", "racer_id")
    assert {one.meaning: one.path for one in found.feed.fields} == {
        Meaning.POSITION: "position",
        Meaning.ID: "racer_id",
        Meaning.NUMBER: "kart_num",
        Meaning.DRIVER: "nickname",
        Meaning.LAPS: "lap_num",
        Meaning.LAST: "last_lap_time",
        Meaning.BEST: "fastest_lap_time",
        Meaning.GAP: "gap",
    }


def test_values_without_names_convince_less() -> None:
    named, bare = (propose(list(messages(race(1), shape))[:SAMPLES]) for shape in ("bars_headed", "semicolons"))

    assert named is not None
    assert bare is not None
    assert bare.confidence < 0.6 < named.confidence


def test_a_feed_by_best_laps_is_not_taken_for_a_race() -> None:
    tables = [[("7", 61_000), ("5", 62_000), ("3", 63_000)], [("5", 60_500), ("7", 61_000), ("3", 62_900)]]
    told = [
        "\n".join(
            ["Pos;Kart;Laps;Best Lap", *(f"{place};{kart};{n};{ms / 1000}" for place, (kart, ms) in enumerate(t, 1))]
        )
        for n, t in enumerate(tables, 1)
    ]

    found = propose(told)

    assert found is not None
    assert found.feed.kind is SessionKind.BEST_TIME


@pytest.mark.parametrize(
    "told",
    [[], ["", "{}"], ["hello"] * 9, ['{"temperature": 21}'] * 9, ["<xml/>"], ['{"a": [1, 2'], ["[[[[[[[[]]]]]]]]"]],
)
def test_nothing_is_proposed_for_what_is_no_table(told: list[str]) -> None:
    found = propose(told)

    assert found is None or found.confidence == 0


@pytest.mark.parametrize(
    ("texts", "words", "notation"),
    [
        (["1:02.345", "59.9"], [], Notation.CLOCK),
        (["61.2", "62.0"], [], Notation.SECONDS),
        (["61200", "62000"], [], Notation.MILLISECONDS),
        (["61200000"], [], Notation.MICROSECONDS),
        (["265", "812"], ["gap", "ms"], Notation.MILLISECONDS),
        (["+01.265", "04.650"], [], Notation.SECONDS),
        (["Anna", "Bert"], [], None),
        ([], [], None),
    ],
)
def test_the_notation_of_times_is_found_from_samples(
    texts: list[str], words: list[str], notation: Notation | None
) -> None:
    assert notation_of(texts, words) is notation


@pytest.mark.parametrize(
    ("text", "notation", "ms"),
    [
        ("1:02.345", Notation.CLOCK, 62_345),
        ("0:01:02,3", Notation.CLOCK, 62_300),
        ("1'02\"345", Notation.CLOCK, 62_345),
        ("1:02.345", Notation.SECONDS, 62_345),
        ("61.2", Notation.SECONDS, 61_200),
        ("61200", Notation.MILLISECONDS, 61_200),
        ("61200000", Notation.MICROSECONDS, 61_200),
        ("0", Notation.MILLISECONDS, None),
        ("-", Notation.CLOCK, None),
        ("9" * 40, Notation.CLOCK, None),
    ],
)
def test_a_time_is_read_in_its_notation(text: str, notation: Notation, ms: int | None) -> None:
    assert time_ms(text, notation) == ms


@pytest.mark.parametrize(
    ("text", "behind"), [("+1.5", (1500, None)), ("2 Laps", (None, 2)), ("1L", (None, 1)), ("", (None, None))]
)
def test_a_gap_is_a_time_or_laps(text: str, behind: tuple[int | None, int | None]) -> None:
    assert gap(text, Notation.SECONDS) == behind


def test_flags_and_whereabouts_are_read_from_words() -> None:
    assert [flag(text) for text in ("GREEN", "Full yellow", "Checkered", "?")] == [
        Flag.GREEN, Flag.YELLOW, Flag.CHEQUERED, None,
    ]  # fmt: skip
    assert [road(text) for text in ("In Pit", "PIT", "Running", "retired")] == [
        said.Road.IN, said.Road.IN, said.Road.RUNNING, said.Road.STOPPED,
    ]  # fmt: skip


ROWS = FeedMap(
    Shape.JSON,
    Rows.LIST,
    (FieldMap("k", Meaning.NUMBER), FieldMap("l", Meaning.LAPS), FieldMap("t", Meaning.LAST, Notation.MILLISECONDS)),
    identity="k",
    fingerprint="0123",
    at="rows",
    session=(FieldMap("heat", Meaning.TITLE),),
)


def table(*rows: tuple[int, int, int], heat: str = "A", more: str = "") -> str:
    told = ",".join(f'{{"k":{k},"l":{n},"t":{t}{more}}}' for k, n, t in rows)
    return f'{{"heat":"{heat}","rows":[{told}]}}'


def test_another_title_is_another_session() -> None:
    fold = folded(Mapped(ROWS), [table((1, 5, 60_000)), table((1, 6, 60_100)), table((1, 1, 60_200), heat="B")])
    fold.close()

    assert [(one.session.name, [lap.lap for lap in one.laps]) for one in fold.drain()] == [("A", [6]), ("B", [])]


def test_counters_that_fall_begin_another_session() -> None:
    fold = folded(
        Mapped(ROWS), [table((1, 5, 1), (2, 5, 1)), table((1, 0, 0), (2, 0, 0)), table((1, 1, 60_000), (2, 0, 0))]
    )
    fold.close()

    assert [(one.session.ordinal, [(lap.number, lap.lap) for lap in one.laps]) for one in fold.drain()][-1] == (
        2,
        [("1", 1)],
    )


def test_laps_that_were_missed_are_not_invented() -> None:
    fold = folded(Mapped(ROWS), [table((1, 5, 60_000)), table((1, 8, 60_100))])

    assert [(lap.lap, lap.lap_ms) for one in fold.drain() for lap in one.laps] == [(8, 60_100)]


def test_a_field_nobody_has_mapped_is_told_once_and_makes_another_layout() -> None:
    source = Mapped(ROWS)
    source.feed(table((1, 5, 60_000)), NOON)

    told = source.feed(table((1, 5, 60_000), more=',"boost":3'), NOON)
    again = source.feed(table((1, 5, 60_000), more=',"boost":4'), NOON)

    assert said.Novelty("column", "boost") in told
    shown = next(event for event in told if isinstance(event, said.TableShown))
    assert (shown.layout.fingerprint, shown.layout.unmapped) == ("0123+boost", ("boost",))
    assert not [event for event in again if isinstance(event, said.Novelty | said.TableShown)]


def test_columns_that_move_are_followed_by_their_headings() -> None:
    told = race(3)
    frames = list(messages(told, "bars_headed"))
    source = Mapped(proposed("bars_headed", told))

    def swapped(frame: str) -> str:
        cut = [line.split("|") for line in frame.split("\n")]
        return "\n".join("|".join([cells[4], *cells[:4]]) for cells in cut)

    half = len(frames) // 2
    assert laps(folded(source, [*frames[:half], *map(swapped, frames[half:])])) == told.laps()


def test_what_does_not_fit_is_said() -> None:
    source = Mapped(ROWS)

    reasons = [
        event.reason
        for frame in ("no json", '{"other": 1}', '{"rows": [{"l": 3}]}')
        for event in source.feed(frame, NOON)
        if isinstance(event, said.Unread)
    ]

    assert reasons == ["it is not JSON", "it has no rows where the map expects them", "a row without its identity"]


def test_idle_messages_keep_the_link_alive() -> None:
    assert Mapped(ROWS).feed("{}", NOON) == [said.KeepAlive(NOON)]


def test_a_source_that_was_put_away_goes_on_as_before() -> None:
    source = Mapped(ROWS)
    source.feed(table((1, 5, 60_000)), NOON)

    assert deepcopy(source).feed(table((1, 6, 60_100)), NOON) == source.feed(table((1, 6, 60_100)), NOON)


def test_a_circuit_set_to_a_map_needs_one() -> None:
    assert isinstance(make_source("mapped", Maps(feed=ROWS)), Mapped)
    with pytest.raises(BadInput, match="none is confirmed"):
        make_source("mapped")


MAPS = [ROWS, *(replace(proposed(shape, race(1)), version=1) for shape in SHAPES)]
PIECES = st.sampled_from([*(frame for shape in SHAPES for frame in list(messages(race(1), shape))[:3]), "{}", "\x00"])


@given(st.sampled_from(MAPS), st.lists(st.one_of(st.text(), PIECES), max_size=6), st.integers(0, 80))
def test_nothing_can_break_a_generated_parser(feed: FeedMap, frames: list[str], cut: int) -> None:
    folded(Mapped(feed), [frame[cut:] if number % 2 else frame for number, frame in enumerate(frames)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(), PIECES), max_size=8))
def test_nothing_can_break_the_proposal(told: list[str]) -> None:
    found = propose(told)

    assert found is None or 0 <= found.confidence <= 1
