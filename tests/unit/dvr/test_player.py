"""A player shows at any moment what the whole journal up to that moment folds into."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NotFound
from core.io.dvr import Dvr, Player
from core.timing.marks import MarkKind
from core.timing.model import Board
from tests.unit.dvr.shelf import Shelf, folded, race

FRAMES = race()
BEGINS_AT, ENDS_AT = FRAMES[0].at, FRAMES[-1].at
LENGTH_S = (ENDS_AT - BEGINS_AT).total_seconds()


class Watch:
    """A clock that somebody winds."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


@cache
def recorded() -> Dvr:
    """The race in several segments, half of them in blobs."""
    shelf = Shelf(Path(mkdtemp(prefix="paddock-dvr-")))
    shelf.begin(segment_bytes=40_000)
    shelf.record(FRAMES[: len(FRAMES) // 2])
    shelf.seal(drop=True)
    shelf.record(FRAMES[len(FRAMES) // 2 :])
    dvr = shelf.dvr()
    dvr.extend()
    return dvr


def until(seconds: float) -> Board:
    at = BEGINS_AT + timedelta(seconds=seconds)
    return folded([frame for frame in FRAMES if frame.at <= at])


def player() -> tuple[Player, Watch]:
    watch = Watch()
    return Player(recorded(), monotonic=watch), watch


def seek(one: Player, seconds: float) -> None:
    one.seek(BEGINS_AT + timedelta(seconds=seconds))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0, LENGTH_S), min_size=1, max_size=4))
def test_wherever_one_seeks_stands_the_fold_of_everything_before(moments: list[float]) -> None:
    one, _ = player()

    for seconds in moments:
        seek(one, seconds)

    assert one.board() == until(moments[-1])


def test_there_are_key_frames_and_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    dvr = recorded()
    folded_frames = 0
    take = type(dvr.folding()).take

    def count(self: object, told: object) -> None:
        nonlocal folded_frames
        folded_frames += 1
        take(self, told)  # type: ignore[arg-type]  # only counted

    monkeypatch.setattr(type(dvr.folding()), "take", count)
    one, _ = player()
    seek(one, LENGTH_S)

    assert folded_frames < len(FRAMES) / 3


@pytest.mark.parametrize("speed", [0.1, 1.0, 7.5, 100.0])
def test_it_plays_at_its_speed(speed: float) -> None:
    one, watch = player()
    seek(one, 100)
    one.play(speed)

    watch.s += 3
    one.advance()

    assert one.playhead().at == BEGINS_AT + timedelta(seconds=100 + 3 * speed)
    assert one.board() == until(100 + 3 * speed)


def test_a_speed_beyond_the_limits_is_the_limit() -> None:
    one, _ = player()

    one.play(1000)

    assert one.playhead().speed == 100


def test_paused_it_stands_and_goes_on_from_there() -> None:
    one, watch = player()
    seek(one, 300)
    one.pause()
    watch.s += 60
    stood = one.advance()
    one.play()
    watch.s += 5

    one.advance()

    assert stood is False
    assert one.board() == until(305)


def test_steps_go_from_frame_to_frame_and_back() -> None:
    one, _ = player()
    seek(one, 400)
    here = one.board()

    one.step()
    there = one.board()
    one.step(back=True)

    assert one.board() == here
    assert there.alive_at != here.alive_at


def test_it_stops_at_the_end_of_what_there_is() -> None:
    one, watch = player()
    seek(one, LENGTH_S + 500)
    watch.s += 100
    one.advance()

    assert one.playhead().at == ENDS_AT


def test_rewound_while_live_it_sees_what_is_recorded_meanwhile(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    half = len(FRAMES) // 2
    shelf.record(FRAMES[:half])
    now = FRAMES[half - 1].at
    one = Player(shelf.dvr(), lambda: now, Watch())
    seek(one, 60)
    rewound = one.board()
    shelf.record(FRAMES[half:])
    now = ENDS_AT

    one.live()
    one.advance()

    assert rewound == until(60)
    assert one.board() == until(LENGTH_S)
    assert one.playhead().live


def test_a_viewers_delay_is_kept_while_the_tail_grows(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    half = len(FRAMES) // 2
    shelf.record(FRAMES[:half])
    now = FRAMES[half - 1].at
    one = Player(shelf.dvr(), lambda: now, Watch())
    one.live(delay_s=30)
    shelf.record(FRAMES[half:])
    now += timedelta(seconds=45)

    one.advance()

    assert one.board() == until((now - BEGINS_AT).total_seconds() - 30)
    assert one.playhead().delay_s == 30


def test_a_replay_that_is_late_is_shown_by_the_journals_clock(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    late = timedelta(hours=3)
    shelf.record(FRAMES, late)
    one = Player(shelf.dvr(), None, Watch())

    one.seek(ENDS_AT + late)

    assert one.board().at == (until(LENGTH_S).at or ENDS_AT) + late


def test_the_timeline_knows_flags_sessions_and_stops() -> None:
    kinds = {mark.kind for mark in recorded().marks()}

    assert kinds >= {MarkKind.FLAG, MarkKind.SESSION, MarkKind.STOP}


def test_another_process_takes_up_the_same_key_frames(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.record(FRAMES)
    first, second = shelf.dvr(), shelf.dvr()
    first.extend()

    second.extend()

    assert second.marks() == first.marks()
    assert second.span() == first.span()


def test_key_frames_of_other_code_are_made_anew(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.record(FRAMES)
    shelf.dvr().extend()
    file = tmp_path / "dvr" / "one.keys"
    file.write_bytes(file.read_bytes().replace(b"apex ", b"other", 1))
    one = Player(shelf.dvr(), None, Watch())

    seek(one, 500)

    assert one.board() == until(500)


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_cache_costs_time_only(tmp_path: Path, seed: int) -> None:
    shelf = Shelf(tmp_path)
    shelf.record(FRAMES)
    shelf.dvr().extend()
    file = tmp_path / "dvr" / "one.keys"
    whole = bytearray(file.read_bytes())
    del whole[Random(seed).randrange(100, len(whole)) :]  # noqa: S311 - not a secret
    file.write_bytes(whole)
    one = Player(shelf.dvr(), None, Watch())

    seek(one, 700)

    assert one.board() == until(700)


def test_an_empty_journal_cannot_be_played(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Player(Shelf(tmp_path).dvr())
