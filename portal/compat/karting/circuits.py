"""Circuits of the karting API: complete create, read, update, delete, and the switch of their timing."""

from fastapi import APIRouter
from starlette.responses import Response

from portal.compat.karting.shapes import (
    CircuitDetails,
    CircuitGiven,
    CircuitShown,
    Editor,
    Operator,
    Reader,
    details,
    found,
    plan,
    plan_of,
    shown,
)
from portal.running import now, runtime

router = APIRouter()


@router.get("/circuits")
def list_circuits(_: Reader) -> list[CircuitShown]:
    return [shown(circuit) for circuit in runtime().circuits.all()]


@router.post("/circuits", status_code=201)
def create_circuit(editor: Editor, given: CircuitGiven) -> CircuitDetails:
    return details(runtime().circuits.create(plan(given), by=editor.account_id, now=now()))


@router.get("/circuits/{circuit_id}")
def read_circuit(_: Reader, circuit_id: str) -> CircuitDetails:
    """With its column mappings."""
    return details(found(circuit_id))


@router.put("/circuits/{circuit_id}")
def replace_circuit(editor: Editor, circuit_id: str, given: CircuitGiven) -> CircuitDetails:
    """Everything anew, except the id unless another is given."""
    circuit = found(circuit_id)
    whole = plan(given.model_copy(update={"id": given.id or circuit.slug}))
    return details(runtime().circuits.update(circuit.id, whole, by=editor.account_id, now=now()))


@router.patch("/circuits/{circuit_id}")
def change_circuit(editor: Editor, circuit_id: str, given: CircuitGiven) -> CircuitDetails:
    """Only what is given."""
    circuit = found(circuit_id)
    changed = plan(given, plan_of(circuit))
    return details(runtime().circuits.update(circuit.id, changed, by=editor.account_id, now=now()))


@router.delete("/circuits/{circuit_id}", status_code=204)
def delete_circuit(editor: Editor, circuit_id: str) -> Response:
    """Take it out of sight; its laps and recordings are kept. Refused while it runs or has race sessions."""
    runtime().circuits.remove(found(circuit_id).id, by=editor.account_id, now=now())
    return Response(status_code=204)


@router.post("/circuits/{circuit_id}/start-timing")
def start_timing(operator: Operator, circuit_id: str) -> dict[str, str]:
    circuit = runtime().circuits.start(found(circuit_id).id, by=operator.account_id, now=now())
    return {"circuit_id": circuit.slug, "status": "started", "message": f"Timing of {circuit.name} is started."}


@router.post("/circuits/{circuit_id}/stop-timing")
def stop_timing(operator: Operator, circuit_id: str) -> dict[str, str]:
    circuit = runtime().circuits.stop(found(circuit_id).id, by=operator.account_id, now=now())
    return {"circuit_id": circuit.slug, "status": "stopped", "message": f"Timing of {circuit.name} is stopped."}
