"""Apex frames as events; and nothing that comes over the wire can stop the reader."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing import events as said
from core.timing.model import ClockKind, Comment, Flag, Rank, SessionKind
from core.timing.sources import recognise
from core.timing.sources.apex import Apex
from tests.unit.timing.stage import NOON, grid, table

TYPES = ("sta", "rk", "no", "dr", "s1", "llp", "gap", "otr", "tlp")


def feed(*frames: str, source: Apex | None = None) -> list[said.Event]:
    """Events of the last frame, without the moment."""
    source = source or Apex()
    events: list[said.Event] = []
    for frame in frames:
        events = source.feed(frame, NOON)
    assert events[0] == said.Heard(NOON)
    return events[1:]


def known() -> Apex:
    """A source that has seen a table with one row."""
    source = Apex()
    source.feed(table({"r5": {}}, types=TYPES), NOON)
    return source


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("r5|*|71807|", said.Crossed("r5")),
        ("r5|*||", said.Crossed("r5")),
        ("r5|*i1|28175", said.SectorCrossed("r5", 0)),
        ("r5|*i2|", said.SectorCrossed("r5", 1)),
        ("r5|*in|0", said.PitIn("r5")),
        ("r5|*out|0", said.PitOut("r5")),
        ("r5|#|3", said.Positioned("r5", 3)),
        ("r5c2||4", said.Positioned("r5", 4)),
        ("r5c1|si|", said.RoadShown("r5", said.Road.IN)),
        ("r5c1|sf|", said.RoadShown("r5", said.Road.FINISHED)),
        ("r5c1|su|", said.RoadShown("r5", said.Road.RUNNING)),
        ("r5c3|notc65535|18", said.Plated("r5", "18", "#FFFF00")),
        ("r5c4|dr|TEAM 12", said.TeamNamed("r5", "TEAM 12")),
        ("r5c4|drteam|DRIVER 12B [4:29]", said.DriverNamed("r5", "DRIVER 12B", 16_140_000)),
        ("r5c4|drteamr|DRIVER 12B", said.DriverNamed("r5", "DRIVER 12B", None)),
        ("r5c5|tb|24.38", said.SectorTime("r5", 0, 24_380, Rank.OVERALL)),
        ("r5c6|ti|1:11.912", said.LastLap("r5", 71_912, Rank.PERSONAL)),
        ("r5c6||", said.LastLap("r5", None, Rank.NORMAL)),
        ("r5c7|ib|2 Tours", said.GapShown("r5", None, 2)),
        ("r5c7|ib|Tour 10", said.GapShown("r5", None, None, 10)),
        ("r5c8|to|1:27.", said.PitClock("r5", 87_000)),
        ("r5c8|in|0:05", said.TrackClock("r5", 300_000)),
        ("r5c9|in|12", said.LapsShown("r5", 12)),
        ("dyn1|countdown|13558240", said.ClockShown(ClockKind.COUNTDOWN, 13_558_240, None)),
        ("dyn1|countdown|29.5", said.ClockShown(ClockKind.COUNTDOWN, 29_500, None)),
        ("dyn1|count|1000", said.ClockShown(ClockKind.COUNT_UP, 1_000, None)),
        ("dyn1|text|Tour 3/10", said.ClockShown(ClockKind.TEXT, None, "Tour 3/10")),
        ("dyn1|countdown|", said.ClockShown(ClockKind.TEXT, None, "")),
        ("light|ly|", said.FlagShown(Flag.YELLOW)),
        ("msg|msgp|Kart 7: 1 Tr", said.BannerShown("Kart 7: 1 Tr")),
        ("track||Piste P2 (810m)", said.TrackNamed("Piste P2")),
        ("track||-LOCATION- (1366m)", said.TrackNamed("-LOCATION-")),
        ("track||Big One  - 1560.000 km", said.TrackNamed("Big One")),
        ("title2||Finale", said.Titled(("Cup", "Finale"))),
    ],
)
def test_a_line_says_one_thing(line: str, event: said.Event) -> None:
    assert feed(line, source=known()) == [event]


@pytest.mark.parametrize(
    "line", ["best|hide|", "effects||Effets", "comments||Commentaires", "wth1|ws|", "r5c1|in|", "br1c2|in|6"]
)
def test_decoration_says_nothing(line: str) -> None:
    assert feed(line, source=known()) == []


def test_an_empty_frame_is_a_keep_alive() -> None:
    assert Apex().feed("\n", NOON) == [said.KeepAlive(NOON)]


def test_the_table_comes_first_whatever_stands_before_it() -> None:
    before = "css|no7|border-bottom-color:#00FF00\ntitle1||Cup\ndyn1|countdown|60000\nlight|lg|"
    rows = grid({"r1": {"no": "no7 18"}}, ("no", "llp"))

    first, *rest = feed(f"init|p|\n{before}\n{rows}\n")

    assert isinstance(first, said.Snapshot)
    assert (first.kind, first.titles) == (SessionKind.BEST_TIME, ("Cup", ""))
    assert first.clock == said.ClockShown(ClockKind.COUNTDOWN, 60_000, None)
    assert first.rows == (("r1", (said.Plated("r1", "18", "#00FF00"), said.LastLap("r1", None, Rank.NORMAL))),)
    assert said.FlagShown(Flag.GREEN) in rest


def test_a_layout_change_changes_what_cells_mean() -> None:
    source = Apex()
    source.feed(table({"r1": {}}, types=("llp", "blp")), NOON)
    source.feed(table({"r1": {}}, types=("blp", "llp")), NOON)

    assert feed("r1c1|tn|59.000", source=source) == [said.BestLap("r1", 59_000, Rank.NORMAL)]


def test_no_live_timing_is_a_table_without_rows() -> None:
    events = feed("init|n|\nbest|hide|\ntrack||\n", source=known())

    assert isinstance(events[0], said.Snapshot)
    assert (events[0].kind, events[0].rows) == (SessionKind.NONE, ())


def test_a_row_that_no_table_announced_is_read_with_the_columns_of_the_table() -> None:
    assert feed("r9c6|tn|59.000", source=known()) == [said.LastLap("r9", 59_000, Rank.NORMAL)]


def test_comments_are_a_list_of_plain_text() -> None:
    html = (
        '<p><b>13:21</b><span data-flag="warning"></span><span class="com_no no7">16</span>'
        "Contact | <i>turn</i> 3 &amp; 4</p>"
        '<p><b>13:00</b><span data-flag="green"></span>Départ</p>'
    )

    assert feed(f"com||{html}") == [
        said.CommentsShown(
            (Comment("13:21", "warning", "16", "Contact | turn 3 & 4"), Comment("13:00", "green", None, "Départ"))
        )
    ]


@pytest.mark.parametrize(
    "line",
    [
        "GET / HTTP/1.1",
        "Host: 192.0.2.1:8310",
        '{"jsonrpc":"2.0","method":"eth_chainId"}',
        "\x16\x03\x01\x00",
        "\x00",
        "<script>alert(1)</script>",
        "row5|x|y",
        "r5 c6|tn|1",
    ],
)
def test_what_is_not_the_protocols_is_junk_and_goes_nowhere(line: str) -> None:
    assert feed(line, source=known()) == [said.Junk(line)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("r5c99|tn|1", "the table has no place for it"),
        ("dyn1|countdown|soon", "not a time"),
        ("dyn1|sundial|12", "an unknown clock"),
        ("light|lx|", "an unknown light"),
        ("init|x|", "an unknown kind of session"),
        ("init|r|", "no table came with it"),
        ("grid||<tbody></tbody>", "the table has no header"),
        ("r5c4|dr|" + "x" * 2000, "too long"),
    ],
)
def test_what_cannot_be_read_says_why(line: str, reason: str) -> None:
    assert feed(line, source=known()) == [said.Unread(line[:200], reason)]


def test_a_class_nobody_knows_keeps_its_value_and_is_a_novelty() -> None:
    source = known()

    assert feed("r5c6|tz|59.000", source=source) == [
        said.Novelty("class", "r5c6|tz|59.000"),
        said.LastLap("r5", 59_000, Rank.NORMAL),
    ]


def test_a_table_that_cannot_be_read_leaves_the_old_one() -> None:
    source = known()
    source.feed("init|r|\ngrid||<tbody></tbody>\n", NOON)

    assert feed("r5c6|tn|59.000", source=source) == [said.LastLap("r5", 59_000, Rank.NORMAL)]


def test_without_a_table_the_last_lap_betrays_itself_by_its_passing() -> None:
    source = Apex()

    events = feed("r1c4|tn|20.100\nr1c6|tn|1:11.912\nr1|*|71807|\n", source=source)

    assert said.LastLap("r1", 71_912, Rank.NORMAL) in events
    assert feed("r2c6|ti|1:10.000\nr2c5|drteam|DRIVER 2A [0:10]", source=source) == [
        said.LastLap("r2", 70_000, Rank.PERSONAL),
        said.DriverNamed("r2", "DRIVER 2A", 600_000),
    ]


def test_first_and_last_name_make_a_driver() -> None:
    head = "".join(
        f'<td data-id="c{n}" data-type="">{text}</td>' for n, text in enumerate(("First name", "Last name"), 1)
    )
    source = Apex()
    source.feed(f'init|p|\ngrid||<tr data-id="r0">{head}</tr><tr data-id="r1"></tr>\n', NOON)
    source.feed("r1c1|in|Dana", NOON)

    assert feed("r1c2|in|Driver", source=source) == [said.DriverNamed("r1", "Dana Driver")]


def test_a_source_that_was_put_away_goes_on_as_before() -> None:
    source = deepcopy(known())

    assert feed("r5c6|tn|59.000", source=source) == [said.LastLap("r5", 59_000, Rank.NORMAL)]


@pytest.mark.parametrize(
    ("frames", "protocol"),
    [
        (["GET / HTTP/1.1\nHost: x\n", "\n", "r1c2||3\nr1|#|3\nr1|*||\n"], "apex"),
        (["init|n|\nbest|hide|\neffects||Effets\ncomments||Commentaires\n"], "apex"),
        (["\n", "\n"], None),
        (["hello", "world"], None),
    ],
)
def test_a_feed_is_recognised_by_what_it_says(frames: list[str], protocol: str | None) -> None:
    assert recognise(frames) == protocol


LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.builds(
            "{}{}|{}|{}".format,
            st.sampled_from(
                ["r5", "r5c6", "r5c8", "r9c4", "r-1", "r5c999", "init", "grid", "com", "css", "dyn1", "light", "br1c1"]
            ),
            st.sampled_from(["", "|", "\x00"]),
            st.sampled_from(["", "tn", "to", "*", "*in", "drteam", "n", "r", "p", "countdown", "notc7", "²"]),
            st.text(alphabet='0123456789:.|<>"=/ abt²&;\x00\ud800', max_size=40),
        ),
    ),
    max_size=12,
)


@given(st.lists(LINES, max_size=4))
def test_no_frame_can_break_the_reader(frames: list[list[str]]) -> None:
    source = known()
    for lines in frames:
        source.feed("\n".join(lines), NOON)


@given(st.data())
def test_no_mutilated_snapshot_can_break_the_reader(data: st.DataObject) -> None:
    frame = table({"r5": {"llp": "tn 59.000", "no": "no7 18"}, "r6": {"gap": "ib 1 Tour"}}, types=TYPES)
    start = data.draw(st.integers(0, len(frame)))
    end = data.draw(st.integers(start, len(frame)))
    patch = data.draw(st.text(max_size=5))

    Apex().feed(frame[:start] + patch + frame[end:], NOON)
