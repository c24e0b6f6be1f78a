"""A recording played back as a feed: at its own pace, at any speed, resumed and in a loop."""

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.errors import UnreadableFile
from core.io.transports import Frame, Resume
from core.io.transports.recording import Replay
from tests.unit.timing.stage import NOON

HEAD = '{"v": 1, "name": "x", "started_at": "2020-01-01T00:00:00+00:00"}'
MOMENTS = (0, 0.5, 1, 3, 6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Five frames in six seconds."""
    file = tmp_path / "recording.jsonl"
    file.write_text("\n".join([HEAD, *(f'{{"t": {moment}, "msg": "frame at {moment}"}}' for moment in MOMENTS)]))
    return file


def play(replay: Replay, count: int | None = None) -> list[Frame]:
    """The first frames."""
    frames: list[Frame] = []
    for frame in replay.frames(threading.Event()):
        frames.append(frame)
        if len(frames) == count:
            break
    return frames


def noon() -> datetime:
    return NOON


def test_frames_keep_their_distance_and_begin_now(path: Path) -> None:
    frames = play(Replay(path, speed=100, now=noon))

    assert [(frame.at - NOON).total_seconds() for frame in frames] == list(MOMENTS)
    assert [frame.position for frame in frames] == [0, 1, 2, 3, 4]
    assert frames[3].text == "frame at 3"


def test_a_replay_can_begin_in_the_middle_as_if_it_had_run_before(path: Path) -> None:
    frames = play(Replay(path, speed=100, begin_s=3, loop=True, now=noon), 6)

    assert [(frame.at - NOON).total_seconds() for frame in frames[:5]] == [moment - 3 for moment in MOMENTS]
    assert (frames[5].at - frames[4].at).total_seconds() == 1 + MOMENTS[0]


def test_a_loop_goes_on_a_second_after_its_end(path: Path) -> None:
    frames = play(Replay(path, speed=100, loop=True, now=noon), 7)

    assert [(frame.at - NOON).total_seconds() for frame in frames[4:]] == [6, 7, 7.5]
    assert [frame.position for frame in frames[4:]] == [4, 5, 6]


@pytest.mark.parametrize("position", [1, 4, 6, 11])
def test_a_replay_goes_on_behind_the_frame_that_came_last(path: Path, position: int) -> None:
    whole = play(Replay(path, speed=100, loop=True, now=noon), position + 4)
    last = whole[position]

    after = Resume(position, last.at, NOON)
    rest = play(Replay(path, speed=100, loop=True, after=after, now=lambda: NOON + timedelta(hours=1)), 3)

    assert rest == whole[position + 1 :]


def test_the_wall_clock_waits_for_what_is_not_yet_due(path: Path) -> None:
    replay = Replay(path, speed=10)
    started = time.monotonic()

    for frame in replay.frames(threading.Event()):
        if frame.position == 3:
            break

    assert 0.25 < time.monotonic() - started < 2
    assert frame.recorded_at is not None
    assert frame.recorded_at.isoformat() == "2020-01-01T00:00:03+00:00"


def test_a_replay_that_is_told_to_stop_ends_soon(path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()

    list(Replay(path).frames(stop))

    assert time.monotonic() - started < 1


def test_an_empty_recording_ends_even_in_a_loop(tmp_path: Path) -> None:
    file = tmp_path / "empty"
    file.write_text(HEAD)

    assert list(Replay(file, loop=True).frames(threading.Event())) == []


def test_what_is_no_recording_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        Replay(tmp_path / "missing")
