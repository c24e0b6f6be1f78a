"""Rows of the season's ledger: what closed sessions left, in the control database. All rows of a session at once."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Integer, Numeric, Table, Text, Uuid

from core.io.database import CONTROL

season_ledger = Table(
    "season_ledger",
    CONTROL,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("session_id", Uuid, ForeignKey("race_session.id"), nullable=False),
    Column("season", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kart", Text),
    Column("team", Text),
    Column("driver", Text),
    Column("incident", Integer),
    Column("penalty", Text),
    Column("code", Text),
    Column("label", Text),
    Column("type", Text),
    Column("state", Text),
    Column("amount", Numeric),
    Column("scope", Text),
    Column("subject", Text),
    Column("origin", Text),
)
