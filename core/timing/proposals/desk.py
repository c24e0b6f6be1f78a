"""The door to proposals: what timing finds now in the race of a circuit, against the ruleset of its open session.

Asked every few seconds for a race of 24 hours, so that what is dear is done when there is something new: the laps of
the whole race are read only for a ruleset that asks for them, when a stop has ended, when the race has, and once a
minute for what time itself decides. A race that is not a race (practice, another order of the table) is left alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from core.penalties.fold import Fold
from core.penalties.serving_clock import ServingClock
from core.sessions.model import Entry, Phase
from core.timing.desk import KeptSession, TimingDesk
from core.timing.laps_left import remaining_ms
from core.timing.model import Flag, Lap, SessionKind
from core.timing.proposals.bands import Bands
from core.timing.proposals.drivers import driving_times, shares, unreachable
from core.timing.proposals.karts import karts_of, served
from core.timing.proposals.model import Proposal
from core.timing.proposals.pit_lane import closed_lane, pit_times, stop_counts
from core.timing.proposals.scene import Scene, Search, flagged_at
from core.timing.proposals.serving import serving_facts
from core.timing.proposals.start import jump_starts
from core.timing.proposals.stints import stint_lengths
from core.timing.serving import ServingDesk

QUICK: tuple[Search, ...] = (pit_times, closed_lane)
"""Searches among stops alone."""
SLOW: tuple[Search, ...] = (stint_lengths, unreachable, jump_starts, stop_counts, driving_times, shares)
"""Searches that need the laps."""
_NEED_LAPS = ("stint", "driving_time", "share", "stops", "jump_start")
_EVERY, _APART = timedelta(minutes=1), timedelta(seconds=10)
"""Between slow searches without and with something new."""

GreenAt = Callable[[KeptSession], datetime | None]
"""When the feed showed the first green flag of a session, where somebody has kept that."""


@dataclass(frozen=True, slots=True)
class Race:
    """Whose race it is: a circuit, its open session as folded, the entries.

    A feed's race that was flagged before the session was made is another one, which the feed still shows.
    """

    circuit_id: UUID
    fold: Fold
    entries: tuple[Entry, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the last slow search has seen, and what it looked at."""

    of: tuple[object, ...]
    at: datetime
    found: tuple[Proposal, ...]


class ProposalsDesk:
    """Keeps what it has seen of each circuit; used by one thread at a time."""

    def __init__(self, timing: TimingDesk, serving: ServingDesk, green_at: GreenAt) -> None:
        self._timing = timing
        self._serving = serving
        self._green_at = green_at
        self._seen: dict[UUID, _Seen] = {}

    def proposals(self, race: Race, now: datetime) -> tuple[Proposal, ...]:
        """Everything that is found, whether the queue has it or not."""
        clocks = self._serving.clocks(race.circuit_id, race.fold, race.entries, now)
        return (*serving_facts(clocks), *self._measured(race, clocks, now))

    def _measured(self, race: Race, clocks: Sequence[ServingClock], now: datetime) -> tuple[Proposal, ...]:
        session = next(iter(self._timing.feed_sessions(race.circuit_id, 1)), None)
        if session is None or session.kind is not SessionKind.RACE:
            return ()
        if race.fold.catalogue is None or race.fold.phase not in {None, Phase.RACE}:
            return ()
        board = self._timing.board(race.circuit_id)
        karts = karts_of(board, race.entries)
        scene = Scene(
            bands=Bands(race.fold.catalogue, race.fold.phase),
            karts=karts,
            laps=(),
            stops=self._timing.stops(session.id),
            began_at=session.started_at,
            now=now,
            mark=session.id.hex[-8:],
            board=board,
            ended_at=race.fold.ended_at,
            remaining_ms=remaining_ms(board.clock, now) if board else None,
            served=served(karts, race.fold.penalties.values(), clocks),
        )
        return self._searched(race, session, scene)

    def _searched(self, race: Race, session: KeptSession, scene: Scene) -> tuple[Proposal, ...]:
        """Without laps while the race is on and the ruleset asks for none; at its end with everything."""
        flagged = scene.ended_at is not None or (scene.board is not None and scene.board.flag is Flag.CHEQUERED)
        if flagged:
            return self._slowly(race, session, scene, (*QUICK, *SLOW))
        quick = tuple(one for search in QUICK for one in search(scene))
        if not scene.bands.asks_for(*_NEED_LAPS):
            return quick
        return (*quick, *self._slowly(race, session, scene, SLOW))

    def _slowly(
        self, race: Race, session: KeptSession, scene: Scene, searches: tuple[Search, ...]
    ) -> tuple[Proposal, ...]:
        seen = self._seen.get(race.circuit_id)
        of = _looked_at(session, scene, searches)
        if seen is None or not timedelta() <= scene.now - seen.at < (_EVERY if seen.of == of else _APART):
            laps = self._timing.laps(session.id)
            flagged = flagged_at(laps)
            is_other = flagged is not None and flagged <= race.made_at
            whole = self._with_laps(session, scene, laps, flagged)
            found = () if is_other else tuple(one for search in searches for one in search(whole))
            seen = self._seen[race.circuit_id] = _Seen(of, scene.now, found)
        return seen.found

    def _with_laps(self, session: KeptSession, scene: Scene, laps: tuple[Lap, ...], flagged: datetime | None) -> Scene:
        ends = [at for at in (scene.ended_at, flagged) if at is not None]
        green_at = self._green_at(session) if scene.bands.asks_for("jump_start") else None
        return replace(scene, laps=laps, ended_at=min(ends, default=None), green_at=green_at)


def _looked_at(session: KeptSession, scene: Scene, searches: tuple[Search, ...]) -> tuple[object, ...]:
    """What makes a slow search worth repeating at once."""
    finished = sum(stop.out_at is not None for stop in scene.stops)
    return session.id, scene.bands, len(searches), finished, scene.ended_at, scene.karts, scene.served
