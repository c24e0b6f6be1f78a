"""One state of a heat, with whatever of it is well-formed; field names of the feed are single letters."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.timing.sources.apex.texts import gap
from core.timing.sources.plain import one_line

FIELDS = frozenset(("T", "CE", "CS", "C", "N", "E", "L", "R", "S", "EM", "D"))
DRIVER_FIELDS = frozenset(("P", "K", "N", "L", "T", "B", "A", "G", "D", "LP", "R", "M"))
"""`EM`, `LP`, `R` of a driver and `M` were seen; nobody knows what they mean."""

_LONGEST_NAME = 80
_MOST = 10**13
_MOST_DRIVERS = 500


@dataclass(frozen=True, slots=True)
class Driver:
    source_id: str
    number: str
    name: str
    position: int | None
    laps: int | None
    last_ms: int | None
    best_ms: int | None
    gap: tuple[int | None, int | None]
    """Milliseconds or laps behind the leader."""


@dataclass(frozen=True, slots=True)
class State:
    heat: int | None
    """When the heat was started; another one is another heat."""
    name: str
    is_running: bool
    """Whether its clock goes."""
    left_ms: int | None
    laps_left: int | None
    is_by_laps: bool
    is_by_best: bool
    phase: int | None
    drivers: tuple[Driver, ...]


def read_state(value: Mapping[str, object]) -> State:
    drivers = value.get("D")
    listed = drivers if isinstance(drivers, list) else []
    read = {driver.source_id: driver for driver in map(_driver, listed[:_MOST_DRIVERS]) if driver is not None}
    return State(
        heat=_count(value.get("T")),
        name=_text(value.get("N")),
        is_running=bool(_count(value.get("CE"))) and bool(_count(value.get("CS"))),
        left_ms=_count(value.get("C")),
        laps_left=_count(value.get("L")),
        is_by_laps=_count(value.get("E")) == 2,
        is_by_best=_count(value.get("R")) == 1,
        phase=_count(value.get("S")),
        drivers=tuple(read.values()),
    )


def _driver(value: object) -> Driver | None:
    if not isinstance(value, dict):
        return None
    number = _text(value.get("K"))
    source_id = _text(value.get("D")) or number
    if not source_id:
        return None
    ms, laps, _ = gap(_text(value.get("G")))
    return Driver(
        source_id=source_id,
        number=number,
        name=_text(value.get("N")),
        position=_count(value.get("P")) or None,
        laps=_count(value.get("L")),
        last_ms=_count(value.get("T")) or None,
        best_ms=_count(value.get("B")) or None,
        gap=(ms, laps),
    )


def _count(value: object) -> int | None:
    """A whole number that is not negative, also where it is sent as text."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) <= len(str(_MOST)) else None
    if isinstance(value, int | float) and 0 <= value <= _MOST:
        return int(value)
    return None


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) <= _MOST else ""
    return one_line(value, _LONGEST_NAME)
