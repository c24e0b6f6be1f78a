"""What the accounts desk needs from outside: rows that are changed together with their audit row, and slow hashing.

Implemented by `core/io/database/accounts.py` and `core/io/passwords.py`. `secret` is always a fingerprint of a key.
`by` is the account that asked; None is Paddock itself (command line, demo, setup link).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Account, Entrance, Right, SignIn, Token
from core.accounts.plan import AccountChange, AccountPlan, TokenPlan


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in, already counted as a failure until it is admitted."""

    account_id: UUID
    password_hash: str = field(repr=False)
    last: bool
    """It locked the account unless it succeeds."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is stored of a key that was handed out."""

    secret: bytes
    expires_at: datetime


class Passwords(Protocol):
    """Slow on purpose (about 0.2 s): never on the thread of an event loop."""

    def hash(self, password: str) -> str: ...
    def match(self, password: str, password_hash: str) -> bool: ...


class AccountStore(Protocol):
    def attempt(self, name: str, now: datetime) -> Attempt | None:
        """Count a try in one atomic step; None when nobody can enter by this name: unknown, locked, not active."""

    def admit(self, attempt: Attempt, key: Key, client: str, now: datetime) -> bool:
        """Forget the failures and store the sign-in; False when the account changed since the attempt."""

    def by_cookie(self, secret: bytes, now: datetime) -> Entrance | None: ...
    def by_token(self, secret: bytes, now: datetime) -> Entrance | None:
        """Notes the use, at most once a minute."""

    def by_entries(self, entry_ids: Collection[UUID], now: datetime) -> tuple[Entrance, ...]:
        """Those of these sign-ins and tokens that are valid, in one query each."""

    def accounts(self) -> tuple[Account, ...]: ...
    def account(self, account_id: UUID) -> Account | None: ...
    def find(self, name: str) -> Account | None: ...
    def add(self, plan: AccountPlan, password_hash: str, by: UUID | None, now: datetime) -> Account | None:
        """None when the name is taken."""

    def change(self, account_id: UUID, change: AccountChange, by: UUID | None, now: datetime) -> bool:
        """False when no active admin would remain."""

    def set_password(self, account_id: UUID, password_hash: str, by: UUID | None, now: datetime) -> None:
        """Also ends the lock."""

    def sign_ins(self, account_id: UUID, now: datetime) -> tuple[SignIn, ...]:
        """Those that are valid, newest first."""

    def revoke_sign_ins(
        self, account_id: UUID, by: UUID | None, now: datetime, *, only: UUID | None = None, keep: UUID | None = None
    ) -> int:
        """How many ended: all, only one, or all but one."""

    def tokens(self, account_id: UUID) -> tuple[Token, ...]:
        """Also the expired and revoked ones, newest first."""

    def add_token(self, account_id: UUID, plan: TokenPlan, key: Key, by: UUID | None, now: datetime) -> Token: ...
    def revoke_tokens(self, account_id: UUID, by: UUID | None, now: datetime, *, only: UUID | None = None) -> int: ...
    def add_setup_link(self, secret: bytes, now: datetime) -> bool:
        """False once there is an account."""

    def add_first_admin(
        self, secret: bytes, plan: AccountPlan, password_hash: str, issued_after: datetime, now: datetime
    ) -> Account | None:
        """None when the link is unknown, used or too old, or an account exists."""

    def setup_link(self, secret: bytes, issued_after: datetime) -> bool:
        """Whether this link would still open the setup page."""

    def public_rights(self) -> frozenset[Right]: ...
    def set_public_rights(self, rights: Collection[Right], by: UUID | None, now: datetime) -> None: ...
