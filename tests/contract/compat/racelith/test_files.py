"""Sessions as files of the compatible API: exported, imported, refused, and nothing else touched by it."""

import csv
import io
import json
from typing import Any

import httpx
import openpyxl
import pytest

from tests.contract.compat.racelith.conftest import Tower

NAMES = {"json": "race.json", "csv": "race.csv", "excel": "race.xlsx"}


def exported(tower: Tower, wanted: str, name: str = "Race 1") -> bytes:
    answer = tower.ask("GET", f"/session/export?format={wanted}&name={name}")
    assert answer.status_code == 200, answer.text
    return answer.content


def sent(tower: Tower, content: bytes, file_name: str, name: str) -> httpx.Response:
    return tower.ask("POST", f"/session/import?name={name}", files={"file": (file_name, content)})


def written(tower: Tower) -> list[dict[str, Any]]:
    """The history without the numbers of the log."""
    return [{name: row[name] for name in row if name != "id"} for row in tower.read("/infringement_log/")]


def weekend(tower: Tower) -> None:
    """One of everything: a cycle, served, deleted, retyped, chosen, in a rule's words and in an official's."""
    warnings = [tower.post(7, performed_by="Anna", request_id=f"w{number}") for number in range(4)]
    tower.apply(warnings[2]["id"])
    tower.ask("DELETE", f"/infringements/{warnings[0]['id']}", {"performed_by": "Cleo", "reason": "wrong kart"})
    tower.post(8, "=2+3", observer="+Post 1", turn_number=4)
    chosen = tower.post(9, "Contact", penalty_description="10 SEC", timestamp="2026-05-01T10:00:00Z")
    tower.put(chosen["id"], observer="Post 2", performed_by="Bert")
    tower.apply(tower.post(9, "'Contact', \"again\"", penalty_description="Three laps, in words")["id"])
    tower.post(10, "Contact", penalty_description="No further action")


@pytest.mark.parametrize("wanted", NAMES)
def test_what_was_exported_is_the_same_when_it_is_imported(tower: Tower, wanted: str) -> None:
    weekend(tower)
    rows, history, pending = tower.rows(), written(tower), tower.pending()

    answer = sent(tower, exported(tower, wanted), NAMES[wanted], "Copy")
    assert answer.status_code == 200, answer.text
    before = tower.rows()
    tower.ask("POST", "/session/load?name=Copy")

    assert answer.json()["session"] == {"name": "Copy"}
    assert before == rows, "an import switches nothing"
    assert tower.rows() == rows
    assert written(tower) == history
    assert tower.pending() == pending
    assert [row["review_required"] for row in rows if row["penalty_taken"]] == [False, True]
    again = json.loads(exported(tower, "json", "Copy"))
    assert again["infringements"] == json.loads(exported(tower, "json"))["infringements"]
    assert tower.desk().verify() is None
    assert tower.post(7)["id"] == rows[0]["id"] + 1, "the copy goes on where it was"


def test_an_import_that_cannot_be_taken_names_the_row_and_leaves_everything_as_it_was(tower: Tower) -> None:
    tower.post(7)
    tower.post(8)
    whole = json.loads(exported(tower, "json"))
    whole["infringements"][1]["kart_number"] = -1
    orphan = json.loads(exported(tower, "json"))
    orphan["history"][0]["infringement_id"] = 77
    before = tower.rows(), tower.read("/session/")

    answers = [sent(tower, json.dumps(one).encode(), "race.json", "Copy") for one in (whole, orphan)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert "infringements row 3, kart_number" in answers[0].json()["detail"]
    assert "history row 2" in answers[1].json()["detail"]
    assert (tower.rows(), tower.read("/session/")) == before
    assert len(tower.sessions()) == 1


def test_files_that_are_none_of_ours_are_refused(tower: Tower) -> None:
    asks = {
        "race.xls": b"\xd0\xcf\x11\xe0rest",
        "race.pdf": b"%PDF",
        "race.json": b'{"infringements": 3}',
        "race.csv": b"\xff\xfe\x00",
        "race.xlsx": b"PK\x03\x04 not a workbook",
    }

    answers = {name: sent(tower, content, name, "Copy").status_code for name, content in asks.items()}

    assert answers == dict.fromkeys(asks, 400)
    assert sent(tower, exported(tower, "json"), "race.json", "Race 1").status_code == 400, "the name is taken"
    assert sent(tower, b"x" * 10_000_001, "race.csv", "Copy").status_code == 413
    assert tower.ask("GET", "/session/export?format=odt").status_code == 400


def test_the_export_of_another_session_does_not_switch_writes(tower: Tower) -> None:
    first = tower.post(7)
    tower.start("Race 2")

    other = json.loads(exported(tower, "json"))
    fresh = tower.post(8)

    assert [row["id"] for row in other["infringements"]] == [first["id"]]
    assert tower.rows() == [fresh]
    assert tower.session.name == "Race 2"


def test_no_cell_of_an_export_is_a_formula(tower: Tower) -> None:
    tower.post(8, "=2+3", observer="@x")

    sheet = openpyxl.load_workbook(io.BytesIO(exported(tower, "excel")))["infringements"]
    rows = csv.DictReader(io.StringIO(exported(tower, "csv").decode("utf-8-sig")))
    [cells] = [row for row in rows if row["record"] == "infringements"]

    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert "=2+3" in {cell.value for row in sheet.iter_rows() for cell in row}
    assert (cells["description"], cells["observer"]) == ("'=2+3", "'@x")
