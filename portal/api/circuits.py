"""Circuits over the API: what there is, the board with its standings, laps and stops, and the operator's switches.

Where frames come from is shown to those who may change it; everybody else sees what the screens show.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from core.accounts.model import Identity, Right
from core.penalties.model import Penalty
from core.timing.analysis_stints import Driven, Driver
from core.timing.desk import KeptSession, TimingDesk
from core.timing.model import Board, Gap, Lap, Stop
from core.timing.standings import Standing, classify
from core.timing.withdrawn import WithdrawnLap
from core.tracks.desk import CircuitsDesk
from core.tracks.model import Circuit, CircuitPlan
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["circuits"])

Reader = Annotated[Identity, Depends(needs(Right.READ_TIMING))]
Editor = Annotated[Identity, Depends(needs(Right.EDIT_CIRCUITS))]
Operator = Annotated[Identity, Depends(needs(Right.OPERATE))]


class CircuitShown(BaseModel):
    """A circuit without its address."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str
    time_zone: str
    protocol: str
    running: bool
    active_session_id: UUID | None
    pointer_epoch: int


class Place(BaseModel):
    """One car in the order that counts; everything else about it stands on the board under its `source_id`."""

    position: int
    source_id: str
    number: str
    added_ms: int
    deducted_laps: int
    excluded: bool
    gap: Gap | None
    interval: Gap | None
    behind_ms: int | None
    """Behind the leader in time, also when lapped."""
    marks: tuple[str, ...]


class BoardShown(BaseModel):
    board: Board | None
    """None until a worker has published one."""
    standings: tuple[Place, ...]
    """The board's cars with the penalties in force of the circuit's active race session."""


@router.get("/circuits")
def list_circuits(_: Reader) -> list[CircuitShown]:
    return [_shown(circuit) for circuit in _desk().all()]


@router.post("/circuits", status_code=201)
def create_circuit(editor: Editor, plan: CircuitPlan) -> Circuit:
    return _desk().create(plan, by=editor.account_id, now=now())


@router.get("/circuits/{slug}")
def read_circuit(_: Reader, slug: str) -> CircuitShown:
    return _shown(_desk().find(slug))


@router.put("/circuits/{slug}")
def change_circuit(editor: Editor, slug: str, plan: CircuitPlan) -> Circuit:
    """A running source is followed anew when its protocol or transport has changed."""
    return _desk().update(_desk().find(slug).id, plan, by=editor.account_id, now=now())


@router.get("/circuits/{slug}/plan")
def read_circuit_plan(_: Editor, slug: str) -> CircuitPlan:
    """What `PUT` takes, transport included."""
    circuit = _desk().find(slug)
    return CircuitPlan(circuit.slug, circuit.name, circuit.protocol, circuit.transport, circuit.time_zone)


@router.post("/circuits/{slug}/start")
def start_circuit(operator: Operator, slug: str) -> CircuitShown:
    """Have a worker follow the source. A recording begins at its start."""
    return _shown(_desk().start(_desk().find(slug).id, by=operator.account_id, now=now()))


@router.post("/circuits/{slug}/stop")
def stop_circuit(operator: Operator, slug: str) -> CircuitShown:
    return _shown(_desk().stop(_desk().find(slug).id, by=operator.account_id, now=now()))


@router.get("/circuits/{slug}/board")
def read_board(_: Reader, slug: str) -> BoardShown:
    """The last board. For what moves, use the socket `/ws/circuits/{slug}/live`."""
    circuit = _desk().find(slug)
    board = _timing().board(circuit.id)
    standings = () if board is None else classify(board, _penalties(circuit))
    return BoardShown(board=board, standings=tuple(map(_place, standings)))


@router.get("/circuits/{slug}/feed-sessions")
def list_feed_sessions(_: Reader, slug: str) -> tuple[KeptSession, ...]:
    """What the feed itself called a session, newest first."""
    return _timing().feed_sessions(_desk().find(slug).id)


@router.get("/circuits/{slug}/laps")
def list_laps(_: Reader, slug: str, feed_session: UUID | None = None, source_id: str | None = None) -> tuple[Lap, ...]:
    """Laps in the order of the finish line; of the newest feed session unless another is named."""
    session = _session(slug, feed_session)
    return () if session is None else _timing().laps(session, source_id)


@router.get("/circuits/{slug}/withdrawn-laps")
def list_withdrawn_laps(
    _: Reader, slug: str, feed_session: UUID | None = None, source_id: str | None = None
) -> tuple[WithdrawnLap, ...]:
    """Laps as they were told before officials took them back or their time was corrected; no other list has them."""
    session = _session(slug, feed_session)
    return () if session is None else _timing().withdrawn_laps(session, source_id)


@router.get("/circuits/{slug}/stops")
def list_stops(
    _: Reader, slug: str, feed_session: UUID | None = None, source_id: str | None = None
) -> tuple[Stop, ...]:
    """Completed visits to the pit lane; of the newest feed session unless another is named."""
    session = _session(slug, feed_session)
    return () if session is None else _timing().stops(session, source_id)


def _desk() -> CircuitsDesk:
    return runtime().circuits


def _timing() -> TimingDesk:
    return runtime().timing


def _shown(circuit: Circuit) -> CircuitShown:
    return CircuitShown.model_validate(circuit)


@router.get("/circuits/{slug}/stints")
def list_stints(
    _: Reader, slug: str, feed_session: UUID | None = None, source_id: str | None = None
) -> tuple[Driven, ...]:
    """Who drove from which lap to which, and for how long; of the newest feed session unless another is named."""
    session = _session(slug, feed_session)
    return () if session is None else _timing().stints(session, source_id)


@router.get("/circuits/{slug}/drivers")
def list_drivers(
    _: Reader, slug: str, feed_session: UUID | None = None, source_id: str | None = None
) -> tuple[Driver, ...]:
    """Driving time, stints and laps of each driver; of the newest feed session unless another is named."""
    session = _session(slug, feed_session)
    return () if session is None else _timing().drivers(session, source_id)


def _session(slug: str, wanted: UUID | None) -> UUID | None:
    """The circuit's feed session: the one wanted, else the newest; None while there is none."""
    circuit = _desk().find(slug)
    if wanted is not None:
        return _timing().feed_session(circuit.id, wanted).id
    return next((session.id for session in _timing().feed_sessions(circuit.id, 1)), None)


def _penalties(circuit: Circuit) -> tuple[Penalty, ...]:
    if circuit.active_session_id is None:
        return ()
    return tuple(runtime().penalties(circuit.active_session_id).state().penalties.values())


def _place(standing: Standing) -> Place:
    return Place(
        position=standing.position,
        source_id=standing.car.source_id,
        number=standing.car.number,
        added_ms=standing.added_ms,
        deducted_laps=standing.deducted_laps,
        excluded=standing.excluded,
        gap=standing.gap,
        interval=standing.interval,
        behind_ms=standing.behind_ms,
        marks=standing.marks,
    )
