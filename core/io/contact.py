"""Contact with the bus: that it is away is said once and never raised, and so is that it is back."""

import logging
from collections.abc import Iterator
from itertools import chain, repeat
from types import TracebackType

import redis

log = logging.getLogger(__name__)

_LOST = (redis.ConnectionError, redis.TimeoutError, redis.ReadOnlyError)


class Contact:
    """Swallows that the bus is away; says so once, and once that it is back."""

    def __init__(self) -> None:
        self._lost = False

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self.made()
            return False
        if not isinstance(error, _LOST):
            return False
        if not self._lost:
            log.warning("bus lost", extra={"reason": str(error)})
        self._lost = True
        return True

    def made(self) -> Iterator[float]:
        """The bus answers; returns the pauses between tries for the next time that it does not."""
        if self._lost:
            log.info("bus back")
        self._lost = False
        return pauses()


def pauses() -> Iterator[float]:
    return chain((0.05, 0.1, 0.2, 0.5), repeat(1.0))
