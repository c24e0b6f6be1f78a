"""`/infringements/` of the compatible API: list, record, change, delete.

A change is an amendment, a decision, or both, in one request. A description or penalty that is sent back as it was
read changes nothing: an edit of the kart or the turn keeps a chosen penalty. A deletion is a void with its reason.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query

from core.accounts.model import Identity, Right
from core.errors import Conflict, NotFound
from core.penalties.commands import Amend, Command, Decide, Record, Void
from core.penalties.events import AUTO
from core.penalties.fold import Fold
from core.penalties.model import Incident
from core.sessions.model import RaceSession
from portal.api.needs import needs
from portal.compat.racelith import words
from portal.compat.racelith.given import HIGHEST, Changed, Deleted, Reported, refuse_future
from portal.compat.racelith.rows import Case, Json, case_of, cases, instant, kart, paged, row
from portal.compat.racelith.venue import SHELF, At, Meant, Writing, active, desk, rules
from portal.running import now

router = APIRouter()

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Recorder = Annotated[Identity, Depends(needs(Right.RECORD))]
Amender = Annotated[Identity, Depends(needs(Right.AMEND))]
KartAsked = Annotated[int | None, Query(gt=0, le=HIGHEST)]

LIMIT = 300
MOST = 1000


@router.get("/infringements", include_in_schema=False)
@router.get("/infringements/")
def list_infringements(
    _: Reader,
    circuit: At,
    page: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
    kart_number: KartAsked = None,
) -> Json:
    """Newest first; a page beyond the end is the last one."""
    session = active(circuit)
    fold = desk(session).state()
    chosen = [one for one in cases(fold) if kart_number in {None, kart(one.incident.kart)}]
    found = paged(len(chosen), page, limit)
    return {
        "items": _rows(session, fold, chosen[found.first : found.last]),
        "total": len(chosen),
        "page": found.page,
        "limit": limit,
        "total_pages": found.total_pages,
        "server_time_utc": instant(now()),
    }


@router.post("/infringements", include_in_schema=False)
@router.post("/infringements/")
def record_infringement(recorder: Recorder, circuit: At, meant: Meant, given: Reported) -> Json:
    refuse_future(given.timestamp, now())
    writing = Writing(circuit, recorder, given.said("record"), given.request_id, meant=(meant, given.session_name))
    session, receipt = writing.perform(lambda fold: _recording(fold, given))
    return _stored(session, receipt.incidents[0])


@router.put("/infringements/{number}")
def change_infringement(amender: Amender, circuit: At, meant: Meant, number: int, given: Changed) -> Json:
    """409 when a served penalty would be replaced, or when it has changed since `expected_version`."""
    refuse_future(given.timestamp, now())
    writing = Writing(
        circuit,
        amender,
        given.said(f"change {number}"),
        given.request_id,
        given.expected_version,
        (meant, given.session_name),
    )
    session, _ = writing.perform(lambda fold: _changing(fold, number, given))
    return _stored(session, number)


@router.delete("/infringements/{number}")
def delete_infringement(
    amender: Amender,
    circuit: At,
    meant: Meant,
    number: int,
    reason: Annotated[str, Query(max_length=300)] = "",
    given: Annotated[Deleted | None, Body()] = None,
) -> Json:
    sent = given or Deleted()
    why = words.signed(reason or sent.reason or "", sent.performed_by or "")
    said = {**sent.said(f"delete {number}"), "reason": reason}
    writing = Writing(circuit, amender, said, sent.request_id, meant=(meant, sent.session_name))
    writing.perform(lambda fold: (Void(standing(fold, number).incident.id, why),))
    return {"status": "deleted", "id": number}


def standing(fold: Fold, number: int) -> Case:
    """The incident with all that hangs on it, if it was not deleted."""
    case = case_of(fold, number)
    if case is None:
        raise NotFound(f"There is no infringement {number}.", "Look at its id in the list.")
    return case


def _stored(session: RaceSession, number: int) -> Json:
    fold = desk(session).state()
    return _rows(session, fold, [standing(fold, number)])[0]


def _rows(session: RaceSession, fold: Fold, chosen: Sequence[Case]) -> list[Json]:
    if not chosen:
        return []
    catalogue, requests = rules(fold), SHELF.story(session).requests
    return [row(one, catalogue, requests) for one in chosen]


def _recording(fold: Fold, given: Reported) -> Sequence[Command]:
    catalogue = rules(fold)
    meant = words.infringement(given.description, catalogue)
    wish = words.wish(given.penalty_description or "", catalogue)
    record = Record(
        karts=(str(given.kart_number),),
        code=meant.code,
        turn=given.turn_number,
        text=meant.text,
        at=given.timestamp,
        observer=given.observer or "",
        evidence=((words.PERFORMED_BY, given.performed_by),) if given.performed_by else (),
    )
    if wish.outcome == AUTO:
        return (record,)
    return record, Decide(fold.next_incident, wish.outcome, words.NOT_GIVEN, wish.words)


def _changing(fold: Fold, number: int, given: Changed) -> Sequence[Command]:
    case = standing(fold, number)
    reason = words.signed("", given.performed_by or "")
    changes = _changes(fold, case.incident, given)
    wish = _new_wish(fold, case, given)
    if wish is not None and case.taken is not None:
        raise Conflict(f"The penalty of infringement {number} was served.", "It stands; record another infringement.")
    amend = (Amend(number, changes, reason),) if changes else ()
    return amend if wish is None else (*amend, Decide(number, wish.outcome, reason, wish.words))


def _changes(fold: Fold, incident: Incident, given: Changed) -> Json:
    """Only what differs from what stands."""
    wanted: dict[str, object] = {}
    if given.kart_number is not None:
        wanted["kart"] = str(given.kart_number)
    if given.description not in {None, words.description(incident, rules(fold))}:
        meant = words.infringement(given.description or "", rules(fold))
        wanted |= {"code": meant.code, "text": meant.text}
    if given.timestamp is not None:
        wanted["at"] = given.timestamp
    if "turn_number" in given.model_fields_set:
        wanted["turn"] = given.turn_number
    if given.observer is not None:
        wanted["observer"] = given.observer
    return {name: value for name, value in wanted.items() if getattr(incident, name) != value}


def _new_wish(fold: Fold, case: Case, given: Changed) -> words.Wish | None:
    """None: what is decided stays."""
    told = words.penalty_description(case.incident, case.shown, rules(fold))
    if given.penalty_description is None or given.penalty_description.casefold() == told.casefold():
        return None
    wish = words.wish(given.penalty_description, rules(fold))
    decision = case.incident.decision
    before = words.Wish(AUTO) if decision is None else words.Wish(decision.outcome, decision.words)
    return None if wish == before or wish.outcome == before.outcome == AUTO else wish
