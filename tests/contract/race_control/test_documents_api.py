"""What is published, over the API on a real server: messages, notice board, documents, results."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openpyxl import load_workbook

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.session_jobs import make_ready
from core.timing.model import Board, Car, Gap, SessionKind
from core.timing.wire import board_to_json
from tests.contract.race_control.conftest import House
from tests.portal_server import Portal, behind_the_gate, serving
from tests.unit.documents.samples import html_words, pdf_text


class Caller:
    def __init__(self, portal: Portal, name: str, role: Role) -> None:
        self._root = f"{portal.origin}/api/v1"
        self._headers = portal.token(portal.account(name, role), role)

    def raw(self, path: str, expect: int = 200) -> httpx.Response:
        answer = httpx.get(self._root + path, headers=self._headers, timeout=10)
        assert answer.status_code == expect, answer.text
        return answer

    def get(self, path: str, expect: int = 200) -> Any:
        return self.raw(path, expect).json()

    def post(self, path: str, expect: int = 200, **body: object) -> Any:
        answer = httpx.post(
            self._root + path, json={"request_id": str(uuid4())} | body, headers=self._headers, timeout=10
        )
        assert answer.status_code == expect, answer.text
        return answer.json()

    def put(self, path: str, body: object, expect: int = 204) -> None:
        answer = httpx.put(self._root + path, json=body, headers=self._headers, timeout=10)
        assert answer.status_code == expect, answer.text


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served:
        yield served


@pytest.fixture
def control(portal: Portal) -> Caller:
    return Caller(portal, "control", Role.RACE_CONTROL)


@pytest.fixture
def steward(portal: Portal) -> Caller:
    return Caller(portal, "steward", Role.STEWARD)


@pytest.fixture
def visitor(portal: Portal) -> Caller:
    return Caller(portal, "visitor", Role.VIEWER)


@pytest.fixture
def race(house: House) -> str:
    """The path of an open session in its race phase; one kart has an entry."""
    session = house.session("Race")
    make_ready(house.worker)
    return f"/race-sessions/{session.id}"


@pytest.fixture
def decided(control: Caller, race: str) -> str:
    """The race with a penalty in force on incident 1, and an unpublished note on incident 2."""
    control.post(f"{race}/lines", line="42 c 7 =t5")
    control.post(f"{race}/penalties/1/decision/issue")
    control.post(f"{race}/lines", line="17 w 3")
    return race


def test_a_decision_is_read_as_page_and_file_the_same_bytes_every_time(
    steward: Caller, visitor: Caller, decided: str
) -> None:
    waiting = steward.get(f"{decided}/documents/to-publish")

    receipt = steward.post(f"{decided}/documents/decisions", incident=1)

    page, file = visitor.raw(f"{decided}/documents/1.html"), visitor.raw(f"{decided}/documents/1.pdf")
    assert (waiting, steward.get(f"{decided}/documents/to-publish")) == ([1], [])
    assert receipt["text"] == "Document 1 published: Kart 42 – Contact."
    assert file.headers["content-type"] == "application/pdf"
    for said in ("Document no. 1", "Decision 5 second time penalty", "Contact, turn 7.", "Competitor Kart 42"):
        assert said in pdf_text(file.content)
    assert "5 second time penalty" in html_words(page.text)[1]
    for form, answer in (("html", page), ("pdf", file)):
        assert visitor.raw(f"{decided}/documents/1.{form}").content == answer.content
    assert "script" not in page.headers["content-security-policy"]


def test_only_what_is_decided_is_published_and_only_once(
    control: Caller, steward: Caller, visitor: Caller, decided: str
) -> None:
    first = steward.post(f"{decided}/documents/decisions", incident=1, request_id="once")
    again = steward.post(f"{decided}/documents/decisions", incident=1, request_id="once")

    assert (first["seqs"], again["repeated"]) == (again["seqs"], True)
    assert len(steward.get(f"{decided}/documents")) == 1
    assert "Nothing has been decided" in steward.post(f"{decided}/documents/decisions", 409, incident=2)["detail"]
    steward.post(f"{decided}/documents/decisions", 404, incident=99)
    steward.raw(f"{decided}/documents/2.pdf", 404)
    control.post(f"{decided}/documents/decisions", 403, incident=1)
    visitor.raw(f"{decided}/documents/to-publish", 403)
    visitor.raw(f"{decided}/results/draft.pdf", 403)


def test_visitors_read_what_is_issued_and_nothing_else(control: Caller, visitor: Caller, decided: str) -> None:
    public = [one["text"] for one in visitor.get(f"{decided}/messages")]
    every = [one["text"] for one in control.get(f"{decided}/messages")]
    board = visitor.get(f"{decided}/notice-board")

    assert "5 SECOND TIME PENALTY FOR KART 42 – CONTACT (TURN 7)" in public
    assert not any("NOTED" in text or "PROPOSED" in text for text in public)
    assert "KART 17 – WHITE LINE NOTED (TURN 3)" in every
    assert [(one["kart"], one["standing"]) for one in board["penalties"]] == [("42", "In force")]
    assert [one["text"] for one in board["messages"]] == public[::-1]
    assert board["investigations"] == []
    assert visitor.get("/circuits/test/notice-board") == board
    visitor.get("/circuits/elsewhere/notice-board", 404)
    assert visitor.get(f"{decided}/messages?after={board['seq']}") == []
    assert visitor.get(f"{decided}/messages?after=0") == visitor.get(f"{decided}/messages")


def test_a_setting_opens_notes_and_closes_investigations(
    control: Caller, steward: Caller, visitor: Caller, decided: str
) -> None:
    control.post(f"{decided}/incidents/2/decision", outcome="inv")
    assert [one["kart"] for one in visitor.get(f"{decided}/notice-board")["investigations"]] == ["17"]

    steward.put("/notice-board/visibility", {"notes": True, "investigations": False})

    texts = [one["text"] for one in visitor.get(f"{decided}/messages")]
    assert visitor.get(f"{decided}/notice-board")["investigations"] == []
    assert "KART 17 – WHITE LINE NOTED (TURN 3)" in texts
    assert not any("UNDER INVESTIGATION" in text for text in texts)
    visitor.put("/notice-board/visibility", {"notes": True, "investigations": True}, 403)


def test_the_anchor_sheet_holds_the_head_of_the_log(control: Caller, race: str) -> None:
    head = control.get(f"{race}/verify")["head"]

    text = pdf_text(control.raw(f"{race}/anchor.pdf").content)

    assert head["hash"] in text.replace(" ", "")
    assert f"Events {head['seq']}" in text


def test_results_are_versions_of_a_sheet_with_every_penalty(
    house: House, steward: Caller, visitor: Caller, decided: str
) -> None:
    cars = (Car("1", "17", 1, laps=10, team="=1+1"), Car("2", "42", 2, laps=10, gap=Gap(ms=2000)))
    board = Board(at=utc_now(), kind=SessionKind.RACE, columns=("position",), cars=cars)
    house.worker.bus.publish_board(house.circuit_id, 1, board_to_json(board))
    visitor.raw(f"{decided}/results.pdf", 404)
    steward.post(f"{decided}/documents/decisions", incident=1)

    steward.post(f"{decided}/documents/results")
    steward.post(f"{decided}/documents/results")

    text = pdf_text(visitor.raw(f"{decided}/results.pdf").content)
    assert "Provisional results, version 2" in text
    assert "2 42 10 7.000 5 second time penalty" in text
    assert "Penalties in the session" in text
    assert "42 Contact 5 second time penalty" in text
    lines = visitor.raw(f"{decided}/results.csv").text.splitlines()
    assert lines[2].startswith("2,42,,10,7.000")
    sheet = load_workbook(BytesIO(visitor.raw(f"{decided}/results.xlsx").content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[3]][:5] == ["2", "42", "", "10", "7.000"]
    assert "Draft, provisional" in pdf_text(steward.raw(f"{decided}/results/draft.pdf").content)
