"""When a session begins, and how its table is ordered: `$B`, `$I`, `$RMS`.

A run number that changes is a new session; the same number is sent again with every refresh. Run 95 is Orbits' way to
say that no run is on: what stood stays, what is listed from now on belongs to what comes. `$I` says that everything is
cleared. With a date it is a real reset: between runs a new session begins with the next entry, within a run the
refresh that follows lists the entries there still are. Orbits also sends `$I` with noughts for a date, in mid-race:
that one says nothing.

The order is the race's (`$G`) unless Race Monitor's `$RMS` says otherwise. Without it a run whose name says practice
or qualifying, and a feed that sends no `$G` at all, are ordered by best lap (`$H`).
"""

import re

from core.timing.model import SessionKind

NO_RUN = 95
_BEST_TIME = re.compile(r"\b(practi[cs]e|qualif\w*|quali|warm.?up|training|time trials?|hot laps?)\b", re.IGNORECASE)
_MODES = {"race": SessionKind.RACE, "qualifying": SessionKind.BEST_TIME, "practice": SessionKind.BEST_TIME}


class Runs:
    """Which run is on, and how its table is ordered."""

    def __init__(self) -> None:
        self.title = ""
        self.track = ""
        self.kind = SessionKind.RACE
        self.is_open = False
        """Whether something was told that the order may depend on."""
        self._run: int | None = None
        self._is_on = True
        self._is_cleared = False
        self._coming = ""
        self._has_laps = False
        self._mode: SessionKind | None = None
        self._has_standings = self._has_bests = False

    def drive(self) -> None:
        """A lap was told."""
        self._has_laps = True

    def stand(self) -> None:
        """A standing was told."""
        self.is_open = self.is_open or not self._has_standings
        self._has_standings = True

    def rate(self) -> None:
        """A best lap was told."""
        self.is_open = self.is_open or not self._has_bests
        self._has_bests = True

    def begins(self, run: int | None, title: str) -> bool:
        """`$B`: whether a session begins here; the title is that of the run that is on or comes."""
        if run is None or run == NO_RUN:
            self._is_on, self._coming = False, title
            self.title = self.title if self._has_laps else title
            return False
        is_other = not self._is_on if self._run is None else run != self._run
        is_new = is_other and self._has_laps
        self._has_laps = self._has_laps and not is_new
        self._run, self._is_on, self._is_cleared, self.title = run, True, False, title
        return is_new

    def clear(self) -> None:
        """`$I` with a date."""
        self._is_cleared = not self._is_on

    def begins_with_entry(self) -> bool:
        """`$A`: whether a session begins with it, for the box was cleared after the last run."""
        is_new = self._is_cleared and self._has_laps
        self._is_cleared = False
        if is_new:
            self._has_laps, self._run, self.title = False, None, self._coming
        return is_new

    def sort(self, mode: str) -> None:
        """`$RMS`."""
        self._mode = _MODES.get(mode.casefold(), self._mode)

    def decide(self) -> bool:
        """Settle the order by all that is known; whether it is another now."""
        before, self.is_open = self.kind, False
        if self._mode is not None:
            self.kind = self._mode
        elif _BEST_TIME.search(self.title) or (self._has_bests and not self._has_standings):
            self.kind = SessionKind.BEST_TIME
        else:
            self.kind = SessionKind.RACE
        return self.kind is not before
