"""What people type about accounts is refused with a remedy before anything is written, or stored in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.keys import fingerprint, new_key, new_token
from core.accounts.model import Role
from core.accounts.plan import (
    AccountChange,
    AccountPlan,
    TokenPlan,
    checked_account,
    checked_change,
    checked_password,
    checked_token,
    fits,
    is_name,
)
from core.errors import BadInput


def test_a_name_is_kept_in_lower_case_without_spaces_around_it() -> None:
    plan = checked_account(AccountPlan("  Desk.1 ", " Race Control ", Role.RACE_CONTROL, "long enough", " Team 12 "))

    assert plan == AccountPlan("desk.1", "Race Control", Role.RACE_CONTROL, "long enough", "Team 12")


def test_an_account_without_a_shown_name_shows_its_name() -> None:
    assert checked_account(AccountPlan("Desk", "", Role.VIEWER, "long enough")).display_name == "Desk"


@pytest.mark.parametrize("name", ["", "-desk", "a desk", "désk", "desk\x00", "x" * 65, "désk\n"])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="cannot be an account's name"):
        checked_account(AccountPlan(name, "Desk", Role.VIEWER, "long enough"))


@pytest.mark.parametrize("label", ["x" * 81, "two\nlines", "\x00"])
def test_a_shown_name_fits_on_one_line(label: str) -> None:
    with pytest.raises(BadInput, match="one line"):
        checked_change(AccountChange(display_name=label))


def test_a_change_keeps_what_it_does_not_name_and_an_empty_team_means_none() -> None:
    assert checked_change(AccountChange()) == AccountChange()
    assert checked_change(AccountChange(team="  ")) == AccountChange(team="")


@pytest.mark.parametrize(
    ("password", "fault"),
    [("123456789", "too short"), ("x" * 73, "too long"), ("ü" * 37, "too long"), ("", "too short")],
    ids=["nine characters", "73 bytes", "37 characters of two bytes", "empty"],
)
def test_a_password_is_refused_with_the_reason(password: str, fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        checked_password(password)


@pytest.mark.parametrize("password", ["0123456789", "x" * 72, "ü" * 36])
def test_a_password_of_a_good_length_is_taken_as_it_is(password: str) -> None:
    assert checked_password(password) == password


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lasts_between_a_day_and_a_year(days: int) -> None:
    with pytest.raises(BadInput, match="between 1 and 366 days"):
        checked_token(TokenPlan("timing screen", Role.VIEWER, days))


def test_no_password_shows_in_what_is_logged() -> None:
    assert "open sesame" not in repr(AccountPlan("desk", "Desk", Role.VIEWER, "open sesame"))


def test_no_two_keys_are_alike_and_a_token_can_be_recognised() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert new_token().startswith("paddock_")


@given(st.text())
def test_any_text_can_be_tried_as_a_name_a_password_or_a_key(text: str) -> None:
    is_name(text)
    fits(text)

    assert len(fingerprint(text)) == 32


@given(st.text(max_size=80))
def test_a_name_that_was_stored_is_stored_the_same_again(text: str) -> None:
    plan = AccountPlan(text, "Desk", Role.VIEWER, "long enough")

    try:
        once = checked_account(plan)
    except BadInput:
        return

    assert checked_account(once) == once
