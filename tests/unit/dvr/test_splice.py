"""Overlapping recordings of one feed, joined, are what one recorder would have written."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.timing.recordings import RecordedFrame
from core.timing.splice import spliced
from tests.unit.dvr.shelf import folded, race

FRAMES = race(300)
COUNT = len(FRAMES)


def texts(frames: list[RecordedFrame]) -> list[str]:
    """What was said; keep-alives at a seam may be told by both."""
    return [frame.text for frame in frames if frame.text.strip()]


@settings(deadline=None)
@given(st.integers(60, COUNT - 1), st.integers(10, 60), st.floats(-90, 90))
def test_two_recorders_add_nothing_twice_whatever_their_clocks_say(end: int, overlap: int, off_s: float) -> None:
    first = list(FRAMES[:end])
    second = [frame._replace(at=frame.at + timedelta(seconds=off_s)) for frame in FRAMES[end - overlap :]]

    joined = list(spliced([first, second]))

    assert texts(joined) == texts(list(FRAMES))
    assert joined[-1].at - FRAMES[-1].at < timedelta(seconds=1)


def test_the_same_recording_twice_is_itself() -> None:
    assert list(spliced([FRAMES, FRAMES])) == list(FRAMES)


def test_one_inside_the_other_adds_nothing() -> None:
    joined = list(spliced([FRAMES, FRAMES[100:200]]))

    assert folded(joined) == folded(FRAMES)


def test_without_anything_in_common_the_clocks_decide() -> None:
    first = [RecordedFrame(FRAMES[0].at + timedelta(seconds=n), f"a {n}") for n in range(10)]
    second = [RecordedFrame(FRAMES[0].at + timedelta(seconds=n), f"b {n}") for n in range(5, 15)]

    assert texts(list(spliced([first, second]))) == [*(f"a {n}" for n in range(10)), *(f"b {n}" for n in range(10, 15))]
