"""The order of a simulated race, and what the gap column says of it."""

from core.timing.simulate.server import lap_text


class Standing:
    """Laps and passings of every kart; more laps first, then who passed the line first."""

    def __init__(self, karts: int) -> None:
        self.laps = [0] * karts
        self._down = [0] * karts
        """Laps behind the leader, as at the last passing."""
        self._passed_ms = list(range(karts))
        self._passings: list[dict[int, int]] = [{} for _ in range(karts)]

    def start(self, place: int, at_ms: int) -> None:
        self._passed_ms[place] = at_ms

    def complete(self, place: int, at_ms: int) -> int:
        """One lap more; returns how many that makes."""
        self.laps[place] += 1
        self._passed_ms[place] = at_ms
        self._passings[place][self.laps[place]] = at_ms
        self._passings[place].pop(self.laps[place] - 20, None)
        return self.laps[place]

    def order(self) -> list[int]:
        return sorted(range(len(self.laps)), key=lambda place: (-self.laps[place], self._passed_ms[place]))

    def gap(self, order: list[int], position: int) -> str:
        """At a passing: of the leader its laps, of the first kart of those a lap down how many, of others a time."""
        place, leader = order[position], order[0]
        if position == 0:
            return f"Lap {self.laps[place]}"
        self._down[place] = self.laps[leader] - self.laps[place]
        head = next(other for other in order if self._down[other] == self._down[place])
        return _laps_behind(self._down[place]) if head == place else self._behind(head, place)

    def lapped(self, order: list[int]) -> list[tuple[int, str]]:
        """As the leader passes: karts that are now a lap further down though they have not moved."""
        self._down[order[0]] = 0
        fallen = [place for place in order if self.laps[order[0]] - self.laps[place] - 1 > self._down[place]]
        for place in fallen:
            self._down[place] += 1
        return [(place, _laps_behind(self._down[place])) for place in fallen]

    def interval(self, order: list[int], position: int) -> str:
        if position == 0:
            return ""
        place, ahead = order[position], order[position - 1]
        laps = self.laps[ahead] - self.laps[place]
        return _laps_behind(laps) if laps else self._behind(ahead, place)

    def _behind(self, ahead: int, place: int) -> str:
        return lap_text(self._passed_ms[place] - self._passings[ahead].get(self.laps[place], self._passed_ms[ahead]))


def _laps_behind(laps: int) -> str:
    return f"{laps} Lap" if laps == 1 else f"{laps} Laps"
