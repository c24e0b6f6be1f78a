"""The nouns of access: roles and rights, accounts, a browser's entry (sign-in), a program's entry (token).

Secrets never appear here: a sign-in and a token are named by an id, what opens the door is kept by whoever holds it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    ADMIN = "admin"
    RACE_CONTROL = "race_control"
    STEWARD = "steward"
    MARSHAL = "marshal"
    TIMEKEEPER = "timekeeper"
    SECRETARY = "secretary"
    ENGINEER = "engineer"
    TEAM = "team"
    VIEWER = "viewer"


class Right(StrEnum):
    """What may be asked for. `policy` says which role has which."""

    ENTER = "enter"
    """Be inside at all: the portal's frame, one's own name, the bell."""
    OWN_TOKENS = "own_tokens"
    """Manage one's own password, sign-ins and tokens; never given to a token."""
    READ_TIMING = "read_timing"
    READ_RACE_CONTROL = "read_race_control"
    """All incidents, proposals and histories, published or not."""
    READ_PUBLISHED = "read_published"
    READ_OWN_REPORTS = "read_own_reports"
    READ_OWN_TEAM = "read_own_team"
    REPORT = "report"
    """Put a report into the marshals' queue."""
    RECORD = "record"
    """Record or accept an incident."""
    AMEND = "amend"
    """Amend or void, with a reason."""
    AMEND_OWN_REPORT = "amend_own_report"
    """Amend one's own report until it is accepted."""
    ISSUE = "issue"
    """Give, issue and apply a penalty during the race; confirm one as not served."""
    DECIDE = "decide"
    """The stewards' decision: hearings, reclassification, overruling a judge of fact."""
    APPROVE = "approve"
    """Be the second, different account that approves."""
    SERVE = "serve"
    """Record and verify that a penalty was served."""
    REPORT_SERVING = "report_serving"
    PUBLISH = "publish"
    ACKNOWLEDGE = "acknowledge"
    """Acknowledge a notification or lodge a protest for one's own team."""
    RUN_SESSIONS = "run_sessions"
    """Create, open and close race sessions, name their phases, pin their ruleset."""
    EDIT_RULES = "edit_rules"
    """Store rulesets from which race sessions may choose."""
    ARCHIVE_SESSIONS = "archive_sessions"
    """Put a race session away with its dump, and bring it back."""
    EDIT_ENTRIES = "edit_entries"
    EXPORT = "export"
    EDIT_CIRCUITS = "edit_circuits"
    EDIT_ACCOUNTS = "edit_accounts"
    OPERATE = "operate"
    """Sources, workers, backups, metrics, settings."""


class Via(StrEnum):
    """What opened the door."""

    COOKIE = "cookie"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    PUBLIC = "public"
    """Nothing: a guest, who has only what an admin made public."""


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    name: str
    """What is typed at the door: lower case, unique."""
    display_name: str
    role: Role
    team: str | None
    active: bool
    created_at: datetime
    locked_until: datetime | None = None
    """After too many wrong passwords."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser's entry."""

    id: UUID
    account_id: UUID
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    client: str
    """What the browser said it is, so that its owner recognises it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A program's entry: the rights of `role`, as far as its account has them too."""

    id: UUID
    account_id: UUID
    label: str
    role: Role
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entrance:
    """A sign-in or a token that is valid now, with the account behind it."""

    account: Account
    entry_id: UUID
    via: Via
    scope: Role | None
    """Of a token; None for a sign-in."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, as the gate found it; every write names it as its actor."""

    account_id: UUID
    name: str
    display_name: str
    role: Role
    rights: frozenset[Right]
    team: str | None
    entry_id: UUID
    """The sign-in or the token."""
    via: Via
