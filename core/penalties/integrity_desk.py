"""The one door to the integrity of logs: keep anchors, verify, and say what the last verification found.

Anchors stand in the control database and, printed or mailed, outside the machine. Ports are implemented in
`core/io/database/anchors.py`, `core/io/database/chain.py` and `core/io/mail.py`.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity
from core.errors import Conflict
from core.penalties.events import Anchor
from core.penalties.integrity import Chain, KeptAnchor, Verdict, Why, letter, told, verdict
from core.sessions.desk import SessionsDesk
from core.sessions.model import RaceSession, SessionState

log = logging.getLogger(__name__)

READABLE = (SessionState.READY, SessionState.CLOSED)


class Anchors(Protocol):
    def add(self, session_id: UUID, kept: KeptAnchor) -> None: ...
    def of(self, session_id: UUID) -> tuple[KeptAnchor, ...]:
        """Oldest first."""

    def note(self, session_id: UUID, found: Verdict) -> None: ...
    def verdicts(self) -> Mapping[UUID, Verdict]:
        """What the last verification of each session found."""


class Chains(Protocol):
    def head(self, session: RaceSession) -> Anchor: ...
    def read(self, session: RaceSession, seqs: Collection[int]) -> Chain:
        """Every event's hash computed anew; the hashes of those asked for."""


class Post(Protocol):
    @property
    def recipients(self) -> tuple[str, ...]:
        """Empty: no mail is sent from here."""

    def send(self, subject: str, text: str) -> None:
        """Raises Unavailable, with what the mail server said."""


class IntegrityDesk:
    """Of all race sessions; shared between threads. `by` None is Paddock itself."""

    def __init__(self, sessions: SessionsDesk, anchors: Anchors, chains: Chains, post: Post) -> None:
        self._sessions = sessions
        self._anchors = anchors
        self._chains = chains
        self._post = post

    @property
    def recipients(self) -> tuple[str, ...]:
        return self._post.recipients

    def head(self, session_id: UUID) -> Anchor:
        return self._chains.head(self._sessions.readable(session_id))

    def anchors(self, session_id: UUID) -> tuple[KeptAnchor, ...]:
        """Oldest first."""
        return self._anchors.of(self._sessions.get(session_id).id)

    def keep(self, session_id: UUID, why: Why, by: Identity | None, now: datetime) -> KeptAnchor:
        """Keep the head as an anchor.

        Raises:
            Conflict: the log has no event yet, or the session cannot be read.
        """
        head = self.head(session_id)
        if head.seq == 0:
            raise Conflict("The log of this race session has no event yet.", "Open the session first.")
        kept = KeptAnchor(head, now, why, by.account_id if by else None)
        self._anchors.add(session_id, kept)
        return kept

    def keep_asked(self, session_id: UUID, by: Identity | None, now: datetime) -> KeptAnchor:
        return self.keep(session_id, Why.ASKED, by, now)

    def keep_printed(self, session_id: UUID, by: Identity | None, now: datetime) -> KeptAnchor:
        """What goes onto paper is kept here too; once, however often it is printed."""
        head = self.head(session_id)
        printed = (one for one in self._anchors.of(session_id) if one.why is Why.PRINTED and one.anchor == head)
        return next(printed, None) or self.keep(session_id, Why.PRINTED, by, now)

    def keep_known(self, session_id: UUID, anchor: Anchor, why: Why, now: datetime) -> None:
        """Keep a head that was read before, such as that of a dump."""
        if anchor.seq:
            self._anchors.add(session_id, KeptAnchor(anchor, now, why, None))

    def verify(self, session_id: UUID, now: datetime, pasted: Sequence[Anchor] = ()) -> Verdict:
        """Compute every hash anew, and look up all anchors and those that somebody has on paper."""
        session = self._sessions.readable(session_id)
        kept = [one.anchor for one in self._anchors.of(session_id)]
        chain = self._chains.read(session, {one.seq for one in (*kept, *pasted)})
        found = verdict(chain, kept, now)
        self._anchors.note(session_id, found)
        if not found.whole:
            log.error("log is broken", extra={"session": str(session_id), "found": told(found)})
        return verdict(chain, [*kept, *pasted], now) if pasted else found

    def verdicts(self) -> Mapping[UUID, Verdict]:
        return self._anchors.verdicts()

    def mail(self, session_id: UUID, by: Identity | None, now: datetime) -> KeptAnchor:
        """Send the head to who keeps it elsewhere, then keep it here too.

        Raises:
            Conflict: the log has no event yet.
            Unavailable: the mail server did not take it, or none is set.
        """
        session = self._sessions.readable(session_id)
        head = self.head(session_id)
        if head.seq == 0:
            raise Conflict("The log of this race session has no event yet.", "Open the session first.")
        self._post.send(*letter(session.name, session_id, head, now))
        kept = KeptAnchor(head, now, Why.MAILED, by.account_id if by else None)
        self._anchors.add(session_id, kept)
        return kept

    def keep_moved(self, session: RaceSession, now: datetime) -> Why | None:
        """Keep the head if it has moved since the last anchor, or the session has closed since; says what for."""
        kept = self._anchors.of(session.id)
        why = Why.CLOSED if session.state is SessionState.CLOSED else Why.SCHEDULE
        if why is Why.CLOSED and _closed_since(session, kept):
            return None
        head = self._chains.head(session)
        if head.seq <= max((one.anchor.seq for one in kept), default=0) and why is Why.SCHEDULE:
            return None
        self.keep_known(session.id, head, why, now)
        return why if head.seq else None

    def readable(self) -> tuple[RaceSession, ...]:
        return tuple(one for one in self._sessions.all() if one.state in READABLE)


def _closed_since(session: RaceSession, kept: Sequence[KeptAnchor]) -> bool:
    """A closed session's log does not move: one anchor after the closing is enough."""
    return any(one.why is Why.CLOSED and session.closed is not None and one.at >= session.closed.at for one in kept)
