"""A decision as it is stored and as it is printed; what waits to be published."""

import pytest

from core.errors import Conflict, NotFound
from core.penalties import bodies as b
from core.penalties.documents.decision import decision_content, decision_paper, decision_title, unpublished
from core.penalties.documents.paper import Names, Paper
from core.penalties.fold import Fold, advance
from tests.unit.documents.samples import OCCASION
from tests.unit.penalties import stage
from tests.unit.penalties.log import PINNED, decided, folded, issued, recorded, rows, voided

CLASH = b.IncidentRecorded(1, "42", "CON", second_kart="17", turn=7, lap=12, text="Braked late.", driver="d-1")
WHY = b.IncidentDecided(1, "time_5", "Kart 42 was alone to blame.")
NAMES = Names({"d-1": "Driver 12B", rows(PINNED)[0].actor: "Steward 1"}.__getitem__, "Team {}".format, lambda _: "")


def published(*log: b.Body) -> Fold:
    """The fold after a document about incident 1, made of what stood before."""
    events = rows(PINNED, *log)
    before = advance(Fold(), events)
    content = decision_content(before, 1)
    document = b.DocumentPublished(1, "decision", decision_title(before, 1), content, 1)
    return advance(before, rows(document, after=len(events)))


def paper(fold: Fold) -> Paper:
    return decision_paper(fold.documents[1], OCCASION, NAMES)


def fields(fold: Fold) -> dict[str, tuple[str, ...]]:
    return {field.label: field.lines for field in paper(fold).fields}


def test_a_decision_says_everything_in_the_order_of_reading() -> None:
    fold = published(CLASH, WHY, issued(1))

    assert fields(fold) == {
        "Headline": ("Kart 42 – Contact",),
        "Driver": ("Driver 12B",),
        "Competitor": ("Kart 42, Team 42",),
        "Time": ("16:00:02",),
        "Session": ("Round 3, 12 h",),
        "Fact": ("Contact with kart 17, turn 7, lap 12.", "Braked late."),
        "Offence": ("Contact",),
        "Decision": ("5 second time penalty",),
        "Reason": ("Kart 42 was alone to blame.",),
    }
    assert paper(fold).officials == ("Steward 1",)
    assert [value for _, value in paper(fold).head] == ["The stewards", "Team 42", "1", "7 March 2026", "16:00:05"]


def test_names_are_never_stored() -> None:
    stored = str(published(CLASH, WHY, issued(1)).documents[1].content)

    assert "d-1" in stored
    assert "Driver 12B" not in stored
    assert "Steward" not in stored


def test_a_paper_says_what_stood_when_it_was_published() -> None:
    fold = published(CLASH, WHY, issued(1))
    corrected = advance(fold, rows(b.IncidentAmended(1, {"turn": 8}, "video"), voided(1), after=fold.seq))

    assert paper(corrected) == paper(fold)


def test_no_further_action_is_a_decision_that_nobody_contests() -> None:
    fold = published(CLASH, decided(1, "nfa"))

    assert fields(fold)["Decision"] == ("No further action",)
    assert not any("Protest" in note for note in paper(fold).notes)


@pytest.mark.parametrize(
    "log",
    [(CLASH,), (CLASH, decided(1)), (CLASH, decided(1, "investigating")), (CLASH, decided(1, "nfa"), voided(1))],
    ids=["noted", "not issued", "under investigation", "void"],
)
def test_what_is_not_decided_has_no_document(log: tuple[b.Body, ...]) -> None:
    fold = folded(*log)

    with pytest.raises(Conflict, match="Nothing has been decided on incident 1"):
        decision_content(fold, 1)
    assert unpublished(fold) == ()


def test_an_incident_that_there_is_not_has_no_document() -> None:
    with pytest.raises(NotFound, match="There is no incident 9"):
        decision_content(folded(), 9)


def test_a_decision_waits_until_it_is_published_and_again_when_it_changes() -> None:
    assert unpublished(folded(CLASH, WHY, issued(1), recorded(2, "17"), decided(2, "nfa"))) == (1, 2)

    fold = published(CLASH, decided(1, "nfa"))
    changed = advance(fold, rows(decided(1), issued(1), after=fold.seq))

    assert unpublished(fold) == ()
    assert unpublished(changed) == (1,)


def test_an_automatic_penalty_says_what_was_counted() -> None:
    lines = [b.IncidentRecorded(number, "42", "WL") for number in (1, 2, 3)]
    events = rows(stage.PINNED, *lines, b.PenaltyIssued(3, "3/line@3"))

    content = decision_content(advance(Fold(), events), 3)

    reasons = " ".join(map(str, _list(content["reasons"])))
    assert "#1" in reasons
    assert "#2" in reasons
    assert content["decisions"] == ["5 second stop and go penalty"]
    assert content["appealable"] is False


def _list(values: object) -> list[object]:
    assert isinstance(values, list)
    return values
