"""`Columns` on maps of layouts: the app knows one map a circuit, Paddock one a layout; the newest layout answers."""

from datetime import datetime
from uuid import UUID

from core.errors import Conflict
from core.timing.app_circuits.model import NO_COLUMNS
from core.timing.app_circuits.words import said_by, words_of
from core.timing.layouts import LayoutSeen
from core.timing.maps_desk import By, MapsDesk


class MappedColumns:
    """The columns of the table that a circuit's feed has sent last."""

    def __init__(self, maps: MapsDesk) -> None:
        self._maps = maps

    def words(self, circuit_id: UUID) -> tuple[str | None, ...]:
        """C1 … C14; nothing while the feed has not shown a table."""
        layout = self._newest(circuit_id)
        if layout is None:
            return NO_COLUMNS
        said = self._maps.maps(circuit_id).columns.get(layout.fingerprint)
        return words_of(layout.columns, said.columns if said else {})

    def take(self, circuit_id: UUID, words: tuple[str | None, ...], by: UUID | None, now: datetime) -> None:
        """Read the newest layout as the app says.

        Raises:
            Conflict: the feed has not shown a table yet.
        """
        layout = self._newest(circuit_id)
        if layout is None:
            raise Conflict("The feed has not shown a table yet.", "Start the circuit, then compare again.")
        self._maps.put_columns(circuit_id, layout.fingerprint, said_by(words, layout.columns), By(by, now))

    def _newest(self, circuit_id: UUID) -> LayoutSeen | None:
        return next(iter(self._maps.layouts(circuit_id)), None)
