"""What happens is told once, in order, and found again when the same frames are folded again."""

import json
import pickle
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.timing import events as said
from core.timing.board import BoardFold, Harvest
from core.timing.happenings import Fact, Happening, HappeningKind, Happenings, calls_for_a_look, key_of
from core.timing.model import Board, Car, CarStatus, Comment, FeedSession, Flag, Lap, LapKind, SessionKind
from core.timing.sources.apex import Apex
from core.timing.withdrawn import Withdrawal
from tests.apex_feed import START, Race, race
from tests.unit.timing.stage import NOON

RACE = race(karts=3, laps=6)
BOARD = Board(at=NOON, title="Heat", track="Ring", session=1)


class Witness:
    """A source, a fold and the happenings of both, frame by frame."""

    def __init__(self) -> None:
        self.source, self.fold, self.happenings = Apex(), BoardFold(), Happenings()

    def hear(self, text: str, seconds: float) -> list[Happening]:
        events = list(self.source.feed(text, START + timedelta(seconds=seconds)))
        self.fold.apply(events)
        harvests = self.fold.drain()
        if not calls_for_a_look(harvests, events):
            return []
        return self.happenings.note(harvests, self.fold.snapshot(), events)


def test_what_becomes_of_a_lap_that_was_told_is_told_too() -> None:
    session = FeedSession(1, "Heat", SessionKind.RACE, "Ring", NOON)
    lap = Lap("r1", "7", 3, 61_240, LapKind.LAP, NOON)
    gone = Withdrawal("r1", "7", 4, NOON + timedelta(seconds=70))

    happened = Happenings().note([Harvest(session, (), (), None, (lap,), (gone,))], BOARD, [])

    assert [(one.kind, one.at, one.body["lap"]) for one in happened if one.source_id == "r1"] == [
        (HappeningKind.LAP_CORRECTED, NOON, 3),
        (HappeningKind.LAP_WITHDRAWN, gone.at, 4),
    ]


def watched(told: Race) -> list[Happening]:
    witness = Witness()
    return [one for seconds, text in told.frames for one in witness.hear(text, seconds)]


def after(*boards: Board) -> list[tuple[HappeningKind, str | None, dict[str, Fact]]]:
    """What happens from the first of these boards to the last."""
    happenings = Happenings()
    happenings.note((), boards[0], ())
    found = [one for board in boards[1:] for one in happenings.note((), board, ())]
    return [(one.kind, one.source_id, dict(one.body)) for one in found]


def test_every_lap_of_a_race_happens_once() -> None:
    laps = [one for one in watched(RACE) if one.kind is HappeningKind.LAP]

    assert [(one.source_id, one.body["lap"], one.body["lap_ms"]) for one in laps] == [
        (lap.source_id, lap.lap, lap.lap_ms) for lap in RACE.laps
    ]


def test_looking_only_when_it_is_called_for_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    frugal = watched(RACE)

    monkeypatch.setitem(globals(), "calls_for_a_look", lambda *_: True)

    assert watched(RACE) == frugal


def test_a_first_look_tells_the_session_and_nothing_that_nobody_saw_happen() -> None:
    shown = replace(BOARD, flag=Flag.GREEN, banner="Welcome", comments=(Comment("13:21", "", "7", "+5 s"),))

    [joined] = Happenings().note((), shown, ())

    assert (joined.kind, joined.at, joined.body["name"]) == (HappeningKind.SESSION, NOON, "Heat")


def test_the_same_flag_happens_once() -> None:
    green, red = replace(BOARD, flag=Flag.GREEN), replace(BOARD, flag=Flag.RED)

    assert after(BOARD, green, green, red, BOARD, red) == [
        (HappeningKind.FLAG, None, {"flag": "green"}),
        (HappeningKind.FLAG, None, {"flag": "red"}),
        (HappeningKind.FLAG, None, {"flag": "red"}),
    ]


def test_new_lines_of_the_venues_list_happen_oldest_first() -> None:
    first, second = Comment("13:20", "", "7", "one"), Comment("13:21", "", None, "two")

    found = after(replace(BOARD, comments=()), replace(BOARD, banner="Slow", comments=(second, first)))

    assert [(body["from"], body["text"]) for _, _, body in found] == [
        ("banner", "Slow"), ("comment", "one"), ("comment", "two"),
    ]  # fmt: skip


def test_a_car_goes_in_once_however_long_it_stays() -> None:
    car = Car("r1", "17", status=CarStatus.IN_PIT, laps=4, in_pit_since=NOON)
    pitted = replace(BOARD, cars=(car,))

    assert after(BOARD, pitted, replace(pitted, flag=None), BOARD, pitted) == 2 * [
        (HappeningKind.STOP_IN, "r1", {"number": "17", "laps": 4})
    ]


def test_another_session_happens_and_so_does_its_new_name() -> None:
    found = after(BOARD, replace(BOARD, session=2), replace(BOARD, session=2, title="Final"))

    assert [(kind, body["ordinal"], body["name"]) for kind, _, body in found] == [
        (HappeningKind.SESSION, 2, "Heat"), (HappeningKind.SESSION, 2, "Final"),
    ]  # fmt: skip


def test_a_hole_happens_where_the_link_was_away() -> None:
    cut = said.LinkCut(NOON, NOON + timedelta(seconds=40))

    [hole] = Happenings().note((), Board(), [cut])

    assert (hole.kind, hole.at) == (HappeningKind.HOLE, cut.until)
    assert hole.body == {"since": cut.since.isoformat(), "until": cut.until.isoformat()}


def test_a_happening_travels_as_json_and_its_content_names_it() -> None:
    happening = Happening(NOON, HappeningKind.FLAG, None, {"flag": "red"})

    body = happening.to_json()

    assert json.loads(body) == {"at": NOON.isoformat(), "kind": "flag", "source_id": None, "body": {"flag": "red"}}
    assert key_of(body) == key_of(replace(happening).to_json())
    assert key_of(body) != key_of(replace(happening, at=NOON + timedelta(seconds=1)).to_json())


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_restart_at_any_frame_finds_the_same_again(data: st.DataObject) -> None:
    """A worker saves its state now and then and is killed later: frames behind the state are folded again."""
    saved_at = data.draw(st.integers(0, len(RACE.frames)))
    killed_at = data.draw(st.integers(saved_at, len(RACE.frames)))
    witness = Witness()
    told = [one for seconds, text in RACE.frames[:saved_at] for one in witness.hear(text, seconds)]
    state = pickle.dumps(witness)

    told += [one for seconds, text in RACE.frames[saved_at:killed_at] for one in witness.hear(text, seconds)]
    witness = pickle.loads(state)  # noqa: S301 - our own state
    told += [one for seconds, text in RACE.frames[saved_at:] for one in witness.hear(text, seconds)]

    once = {key_of(one.to_json()): one for one in told}
    assert list(once.values()) == watched(RACE)
