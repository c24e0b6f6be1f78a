"""The tables of access: accounts, sign-ins, tokens, setup links. Keys are kept as their SHA-256 only."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, LargeBinary, Table, Text, Uuid

from core.io.database import CONTROL

account = Table(
    "account",
    CONTROL,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("team", Text),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
sign_in = Table(
    "sign_in",
    CONTROL,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("account_id", Uuid, ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("client", Text, nullable=False),
)
token = Table(
    "token",
    CONTROL,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("account_id", Uuid, ForeignKey("account.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
)
setup_link = Table(
    "setup_link",
    CONTROL,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)
