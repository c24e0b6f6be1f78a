"""Laps as a book, and what they say: pace, karts, the order with stop debt, when to stop and where one comes out."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import JSONResponse

from core.accounts.model import Identity, Right
from core.errors import NotFound
from core.timing.analysis import Rated
from core.timing.analysis_debt import Adjusted, StopRules
from core.timing.analysis_ideal import IdealLap
from core.timing.analysis_karts import KartQuality
from core.timing.analysis_plan import Neighbour, StopPlan
from core.timing.desk import KeptSession, TimingDesk
from core.timing.pace import Confidence, Field, Pace
from portal import race_analysis
from portal.api.needs import needs
from portal.lap_book import Book, told
from portal.running import now, runtime

router = APIRouter(tags=["analysis"])

Reader = Annotated[Identity, Depends(needs(Right.READ_TIMING))]
Milliseconds = Annotated[int, Query(ge=0, description="Milliseconds since the session began.")]


@dataclass(frozen=True, slots=True)
class RatedShown:
    """A team, or one of its drivers."""

    source_id: str
    number: str
    driver: str | None
    behind_ms: int
    pace: Pace
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class AnalysisShown:
    session: KeptSession | None = None
    field: Field | None = None
    """How fast the track was over time: lap times divided by its level are comparable."""
    clean_laps: int = 0
    teams: tuple[RatedShown, ...] = ()
    drivers: tuple[RatedShown, ...] = ()
    karts: tuple[KartQuality, ...] = ()
    ideal_laps: tuple[IdealLap, ...] = ()
    adjusted: tuple[Adjusted, ...] = ()
    stop_loss_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PlanShown:
    plan: StopPlan | None
    """None where nobody knows how long the race still goes."""
    traffic: tuple[Neighbour, ...]


def asked_rules(
    stops: Annotated[int | None, Query(ge=0, le=200)] = None,
    min_stop_s: Annotated[float, Query(ge=0, le=36_000)] = 0,
    max_stint_s: Annotated[float | None, Query(gt=0, le=360_000)] = None,
) -> StopRules:
    """What the regulations ask for."""
    return StopRules(stops, round(min_stop_s * 1000), None if max_stint_s is None else round(max_stint_s * 1000))


Rules = Annotated[StopRules, Depends(asked_rules)]


@router.get("/circuits/{slug}/lap-book")
def read_lap_book(
    _: Reader, slug: str, feed_session: UUID | None = None, after: Milliseconds | None = None
) -> JSONResponse:
    """Every lap of a feed session in columns, the newest session unless another is named; `after` gives a part.

    It is empty while the feed has had no session. It is not validated on its way out: 54 000 laps would take a second.
    """
    session = _session(slug, feed_session)
    if session is None:
        return JSONResponse({})
    since = None if after is None else race_analysis.moment(session, after)
    laps = _desk().laps(session.id, None, since)
    board = race_analysis.board_of(_desk(), session)
    return JSONResponse(told(Book(session, laps, _desk().stops(session.id), _desk().lap_count(session.id), board)))


@router.get("/circuits/{slug}/race-analysis")
def read_analysis(_: Reader, slug: str, rules: Rules, feed_session: UUID | None = None) -> AnalysisShown:
    """Pace as on a typical lap of the session, and the order with every stop debt paid."""
    session = _session(slug, feed_session)
    if session is None:
        return AnalysisShown()
    race = race_analysis.judged(_desk(), session)
    return AnalysisShown(
        session=session,
        field=race.analysis.field,
        clean_laps=race.analysis.laps,
        teams=tuple(map(_rated, race.analysis.teams)),
        drivers=tuple(map(_rated, race.analysis.drivers)),
        karts=race.analysis.karts,
        ideal_laps=race.analysis.ideals,
        adjusted=race_analysis.classification(race, rules, now()),
        stop_loss_ms=race.loss_ms,
    )


@router.get("/circuits/{slug}/stop-plan")
def read_stop_plan(_: Reader, slug: str, source_id: str, rules: Rules, feed_session: UUID | None = None) -> PlanShown:
    """When a car has to stop, and who would be near when it comes out."""
    session = _session(slug, feed_session)
    if session is None:
        raise NotFound("This circuit's feed has had no session yet.", "Start its source under Timing › Circuits.")
    race = race_analysis.judged(_desk(), session)
    return PlanShown(race_analysis.plan(race, source_id, rules, now()), race_analysis.traffic(race, source_id))


def _desk() -> TimingDesk:
    return runtime().timing


def _session(slug: str, wanted: UUID | None) -> KeptSession | None:
    circuit = runtime().circuits.find(slug)
    return race_analysis.chosen(_desk(), circuit.id, wanted)


def _rated(one: Rated) -> RatedShown:
    return RatedShown(one.source_id, one.number, one.driver, one.behind_ms, one.pace, one.pace.confidence)
