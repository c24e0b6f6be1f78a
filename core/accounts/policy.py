"""The one table of rights. Pages, API, sockets and the gate ask it; nobody else compares roles.

Rights = role of the account ∩ scope of the token; membership (a team sees its own) narrows further where data has an
owner. An administrator runs the house and judges nothing.
"""

from collections.abc import Collection
from uuid import UUID

from core.accounts.model import Entrance, Identity, Right, Role, Via
from core.errors import NotAllowed, NotSignedIn

_EVERYBODY = {Right.ENTER, Right.OWN_TOKENS, Right.READ_TIMING, Right.READ_PUBLISHED}
_OFFICIAL = _EVERYBODY | {Right.REPORT, Right.READ_RACE_CONTROL, Right.EXPORT}
_IN_RACE = {Right.RECORD, Right.AMEND, Right.ISSUE, Right.APPROVE, Right.SERVE}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(
        _EVERYBODY
        | {Right.READ_RACE_CONTROL, Right.EXPORT, Right.EDIT_ACCOUNTS, Right.EDIT_CIRCUITS}
        | {Right.OPERATE, Right.ARCHIVE_SESSIONS, Right.EDIT_RULES}
    ),
    Role.RACE_CONTROL: frozenset(_OFFICIAL | _IN_RACE | {Right.RUN_SESSIONS, Right.EDIT_ENTRIES, Right.EDIT_RULES}),
    Role.STEWARD: frozenset(_OFFICIAL | _IN_RACE | {Right.DECIDE, Right.PUBLISH}),
    Role.MARSHAL: frozenset(_EVERYBODY | {Right.REPORT, Right.AMEND_OWN_REPORT, Right.READ_OWN_REPORTS}),
    Role.TIMEKEEPER: frozenset(_OFFICIAL | {Right.SERVE, Right.EDIT_ENTRIES}),
    Role.SECRETARY: frozenset(_OFFICIAL | {Right.PUBLISH, Right.EDIT_ENTRIES}),
    Role.ENGINEER: frozenset(_EVERYBODY | {Right.EXPORT}),
    Role.TEAM: frozenset(_EVERYBODY | {Right.READ_OWN_TEAM, Right.REPORT_SERVING, Right.ACKNOWLEDGE}),
    Role.VIEWER: frozenset(_EVERYBODY),
}

CAN_BE_PUBLIC = frozenset({Right.ENTER, Right.READ_TIMING, Right.READ_PUBLISHED})
"""What an admin may open to visitors without an account."""

GUEST = UUID(int=0)
"""The account and entry id of every visitor without an account; no account has it."""


def rights_of(role: Role) -> frozenset[Right]:
    return RIGHTS[role]


def token_rights(role: Role, scope: Role) -> frozenset[Right]:
    """What a token may do: never more than its account, and never make or revoke tokens."""
    return (rights_of(role) & rights_of(scope)) - {Right.OWN_TOKENS}


def identity_of(entrance: Entrance) -> Identity:
    account = entrance.account
    rights = rights_of(account.role) if entrance.scope is None else token_rights(account.role, entrance.scope)
    return Identity(
        account.id,
        account.name,
        account.display_name,
        account.role,
        rights,
        account.team,
        entrance.entry_id,
        entrance.via,
    )


def guest(public: Collection[Right]) -> Identity:
    """A visitor without an account: only what an admin made public, and never more than may be."""
    return Identity(GUEST, "guest", "Guest", Role.VIEWER, CAN_BE_PUBLIC & set(public), None, GUEST, Via.PUBLIC)


def demand(identity: Identity, right: Right) -> None:
    """Let the identity pass, or say why not.

    Raises:
        NotSignedIn: a guest asks for what is not public.
        NotAllowed: the role or the token's scope does not cover it.
    """
    if right in identity.rights:
        return
    if identity.via is Via.PUBLIC:
        raise NotSignedIn("This is not public.", "Sign in with an account.")
    if identity.via is Via.TOKEN and right in rights_of(identity.role):
        raise NotAllowed(f"This token may not {_words(right)}.", "Use a token with a wider scope, or sign in.")
    raise NotAllowed(f"The role {_words(identity.role)} may not {_words(right)}.", "Ask an admin for another role.")


def _words(name: str) -> str:
    return name.replace("_", " ")
