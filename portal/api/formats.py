"""Formats over HTTP: what a circuit's feed is, the layouts it has shown, and the maps by which it is read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from core.accounts.model import Identity, Right
from core.timing.layouts import LayoutNotice, LayoutSeen
from core.timing.mapping import ColumnMap, FeedMap, Meaning
from core.timing.mapping_guess import fingerprint_of
from core.timing.maps_desk import Analysis, By, ColumnVersion, FeedVersion, MapsDesk
from core.timing.preview import Preview, preview
from core.timing.sources import MAPPED
from core.tracks.model import Circuit, CircuitPlan
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["formats"])

Editor = Annotated[Identity, Depends(needs(Right.EDIT_CIRCUITS))]

_Frame = Annotated[str, Field(max_length=500_000)]
_Frames = Annotated[list[_Frame], Field(max_length=200)]


class Messages(BaseModel):
    """Messages of a feed, oldest first; none = the newest of the circuit's running link."""

    frames: _Frames = []


class ColumnShown(BaseModel):
    """A column of a layout: what was found out by itself, and what a person has said."""

    id: str
    type: str
    heading: str
    field: str
    is_known: bool
    said: Meaning | None


class LayoutShown(BaseModel):
    fingerprint: str
    first_at: datetime
    last_at: datetime
    columns: list[ColumnShown]
    version: int
    """Of the manual map; 0 = there is none."""


class MapsShown(BaseModel):
    layouts: list[LayoutShown]
    notices: tuple[LayoutNotice, ...]
    feed: FeedMap | None
    """The confirmed map of a feed that no parser knows; read while the circuit's protocol is `mapped`."""


class ColumnsSaid(BaseModel):
    columns: Mapping[str, Meaning]
    """By the id of the column, such as `c5`; the others mean what they always did."""


class FeedSaid(BaseModel):
    map: FeedMap
    frames: _Frames
    """Samples to keep with it."""
    use: bool = True
    """Whether the circuit is set to `mapped`."""


class Trial(BaseModel):
    map: FeedMap
    frames: _Frames


@router.post("/circuits/{slug}/analyze-format", status_code=201)
def analyze_format(editor: Editor, slug: str, messages: Messages | None = None) -> Analysis:
    """Say which feed this is and why; propose a map for one that nobody knows. The answer is kept."""
    circuit = _circuit(slug)
    frames = messages.frames if messages and messages.frames else runtime().bus.raw_frames(circuit.id)
    return _desk().analyze(circuit.id, frames, _by(editor))


@router.get("/circuits/{slug}/analysis")
def list_analyses(_: Editor, slug: str) -> tuple[Analysis, ...]:
    """Newest first."""
    return _desk().analyses(_circuit(slug).id)


@router.get("/circuits/{slug}/maps")
def read_maps(_: Editor, slug: str) -> MapsShown:
    circuit = _circuit(slug)
    maps = _desk().maps(circuit.id)
    layouts = [_layout(one, maps.columns) for one in _desk().layouts(circuit.id)]
    return MapsShown(layouts=layouts, notices=_desk().notices(circuit.id), feed=maps.feed)


@router.get("/circuits/{slug}/maps/columns/{fingerprint}")
def list_column_versions(_: Editor, slug: str, fingerprint: str) -> tuple[ColumnVersion, ...]:
    """Newest first; a version without columns took the map back."""
    return _desk().column_versions(_circuit(slug).id, fingerprint)


@router.put("/circuits/{slug}/maps/columns/{fingerprint}")
def put_columns(editor: Editor, slug: str, fingerprint: str, said: ColumnsSaid) -> tuple[ColumnVersion, ...]:
    """Say what columns of one layout mean. The running source is read anew."""
    circuit = _circuit(slug)
    _desk().put_columns(circuit.id, fingerprint, said.columns, _by(editor))
    return _desk().column_versions(circuit.id, fingerprint)


@router.delete("/circuits/{slug}/maps/columns/{fingerprint}", status_code=204)
def remove_columns(editor: Editor, slug: str, fingerprint: str) -> None:
    """Take the manual map of a layout back; its versions are kept."""
    _desk().remove_columns(_circuit(slug).id, fingerprint, _by(editor))


@router.get("/circuits/{slug}/maps/feed")
def list_feed_versions(_: Editor, slug: str) -> tuple[FeedVersion, ...]:
    """Newest first: that one counts."""
    return _desk().feed_versions(_circuit(slug).id)


@router.post("/circuits/{slug}/maps/feed", status_code=201)
def confirm_feed(editor: Editor, slug: str, said: FeedSaid) -> FeedVersion:
    """Keep a map as the newest version and, unless told otherwise, read the circuit by it."""
    circuit = _circuit(slug)
    made = _desk().confirm(circuit.id, _named(said.map), said.frames, _by(editor))
    if said.use and circuit.protocol != MAPPED:
        plan = CircuitPlan(circuit.slug, circuit.name, MAPPED, circuit.transport, circuit.time_zone)
        runtime().circuits.update(circuit.id, plan, by=editor.account_id, now=now())
    return made


@router.post("/circuits/{slug}/maps/feed/preview")
def preview_feed(_: Editor, slug: str, trial: Trial) -> Preview:
    """What a map would make of these messages. Nothing is kept."""
    _circuit(slug)
    return preview(trial.map, trial.frames)


@router.post("/circuits/{slug}/maps/feed/{version}/test")
def try_feed(_: Editor, slug: str, version: int) -> Preview:
    """What a stored map makes of the samples it was confirmed on."""
    return _desk().test(_circuit(slug).id, version)


def _desk() -> MapsDesk:
    return runtime().maps


def _circuit(asked: str) -> Circuit:
    """By its short name, or by its id."""
    try:
        return runtime().circuits.get(UUID(asked))
    except ValueError:
        return runtime().circuits.find(asked)


def _by(editor: Identity) -> By:
    return By(editor.account_id, now())


def _named(feed: FeedMap) -> FeedMap:
    """The fingerprint is ours to say."""
    return replace(feed, fingerprint=fingerprint_of(feed))


def _layout(seen: LayoutSeen, maps: Mapping[str, ColumnMap]) -> LayoutShown:
    said = maps.get(seen.fingerprint)
    given = said.columns if said else {}
    columns = [ColumnShown(**column._asdict(), said=given.get(column.id)) for column in seen.columns]
    return LayoutShown(
        fingerprint=seen.fingerprint,
        first_at=seen.first_at,
        last_at=seen.last_at,
        columns=columns,
        version=said.version if said else 0,
    )
