"""What a write brings, what it gets back, and the log it goes to.

`EventLog.write` is the only way anything is stored. It takes the log's lock, answers a repeated request with what was
stored the first time, brings the fold to the head, lets the caller decide against it, and appends in one transaction;
after the commit it rings the bell. What `decide` raises leaves nothing behind.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity
from core.penalties.events import LogEvent, NewEvent
from core.penalties.fold import Fold


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One request of one person; a retry carries the same `request_id` and the same content."""

    request_id: str
    session_id: UUID
    actor: Identity
    now: datetime
    expected_version: int | None = None
    """The last event that the person's screen had seen; an act on something changed since is refused."""


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of one request, and the fold they were decided into; `repeated`: they stood there before."""

    events: tuple[LogEvent, ...]
    fold: Fold
    repeated: bool


Decide = Callable[[Fold], Sequence[NewEvent]]


class EventLog(Protocol):
    """The log of one race session."""

    def write(self, request: WriteRequest, request_sha256: bytes, decide: Decide) -> Written:
        """Append what `decide` makes of the fold at the head.

        Raises:
            StaleSession: the session is not open for writing; nothing was stored.
            Conflict: the request id was used for another request.
        """

    def fold(self) -> Fold:
        """The fold at the head."""

    def events(self, after: int = 0) -> tuple[LogEvent, ...]:
        """The rows behind a sequence number."""

    def first_broken(self) -> int | None:
        """The first number at which the chain does not hold; None: it is whole."""


def fingerprint(request: WriteRequest, said: Mapping[str, object]) -> bytes:
    """The sha256 of what the client sent: not of what the server makes of it, so that a retry is recognised."""
    whole = [str(request.session_id), str(request.actor.account_id), request.expected_version, said]
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).digest()
