"""What a session leaves to its season, and what a new session takes over from it. Pure: rows in, rows out.

A ladder goes on through the season if its ruleset says so (`season`, or `decay`, which only means something across
events) and through the years if its window is a day or longer. At the end of a session each of its entries that still
counts is a row, whether it was earned there or brought along (`carried`). An entry counts for the next session if the
session that earned it still has it, and so has every session that brought it along: then neither the order in which
sessions close nor closing one again loses or doubles anything.

Counters of karts are kept for their team, because numbers change hands. Who took part in a race and was counted by no
ladder has a clean event: `decay` takes something off.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from core.penalties.bodies import Counter
from core.penalties.case import case_of, instant, seconds_of
from core.penalties.catalogue import Catalogue
from core.penalties.fold import Fold
from core.penalties.model import Amount, Incident, IncidentState, Penalty
from core.penalties.rules.facts import Clean
from core.penalties.rules.findings import Counted, Entry
from core.penalties.rules.judge import judge
from core.penalties.rules.schema import Ladder
from core.sessions.model import Phase

LONG_WINDOW_S = 86_400
_GONE = frozenset({IncidentState.VOIDED, IncidentState.MERGED})


class Kind(StrEnum):
    INCIDENT = "incident"
    PENALTY = "penalty"
    CLEAN = "clean"
    """Took part, and no ladder counted anything."""
    CARRIED = "carried"
    """A ladder entry that the session was opened with."""
    COUNTER = "counter"
    """A ladder entry that still counts at the end of the session."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Its columns depend on its kind: a ladder entry has `code`, `scope`, `subject`, `origin` and `amount`."""

    kind: Kind
    at: datetime
    kart: str | None = None
    team: str | None = None
    driver: str | None = None
    incident: int | None = None
    penalty: str | None = None
    code: str | None = None
    """Of the infringement or the penalty; of a ladder `ruleset/ladder`."""
    label: str | None = None
    type: str | None = None
    """Of a penalty; of an incident its outcome."""
    state: str | None = None
    amount: Amount | None = None
    scope: str | None = None
    subject: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A row with where it stands."""

    session_id: UUID
    season: str
    row: LedgerRow


@dataclass(frozen=True, slots=True)
class Field:
    """Who took part: the team of each number, as far as it is known, and the drivers; ids as text."""

    teams: Mapping[str, str | None] = field(default_factory=dict)
    drivers: Collection[str] = ()

    def karts_of(self, team: str) -> list[str]:
        return [kart for kart, its in self.teams.items() if its == team]


def goes_on(ladder: Ladder) -> bool:
    """Whether the ladder outlives a session."""
    return ladder.season or ladder.decay is not None or _years(ladder)


def ledger_of(fold: Fold, took_part: Field, name: str, closed_at: datetime) -> tuple[LedgerRow, ...]:
    """All that a closed session leaves; `name` is how its entries are called where they are counted later."""
    clean = tuple(_clean(fold, took_part, closed_at))
    return (
        *happened(fold),
        *clean,
        *_carried(fold, took_part),
        *_counters(fold, took_part, clean, name, closed_at),
    )


def happened(fold: Fold) -> tuple[LedgerRow, ...]:
    """The incidents that stand, and every penalty."""
    standing = [incident for incident in fold.incidents.values() if incident.state not in _GONE]
    penalties = (_of_penalty(penalty, fold.incidents[penalty.incident]) for penalty in fold.penalties.values())
    return (*map(_of_incident, standing), *penalties)


def counters_for(
    rows: Iterable[SeasonRow], catalogue: Catalogue, season: str, now: datetime, took_part: Field
) -> tuple[Counter, ...]:
    """What a session that is opened for the first time takes over into the ladders of its ruleset."""
    ladders = {_code(catalogue, ladder): ladder for ladder in catalogue.rules.ladders if goes_on(ladder)}
    wanted = [each for each in standing_entries(rows) if _counts(each, ladders.get(each.row.code or ""), season, now)]
    return tuple(
        Counter(ladders[each.code or ""].id, each.scope or "", subject, each.at, each.amount or 0, each.origin or "")
        for each in (found.row for found in wanted)
        for subject in (took_part.karts_of(each.subject or "") if each.scope == "kart" else [each.subject or ""])
    )


def standing_entries(rows: Iterable[SeasonRow]) -> list[SeasonRow]:
    """The ladder entries that no session has dropped, by time."""
    told = list(rows)
    brought = {(_key(each.row), each.session_id) for each in told if each.row.kind is Kind.CARRIED}
    kept = {(_key(each.row), each.session_id) for each in told if each.row.kind is Kind.COUNTER}
    dropped = {key for key, session_id in brought if (key, session_id) not in kept}
    earned = [
        each
        for each in told
        if each.row.kind is Kind.COUNTER
        and (_key(each.row), each.session_id) not in brought
        and _key(each.row) not in dropped
    ]
    once = {_key(each.row): each for each in earned}
    return sorted(once.values(), key=lambda each: (each.row.at, _key(each.row)))


def _key(row: LedgerRow) -> tuple[str, str, str, str]:
    return row.code or "", row.scope or "", row.subject or "", row.origin or ""


def _counts(each: SeasonRow, ladder: Ladder | None, season: str, now: datetime) -> bool:
    if ladder is None or (each.season != season and not _years(ladder)):
        return False
    return ladder.window_s is None or each.row.at >= now - timedelta(seconds=float(ladder.window_s))


def _years(ladder: Ladder) -> bool:
    return ladder.window_s is not None and ladder.window_s >= LONG_WINDOW_S


def _code(catalogue: Catalogue, ladder: Ladder) -> str:
    return f"{catalogue.rules.id}/{ladder.id}"


def _of_incident(incident: Incident) -> LedgerRow:
    return LedgerRow(
        Kind.INCIDENT,
        incident.at,
        incident.kart,
        incident.team,
        incident.driver,
        incident.id,
        code=incident.code,
        label=incident.label,
        type=incident.outcome.value,
        state=incident.state.value,
        amount=incident.points,
    )


def _of_penalty(penalty: Penalty, incident: Incident) -> LedgerRow:
    amounts = (penalty.points, penalty.seconds, penalty.laps, penalty.places)
    return LedgerRow(
        Kind.PENALTY,
        incident.at,
        penalty.kart,
        penalty.team,
        penalty.driver,
        penalty.incident,
        penalty.id,
        penalty.code,
        penalty.label,
        penalty.type.value,
        penalty.state.value,
        next((amount for amount in amounts if amount is not None), None),
    )


def _clean(fold: Fold, took_part: Field, closed_at: datetime) -> Iterator[LedgerRow]:
    """Of everybody who took part in a race and was not counted, where a ladder asks for it."""
    ladders = fold.catalogue.rules.ladders if fold.catalogue else ()
    if fold.phase not in (Phase.RACE, None) or not any(ladder.decay for ladder in ladders):
        return
    counted = _counted_subjects(fold)
    yield from (LedgerRow(Kind.CLEAN, closed_at, driver=one) for one in took_part.drivers if one not in counted)
    teams = {team for kart, team in took_part.teams.items() if team}
    spoilt = {team for kart, team in took_part.teams.items() if kart in counted}
    yield from (LedgerRow(Kind.CLEAN, closed_at, team=one) for one in sorted(teams - spoilt - counted))


def _counted_subjects(fold: Fold) -> set[str]:
    findings = fold.judged.findings.values()
    return {reason.subject for found in findings for reason in found.reasons if isinstance(reason, Counted)}


def _carried(fold: Fold, took_part: Field) -> Iterator[LedgerRow]:
    """Of a kart of which no team is known any more, nothing: it was brought along for one."""
    ladders = _ladders(fold)
    for one in fold.books.carried:
        subject = took_part.teams.get(one.subject) if one.scope == "kart" else one.subject
        if one.ladder in ladders and subject is not None and fold.catalogue:
            yield LedgerRow(
                Kind.CARRIED,
                one.at,
                code=_code(fold.catalogue, ladders[one.ladder]),
                scope=one.scope,
                subject=subject,
                origin=one.origin,
                amount=one.weight,
            )


def _counters(
    fold: Fold, took_part: Field, clean: Collection[LedgerRow], name: str, closed_at: datetime
) -> Iterator[LedgerRow]:
    """Judged once more with the clean events, which nobody could know before the end."""
    ladders = _ladders(fold)
    if not ladders or fold.catalogue is None:
        return
    case = replace(case_of(fold.books, fold.books.incidents, None), clean=_clean_events(clean, took_part, closed_at))
    for (ladder_id, subject), counted in judge(case).counters.items():
        ladder = ladders.get(ladder_id)
        owner = None if ladder is None else _owner(ladder, subject, fold, took_part)
        if ladder is None or owner is None:
            continue
        for entry in counted.entries[counted.start :]:
            yield LedgerRow(
                Kind.COUNTER,
                instant(entry.t),
                incident=int(entry.id) if entry.fact else None,
                code=_code(fold.catalogue, ladder),
                scope=ladder.scope,
                subject=owner,
                origin=_origin(entry, name),
                amount=entry.weight,
            )


def _ladders(fold: Fold) -> Mapping[str, Ladder]:
    return {ladder.id: ladder for ladder in (fold.catalogue.rules.ladders if fold.catalogue else ()) if goes_on(ladder)}


def _owner(ladder: Ladder, subject: str, fold: Fold, took_part: Field) -> str | None:
    """Whose counter it is in the season; None: of a number only, which may be somebody else's next time."""
    if ladder.scope != "kart":
        return subject if _is_id(subject) else None
    known = (incident.team for incident in fold.incidents.values() if incident.kart == subject and incident.team)
    return took_part.teams.get(subject) or next(known, None)


def _is_id(subject: str) -> bool:
    """Where the driver or team was not known, the ladder has counted the number."""
    try:
        UUID(subject)
    except ValueError:
        return False
    return True


def _clean_events(clean: Iterable[LedgerRow], took_part: Field, closed_at: datetime) -> list[Clean]:
    t = seconds_of(closed_at)
    events = [Clean(t, row.driver, "driver") for row in clean if row.driver]
    for team in [row.team for row in clean if row.team]:
        events += [Clean(t, team, "team"), *(Clean(t, kart, "kart") for kart in took_part.karts_of(team))]
    return events


def _origin(entry: Entry, name: str) -> str:
    """What was brought along keeps where it came from."""
    if entry.id == "clean":
        return f"{name}, clean"
    return f"{name}, incident {entry.id}" if entry.id.isdecimal() else entry.id
