"""The accumulator of one feed session: its cars, and what was completed and not yet handed out."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.timing.cars import CarState
from core.timing.events import Layout
from core.timing.feed_sessions import Identity
from core.timing.gaps import Firsts
from core.timing.model import CarStatus, Clock, Comment, FeedSession, Flag, Lap, Provenance, SessionKind, Stop
from core.timing.numbers import take_recovered
from core.timing.withdrawn import Withdrawal


@dataclass(slots=True)
class SessionState:
    """What every rule about a car may need to know beside the car."""

    ordinal: int
    identity: Identity
    opened_at: datetime
    now: datetime
    """When the frame that is being folded was received."""
    before: datetime | None = None
    """When the frame before it was received."""
    deaf_at: datetime | None = None
    """Where the last silence began that was long enough to hide something."""
    cars: dict[str, CarState] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    """Cars of the table as last sent, in the feed's order."""
    started_over: bool = False
    """Whether it began without a table of its own."""
    may_start_over: bool = False
    """Whether it is green again after the finish; the next first passing tells."""
    columns: tuple[str, ...] = ()
    layout: str = ""
    waiting: set[str] = field(default_factory=set)
    """Cars with half a lap or half a stop: decided when its other half came, or a second later."""
    laps: list[Lap] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    corrected: list[Lap] = field(default_factory=list)
    """Laps that were handed out and are better known now."""
    withdrawn: list[Withdrawal] = field(default_factory=list)
    """Laps that were handed out and are none."""
    firsts: Firsts = field(default_factory=Firsts)
    unexplained: int = 0
    """Last-lap texts that changed without anything that makes a lap of them."""
    leader_laps: int | None = None
    is_partial: bool = False
    """Whether cells may be older than a hole, or were never seen: no table came since."""
    has_way_in: bool = False
    """Whether the venue has been seen to signal the way into the pits."""
    has_way_out: bool = False
    """The same of the way out."""
    clock: Clock | None = None
    began_at: datetime | None = None
    """When the race clock of the feed's history stood at nought, as far as it is known."""
    flag: Flag | None = None
    banner: str = ""
    comments: tuple[Comment, ...] = ()

    def car(self, source_id: str) -> CarState:
        """The car's accumulator, begun when it is met for the first time."""
        known = self.cars.get(source_id)
        if known is None:
            known = self.cars[source_id] = CarState(source_id, flag=self.flag, is_sure=not self.is_partial)
            self.order.append(source_id)
        return known

    def keep(self, lap: Lap | None, total_ms: int | None = None) -> None:
        """A lap was completed just now; one that waited for its number now has it."""
        if lap is None:
            return
        car = self.cars[lap.source_id]
        before = take_recovered(car)
        if before is not None:
            self.tell(before)
        if car.told.get(lap.lap) != (lap.lap_ms or 0):
            self.tell(lap)
        car.latest = lap
        if self.identity.kind is SessionKind.RACE:
            car.behind_ms = self.firsts.behind_ms(lap, car, self.cars.values(), total_ms)

    def keep_stop(self, stop: Stop) -> None:
        self.cars[stop.source_id].stops_told[stop.lap] = stop.in_at
        self.stops.append(stop)

    def tell(self, lap: Lap) -> None:
        ms = lap.lap_ms or 0
        self.cars[lap.source_id].told[lap.lap] = -ms if lap.provenance is Provenance.COMPUTED else ms
        self.laps.append(lap)

    def show_flag(self, flag: Flag | None) -> None:
        self.may_start_over = flag is Flag.GREEN and self.is_finished
        self.flag = flag
        for car in self.cars.values():
            car.flag = flag

    def lay_out(self, layout: Layout) -> None:
        """The table has these columns from now on."""
        if layout.fingerprint != self.layout:
            gone = set(self.columns).difference(layout.fields)
            for car in self.cars.values():
                car.lose(gone)
        self.columns, self.layout = layout.fields, layout.fingerprint

    def withdraw(self, car: CarState, laps: Iterable[int]) -> None:
        """These are none: as if they had never been, unless they were handed out."""
        for number in laps:
            del car.told[number]
            place = self._place(car.source_id, number)
            if place is None:
                self.withdrawn.append(Withdrawal(car.source_id, car.number, number, self.now))
            else:
                self.firsts.take_back(self.laps.pop(place))
            if car.latest is not None and car.latest.lap == number:
                self.firsts.take_back(car.latest)
                car.latest = car.behind_ms = None

    def correct(self, lap: Lap) -> None:
        """A lap that was told has a better time or sectors: said in its place, or anew when it was handed out."""
        car = self.cars[lap.source_id]
        car.told[lap.lap] = lap.lap_ms or 0
        if car.latest is not None and car.latest.lap == lap.lap:
            lap = car.latest = _better(car.latest, lap)
        place = self._place(lap.source_id, lap.lap)
        if place is None:
            self.corrected.append(lap)
        else:
            self.laps[place] = _better(self.laps[place], lap)

    def _place(self, source_id: str, number: int) -> int | None:
        """Of a lap among those that wait to be handed out."""
        for place in range(len(self.laps) - 1, -1, -1):
            if (self.laps[place].lap, self.laps[place].source_id) == (number, source_id):
                return place
        return None

    @property
    def has_news(self) -> bool:
        return bool(self.laps or self.stops or self.corrected or self.withdrawn)

    @property
    def is_finished(self) -> bool:
        """Whether the chequered flag is out and most cars have taken it."""
        finished = sum(car.status is CarStatus.FINISHED for car in self.cars.values())
        return self.flag is Flag.CHEQUERED and finished * 2 > len(self.cars)

    def begin_like(self, before: "SessionState") -> None:
        """The entries, the table and the comments of a session that starts over."""
        self.started_over = True
        self.flag = before.flag
        self.order, self.columns, self.layout = list(before.order), before.columns, before.layout
        self.clock, self.comments, self.banner = before.clock, before.comments, before.banner
        self.has_way_in, self.has_way_out = before.has_way_in, before.has_way_out
        self.cars = {source_id: before.cars[source_id].entry(self.flag) for source_id in before.order}

    def laps_by_gap(self, car: CarState) -> int | None:
        """Laps done by a car that crosses the line, as the gap column tells.

        The leader's cell tells its laps, the first car of those a lap down shows `1 Tour`, and the cars behind it
        only their time behind it: how many laps a car is down stands with the nearest car ahead that shows laps.
        """
        if self.leader_laps is None or car.position is None or (car.gap_ms is None and car.gap_laps is None):
            return car.leader_laps
        if car.gap_laps is not None and not car.is_gap_old:
            return self.leader_laps - car.gap_laps
        down, nearest = 0, 0
        for other in self.cars.values():
            tells = other.gap_laps is not None or other.leader_laps is not None
            if tells and nearest < (other.position or 0) <= car.position:
                down, nearest = other.gap_laps or 0, other.position or 0
        return self.leader_laps - down if nearest else None

    def tells_laps(self, car: CarState) -> bool:
        """Whether `laps_by_gap` is more than a guess: after a hole without a table only a car's own cell is."""
        is_own = car.gap_laps is not None or car.leader_laps is not None
        return not self.is_partial or (is_own and not car.is_gap_old)

    def describe(self) -> FeedSession:
        name = " – ".join(title for title in self.identity.titles if title)
        return FeedSession(self.ordinal, name, self.identity.kind, self.identity.track, self.opened_at)


def _better(known: Lap, lap: Lap) -> Lap:
    return replace(known, lap_ms=lap.lap_ms, sectors_ms=lap.sectors_ms or known.sectors_ms)
