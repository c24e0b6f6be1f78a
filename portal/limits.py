"""How often somebody may call the APIs in a minute, counted on the bus so that several portals count as one.

A token and a sign-in count for themselves; who has neither, or shows a wrong key, counts by address. A minute begins
with its first request. Pages, their files, Streamlit and sockets are not counted. Without the bus nobody is: a limit
must never be what stops a race.
"""

from hashlib import sha256
from time import monotonic

from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.types import Scope

from core.accounts.model import Identity, Via
from core.errors import TooOften
from portal.running import runtime

MINUTE_S = 60
_COUNTED = ("/api/", "/compat/")
_PATIENCE_S = 0.25
_NOT_ASKED_AGAIN_S = 1.0
_THREADS = 4


class Limits:
    def __init__(self) -> None:
        self._threads = CapacityLimiter(_THREADS)
        self._ask_from = 0.0

    async def count(self, scope: Scope, identity: Identity | None) -> None:
        """Count one request.

        Raises:
            TooOften: there were too many in this minute.
        """
        most, who = runtime().settings.requests_per_minute, _who(scope, identity)
        if not most or who is None or not scope["path"].startswith(_COUNTED):
            return
        counted = await self._counted(who)
        if counted is None:
            return
        so_far, wait_s = counted
        if so_far > most:
            remedy = f"Wait {wait_s} s, and ask less often: sockets tell what is new by themselves."
            raise TooOften(f"More than {most} requests came in a minute.", remedy, wait_s)

    async def _counted(self, who: str) -> tuple[int, int] | None:
        """A bus that is slow or away is not asked again at once: no request may wait for it twice."""
        if monotonic() < self._ask_from:
            return None
        counted: tuple[int, int] | None = None
        with move_on_after(_PATIENCE_S):
            counted = await to_thread.run_sync(
                lambda: runtime().bus.count(f"requests:{who}", MINUTE_S), limiter=self._threads, abandon_on_cancel=True
            )
        if counted is None:
            self._ask_from = monotonic() + _NOT_ASKED_AGAIN_S
        return counted


def _who(scope: Scope, identity: Identity | None) -> str | None:
    """None: nobody can say. An address is personal, so that only its digest goes to the bus."""
    if identity is not None and identity.via is not Via.PUBLIC:
        return str(identity.entry_id)
    client = scope.get("client")
    return sha256(client[0].encode()).hexdigest() if client else None
