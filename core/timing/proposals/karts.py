"""Cars as the ruleset sees them, and which of their visits to the pit lane serve a penalty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from core.penalties.model import Penalty
from core.penalties.serving_clock import ServingClock
from core.sessions.model import Entry
from core.timing.model import Board
from core.timing.proposals.model import Kart

Visit = tuple[datetime, datetime | None]


def karts_of(board: Board | None, entries: Iterable[Entry]) -> Mapping[str, Kart]:
    """The cars of the board by the feed's identity, with what their entries say; by identity, else by number.

    Entries that name the feed's identity are there too when the feed has taken their row away.
    """
    listed = tuple(entries)
    by_source = {entry.source_id: entry for entry in listed if entry.source_id is not None}
    by_number = {entry.number: entry for entry in listed if entry.source_id is None}
    shown = {car.source_id: car.number for car in board.cars} if board else {}
    numbers = {**{source_id: entry.number for source_id, entry in by_source.items()}, **shown}
    return {
        source_id: _kart(source_id, number, by_source.get(source_id) or by_number.get(number))
        for source_id, number in numbers.items()
    }


def served(
    karts: Mapping[str, Kart], penalties: Iterable[Penalty], clocks: Iterable[ServingClock]
) -> Mapping[str, tuple[Visit, ...]]:
    """By the feed's identity: what was recorded as a serving, and the stops that look like one."""
    sources = {kart.number: source_id for source_id, kart in karts.items()}
    found: dict[str, list[Visit]] = defaultdict(list)
    for penalty in penalties:
        if penalty.serving is not None and (source_id := sources.get(penalty.kart)) is not None:
            found[source_id].append((penalty.serving.at, penalty.serving.at))
    for clock in clocks:
        if clock.candidate is not None and (source_id := sources.get(clock.penalty.kart)) is not None:
            found[source_id].append((clock.candidate.in_at, clock.candidate.out_at))
    return {source_id: tuple(visits) for source_id, visits in found.items()}


def _kart(source_id: str, number: str, entry: Entry | None) -> Kart:
    if entry is None:
        return Kart(source_id, number)
    fields = tuple((name, value) for name, value in entry.fields.items())
    people = tuple(map(str, entry.driver_ids))
    return Kart(source_id, entry.number, entry.category, entry.drivers, fields, people)
