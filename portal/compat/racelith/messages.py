"""Messages of the compatible API's socket: what changed in the rows of a session, and what became of sessions.

Rows are compared as they were and as they are, so that an infringement whose count another one has changed is told
too. `seq` is the number of the log's last event that the message has seen.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from core.sessions.model import RaceSession
from portal.compat.racelith.annals import Action
from portal.compat.racelith.rows import Json, case_of, row
from portal.compat.racelith.venue import SHELF, desk, rules


class Kind(StrEnum):
    CONNECTED = "connected"
    NEW = "new_infringement"
    UPDATED = "update_infringement"
    DELETED = "delete_infringement"
    APPLIED = "penalty_applied"
    STARTED = "session_started"
    LOADED = "session_loaded"
    CLOSED = "session_closed"
    SESSION_DELETED = "session_deleted"
    IMPORTED = "session_imported"
    CONFIG = "config_updated"
    SESSION_CONFIG = "session_config_updated"


_KINDS = {
    Action.CREATED: Kind.NEW,
    Action.UPDATED: Kind.UPDATED,
    Action.DELETED: Kind.DELETED,
    Action.APPLIED: Kind.APPLIED,
}

Rows = Mapping[int, Json]


def changed(before: Rows, after: Rows, seq: int) -> Iterator[Json]:
    """One message for each row that came, went or changed."""
    for number in before.keys() - after.keys():
        yield {"type": Kind.DELETED, "data": {"id": number, "kart_number": before[number]["kart_number"]}, "seq": seq}
    for number, fresh in sorted(after.items()):
        known = before.get(number)
        if known is None:
            yield {"type": Kind.NEW, "data": fresh, "seq": seq}
        elif known != fresh:
            applied = known["penalty_taken"] is None and fresh["penalty_taken"] is not None
            yield {"type": Kind.APPLIED if applied else Kind.UPDATED, "data": fresh, "seq": seq}


def gap(session: RaceSession, after: int) -> list[Json]:
    """One message for each act behind a number, with the row as it is now; of a deleted one only its id."""
    fold, story = desk(session).state(), SHELF.story(session)
    found: list[Json] = []
    for act in story.acts:
        if act.last > after:
            case = case_of(fold, act.infringement)
            kind = Kind.DELETED if case is None else _KINDS[act.action]
            data: Json = {"id": act.infringement} if case is None else row(case, rules(fold), story.requests)
            found.append({"type": kind, "data": data, "session": {"name": session.name}, "seq": act.last})
    return found
