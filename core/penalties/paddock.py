"""Paddock itself as the one who files what it found in the timing. It may report, and nothing else."""

from uuid import UUID

from core.accounts.model import Identity, Right, Role, Via

NAME = "paddock"
"""The actor in the log of what no person asked for."""
ROLE = "system"

_ID = UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")
"""No account has it."""

PADDOCK = Identity(_ID, NAME, "Paddock", Role.TIMEKEEPER, frozenset({Right.REPORT}), None, _ID, Via.TOKEN)


def is_paddock(identity: Identity) -> bool:
    return identity.account_id == _ID


def actor_of(identity: Identity) -> tuple[str, str]:
    """Who stands in the log as actor, and in which role."""
    return (NAME, ROLE) if is_paddock(identity) else (str(identity.account_id), identity.role.value)
