"""Lines over plain TCP, as RMonitor servers (Orbits and its like) push them: no login, no greeting.

What one read brought is one frame. A line that the end of the connection cut is dropped: half a record may read as
another one, and the server tells everything anew when we come back.
"""

import socket
import threading
from collections.abc import Iterator, Sequence

from core.io.transports import LinkLimits
from core.io.transports.connection import READ_S
from core.io.transports.faults import LinkFault, in_words
from core.io.transports.lines import Lines
from core.io.transports.plug import cut, plugged
from core.tracks.model import TcpSocket

_PACKET = 65_536


class TcpDialler:
    """The way to one host and port."""

    def __init__(self, transport: TcpSocket) -> None:
        self.address = f"{transport.host}, port {transport.port}"
        self._transport = transport

    def dial(self, limits: LinkLimits, _left: threading.Event) -> "TcpLines":
        with in_words(self.address):
            plug = plugged(self._transport.host, self._transport.port, limits.connect_s, tls=False, verify=False)
        return TcpLines(plug, self.address)

    def history(self, _source_ids: Sequence[str], _limits: LinkLimits, _stop: threading.Event) -> Iterator[str]:
        """There is nobody to ask: the server tells its state by itself, again and again."""
        return iter(())


class TcpLines:
    """A connection of lines."""

    def __init__(self, plug: socket.socket, address: str) -> None:
        self.address = address
        self._plug = plug
        self._plug.settimeout(READ_S)
        self._lines = Lines()

    def read(self) -> Sequence[str]:
        with in_words(self.address):
            packet = self._received()
        if packet is None:
            return ()
        if not packet:
            raise LinkFault(f"{self.address} closed the connection.")
        lines = self._lines.feed(packet)
        return ("\n".join(lines),) if lines else ()

    def cut(self) -> None:
        cut(self._plug)

    def close(self) -> None:
        self._plug.close()

    def _received(self) -> bytes | None:
        """None when nothing came in time."""
        try:
            return self._plug.recv(_PACKET)
        except TimeoutError:
            return None
