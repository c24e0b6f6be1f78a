"""The one door to maps: what a circuit's feed is, how its columns are read, who said so, and what changed.

Rights are checked by the caller (`Right.EDIT_CIRCUITS`). Maps are versioned and never overwritten; each change and its
audit row are one transaction, then the bell about the circuit is rung, so that its source is read anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.errors import BadInput, NotFound
from core.timing.detect import Finding, detect
from core.timing.layouts import LayoutNotice, LayoutSeen
from core.timing.mapping import COLUMN_MEANINGS, FIELD_MEANINGS, MOST_COLUMNS, ColumnMap, FeedMap, Maps, Meaning
from core.timing.mapping_guess import MOST_SAMPLES, Proposal, propose
from core.timing.preview import Preview, preview

_LONGEST_SAMPLES = 2_000_000


@dataclass(frozen=True, slots=True)
class ColumnVersion:
    """One version of the manual map of a layout; without columns it took the map back."""

    fingerprint: str
    version: int
    columns: Mapping[str, Meaning]
    made_at: datetime
    made_by: UUID | None


@dataclass(frozen=True, slots=True)
class FeedVersion:
    """One version of a generated parser and the messages it was confirmed on."""

    version: int
    map: FeedMap
    samples: tuple[str, ...]
    made_at: datetime
    made_by: UUID | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found out about a feed at one time."""

    id: UUID
    made_at: datetime
    made_by: UUID | None
    finding: Finding
    proposal: Proposal | None
    """A map for a feed that no parser knows."""
    samples: tuple[str, ...]


