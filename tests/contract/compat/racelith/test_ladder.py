"""Warnings, penalties and their serving, as clients of the compatible API see them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.compat.racelith.conftest import STOP_GO, WHITE_LINE, Tower, at_once


def told(row: dict[str, object]) -> tuple[object, object, object]:
    return row["warning_count"], row["penalty_due"], row["penalty_description"]


def test_the_third_warning_is_due_and_the_fourth_begins_anew(tower: Tower) -> None:
    rows = [tower.post(7) for _ in range(4)]

    assert [told(row) for row in rows] == [
        (1, "No", "Warning"), (2, "No", "Warning"), (3, "Yes", STOP_GO), (1, "No", "Warning"),
    ]  # fmt: skip
    assert tower.pending() == [rows[2]["id"]]


def test_karts_and_infringements_have_cycles_of_their_own(tower: Tower) -> None:
    counts = [
        tower.post(kart, description)["warning_count"]
        for kart, description in (
            (1, WHITE_LINE),
            (2, WHITE_LINE),
            (1, "yellow ZONE"),
            (1, "White line"),
            (2, WHITE_LINE),
        )
    ]

    assert counts == [1, 1, 1, 2, 2]


def test_a_chosen_penalty_is_returned_as_given_and_kept_when_the_rest_is_edited(tower: Tower) -> None:
    chosen = tower.post(5, "Contact", penalty_description="10 SEC")

    edited = tower.put(chosen["id"], turn_number=4, observer="Post 9", kart_number=6)

    assert (chosen["penalty_description"], chosen["penalty_due"], chosen["penalty_origin"]) == (
        "10 SEC",
        "Yes",
        "manual",
    )
    changed = {"turn_number": 4, "observer": "Post 9", "kart_number": 6}
    assert edited == {**chosen, **changed}


def test_a_row_that_is_sent_back_as_it_was_read_changes_nothing(tower: Tower) -> None:
    rows = [tower.post(7) for _ in range(3)]
    fields = ("kart_number", "description", "penalty_description", "turn_number", "observer", "timestamp")

    again = [tower.put(row["id"], **{name: row[name] for name in fields}) for row in rows]

    assert again == rows


def test_served_is_kept_when_the_rest_is_edited_and_is_not_replaced(tower: Tower) -> None:
    due = [tower.post(7) for _ in range(3)][2]
    assert tower.apply(due["id"]).status_code == 200
    served = tower.row(due["id"])

    edited = tower.put(due["id"], observer="Post 2", turn_number="11")
    replaced = tower.ask("PUT", f"/infringements/{due['id']}", {"penalty_description": "Drive-through"})

    assert served["penalty_taken"] is not None
    assert edited == {**served, "observer": "Post 2", "turn_number": 11}
    assert replaced.status_code == 409
    assert tower.row(due["id"]) == edited


@pytest.mark.parametrize("how", ["delete", "retype", "move"])
def test_what_a_correction_takes_away_is_judged_anew_and_the_history_stays(tower: Tower, how: str) -> None:
    first, _, third = (tower.post(7) for _ in range(3))
    if how == "delete":
        assert tower.ask("DELETE", f"/infringements/{first['id']}").json() == {"status": "deleted", "id": first["id"]}
    else:
        tower.put(first["id"], **({"description": "Contact"} if how == "retype" else {"kart_number": 8}))

    assert told(tower.row(third["id"])) == (2, "No", "Warning")
    assert tower.pending() == []
    assert tower.actions(first["id"]) == ["created", "deleted" if how == "delete" else "updated"]


def test_a_served_automatic_penalty_that_lost_its_basis_is_to_be_reviewed_and_stays_served(tower: Tower) -> None:
    first, _, third = (tower.post(7) for _ in range(3))
    tower.apply(third["id"])
    served = tower.row(third["id"])

    tower.ask("DELETE", f"/infringements/{first['id']}?reason=wrong kart")

    row = tower.row(third["id"])
    assert (row["review_required"], row["penalty_taken"], row["penalty_due"]) == (True, served["penalty_taken"], "No")
    assert (row["penalty_description"], row["warning_count"]) == (STOP_GO, 2)
    assert tower.apply(third["id"]).status_code == 400


def test_rows_of_one_moment_are_ordered_by_id(tower: Tower) -> None:
    moment = datetime.now(UTC).isoformat()  # noqa: TID251 - the server's clock is the wall's
    rows = [tower.post(7, timestamp=moment) for _ in range(3)]

    assert [row["warning_count"] for row in rows] == [1, 2, 3]
    assert [row["id"] for row in tower.rows()] == [row["id"] for row in reversed(rows)]


def test_a_backdated_entry_does_not_count_what_came_later(tower: Tower) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the server's clock is the wall's
    later = [tower.post(7, timestamp=(now - timedelta(minutes=age)).isoformat()) for age in (20, 10)]
    early = tower.post(7, timestamp=(now - timedelta(minutes=30)).isoformat())

    assert early["warning_count"] == 1
    assert [tower.row(row["id"])["warning_count"] for row in later] == [2, 3]


def test_an_expired_warning_does_not_count(tower: Tower) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the server's clock is the wall's
    for minutes in (181, 2):
        tower.post(7, timestamp=(now - timedelta(minutes=minutes)).isoformat())

    assert told(tower.post(7)) == (2, "No", "Warning")


def test_six_warnings_at_once_are_two_cycles(tower: Tower) -> None:
    body = {"kart_number": 7, "description": WHITE_LINE}
    answers = at_once([lambda: tower.ask("POST", "/infringements/", body)] * 6)

    assert [answer.status_code for answer in answers] == [200] * 6
    assert len(tower.pending()) == 2
    assert sorted(row["warning_count"] for row in tower.rows()) == [1, 1, 2, 2, 3, 3]


def test_twenty_four_warnings_at_once_are_eight_penalties(tower: Tower) -> None:
    body = {"kart_number": 7, "description": WHITE_LINE}
    answers = at_once([lambda: tower.ask("POST", "/infringements/", body)] * 24)

    assert [answer.status_code for answer in answers] == [200] * 24
    assert len(tower.pending()) == 8


def test_of_eight_officials_who_apply_at_once_one_does(tower: Tower) -> None:
    due = tower.post(5, "Contact", penalty_description=STOP_GO)

    answers = at_once([lambda: tower.apply(due["id"])] * 8)

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    assert tower.actions(due["id"]) == ["created", "penalty_applied"]
    done = next(answer.json() for answer in answers if answer.status_code == 200)
    assert done == {
        "kart_number": 5, "status": "applied", "infringement_id": due["id"], "penalty_description": STOP_GO,
    }  # fmt: skip


def test_all_that_waits_for_a_kart_is_applied_with_one_history_row_each(tower: Tower) -> None:
    waiting = [tower.post(5, "Contact", penalty_description=text) for text in (STOP_GO, "Drive-through")]
    other = tower.post(6, "Contact", penalty_description=STOP_GO)

    answer = tower.ask("POST", "/penalties/apply/5", {"performed_by": "Desk 2"})
    again = tower.ask("POST", "/penalties/apply/5")

    assert (answer.status_code, again.status_code) == (200, 400)
    assert tower.pending() == [other["id"]]
    applied = [row for row in tower.read("/history/5") if row["action"] == "penalty_applied"]
    assert sorted(row["infringement_id"] for row in applied) == [row["id"] for row in waiting]
    assert {row["performed_by"] for row in applied} == {"Desk 2"}


def test_a_penaltys_text_is_a_decision_only_as_a_whole(tower: Tower) -> None:
    given = {
        "No further action": ("No", "No further action"),
        "under investigation": ("No", "Under investigation"),
        "Two laps and a stern look": ("Yes", "Two laps and a stern look"),
        "stop & go": ("Yes", "stop & go"),
        "": ("No", "Warning"),
        "warning": ("No", "Warning"),
    }

    rows = {text: tower.post(5, "Contact", penalty_description=text) for text in given}

    assert {text: (row["penalty_due"], row["penalty_description"]) for text, row in rows.items()} == given


def test_an_infringement_that_no_rule_knows_is_kept_with_its_text_and_counts_nowhere(tower: Tower) -> None:
    rows = [tower.post(5, "White Line Infringement at turn 3") for _ in range(3)]

    assert {row["description"] for row in rows} == {"White Line Infringement at turn 3"}
    assert {told(row) for row in rows} == {(0, "No", "Warning")}
