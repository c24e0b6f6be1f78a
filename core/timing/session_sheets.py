"""A race session as tables for people and spreadsheets: incidents, penalties, events, entries, results, laps, stops.

The sheets `incidents` and `penalties` are read again by an import; what stands there beside the columns that it knows,
and the other sheets, is for readers. Every cell is text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.penalties.events import Anchor, LogEvent
from core.penalties.fold import Fold
from core.penalties.messages import NOTHING, old_values, sentence
from core.penalties.model import Incident, Penalty
from core.penalties.tables.cells import INCIDENTS, PENALTIES, to_rows
from core.penalties.tables.lines import IncidentLine, PenaltyLine, all_penalty_lines, incident_lines
from core.sessions.entry_list import to_rows as entry_rows
from core.sessions.model import Entry, RaceSession
from core.timing.frozen import Frozen
from core.timing.results import Results

Sheet = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Content:
    """All of a session; `names` of actors by their ids, empty for who may not see them, as are those of entries."""

    session: RaceSession
    circuit: str
    fold: Fold
    events: tuple[LogEvent, ...]
    entries: tuple[Entry, ...]
    frozen: Frozen | None
    results: Results | None
    names: Mapping[str, str]


def sheets_of(content: Content, now: datetime) -> dict[str, Sheet]:
    """By their names, in the order of a workbook."""
    sheets: dict[str, Sheet] = {
        INCIDENTS: _incidents(content),
        PENALTIES: _penalties(content.fold),
        "events": _events(content),
        "entries": entry_rows(content.entries),
        "session": _about(content, content.fold.head, now),
    }
    if content.results is not None:
        sheets["results"] = _results(content.results, content.entries)
    if content.frozen is not None:
        sheets["laps"], sheets["stops"] = _laps(content.frozen), _stops(content.frozen)
    return sheets


def templates() -> dict[str, Sheet]:
    """The sheets that an import reads, empty."""
    return {INCIDENTS: to_rows(IncidentLine, ()), PENALTIES: to_rows(PenaltyLine, ())}


def _incidents(content: Content) -> Sheet:
    entries = {entry.number: entry for entry in content.entries}
    lines = incident_lines(content.fold)
    more = (_about_incident(content.fold.incidents[line.number or 0], entries) for line in lines)
    return _beside(to_rows(IncidentLine, lines), ("infringement", "state", "outcome", "team", "drivers"), more)


def _about_incident(one: Incident, entries: Mapping[str, Entry]) -> Sequence[str]:
    entry = entries.get(one.kart)
    team, drivers = (entry.team or "", " / ".join(entry.drivers)) if entry else ("", "")
    return one.label, one.state, one.outcome, team, drivers


def _penalties(fold: Fold) -> Sheet:
    lines = all_penalty_lines(fold)
    more = (_about_penalty(fold.penalties.get(line.penalty)) for line in lines)
    return _beside(to_rows(PenaltyLine, lines), ("kart", "state", "automatic"), more)


def _about_penalty(one: Penalty | None) -> Sequence[str]:
    return ("", "", "") if one is None else (one.kart, one.state, "yes" if one.automatic else "no")


def _beside(rows: Sequence[Sequence[str]], headings: Sequence[str], more: Iterable[Sequence[str]]) -> Sheet:
    heading, *lines = rows
    return [[*heading, *headings], *([*line, *cells] for line, cells in zip(lines, more, strict=True))]


def _events(content: Content) -> Sheet:
    before = old_values(content.events)
    heading = [
        "event",
        "time",
        "recorded",
        "role",
        "by",
        "account",
        "type",
        "about",
        "what happened",
        "ruleset",
        "hash",
    ]
    return [heading, *(_event(one, content, before.get(one.seq, NOTHING)) for one in content.events)]


def _event(one: LogEvent, content: Content, before: Mapping[str, object]) -> list[str]:
    by = content.names.get(one.actor, "")
    words = sentence(one.body, content.fold, before)
    times = (one.at.isoformat(), one.recorded_at.isoformat())
    return [str(one.seq), *times, one.role, by, one.actor, one.type, one.subject, words, one.ruleset, one.hash]


def _about(content: Content, head: Anchor, now: datetime) -> Sheet:
    one = content.session
    return [
        ["what", "value"],
        ["session", one.name],
        ["id", str(one.id)],
        ["circuit", content.circuit],
        ["season", one.season],
        ["ruleset", one.ruleset],
        ["ruleset in force", content.fold.catalogue.reference if content.fold.catalogue else ""],
        ["opened", one.opened.at.isoformat() if one.opened else ""],
        ["closed", one.closed.at.isoformat() if one.closed else ""],
        ["exported", now.isoformat()],
        ["events", str(head.seq)],
        ["head", head.hash],
    ]


def _results(results: Results, entries: Iterable[Entry]) -> Sheet:
    teams = {entry.number: entry.team or "" for entry in entries}
    heading = ["position", "kart", "team", "laps", "gap ms", "gap laps", "best ms", "added ms", "laps deducted"]
    return [
        [*heading, "excluded"],
        *(
            [
                *(str(row.position), row.kart, teams.get(row.kart, "")),
                *map(_number, (row.laps, row.gap_ms, row.gap_laps, row.best_ms, row.added_ms, row.deducted_laps)),
                "yes" if row.excluded else "no",
            ]
            for row in results.rows
        ),
    ]


def _laps(frozen: Frozen) -> Sheet:
    heading = [
        "feed session",
        "kart",
        "lap",
        "lap ms",
        "kind",
        "at",
        "driver",
        "position",
        "flag",
        "sectors ms",
        "from",
    ]
    return [heading, *_lap_rows(frozen)]


def _lap_rows(frozen: Frozen) -> Iterator[list[str]]:
    for feed in frozen.sessions:
        for lap in feed.laps:
            place = (lap.driver or "", _number(lap.position), lap.flag or "", " ".join(map(_number, lap.sectors_ms)))
            front = (feed.about.title, lap.number, str(lap.lap), _number(lap.lap_ms), lap.kind, lap.at.isoformat())
            yield [*front, *place, lap.provenance]


def _stops(frozen: Frozen) -> Sheet:
    heading = ["feed session", "source id", "in", "out", "duration ms", "lap", "from"]
    rows = (
        [feed.about.title, one.source_id, _time(one.in_at), _time(one.out_at),
         _number(one.duration_ms), _number(one.lap), one.provenance]
        for feed in frozen.sessions for one in feed.stops
    )  # fmt: skip
    return [heading, *rows]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _time(value: datetime | None) -> str:
    return "" if value is None else value.isoformat()
