"""`/health`, which needs nobody, and `/status` of the karting API."""

from importlib.metadata import version

from fastapi import APIRouter
from pydantic import BaseModel

from portal.compat.karting.columns import instant
from portal.compat.karting.shapes import Reader
from portal.running import now, runtime

router = APIRouter()


class Health(BaseModel):
    status: str
    version: str
    timestamp: str


class System(BaseModel):
    status: str
    version: str
    timestamp: str
    circuits: int
    active_circuits: int
    bus: bool


@router.get("/health")
def read_health() -> Health:
    """That the API answers, for everybody: the gate lets it pass. What it stands on is told by `/status`."""
    return Health(status="healthy", version=version("paddock"), timestamp=instant(now()))


@router.get("/status")
def read_system(_: Reader) -> System:
    circuits, bus = runtime().circuits.all(), runtime().bus.reachable()
    return System(
        status="operational" if bus else "degraded",
        version=version("paddock"),
        timestamp=instant(now()),
        circuits=len(circuits),
        active_circuits=sum(circuit.running for circuit in circuits),
        bus=bus,
    )
