"""What another ruleset would have made of a session, from its log as the API gives it."""

import pytest
from pydantic import TypeAdapter

from core.errors import BadInput
from core.penalties.bodies import RulesetPinned
from core.penalties.catalogue import read_catalogue
from core.penalties.dry_run import dry_run
from core.penalties.events import LogEvent
from core.penalties.exported import read_events
from core.penalties.fold import EMPTY, advance
from tests.unit.penalties.log import decided, recorded, rows, voided
from tests.unit.penalties.rules.play import RULES, WL, ladder

OURS = read_catalogue(RULES + WL.replace(", phase: race", ""), "ours.yaml")
STRICT = read_catalogue(ladder("id: wl\nmatch: {code: WL}\nscope: kart\nsteps: [{at: 1, do: t10}]"), "strict.yaml")
LOG = rows(
    RulesetPinned(OURS.reference, OURS.text), recorded(1), recorded(2), recorded(3), decided(2, "nfa"), voided(3)
)


def test_what_would_differ_is_said_incident_by_incident() -> None:
    tried = dry_run(advance(EMPTY, LOG), STRICT)

    assert (tried.ruleset, tried.incidents) == (STRICT.reference, 2)
    assert [(one.incident, one.kart, one.now, one.then) for one in tried.differences] == [
        (1, "42", "warning", "t10 (time, 10 seconds)")
    ]


def test_the_same_rules_make_the_same() -> None:
    assert dry_run(advance(EMPTY, LOG), OURS).differences == ()


def test_a_session_that_was_never_opened_cannot_be_tried() -> None:
    with pytest.raises(BadInput):
        dry_run(EMPTY, STRICT)


def test_a_log_reads_back_as_it_was_exported() -> None:
    assert read_events(_exported(LOG)) == tuple(LOG)


@pytest.mark.parametrize("text", ["", "{}", "[{}]", '[{"seq": 1}]'])
def test_what_is_no_log_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_events(text)


def _exported(events: list[LogEvent]) -> bytes:
    return TypeAdapter(list[LogEvent]).dump_json(events)
