"""What this portal runs on: put here by the lifespan in `portal/asgi.py`, asked for by the rest of the portal."""

from datetime import datetime

from core.errors import Unavailable
from core.io.clock import utc_now
from core.io.runtime import Runtime


class _Held:
    runtime: Runtime | None = None


def set_runtime(runtime: Runtime | None) -> None:
    """None when the portal stops."""
    _Held.runtime = runtime


def runtime() -> Runtime:
    if _Held.runtime is None:
        raise Unavailable("The portal is starting or stopping.", "Try again in a few seconds.")
    return _Held.runtime


def now() -> datetime:
    return utc_now()