class MapStore(Protocol):
    """Rows of maps. Each change writes its audit row in the same transaction."""

    def layouts(self, circuit_id: UUID) -> tuple[LayoutSeen, ...]:
        """Newest first."""

    def notices(self, circuit_id: UUID, limit: int) -> tuple[LayoutNotice, ...]:
        """Newest first."""

    def column_versions(self, circuit_id: UUID) -> tuple[ColumnVersion, ...]:
        """Of all layouts, newest first."""

    def add_columns(self, circuit_id: UUID, fingerprint: str, columns: Mapping[str, Meaning], by: "By") -> None: ...
    def feed_versions(self, circuit_id: UUID) -> tuple[FeedVersion, ...]:
        """Newest first."""

    def newest_feed(self, circuit_id: UUID) -> FeedMap | None: ...
    def add_feed(self, circuit_id: UUID, feed: FeedMap, samples: tuple[str, ...], by: "By") -> None: ...
    def analyses(self, circuit_id: UUID, limit: int) -> tuple[Analysis, ...]:
        """Newest first."""

    def add_analysis(
        self, circuit_id: UUID, found: tuple[Finding, Proposal | None], samples: tuple[str, ...], by: "By"
    ) -> Analysis: ...


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and when; None is Paddock itself."""

    account_id: UUID | None
    now: datetime


class MapsDesk:
    """Questions and verbs about maps; shared between threads."""

    def __init__(self, store: MapStore, ring: Callable[[UUID], None]) -> None:
        self._store = store
        self._ring = ring

    def maps(self, circuit_id: UUID) -> Maps:
        """What counts now: for whoever makes the circuit's source."""
        newest: dict[str, ColumnMap] = {}
        for one in self._store.column_versions(circuit_id):
            newest.setdefault(one.fingerprint, ColumnMap(one.columns, one.version))
        said = {fingerprint: one for fingerprint, one in newest.items() if one.columns}
        return Maps(said, self._store.newest_feed(circuit_id))

    def layouts(self, circuit_id: UUID) -> tuple[LayoutSeen, ...]:
        return self._store.layouts(circuit_id)

    def notices(self, circuit_id: UUID, limit: int = 50) -> tuple[LayoutNotice, ...]:
        """When the feed began to send another layout, newest first."""
        return self._store.notices(circuit_id, limit)

    def column_versions(self, circuit_id: UUID, fingerprint: str) -> tuple[ColumnVersion, ...]:
        """Every version of the manual map of a layout, newest first."""
        return tuple(one for one in self._store.column_versions(circuit_id) if one.fingerprint == fingerprint)

    def put_columns(self, circuit_id: UUID, fingerprint: str, columns: Mapping[str, Meaning], by: By) -> None:
        """Say what columns of a layout mean; the others mean what they always did."""
        known = self._layout(circuit_id, fingerprint)
        ids = {column.id for column in known.columns}
        strange = [name for name in columns if name not in ids]
        if strange or len(columns) > MOST_COLUMNS:
            raise BadInput(
                f"The layout has no column {', '.join(strange[:3])}.", f"Its columns: {', '.join(sorted(ids))}."
            )
        wrong = [meaning for meaning in columns.values() if meaning not in COLUMN_MEANINGS]
        if wrong:
            raise BadInput(f"A column cannot mean “{wrong[0]}”.", f"Choose one of: {', '.join(COLUMN_MEANINGS)}.")
        self._store.add_columns(circuit_id, fingerprint, columns, by)
        self._ring(circuit_id)

    def remove_columns(self, circuit_id: UUID, fingerprint: str, by: By) -> None:
        """Take the manual map back; its versions are kept."""
        versions = self.column_versions(circuit_id, fingerprint)
        if not versions or not versions[0].columns:
            raise NotFound(f"Layout {fingerprint} has no manual map.", "Choose one from the list of layouts.")
        self._store.add_columns(circuit_id, fingerprint, {}, by)
        self._ring(circuit_id)

    def analyze(self, circuit_id: UUID, frames: Sequence[str], by: By) -> Analysis:
        """Which feed these messages are; for one that nobody knows also a map to confirm. Kept."""
        samples = _limited(frames)
        if not any(sample.strip() for sample in samples):
            raise BadInput("There are no messages to look at.", "Start the source, or give some messages.")
        finding = detect(samples)
        proposal = propose(samples) if finding.format is None else None
        return self._store.add_analysis(circuit_id, (finding, proposal), samples, by)

    def analyses(self, circuit_id: UUID, limit: int = 20) -> tuple[Analysis, ...]:
        return self._store.analyses(circuit_id, limit)

    def confirm(self, circuit_id: UUID, feed: FeedMap, samples: Sequence[str], by: By) -> FeedVersion:
        """Keep a map as the circuit's newest version; it is read when the circuit's protocol is `mapped`."""
        _check(feed)
        self._store.add_feed(circuit_id, feed, _limited(samples), by)
        self._ring(circuit_id)
        return self.feed_versions(circuit_id)[0]

    def feed_versions(self, circuit_id: UUID) -> tuple[FeedVersion, ...]:
        return self._store.feed_versions(circuit_id)

    def test(self, circuit_id: UUID, version: int) -> Preview:
        """What a stored map makes of its own samples."""
        found = next((one for one in self.feed_versions(circuit_id) if one.version == version), None)
        if found is None:
            raise NotFound(f"The circuit has no map {version}.", "Choose one from the list of versions.")
        return preview(found.map, found.samples)

    def _layout(self, circuit_id: UUID, fingerprint: str) -> LayoutSeen:
        found = next((one for one in self.layouts(circuit_id) if one.fingerprint == fingerprint), None)
        if found is None:
            raise NotFound(f"The feed has not shown a layout {fingerprint}.", "Choose one from the list of layouts.")
        return found


def _limited(frames: Sequence[str]) -> tuple[str, ...]:
    """The newest messages that may be kept."""
    kept: list[str] = []
    for frame in reversed(frames[-MOST_SAMPLES:]):
        if sum(map(len, kept)) + len(frame) > _LONGEST_SAMPLES:
            break
        kept.insert(0, frame.replace("\x00", "\ufffd"))
    return tuple(kept)


def _check(feed: FeedMap) -> None:
    paths = {one.path for one in feed.fields}
    if feed.identity not in paths:
        raise BadInput("No field tells the rows apart.", "Choose the field that is different in every row and stays.")
    meanings = [one.meaning for one in feed.fields if one.meaning not in {Meaning.TEXT, Meaning.NOTHING}]
    twice = next((meaning for meaning in meanings if meanings.count(meaning) > 1), None)
    if twice is not None:
        raise BadInput(f"Two fields mean “{twice}”.", "Give each meaning to one field; keep the other as text.")
    if not set(meanings) <= set(FIELD_MEANINGS):
        raise BadInput("A field of a row cannot tell something of the session.", "Choose another meaning for it.")
    if not {Meaning.LAST, Meaning.LAPS} & set(meanings):
        raise BadInput("Without laps or a last lap there is nothing to time.", "Say which field is the last lap.")
