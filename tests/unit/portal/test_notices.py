"""The notice board's rows: values in, words out."""

from uuid import UUID

from core.penalties.bodies import DocumentPublished, IncidentRecorded, PhaseStarted
from core.penalties.notices import NoticeBoard, notice_board
from core.penalties.ticker import Reel, Visibility, wind
from core.sessions.model import Phase
from portal.notices import address, head, lines, panels
from tests.unit.penalties.log import PINNED, decided, issued, recorded, rows

SESSION = UUID(int=7)
LOG = (
    PhaseStarted(Phase.RACE),
    *(IncidentRecorded(1, "42", "CON", turn=7, lap=3), decided(1, "stop_go_5"), issued(1)),
    *(recorded(2, "7", "CON"), decided(2, "investigating"), recorded(3, "7", "CON"), decided(3, "investigating")),
    DocumentPublished(1, "decision", "Kart 42 – Contact", {}, 1),
)
REEL = wind(Reel(), rows(PINNED, *LOG))
BOARD = notice_board(REEL, Visibility())


def texts(board: NoticeBoard) -> dict[str, list[list[str]]]:
    return {
        panel.name: [[cell.text for cell in row] for row in panel.rows]
        for panel in panels(board, SESSION, "Asia/Dubai")
    }


def test_rows_say_who_what_where_and_when_on_the_circuits_clock() -> None:
    shown = texts(BOARD)

    assert shown["penalties"] == [
        ["42", "5 second stop and go penalty", "Contact, turn 7, lap 3", "To serve", "16:00:05"]
    ]
    assert shown["documents"] == [["1", "Kart 42 – Contact", "16:00:10"]]
    assert shown["messages"][0] == ["16:00:10", "DOCUMENT 1 PUBLISHED – KART 42 – CONTACT"]


def test_two_incidents_of_one_kart_stay_two_rows() -> None:
    ids = next(panel.ids for panel in panels(BOARD, SESSION, "UTC") if panel.name == "investigations")

    assert len(set(ids)) == 2


def test_a_document_is_a_link_and_what_is_to_be_served_is_marked() -> None:
    by_name = {panel.name: panel for panel in panels(BOARD, SESSION, "UTC")}

    assert by_name["documents"].rows[0][1].href == address(SESSION, 1, "pdf")
    assert by_name["penalties"].rows[0][3].tone == "act"


def test_the_head_of_a_tv_names_session_phase_and_track() -> None:
    assert head(BOARD, "Race 1", "Asia/Dubai") == {
        "title": "Race 1",
        "phase": "Race",
        "track": "Green",
        "state": "GREEN",
        "zone": "Asia/Dubai",
    }


def test_the_ticker_is_newest_first_and_marks_what_is_for_officials() -> None:
    told = lines(REEL.messages(Visibility()), "UTC")

    assert told[0] == ("12:00:10", "DOCUMENT 1 PUBLISHED – KART 42 – CONTACT", True)
    assert ("12:00:03", "KART 42 – CONTACT NOTED (TURN 7, LAP 3)", False) in told
