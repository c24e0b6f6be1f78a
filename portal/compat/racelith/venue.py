"""Which circuit and which session a request means, and the way of each write to the session's desk.

A client of this API knows one circuit. `/compat/racelith/c/<short name>/…` names it; without that it is the first
running circuit by short name, else the first. An installation with several circuits should name it in the address.

A write goes to the active session. A client says which one it means by the header `X-Session-Name` (percent-encoded)
or `session_name` in the body: any other than the active one is refused. Names are exact: another case is another name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Annotated
from urllib.parse import unquote
from uuid import UUID, uuid4

from fastapi import Depends, Header, Request

from core.accounts.model import Identity
from core.errors import NotFound, PortalError, StaleSession
from core.penalties.catalogue import Catalogue
from core.penalties.desk import PenaltiesDesk, Receipt
from core.penalties.fold import Fold
from core.penalties.in_turn import Choose
from core.penalties.log import WriteRequest
from core.sessions.model import RaceSession, SessionState
from core.tracks.model import Circuit
from portal.compat.racelith.annals import Annals, Happened
from portal.running import now, runtime

MOST_KEPT = 8
"""Sessions whose annals a portal keeps in memory."""

_LISTED = frozenset({SessionState.READY, SessionState.CLOSED})


class Refused(PortalError):
    """What this API answers by 400."""


def circuit_of(slug: str | None) -> Circuit:
    """The circuit of an address.

    Raises:
        NotFound: there is none of this name.
        Refused: there is none at all.
    """
    if slug is not None:
        return runtime().circuits.find(slug)
    circuits = sorted(runtime().circuits.all(), key=lambda one: (not one.running, one.slug))
    if not circuits:
        raise Refused("No active session: there is no circuit yet.", "Create a circuit first.")
    return circuits[0]


def _asked(request: Request) -> Circuit:
    return circuit_of(request.path_params.get("circuit"))


def _meant(x_session_name: Annotated[str | None, Header()] = None) -> str | None:
    return None if x_session_name is None else unquote(x_session_name)


At = Annotated[Circuit, Depends(_asked)]
Meant = Annotated[str | None, Depends(_meant)]
"""The session that the client's screen shows."""


@dataclass(frozen=True, slots=True)
class Writing:
    """One request of a client: `said` is all that it sent, so that a retry is recognised."""

    circuit: Circuit
    actor: Identity
    said: Mapping[str, object]
    request_id: str | None = None
    expected_version: int | None = None
    meant: tuple[str | None, ...] = ()
    """Names of the session that the client means, wherever it said one."""

    def perform(self, choose: Choose) -> tuple[RaceSession, Receipt]:
        """Do it in the active session.

        Raises:
            Refused: no session is active.
            StaleSession: the client means another one.
        """
        session = active(self.circuit)
        for name in self.meant:
            if name is not None and name != session.name:
                what = f"“{name}” is not the active session: that is “{session.name}”."
                raise StaleSession(what, "Nothing was stored. Load the session again, then repeat it.")
        request_id = self.request_id or str(uuid4())
        request = WriteRequest(request_id, session.id, self.actor, now(), self.expected_version)
        return session, desk(session).perform_all(self.said, choose, request)


def listed(circuit: Circuit) -> tuple[RaceSession, ...]:
    """Newest first, without those that were deleted."""
    return tuple(one for one in runtime().race_sessions.all(circuit.id) if one.state in _LISTED)


def active(circuit: Circuit) -> RaceSession:
    session = runtime().race_sessions.active(circuit.id)
    if session is None:
        raise Refused("No session is active.", "Start or load one.")
    return session


def named(circuit: Circuit, name: str) -> RaceSession:
    found = next((one for one in listed(circuit) if one.name == name), None)
    if found is None:
        raise NotFound(f"There is no session “{name}”.", "Names are exact, small and capital letters too.")
    return found


def desk(session: RaceSession) -> PenaltiesDesk:
    return runtime().penalties(session.id)


def rules(fold: Fold) -> Catalogue:
    """The ruleset that stands now."""
    if fold.catalogue is None:
        raise Refused("The session has no ruleset yet.", "Load it once: that pins its ruleset.")
    return fold.catalogue


@dataclass(frozen=True, slots=True)
class Story:
    """The acts of a session, oldest first, and by which request an incident came."""

    acts: tuple[Happened, ...]
    requests: Mapping[int, str]


class Shelf:
    """Annals of the sessions lately asked for, each grown by its log's tail; shared between threads."""

    def __init__(self) -> None:
        self._kept: dict[UUID, Annals] = {}
        self._guard = Lock()

    def story(self, session: RaceSession) -> Story:
        """What has happened up to now."""
        with self._guard:
            annals = self._kept.pop(session.id, None) or Annals()
            tail = desk(session).history(max(annals.seq - 1, 0))
            if annals.seq and (not tail or tail[0].hash != annals.hash):
                annals, tail = Annals(), desk(session).history()
            names: dict[str, str] = {}
            annals.take(tail[1:] if annals.seq else tail, partial(_name, session, names))
            self._kept[session.id] = annals
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return Story(tuple(annals.acts.values()), dict(annals.requests))


def _name(session: RaceSession, names: dict[str, str], actor: str) -> str:
    if actor not in names:
        names[actor] = desk(session).name_of(actor)
    return names[actor]


SHELF = Shelf()
