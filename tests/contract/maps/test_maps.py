"""Maps are versioned, audited and never overwritten; a layout that changes is noticed once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from core.errors import BadInput, NotFound
from core.io.database.audit import audit
from core.io.database.maps import MapRows
from core.io.runtime import Runtime
from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutNotice, LayoutSeen
from core.timing.mapping import ColumnMap, FieldMap, Maps, Meaning
from core.timing.maps_desk import By, MapsDesk
from core.tracks.model import CircuitPlan, Recording
from tests.unit.timing.mapped_feeds import messages, race

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
BY = By(UUID(int=7), NOON)
SPEED, TEAM = ColumnSeen("c1", "", "Speed", "more", is_known=False), ColumnSeen("c2", "dr", "Team", "team")
LAYOUT = LayoutSeen("aaaa", (SPEED, TEAM), NOON, NOON)
OTHER = LayoutSeen("bbbb", (TEAM,), NOON + timedelta(hours=1), NOON + timedelta(hours=1))
RACE = list(messages(race(1), "json_list"))


@pytest.fixture
def desk(app_runtime: Runtime) -> MapsDesk:
    return app_runtime.maps


@pytest.fixture
def circuit(app_runtime: Runtime) -> UUID:
    plan = CircuitPlan("ring", "Ring", "apex", Recording("recordings/heat.jsonl.gz"))
    return app_runtime.circuits.create(plan, by=None, now=NOON).id


@pytest.fixture
def rows(owner_runtime: Runtime) -> MapRows:
    return MapRows(owner_runtime.control)


def test_a_layout_is_seen_once_and_a_change_is_noticed_once(desk: MapsDesk, circuit: UUID, rows: MapRows) -> None:
    told = [rows.see_layout(circuit, one) for one in (LAYOUT, LAYOUT, OTHER, OTHER, LAYOUT)]

    notice = LayoutNotice(OTHER.last_at, "aaaa", "bbbb", ("“Speed” was removed.",))
    assert told == [None, None, notice, None, None]
    assert desk.notices(circuit) == (notice,)
    assert [one.fingerprint for one in desk.layouts(circuit)] == ["bbbb", "aaaa"]
    assert desk.layouts(circuit)[1] == LAYOUT


def test_a_column_map_is_versioned_and_can_be_taken_back(desk: MapsDesk, circuit: UUID, rows: MapRows) -> None:
    rows.see_layout(circuit, LAYOUT)

    desk.put_columns(circuit, "aaaa", {"c1": Meaning.PENALTY}, BY)
    desk.put_columns(circuit, "aaaa", {"c1": Meaning.LAST}, BY)

    assert desk.maps(circuit) == Maps({"aaaa": ColumnMap({"c1": Meaning.LAST}, 2)})
    desk.remove_columns(circuit, "aaaa", BY)
    assert desk.maps(circuit) == Maps()
    assert [(one.version, dict(one.columns)) for one in desk.column_versions(circuit, "aaaa")] == [
        (3, {}),
        (2, {"c1": Meaning.LAST}),
        (1, {"c1": Meaning.PENALTY}),
    ]


def test_only_columns_of_a_known_layout_can_be_mapped(desk: MapsDesk, circuit: UUID, rows: MapRows) -> None:
    rows.see_layout(circuit, LAYOUT)

    with pytest.raises(NotFound, match="not shown a layout"):
        desk.put_columns(circuit, "cccc", {"c1": Meaning.LAST}, BY)
    with pytest.raises(BadInput, match="no column c9"):
        desk.put_columns(circuit, "aaaa", {"c9": Meaning.LAST}, BY)
    with pytest.raises(BadInput, match="cannot mean"):
        desk.put_columns(circuit, "aaaa", {"c1": Meaning.FLAG}, BY)
    with pytest.raises(NotFound, match="no manual map"):
        desk.remove_columns(circuit, "aaaa", BY)
    assert desk.maps(circuit) == Maps()


def test_an_unknown_feed_is_analysed_confirmed_and_tested(
    desk: MapsDesk, circuit: UUID, owner_runtime: Runtime
) -> None:
    made = desk.analyze(circuit, RACE, BY)

    assert made.finding.format is None
    assert made.proposal is not None
    assert desk.analyses(circuit) == (made,)
    first = desk.confirm(circuit, made.proposal.feed, made.samples, BY)
    second = desk.confirm(circuit, replace(made.proposal.feed, session=()), made.samples, BY)
    assert (first.version, second.version, second.map.version) == (1, 2, 2)
    assert desk.maps(circuit) == Maps(feed=second.map)
    tested = desk.test(circuit, 1)
    assert (tested.messages, tested.laps, tested.unread) == (len(made.samples), 30, 0)
    assert [car.number for car in tested.board.cars]
    with owner_runtime.control.connect() as connection:
        acts = connection.execute(select(audit.c.act, audit.c.account_id).order_by(audit.c.id)).all()
    assert [tuple(act) for act in acts][1:] == [
        ("analyze format", UUID(int=7)),
        ("confirm feed map", UUID(int=7)),
        ("confirm feed map", UUID(int=7)),
    ]


def test_a_map_that_can_time_nothing_is_refused(desk: MapsDesk, circuit: UUID) -> None:
    proposal = desk.analyze(circuit, RACE, BY).proposal
    assert proposal is not None
    feed = proposal.feed

    def without(*meanings: Meaning) -> tuple[FieldMap, ...]:
        return tuple(replace(one, meaning=Meaning.TEXT) if one.meaning in meanings else one for one in feed.fields)

    for broken, words in (
        (replace(feed, identity="nothing"), "tells the rows apart"),
        (replace(feed, fields=without(Meaning.LAST, Meaning.LAPS)), "nothing to time"),
        (replace(feed, fields=(*feed.fields, FieldMap("x", Meaning.LAST))), "Two fields"),
        (replace(feed, fields=(*feed.fields, FieldMap("x", Meaning.FLAG))), "something of the session"),
    ):
        with pytest.raises(BadInput, match=words):
            desk.confirm(circuit, broken, RACE, BY)
    with pytest.raises(NotFound, match="no map 1"):
        desk.test(circuit, 1)


def test_a_known_feed_needs_no_map_and_silence_no_answer(desk: MapsDesk, circuit: UUID) -> None:
    assert desk.analyze(circuit, ["$F,14,\x00\n"] * 3, BY).proposal is None
    with pytest.raises(BadInput, match="no messages"):
        desk.analyze(circuit, ["", "\n"], BY)
