"""What waits to be served, and the one button of the compatible API: applied is issued and served, exactly once."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path

from core.accounts.model import Identity, Right
from core.penalties.commands import Command, Issue, Serve
from core.penalties.fold import Fold
from core.penalties.model import Penalty, PenaltyState
from portal.api.needs import needs
from portal.compat.racelith import words
from portal.compat.racelith.given import HIGHEST, Sent
from portal.compat.racelith.infringements import Reader, standing
from portal.compat.racelith.rows import Case, Json, cases, kart, pending_row
from portal.compat.racelith.venue import At, Meant, Refused, Writing, active, desk, rules

router = APIRouter()

Applier = Annotated[Identity, Depends(needs(Right.ISSUE))]
Numbered = Annotated[int, Path(gt=0, le=HIGHEST)]
MaySay = Annotated[Sent | None, Body()]


@router.get("/penalties/pending")
def list_pending(_: Reader, circuit: At) -> list[Json]:
    """Oldest first: that is the order in which they are shown to the drivers."""
    fold = desk(active(circuit)).state()
    return [pending_row(case, rules(fold)) for case in reversed(cases(fold)) if case.due]


@router.post("/penalties/apply_individual/{number}")
def apply_individual(
    applier: Applier, circuit: At, meant: Meant, number: int, performed_by: str = "", given: MaySay = None
) -> Json:
    """`rejected`: the rules take no serving under this state of the track; it waits to be served again."""
    sent = _sent(given, performed_by)
    writing = _writing(circuit, applier, meant, sent, f"apply {number}")
    session, _ = writing.perform(lambda fold: _applying([standing(fold, number)], sent))
    fold = desk(session).state()
    case = standing(fold, number)
    return {
        "kart_number": kart(case.incident.kart),
        "status": "rejected" if case.due else "applied",
        "infringement_id": number,
        "penalty_description": words.penalty_description(case.incident, case.shown, rules(fold)),
    }


@router.post("/penalties/apply/{kart_number}")
def apply_to_kart(
    applier: Applier, circuit: At, meant: Meant, kart_number: Numbered, performed_by: str = "", given: MaySay = None
) -> Json:
    """All that waits for the kart, in one request: each penalty has its own row in the history."""
    sent = _sent(given, performed_by)
    writing = _writing(circuit, applier, meant, sent, f"apply to kart {kart_number}")
    _, receipt = writing.perform(lambda fold: _applying(_of_kart(fold, kart_number), sent))
    applied = list(receipt.incidents)
    return {"kart_number": kart_number, "status": "applied", "applied": len(applied), "infringement_ids": applied}


def _sent(given: Sent | None, performed_by: str) -> Sent:
    sent = given or Sent()
    return sent if sent.performed_by or not performed_by else sent.model_copy(update={"performed_by": performed_by})


def _writing(circuit: At, applier: Identity, meant: str | None, sent: Sent, act: str) -> Writing:
    return Writing(circuit, applier, sent.said(act), sent.request_id, meant=(meant, sent.session_name))


def _of_kart(fold: Fold, number: int) -> list[Case]:
    return [case for case in reversed(cases(fold)) if kart(case.incident.kart) == number]


def _applying(chosen: Sequence[Case], sent: Sent) -> tuple[Command, ...]:
    commands = tuple(command for case in chosen for penalty in case.due for command in _apply(penalty, sent))
    if not commands:
        raise Refused("Nothing is pending.", "It may have been applied already: look at the list.")
    return commands


def _apply(penalty: Penalty, sent: Sent) -> Iterator[Command]:
    if penalty.state is PenaltyState.PROPOSED:
        yield Issue(penalty.incident, penalty.id)
    yield Serve(penalty.id, evidence=((words.PERFORMED_BY, sent.performed_by),) if sent.performed_by else ())
