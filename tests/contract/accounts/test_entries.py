"""Browsers' and programs' entries: how far they open, when they end, and that they end at once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from core.accounts.desk import AccountsDesk
from core.accounts.model import Account, Right, Role, Via
from core.accounts.plan import TokenPlan
from core.accounts.policy import rights_of
from core.errors import NotFound
from tests.contract.accounts.people import NOON, PASSWORD, account_of


def test_leaving_ends_that_sign_in_and_no_other(desk: AccountsDesk, rung: list[UUID]) -> None:
    account = account_of(desk, "desk", Role.VIEWER)
    phone, wall = (desk.sign_in("desk", PASSWORD, client=client, now=NOON) for client in ("phone", "wall"))
    identity = desk.identify_cookie(phone, NOON)
    assert identity is not None

    desk.sign_out(identity, NOON)

    assert desk.identify_cookie(phone, NOON) is None
    assert desk.identify_cookie(wall, NOON) is not None
    assert [entry.client for entry in desk.sign_ins(account.id, NOON)] == ["wall"]
    assert rung == [account.id]


def test_a_sign_in_ends_after_a_week(desk: AccountsDesk) -> None:
    account_of(desk, "desk", Role.VIEWER)
    key = desk.sign_in("desk", PASSWORD, client="", now=NOON)

    assert desk.identify_cookie(key, NOON + timedelta(days=7) - timedelta(seconds=1)) is not None
    assert desk.identify_cookie(key, NOON + timedelta(days=7)) is None


def test_a_token_opens_as_far_as_its_scope_and_its_account_go(desk: AccountsDesk) -> None:
    account = account_of(desk, "desk", Role.RACE_CONTROL)
    token, key = desk.create_token(account.id, TokenPlan("screen", Role.VIEWER, 1), by=None, now=NOON)

    identity = desk.identify_token(key, NOON)

    assert identity is not None
    assert (identity.entry_id, identity.via) == (token.id, Via.TOKEN)
    assert identity.rights == rights_of(Role.VIEWER) - {Right.OWN_TOKENS}
    assert desk.identify_token(key, NOON + timedelta(days=1)) is None
    assert desk.identify_cookie(key, NOON) is None


def test_a_token_follows_its_account_down(desk: AccountsDesk, admin: Account) -> None:
    account = account_of(desk, "desk", Role.STEWARD)
    _, key = desk.create_token(account.id, TokenPlan("script", Role.STEWARD), by=None, now=NOON)

    desk.set_role(account.id, Role.VIEWER, by=admin.id, now=NOON)

    identity = desk.identify_token(key, NOON)
    assert identity is not None
    assert Right.DECIDE not in identity.rights


def test_the_use_of_a_token_is_noted_but_not_each_time(desk: AccountsDesk) -> None:
    account = account_of(desk, "desk", Role.VIEWER)
    _, key = desk.create_token(account.id, TokenPlan("script", Role.VIEWER), by=None, now=NOON)
    for seconds in (0, 30, 61):
        desk.identify_token(key, NOON + timedelta(seconds=seconds))

    assert desk.tokens(account.id)[0].last_used_at == NOON + timedelta(seconds=61)


def test_a_revoked_token_opens_nothing_and_cannot_be_revoked_again(desk: AccountsDesk, rung: list[UUID]) -> None:
    account = account_of(desk, "desk", Role.VIEWER)
    token, key = desk.create_token(account.id, TokenPlan("script", Role.VIEWER), by=None, now=NOON)

    desk.revoke_token(account.id, token.id, by=account.id, now=NOON)

    assert desk.identify_token(key, NOON) is None
    assert rung == [account.id]
    with pytest.raises(NotFound):
        desk.revoke_token(account.id, token.id, by=account.id, now=NOON)


def test_nobody_ends_the_entries_of_anotheraccount_of(desk: AccountsDesk) -> None:
    mine, other = account_of(desk, "mine", Role.VIEWER), account_of(desk, "other", Role.VIEWER)
    token, key = desk.create_token(other.id, TokenPlan("script", Role.VIEWER), by=None, now=NOON)

    with pytest.raises(NotFound):
        desk.revoke_token(mine.id, token.id, by=mine.id, now=NOON)

    assert desk.identify_token(key, NOON) is not None


def _throw_out(desk: AccountsDesk, account_id: UUID, by: UUID) -> None:
    desk.revoke_all(account_id, by=by, now=NOON)


def _deactivate(desk: AccountsDesk, account_id: UUID, by: UUID) -> None:
    desk.set_active(account_id, active=False, by=by, now=NOON)


@pytest.mark.parametrize("end", [_throw_out, _deactivate], ids=["throw out", "deactivate"])
def test_an_admin_ends_every_entry_of_an_account_at_once(
    desk: AccountsDesk, admin: Account, rung: list[UUID], end: Callable[[AccountsDesk, UUID, UUID], None]
) -> None:
    account = account_of(desk, "desk", Role.VIEWER)
    cookie = desk.sign_in("desk", PASSWORD, client="", now=NOON)
    _, key = desk.create_token(account.id, TokenPlan("script", Role.VIEWER), by=None, now=NOON)
    identities = [desk.identify_cookie(cookie, NOON), desk.identify_token(key, NOON)]
    entries = [identity.entry_id for identity in identities if identity is not None]

    end(desk, account.id, admin.id)

    assert len(entries) == 2
    assert desk.identify_entries(entries, NOON) == {}
    assert rung == [account.id]
