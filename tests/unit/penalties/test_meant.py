"""The bare number of an incident means the only penalty that the act fits."""

import pytest

from core.errors import BadInput, NotFound
from core.penalties.commands import Approve, Cancel, ConfirmUnserved, Issue, Record, Serve, VerifyServing
from tests.unit.penalties.desk_stage import ANNA, BERT, KEEPER, DeskStage


def test_an_incident_without_a_penalty_is_named() -> None:
    desk = DeskStage()
    desk.do(Record(("42",), "w"))

    with pytest.raises(NotFound, match="Incident 1 has no penalty"):
        desk.do(Serve("1"))
    with pytest.raises(NotFound, match="There is no penalty 1/decision"):
        desk.do(Serve("1/decision"))


def test_of_an_unserved_penalty_and_its_follow_up_the_open_one_is_meant() -> None:
    desk = DeskStage()
    desk.do(Record(("42",), "c", outcome="sg5"))
    desk.do(Issue(1))
    desk.do(ConfirmUnserved("1"))
    desk.do(Approve(1), BERT)
    with pytest.raises(BadInput, match="has 2 penalties"):
        desk.do(Cancel("1", "overruled"))
    desk.do(Issue(1), ANNA)
    desk.do(Serve("1"), KEEPER)
    desk.do(VerifyServing("1"))

    assert desk.states() == {"1/decision": "unserved", "1/decision/unserved": "verified"}
