"""Who a car is: the records `$A`, `$COMP` and `$C`, and what the source remembers of every entry.

An RMonitor name has two halves. A driver's are first and last name; where the entry is a team, the first half names
it and the second is empty or holds the car, with its model year. `nationality` holds a nation or, at many clubs, the
car; IMSA tells there that a car is out.
"""

from dataclasses import dataclass, field

from core.timing import events as said
from core.timing.events import CarEvent
from core.timing.sources.rmonitor.fields import text

_OUT = frozenset(("retired", "excluded"))
_NATION_LETTERS = range(2, 4)


@dataclass(slots=True)
class Entry:
    """One car as the feed has last told it; texts are kept as they stood in the line, to see cheaply what changed."""

    source_id: str
    names: list[str] = field(default_factory=list)
    """The fields of the last `$A`."""
    beside: list[str] = field(default_factory=list)
    """The fields of the last `$COMP`."""
    number: str = ""
    in_class: str = ""
    who: tuple[CarEvent, ...] = ()
    """What was told of who the car is."""
    race_place: str = ""
    best_place: str = ""
    laps_text: str = ""
    total_text: str = ""
    best_text: str = ""

    laps: int | None = None
    """Laps credited by the last standing."""
    total_ms: int | None = None
    """Race time at the last passing that counts, by the last standing."""
    lap_total_ms: int | None = None
    """Race time at the end of the last lap that was told."""
    told: int = 0
    """Number of the last lap that was told."""
    known: set[int] = field(default_factory=set)
    """Numbers of the laps that the feed itself told: its history adds nothing to them."""
    deducted: int = 0
    """Laps that officials took off."""
    best_ms: int | None = None
    passing: "Passing | None" = None
    """A passing whose standing has not come yet."""
    spare_ms: int | None = None
    """A passing that does not count, yet: officials may change their mind."""
    growth: "Growth | None" = None
    """A standing that grew before its passing came."""
    has_finished: bool = False
    in_lane: bool = False
    """Whether it is in the pit lane, where crossings are told."""


@dataclass(slots=True)
class Passing:
    ms: int
    total_ms: int
    beats: int = 0
    """Heartbeats since."""


@dataclass(slots=True)
class Growth:
    laps: int | None
    total_ms: int
    lap_ms: int | None
    """The lap's time as far as the standings tell: the difference of their totals."""
    beats: int = 0


@dataclass(slots=True)
class Classes:
    """Names of classes by their number."""

    names: dict[str, str] = field(default_factory=dict)

    def name(self, number: str) -> str:
        return self.names.get(number, "") or ("" if number in {"", "0"} else number)


def introduce(entry: Entry, classes: Classes) -> tuple[CarEvent, ...]:
    """Everything `$A`, `$COMP` and `$C` say of who the car is; where both name it, the newer form does."""
    source_id, a, comp = entry.source_id, entry.names, entry.beside
    number, in_class, first, last, nation, additional = map(text, comp[2:]) if comp else [""] * 6
    if a:
        number, in_class, nation = number or text(a[2]), in_class or text(a[7]), nation or text(a[6])
        first, last = (first, last) if first or last else (text(a[4]), text(a[5]))
    events: list[CarEvent] = [said.Plated(source_id, number or source_id, None)]
    if first or last:
        events += _beside(source_id, additional, _name(source_id, first, last))
    if nation:
        events += _nation(source_id, nation)
    entry.in_class = in_class
    category = classes.name(in_class)
    return (*events, said.Categorised(source_id, category)) if category else tuple(events)


def _name(source_id: str, first: str, last: str) -> list[CarEvent]:
    if first and last and not any(letter.isdigit() for letter in first + last):
        return [said.DriverNamed(source_id, f"{first} {last}")]
    car = [said.Extra(source_id, "Car", last)] if first and last else []
    return [said.TeamNamed(source_id, first or last), *car]


def _beside(source_id: str, additional: str, name: list[CarEvent]) -> list[CarEvent]:
    """A driver's team, or something about a team."""
    if not additional:
        return name
    if isinstance(name[0], said.DriverNamed):
        return [*name, said.TeamNamed(source_id, additional)]
    return [*name, said.Extra(source_id, "Additional", additional)]


def _nation(source_id: str, nation: str) -> list[CarEvent]:
    if nation.isalpha() and nation.isupper() and len(nation) in _NATION_LETTERS:
        return [said.NationShown(source_id, nation)]
    if nation.casefold() in _OUT:
        return [said.Extra(source_id, "Status", nation), said.RoadShown(source_id, said.Road.STOPPED)]
    return [said.Extra(source_id, "Car", nation)]
