"""Integrity of a session's log over the API: verify it, keep and list anchors, check one from paper.

An anchor is the number and the hash of the log's last event, kept outside the session's database: `42:9f86d081…`.
"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from core.accounts.model import Identity, Right
from core.penalties.events import Anchor
from core.penalties.integrity import KeptAnchor, Missed, Why, read_anchor
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(prefix="/race-sessions/{session_id}", tags=["race control"])

Reader = Annotated[Identity, Depends(needs(Right.READ_RACE_CONTROL))]
Pasted = Annotated[str, Field(max_length=400)]


class Integrity(BaseModel):
    """`first_broken` is the first event that is not what was stored; None: the chain is whole up to `head`.

    `missed` names each anchor that the log does not have: it was cut, or written anew.
    """

    head: Anchor
    first_broken: int | None
    whole: bool
    anchors: int
    missed: tuple[Missed, ...]
    vouched: int
    """Up to this event an anchor vouches for the log, whatever came later."""


class Reason(StrEnum):
    """What a person may keep an anchor for."""

    ASKED = "asked"
    PRINTED = "printed"
    MAILED = "mailed"
    """Sends it by mail first."""


class AnchorAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Reason = Reason.ASKED


@router.get("/verify")
def verify_log(
    _: Reader, session_id: UUID, anchor: Annotated[tuple[Pasted, ...], Query(max_length=20)] = ()
) -> Integrity:
    """Compute every hash anew and look up all anchors; `anchor=42:9f86…` adds one from paper, and may be repeated."""
    found = runtime().integrity.verify(session_id, now(), [read_anchor(each) for each in anchor])
    return Integrity(
        head=found.head,
        first_broken=found.first_broken,
        whole=found.whole,
        anchors=found.anchors,
        missed=found.missed,
        vouched=found.vouched,
    )


@router.get("/anchors")
def list_anchors(_: Reader, session_id: UUID) -> tuple[KeptAnchor, ...]:
    """Oldest first."""
    return runtime().integrity.anchors(session_id)


@router.post("/anchors", status_code=201)
def keep_anchor(reader: Reader, session_id: UUID, asked: AnchorAsked) -> KeptAnchor:
    """Keep the head of the log as it stands; 503 if it is to be mailed and the mail server does not take it."""
    desk = runtime().integrity
    if asked.why is Reason.MAILED:
        return desk.mail(session_id, reader, now())
    return desk.keep(session_id, Why(asked.why), reader, now())
