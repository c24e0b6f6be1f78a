"""A screen that applied every delta shows the same as one that took a snapshot now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.sessions.model import Entry
from core.timing.model import (
    Board,
    Car,
    CarStatus,
    Clock,
    ClockKind,
    Comment,
    Flag,
    Gap,
    Rank,
    SessionKind,
    SourceState,
    SourceStatus,
    TimedValue,
)
from core.timing.standings import Standing
from portal.live_view import (
    Json,
    Patience,
    SessionLabel,
    View,
    beat_message,
    delta,
    delta_message,
    row,
    snapshot_message,
    view,
)

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
CAR = Car("r1", "7", team="Team 7", laps=3, last=TimedValue(61_250, Rank.PERSONAL))
STANDING = Standing(1, CAR)
SESSION = SessionLabel("0190", "Race", 3, "race")
BOARD = Board(at=NOON, title="Heat 1", columns=("position", "number", "team", "laps", "last", "sectors"), cars=(CAR,))

scalars = st.none() | st.integers(0, 3) | st.text("ab", max_size=2)
fields = st.dictionaries(st.sampled_from("abc"), scalars.filter(lambda value: value is not None))
ids = st.lists(st.sampled_from(["r1", "r2", "r3", "r4"]), unique=True)
views = st.builds(
    lambda top, order, rows: View(top, tuple(order), {one: rows.get(one, {}) for one in order}),
    st.dictionaries(st.sampled_from("xyz"), scalars),
    ids,
    st.dictionaries(st.sampled_from(["r1", "r2", "r3", "r4"]), fields),
)


def applied(shown: View, message: Mapping[str, Json]) -> View:
    """What a browser does with a delta message."""
    top, rows = dict(shown.top) | part(message, "set"), dict(shown.rows)
    for source_id, changed in part(message, "rows").items():
        assert isinstance(changed, dict)
        merged = dict(rows.get(source_id, {})) | changed
        rows[source_id] = {name: value for name, value in merged.items() if value is not None}
    for source_id in texts(message.get("gone", [])):
        del rows[source_id]
    return View(top, texts(message["order"]) if "order" in message else shown.order, rows)


def part(message: Mapping[str, Json], name: str) -> dict[str, Json]:
    value = message[name]
    assert isinstance(value, dict)
    return value


def texts(value: Json) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(str(one) for one in value)


def of(standing: Standing = STANDING, board: Board = BOARD, session: SessionLabel | None = None) -> View:
    return view(board, [standing], session, Patience())


@given(st.lists(views, min_size=1, max_size=6))
def test_the_deltas_applied_to_the_first_view_give_the_last(pictures: list[View]) -> None:
    shown = pictures[0]

    for seq, (before, after) in enumerate(pairwise(pictures)):
        shown = applied(shown, delta_message(seq, delta(before, after)))

    last = pictures[-1]
    assert (shown.order, shown.rows) == (last.order, last.rows)
    assert {name: value for name, value in shown.top.items() if value is not None} == {
        name: value for name, value in last.top.items() if value is not None
    }


@given(views)
def test_nothing_is_said_when_nothing_changed(picture: View) -> None:
    assert delta(picture, picture).empty


def test_a_row_says_only_what_is_known() -> None:
    assert row(STANDING) == {
        "position": 1, "number": "7", "team": "Team 7", "laps": 3, "last": [61_250, "personal"], "status": "running",
    }  # fmt: skip


def test_a_row_carries_gaps_sectors_pit_and_penalties() -> None:
    car = replace(CAR, sectors=(None, TimedValue(20_100, Rank.OVERALL)), status=CarStatus.IN_PIT, in_pit_since=NOON)

    fields_of = row(Standing(2, car, added_ms=5_000, gap=Gap(laps=1), interval=Gap(ms=900), marks=("+5 s", "DT")))

    assert fields_of["gap"] == [None, 1]
    assert fields_of["interval"] == [900, None]
    assert (fields_of.get("s1"), fields_of["s2"]) == (None, [20_100, "overall"])
    assert (fields_of["status"], fields_of["in_pit_since"]) == ("in_pit", "2026-03-07T12:00:00+00:00")
    assert (fields_of["penalties"], fields_of["added_ms"]) == (["+5 s", "DT"], 5_000)


def test_a_gap_of_which_nothing_is_known_is_no_gap() -> None:
    assert "gap" not in row(Standing(2, CAR, gap=Gap()))


def test_a_lapped_car_is_also_told_in_seconds_behind_the_leader_and_the_car_in_front() -> None:
    ahead, later = Standing(2, CAR, behind_ms=40_000), Standing(2, CAR, behind_ms=90_000)
    lapped = Standing(3, replace(CAR, source_id="r3"), gap=Gap(laps=1), interval=Gap(laps=1), behind_ms=65_000)
    close = replace(lapped, interval=Gap(ms=900))

    told = [row(standing, None, before) for standing, before in ((lapped, ahead), (close, ahead), (lapped, later))]

    assert [(fields["behind"], fields.get("behind_next")) for fields in told] == [
        (65_000, 25_000),
        (65_000, None),
        (65_000, None),
    ]


def test_the_columns_are_those_of_the_feed_and_of_sectors_those_that_have_times() -> None:
    timed = Standing(1, replace(CAR, sectors=(TimedValue(20_100, Rank.NORMAL), TimedValue(19_900, Rank.NORMAL), None)))

    assert of(timed).top["columns"] == ["position", "number", "team", "status", "laps", "last", "s1", "s2"]


def test_what_officials_entered_outranks_what_the_feed_calls_it() -> None:
    entry = Entry("7", category="Pro", team="Team Seven", drivers=("Driver 7A", "Driver 7B"))

    picture = view(BOARD, [STANDING], None, Patience(), {"7": entry})
    driving = row(Standing(1, replace(CAR, driver="Driver 7B")), entry)

    assert (picture.rows["r1"]["team"], picture.rows["r1"]["driver"]) == ("Team Seven", "Driver 7A / Driver 7B")
    assert "category" in texts(picture.top["columns"])
    assert driving["driver"] == "Driver 7B"


def test_the_venue_s_newest_comments_go_along() -> None:
    board = replace(BOARD, comments=tuple(Comment(f"13:{minute:02d}", "", "7", "x") for minute in range(59, 0, -1)))

    assert of(board=board).top["comments"] == [[f"13:{minute}", "", "7", "x"] for minute in range(59, 47, -1)]


def test_penalties_have_a_column_as_soon_as_a_race_session_is_open_or_one_is_given() -> None:
    assert "penalties" not in texts(of().top["columns"])
    assert "penalties" in texts(of(session=SESSION).top["columns"])
    assert "penalties" in texts(of(Standing(1, CAR, marks=("W",))).top["columns"])


def test_the_top_says_what_a_screen_needs_besides_rows() -> None:
    clock = Clock(ClockKind.COUNTDOWN, NOON, ms=60_000)
    stopped = SourceState(SourceStatus.STOPPED, NOON, "Stopped by an operator.")
    board = replace(BOARD, kind=SessionKind.RACE, flag=Flag.YELLOW, clock=clock, source=stopped, unread=2, junk=1)

    top = of(board=board, session=SESSION).top

    assert (top["title"], top["kind"], top["flag"]) == ("Heat 1", "race", "yellow")
    assert top["clock"] == {"kind": "countdown", "ms": 60_000, "text": None, "at": "2026-03-07T12:00:00+00:00"}
    assert (top["source"], top["source_cause"]) == ("stopped", "Stopped by an operator.")
    assert top["session"] == {"id": "0190", "name": "Race", "number": 3, "phase": "race"}
    assert (top["unread"], top["junk"], top["at"]) == (2, 1, "2026-03-07T12:00:00+00:00")


def test_a_snapshot_is_the_whole_picture_with_the_server_s_clock() -> None:
    message = snapshot_message(4, of(), NOON)

    whole = part(message, "view")
    assert (message["type"], message["seq"]) == ("snapshot", 4)
    assert (whole["order"], whole["server_now"]) == (["r1"], "2026-03-07T12:00:00+00:00")
    assert part(whole, "rows")["r1"] == row(STANDING)


def test_a_beat_tells_the_server_s_clock() -> None:
    assert beat_message(NOON) == {"type": "beat", "server_now": "2026-03-07T12:00:00+00:00"}
