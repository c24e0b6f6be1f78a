"""A serving after the window was used up leaves the penalty unserved until an official accepts it, by every door."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from core.errors import Conflict
from core.penalties.bodies import ServingRecorded, UnservedConfirmed
from core.penalties.commands import (
    AcceptServing,
    Command,
    ConfirmUnserved,
    Issue,
    Record,
    Serve,
)
from core.penalties.entry import parse
from core.penalties.model import PenaltyState, TrackState
from core.penalties.rules.explain import Words, why
from core.penalties.serving_clock import deciding
from tests.unit.penalties.desk_stage import BERT, KEEPER, DeskStage
from tests.unit.penalties.serving_stage import at, folded, given, track
from tests.unit.penalties.stage import STAGE

SG5, NEXT = "1/decision", "1/decision/unserved"
DOORS = [Serve(SG5), Serve(SG5, seconds=6), parse("#1 s", STAGE), parse("#1 s 6", STAGE)]


@pytest.fixture
def desk() -> DeskStage:
    """Kart 42 has a stop & go with three crossings to serve it in."""
    desk = DeskStage()
    desk.do(Record(("42",), "c", outcome="sg5"))
    desk.do(Issue(1, SG5))
    return desk


def passes(desk: DeskStage, *after_s: float) -> list[datetime]:
    """The timing has crossings of the kart so many seconds after the issue."""
    issued = desk.fold.penalties[SG5].issued
    assert issued is not None
    crossed = [issued.at + timedelta(seconds=s) for s in after_s]
    desk.passed = {"42": crossed, "17": [issued.at] * 9}
    return crossed


def stored(bodies: Sequence[object]) -> ServingRecorded | UnservedConfirmed:
    (body,) = bodies
    assert isinstance(body, ServingRecorded | UnservedConfirmed)
    return body


@pytest.mark.parametrize("command", DOORS, ids=repr)
def test_after_the_window_a_serving_leaves_the_penalty_unserved(desk: DeskStage, command: Command) -> None:
    crossed = passes(desk, 0.1, 0.2, 0.3, 0.4)

    said = stored(desk.do(command, KEEPER))

    assert said.crossings == tuple(crossed)
    assert said.evidence == (("too late", "after crossing 4 of 3"),)
    assert desk.states() == {SG5: "unserved", NEXT: "awaiting_approval"}
    assert desk.fold.penalties[SG5].unserved is None


@pytest.mark.parametrize("command", DOORS, ids=repr)
def test_before_the_crossing_that_uses_the_window_up_it_is_served(desk: DeskStage, command: Command) -> None:
    passes(desk, 0.1, 0.2, 0.3)

    said = stored(desk.do(command, KEEPER))

    assert (len(said.crossings), said.evidence) == (3, ())
    assert desk.states() == {SG5: "served"}


def test_a_late_entry_of_a_serving_in_time_is_in_time(desk: DeskStage) -> None:
    crossed = passes(desk, 0.1, 0.2, 0.3, 0.4, 0.5)

    said = stored(desk.do(Serve(SG5, at=crossed[3] - timedelta(milliseconds=1)), KEEPER))

    assert said.crossings == tuple(crossed[:4])  # no more than decide
    assert desk.states() == {SG5: "served"}


def test_crossings_under_the_safety_car_do_not_decide() -> None:
    fold = folded(*given(1, 0), track(10, TrackState.SC), track(30, TrackState.GREEN))

    decided = deciding(fold, fold.penalties[SG5], [at(second) for second in (70, 60, 50, 40, 20, 10, 9, 0)])

    assert decided == (at(9), at(40), at(50), at(60))


def test_an_official_accepts_what_came_too_late(desk: DeskStage) -> None:
    passes(desk, 0.1, 0.2, 0.3, 0.4)
    desk.do(Serve(SG5, seconds=6), KEEPER)

    desk.do(AcceptServing(SG5, "the board was shown late"))

    assert desk.states() == {SG5: "served"}


def test_a_second_press_on_a_late_serving_is_refused_and_says_what_to_do(desk: DeskStage) -> None:
    crossed = passes(desk, 0.1, 0.2, 0.3, 0.4)
    desk.do(Serve(SG5), KEEPER)

    with pytest.raises(Conflict, match=r"recorded by Official 4 at .*, too late\. Accept it with a reason"):
        desk.do(Serve(SG5), BERT)

    desk.do(Serve(SG5, at=crossed[0]), BERT)  # the time was wrong: put right, it counts
    assert desk.states() == {SG5: "served"}


def test_a_short_stop_is_repeated_too_late(desk: DeskStage) -> None:
    passes(desk, 0.1, 0.2)
    desk.do(Serve(SG5, seconds=2), KEEPER)
    assert desk.states() == {SG5: "short"}
    passes(desk, 0.1, 0.2, 1.1, 1.2)

    desk.do(Serve(SG5, seconds=6), KEEPER)

    assert desk.fold.penalties[SG5].state is PenaltyState.UNSERVED


def test_a_word_that_it_was_not_served_copies_the_crossings(desk: DeskStage) -> None:
    crossed = passes(desk, 0.1, 0.2, 0.3, 0.4, 0.5)

    said = stored(desk.do(ConfirmUnserved(SG5, (("seen", "by post 5"),))))

    assert (said.crossings, said.evidence) == (tuple(crossed[:4]), (("seen", "by post 5"),))
    sentence = desk.fold.judged.sentences[SG5]
    assert sentence.crossings_left == -1
    assert "Crossings left in the serving window: 0." in why(sentence, Words(str, str, str))


def test_while_the_timing_does_not_answer_the_word_of_the_official_counts(desk: DeskStage) -> None:
    desk.passed = None

    said = stored(desk.do(Serve(SG5), KEEPER))

    assert said.evidence == (("crossings", "not counted, the timing does not answer"),)
    assert desk.states() == {SG5: "served"}


def test_the_crossings_of_one_penalty_say_nothing_of_another_one(desk: DeskStage) -> None:
    desk.do(Record(("42",), "c", outcome="sg5"))
    desk.do(Issue(2, "2/decision"))
    passes(desk, 9.1, 9.2, 9.3, 9.4)

    desk.do(Serve(SG5), KEEPER, later_s=60)

    assert (desk.states()[SG5], desk.states()["2/decision"]) == ("unserved", "issued")


def test_what_no_crossing_limits_asks_nobody(desk: DeskStage) -> None:
    desk.do(Record(("8",), "c", outcome="t5"))
    desk.do(Issue(2))
    desk.passed = None

    assert stored(desk.do(Serve("2/decision"), KEEPER)).evidence == ()
    assert desk.states()["2/decision"] == "served"
