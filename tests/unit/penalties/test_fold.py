"""The log amounts to incidents and penalties, in one piece or step by step."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.penalties.bodies import (
    Body,
    IncidentRecorded,
    PenaltyIssued,
    PhaseStarted,
    SessionClosed,
    SessionOpened,
    SessionPaused,
)
from core.penalties.events import TYPES, decode, encode
from core.penalties.fold import EMPTY, advance
from core.penalties.model import IncidentState, PenaltyState, PenaltyType
from core.sessions.model import Phase
from tests.unit.penalties.log import PINNED, decided, folded, issued, numbers, recorded, rows, states, voided

incident_ids = st.integers(1, 4)
bodies: st.SearchStrategy[Body] = st.one_of(
    st.just(PINNED),
    st.builds(SessionOpened, epoch=st.integers(0, 9)),
    st.builds(SessionPaused, epoch=st.integers(0, 9)),
    st.builds(SessionClosed, epoch=st.integers(0, 9)),
    st.builds(PhaseStarted, st.sampled_from(Phase)),
    st.builds(
        IncidentRecorded,
        incident=incident_ids,
        kart=st.sampled_from(["42", "17"]),
        code=st.sampled_from(["WL", "CON", "?"]),
        phase=st.none() | st.sampled_from(Phase),
        turn=st.none() | st.integers(0, 99),
        text=st.text(max_size=5),
    ),
    st.builds(decided, incident_ids, st.sampled_from(["nfa", "investigating", "time_5", "disqualified", "?"])),
    st.builds(issued, incident_ids),
    st.builds(PenaltyIssued, incident_ids, st.just("9/decision")),
    st.builds(voided, incident_ids, st.text(max_size=5)),
)


@given(st.lists(bodies, max_size=25), st.data())
def test_folding_in_pieces_is_folding_at_once(log: list[Body], data: st.DataObject) -> None:
    events = rows(*log)
    cuts = data.draw(st.lists(st.integers(0, len(events)), max_size=4).map(sorted))

    fold = EMPTY
    for start, end in zip([0, *cuts], [*cuts, len(events)], strict=True):
        fold = advance(fold, events[start:end])

    assert fold == advance(EMPTY, events)


@given(st.lists(bodies, max_size=25))
def test_a_replay_never_fails_and_every_penalty_has_its_incident(log: list[Body]) -> None:
    fold = advance(EMPTY, rows(*log))

    assert fold.seq == len(log)
    assert all(penalty.incident in fold.incidents for penalty in fold.penalties.values())
    assert all(
        fold.incidents[penalty.incident].state is not IncidentState.VOIDED or not penalty.state.in_force
        for penalty in fold.penalties.values()
        if penalty.issued is None
    )


@given(st.lists(bodies, max_size=10), st.lists(bodies, max_size=10))
def test_an_earlier_fold_is_not_changed_by_a_later_one(log: list[Body], more: list[Body]) -> None:
    before = advance(EMPTY, rows(*log))
    advance(before, rows(*more, after=len(log)))

    assert before == advance(EMPTY, rows(*log))


@given(bodies)
def test_a_body_reads_back_as_it_was_written(body: Body) -> None:
    assert decode(TYPES[type(body)], encode(body)) == body


def test_a_recorded_incident_waits_for_a_decision() -> None:
    fold = folded(PhaseStarted(Phase.RACE), recorded(1))

    assert fold.phase is Phase.RACE
    assert numbers(fold.pending.incidents) == [1]
    assert fold.incidents[1].label == "White line"
    assert fold.incidents[1].version == 3


def test_an_incident_under_investigation_still_waits() -> None:
    fold = folded(recorded(1), decided(1, "investigating"))

    assert fold.incidents[1].state is IncidentState.INVESTIGATING
    assert numbers(fold.pending.incidents) == [1]


def test_a_decided_penalty_is_proposed_until_it_is_issued() -> None:
    proposed = folded(recorded(1), decided(1))
    in_force = folded(recorded(1), decided(1), issued(1))

    assert numbers(proposed.pending.penalties) == ["1/decision"]
    assert not proposed.penalties["1/decision"].state.in_force
    assert in_force.pending.penalties == ()
    assert in_force.penalties["1/decision"].state is PenaltyState.ISSUED


def test_the_amount_of_a_penalty_comes_from_the_pinned_ruleset() -> None:
    penalty = folded(recorded(1), decided(1)).penalties["1/decision"]

    assert (penalty.type, penalty.seconds, penalty.label) == (PenaltyType.TIME, Decimal(5), "5 s time penalty")


@pytest.mark.parametrize(
    ("log", "state"),
    [
        ([decided(1), decided(1, "time_10")], {"1/decision": "proposed"}),
        ([decided(1), decided(1, "nfa")], {}),
        ([decided(1), decided(1, "investigating")], {}),
        ([decided(1), voided(1)], {}),
        ([decided(1), issued(1), voided(1)], {"1/decision": "cancelled"}),
    ],
    ids=["changed", "nfa", "investigating", "voided", "voided after issue"],
)
def test_the_last_word_on_an_incident_counts(log: list[Body], state: dict[str, str]) -> None:
    assert states(folded(recorded(1), *log)) == state


def test_each_act_on_an_incident_moves_its_version() -> None:
    fold = folded(recorded(1), recorded(2), decided(1), issued(1))

    assert fold.incidents[1].version == 5
    assert fold.incidents[2].version == 3


def test_numbers_are_never_given_twice() -> None:
    assert folded(recorded(1), recorded(2), voided(2)).next_incident == 3
