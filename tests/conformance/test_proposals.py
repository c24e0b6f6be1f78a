"""Proposals against a real 24 h race: its official list says which stops were too short and which stints too long.

Two hours of it are told as venues tell and folded by us; the ruleset's limits are set in the middle of what was really
driven, so that about half of everything is wrong. Each wrong stop and stint must be proposed, with the list's own
time, and nothing that the list calls right, but for those nearer to the limit than the feed is exact. A second, real
recording is judged by what the feed itself says each stop lasted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

import pytest

from core.penalties.catalogue import read_catalogue
from core.sessions.model import Phase
from core.timing.events import FlagShown
from core.timing.model import Flag, LapKind
from core.timing.proposals.bands import Bands
from core.timing.proposals.karts import karts_of
from core.timing.proposals.model import Proposal
from core.timing.proposals.pit_lane import pit_times
from core.timing.proposals.scene import Scene, Search
from core.timing.proposals.start import jump_starts
from core.timing.proposals.stints import stint_lengths
from core.timing.recordings import read_recording
from core.timing.replay import ReplayedSession, replay
from core.timing.simulate import PitLaps, Signals
from core.timing.sources.apex import Apex
from tests.conformance.data import apex
from tests.conformance.official_feed import record
from tests.conformance.official_list import entries
from tests.conformance.official_plan import HOUR_MS, STARTED_AT, Plan, Window
from tests.conformance.official_venue import Venue

SINCE_MS, UNTIL_MS = 2 * HOUR_MS, 4 * HOUR_MS
MARGIN_MS = {Signals.ALL: 500, Signals.OUT: 1_500, Signals.IN: 1_500, Signals.ICONS: 500, Signals.CLOCK: 1_500}
"""How exact a stop is where its lap does not tell: frames are flushed every 0.2 s, a pit clock ticks once a second."""
RULES = """
id: conformance
version: 1
codes:
  PIT: {label: Pit time, measured: pit_time}
  STINT: {label: Stint, measured: stint}
penalties:
  lap_1: {type: lap, laps: 1}
measures:
  - {id: pit, match: {code: PIT}, bands: [{up_to: %(pit)s, do: lap_1}, {over: %(pit)s, do: none}]}
  - {id: stint, match: {code: STINT}, bands: [{up_to: %(stint)s, do: none}, {over: %(stint)s, do: lap_1}]}
