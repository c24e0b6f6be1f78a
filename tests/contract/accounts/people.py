"""Accounts that come and go in these tests."""

from datetime import UTC, datetime

from core.accounts.desk import AccountsDesk
from core.accounts.model import Account, Role
from core.accounts.plan import AccountPlan

NOON = datetime(2026, 7, 4, 12, 0, tzinfo=UTC)
PASSWORD = "slow in, fast out"


def account_of(desk: AccountsDesk, name: str, role: Role) -> Account:
    return desk.create_account(AccountPlan(name, "", role, PASSWORD), by=None, now=NOON)
