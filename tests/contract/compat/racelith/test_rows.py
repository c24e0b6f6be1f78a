"""Rows, pages, histories, repeated requests of the compatible API, and what is left when something breaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import text

from core.accounts.model import Identity, Role, Via
from core.accounts.policy import rights_of
from core.io.clock import utc_now
from core.penalties.commands import Issue, Record
from core.penalties.log import WriteRequest
from tests.conftest import Model
from tests.contract.compat.racelith.conftest import STOP_GO, WHITE_LINE, Tower, at_once
from tests.feeds.passings import driving
from tests.portal_server import within

_END = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
FIELDS = {
    "id", "kart_number", "turn_number", "description", "observer", "warning_count", "penalty_due",
    "penalty_description", "penalty_taken", "timestamp", "penalty_origin", "review_required", "requested_penalty",
    "request_id",
}  # fmt: skip


def official(tower: Tower) -> Identity:
    account = tower.account("anna", Role.RACE_CONTROL)
    return Identity(
        account.id,
        account.name,
        account.display_name,
        account.role,
        rights_of(account.role),
        None,
        account.id,
        Via.COOKIE,
    )


def test_a_row_has_the_fields_of_the_contract(tower: Tower) -> None:
    row = tower.post(
        7,
        turn_number="4",
        observer="Post 3",
        performed_by="Desk 1",
        timestamp="2026-05-01T12:00:00+02:00",
        request_id="r 1",
    )

    assert set(row) == FIELDS
    assert row == {
        "id": 1, "kart_number": 7, "turn_number": 4, "description": WHITE_LINE, "observer": "Post 3",
        "warning_count": 1, "penalty_due": "No", "penalty_description": "Warning", "penalty_taken": None,
        "timestamp": "2026-05-01T10:00:00Z", "penalty_origin": "automatic", "review_required": False,
        "requested_penalty": "Warning", "request_id": "r 1",
    }  # fmt: skip


def test_all_times_are_utc_and_end_in_z(tower: Tower) -> None:
    due = tower.post(5, "Contact", penalty_description=STOP_GO)
    tower.apply(due["id"])
    times = [
        tower.read("/infringements/")["server_time_utc"],
        *(tower.row(due["id"])[name] for name in ("timestamp", "penalty_taken")),
        *(row["timestamp"] for row in tower.read("/infringement_log/")),
        tower.read("/session/")["sessions"][0]["started_at"],
    ]

    assert [time for time in times if not time.endswith("Z")] == []
    assert all(utc_now() - datetime.fromisoformat(time) < timedelta(minutes=1) for time in times)


def test_a_list_of_1005_rows_is_complete_and_its_pages_are_clamped(tower: Tower) -> None:
    session = tower.session
    actor = official(tower)
    for first in range(0, 1005, 201):
        karts = tuple(str(number) for number in range(first + 1, first + 202))
        command = Record(karts, "CON")
        tower.desk().perform(command, WriteRequest(f"{first}", session.id, actor, utc_now()))

    whole = tower.read("/infringements/")
    pages = [tower.read(f"/infringements/?page={page}") for page in range(1, 5)]
    beyond = tower.read("/infringements/?page=99")
    one = tower.read("/infringements/?kart_number=1005&limit=1")

    assert (whole["total"], whole["page"], whole["limit"], whole["total_pages"]) == (1005, 1, 300, 4)
    numbers = [row["id"] for page in pages for row in page["items"]]
    assert (len(numbers), len(set(numbers))) == (1005, 1005)
    assert (beyond["page"], beyond["items"]) == (4, pages[3]["items"])
    assert [row["kart_number"] for row in one["items"]] == [1005]
    assert (one["total"], one["total_pages"]) == (1, 1)
    assert len(tower.read("/infringements/?limit=1000")["items"]) == 1000
    assert len(tower.read("/infringement_log/")) == 1005


def test_the_same_request_is_stored_once_and_another_under_its_id_is_refused(tower: Tower) -> None:
    body = {"kart_number": 7, "description": WHITE_LINE, "request_id": "again"}

    answers = at_once([lambda: tower.ask("POST", "/infringements/", body)] * 6)
    other = tower.ask("POST", "/infringements/", {**body, "kart_number": 8})

    assert {answer.text for answer in answers} == {answers[0].text}
    assert (answers[0].status_code, other.status_code) == (200, 409)
    assert len(tower.rows()) == 1


def test_a_repeated_change_and_a_repeated_apply_are_one_act(tower: Tower) -> None:
    due = tower.post(5, "Contact", penalty_description=STOP_GO)

    changed = [tower.put(due["id"], kart_number=6, penalty_description="10 sec", request_id="c") for _ in range(2)]
    applied = [tower.apply(due["id"], request_id="a") for _ in range(2)]

    assert changed[0] == changed[1]
    assert (changed[0]["kart_number"], changed[0]["penalty_description"]) == (6, "10 sec")
    assert [answer.status_code for answer in applied] == [200, 200]
    assert tower.actions(due["id"]) == ["created", "updated", "penalty_applied"]


def test_who_saw_an_older_version_changes_nothing(tower: Tower) -> None:
    row = tower.post(7)
    seen = tower.read("/api/events")[-1]["seq"]
    tower.put(row["id"], turn_number=2)

    late = tower.ask("PUT", f"/infringements/{row['id']}", {"turn_number": 3, "expected_version": seen})

    assert late.status_code == 409
    assert "version" in late.json()["detail"]
    assert tower.row(row["id"])["turn_number"] == 2


def test_the_history_says_who_did_what_in_the_clients_words(tower: Tower) -> None:
    row = tower.post(5, "Contact", performed_by="Anna", observer="Post 1", penalty_description=STOP_GO)
    tower.put(row["id"], kart_number=6, performed_by="Bert", observer="Post 2")
    tower.apply(row["id"])
    gone = tower.post(6)
    tower.ask("DELETE", f"/infringements/{gone['id']}", {"performed_by": "Cleo", "reason": "double"})

    of_five, of_six, whole = (tower.read(path) for path in ("/history/5", "/history/6", "/infringement_log/"))

    assert {frozenset(one) for one in whole} == {
        frozenset({"id", "infringement_id", "action", "performed_by", "observer", "details", "timestamp"})
    }
    assert [(one["action"], one["performed_by"], one["observer"]) for one in of_six] == [
        ("deleted", "Cleo", ""),
        ("created", "control", ""),
        ("penalty_applied", "Desk 1", "Post 2"),
        ("updated", "Bert", "Post 2"),
    ]
    assert [one["action"] for one in of_five] == ["updated", "created"]
    assert of_six[0]["details"] == "double"
    assert len(whole) == 5


def test_a_reason_that_the_client_cannot_give_is_said_to_be_missing(tower: Tower) -> None:
    row = tower.post(7)
    tower.ask("DELETE", f"/infringements/{row['id']}")

    void = tower.desk().state().incidents[row["id"]].void

    assert void is not None
    assert void.reason == "not given (compatible API)"


def test_what_other_screens_record_stands_in_the_list_too(tower: Tower) -> None:
    session = tower.session
    command = Record(("42",), "c", second_kart="17", turn=7, text="pushed wide")
    tower.desk().perform(command, WriteRequest("n", session.id, official(tower), utc_now()))

    [row] = tower.rows()
    edited = tower.put(row["id"], description=row["description"], turn_number=8)

    assert (row["kart_number"], row["description"], row["turn_number"]) == (42, "Contact: pushed wide", 7)
    assert edited == {**row, "turn_number": 8}
    assert tower.read("/history/42")[-1]["performed_by"] == f"anna-{tower.circuit.slug}"


def test_when_the_history_cannot_be_written_the_infringement_is_not_either(tower: Tower) -> None:
    session = tower.session
    with tower.house.owner.sessions.engine(session.database_name).begin() as connection:
        connection.execute(
            text("ALTER TABLE event ADD CONSTRAINT no_more CHECK (type <> 'incident_decided') NOT VALID")
        )

    failed = tower.ask(
        "POST", "/infringements/", {"kart_number": 5, "description": "Contact", "penalty_description": STOP_GO}
    )

    assert failed.status_code >= 500
    assert "incident_decided" not in failed.text
    assert "INSERT" not in failed.text
    assert (tower.rows(), tower.read("/infringement_log/")) == ([], [])


@contextmanager
def shut(model: Model, *databases: str) -> Iterator[None]:
    """Databases that nobody can reach."""
    for name in databases:
        model.maintenance.exec_driver_sql(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        model.maintenance.execute(_END, {"name": name})
    try:
        yield
    finally:
        for name in databases:
            model.maintenance.exec_driver_sql(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


def test_while_the_database_is_away_it_is_alive_and_not_ready_and_loses_nothing(tower: Tower, model: Model) -> None:
    before = [tower.post(7) for _ in range(2)]
    control = str(tower.house.owner.control.url.database)

    with shut(model, tower.session.database_name, control):
        asks = [("GET", "/infringements/"), ("POST", "/session/close"), ("GET", "/api/ready"), ("GET", "/api/live")]
        answers = [tower.ask(*ask) for ask in asks]

    assert [answer.status_code for answer in answers] == [503, 503, 503, 200]
    said = " ".join(answer.text for answer in answers)
    assert [word for word in ("SELECT", "FATAL", "psycopg", control) if word in said] == []
    assert within(10, lambda: tower.ask("GET", "/api/ready").status_code == 200)
    assert tower.rows() == before[::-1]


def test_what_was_applied_too_late_is_taken_once_and_waits_for_a_review(tower: Tower) -> None:
    number = tower.post(7, "Contact", penalty_description=STOP_GO)["id"]
    tower.desk().perform(Issue(number), WriteRequest("issued", tower.session.id, official(tower), utc_now()))
    driving(tower.house.owner, tower.circuit.id, "7").cross(4)

    first, again = tower.apply(number), tower.apply(number)

    row = tower.row(number)
    assert (first.status_code, first.json()["status"], again.status_code) == (200, "applied", 400)
    assert (row["penalty_due"], row["review_required"], row["penalty_description"]) == ("No", True, STOP_GO)
    assert row["penalty_taken"] is not None
    assert tower.pending() == []
