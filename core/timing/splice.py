"""Overlapping recordings of one feed, joined into one sequence in which nothing comes twice.

The first is taken whole, of the next one what lies behind its end. Two recorders' clocks differ, so the place is found
by the last frames they have in common; the later recording's times are moved by the difference, and only where nothing
is in common do the clocks decide.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from core.timing.recordings import RecordedFrame

_IN_COMMON = 5
"""So many frames in a row, keep-alives not counted, do not come twice by chance."""

_APART = timedelta(minutes=5)
"""No further are two recorders' clocks apart."""


def spliced(parts: Iterable[Iterable[RecordedFrame]]) -> Iterator[RecordedFrame]:
    """Frames of all parts, in the order in which the parts are given: that of their beginnings."""
    last: list[RecordedFrame] = []
    for part in parts:
        frames = list(part)
        first, by = _behind(frames, last)
        added = [frame._replace(at=frame.at + by) for frame in frames[first:]]
        yield from added
        last = [*last, *(frame for frame in added if frame.text.strip())][-_IN_COMMON:]


def _behind(frames: list[RecordedFrame], last: Sequence[RecordedFrame]) -> tuple[int, timedelta]:
    """The first frame behind those that were last, and how far its clock must be moved."""
    if not last:
        return 0, timedelta()
    ended = last[-1].at
    said = [(place, frame) for place, frame in enumerate(frames) if frame.text.strip() and frame.at < ended + _APART]
    texts, wanted = [frame.text for _, frame in said], [frame.text for frame in last]
    found = [
        end
        for end in range(len(wanted) - 1, len(said))
        if texts[end] == wanted[-1] and texts[end - len(wanted) + 1 : end + 1] == wanted
    ]
    if found:
        place, frame = said[min(found, key=lambda end: abs(said[end][1].at - ended))]
        return place + 1, ended - frame.at
    behind = next((place for place, frame in enumerate(frames) if frame.at > ended), len(frames))
    return behind, timedelta()
