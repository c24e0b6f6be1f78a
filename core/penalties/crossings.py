"""What the line and the pit lane saw of a kart: all that the clock of a serving needs to know of timing.

Laps are the truth of crossings: `core.timing.serving` makes these values of laps and stops when somebody looks, and
nothing copies them into the log. A verdict copies the ones that decided it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.penalties.model import Amount


@dataclass(frozen=True, slots=True)
class Crossing:
    """One passage of the start/finish line."""

    kart: str
    at: datetime
    lap: int | None = None
    """The lap that it completed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit to the pit lane; `out_at` is None while the kart is still in."""

    kart: str
    in_at: datetime
    out_at: datetime | None = None
    seconds: Amount | None = None
    """In the pit lane, from way in to way out; None while it lasts and when an end of it was not seen."""
    provenance: str = "feed"
    """Where `seconds` comes from, as timing calls it."""


Passed = Callable[[str, datetime], tuple[datetime, ...] | None]
"""When a kart crossed the line after a moment, in order, as the timing has it now; None: the timing does not answer."""


def seen_by_nobody(kart: str, since: datetime) -> tuple[datetime, ...]:  # noqa: ARG001 - the shape of the port
    """For a session without timing."""
    return ()
