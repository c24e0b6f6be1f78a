"""The one door to what the public reads: messages, the notice board, and the setting of how much of it is shown.

A process winds a reel for each session that somebody looks at, and then only its tail: the messages of a long race cost
a second or two once, and nothing afterwards.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, tzinfo
from threading import Lock
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.penalties.desk import PenaltiesDesk
from core.penalties.model import Message
from core.penalties.notices import NoticeBoard, notice_board
from core.penalties.ticker import Reel, Visibility, wind

MOST_REELS = 8


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
        self._reels: OrderedDict[UUID, Reel] = OrderedDict()
        self._lock = Lock()

    def messages(self, session_id: UUID, after: int = 0, *, all_of_them: bool = False) -> tuple[Message, ...]:
        """Behind a sequence number, oldest first; the public ones, or all."""
        messages = self._reel(session_id).messages(self._setting.visibility(), after)
        return tuple(message for message in messages if message.public or all_of_them)

    def board(self, session_id: UUID) -> NoticeBoard:
        return notice_board(self._reel(session_id), self._setting.visibility())

    def visibility(self) -> Visibility:
        return self._setting.visibility()

    def set_visibility(self, visibility: Visibility, by: Identity, now: datetime) -> None:
        demand(by, Right.PUBLISH)
        self._setting.set_visibility(visibility, by.account_id, now)

    def _reel(self, session_id: UUID) -> Reel:
        """Wound to the head of the log."""
        desk, zone = self._penalties(session_id), self._zone(session_id)
        with self._lock:
            known = self._reels.pop(session_id, Reel())
            reel = self._reels[session_id] = wind(known, desk.history(known.fold.seq), zone)
            while len(self._reels) > MOST_REELS:
                self._reels.popitem(last=False)
        return reel
