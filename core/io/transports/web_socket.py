"""A feed pushed over a WebSocket, by websocket-client: Apex, Race Monitor, and any other that needs no compression.

It never pings, and says nothing but its greeting, what is asked for through `say`, and a farewell; the library answers
the peer's pings. Reading and writing happen in one thread, because TLS does not allow two.
"""

import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

import websocket

from core.io.transports import LinkLimits
from core.io.transports.connection import BROWSER, READ_S
from core.io.transports.faults import LinkFault, in_words
from core.io.transports.plug import cut, plugged
from core.tracks.model import WebSocketFeed

LONGEST_FRAME = 16 * 2**20
"""Bytes. The longest snapshot known is 31 kB; what is longer than this is not a timing feed."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a WebSocket is."""

    url: str
    verify_tls: bool
    shown: str
    """The address for people, without what is secret in it."""
    origin: str | None = None
    """None = the address itself, as a page of that server would say."""


class WebSocketDialler:
    """The way to any feed that wants at most a greeting."""

    def __init__(self, transport: WebSocketFeed) -> None:
        self.address = transport.url.partition("?")[0]
        self._way = Way(transport.url, transport.verify_tls, self.address)
        self._hello = transport.hello

    def dial(self, limits: LinkLimits, _left: threading.Event) -> "WebSocketConnection":
        connection = opened(self._way, limits)
        if self._hello:
            connection.say(self._hello)
        return connection

    def history(self, _source_ids: Sequence[str], _limits: LinkLimits, _stop: threading.Event) -> Iterator[str]:
        """Nobody knows how to ask."""
        return iter(())


def opened(way: Way, limits: LinkLimits) -> "WebSocketConnection":
    """Connect and shake hands.

    Raises:
        LinkFault: it did not come to that.
    """
    with in_words(way.shown):
        parts = urlsplit(way.url)
        is_tls = parts.scheme == "wss"
        port = parts.port or (443 if is_tls else 80)
        plug = plugged(parts.hostname or "", port, limits.connect_s, tls=is_tls, verify=way.verify_tls)
        try:
            return WebSocketConnection(_shaken(plug, way), plug, way.shown)
        except BaseException:
            plug.close()
            raise


def _shaken(plug: socket.socket, way: Way) -> "_Bounded":
    bounded = _Bounded(skip_utf8_validation=True)
    # Without redirects: they would leave the socket whose certificate was checked.
    bounded.connect(  # type: ignore[no-untyped-call]  # the library's own
        way.url,
        socket=plug,
        origin=way.origin,
        header=[f"User-Agent: {BROWSER}"],
        redirect_limit=0,
        timeout=plug.gettimeout(),
    )
    return bounded


class _Bounded(websocket.WebSocket):
    """Reads no frame longer than `LONGEST_FRAME`; the library itself would take any."""

    received = 0
    """Bytes since the last whole frame."""

    def _recv(self, bufsize: int) -> bytes:
        packet: bytes = super()._recv(bufsize)  # type: ignore[no-untyped-call]  # the library's own
        self.received += len(packet)
        if self.received > LONGEST_FRAME:
            raise websocket.WebSocketProtocolException("the frame is too long")
        return packet


class WebSocketConnection:
    """A connection that is up."""

    def __init__(self, bounded: _Bounded, plug: socket.socket, address: str) -> None:
        self.address = address
        self._bounded = bounded
        self._plug = plug
        self._bounded.settimeout(READ_S)
        self._outbox: SimpleQueue[str] = SimpleQueue()

    def say(self, text: str) -> None:
        """Send a text soon, from any thread."""
        self._outbox.put(text)

    def read(self) -> Sequence[str]:
        with in_words(self.address):
            self._send_what_waits()
            received = self._received()
        if received is None:
            return ()
        opcode, data = received
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            raise LinkFault(f"{self.address} closed the connection{_reason(data)}.")
        return (data.decode("utf-8", "replace"),)

    def cut(self) -> None:
        cut(self._plug)

    def close(self) -> None:
        # No waiting for an answer: the peer may be frozen, and nobody reads what it would still send.
        self._bounded.close(timeout=0)
        self._plug.close()

    def _send_what_waits(self) -> None:
        while True:
            try:
                text = self._outbox.get_nowait()
            except Empty:
                return
            self._bounded.send(text)

    def _received(self) -> tuple[int, bytes] | None:
        """Opcode and data; None when only control frames, or nothing, came in time."""
        try:
            opcode, data = self._bounded.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            return None
        self._bounded.received = 0
        return None if opcode in {websocket.ABNF.OPCODE_PING, websocket.ABNF.OPCODE_PONG} else (opcode, data)


def _reason(data: bytes) -> str:
    """The code, two bytes, and the words of a close frame."""
    if len(data) < 2:
        return ""
    words = data[2:].decode("utf-8", "replace")
    return f" ({int.from_bytes(data[:2])}{' ' + words if words else ''})"
