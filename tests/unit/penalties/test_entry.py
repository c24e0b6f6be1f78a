"""One line, typed fast: what it means, and what a person reads when it means nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.penalties.catalogue import read_catalogue
from core.penalties.commands import (
    AcceptServing,
    Amend,
    Approve,
    Cancel,
    Command,
    ConfirmUnserved,
    Decide,
    Issue,
    Merge,
    Notify,
    Record,
    RefuseReport,
    Say,
    Serve,
    SetTrack,
    ShowSignal,
    VerifyServing,
    Void,
)
from core.penalties.entry import parse
from core.penalties.model import TrackState
from tests.unit.penalties.test_catalogue import ENDURANCE

CATALOGUE = read_catalogue(ENDURANCE.read_text(), ENDURANCE.name)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("42 w 7", Record(("42",), "WL", turn=7)),
        ("42w7", Record(("42",), "WL", turn=7)),
        (" 42 W7 ", Record(("42",), "WL", turn=7)),
        ("42 wl", Record(("42",), "WL")),
        ("42,17 w", Record(("42", "17"), "WL")),
        ("42, 17 , 8w7", Record(("42", "17", "8"), "WL", turn=7)),
        ("42>17 c", Record(("42",), "CON", second_kart="17")),
        ("42>17c7", Record(("42",), "CON", second_kart="17", turn=7)),
        ("-30 42 w", Record(("42",), "WL", back_s=30)),
        ("-30s 42w7", Record(("42",), "WL", turn=7, back_s=30)),
        ("007 w", Record(("007",), "WL")),
        ("12B c 7", Record(("12B",), "CON", turn=7)),
        ("12b7", Record(("12",), "BF", turn=7)),
        ("42 w 7 ran wide", Record(("42",), "WL", turn=7, text="ran wide")),
        ("42 o gap = 3 m", Record(("42",), "OTH", text="gap = 3 m")),
        ("42 c 7 =t5", Record(("42",), "CON", turn=7, outcome="time_5")),
        ("42c7=t5", Record(("42",), "CON", turn=7, outcome="time_5")),
        ("42 c 7 note =inv", Record(("42",), "CON", turn=7, text="note", outcome="investigating")),
        ("#17 =t5", Decide(17, "time_5")),
        ("#17=nfa", Decide(17, "nfa")),
        ("# 17 = INV", Decide(17, "investigating")),
        ("#17 !", Issue(17)),
        ("#17!", Issue(17)),
        ("#17 x wrong kart", Void(17, "wrong kart")),
        ("42 p 117.2", Record(("42",), "PIT", value=Decimal("117.2"))),
        ("42p117,25 short", Record(("42",), "PIT", value=Decimal("117.25"), text="short")),
        ("42 p 117", Record(("42",), "PIT", value=117)),
        ("#17 s", Serve("17")),
        ("#17 s 5.2", Serve("17", seconds=Decimal("5.2"))),
        ("#17 v", VerifyServing("17")),
        ("#17 u", ConfirmUnserved("17")),
        ("#17 n", Notify("17")),
        ("#17 f", ShowSignal(17)),
        ("#17 ok", Approve(17)),
        ("#17 c overruled", Cancel("17", "overruled")),
        ("#17 a blocked in the pits", AcceptServing("17", "blocked in the pits")),
        ("#17 k43 misread", Amend(17, {"kart": "43"}, "misread")),
        ("#17 t8 misread", Amend(17, {"turn": 8}, "misread")),
        ("#17 l 12 misread", Amend(17, {"lap": 12}, "misread")),
        ("#17 m16 the same", Merge(17, 16, "the same")),
        ("sc", SetTrack(TrackState.SC)),
        (" GREEN ", SetTrack(TrackState.GREEN)),
        ("! Track is damp in turn 3", Say("Track is damp in turn 3")),
        ("42 c 7 v:cam3@1:02:33", Record(("42",), "CON", turn=7, video="cam3@1:02:33")),
        ("42>17 c v:7 from behind =t5", Record(("42",), "CON", "17", text="from behind", outcome="time_5", video="7")),
        ("42 o seen by v: cameras", Record(("42",), "OTH", text="seen by v: cameras")),
        ("@3", Record((), "", report=3)),
        ("@3 =t5", Record((), "", outcome="time_5", report=3)),
        ("@3 42 w 7", Record(("42",), "WL", turn=7, report=3)),
        ("@3 -30 42w7", Record(("42",), "WL", turn=7, back_s=30, report=3)),
        ("@ 12 42>17 c =inv", Record(("42",), "CON", "17", outcome="investigating", report=12)),
        ("@3 x seen twice", RefuseReport(3, "seen twice")),
    ],
)
def test_a_line_means_one_command(line: str, command: Command) -> None:
    assert parse(line, CATALOGUE) == command


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ("", "The kart is missing.", "42 w 7"),
        ("w 7", "“w” is not a kart.", "42 w 7"),
        ("42", "The code is missing.", "w white line"),
        ("42 zz 7", "“zz” is not a code.", "w white line"),
        ("42W7", "“7” is not a code.", "w white line"),
        ("42 w 7a", "“7a” is not a turn.", "number up to 999"),
        ("42 w 7 =t6", "“t6” is not a decision.", "nfa, inv, warn"),
        ("@3 x", "Refusing needs a reason.", "@3 x seen twice"),
        ("@3 =t5 =t10", "“=t5” is not a decision.", "one word"),
        ("@3 =t6", "“t6” is not a decision.", "nfa, inv, warn"),
        ("@3 w 7", "“w” is not a kart.", "42 w 7"),
        ("42 w =", "Nothing stands behind the `=`.", "nfa, inv, warn"),
        ("42 o", "“Other” needs words.", "42 o words"),
        ("42,42 w", "One kart stands twice in the line.", "once"),
        ("42>17 w", "“White line” takes no second kart.", "Leave out"),
        ("42>42 c", "A second kart goes with one other kart.", "42>17 c"),
        ("42,8>17 c", "A second kart goes with one other kart.", "42>17 c"),
        ("#17", "Nothing is said about what to do with incident 17.", "#17 !"),
        ("#17 y", "“y” says nothing about what to do with incident 17.", "#17 !"),
        ("#17 xy", "“xy” says nothing about what to do with incident 17.", "#17 !"),
        ("#17 ! now", "“!” says nothing about what to do with incident 17.", "#17 !"),
        ("#17 =", "Nothing stands behind the `=`.", "nfa, inv, warn"),
        ("#17 x", "Voiding needs a reason.", "#17 x wrong kart"),
        ("#17 c", "Cancelling needs a reason.", "#17 c overruled"),
        ("#17 k43", "Amending needs a reason.", "#17 k43 misread"),
        ("#17 m16", "Merging needs a reason.", "#17 m16 the same"),
        ("#17 s 5 s", "“s” says nothing about what to do with incident 17.", "#17 !"),
        ("#17 v now", "“v” says nothing about what to do with incident 17.", "#17 !"),
        ("42 p 1.2345", "“1.2345” is not a value.", "3 decimals"),
        ("42 o " + "a" * 300, "A line has at most 300 characters.", "Shorten"),
    ],
)
def test_a_line_that_means_nothing_says_which_word_and_what_instead(line: str, what: str, remedy: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(line, CATALOGUE)

    assert refused.value.what == what
    assert remedy in refused.value.remedy


@given(st.text(max_size=40) | st.text(alphabet="0123456789 ,>-#=!xwctA", max_size=20))
def test_no_line_breaks_the_reader(line: str) -> None:
    try:
        parse(line, CATALOGUE)
    except BadInput as refused:
        assert refused.remedy  # noqa: PT017 - a refusal is as good as a command


@given(
    karts=st.lists(st.integers(0, 999999).map(str), min_size=1, max_size=5, unique=True),
    key=st.sampled_from(
        [(rule.key, code) for code, rule in CATALOGUE.rules.codes.items() if not (rule.text or rule.value)]
    ),
    turn=st.none() | st.integers(0, 999),
    back_s=st.integers(0, 9999),
    spaced=st.booleans(),
)
def test_what_is_written_is_read(
    karts: list[str], key: tuple[str, str], turn: int | None, back_s: int, *, spaced: bool
) -> None:
    words = [",".join(karts), key[0], "" if turn is None else str(turn)]
    line = f"-{back_s} " + (" " if spaced else "").join(words)

    assert parse(line, CATALOGUE) == Record(tuple(karts), key[1], turn=turn, back_s=back_s)


def test_a_coded_incident_takes_at_most_six_keystrokes() -> None:
    assert parse("142w12", CATALOGUE) == Record(("142",), "WL", turn=12)
