"""Driving times against the venue's own `NAME [h:mm]`: its minutes turn over when so many whole minutes were driven."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from core.timing.analysis_stints import Driven, stints_driven
from core.timing.events import DriverNamed
from core.timing.recordings import read_recording
from core.timing.replay import replay
from core.timing.sources.apex import Apex
from tests.conformance.data import apex

_MS = timedelta(milliseconds=1)
_MINUTE_MS = 60_000

Turns = dict[tuple[str, str], list[tuple[datetime, int]]]


@pytest.mark.parametrize(("name", "at_least"), [("agadir", 6), ("mariembourg_4h", 5), ("saintes_26h", 18)])
def test_a_stint_lasts_as_long_as_the_venue_s_clock_of_the_driver_grew(name: str, at_least: int) -> None:
    (path,) = apex(name)

    errors_ms = sorted(abs(error) for error in _errors_ms(path))

    assert len(errors_ms) >= at_least
    assert median(errors_ms) < 1000
    assert errors_ms[len(errors_ms) * 3 // 4] < 3000


def _errors_ms(path: Path) -> Iterator[float]:
    """Between two stints of a driver the clock's base grew by what the first one lasted."""
    turns, own = _turns(path), defaultdict[tuple[str, str], list[Driven]](list)
    for session in replay(read_recording(path), Apex()).sessions:
        for one in stints_driven(session.laps, session.stops):
            own[one.source_id, one.driver or ""].append(one)
    for driver, stints in own.items():
        for before, after in pairwise(stints):
            bases = _base_ms(before, turns.get(driver, [])), _base_ms(after, turns.get(driver, []))
            if bases[0] is not None and bases[1] is not None:
                yield bases[1] - bases[0] - before.driven_ms


def _base_ms(stint: Driven, turns: list[tuple[datetime, int]]) -> float | None:
    """What the clock stood at when the stint began: the earliest that any of its turns tells."""
    end = stint.began_at + stint.driven_ms * _MS
    told = [ms - (at - stint.began_at) / _MS for at, ms in turns if stint.began_at + timedelta(seconds=20) < at < end]
    return min(told, default=None)


def _turns(path: Path) -> Turns:
    """When the minutes of a driver turned over in front of our eyes."""
    source, turns = Apex(), Turns()
    last: dict[tuple[str, str], tuple[datetime, int]] = {}
    for frame in read_recording(path):
        for event in source.feed(frame.text, frame.at):
            if not isinstance(event, DriverNamed) or event.driven_ms is None:
                continue
            driver = event.source_id, event.name
            at, ms = last.get(driver, (frame.at, 0))
            seen = turns.setdefault(driver, [])
            if event.driven_ms == ms + _MINUTE_MS and frame.at - at < timedelta(seconds=25):
                seen.append((frame.at, event.driven_ms))
            last[driver] = frame.at, event.driven_ms
    return turns
