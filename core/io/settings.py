"""What must be known before anything starts, read once from `PADDOCK_…` variables.

Everything an admin may change while Paddock runs is a `setting` row in the control database instead.
`config/example.env` lists the same names; a test compares the two.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_ORIGIN = re.compile(r"https?://[^/\s,*?#@]+")


def _a_list_of_origins(text: str) -> str:
    """Without blanks, in lower case as browsers send them, and without the slash that people add."""
    origins = [part.strip().removesuffix("/").lower() for part in text.split(",")]
    named = [origin for origin in origins if origin]
    if bad := [origin for origin in named if not _ORIGIN.fullmatch(origin)]:
        raise ValueError(f"origins such as https://app.example.org, with commas between; not {bad[0]}")
    return ",".join(named)


class Settings(BaseSettings):
    """Typed and frozen. Defaults run on a laptop with nothing installed."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_", frozen=True)

    data: Path = Path("data")
    """Data folder: database files, blobs, spools, logs."""
    database_url: str | None = None
    """PostgreSQL as the owner role (workers, migrations); None = the embedded server."""
    app_database_url: str | None = None
    """PostgreSQL as `paddock_app` (portal); None = `database_url` with that role taken on connection."""
    redis_url: str | None = None
    """Redis or Valkey; None = the embedded server."""
    bus_prefix: str = "paddock"
    """Names on the bus begin with it; two installations on one Redis need two."""
    host: str = "127.0.0.1"
    port: int = 8600
    demo: bool = False
    """True in a demo, whose accounts are made for it: no setup link is printed."""
    secure_cookies: bool = False
    """True behind HTTPS: the sign-in cookie then carries `Secure`."""
    cors_origins: Annotated[str, AfterValidator(_a_list_of_origins)] = Field(
        default="", validation_alias=AliasChoices("PADDOCK_CORS_ORIGINS", "CORS_ORIGINS")
    )
    """Whose pages may call the APIs with a token from a browser; commas between, "" = nobody's but our own."""
    requests_per_minute: int = Field(default=600, ge=0)
    """How often one token, one sign-in or one stranger's address may call the APIs; 0 = as often as they like."""
    ws_max_reconnect_attempts: int = Field(
        default=0,
        ge=0,
        validation_alias=AliasChoices("PADDOCK_WS_MAX_RECONNECT_ATTEMPTS", "WS_MAX_RECONNECT_ATTEMPTS"),
    )
    """After so many failed attempts in a row a link to a feed is given up; 0 = never."""
    firebase_project_id: str | None = Field(
        default=None, validation_alias=AliasChoices("PADDOCK_FIREBASE_PROJECT_ID", "FIREBASE_PROJECT_ID")
    )
    """The karting app's Firebase project, whose circuits are compared with ours; None = there is none."""
    firebase_credentials_path: Path | None = Field(
        default=None, validation_alias=AliasChoices("PADDOCK_FIREBASE_CREDENTIALS_PATH", "FIREBASE_CREDENTIALS_PATH")
    )
    """The key of its service account; None = the credentials of the machine."""
    firestore_emulator_host: str | None = Field(default=None, validation_alias="FIRESTORE_EMULATOR_HOST")
    """Google's own variable: a server for tests that asks for no credentials."""
    smtp_url: str | None = None
    """Mail server that takes anchors of event logs: smtp://user:password@host:587 or smtps://…; None = no mail."""
    anchor_mail_to: str = ""
    """Who keeps anchors elsewhere; commas between."""
    log_level: str = "INFO"
