"""`python -m portal`: one portal process, as `paddock up` and `paddock portal` start it.

It loads first and then waits until the database is there and migrated, so it may be started beside both. One worker per
process: two break Streamlit's uploads. Compressing each socket message costs more than it saves.
"""

import logging
import sys
import time

import uvicorn
from sqlalchemy import Engine

from core.errors import Unavailable
from core.io.database.engine import control_engine
from core.io.database.engine import log as engine_log
from core.io.logs import log_to
from core.io.migrate import pending
from core.io.settings import Settings

log = logging.getLogger(__name__)

_STARTUP_FAILED = 3
_ASK_EVERY_S = 0.05
_SAY_EVERY_S = 10.0


def main() -> None:
    settings = Settings()
    log_to(level=settings.log_level)
    config = uvicorn.Config(
        "portal.asgi:app",
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=3,
        ws_per_message_deflate=False,
    )
    config.load()
    _wait_for_database(settings)
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        sys.exit(_STARTUP_FAILED)


def _wait_for_database(settings: Settings) -> None:
    """A database that comes up beside us is nothing to report; one that does not is, every ten seconds."""
    engine = control_engine(settings, owner=False)
    said_at = time.monotonic()
    engine_log.disabled = True
    while missing := _missing(engine):
        if time.monotonic() - said_at > _SAY_EVERY_S:
            said_at = time.monotonic()
            log.warning("waiting for the database", extra={"missing": missing})
        time.sleep(_ASK_EVERY_S)
    engine_log.disabled = False
    engine.dispose()


def _missing(engine: Engine) -> str:
    """Why the portal cannot begin; nothing when it can."""
    try:
        return ", ".join(pending(engine))
    except Unavailable as error:
        return f"{error.what} {error.__cause__}"


if __name__ == "__main__":
    main()
