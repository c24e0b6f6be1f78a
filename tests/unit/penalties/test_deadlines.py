"""Clocks run from the log, are overdue at once, and stop when the thing is done."""

from datetime import timedelta

import pytest

from core.penalties.ahead import ahead
from core.penalties.commands import (
    Acknowledge,
    Decide,
    DecideProtest,
    EndSession,
    Issue,
    LodgeProtest,
    Notify,
    Record,
    Void,
)
from core.penalties.deadlines import ClockKind, clocks
from core.penalties.explained import explained, reasoned
from tests.unit.penalties.desk_stage import NAMES, STEWARD, TEAM_42, DeskStage
from tests.unit.penalties.log import NOON


@pytest.fixture
def desk() -> DeskStage:
    desk = DeskStage()
    desk.do(Record(("42",), "c", outcome="t5"))
    return desk


def running(desk: DeskStage, later_s: int = 0) -> list[tuple[str, object, bool]]:
    now = desk.now + timedelta(seconds=later_s)
    return [(clock.kind.value, clock.subject, clock.overdue(now)) for clock in clocks(desk.fold, now)]


def test_the_clocks_of_a_penalty_follow_one_another(desk: DeskStage) -> None:
    windows: list[tuple[str, object, bool]] = [("protest", 1, False), ("appeal", 1, False)]
    assert running(desk) == windows

    desk.do(Issue(1))
    assert running(desk) == [("notify", "1/decision", False), *windows]
    assert ("notify", "1/decision", True) in running(desk, later_s=61)
    desk.do(Notify("1"))
    assert running(desk)[0] == ("acknowledge", "1/decision", False)
    desk.do(Acknowledge("1/decision"), TEAM_42)
    assert running(desk) == windows


def test_a_clock_is_overdue_within_a_second_of_its_limit(desk: DeskStage) -> None:
    desk.do(Issue(1))
    (clock,) = (one for one in clocks(desk.fold, desk.now) if one.kind is ClockKind.NOTIFY)

    assert clock.due == clock.started + timedelta(seconds=60)
    assert not clock.overdue(clock.due)
    assert clock.overdue(clock.due + timedelta(microseconds=1))


def test_windows_close_silently(desk: DeskStage) -> None:
    assert running(desk, later_s=301) == [("appeal", 1, False)]
    assert running(desk, later_s=901) == []


def test_a_protest_waits_for_its_verdict(desk: DeskStage) -> None:
    desk.do(LodgeProtest(1, "it was 17"), TEAM_42)
    assert ("verdict", 1, True) in running(desk, later_s=1201)

    desk.do(DecideProtest(1, upheld=False, reason="video"), STEWARD)

    assert running(desk) == [("appeal", 1, False)]


def test_after_the_end_an_investigation_has_to_be_announced_in_time(desk: DeskStage) -> None:
    desk.do(Record(("8",), "o", text="unclear"))
    assert ("investigate", 2, False) not in running(desk)
    desk.do(EndSession())
    assert ("investigate", 2, True) in running(desk, later_s=601)

    desk.do(Decide(2, "inv"))

    assert [kind for kind, subject, _ in running(desk, later_s=601) if subject == 2] == []


def test_a_voided_incident_has_no_clock(desk: DeskStage) -> None:
    desk.do(Issue(1))
    desk.do(Void(1, "wrong kart"))

    assert running(desk) == []


def test_the_next_step_is_told_until_what_was_counted_expires() -> None:
    desk = DeskStage()
    desk.do(Record(("42",), "w"))
    (first,) = ahead(desk.fold, desk.now)["42"]
    desk.do(Record(("42",), "w"))
    (second,) = ahead(desk.fold, desk.now)["42"]

    assert (first.words, first.count, first.ladder) == ("1 from warning flag", 1, "line")
    assert (second.words, second.missing, second.does) == ("1 from 5 s stop & go", 1, "stop_go_5")
    assert second.oldest_expires == NOON + timedelta(seconds=2 + 10_800)
    assert ahead(desk.fold, desk.now + timedelta(seconds=10_799))["42"][0].count == 1
    assert ahead(desk.fold, desk.now + timedelta(seconds=10_900)) == {}


def test_reasons_are_put_into_words_when_somebody_looks() -> None:
    desk = DeskStage()
    for _ in range(3):
        desk.do(Record(("42",), "w"))
    desk.do(Issue(3))

    def who(account: str) -> str:
        return NAMES[account]

    incident = explained(desk.fold, desk.fold.incidents[3], who)
    penalty = reasoned(desk.fold, desk.fold.penalties["3/line@3"], who)
    desk.do(Void(3, "wrong kart"))
    lost = reasoned(desk.fold, desk.fold.penalties["3/line@3"], who)

    assert incident.explain[0] == "Ladder line, kart 42: 3 = #1 (12:00:02 UTC), #2 (12:00:03 UTC), #3 (12:00:04 UTC)."
    assert penalty.why[-1].startswith("Ruleset stage@1#")
    assert lost.why == ("It does not follow from its incident any more: a correction has removed it.",)
