"""Sectors of real recordings: those of one lap make up the lap."""

import pytest

from core.timing.model import Lap
from core.timing.recordings import read_recording
from core.timing.replay import replay
from core.timing.sources.apex import Apex
from tests.conformance.data import apex

_SHOWN_MS = 150
"""A sector above a minute is shown in tenths, others in hundredths."""


@pytest.mark.parametrize("name", ["onlykart", "challenge_f2", "eupen", "rkc"])
def test_the_sectors_of_a_lap_make_it_up(name: str) -> None:
    (path,) = apex(name)

    laps = [lap for session in replay(read_recording(path), Apex()).sessions for lap in session.laps]
    whole = [lap for lap in laps if lap.sectors_ms and None not in lap.sectors_ms]

    assert len(whole) >= 0.99 * len(laps)
    assert [lap for lap in whole if lap.lap > 1 and abs(_sum(lap) - (lap.lap_ms or 0)) > _SHOWN_MS] == []


def _sum(lap: Lap) -> int:
    return sum(ms or 0 for ms in lap.sectors_ms)
