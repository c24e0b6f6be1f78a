"""The field of a race session for race control: its entries; by the timing who drove, who passed when, how long to go.

The entries are kept until their version has moved; a write asks only for that one number. Who drove is asked of the
timing only where an entry has several drivers.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity
from core.errors import Unavailable
from core.io.database.entries import SessionEntries
from core.penalties.grid import Competitor
from core.people.names import key_of
from core.sessions.model import Entry, RaceSession
from core.timing.serving import ServingDesk

log = logging.getLogger(__name__)

NOBODY = Competitor()


class Numbers(Protocol):
    """The entries of a session by their number."""

    def by_number(self, session: RaceSession) -> dict[str, Entry]: ...


@dataclass
class KeptEntries:
    """The entries of all sessions that were asked about, each with the version it was read at; shared by threads."""

    rows: SessionEntries
    _kept: dict[UUID, tuple[int, dict[str, Entry]]] = field(default_factory=dict)

    def by_number(self, session: RaceSession) -> dict[str, Entry]:
        version = self.rows.version(session)
        kept = self._kept.get(session.id)
        if kept is not None and kept[0] == version:
            return kept[1]
        entries = {entry.number: entry for entry in self.rows.all(session)}
        self._kept[session.id] = (version, entries)
        return entries


@dataclass(frozen=True, slots=True)
class HeldEntries:
    """Those of one session as they were a moment ago."""

    numbers: dict[str, Entry]

    def by_number(self, _: RaceSession) -> dict[str, Entry]:
        return self.numbers


@dataclass(frozen=True, slots=True)
class SessionGrid:
    """`Grid` of one race session."""

    session: RaceSession
    entries: Numbers
    driver_at: Callable[[Entry, datetime], str | None]
    """Who drove then, in the feed's words."""
    left: Callable[[], int | None]
    """The laps that are left, estimated by the timing."""
    teams: Callable[[Identity], frozenset[UUID]]
    """Those that an account belongs to, by its own word or by the person behind it."""

    def competitor(self, kart: str, at: datetime) -> Competitor:
        entry = self.entries.by_number(self.session).get(kart)
        return NOBODY if entry is None else competitor_of(entry, lambda: self.driver_at(entry, at))

    def laps_left(self) -> int | None:
        return self.left()

    def at_once(self) -> "SessionGrid":
        return replace(self, entries=HeldEntries(self.entries.by_number(self.session)))

    def teams_of(self, identity: Identity) -> frozenset[str]:
        return frozenset(map(str, self.teams(identity)))


@dataclass(frozen=True, slots=True)
class SessionLine:
    """`Passed` of one race session: a write waits for it under the log's lock, and goes on without it."""

    session: RaceSession
    entries: KeptEntries
    serving: ServingDesk

    def __call__(self, kart: str, since: datetime) -> tuple[datetime, ...] | None:
        entry = self.entries.by_number(self.session).get(kart)
        try:
            return self.serving.passed(self.session.circuit_id, kart, entry, since)
        except Unavailable as error:
            log.warning("crossings not asked", extra={"session": str(self.session.id), "cause": error.what})
            return None


def competitor_of(entry: Entry, driving: Callable[[], str | None]) -> Competitor:
    """Who is behind an entry; `driving` is asked for the feed's name of the driver if there are several."""
    team = None if entry.team_id is None else str(entry.team_id)
    fields = {**entry.fields, "drivers": str(entry.number_of_drivers)}
    if entry.category is not None:
        fields["class"] = entry.category
    if entry.weight_kg is not None:
        fields["weight_kg"] = f"{entry.weight_kg.normalize():f}"
    names = frozenset(word for word in (entry.team, team) if word)
    return Competitor(team, _driver(entry, driving), fields, names)


def _driver(entry: Entry, driving: Callable[[], str | None]) -> str | None:
    if len(entry.driver_ids) == 1:
        return str(entry.driver_ids[0])
    name = driving() if entry.driver_ids else None
    if not name:
        return None
    same = [one for one, known in zip(entry.driver_ids, entry.drivers, strict=False) if key_of(known) == key_of(name)]
    turned = [one for one, known in zip(entry.driver_ids, entry.drivers, strict=False) if _words(known) == _words(name)]
    found = same or turned
    return str(found[0]) if len(found) == 1 else None


def _words(name: str) -> Iterable[str]:
    """Feeds often put the family name first."""
    return sorted(key_of(name.replace(",", " ")).split())
