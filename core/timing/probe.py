"""What a test of a connection has found so far: raw frames, what they are, and the table they make.

A portal asks for it over the bus, a worker answers as it goes; both speak in these words.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter

from core.timing.detect import Finding
from core.timing.model import Board
from core.tracks.model import Transport


@dataclass(frozen=True, slots=True)
class Question:
    """What to try out. Nothing of it is stored."""

    transport: Transport
    protocol: str
    """The parser that makes the table; `auto` for whatever is recognised."""


@dataclass(frozen=True, slots=True)
class Probed:
    """An answer; the last one is `done`."""

    done: bool
    state: str
    """What the link does, in words: `Connected to wss://…`, or why it cannot be held."""
    frames: tuple[str, ...] = ()
    """As they came, cut to a readable length."""
    finding: Finding | None = None
    """None until something was received."""
    board: Board | None = None
    problem: str | None = None
    """Why it failed and what to do about it; None while nothing has."""


QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
PROBED: TypeAdapter[Probed] = TypeAdapter(Probed)
