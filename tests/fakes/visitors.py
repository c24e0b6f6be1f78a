"""One connected client of a fake: a thread that sends what waits and takes what comes."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum, auto
from queue import Empty, SimpleQueue

from tests.fakes.framing import CLOSE, NAMES, PING, PONG, TEXT, Unframing, accept_key, frame
from tests.fakes.stage import Mood, Stage

_TURN_S = 0.01
_PING_EVERY_S = 0.1
_PATIENCE_S = 5.0


class End(Enum):
    CLEAN = auto()
    ABRUPT = auto()


class Wire:
    """A socket with an outbox, and the thread that serves both; the socket is closed at the end."""

    def __init__(self, plug: socket.socket, stage: Stage, over: threading.Event) -> None:
        self.outbox: SimpleQueue[bytes | End] = SimpleQueue()
        self._plug = plug
        self._stage = stage
        self._over = over

    def run(self, take: Callable[[bytes], None], idle: Callable[[], None] = lambda: None) -> None:
        """Until either side ends it. `take` gets what comes, `idle` is called now and then."""
        with suppress(OSError):
            while not self._over.is_set() and self._turn(take):
                idle()

    def close(self, end: End) -> None:
        if end is End.ABRUPT:
            with suppress(OSError):
                self._plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):
            self._plug.close()

    def _turn(self, take: Callable[[bytes], None]) -> bool:
        if self._stage.mood is Mood.STALLED:
            return not self._over.wait(_TURN_S)
        if not self._send_what_waits():
            return False
        self._plug.settimeout(_TURN_S)
        try:
            packet = self._plug.recv(65_536)
        except (TimeoutError, ssl.SSLWantReadError):
            return True
        if packet:
            take(packet)
        return bool(packet)

    def _send_what_waits(self) -> bool:
        self._plug.settimeout(_PATIENCE_S)
        with suppress(Empty):
            while True:
                item = self.outbox.get_nowait()
                if isinstance(item, End):
                    self.close(item)
                    return False
                self._plug.sendall(item)
        return True


class LineVisitor:
    """A client that gets lines over plain TCP."""

    def __init__(self, plug: socket.socket, stage: Stage, over: threading.Event) -> None:
        self._wire = Wire(plug, stage, over)
        self._stage = stage

    def run(self) -> None:
        self._stage.enter(self)
        self._wire.run(lambda packet: self._stage.heard.append(("bytes", packet)))
        self._stage.gone(self)
        self._wire.close(End.CLEAN)

    def send(self, text: str) -> None:
        self._wire.outbox.put(_as_lines(text))

    def send_raw(self, wire: bytes) -> None:
        self._wire.outbox.put(wire)

    def cut_short(self, text: str) -> None:
        lines = _as_lines(text)
        self._wire.outbox.put(lines[: (len(lines) - 2) // 2])
        self._wire.outbox.put(End.CLEAN)

    def leave(self, *, clean: bool) -> None:
        self._wire.outbox.put(End.CLEAN if clean else End.ABRUPT)


class SocketVisitor:
    """A client of a WebSocket, hands shaken.

    Args:
        listen: hears what the client says.
        deflated: whether texts go compressed.
    """

    def __init__(
        self,
        plug: socket.socket,
        stage: Stage,
        over: threading.Event,
        *,
        listen: Callable[["SocketVisitor", str], None] = lambda _, __: None,
        deflated: bool = False,
    ) -> None:
        self._wire = Wire(plug, stage, over)
        self._stage = stage
        self._listen = listen
        self.deflated = deflated
        self._unframing = Unframing()
        self._pinged_at = 0.0

    def run(self, *, enter: bool = True) -> None:
        """Serve it; enter=False: it has to ask first."""
        if enter:
            self._stage.enter(self)
        self._wire.run(self._take, self._ping)
        self._stage.gone(self)
        self._wire.close(End.CLEAN)

    def send(self, text: str) -> None:
        self._wire.outbox.put(frame(TEXT, text.encode(), deflated=self.deflated))

    def send_raw(self, wire: bytes) -> None:
        self._wire.outbox.put(wire)

    def cut_short(self, text: str) -> None:
        whole = frame(TEXT, text.encode(), deflated=self.deflated)
        self._wire.outbox.put(whole[: len(whole) // 2])
        self._wire.outbox.put(End.CLEAN)

    def leave(self, *, clean: bool) -> None:
        if clean:
            self._wire.outbox.put(frame(CLOSE, (1001).to_bytes(2) + b"going away"))
        self._wire.outbox.put(End.CLEAN if clean else End.ABRUPT)

    def _take(self, packet: bytes) -> None:
        for opcode, payload in self._unframing.feed(packet):
            self._stage.heard.append((NAMES.get(opcode, str(opcode)), payload))
            if opcode == PING:
                self._wire.outbox.put(frame(PONG, payload))
            elif opcode == CLOSE:
                self._wire.outbox.put(frame(CLOSE, payload))
                self._wire.outbox.put(End.CLEAN)
            elif opcode == TEXT:
                self._listen(self, payload.decode())

    def _ping(self) -> None:
        if self._stage.mood is Mood.FROZEN and time.monotonic() - self._pinged_at > _PING_EVERY_S:
            self._pinged_at = time.monotonic()
            self._wire.outbox.put(frame(PING, b"still here"))


def shake_hands(plug: socket.socket, path: str, extensions: str = "") -> Mapping[str, str] | None:
    """Answer a client's request for a WebSocket; returns its headers, None when it was refused."""
    request = _request(plug)
    head, *lines = request.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if head.split(" ")[1:2] != [path] or "sec-websocket-key" not in headers:
        plug.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        return None
    answer = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_key(headers['sec-websocket-key'])}",
    ]
    if extensions and "permessage-deflate" in headers.get("sec-websocket-extensions", ""):
        answer.append(f"Sec-WebSocket-Extensions: {extensions}")
    plug.sendall("\r\n".join([*answer, "", ""]).encode())
    return headers


def _request(plug: socket.socket) -> str:
    plug.settimeout(_PATIENCE_S)
    request = b""
    while b"\r\n\r\n" not in request:
        packet = plug.recv(4096)
        if not packet:
            raise ConnectionResetError
        request += packet
    return request.decode("latin-1").partition("\r\n\r\n")[0]


def _as_lines(text: str) -> bytes:
    return "".join(f"{line}\r\n" for line in text.splitlines()).encode("latin-1", "replace")
