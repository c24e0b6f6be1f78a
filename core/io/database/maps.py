"""Rows of maps: layouts seen, notices of changes, manual column maps, generated parsers, analyses. All only grow."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    Select,
    Table,
    Text,
    Update,
    Uuid,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from core.io.database import CONTROL
from core.io.database.audit import Act, note
from core.io.database.circuits import circuit
from core.io.ids import uuid7
from core.timing.detect import Finding
from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutNotice, LayoutSeen, changes
from core.timing.mapping import FeedMap, Meaning
from core.timing.mapping_guess import Proposal
from core.timing.maps_desk import Analysis, By, ColumnVersion, FeedVersion

layout_seen = Table(
    "layout_seen",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("columns", JSONB, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)

layout_notice = Table(
    "layout_notice",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("changes", JSONB, nullable=False),
)

column_map = Table(
    "column_map",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("columns", JSONB, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Uuid),
)

feed_map = Table(
    "feed_map",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", Text, nullable=False),
    Column("map", JSONB, nullable=False),
    Column("samples", JSONB, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Uuid),
)

analysis = Table(
    "analysis",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Uuid),
    Column("finding", JSONB, nullable=False),
    Column("proposal", JSONB),
    Column("samples", JSONB, nullable=False),
)

_SEEN: TypeAdapter[tuple[LayoutSeen, ...]] = TypeAdapter(tuple[LayoutSeen, ...])
_NOTICES: TypeAdapter[tuple[LayoutNotice, ...]] = TypeAdapter(tuple[LayoutNotice, ...])
_COLUMNS: TypeAdapter[tuple[ColumnVersion, ...]] = TypeAdapter(tuple[ColumnVersion, ...])
_FEEDS: TypeAdapter[tuple[FeedVersion, ...]] = TypeAdapter(tuple[FeedVersion, ...])
_ANALYSES: TypeAdapter[tuple[Analysis, ...]] = TypeAdapter(tuple[Analysis, ...])
_SEEN_COLUMNS: TypeAdapter[tuple[ColumnSeen, ...]] = TypeAdapter(tuple[ColumnSeen, ...])
_FEED: TypeAdapter[FeedMap] = TypeAdapter(FeedMap)
_FINDING: TypeAdapter[Finding] = TypeAdapter(Finding)
_PROPOSAL: TypeAdapter[Proposal | None] = TypeAdapter(Proposal | None)


def see_layout(connection: Connection, circuit_id: UUID, seen: LayoutSeen) -> LayoutNotice | None:
    """A feed has shown this layout; the notice, when it is another one than before. Safe to run twice."""
    columns = _SEEN_COLUMNS.dump_python(seen.columns, mode="json")
    newest = _newest(layout_seen, circuit_id, layout_seen.c.last_at).limit(1).with_for_update()
    before = next(iter(_SEEN.validate_python(_dicts(connection, newest))), None)
    fresh = insert(layout_seen).values(
        circuit_id=circuit_id,
        fingerprint=seen.fingerprint,
        columns=columns,
        first_at=seen.first_at,
        last_at=seen.last_at,
    )
    again = {"last_at": func.greatest(layout_seen.c.last_at, fresh.excluded.last_at), "columns": columns}
    connection.execute(fresh.on_conflict_do_update(index_elements=["circuit_id", "fingerprint"], set_=again))
    notice = _notice(before, seen)
    if notice is not None:
        told = {"at": notice.at, "before": notice.before, "after": notice.after, "changes": list(notice.changes)}
        row = insert(layout_notice).values(circuit_id=circuit_id, **told)
        connection.execute(row.on_conflict_do_nothing())
    return notice


class MapRows:
    """`MapStore` on the control database, and the follower's note of a layout."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def see_layout(self, circuit_id: UUID, seen: LayoutSeen) -> LayoutNotice | None:
        with self._control.begin() as connection:
            return see_layout(connection, circuit_id, seen)

    def layouts(self, circuit_id: UUID) -> tuple[LayoutSeen, ...]:
        return _SEEN.validate_python(self._rows(_newest(layout_seen, circuit_id, layout_seen.c.last_at)))

    def notices(self, circuit_id: UUID, limit: int) -> tuple[LayoutNotice, ...]:
        wanted = _newest(layout_notice, circuit_id, layout_notice.c.at).limit(limit)
        return _NOTICES.validate_python(self._rows(wanted))

    def column_versions(self, circuit_id: UUID) -> tuple[ColumnVersion, ...]:
        return _COLUMNS.validate_python(self._rows(_newest(column_map, circuit_id, column_map.c.version)))

    def add_columns(self, circuit_id: UUID, fingerprint: str, columns: Mapping[str, Meaning], by: By) -> None:
        is_mine = (column_map.c.circuit_id == circuit_id) & (column_map.c.fingerprint == fingerprint)
        version = select(func.coalesce(func.max(column_map.c.version), 0) + 1).where(is_mine).scalar_subquery()
        said = {name: meaning.value for name, meaning in columns.items()}
        row = insert(column_map).values(
            circuit_id=circuit_id,
            fingerprint=fingerprint,
            version=version,
            columns=said,
            made_at=by.now,
            made_by=by.account_id,
        )
        with self._control.begin() as connection:
            connection.execute(_read_anew(circuit_id))
            connection.execute(row)
            what = "map columns" if columns else "take back column map"
            note(
                connection, Act(by.now, by.account_id, what, str(circuit_id)), {"layout": fingerprint, "columns": said}
            )

    def feed_versions(self, circuit_id: UUID) -> tuple[FeedVersion, ...]:
        return _FEEDS.validate_python(self._rows(_newest(feed_map, circuit_id, feed_map.c.version)))

    def newest_feed(self, circuit_id: UUID) -> FeedMap | None:
        rows = self._rows(_newest(feed_map, circuit_id, feed_map.c.version).limit(1))
        return _FEED.validate_python(rows[0]["map"]) if rows else None

    def add_feed(self, circuit_id: UUID, feed: FeedMap, samples: tuple[str, ...], by: By) -> None:
        newest = select(func.coalesce(func.max(feed_map.c.version), 0)).where(feed_map.c.circuit_id == circuit_id)
        with self._control.begin() as connection:
            connection.execute(_read_anew(circuit_id))
            version = connection.execute(newest).scalar_one() + 1
            told = _FEED.dump_python(feed, mode="json") | {"version": version}
            row = insert(feed_map).values(
                circuit_id=circuit_id,
                version=version,
                fingerprint=feed.fingerprint,
                map=told,
                samples=list(samples),
                made_at=by.now,
                made_by=by.account_id,
            )
            connection.execute(row)
            facts = {"layout": feed.fingerprint, "version": version}
            note(connection, Act(by.now, by.account_id, "confirm feed map", str(circuit_id)), facts)

    def analyses(self, circuit_id: UUID, limit: int) -> tuple[Analysis, ...]:
        return _ANALYSES.validate_python(self._rows(_newest(analysis, circuit_id, analysis.c.made_at).limit(limit)))

    def add_analysis(
        self, circuit_id: UUID, found: tuple[Finding, Proposal | None], samples: tuple[str, ...], by: By
    ) -> Analysis:
        made = Analysis(uuid7(by.now), by.now, by.account_id, *found, samples)
        row = insert(analysis).values(
            id=made.id,
            circuit_id=circuit_id,
            made_at=made.made_at,
            made_by=made.made_by,
            finding=_FINDING.dump_python(made.finding, mode="json"),
            proposal=_PROPOSAL.dump_python(made.proposal, mode="json"),
            samples=list(samples),
        )
        with self._control.begin() as connection:
            connection.execute(row)
            facts = {"format": made.finding.format, "confidence": made.finding.confidence}
            note(connection, Act(by.now, by.account_id, "analyze format", str(circuit_id)), facts)
        return made

    def _rows(self, wanted: "Select[tuple[object, ...]]") -> list[dict[str, object]]:
        with self._control.connect() as connection:
            return _dicts(connection, wanted)


def _read_anew(circuit_id: UUID) -> Update:
    """Comes first: it locks the circuit, so that two who save at once get versions one after the other."""
    return update(circuit).where(circuit.c.id == circuit_id).values(maps_epoch=circuit.c.maps_epoch + 1)


def _newest(table: Table, circuit_id: UUID, by: "Column[object]") -> "Select[tuple[object, ...]]":
    return select(table).where(table.c.circuit_id == circuit_id).order_by(by.desc())


def _dicts(connection: Connection, wanted: "Select[tuple[object, ...]]") -> list[dict[str, object]]:
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _notice(before: LayoutSeen | None, seen: LayoutSeen) -> LayoutNotice | None:
    """A circuit's first layout is no change; an older one that is read again after a restart is none either."""
    if before is None or before.fingerprint == seen.fingerprint or seen.last_at < before.last_at:
        return None
    return LayoutNotice(seen.last_at, before.fingerprint, seen.fingerprint, changes(before.columns, seen.columns))
