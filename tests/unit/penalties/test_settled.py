"""What was dealt with elsewhere waits in the queue no longer, and the queue can say why."""

from datetime import timedelta

import pytest

from core.errors import Conflict
from core.penalties.commands import (
    AcceptServing,
    Amend,
    Cancel,
    Command,
    ConfirmUnserved,
    Decide,
    FileReport,
    Issue,
    Record,
    RefuseReport,
    Serve,
    Void,
)
from core.penalties.model import Report, ReportSource, ReportState
from core.penalties.paddock import PADDOCK
from tests.unit.penalties.desk_stage import KEEPER, TEAM_42, DeskStage

SG5 = "1/decision"
CANCEL = Cancel(SG5, "overruled")
UNSERVED = FileReport(ReportSource.TIMING, "42", key="unserved:1/decision:x", penalty=SG5)


@pytest.fixture
def desk() -> DeskStage:
    """Kart 42 has a stop & go, and the timing says that it is not served."""
    desk = DeskStage()
    desk.do(Record(("42",), "c", outcome="sg5"))
    desk.do(Issue(1, SG5))
    desk.do(UNSERVED, PADDOCK)
    return desk


def report(desk: DeskStage, number: int = 1) -> Report:
    return desk.fold.reports[number]


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ([Serve(SG5, seconds=6)], "Penalty 1/decision was served."),
        ([Serve(SG5, seconds=2)], "Penalty 1/decision has a serving recorded since."),
        ([Serve(SG5, seconds=2), AcceptServing(SG5, "blocked")], "Penalty 1/decision was served."),
        ([ConfirmUnserved(SG5)], "Penalty 1/decision was confirmed as not served."),
        ([CANCEL], "Penalty 1/decision does not stand any more."),
        ([Void(1, "another kart")], "Penalty 1/decision does not stand any more."),
        ([CANCEL, Decide(1, "nfa")], "Penalty 1/decision does not stand any more."),
        ([CANCEL, Decide(1, "t5")], "Penalty 1/decision was decided anew."),
        ([CANCEL, Decide(1, "nfa"), Decide(1, "sg5"), Issue(1, SG5)], "Penalty 1/decision was decided anew."),
    ],
)
def test_a_report_is_settled_with_its_penalty(desk: DeskStage, acts: list[Command], why: str) -> None:
    assert [one.id for one in desk.fold.pending.reports] == [1]

    for act in acts:
        desk.do(act, seen=desk.fold.seq)

    assert desk.fold.pending.reports == ()
    assert (report(desk).state, report(desk).settled) == (ReportState.SETTLED, why)
    with pytest.raises(Conflict, match="Report 1 is settled"):
        desk.do(RefuseReport(1, "dealt with"))
    assert desk.fold.books.reports[1].state is ReportState.WAITING  # the log says what was said


def test_what_changes_nothing_about_the_penalty_settles_nothing(desk: DeskStage) -> None:
    desk.do(Amend(1, {"turn": 8}, "video"))
    desk.do(Record(("8",), "w"))

    assert report(desk).state is ReportState.WAITING


def test_a_stop_that_was_recorded_before_it_was_found_is_known(desk: DeskStage) -> None:
    stopped = desk.now
    desk.do(Serve(SG5, at=stopped, seconds=2), KEEPER)
    found = FileReport(ReportSource.TIMING, "42", at=stopped, key="serving_short:1/decision:x", penalty=SG5)
    desk.do(found, PADDOCK)
    late = FileReport(ReportSource.TIMING, "42", at=stopped + timedelta(seconds=3), key="unserved:y", penalty=SG5)
    desk.do(late, PADDOCK, later_s=9)

    assert [report(desk, number).state for number in (2, 3)] == [ReportState.SETTLED, ReportState.WAITING]


def test_of_the_versions_of_a_finding_only_the_newest_waits(desk: DeskStage) -> None:
    for key in ("stint:r1:x", "stint:r2:x", "stint:r1:x~2", "stint:r1:x~3"):
        desk.find(key)
    waiting = [one.id for one in desk.fold.pending.reports]
    desk.do(RefuseReport(5, "the clock was wrong"))

    assert waiting == [1, 3, 5]
    assert report(desk, 2).settled == "The timing was corrected: report 5 stands in its place."
    assert [one.id for one in desk.fold.pending.reports] == [1, 3]


def test_a_finding_that_a_person_accepted_stays_accepted(desk: DeskStage) -> None:
    desk.find("stint:r1:x")
    desk.do(Record((), "", report=2))
    desk.find("stint:r1:x~2")

    assert [report(desk, number).state for number in (2, 3)] == [ReportState.ACCEPTED, ReportState.WAITING]


def test_what_marshals_report_is_never_settled_by_itself(desk: DeskStage) -> None:
    desk.do(FileReport(ReportSource.MARK, back_s=10))
    desk.do(FileReport(ReportSource.TEAM, "42", penalty=SG5, text="served"), TEAM_42)
    desk.do(Serve(SG5, seconds=6), KEEPER)

    assert [report(desk, number).state for number in (2, 3)] == [ReportState.WAITING, ReportState.SETTLED]


def test_a_finding_about_one_driver_records_that_driver() -> None:
    desk = DeskStage()
    for key in ("a", "b"):
        desk.do(FileReport(ReportSource.TIMING, "42", "p", value=7, key=key, driver="person 2"), PADDOCK)

    desk.do(Record((), "", report=1))
    desk.do(Record(("8",), "", report=2))

    assert [incident.driver for incident in desk.fold.incidents.values()] == ["person 2", "driver of 8"]
