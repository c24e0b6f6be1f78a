"""Race Monitor's own records. `$RMHL` is a lap of the past with the flag it was run under; the others say little.

`$RMLT` (when a car last passed), `$RMCA` (the relay's clock) and `$RMDTL` (history can be asked for) are known and
unused: the passings themselves come as `$J`.
"""

from core.timing.events import LapTold
from core.timing.model import Provenance
from core.timing.sources.rmonitor.fields import text
from core.timing.sources.rmonitor.texts import flag, lap_ms, number, time_ms

UNUSED = frozenset(("$RMLT", "$RMCA", "$RMDTL"))


def past_lap(parts: list[str]) -> LapTold | None:
    """`$RMHL,"racer","lap","position","lapTime","flag","total"`."""
    _, racer, lap, _, lap_time, flag_text, total = parts
    at = number(lap)
    if at is None or at < 1:
        return None
    told = LapTold(text(racer), lap_ms(lap_time), at, time_ms(total), flag(flag_text))
    return told._replace(provenance=Provenance.BACK_FILLED)
