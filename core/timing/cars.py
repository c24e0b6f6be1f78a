"""The accumulator of one car: what the feed has said of it, and what the rules about laps and stops must remember.

Mutable on purpose: a frozen car that is replaced at every cell costs six times as much. `frozen` keeps the last
snapshot until something changes, so that a board of forty cars of which one moved makes one new `Car`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.timing.model import Car, CarStatus, Flag, Gap, Lap, Rank, TimedValue


@dataclass(slots=True)
class Visit:
    """The running visit to the pit lane."""

    in_at: datetime | None
    """None when the car was in the pits before anybody looked."""
    lap: int | None
    clock_ms: int | None = None
    """The feed's own clock of the stop as last sent, in whole seconds."""
    clock_at: datetime | None = None
    has_icon: bool = False
    """Whether the status icon told of it; at many venues it never does."""
    is_dated_by_clock: bool = False
    """Whether `in_at` is what the feed's clock told; the earliest it tells is nearest to the truth."""
    is_whole: bool = True
    """Whether somebody listened all the time; otherwise the car may have left and come in again."""


@dataclass(slots=True)
class Left:
    """A visit that ended a moment ago; the feed may yet send its exact duration as a lap."""

    visit: Visit | None
    """None when only the way out was seen."""
    at: datetime
    is_measured: bool
    """Whether a signal or a clock told the moment; otherwise the car was found on the track again."""
    is_signalled: bool = True
    """Whether a signal told it: a pit clock also stops when the recorder sleeps."""
    lap: int | None = None
    """Laps done when only the way out was seen."""
    lap_ms: int | None = None
    """The lap time that the feed sent with the way out, which at many venues is the stop's duration."""


@dataclass(slots=True)
class CarState:
    """Everything the fold knows of one car."""

    source_id: str
    number: str = ""
    position: int | None = None
    plate_colour: str | None = None
    team: str | None = None
    driver: str | None = None
    wheel: str | None = None
    """Who drives: one who is named while the car is in the pits drives when it goes out."""
    category: str | None = None
    nation: str | None = None
    last_ms: int | None = None
    last_rank: Rank = Rank.NORMAL
    best_ms: int | None = None
    best_rank: Rank = Rank.NORMAL
    sectors: list[TimedValue | None] = field(default_factory=list)
    splits: list[int | None] = field(default_factory=list)
    """Sectors of the lap that is being driven, as far as they are known; as many as `sectors`."""
    gap_ms: int | None = None
    gap_laps: int | None = None
    interval_ms: int | None = None
    interval_laps: int | None = None
    behind_ms: int | None = None
    pits: int | None = None
    status: CarStatus = CarStatus.RUNNING
    stint_ms: int | None = None
    feed_penalty: str | None = None
    more: dict[str, str] = field(default_factory=dict)

    flag: Flag | None = None
    """The session's."""
    counted: int = 0
    """Number of the last lap."""
    laps_shown: int | None = None
    """The feed's own lap counter, where it has one."""
    leader_laps: int | None = None
    """Laps done as the gap cell of the leader tells."""
    is_sure: bool = True
    """Whether `counted` is known to agree with the feed, or laps may have gone by unseen."""
    recovered: Lap | None = None
    """A lap that only the table told of after a hole; its number is that of the next lap less one."""
    is_gap_old: bool = False
    """Whether the gap was last told before a hole."""
    ahead: int = 0
    """By how many laps the gaps were ahead of our count at the last passing."""
    latest: Lap | None = None
    """The lap that was told last."""
    told: dict[int, int] = field(default_factory=dict)
    """Times of the laps that were told, by number: negative when the number is a guess, 0 when there is no time."""
    fed: int | None = None
    """The last lap that the feed itself has told, while its history is ahead of it."""
    stints: dict[int, str] = field(default_factory=dict)
    """Who drove until which lap, as the feed's history tells."""
    stops_told: dict[int | None, datetime | None] = field(default_factory=dict)
    """Stops that were told, by the laps done when the car came in: when."""
    dated: tuple[int, datetime] | None = None
    """The last lap before a hole, or of the history that fills it, and when it ended."""
    pace_ms: int | None = None
    """The last lap without a stop."""
    crossed_at: datetime | None = None
    """The last passing that counted."""
    lap_began_at: datetime | None = None
    fresh_at: datetime | None = None
    """A new last-lap text waits for its passing since."""
    passed_at: datetime | None = None
    """A passing waits for its last-lap text since."""
    timeless_at: datetime | None = None
    """The last passing that was decided without a time of its own, which may yet come."""
    grew_at: datetime | None = None
    """When the feed's lap counter last grew."""
    fell_at: datetime | None = None
    """When it last fell: a lap was taken back."""
    visit: Visit | None = None
    left: Left | None = None
    out_at: datetime | None = None
    """When the car last left the pits."""
    stops: int = 0
    lap_has_stop: bool = False

    frozen: Car | None = None

    def entry(self, flag: Flag | None) -> "CarState":
        """Who this is, without anything that was driven."""
        return CarState(
            self.source_id,
            self.number,
            plate_colour=self.plate_colour,
            team=self.team,
            driver=self.driver,
            wheel=self.wheel,
            category=self.category,
            nation=self.nation,
            flag=flag,
        )

    def lose(self, columns: Iterable[str]) -> None:
        """The table has these columns no longer: what they said grows old and nobody would notice."""
        for column in columns:
            for name in _SHOWN_BY.get(column, ()):
                setattr(self, name, None)
            if column == "sectors":
                self.sectors, self.splits = [], []
        self.more = {}
        self.frozen = None

    def freeze(self) -> Car:
        if self.frozen is None:
            self.frozen = self._car()
        return self.frozen

    def _car(self) -> Car:
        return Car(
            source_id=self.source_id,
            number=self.number,
            position=self.position,
            plate_colour=self.plate_colour,
            team=self.team,
            driver=self.driver,
            category=self.category,
            nation=self.nation,
            laps=self.laps,
            last=_timed(self.last_ms, self.last_rank),
            best=_timed(self.best_ms, self.best_rank),
            sectors=tuple(self.sectors),
            gap=_gap(self.gap_ms, self.gap_laps),
            interval=_gap(self.interval_ms, self.interval_laps),
            behind_ms=self.behind_ms,
            pits=self.stops if self.pits is None else self.pits,
            status=self.status,
            in_pit_since=None if self.visit is None else self.visit.in_at,
            stint_ms=self.stint_ms,
            feed_penalty=self.feed_penalty,
            crossed_at=self.crossed_at,
            more=tuple(self.more.items()),
        )

    @property
    def at_wheel(self) -> str | None:
        return self.wheel or self.driver

    @property
    def laps(self) -> int | None:
        """Laps done: the feed's counter before ours; ours is unknown before the first lap."""
        if self.laps_shown is not None:
            return self.laps_shown
        return self.counted or None


_SHOWN_BY = {
    "gap": ("gap_ms", "gap_laps", "leader_laps"),
    "interval": ("interval_ms", "interval_laps"),
    "best": ("best_ms",),
    "pits": ("pits",),
    "stint_ms": ("stint_ms",),
    "feed_penalty": ("feed_penalty",),
    "category": ("category",),
    "nation": ("nation",),
}
"""What only a column tells; the last lap stays, which the rules about laps compare with."""


def _timed(ms: int | None, rank: Rank) -> TimedValue | None:
    return None if ms is None else TimedValue(ms, rank)


def _gap(ms: int | None, laps: int | None) -> Gap | None:
    return None if ms is None and laps is None else Gap(ms, laps)
