"""What every live transport gives to the `Link` that drives it."""

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from core.io.transports import LinkLimits

READ_S = 0.1
"""How long a read may take when nothing comes, so that a stop is noticed and a farewell can be sent."""

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
"""Venues' servers expect the web client."""


class Connection(Protocol):
    """One connection that is up."""

    @property
    def address(self) -> str:
        """Where it leads, as people may see it: without secrets."""

    def read(self) -> Sequence[str]:
        """The frames that came, in order; none after `READ_S` without any.

        Raises:
            LinkFault: the connection has ended.
        """

    def cut(self) -> None:
        """Make `read` raise at once; from any thread."""

    def close(self) -> None:
        """Say farewell where the protocol has one, and let go. Never raises, hardly waits."""


class Dialler(Protocol):
    """Knows the way to one feed. What it learned on the way it may remember; each call may take long."""

    @property
    def address(self) -> str:
        """What is dialled, as people may see it."""

    def dial(self, limits: LinkLimits, left: threading.Event) -> Connection:
        """Connect and greet; `left` is set when nobody waits any more.

        Raises:
            LinkFault: there is no connection.
        """

    def history(self, source_ids: Sequence[str], limits: LinkLimits, stop: threading.Event) -> Iterator[str]:
        """As `FrameStream.history`."""
