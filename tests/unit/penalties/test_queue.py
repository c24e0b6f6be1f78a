"""The queue: filed once, accepted or refused once, by whom it concerns."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import BadInput, Conflict, NotAllowed, NotFound, PortalError
from core.penalties.commands import AmendReport, Command, Decide, FileReport, Record, RefuseReport
from core.penalties.model import ReportSource, ReportState
from tests.unit.penalties.desk_stage import ANNA, BERT, KEEPER, MARSHAL, OTHER_MARSHAL, TEAM_8, TEAM_42, DeskStage

SEEN = FileReport(ReportSource.MARSHAL, "42", "w", post="4", turn=7, back_s=20, text="four wheels")

ACCEPT = Record((), "", report=1)


@pytest.fixture
def desk() -> DeskStage:
    desk = DeskStage()
    desk.do(SEEN, MARSHAL)
    return desk


def test_a_report_is_accepted_as_it_stands(desk: DeskStage) -> None:
    report = desk.fold.reports[1]
    desk.do(Record((), "", report=1))

    incident, accepted = desk.fold.incidents[1], desk.fold.reports[1]

    assert (incident.kart, incident.code, incident.turn, incident.text) == ("42", "WL", 7, "four wheels")
    assert (incident.at, incident.report) == (report.at, 1)
    assert (accepted.state, accepted.incidents) == (ReportState.ACCEPTED, (1,))
    assert desk.fold.pending.reports == ()


def test_a_mark_is_filled_in_with_its_own_time_and_several_karts(desk: DeskStage) -> None:
    desk.do(FileReport(ReportSource.MARK, back_s=10))
    marked = desk.fold.reports[2].at
    with pytest.raises(BadInput, match="names no kart"):
        desk.do(Record((), "", report=2))
    desk.do(Record(("42", "8"), "w", report=2))

    assert desk.fold.reports[2].incidents == (1, 2)
    assert {incident.at for incident in desk.fold.incidents.values()} == {marked}


def test_what_was_measured_goes_with_the_incident(desk: DeskStage) -> None:
    found = replace(SEEN, source=ReportSource.MARSHAL, evidence=(("stop", "4.012 s"),))
    desk.do(found, MARSHAL)
    desk.do(Record((), "", report=2, evidence=(("video", "cam 3"),)))

    assert desk.fold.incidents[1].evidence == (("stop", "4.012 s"), ("video", "cam 3"))


def test_a_finding_of_the_timing_is_filed_once_whatever_became_of_it() -> None:
    desk = DeskStage()

    assert len(desk.find("stint 42 3")) == 1
    assert desk.find("stint 42 3") == []
    desk.do(RefuseReport(1, "the clock was wrong"))
    assert desk.find("stint 42 3") == []
    assert len(desk.find("stint 42 4")) == 1
    assert desk.log[1].actor == "paddock"


@pytest.mark.parametrize(
    ("first", "second", "error", "said"),
    [
        (ACCEPT, ACCEPT, Conflict, "was accepted by Official 1 at 12:00:03 UTC as incident 1"),
        (ACCEPT, RefuseReport(1, "x"), Conflict, "was accepted by Official 1"),
        (RefuseReport(1, "seen twice"), ACCEPT, Conflict, "was refused by Official 1 at 12:00:03 UTC: seen twice"),
        (RefuseReport(1, "seen twice"), AmendReport(1, {"turn": 8}, "x"), Conflict, "was refused"),
        (None, Record(("42",), "w", report=9), NotFound, "There is no report 9."),
        (None, RefuseReport(1, " "), BadInput, "needs a reason"),
        (None, AmendReport(1, {"turn": 7}, "x"), Conflict, "says so already"),
        (None, AmendReport(1, {"colour": "red"}, "x"), BadInput, "cannot be amended"),
        (None, Decide(1, "nfa"), NotFound, "There is no incident 1."),
    ],
    ids=str,
)  # fmt: skip
def test_who_comes_second_to_a_report_is_told(
    desk: DeskStage, first: Command | None, second: Command, error: type[PortalError], said: str
) -> None:
    if first is not None:
        desk.do(first)

    with pytest.raises(error, match=said):
        desk.do(second, BERT)


def test_a_marshal_amends_only_an_own_report(desk: DeskStage) -> None:
    desk.do(AmendReport(1, {"turn": 8, "kart": "8"}, "misread"), MARSHAL)

    assert (desk.fold.reports[1].turn, desk.fold.reports[1].kart) == (8, "8")
    with pytest.raises(NotAllowed, match="is not yours"):
        desk.do(AmendReport(1, {"turn": 9}, "misread"), OTHER_MARSHAL)
    with pytest.raises(NotAllowed):
        desk.do(AmendReport(1, {"turn": 9}, "misread"), KEEPER)
    desk.do(AmendReport(1, {"turn": 9}, "misread"), ANNA)


def test_who_may_file_what(desk: DeskStage) -> None:
    with pytest.raises(NotAllowed):
        desk.do(replace(SEEN, source=ReportSource.MARK), MARSHAL)
    with pytest.raises(NotAllowed, match="Only Paddock"):
        desk.do(replace(SEEN, source=ReportSource.TIMING), KEEPER)
    with pytest.raises(NotAllowed, match="not of your team"):
        desk.do(replace(SEEN, source=ReportSource.TEAM), TEAM_8)
    with pytest.raises(BadInput, match="names no kart"):
        desk.do(replace(SEEN, kart="", code=""), MARSHAL)
    with pytest.raises(BadInput, match="ahead"):
        desk.do(replace(SEEN, at=desk.now + timedelta(minutes=6)), MARSHAL)
    with pytest.raises(BadInput, match="is not a code"):
        desk.do(replace(SEEN, code="zz"), MARSHAL)
    desk.do(replace(SEEN, source=ReportSource.TEAM), TEAM_42)

    assert len(desk.fold.pending.reports) == 2
