"""A log in which penalties are issued and served at given seconds, for tests of serving."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.penalties.bodies import (
    Body,
    IncidentDecided,
    IncidentRecorded,
    PenaltyIssued,
    RulesetPinned,
    ServingRecorded,
    TrackStateSet,
    UnservedConfirmed,
)
from core.penalties.catalogue import read_catalogue
from core.penalties.crossings import Crossing, Stop
from core.penalties.events import TYPES, LogEvent
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.model import TrackState
from core.penalties.serving_clock import ServingClock, clocks

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
RULES = """
id: serving-test
version: 1
limits: {LIMITS}
codes:
  CON: {label: Contact, key: "c"}
penalties:
  sg5:
    label: 5 s stop & go
    type: stop_go
    seconds: 5
    serve: {within_crossings: 3, clock_stops_during: [SC, FCY, RED], not_during: [SC, FCY], tolerance_s: TOLERANCE}
    unserved: {do: lap_1}
  dt:
    label: Drive-through
    type: drive_through
    serve: {within_crossings: 2, clock_stops_during: [SC], not_during: [SC]}
  open: {label: 10 s without a window, type: stop_go, seconds: 10, serve: {tolerance_s: 0}}
  time_5: {label: 5 s, type: time, seconds: 5}
  lap_1: {label: One lap, type: lap, laps: 1}
"""


def rules(*, transit: str = "", tolerance: str = "0") -> str:
    limits = f"{{pit_transit_s: {transit}}}" if transit else "{}"
    return RULES.replace("{LIMITS}", limits).replace("TOLERANCE", tolerance)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def given(incident: int, second: float, *, code: str = "sg5", kart: str = "42") -> list[tuple[float, Body]]:
    """A penalty that is decided and issued at that second."""
    return [
        (second - 2, IncidentRecorded(incident, kart, "CON")),
        (second - 1, IncidentDecided(incident, code)),
        (second, PenaltyIssued(incident, f"{incident}/decision", code)),
    ]


def track(second: float, state: TrackState) -> tuple[float, Body]:
    return second, TrackStateSet(state)


def recorded(incident: int, second: float, seconds: str | None = None) -> tuple[float, Body]:
    measured = None if seconds is None else Decimal(seconds)
    return second, ServingRecorded(incident, f"{incident}/decision", measured)


def confirmed(incident: int, second: float) -> tuple[float, Body]:
    return second, UnservedConfirmed(incident, f"{incident}/decision")


def folded(*said: tuple[float, Body], ruleset: str | None = None) -> Fold:
    catalogue = read_catalogue(ruleset or rules(), "test")
    pinned = (-1000.0, RulesetPinned(catalogue.reference, catalogue.text))
    return advance(EMPTY, _rows([pinned, *said], catalogue.reference))


def line(*seconds: float, kart: str = "42") -> dict[str, list[Crossing]]:
    return {kart: [Crossing(kart, at(second), lap) for lap, second in enumerate(seconds, start=10)]}


def stop(second: float, lasted: str | None = "5.000", *, kart: str = "42") -> Stop:
    """A visit that began at that second; None: it is still on."""
    if lasted is None:
        return Stop(kart, at(second))
    return Stop(kart, at(second), at(second + float(lasted)), Decimal(lasted))


def looked(
    fold: Fold,
    crossings: dict[str, list[Crossing]] | None = None,
    stops: Iterable[Stop] = (),
    *,
    now: float = 10_000,
) -> tuple[ServingClock, ...]:
    visits: dict[str, list[Stop]] = {}
    for one in stops:
        visits.setdefault(one.kart, []).append(one)
    return clocks(fold, crossings or {}, visits, at(now))


def _rows(said: Iterable[tuple[float, Body]], reference: str) -> list[LogEvent]:
    return [
        LogEvent(
            seq=seq,
            request_id=f"request {seq}",
            ordinal=1,
            subject="session",
            at=at(second),
            recorded_at=at(second),
            actor="00000000-0000-7000-8000-000000000001",
            role="race_control",
            type=TYPES[type(body)],
            body=body,
            ruleset=reference,
            hash=f"{seq:064x}",
        )
        for seq, (second, body) in enumerate(said, start=1)
    ]
