"""The result sheet: every penalty on it, provisional until nothing is open and the windows are closed, then final."""

from datetime import timedelta

from core.penalties import bodies as b
from core.penalties.documents.paper import Names
from core.penalties.fold import Fold, advance
from core.penalties.model import TrackState
from core.sessions.model import Phase
from core.timing.model import Board, Car, CarStatus, Gap, Rank, SessionKind, TimedValue
from core.timing.results import Results, latest, of_content, open_questions, results, status, title, to_content
from core.timing.standings import classify
from portal.documents.results import results_paper, sheet
from tests.unit.documents.samples import AT, OCCASION
from tests.unit.penalties.log import NOON, decided, folded, issued, recorded, rows

MINUTE = timedelta(minutes=1)
NAMES = Names(str, lambda number: "=Team" if number == "42" else "", lambda number: f"Driver {number}A")
END = b.SessionEnded()
CARS = (
    Car("1", "17", 1, laps=100, best=TimedValue(61_483, Rank.OVERALL)),
    Car("2", "42", 2, laps=100, gap=Gap(ms=2_000)),
    Car("3", "9", 3, laps=98, gap=Gap(laps=2), status=CarStatus.FINISHED),
)
BOARD = Board(kind=SessionKind.RACE, cars=CARS)


def made(fold: Fold) -> Results:
    """Ten minutes into it."""
    return results(fold, classify(BOARD, tuple(fold.penalties.values())), NOON + 10 * MINUTE)


def after(fold: Fold, *log: b.Body) -> Fold:
    return advance(fold, rows(*log, after=fold.seq))


PENALISED = folded(
    b.PhaseStarted(Phase.RACE),
    recorded(1, "42", "CON"),
    decided(1),
    issued(1),
    END,
    recorded(2, "9"),
    decided(2),
    issued(2),
)


def test_a_sheet_has_the_classification_and_each_penalty_in_and_after_the_session() -> None:
    one = made(PENALISED)

    assert [(row.position, row.kart, row.gap_ms, row.gap_laps) for row in one.rows] == [
        (1, "17", None, None),
        (2, "42", 7_000, None),
        (3, "9", None, 2),
    ]
    assert [(each.kart, each.penalty, each.after) for each in one.penalties] == [
        ("42", "5 second time penalty", False),
        ("9", "5 second time penalty", True),
    ]


def test_what_is_stored_reads_back_the_same() -> None:
    one = made(PENALISED)

    assert of_content(to_content(one)) == one


def test_results_are_provisional_while_the_session_runs() -> None:
    assert status(folded(recorded(1)), NOON + 6000 * MINUTE).waits == ("The session has not ended.",)


def test_the_public_learns_that_decisions_are_open_and_officials_which() -> None:
    fold = folded(recorded(1, "42", "CON"), decided(1, "investigating"), recorded(2, "9"), decided(2), END)

    assert status(fold, NOON + 6000 * MINUTE).waits == ("Decisions are open.",)
    assert not status(fold, NOON + 6000 * MINUTE).final
    assert open_questions(fold) == ("incident 1 is investigating", "penalty 2/decision is proposed")


def test_results_become_final_when_the_last_window_has_closed() -> None:
    fold = folded(b.TrackStateSet(TrackState.GREEN), END)
    until = status(fold, NOON).until

    assert until is not None
    assert not status(fold, until).final
    assert status(fold, until + timedelta(microseconds=1)).final


def test_a_sheet_that_is_shown_opens_a_window_of_its_own() -> None:
    fold = folded(END)
    shown = after(fold, b.DocumentPublished(1, "results", "Provisional results", to_content(made(fold))))

    first, then = status(fold, NOON).until, status(shown, NOON).until
    assert first is not None
    assert then is not None
    assert then > first


def test_a_change_is_a_new_version_and_the_newest_is_read() -> None:
    fold = folded(END)
    first = made(fold)
    fold = after(fold, b.DocumentPublished(1, "results", title(first), to_content(first)))
    second = made(fold)
    fold = after(fold, b.DocumentPublished(2, "results", title(second), to_content(second)))

    assert (title(first), title(second)) == ("Provisional results", "Provisional results, version 2")
    document = latest(fold)
    assert document is not None
    assert document.number == 2


def test_a_paper_keeps_penalties_of_the_race_and_of_afterwards_apart() -> None:
    page = results_paper(made(PENALISED), OCCASION, NAMES, AT, None)

    assert page.status == "Draft, provisional"
    assert [table.title for table in page.tables] == [
        "Classification",
        "Penalties in the session",
        "Penalties after the session",
    ]
    assert page.tables[0].rows[0] == ("1", "17", "Driver 17A", "100", "", "1:01.483", "")
    assert page.tables[0].rows[1] == ("2", "42", "=Team (Driver 42A)", "100", "7.000", "", "5 second time penalty")
    assert page.tables[0].rows[2][4] == "2 laps"


def test_a_spreadsheet_has_the_same_words() -> None:
    lines = sheet(made(PENALISED), OCCASION, NAMES)

    assert lines[2] == ["2", "42", "=Team (Driver 42A)", "100", "7.000", "", "5 second time penalty"]
    assert [line[-1] for line in lines[-2:]] == ["In", "After"]
