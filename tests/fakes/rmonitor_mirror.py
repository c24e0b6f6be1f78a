"""What an RMonitor server knows: the refresh for a newcomer, and each car's laps for Race Monitor's history."""

from collections.abc import Iterable

from tests.fakes.stage import Mirror

_REFRESH = ("$B", "$A", "$COMP", "$C", "$E", "$H", "$G", "$F")
_BY_FIRST = {"$A", "$COMP", "$C", "$E"}
_BY_SECOND = {"$G", "$H"}


class RMonitorMirror:
    """Keeps the last record of each kind, and of each car where records are about cars."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], str] = {}
        self._laps: dict[str, list[list[str]]] = {}

    def apply(self, text: str) -> None:
        for record in text.splitlines():
            command, *fields = record.split(",")
            if command == "$I":
                self._records.clear()
            elif command == "$J":
                self._laps.setdefault(fields[0], []).append(fields[1:])
            elif command in _REFRESH:
                place = 0 if command in _BY_FIRST else 1
                key = fields[place] if command in _BY_FIRST | _BY_SECOND else ""
                self._records[command, key] = record

    def snapshot(self) -> Iterable[str]:
        """One text, or none while nothing was told."""
        ordered = sorted(self._records, key=lambda key: (_REFRESH.index(key[0]), self._position(key)))
        return ("\n".join(self._records[key] for key in ordered),) if ordered else ()

    def _position(self, key: tuple[str, str]) -> int:
        """A box sends its standings from the top."""
        return int(self._records[key].split(",")[1]) if key[0] in _BY_SECOND else 0

    def history(self, racer: str) -> list[str]:
        """`$RMHL` of every lap of a car; flags and positions are not kept."""
        laps = self._laps.get(f'"{racer}"', [])
        return [f'$RMHL,"{racer}","{lap}","0",{ms},"Green",{total}' for lap, (ms, total) in enumerate(laps, 1)]


def rmonitor(mirror: Mirror) -> RMonitorMirror:
    assert isinstance(mirror, RMonitorMirror)
    return mirror
