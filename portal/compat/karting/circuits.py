"""Circuits of the karting API: complete create, read, update, delete, and the switch of their timing."""

from fastapi import APIRouter
from starlette.responses import Response

from core.accounts.model import Identity
from core.tracks.model import Circuit, CircuitPlan
from portal.compat.karting.given import CircuitGiven, changed_plan, new_plan, replaced_plan, take_columns
from portal.compat.karting.shapes import Editor, Json, Operator, Reader, details, found, id_of, listed, socket_address
from portal.running import now, runtime

router = APIRouter()


@router.get("/circuits")
def list_circuits(reader: Reader) -> list[Json]:
    """By name."""
    return listed(runtime().circuits.all(), reader)


@router.post("/circuits", status_code=201)
def create_circuit(editor: Editor, given: CircuitGiven) -> Json:
    return details(runtime().circuits.create(new_plan(given), by=editor.account_id, now=now()), editor)


@router.get("/circuits/{circuit_id}")
def read_circuit(reader: Reader, circuit_id: str) -> Json:
    """With its column mappings."""
    return details(found(circuit_id), reader)


@router.put("/circuits/{circuit_id}")
def replace_circuit(editor: Editor, circuit_id: str, given: CircuitGiven) -> Json:
    """Anew by name and address; what this API's clients cannot know of, such as the time zone, stays."""
    circuit = found(circuit_id)
    return _changed(circuit, replaced_plan(given, circuit), given, editor)


@router.patch("/circuits/{circuit_id}")
def change_circuit(editor: Editor, circuit_id: str, given: CircuitGiven) -> Json:
    """Only what is given."""
    circuit = found(circuit_id)
    return _changed(circuit, changed_plan(given, circuit), given, editor)


@router.delete("/circuits/{circuit_id}", status_code=204)
def delete_circuit(editor: Editor, circuit_id: str) -> Response:
    """Take it out of sight; its laps and recordings are kept. Refused while it runs or has race sessions."""
    runtime().circuits.remove(found(circuit_id).id, by=editor.account_id, now=now())
    return Response(status_code=204)


@router.post("/circuits/{circuit_id}/start-timing")
def start_timing(operator: Operator, circuit_id: str) -> Json:
    """The old backend refused (400) a circuit without a socket's address; every circuit here has a source."""
    before = found(circuit_id)
    circuit = runtime().circuits.start(before.id, by=operator.account_id, now=now())
    status, word = ("already_running", "runs already") if before.running else ("started", "is started")
    address = socket_address(circuit, operator)
    return {**_told(circuit, status, f"Timing of {circuit.name} {word}."), "websocket_url": address}


@router.post("/circuits/{circuit_id}/stop-timing")
def stop_timing(operator: Operator, circuit_id: str) -> Json:
    circuit = runtime().circuits.stop(found(circuit_id).id, by=operator.account_id, now=now())
    return _told(circuit, "stopped", f"Timing of {circuit.name} is stopped.")


def _changed(circuit: Circuit, plan: CircuitPlan, given: CircuitGiven, editor: Identity) -> Json:
    changed = runtime().circuits.update(circuit.id, plan, by=editor.account_id, now=now())
    take_columns(given, circuit.id, editor.account_id, now())
    return details(changed, editor)


def _told(circuit: Circuit, status: str, message: str) -> Json:
    return {"message": message, "circuit_id": id_of(circuit), "status": status}