"""
START = """
id: start
version: 1
limits: {jump_start_s: 30}
codes: {JS: {label: Jump start, measured: jump_start}}
penalties: {}
"""


@dataclass(frozen=True)
class Driven:
    """A stop or a stint of the list, in race time."""

    source_id: str
    ended_ms: int
    ms: int


def official_stops() -> list[Driven]:
    """Those of which both ends lie well inside of what is told."""
    return [
        Driven(entry.source_id, stop.out_ms, stop.out_ms - stop.in_ms)
        for entry in entries(PitLaps.CONTAIN)
        for stop in entry.stops
        if stop.in_ms > SINCE_MS + 60_000 and stop.out_ms < UNTIL_MS - 60_000
    ]


def official_stints() -> list[Driven]:
    """From one way out to the next way in, both told."""
    return [
        Driven(entry.source_id, after.in_ms, after.in_ms - before.out_ms)
        for entry in entries(PitLaps.CONTAIN)
        for before, after in zip(entry.stops, entry.stops[1:], strict=False)
        if before.in_ms > SINCE_MS + 60_000 and after.out_ms < UNTIL_MS - 60_000
    ]


STOPS, STINTS = official_stops(), official_stints()
LIMITS = {"pit": median(one.ms for one in STOPS) / 1000, "stint": median(one.ms for one in STINTS) / 1000}


def folded(signals: Signals, pit_laps: PitLaps) -> ReplayedSession:
    plan = Plan(Venue(signals), pit_laps, (Window(SINCE_MS, UNTIL_MS),))
    sessions = replay(iter(record(plan).frames), Apex()).sessions
    return max(sessions, key=lambda session: len(session.laps))


def found(search: Search, session: ReplayedSession, limits: dict[str, float]) -> list[Proposal]:
    scene = Scene(
        bands=Bands(read_catalogue(RULES % limits, "conformance"), Phase.RACE),
        karts=karts_of(session.board, ()),
        laps=session.laps,
        stops=session.stops,
        began_at=session.session.opened_at,
        now=session.laps[-1].at,
    )
    return list(search(scene))


def ms_of(proposal: Proposal) -> int:
    assert proposal.value is not None
    return int(proposal.value * 1000)


def matched(driven: Driven, proposals: list[Proposal]) -> Iterator[Proposal]:
    for proposal in proposals:
        ended_ms = (proposal.at - STARTED_AT).total_seconds() * 1000
        if proposal.subject == driven.source_id and abs(ended_ms - driven.ended_ms) < 5_000:
            yield proposal


@pytest.mark.parametrize("pit_laps", PitLaps)
@pytest.mark.parametrize("signals", [Signals.ALL, Signals.ICONS, Signals.CLOCK])
def test_exactly_the_short_stops_of_the_list_are_proposed(signals: Signals, pit_laps: PitLaps) -> None:
    proposals, limit_ms = found(pit_times, folded(signals, pit_laps), LIMITS), LIMITS["pit"] * 1000
    sure = [one for one in STOPS if abs(one.ms - limit_ms) > MARGIN_MS[signals]]

    judged = [(one, list(matched(one, proposals))) for one in sure]

    missed = [one for one, told in judged if one.ms <= limit_ms and not told]
    wrong = [one for one, told in judged if one.ms > limit_ms and told]
    errors = [abs(ms_of(told[0]) - one.ms) for one, told in judged if told]
    print(f"{signals} {pit_laps}: {len(sure)} stops, {len(errors)} proposed, worst {max(errors)} ms")  # noqa: T201 - figures for -s
    assert (missed, wrong) == ([], [])
    assert len(errors) > len(sure) // 3
    assert max(errors) <= MARGIN_MS[signals]


def test_exactly_the_long_stints_of_the_list_are_proposed() -> None:
    proposals, limit_ms = found(stint_lengths, folded(Signals.ALL, PitLaps.CONTAIN), LIMITS), LIMITS["stint"] * 1000
    sure = [one for one in STINTS if abs(one.ms - limit_ms) > 1_000]

    judged = [(one, list(matched(one, proposals))) for one in sure]

    assert [one for one, told in judged if bool(told) != (one.ms > limit_ms)] == []
    assert max(abs(ms_of(told[0]) - one.ms) for one, told in judged if told) <= 1_000
    assert len(sure) > 20


def test_on_a_real_recording_stops_last_as_long_as_the_feed_says() -> None:
    """At this venue the way out closes a lap that lasts as long as the stop: each value is such a lap's time."""
    (path,) = apex("saintes_26h")
    (session,) = replay(read_recording(path), Apex()).sessions
    closing = {(lap.source_id, lap.lap_ms) for lap in session.laps if lap.kind is LapKind.PIT}
    shown, began_at = {car.source_id for car in session.board.cars}, session.session.opened_at
    seen = [stop for stop in session.stops if stop.in_at and stop.in_at >= began_at and stop.source_id in shown]
    measured = [stop.duration_ms for stop in seen if stop.duration_ms]
    limit_s = median(measured) / 1000

    proposals = found(pit_times, session, {"pit": limit_s, "stint": 1.0})

    print(f"limit {limit_s} s: {len(proposals)} of {len(measured)} stops")  # noqa: T201 - figures for -s
    assert len(proposals) == sum(ms <= limit_s * 1000 for ms in measured) >= 60
    assert all((one.subject, ms_of(one)) in closing for one in proposals)


@pytest.mark.parametrize(("later_s", "early"), [(0, 0), (1.2, 2), (20, 0)])
def test_at_a_real_start_nobody_was_early_and_a_later_flag_would_show_the_first_two(later_s: float, early: int) -> None:
    """Twelve karts behind each other: the first two passed 0.7 s and 0.4 s before the green light, the others after."""
    (path,) = apex("challenge_f2")
    frames, source = list(read_recording(path)), Apex()
    shown = [frame.at for frame in frames for event in source.feed(frame.text, frame.at) if _is_green(event)]
    (session,) = [one for one in replay(iter(frames), Apex()).sessions if len(one.laps) > 12]
    scene = Scene(
        bands=Bands(read_catalogue(START, "conformance"), Phase.RACE),
        karts=karts_of(session.board, ()),
        laps=session.laps,
        stops=(),
        began_at=session.session.opened_at,
        now=session.laps[-1].at,
        green_at=shown[0] + timedelta(seconds=later_s),
    )

    assert len(list(jump_starts(scene))) == early


def _is_green(event: object) -> bool:
    return isinstance(event, FlagShown) and event.flag is Flag.GREEN
