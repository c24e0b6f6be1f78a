"""Row events of Apex, which belong to a car and to no column: `r44387|*in|0`.

The value of a passing is the predicted duration of what comes next (the length of a progress animation): it is never
a lap or sector time and is not read at all.
"""

from core.timing.events import CarEvent, Crossed, PitIn, PitOut, Positioned, SectorCrossed
from core.timing.sources.apex.texts import number

ROW_EVENTS = frozenset(("*", "#", "*in", "*out", "*i1", "*i2"))


def read_row(source_id: str, kind: str, text: str, _needs: object) -> CarEvent | None:
    """The event; None for a kind that is not in `ROW_EVENTS`."""
    if kind == "*":
        return Crossed(source_id)
    if kind == "#":
        return Positioned(source_id, number(text))
    if kind in {"*i1", "*i2"}:
        return SectorCrossed(source_id, int(kind[2]) - 1)
    if kind in {"*in", "*out"}:
        return PitIn(source_id) if kind == "*in" else PitOut(source_id)
    return None
