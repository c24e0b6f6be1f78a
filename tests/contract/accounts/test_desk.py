"""The door and the administration of accounts on a real database, through the desk that everybody uses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from core.accounts.desk import AccountsDesk
from core.accounts.keys import fingerprint
from core.accounts.model import Account, Right, Role, Via
from core.accounts.plan import AccountChange, AccountPlan, TokenPlan
from core.accounts.policy import GUEST, rights_of
from core.errors import BadInput, Conflict, NotSignedIn
from core.io.database.accounts import Accounts
from core.io.database.audit import audit
from core.io.runtime import Runtime
from tests.contract.accounts.people import NOON, PASSWORD, account_of
from tests.quick_passwords import Reversed


def test_a_name_and_its_password_open_the_door_with_the_rights_of_the_role(desk: AccountsDesk) -> None:
    account = account_of(desk, "desk", Role.RACE_CONTROL)

    key = desk.sign_in(" Desk ", PASSWORD, client="a browser", now=NOON)
    identity = desk.identify_cookie(key, NOON)

    assert identity is not None
    assert (identity.account_id, identity.name, identity.via) == (account.id, "desk", Via.COOKIE)
    assert identity.rights == rights_of(Role.RACE_CONTROL)
    assert identity.role is Role.RACE_CONTROL


@pytest.mark.parametrize(
    ("name", "password"),
    [("desk", "wrong password"), ("nobody", PASSWORD), ("", ""), ("de\x00sk", PASSWORD), ("desk", "x" * 5000)],
    ids=["wrong password", "unknown name", "nothing", "no name at all", "endless password"],
)
def test_every_failure_at_the_door_sounds_the_same(desk: AccountsDesk, name: str, password: str) -> None:
    account_of(desk, "desk", Role.VIEWER)

    with pytest.raises(NotSignedIn, match="do not open an account"):
        desk.sign_in(name, password, client="", now=NOON)


def test_five_wrong_passwords_lock_the_account_for_fifteen_minutes_even_for_the_right_one(desk: AccountsDesk) -> None:
    account_of(desk, "desk", Role.VIEWER)
    for _ in range(5):
        assert not _enters(desk, "wrong password", NOON)

    assert not _enters(desk, PASSWORD, NOON + timedelta(minutes=14, seconds=59))
    assert _enters(desk, PASSWORD, NOON + timedelta(minutes=15))


def test_a_lock_that_ran_out_gives_five_new_tries(desk: AccountsDesk) -> None:
    account_of(desk, "desk", Role.VIEWER)
    for _ in range(5):
        _enters(desk, "wrong password", NOON)
    later = NOON + timedelta(minutes=15)

    for _ in range(4):
        _enters(desk, "wrong password", later)

    assert _enters(desk, PASSWORD, later)


def test_a_right_password_forgives_the_wrong_ones_before_it(desk: AccountsDesk) -> None:
    account_of(desk, "desk", Role.VIEWER)
    for _ in range(3):
        for _ in range(4):
            _enters(desk, "wrong password", NOON)

        assert _enters(desk, PASSWORD, NOON)


def test_of_twenty_parallel_guesses_only_five_are_judged(app_runtime: Runtime) -> None:
    judged: list[str] = []

    class Counting(Reversed):
        def match(self, password: str, password_hash: str) -> bool:
            if password_hash == PASSWORD[::-1]:
                judged.append(password)
            return super().match(password, password_hash)

    desk = AccountsDesk(Accounts(app_runtime.control), Counting(), lambda _: None)
    account_of(desk, "desk", Role.VIEWER)
    with ThreadPoolExecutor(20) as pool:
        entered = list(pool.map(lambda number: _enters(desk, f"guess {number}", NOON), range(20)))

    assert not any(entered)
    assert len(judged) == 5
    assert not _enters(desk, PASSWORD, NOON)


def test_every_failure_at_the_door_costs_the_hashing_once(app_runtime: Runtime) -> None:
    hashed: list[str] = []

    class Counting(Reversed):
        def match(self, password: str, password_hash: str) -> bool:
            hashed.append(password_hash)
            return super().match(password, password_hash)

    desk = AccountsDesk(Accounts(app_runtime.control), Counting(), lambda _: None)
    account_of(desk, "desk", Role.VIEWER)
    off = account_of(desk, "off", Role.VIEWER)
    desk.set_active(off.id, active=False, by=None, now=NOON)
    tries = [
        ("desk", "wrong password"),
        ("off", PASSWORD),
        ("nobody", PASSWORD),
        ("no name", ""),
        *[("desk", "no")] * 5,
    ]

    for name, password in tries:
        with pytest.raises(NotSignedIn):
            desk.sign_in(name, password, client="", now=NOON)

    assert len(hashed) == len(tries)
    assert hashed[0] == hashed[4] == PASSWORD[::-1]
    assert hashed[1] == hashed[2] == hashed[3] == hashed[-1] != PASSWORD[::-1]


def test_open_pages_learn_the_new_rights_of_their_entry(desk: AccountsDesk, admin: Account) -> None:
    account = account_of(desk, "desk", Role.VIEWER)
    entered = desk.identify_cookie(desk.sign_in("desk", PASSWORD, client="", now=NOON), NOON)
    assert entered is not None

    desk.change(account.id, AccountChange(role=Role.TEAM, team="Team 12"), by=admin.id, now=NOON)

    again = desk.identify_entry(entered.entry_id, NOON)
    assert again is not None
    assert (again.role, again.team, again.rights) == (Role.TEAM, "Team 12", rights_of(Role.TEAM))


@pytest.mark.parametrize("change", [AccountChange(role=Role.VIEWER), AccountChange(active=False)], ids=["role", "off"])
def test_the_last_active_admin_stays(desk: AccountsDesk, admin: Account, change: AccountChange) -> None:
    other = account_of(desk, "other", Role.ADMIN)
    desk.set_active(other.id, active=False, by=admin.id, now=NOON)

    with pytest.raises(Conflict, match="last active admin"):
        desk.change(admin.id, change, by=admin.id, now=NOON)

    assert desk.account(admin.id) == admin


def test_two_admins_who_remove_each_other_at_once_leave_one(desk: AccountsDesk) -> None:
    one, two = (account_of(desk, name, Role.ADMIN) for name in ("one", "two"))

    with ThreadPoolExecutor(2) as pool:
        removed = list(pool.map(lambda account: _steps_down(desk, account.id), (one, two)))

    assert sorted(removed) == [False, True]
    assert [account.active for account in desk.accounts()].count(True) == 1


def test_a_name_belongs_to_one_account_however_it_is_capitalised(desk: AccountsDesk) -> None:
    account_of(desk, "desk", Role.VIEWER)

    with pytest.raises(Conflict, match="already an account “desk”"):
        account_of(desk, "DESK", Role.ADMIN)


def test_changing_ones_password_ends_the_other_browsers_and_keeps_this_one(desk: AccountsDesk) -> None:
    account_of(desk, "desk", Role.VIEWER)
    here, elsewhere = (desk.sign_in("desk", PASSWORD, client="", now=NOON) for _ in range(2))
    identity = desk.identify_cookie(here, NOON)
    assert identity is not None

    desk.change_password(identity, PASSWORD, "another good one", now=NOON)

    assert desk.identify_cookie(here, NOON) is not None
    assert desk.identify_cookie(elsewhere, NOON) is None
    assert desk.sign_in("desk", "another good one", client="", now=NOON)


def test_a_wrong_old_password_changes_nothing_and_counts_towards_the_lock(desk: AccountsDesk) -> None:
    account_of(desk, "desk", Role.VIEWER)
    identity = desk.identify_cookie(desk.sign_in("desk", PASSWORD, client="", now=NOON), NOON)
    assert identity is not None

    for _ in range(5):
        with pytest.raises(BadInput, match="old password is wrong"):
            desk.change_password(identity, "wrong password", "another good one", now=NOON)

    assert not _enters(desk, PASSWORD, NOON)


def test_a_new_password_from_an_admin_ends_the_lock_and_every_browser(desk: AccountsDesk, admin: Account) -> None:
    account = account_of(desk, "desk", Role.VIEWER)
    key = desk.sign_in("desk", PASSWORD, client="", now=NOON)
    for _ in range(5):
        _enters(desk, "wrong password", NOON)

    desk.set_password(account.id, "another good one", by=admin.id, now=NOON)

    assert desk.identify_cookie(key, NOON) is None
    assert desk.sign_in("desk", "another good one", client="", now=NOON)


def test_the_setup_link_makes_the_first_admin_once(desk: AccountsDesk) -> None:
    key = desk.setup_link(NOON)
    assert key is not None
    plan = AccountPlan("boss", "", Role.ADMIN, PASSWORD)

    admin = desk.create_first_admin(key, plan, now=NOON + timedelta(hours=1))

    assert (admin.role, admin.active, desk.accounts()) == (Role.ADMIN, True, (admin,))
    assert desk.setup_link(NOON) is None
    assert not desk.is_setup_link(key, NOON)
    with pytest.raises(NotSignedIn, match="no longer valid"):
        desk.create_first_admin(key, plan, now=NOON)


def test_a_setup_link_is_good_for_a_day(desk: AccountsDesk) -> None:
    key = desk.setup_link(NOON)
    assert key is not None

    assert desk.is_setup_link(key, NOON + timedelta(hours=23))
    assert not desk.is_setup_link(key, NOON + timedelta(hours=25))


def test_two_setup_links_used_at_once_make_one_admin(desk: AccountsDesk) -> None:
    keys = [desk.setup_link(NOON) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda numbered: _founds(desk, *numbered), enumerate(keys)))

    assert sum(made) == 1
    assert len(desk.accounts()) == 1


def test_only_what_can_be_public_becomes_public(desk: AccountsDesk, admin: Account, rung: list[UUID]) -> None:
    assert desk.guest() is None

    desk.set_public_rights({Right.ENTER, Right.READ_TIMING}, by=admin.id, now=NOON)
    with pytest.raises(BadInput, match="Not everything"):
        desk.set_public_rights({Right.READ_RACE_CONTROL}, by=admin.id, now=NOON)

    guest = desk.guest()
    assert guest is not None
    assert guest.rights == {Right.ENTER, Right.READ_TIMING}
    assert rung == [GUEST]


def test_every_act_of_administration_stands_in_the_audit(
    desk: AccountsDesk, admin: Account, app_runtime: Runtime
) -> None:
    account = desk.create_account(AccountPlan("desk", "", Role.VIEWER, PASSWORD), by=admin.id, now=NOON)
    desk.set_role(account.id, Role.TEAM, by=admin.id, now=NOON)
    desk.set_password(account.id, "another good one", by=admin.id, now=NOON)
    desk.sign_in("desk", "another good one", client="", now=NOON)
    desk.create_token(account.id, TokenPlan("script", Role.VIEWER), by=account.id, now=NOON)
    desk.revoke_all(account.id, by=admin.id, now=NOON)
    desk.set_public_rights([], by=admin.id, now=NOON)

    with app_runtime.control.connect() as connection:
        rows = connection.execute(select(audit.c.act, audit.c.account_id).order_by(audit.c.id)).all()

    assert [tuple(row) for row in rows[1:]] == [
        ("create account", admin.id),
        ("change account", admin.id),
        ("set password", admin.id),
        ("create token", account.id),
        ("revoke sign-ins", admin.id),
        ("revoke tokens", admin.id),
        ("set what is public", admin.id),
    ]


def test_the_database_holds_no_key_and_no_password(desk: AccountsDesk, app_runtime: Runtime) -> None:
    account = account_of(desk, "desk", Role.VIEWER)
    cookie = desk.sign_in("desk", PASSWORD, client="", now=NOON)
    _, key = desk.create_token(account.id, TokenPlan("script", Role.VIEWER), by=None, now=NOON)

    with app_runtime.control.connect() as connection:
        tables = ("account", "sign_in", "token", "audit")
        rows = " ".join(str(row) for name in tables for row in connection.execute(text(f"SELECT * FROM {name}")))  # noqa: S608 - names of ours

    assert str(fingerprint(cookie)) in rows
    assert not any(secret in rows for secret in (cookie, key, PASSWORD))


def _enters(desk: AccountsDesk, password: str, now: datetime) -> bool:
    try:
        desk.sign_in("desk", password, client="", now=now)
    except NotSignedIn:
        return False
    return True


def _steps_down(desk: AccountsDesk, account_id: UUID) -> bool:
    try:
        desk.set_active(account_id, active=False, by=None, now=NOON)
    except Conflict:
        return False
    return True


def _founds(desk: AccountsDesk, number: int, key: str | None) -> bool:
    assert key is not None
    try:
        desk.create_first_admin(key, AccountPlan(f"boss-{number}", "", Role.ADMIN, PASSWORD), now=NOON)
    except NotSignedIn:
        return False
    return True
