"""The table of rights says what the rulebook of race control says, and a token never widens it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.model import Identity, Right, Role, Via
from core.accounts.policy import CAN_BE_PUBLIC, demand, rights_of, token_rights
from core.errors import NotAllowed, NotSignedIn

ROLES = st.sampled_from(Role)
RIGHTS = st.sampled_from(Right)

# The columns of the rights table of race control: who has each right, the administrator never.
TABLE = {
    Right.REPORT: {Role.RACE_CONTROL, Role.STEWARD, Role.MARSHAL, Role.TIMEKEEPER, Role.SECRETARY},
    Right.RECORD: {Role.RACE_CONTROL, Role.STEWARD},
    Right.AMEND: {Role.RACE_CONTROL, Role.STEWARD},
    Right.AMEND_OWN_REPORT: {Role.MARSHAL},
    Right.ISSUE: {Role.RACE_CONTROL, Role.STEWARD},
    Right.DECIDE: {Role.STEWARD},
    Right.APPROVE: {Role.RACE_CONTROL, Role.STEWARD},
    Right.SERVE: {Role.RACE_CONTROL, Role.STEWARD, Role.TIMEKEEPER},
    Right.REPORT_SERVING: {Role.TEAM},
    Right.PUBLISH: {Role.STEWARD, Role.SECRETARY},
    Right.ACKNOWLEDGE: {Role.TEAM},
    Right.RUN_SESSIONS: {Role.RACE_CONTROL},
    Right.EDIT_RULES: {Role.RACE_CONTROL, Role.ADMIN},
    Right.READ_OWN_REPORTS: {Role.MARSHAL},
    Right.READ_OWN_TEAM: {Role.TEAM},
}
ADMINISTRATION = [Right.EDIT_ACCOUNTS, Right.EDIT_CIRCUITS, Right.OPERATE, Right.ARCHIVE_SESSIONS]


@pytest.mark.parametrize("right", TABLE, ids=str)
def test_each_right_of_race_control_belongs_to_exactly_the_roles_of_the_rulebook(right: Right) -> None:
    holders = {role for role in Role if right in rights_of(role)}

    assert holders == TABLE[right]


def test_officials_and_the_admin_read_everything_but_marshals_teams_engineers_and_viewers_do_not() -> None:
    readers = {role for role in Role if Right.READ_RACE_CONTROL in rights_of(role)}

    assert readers == {Role.RACE_CONTROL, Role.STEWARD, Role.TIMEKEEPER, Role.SECRETARY, Role.ADMIN}


@pytest.mark.parametrize("right", ADMINISTRATION, ids=str)
def test_the_house_is_run_by_the_admin_alone(right: Right) -> None:
    assert {role for role in Role if right in rights_of(role)} == {Role.ADMIN}


def test_what_may_be_public_is_what_every_role_has() -> None:
    assert all(rights_of(role) >= CAN_BE_PUBLIC for role in Role)


@given(ROLES, ROLES)
def test_a_token_has_no_right_that_its_account_or_its_scope_lacks(role: Role, scope: Role) -> None:
    rights = token_rights(role, scope)

    assert rights <= rights_of(role)
    assert rights <= rights_of(scope)
    assert Right.OWN_TOKENS not in rights


@given(ROLES, RIGHTS)
def test_demand_lets_pass_exactly_those_who_have_the_right(role: Role, right: Right) -> None:
    somebody = _somebody(role, rights_of(role), Via.COOKIE)

    if right in rights_of(role):
        demand(somebody, right)
    else:
        with pytest.raises(NotAllowed):
            demand(somebody, right)


def test_a_token_that_is_too_narrow_is_told_so() -> None:
    steward = _somebody(Role.STEWARD, token_rights(Role.STEWARD, Role.VIEWER), Via.TOKEN)

    with pytest.raises(NotAllowed, match="This token may not decide"):
        demand(steward, Right.DECIDE)


def test_a_guest_is_sent_to_the_door_instead_of_being_refused() -> None:
    guest = _somebody(Role.VIEWER, frozenset({Right.ENTER}), Via.PUBLIC)

    with pytest.raises(NotSignedIn, match="Sign in"):
        demand(guest, Right.READ_TIMING)


def _somebody(role: Role, rights: frozenset[Right], via: Via) -> Identity:
    return Identity(UUID(int=1), "somebody", "Somebody", role, rights, None, UUID(int=2), via)
