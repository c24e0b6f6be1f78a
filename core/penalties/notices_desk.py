"""The one door to what the public reads: messages, the notice board, and the setting of how much of it is shown.

A process winds a reel for each session that somebody looks at, and then only its tail. Winding costs a millisecond or
two an event, so a long log is begun near its end; only who asks for what is older waits for all of it, once.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from threading import Lock
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.penalties.desk import PenaltiesDesk
from core.penalties.model import Message
from core.penalties.notices import NoticeBoard, notice_board
from core.penalties.ticker import Reel, Visibility, skip, wind

MOST_REELS = 8
RECENT = 150
"""Events whose messages everybody gets; older ones are for who asks."""


class VisibilitySetting(Protocol):
    def visibility(self) -> Visibility: ...
    def set_visibility(self, visibility: Visibility, by: UUID, now: datetime) -> None: ...


class NoticesDesk:
    """Questions about what is published; shared between threads.

    Args:
        penalties: race control of a session.
        zone: of the session's circuit: times of day in messages are its own.
        setting: what an organiser shows.
    """

    def __init__(
        self, penalties: Callable[[UUID], PenaltiesDesk], zone: Callable[[UUID], tzinfo], setting: VisibilitySetting
    ) -> None:
        self._penalties = penalties
        self._zone = zone
        self._setting = setting
        self._reels: OrderedDict[UUID, _Kept] = OrderedDict()
        self._lock = Lock()

    def messages(self, session_id: UUID, after: int | None = None, *, all_of_them: bool = False) -> tuple[Message, ...]:
        """Behind a sequence number, oldest first; the public ones, or all. Without a number: the recent ones."""
        reel = self._reel(session_id, after)
        messages = reel.messages(self._setting.visibility(), after or 0)
        return tuple(message for message in messages if message.public or all_of_them)

    def board(self, session_id: UUID) -> NoticeBoard:
        return notice_board(self._reel(session_id), self._setting.visibility())

    def visibility(self) -> Visibility:
        return self._setting.visibility()

    def set_visibility(self, visibility: Visibility, by: Identity, now: datetime) -> None:
        demand(by, Right.PUBLISH)
        self._setting.set_visibility(visibility, by.account_id, now)

    def _reel(self, session_id: UUID, after: int | None = None) -> Reel:
        """Wound to the head of the log, from `after` on at the latest."""
        desk, zone = self._penalties(session_id), self._zone(session_id)
        with self._kept(session_id) as kept:
            if kept.reel is None or (after is not None and after < kept.reel.since):
                events = desk.history()
                kept.reel = skip(events[:-RECENT] if after is None else ())
            kept.reel = wind(kept.reel, desk.history(kept.reel.fold.seq), zone)
            return kept.reel

    @contextmanager
    def _kept(self, session_id: UUID) -> Iterator["_Kept"]:
        """One reader at a time winds a session's reel; the others wait for what it has wound."""
        with self._lock:
            kept = self._reels.setdefault(session_id, _Kept())
            self._reels.move_to_end(session_id)
            while len(self._reels) > MOST_REELS:
                self._reels.popitem(last=False)
        with kept.lock:
            yield kept


class _Kept:
    """A reel and whose turn it is to wind it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.reel: Reel | None = None
