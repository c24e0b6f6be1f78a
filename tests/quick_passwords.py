"""Hashing that costs nothing, for tests that are about something else; the slow one has a test of its own."""

from core.accounts.desk import AccountsDesk
from core.io.bus import Bell, Topic
from core.io.database.accounts import Accounts
from core.io.runtime import Runtime


class Reversed:
    def hash(self, password: str) -> str:
        return password[::-1]

    def match(self, password: str, password_hash: str) -> bool:
        return password[::-1] == password_hash


def hurry(runtime: Runtime) -> AccountsDesk:
    """Give the runtime an accounts desk that does not spend 0.2 s on each password."""
    desk = AccountsDesk(
        Accounts(runtime.control), Reversed(), lambda account_id: runtime.bus.ring(Bell(Topic.ACCOUNT, str(account_id)))
    )
    runtime.__dict__["accounts"] = desk
    return desk
