"""The table as RMonitor tells it, row by row: every entry, the session it is in, and what becomes of a passing."""

from core.timing import events as said
from core.timing.events import Event, LapTold, Layout
from core.timing.model import Flag, Provenance, Rank, SessionKind
from core.timing.sources.rmonitor.entries import Classes, Entry, introduce
from core.timing.sources.rmonitor.fields import text
from core.timing.sources.rmonitor.passings import beat, rank, stood
from core.timing.sources.rmonitor.runs import Runs
from core.timing.sources.rmonitor.texts import number

_MOST_ENTRIES = 1000
"""No race has more; a feed that names more is not to fill memory."""

_MOST_LAPS = 10_000
_LONGEST_ID = 40
_LAYOUT = Layout(
    ("position", "number", "team", "driver", "category", "laps", "last", "best", "gap", "pits"), "rmonitor"
)


class Table:
    """Every entry by its registration number as it stands in the line; see `records` for what changes it."""

    def __init__(self) -> None:
        self.admits = False
        """Whether the record at hand was read with care, so that it may name a car for the first time."""
        self.entries: dict[str, Entry] = {}
        self.waiting: set[str] = set()
        """Entries with a passing or a standing that waits for the other."""
        self.stale: set[str] = set()
        """Entries of before a reset that have not been told again."""
        self.listed: set[str] | None = None
        """Entries told since the last run ended or all was cleared: the next session begins with them."""
        self.by_number: dict[str, str] = {}
        self.classes = Classes()
        self.runs = Runs()
        self.track = ""
        self.session = 0
        """Ordinal of the session; grows when another begins."""
        self._left: dict[str, Entry] = {}
        """Entries that are not in the session: their names are remembered."""
        self._flag: Flag | None = None
        self._leader: Entry | None = None
        self._best: Entry | None = None
        self._overall_ms: int | None = None

    def shown(self) -> Event:
        return said.TableShown(self.runs.kind, _LAYOUT)

    @property
    def is_over(self) -> bool:
        return self._flag is Flag.CHEQUERED

    def fly(self, flag: Flag | None, events: list[Event]) -> None:
        """The flag as it is now; a finish that is taken back lets the cars run on."""
        if self._flag is Flag.CHEQUERED and flag in {Flag.GREEN, Flag.YELLOW, Flag.RED}:
            for entry in self.entries.values():
                if entry.has_finished:
                    entry.has_finished = False
                    events.append(said.RoadShown(entry.source_id, said.Road.RESUMED))
        self._flag = flag

    def beat(self, events: list[Event]) -> None:
        """A second went by: what waited too long is decided."""
        for key in sorted(self.waiting):
            lap, waits = beat(self.entries[key])
            if lap is not None:
                self.tell(self.entries[key], lap, events)
            if not waits:
                self.waiting.discard(key)
        if self.runs.is_open:
            self.decide(events)

    def find(self, key: str, events: list[Event]) -> Entry | None:
        """The entry; a new one is admitted only where the line was read with care."""
        entry = self.entries.get(key)
        if entry is not None or not self.admits:
            return entry
        source_id = text(key)
        if not source_id or len(source_id) > _LONGEST_ID or len(self.entries) >= _MOST_ENTRIES:
            return None
        return self._admit(key, source_id, events)

    def present(self, entry: Entry, key: str, events: list[Event]) -> None:
        """Say who the car is, as far as it is news."""
        told = introduce(entry, self.classes)
        before = [(type(event), event) for event in entry.who]
        events += [event for event in told if (type(event), event) not in before] if before else told
        entry.who = told
        plate = told[0]
        if isinstance(plate, said.Plated):
            self.by_number[plate.number] = key

    def name_class(self, in_class: str, events: list[Event]) -> None:
        """A class has a name: the cars in it are told again."""
        for key, entry in self.entries.items():
            if entry.in_class == in_class:
                self.present(entry, key, events)

    def stand(self, entry: Entry, key: str, standing: tuple[int | None, int], events: list[Event]) -> None:
        """A standing (laps, total time) that changed: the laps it proves, then what it counts."""
        laps, total_ms = standing
        if laps is None and total_ms and entry.laps is not None:
            laps = 0
        for lap in stood(entry, laps, total_ms):
            self.tell(entry, lap, events)
        if entry.growth is not None:
            self.waiting.add(key)
        if laps is not None or total_ms:
            events.append(said.LapsShown(entry.source_id, max(laps or 0, 0)))
        self.runs.stand()

    def tell(self, entry: Entry, lap: LapTold, events: list[Event]) -> None:
        """A lap, with how good it is."""
        if lap.ms is not None:
            lap = lap._replace(rank=rank(entry, lap.ms, self._overall_ms))
            self._overall_ms = lap.ms if lap.rank is Rank.OVERALL else self._overall_ms
        if lap.lap is not None and lap.provenance is Provenance.FEED and len(entry.known) < _MOST_LAPS:
            entry.known.add(lap.lap)
        events.append(lap)
        self.runs.drive()

    def rate(self, entry: Entry, ms: int | None, events: list[Event]) -> None:
        """A best lap; the car that had the best of all until now has it no longer."""
        self.runs.rate()
        if ms is None:
            events.append(said.BestLap(entry.source_id, None, Rank.NORMAL))
            return
        entry.best_ms = ms
        holder = self._best
        if holder is not None and holder is not entry and (holder.best_ms or 0) <= ms:
            events.append(said.BestLap(entry.source_id, ms, Rank.PERSONAL))
            return
        if holder is not None and holder is not entry:
            events.append(said.BestLap(holder.source_id, holder.best_ms, Rank.PERSONAL))
        self._best, self._overall_ms = entry, ms
        events.append(said.BestLap(entry.source_id, ms, Rank.OVERALL))

    def place(self, entry: Entry, events: list[Event]) -> None:
        """The car's position in the order that counts, and its distance to the leader."""
        is_race = self.runs.kind is SessionKind.RACE
        position = number(entry.race_place if is_race else entry.best_place)
        events.append(said.Positioned(entry.source_id, position if position and position > 0 else None))
        if is_race and position == 1:
            self._leader = entry

    def measure(self, entry: Entry, events: list[Event]) -> None:
        """The distance to the leader at the line: laps, or on the same lap the difference of their race times."""
        leader = self._leader
        if leader is entry:
            events.append(said.GapShown(entry.source_id, None, None))
        elif leader is not None and None not in {leader.laps, entry.laps, leader.total_ms, entry.total_ms}:
            laps = (leader.laps or 0) - (entry.laps or 0)
            ms = (entry.total_ms or 0) - (leader.total_ms or 0)
            if laps > 0:
                events.append(said.GapShown(entry.source_id, None, laps))
            elif laps == 0 and ms >= 0:
                events.append(said.GapShown(entry.source_id, ms, None))

    def sweep(self, events: list[Event]) -> None:
        """After a reset the entries have been told again: those that were not are gone."""
        if self.listed:
            for key in self.stale:
                self._left[key] = self.entries.pop(key)
                self.waiting.discard(key)
            self.stale.clear()
            events.append(said.Listed(tuple(entry.source_id for entry in self.entries.values())))

    def begin(self, events: list[Event]) -> None:
        """A session begins, with the entries that were listed for it."""
        self.session += 1
        self.runs.decide()
        events.append(said.SessionBegun((self.runs.title, ""), self.track, self.runs.kind, _LAYOUT))
        self._left |= self.entries
        self.entries.clear()
        self.waiting.clear()
        self.stale.clear()
        self._leader = self._best = self._overall_ms = None
        for key in sorted(self.listed or ()):
            self._admit(key, text(key), events)

    def decide(self, events: list[Event]) -> None:
        """Tell when the table is ordered in another way."""
        if self.runs.decide():
            events.append(self.shown())
            for entry in self.entries.values():
                self.place(entry, events)

    def _admit(self, key: str, source_id: str, events: list[Event]) -> Entry:
        entry = self.entries[key] = Entry(source_id)
        before = self._left.pop(key, None)
        if before is not None:
            entry.names, entry.beside = before.names, before.beside
            events.append(said.Listed(tuple(entry.source_id for entry in self.entries.values())))
        if len(self._left) > _MOST_ENTRIES:
            self._left.clear()
        self.present(entry, key, events)
        return entry
