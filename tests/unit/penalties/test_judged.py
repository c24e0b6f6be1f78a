"""What was touched is judged again, and that is as good as judging everything."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.penalties.bodies import (
    Body,
    Counter,
    CountersCarried,
    IncidentAmended,
    IncidentRecorded,
    IncidentRejudged,
    RulesetChanged,
)
from core.penalties.events import TYPES, EventType, LogEvent, decode, encode
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.model import IncidentState, PenaltyState
from tests.unit.penalties.log import NOON
from tests.unit.penalties.stage import CHANGED, PINNED, STAGE, anything, logs, row


@given(logs, st.integers(1, 4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_judging_what_was_touched_is_judging_everything(log: list[LogEvent], at_once: int) -> None:
    fold = EMPTY
    for start in range(0, len(log), at_once):
        fold = advance(fold, log[start : start + at_once])

    assert fold == advance(EMPTY, log)


@given(logs)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_replay_hangs_together(log: list[LogEvent]) -> None:
    fold = advance(EMPTY, log)

    assert set(fold.incidents) == set(fold.books.incidents)
    assert {pid for pids in fold.judged.pids.values() for pid in pids} == set(fold.penalties)
    assert all(pid in fold.penalties and penalty.incident in fold.incidents for pid, penalty in fold.penalties.items())
    served = {pid for pid, acts in fold.books.penalties.items() if acts.serving is not None}
    assert served <= set(fold.penalties)
    assert set(fold.reviews) == {pid for pid in served if pid not in fold.judged.sentences}
    assert all(fold.penalties[pid].state is PenaltyState.CANCELLED for pid in fold.reviews)
    gone = {incident.id for incident in fold.incidents.values() if incident.void or incident.merged}
    assert not any(fold.penalties[pid].state.in_force for number in gone for pid in fold.judged.pids.get(number, ()))
    assert not any(incident.id in gone for incident in fold.pending.incidents)
    assert all(fold.incidents[number].state in {IncidentState.VOIDED, IncidentState.MERGED} for number in gone)


@given(anything)
def test_every_body_reads_back_as_it_was_written(body: Body) -> None:
    assert decode(TYPES[type(body)], encode(body)) == body


def step_by_step(*bodies: Body) -> Fold:
    fold = EMPTY
    for seq, body in enumerate((PINNED, *bodies), start=1):
        fold = advance(fold, [row(seq, body)])
    return fold


def test_an_incident_moved_to_another_kart_is_taken_off_the_first_one() -> None:
    lines = [IncidentRecorded(n, "42", "WL") for n in (1, 2, 3)]

    fold = step_by_step(*lines, IncidentRecorded(4, "17", "WL"), IncidentAmended(1, {"kart": "17"}, "misread"))

    assert {number: incident.count for number, incident in fold.incidents.items()} == {1: 1, 2: 1, 3: 2, 4: 2}
    assert fold.penalties == {}


def test_counters_brought_along_count_for_their_subject_only() -> None:
    carried = CountersCarried((Counter("licence", "driver", "d1", NOON, 2, "Round 1, incident 4"),))

    fold = step_by_step(carried, *(IncidentRecorded(n, "8", "LIC", driver=f"d{n}") for n in (1, 2)))

    assert list(fold.penalties) == ["1/licence@3"]
    assert len(fold.judged.counters["licence", "d1"].entries) == 2


def test_an_older_incident_keeps_its_rules_until_somebody_judges_it_anew() -> None:
    changed = RulesetChanged(CHANGED.reference, CHANGED.text, "rain")
    before = step_by_step(*(IncidentRecorded(n, "42", "WL") for n in (1, 2, 3)), changed)
    after = advance(before, [row(6, IncidentRejudged(3, "by the new rules"))])

    assert [incident.ruleset for incident in before.incidents.values()] == [STAGE.reference] * 3
    assert list(before.penalties) == ["3/line@3"]
    assert after.incidents[3].ruleset == CHANGED.reference
    assert list(after.penalties) == ["3/line@2.5"]


def test_a_session_of_an_earlier_release_still_reads() -> None:
    """Its ruleset knows no ladders, its events none of the newer fields."""
    codes, penalties = '{"WL":{"key":"w","label":"White line"}}', '{"t5":{"seconds":5,"type":"time"}}'
    old = f'{{"codes":{codes},"id":"old","penalties":{penalties},"version":1}}'
    stored: list[tuple[EventType, dict[str, object]]] = [
        (EventType.RULESET_PINNED, {"ruleset": "old@1#0", "text": old}),
        (EventType.INCIDENT_RECORDED, {"incident": 1, "kart": "42", "code": "WL", "text": ""}),
        (EventType.INCIDENT_DECIDED, {"incident": 1, "outcome": "t5"}),
        (EventType.PENALTY_ISSUED, {"incident": 1, "penalty": "1/decision"}),
        (EventType.INCIDENT_RECORDED, {"incident": 2, "kart": "42", "code": "WL", "text": ""}),
        (EventType.INCIDENT_VOIDED, {"incident": 1, "reason": "wrong kart"}),
    ]

    fold = advance(EMPTY, [row(seq, decode(kind, values)) for seq, (kind, values) in enumerate(stored, start=1)])

    assert [incident.state for incident in fold.incidents.values()] == [IncidentState.VOIDED, IncidentState.NOTED]
    assert (fold.penalties["1/decision"].state, fold.penalties["1/decision"].label) == (PenaltyState.CANCELLED, "t5")
    assert [incident.id for incident in fold.pending.incidents] == [2]
