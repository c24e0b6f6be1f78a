"""Which feed a circuit has, and what its columns mean, in the karting API's words; `core.timing.maps_desk` knows."""

from dataclasses import asdict

from fastapi import APIRouter

from core.errors import Conflict
from core.timing.maps_desk import Analysis, By
from core.tracks.model import Circuit
from portal.compat.karting.columns import instant, mappings
from portal.compat.karting.shapes import Editor, Reader, board, columns, found, id_of
from portal.running import now, runtime

router = APIRouter()


@router.post("/circuits/{circuit_id}/analyze-format")
def analyze_format(editor: Editor, circuit_id: str) -> dict[str, object]:
    """Look at the newest frames of the running link; what is found is kept."""
    circuit = found(circuit_id)
    frames = runtime().bus.raw_frames(circuit.id)
    if not frames:
        raise Conflict("The feed has said nothing in the last minutes.", "Start the circuit's timing and try again.")
    made = runtime().maps.analyze(circuit.id, frames, By(editor.account_id, now()))
    return {"circuit_id": id_of(circuit), **_finding(made)}


@router.get("/circuits/{circuit_id}/analysis")
def read_analysis(_: Reader, circuit_id: str) -> dict[str, object]:
    """The last analysis that was asked for, and the columns that the feed shows now."""
    circuit = found(circuit_id)
    made = runtime().maps.analyses(circuit.id, 1)
    analysis: dict[str, object] = _finding(made[0]) if made else {"format": None}
    return {"circuit_id": id_of(circuit), "timing_system": circuit.protocol, "mappings": _mappings(circuit), **analysis}


def _mappings(circuit: Circuit) -> dict[str, object]:
    return dict(mappings(columns(circuit.id, board(circuit.id))))


def _finding(made: Analysis) -> dict[str, object]:
    finding = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(made.finding).items()}
    return {**finding, "analyzed_at": instant(made.made_at), "messages": len(made.samples)}
