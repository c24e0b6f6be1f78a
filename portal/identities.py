"""Who is behind a credential, asked from the accounts desk off the event loop's thread.

An answer is remembered for two seconds, because one page brings dozens of files; the bell of an account that changed
empties the memory at once. Refusals are not remembered.
"""

from collections.abc import Callable, Collection
from time import monotonic
from typing import TypeVar
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.accounts.model import Identity, Via
from core.accounts.policy import GUEST
from core.errors import Unavailable
from portal.credentials import Credential
from portal.running import now, runtime

REMEMBERED_S = 2.0
_MOST_REMEMBERED = 10_000
_THREADS = 4
"""Of our own: a slow API request must not keep others waiting at the gate."""

_T = TypeVar("_T")


class Identities:
    def __init__(self) -> None:
        self._threads = CapacityLimiter(_THREADS)
        self._known: dict[Credential | None, tuple[Identity, float]] = {}
        self._times_forgotten = 0

    async def of(self, shown: Credential | None) -> Identity | None:
        """None: the key is unknown, expired or revoked, and nothing is public."""
        known = self._known.get(shown)
        if known is not None and monotonic() < known[1]:
            return known[0]
        return await self._asked(shown)

    async def still(self, entries: Collection[UUID]) -> dict[UUID, Identity]:
        """Who these sign-ins and tokens are now; those that ended are missing."""
        return await self._off_loop(lambda: _still(entries))

    def forget(self) -> None:
        self._times_forgotten += 1
        self._known.clear()

    async def _asked(self, shown: Credential | None) -> Identity | None:
        """Asks again when a bell rang meanwhile: the answer may be older than the change."""
        while True:
            asked_at = self._times_forgotten
            identity = await self._off_loop(lambda: _identified(shown))
            if asked_at == self._times_forgotten:
                break
        if identity is not None:
            self._remember(shown, identity)
        return identity

    def _remember(self, shown: Credential | None, identity: Identity) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[shown] = (identity, monotonic() + REMEMBERED_S)

    async def _off_loop(self, question: Callable[[], _T]) -> _T:
        try:
            return await to_thread.run_sync(question, limiter=self._threads)
        except PoolTimeout as error:
            raise Unavailable("Every connection to the database is busy.", "Try again in a few seconds.") from error


def _identified(shown: Credential | None) -> Identity | None:
    """A browser whose key does not count is a guest; a program's wrong token is an error, never a guest."""
    desk = runtime().accounts
    if shown is not None and shown.via is Via.TOKEN:
        return desk.identify_token(shown.key, now())
    signed_in = None if shown is None else desk.identify_cookie(shown.key, now())
    return signed_in or desk.guest()


def _still(entries: Collection[UUID]) -> dict[UUID, Identity]:
    desk = runtime().accounts
    found = desk.identify_entries(entries, now())
    guest = desk.guest() if GUEST in entries else None
    return found if guest is None else {**found, GUEST: guest}
