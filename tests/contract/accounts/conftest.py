"""An accounts desk on a database of its own, with quick hashing; `rung` is what it rang the bell for."""

from uuid import UUID

import pytest

from core.accounts.desk import AccountsDesk
from core.accounts.model import Account, Role
from core.io.database.accounts import Accounts
from core.io.runtime import Runtime
from tests.contract.accounts.people import account_of
from tests.quick_passwords import Reversed


@pytest.fixture
def rung() -> list[UUID]:
    return []


@pytest.fixture
def desk(app_runtime: Runtime, rung: list[UUID]) -> AccountsDesk:
    return AccountsDesk(Accounts(app_runtime.control), Reversed(), rung.append)


@pytest.fixture
def admin(desk: AccountsDesk) -> Account:
    return account_of(desk, "boss", Role.ADMIN)
