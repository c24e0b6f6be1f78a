"""The one door to accounts: entering and leaving, and the administration of who may.

Rights are checked by the caller (`Right.EDIT_ACCOUNTS`, `Right.OWN_TOKENS`). Every change is written together with its
audit row, then the bell is rung with the account's id, so that open pages and sockets look again at once. Methods
that take a password need about 0.2 s of processor time.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from core.accounts.keys import SETUP_LINK_LASTS, SIGN_IN_LASTS, fingerprint, new_key, new_token
from core.accounts.model import Account, Identity, Right, Role, SignIn, Token
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
    typed_name,
)
from core.accounts.policy import CAN_BE_PUBLIC, GUEST, guest, identity_of
from core.accounts.ports import AccountStore, Attempt, Key, Passwords
from core.errors import BadInput, Conflict, NotFound, NotSignedIn

log = logging.getLogger(__name__)


class AccountsDesk:
    """Questions and verbs about accounts; shared between threads."""

    def __init__(self, store: AccountStore, passwords: Passwords, ring: Callable[[UUID], None]) -> None:
        self._store = store
        self._passwords = passwords
        self._ring = ring

    # Entering and leaving

    def sign_in(self, name: str, password: str, *, client: str, now: datetime) -> str:
        """The key for the browser's cookie.

        Raises:
            NotSignedIn: in the same words and after the same time whether the name is unknown, the password is wrong
                or the account is locked or not active, so that nobody learns which names exist.
        """
        attempt = self._tried(typed_name(name), password, now)
        key = new_key()
        kept = Key(fingerprint(key), now + SIGN_IN_LASTS)
        if attempt is None or not self._store.admit(attempt, kept, _one_line(client), now):
            raise _refused()
        return key

    def sign_out(self, identity: Identity, now: datetime) -> None:
        """End the sign-in that this identity came by; nothing happens when it has ended already."""
        account_id = identity.account_id
        if self._store.revoke_sign_ins(account_id, account_id, now, only=identity.entry_id):
            self._ring(account_id)

    def identify_cookie(self, key: str, now: datetime) -> Identity | None:
        entrance = self._store.by_cookie(fingerprint(key), now)
        return None if entrance is None else identity_of(entrance)

    def identify_token(self, key: str, now: datetime) -> Identity | None:
        entrance = self._store.by_token(fingerprint(key), now)
        return None if entrance is None else identity_of(entrance)

    def identify_entry(self, entry_id: UUID, now: datetime) -> Identity | None:
        """Whoever entered by this sign-in or token, while it is valid: what open pages ask again."""
        return self.identify_entries([entry_id], now).get(entry_id)

    def identify_entries(self, entry_ids: Collection[UUID], now: datetime) -> dict[UUID, Identity]:
        """The same for many at once: what the gate asks about all open sockets. Those that ended are missing."""
        return {found.entry_id: identity_of(found) for found in self._store.by_entries(entry_ids, now)}

    def guest(self) -> Identity | None:
        """Who a visitor without an account is; None while nothing is public."""
        public = self._store.public_rights()
        return guest(public) if public else None

    # Accounts

    def accounts(self) -> tuple[Account, ...]:
        return self._store.accounts()

    def account(self, account_id: UUID) -> Account:
        return _found(self._store.account(account_id), str(account_id))

    def find(self, name: str) -> Account:
        known = typed_name(name)
        return _found(self._store.find(known) if is_name(known) else None, name)

    def create_account(self, plan: AccountPlan, *, by: UUID | None, now: datetime) -> Account:
        checked = checked_account(plan)
        password_hash = self._passwords.hash(checked_password(plan.password))
        if (account := self._store.add(checked, password_hash, by, now)) is None:
            raise Conflict(f"There is already an account “{checked.name}”.", "Choose another name.")
        return account

    def change(self, account_id: UUID, change: AccountChange, *, by: UUID | None, now: datetime) -> Account:
        """Whoever is no longer active is thrown out at once; rights follow the role at once."""
        self.account(account_id)
        if not self._store.change(account_id, checked_change(change), by, now):
            raise Conflict("This is the last active admin.", "Make another account an admin first.")
        self._ring(account_id)
        return self.account(account_id)

    def set_role(self, account_id: UUID, role: Role, *, by: UUID | None, now: datetime) -> Account:
        return self.change(account_id, AccountChange(role=role), by=by, now=now)

    def set_active(self, account_id: UUID, *, active: bool, by: UUID | None, now: datetime) -> Account:
        return self.change(account_id, AccountChange(active=active), by=by, now=now)

    def set_password(self, account_id: UUID, password: str, *, by: UUID | None, now: datetime) -> None:
        """An admin's reset: ends the lock and every sign-in of the account."""
        self.account(account_id)
        self._store.set_password(account_id, self._passwords.hash(checked_password(password)), by, now)
        self._store.revoke_sign_ins(account_id, by, now)
        self._ring(account_id)

    def change_password(self, identity: Identity, old: str, new: str, *, now: datetime) -> None:
        """One's own: ends every other sign-in. Wrong old passwords count towards the lock."""
        checked_password(new)
        if self._tried(identity.name, old, now) is None:
            raise BadInput("The old password is wrong.", "Type it again; after five tries the account is locked.")
        self._store.set_password(identity.account_id, self._passwords.hash(new), identity.account_id, now)
        self._store.revoke_sign_ins(identity.account_id, identity.account_id, now, keep=identity.entry_id)
        self._ring(identity.account_id)

    # Sign-ins and tokens

    def sign_ins(self, account_id: UUID, now: datetime) -> tuple[SignIn, ...]:
        return self._store.sign_ins(account_id, now)

    def revoke_sign_in(self, account_id: UUID, sign_in_id: UUID, *, by: UUID | None, now: datetime) -> None:
        ended = self._store.revoke_sign_ins(account_id, by, now, only=sign_in_id)
        self._ended(ended, account_id, "sign-in")

    def tokens(self, account_id: UUID) -> tuple[Token, ...]:
        return self._store.tokens(account_id)

    def create_token(self, account_id: UUID, plan: TokenPlan, *, by: UUID | None, now: datetime) -> tuple[Token, str]:
        """The token and its key, which is shown once and cannot be read again."""
        checked = checked_token(plan)
        account = self.account(account_id)
        key = new_token()
        kept = Key(fingerprint(key), now + timedelta(days=checked.days))
        return self._store.add_token(account.id, checked, kept, by, now), key

    def revoke_token(self, account_id: UUID, token_id: UUID, *, by: UUID | None, now: datetime) -> None:
        ended = self._store.revoke_tokens(account_id, by, now, only=token_id)
        self._ended(ended, account_id, "token")

    def revoke_all(self, account_id: UUID, *, by: UUID | None, now: datetime) -> None:
        """Throw the account out of every browser and every program."""
        self.account(account_id)
        self._store.revoke_sign_ins(account_id, by, now)
        self._store.revoke_tokens(account_id, by, now)
        self._ring(account_id)

    # The first start, and what is public

    def setup_link(self, now: datetime) -> str | None:
        """A one-time key that may create the first admin; None once there is an account."""
        key = new_key()
        return key if self._store.add_setup_link(fingerprint(key), now) else None

    def is_setup_link(self, key: str, now: datetime) -> bool:
        return self._store.setup_link(fingerprint(key), now - SETUP_LINK_LASTS)

    def create_first_admin(self, key: str, plan: AccountPlan, *, now: datetime) -> Account:
        checked = checked_account(plan)
        checked_password(plan.password)
        if not self.is_setup_link(key, now):  # before the slow hashing, which strangers must not get for nothing
            raise _spent_link()
        password_hash = self._passwords.hash(plan.password)
        admin = self._store.add_first_admin(fingerprint(key), checked, password_hash, now - SETUP_LINK_LASTS, now)
        if admin is None:
            raise _spent_link()
        return admin

    def public_rights(self) -> frozenset[Right]:
        return self._store.public_rights()

    def set_public_rights(self, rights: Collection[Right], *, by: UUID | None, now: datetime) -> None:
        if not CAN_BE_PUBLIC.issuperset(rights):
            raise BadInput("Not everything can be public.", f"Choose among: {', '.join(sorted(CAN_BE_PUBLIC))}.")
        self._store.set_public_rights(rights, by, now)
        self._ring(GUEST)

    # Parts of the above

    def _tried(self, name: str, password: str, now: datetime) -> Attempt | None:
        """The attempt if its password is right. Counted before it is judged, so that parallel guesses all count."""
        attempt = self._store.attempt(name, now) if is_name(name) else None
        judged = self._nobody if attempt is None else attempt.password_hash
        right = self._passwords.match(password if fits(password) else "", judged)
        if attempt is not None and attempt.last and not right:
            log.warning("account locked", extra={"account_id": str(attempt.account_id)})
        return attempt if right else None

    @cached_property
    def _nobody(self) -> str:
        """What an unknown name's password is compared with: it takes the same time and never fits."""
        return self._passwords.hash(new_key())

    def _ended(self, ended: int, account_id: UUID, what: str) -> None:
        if not ended:
            raise NotFound(f"This account has no such {what}.", "It may have ended already: look at the list again.")
        self._ring(account_id)


def _found(account: Account | None, asked: str) -> Account:
    if account is None:
        raise NotFound(f"There is no account “{asked}”.", "Choose one from the list of accounts.")
    return account


def _refused() -> NotSignedIn:
    return NotSignedIn(
        "This name and password do not open an account.",
        "Check both. Five wrong tries lock an account for 15 minutes; an admin can end the lock with a new password.",
    )


def _spent_link() -> NotSignedIn:
    return NotSignedIn("This setup link is no longer valid.", "Restart Paddock and open the link it prints.")


def _one_line(client: str) -> str:
    return "".join(character for character in client if character.isprintable())[:200]
