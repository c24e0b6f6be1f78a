"""What people type about accounts and tokens, checked before anything is written.

Passwords are measured in bytes at the upper end because bcrypt reads at most 72 of them.
"""

import re
from dataclasses import dataclass, field, replace

from core.accounts.keys import TOKEN_LASTS_AT_MOST_DAYS, TOKEN_LASTS_DAYS
from core.accounts.model import Role
from core.errors import BadInput

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD_BYTES = 72

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class AccountPlan:
    name: str
    display_name: str
    role: Role
    password: str = field(repr=False)
    team: str | None = None


@dataclass(frozen=True, slots=True)
class TokenPlan:
    label: str
    role: Role
    """The scope: the token has the rights of this role as far as its account has them too."""
    days: int = TOKEN_LASTS_DAYS


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What an admin changes about an account; None keeps what is. An empty team takes the account out of its team."""

    display_name: str | None = None
    role: Role | None = None
    team: str | None = None
    active: bool | None = None


def typed_name(text: str) -> str:
    """A name as it is compared: the same however it was capitalised."""
    return text.strip().lower()


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def checked_account(plan: AccountPlan) -> AccountPlan:
    """The plan in the form in which it is stored.

    Raises:
        BadInput: the name or the display name cannot be used.
    """
    name = typed_name(plan.name)
    if not is_name(name):
        raise BadInput(
            f"“{plan.name}” cannot be an account's name.",
            "Use 1 to 64 letters, digits, dots, hyphens, underscores or @, beginning with a letter or digit.",
        )
    label = checked_label(plan.display_name or plan.name, "shown name")
    return replace(plan, name=name, display_name=label, team=_team(plan.team))


def checked_change(change: AccountChange) -> AccountChange:
    if change.display_name is None:
        return replace(change, team=_kept_team(change.team))
    label = checked_label(change.display_name, "shown name")
    return replace(change, display_name=label, team=_kept_team(change.team))


def checked_token(plan: TokenPlan) -> TokenPlan:
    if not 1 <= plan.days <= TOKEN_LASTS_AT_MOST_DAYS:
        raise BadInput(
            f"A token cannot last {plan.days} days.", f"Give it between 1 and {TOKEN_LASTS_AT_MOST_DAYS} days."
        )
    return replace(plan, label=checked_label(plan.label, "label"))


def checked_password(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            "This password is too short.", f"Use at least {SHORTEST_PASSWORD} characters; a few words are easy to keep."
        )
    if not fits(password):
        raise BadInput("This password is too long.", f"{LONGEST_PASSWORD_BYTES} bytes at most; accents count twice.")
    return password


def fits(password: str) -> bool:
    """Whether the hashing can read it whole."""
    return len(password.encode("utf-8", "replace")) <= LONGEST_PASSWORD_BYTES


def checked_label(text: str, what: str) -> str:
    label = text.strip()
    if not 1 <= len(label) <= 80 or not label.isprintable():
        raise BadInput(f"This {what} cannot be used.", "Use 1 to 80 characters on one line.")
    return label


def _team(text: str | None) -> str | None:
    return checked_label(text, "team") if text and text.strip() else None


def _kept_team(text: str | None) -> str | None:
    """None keeps the team, "" takes it away."""
    return None if text is None else (_team(text) or "")
