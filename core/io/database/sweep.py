"""Rows that nobody asks for any more."""

from datetime import datetime

from sqlalchemy import Engine, delete, or_

from core.io.database.account_tables import sign_in


def forget_sign_ins(control: Engine, before: datetime) -> int:
    """Delete sign-ins that expired or were revoked before then; returns how many."""
    over = or_(sign_in.c.expires_at < before, sign_in.c.revoked_at < before)
    with control.begin() as connection:
        return connection.execute(delete(sign_in).where(over)).rowcount
