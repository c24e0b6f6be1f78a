"""Waiting for a call that cannot be interrupted, such as looking up a name, without being held by it."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from core.io.transports.faults import LinkFault

Made = TypeVar("Made")

_LOOK_UP_S = 0.05


class Errand(Generic[Made]):
    """One call on a thread of its own.

    Args:
        call: what to do.
        discard: what to do with a result that came after everybody had left.
    """

    def __init__(self, call: Callable[[], Made], discard: Callable[[Made], None] = lambda _: None) -> None:
        self._call = call
        self._discard = discard
        self._guard = threading.Lock()
        self._is_left = False
        self._made: list[Made] = []
        self._fault: LinkFault | None = None
        # A daemon: a name server that never answers must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="errand", daemon=True)

    def result(self, limit_s: float, stop: threading.Event) -> Made | None:
        """What the call made; None when `stop` was set before.

        Raises:
            TimeoutError: it takes too long.
            LinkFault: the call raised it.
        """
        self._thread.start()
        until = time.monotonic() + limit_s
        while self._thread.is_alive() and not stop.is_set() and time.monotonic() < until:
            self._thread.join(_LOOK_UP_S)
        with self._guard:
            self._is_left = True
            if self._fault is not None:
                raise self._fault
            if self._made and not stop.is_set():
                return self._made[0]
        self._throw_away()
        if stop.is_set():
            return None
        if time.monotonic() < until:
            raise RuntimeError("the errand died of a bug, which its thread has told")
        raise TimeoutError

    def _run(self) -> None:
        try:
            made = self._call()
        except LinkFault as fault:
            with self._guard:
                self._fault = fault
            return
        with self._guard:
            self._made.append(made)
            late = self._is_left
        if late:
            self._throw_away()

    def _throw_away(self) -> None:
        with self._guard:
            late, self._made = self._made, []
        for made in late:
            self._discard(made)
