"""`GET /marshal/start`: all that the marshals' phone page needs, in one answer, which the phone keeps.

The phone asks again and again with the `ETag` of what it has; while nothing has changed it is answered 304, some
hundred bytes. Codes come in the order in which this session uses them, so that the frequent ones are on top.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter

from core.accounts.model import Identity, Right
from core.errors import NotFound
from core.penalties.catalogue import Catalogue
from core.penalties.fold import Fold
from core.sessions.model import Entry, RaceSession
from core.timing.model import Car
from core.tracks.model import Circuit
from portal.api.needs import needs
from portal.running import runtime

router = APIRouter(tags=["queue"])

Reporter = Annotated[Identity, Depends(needs(Right.REPORT))]


@dataclass(frozen=True, slots=True)
class Place:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Running:
    id: UUID
    number: int
    name: str
    phase: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An infringement that may be reported."""

    code: str
    label: str
    second_kart: bool
    text: bool
    """It needs words."""


@dataclass(frozen=True, slots=True)
class Kart:
    number: str
    team: str | None
    plate: str | None
    """`#RRGGBB`, as on the timing board."""


@dataclass(frozen=True, slots=True)
class Start:
    circuits: tuple[Place, ...]
    circuit: Place | None
    session: Running | None
    """None: no race session is active; the phone keeps what it is told."""
    codes: tuple[Choice, ...]
    karts: tuple[Kart, ...]
    posts: tuple[str, ...]
    """From which reports of this session came."""
    name: str
    """Of whoever is signed in."""
    may_amend: bool
    own_only: bool
    """Whether one's reports are at `/reports/own`; else at `/reports`."""


@router.get("/marshal/start", response_model=Start)
def start(reporter: Reporter, request: Request, circuit: str | None = None) -> Response:
    """Without a circuit: the first one that has an active race session."""
    body = _START.dump_json(_started(reporter, circuit))
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(None, 304, headers)
    return Response(body, 200, headers, media_type="application/json")


_START = TypeAdapter(Start)


def _started(reporter: Identity, slug: str | None) -> Start:
    circuits = tuple(one for one in runtime().circuits.all() if one.running or one.slug == slug)
    circuit, session = _place(circuits, slug)
    fold = Fold() if session is None else runtime().penalties(session.id).state()
    return Start(
        circuits=tuple(Place(one.slug, one.name) for one in circuits),
        circuit=Place(circuit.slug, circuit.name) if circuit else None,
        session=Running(session.id, session.number, session.name, fold.phase) if session else None,
        codes=choices(fold),
        karts=_karts(circuit, session),
        posts=tuple(sorted({report.post for report in fold.reports.values() if report.post})),
        name=reporter.display_name,
        may_amend=Right.AMEND_OWN_REPORT in reporter.rights,
        own_only=Right.READ_RACE_CONTROL not in reporter.rights,
    )


def _place(circuits: tuple[Circuit, ...], slug: str | None) -> tuple[Circuit | None, RaceSession | None]:
    wanted = [one for one in circuits if slug in {None, one.slug}]
    if slug is not None and not wanted:
        raise NotFound(f"There is no circuit “{slug}”.", "Choose one from the list.")
    active = [(one, runtime().race_sessions.active(one.id)) for one in wanted]
    return next((pair for pair in active if pair[1] is not None), active[0] if active else (None, None))


def choices(fold: Fold) -> tuple[Choice, ...]:
    """The codes of the session's ruleset, the most used first, the others as the ruleset lists them."""
    if fold.catalogue is None:
        return ()
    used = Counter(incident.code for incident in fold.incidents.values())
    used.update(report.code for report in fold.reports.values())
    codes = sorted(fold.catalogue.rules.codes, key=lambda code: -used[code])
    return tuple(_choice(code, fold.catalogue) for code in codes)


def _choice(code: str, catalogue: Catalogue) -> Choice:
    rule = catalogue.rule(code)
    return Choice(code, rule.label, rule.second_kart, rule.text == "required")


def _karts(circuit: Circuit | None, session: RaceSession | None) -> tuple[Kart, ...]:
    entries = runtime().race_sessions.entries(session.id) if session else ()
    board = runtime().timing.board(circuit.id) if circuit else None
    return merged(entries, board.cars if board else ())


def merged(entries: Iterable[Entry], cars: Iterable[Car]) -> tuple[Kart, ...]:
    """Every number that is entered or on the board, in the order of numbers; the entry's team first."""
    seen = {car.number: car for car in cars if car.number}
    teams = {entry.number: entry.team for entry in entries}
    return tuple(sorted(_merged(teams, seen), key=lambda kart: (len(kart.number), kart.number)))


def _merged(teams: Mapping[str, str | None], seen: Mapping[str, Car]) -> Iterator[Kart]:
    for number in {**teams, **seen}:
        car = seen.get(number)
        team = teams.get(number) or (car and (car.team or car.driver))
        yield Kart(number, team or None, car.plate_colour if car else None)
