"""The source that finds out itself tells what the source of that protocol would have told, in the same time."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.timing import events as said
from core.timing.board import BoardFold
from core.timing.simulate import Plan, simulate
from core.timing.sources import PROTOCOLS, SOURCES, make_source
from core.timing.sources.apex import Apex
from core.timing.sources.history import WithHistory

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
JUNK = "GET / HTTP/1.1\nHost: 10.0.0.1\n"
RACE = [frame.text for frame in simulate(Plan(seed=4, karts=4, duration_s=60)).frames]


def test_frames_before_it_is_recognised_are_read_in_their_own_time() -> None:
    auto, apex = make_source("auto"), Apex()
    frames = [(JUNK, NOON), ("r5c6|tn|59.938\n", NOON + timedelta(seconds=1)), ("r5|*|1|\nr5c6|tn|58.0\n", NOON)]

    told = [event for text, at in frames for event in auto.feed(text, at)]

    held = [said.KeepAlive(at) for _, at in frames[:2]]
    assert told == [*held, *(event for text, at in frames for event in apex.feed(text, at))]


def test_a_race_folds_into_the_same_board() -> None:
    boards = []
    for source in (make_source("auto"), make_source("apex")):
        fold = BoardFold()
        for number, text in enumerate(RACE):
            fold.apply(source.feed(text, NOON + timedelta(seconds=number / 10)))
        boards.append(fold.snapshot())

    assert boards[0] == boards[1]
    assert boards[0].cars


def test_a_source_that_was_put_away_while_it_listens_goes_on_as_before() -> None:
    source = make_source("auto")
    list(source.feed(JUNK, NOON))

    again = deepcopy(source)

    assert [event for event in again.feed(RACE[0], NOON) if isinstance(event, said.Snapshot)]


def test_replies_about_the_past_reach_the_parser_that_was_found() -> None:
    auto, apex = make_source("auto"), Apex()
    for text in RACE[:5]:
        auto.feed(text, NOON)
        apex.feed(text, NOON)
    reply = "D4200.L0003#20000|21000|20500|61500"

    assert isinstance(auto, WithHistory)
    assert list(auto.feed_history(reply, NOON)) == list(apex.feed_history(reply, NOON)) != []


def test_what_nobody_recognises_is_given_up_and_said() -> None:
    source = make_source("auto")

    told = [event for number in range(20) for event in source.feed(f"diary {number}", NOON)]

    assert [event.line for event in told if isinstance(event, said.Unread)] == [f"diary {n}" for n in range(20)]
    assert [event for event in source.feed(RACE[0], NOON) if isinstance(event, said.Snapshot)]


def test_a_format_without_a_parser_says_so() -> None:
    source = make_source("auto")

    told = [event for _ in range(25) for event in source.feed('<?xml version="1.0"?><New/>', NOON)]

    assert {event.reason for event in told if isinstance(event, said.Unread)} == {"no parser reads natsoft yet"}


def test_an_idle_feed_is_only_alive() -> None:
    source = make_source("auto")

    assert {type(event) for _ in range(500) for event in source.feed("{}", NOON)} == {said.KeepAlive}


def test_every_protocol_has_a_source_and_nothing_else_has() -> None:
    assert set(SOURCES) < PROTOCOLS
    with pytest.raises(BadInput, match="No parser reads"):
        make_source("telepathy")


@given(st.lists(st.one_of(st.text(), st.sampled_from(RACE[:3]), st.just("{}")), max_size=30))
def test_nothing_can_break_it(frames: list[str]) -> None:
    source = make_source("auto")
    for frame in frames:
        list(source.feed(frame, NOON))
