"""`python -m portal`: one portal process, as `paddock up` and `paddock portal` start it.

One worker per process: two break Streamlit's uploads. Compressing each socket message costs more than it saves.
"""

import uvicorn

from core.io.logs import log_to
from core.io.settings import Settings


def main() -> None:
    settings = Settings()
    log_to(level=settings.log_level)
    uvicorn.run(
        "portal.asgi:app",
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=3,
        ws_per_message_deflate=False,
    )


if __name__ == "__main__":
    main()
