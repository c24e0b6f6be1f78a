"""When a passing (`$J`) is a lap. The standing (`$G`) that belongs to it decides; recordings teach why.

* A passing counts when the standing's total time is its own. After the finish, or under a red flag, cars still pass:
  the standing keeps its total. Officials may change their mind, and the standing grows by that passing later.
* A passing whose total lies in the past repeats an old one that was edited or read again: no lap.
* The same passing is told twice, a few milliseconds apart, when a transponder and a light barrier both see it: the
  second corrects the lap.
* The standing may come before its passing. When it grows and no passing comes, the lap was lost on the way: two
  totals one lap apart still tell its time, which then is computed.
* The number of a lap is what the standing counts, and what officials have deducted: then the laps fall, even below
  nought, while the total stays. When both fall, a lap was taken back; its number will be told again.
* A lap time of nought is the first crossing of the line.
"""

from core.timing.events import LapTold
from core.timing.model import Provenance, Rank
from core.timing.sources.rmonitor.entries import Entry, Growth, Passing

_TWIN_MS = 1000
"""Two tellings of one passing differ by less."""

_PATIENT_BEATS = 2
"""Heartbeats (seconds) that a passing waits for its standing, and a standing for its passing."""


def passed(entry: Entry, ms: int | None, total_ms: int) -> LapTold | None:
    """A passing was told; a lap when its standing came before it."""
    entry.spare_ms = None
    if ms is None:
        entry.passing = None
        return None
    growth = entry.growth
    if growth is not None and growth.total_ms == total_ms:
        entry.growth = None
        return _lap(entry, ms, growth.laps, total_ms)
    if total_ms == entry.total_ms:
        entry.spare_ms = ms
        return None
    entry.passing = Passing(ms, total_ms)
    return None


def stood(entry: Entry, laps: int | None, total_ms: int) -> list[LapTold]:
    """A standing that changed; the laps that it proves."""
    before, before_ms = entry.laps, entry.total_ms
    entry.laps, entry.total_ms = laps, total_ms
    _deduct(entry, before, before_ms)
    passing, spare_ms = entry.passing, entry.spare_ms
    if passing is not None and passing.total_ms == total_ms:
        entry.passing = None
        return [*_lost(entry, total_ms - passing.ms), _lap(entry, passing.ms, laps, total_ms)]
    if before_ms is None or laps is None or laps <= (before or 0) or total_ms in {before_ms, entry.lap_total_ms}:
        return []
    if spare_ms is not None and before_ms + spare_ms == total_ms:
        entry.spare_ms = None
        return [_lap(entry, spare_ms, laps, total_ms)]
    is_one = laps == (before or 0) + 1 and 0 < before_ms < total_ms
    entry.growth = Growth(laps, total_ms, total_ms - before_ms if is_one else None)
    return []


def beat(entry: Entry) -> tuple[LapTold | None, bool]:
    """A second went by: the lap of a passing or a standing that waited long enough, and whether something waits."""
    passing, growth = entry.passing, entry.growth
    if passing is not None:
        passing.beats += 1
        if passing.beats > _PATIENT_BEATS:
            entry.passing = None
            return _lap_without_standing(entry, passing), growth is not None
    if growth is not None:
        growth.beats += 1
        if growth.beats > _PATIENT_BEATS:
            entry.growth = None
            return _lap_without_passing(entry, growth), entry.passing is not None
    return None, entry.passing is not None or entry.growth is not None


def rank(entry: Entry, ms: int, overall_ms: int | None) -> Rank:
    """How good a lap is among those told so far; remembers the car's best."""
    is_personal = entry.best_ms is None or ms <= entry.best_ms
    if is_personal:
        entry.best_ms = ms
    if overall_ms is None or ms <= overall_ms:
        return Rank.OVERALL
    return Rank.PERSONAL if is_personal else Rank.NORMAL


def _deduct(entry: Entry, before: int | None, before_ms: int | None) -> None:
    """Laps fewer than before at the same total time are a penalty; so are fewer than none when a car is first met."""
    laps = entry.laps
    if laps is None:
        return
    if before is not None and laps < before and entry.total_ms == before_ms:
        entry.deducted += before - laps
    elif before_ms is None and laps < 0:
        entry.deducted = (1 if entry.total_ms else 0) - laps


def _lap(entry: Entry, ms: int, laps: int | None, total_ms: int) -> LapTold:
    """The lap, numbered by what was driven; a number that was told before means that the lap is told better."""
    entry.lap_total_ms = total_ms
    number = None if laps is None else laps + entry.deducted
    if number is None or number < 1:
        return LapTold(entry.source_id, ms, None, total_ms)
    corrects = number <= entry.told
    entry.told = max(entry.told, number)
    return LapTold(entry.source_id, ms, number, total_ms, corrects=corrects)


def _lost(entry: Entry, began_ms: int) -> list[LapTold]:
    """The lap before this one, when it alone was lost: it lies between the last total and where this one began."""
    number = (entry.laps or 0) + entry.deducted - 1
    if not entry.told or number != entry.told + 1 or entry.lap_total_ms is None or began_ms <= entry.lap_total_ms:
        return []
    ms = began_ms - entry.lap_total_ms
    return [LapTold(entry.source_id, ms, number, began_ms, provenance=Provenance.COMPUTED)]


def _lap_without_standing(entry: Entry, passing: Passing) -> LapTold | None:
    """A passing without a standing is a lap unless it lies in the past or is a twin of the last."""
    if entry.total_ms is not None and passing.total_ms < entry.total_ms + _TWIN_MS:
        return None
    laps = None if entry.laps is None else entry.laps + 1
    return _lap(entry, passing.ms, laps, passing.total_ms)


def _lap_without_passing(entry: Entry, growth: Growth) -> LapTold | None:
    if growth.lap_ms is None:
        return None
    return _lap(entry, growth.lap_ms, growth.laps, growth.total_ms)._replace(provenance=Provenance.COMPUTED)
