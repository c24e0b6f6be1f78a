"""Many clients of the live socket in one small process, so that the portal is measured and not its audience.

`python -m tests.bench.fanout_clients PORT COOKIE EACH SLUG…` connects EACH sockets to every circuit, says "ready" when
all have their snapshot, then one newcomer twice a second; when its input ends, it says what they saw as one line of
JSON. The publisher writes the moment into the banner and into each happening; both processes read the same clock.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

NEWCOMER_S = 0.5
_HEAD = (
    "GET /ws/circuits/{slug}/live?happenings_after=now HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Origin: http://127.0.0.1:{port}\r\nCookie: paddock={cookie}\r\n\r\n"
)
_PING, _CLOSE = 9, 8


@dataclass
class Seen:
    """What all clients saw."""

    late_s: list[float] = field(default_factory=list)
    happened_late_s: list[float] = field(default_factory=list)
    snapshot_s: list[float] = field(default_factory=list)
    first_snapshot_s: list[float] = field(default_factory=list)
    happenings: list[int] = field(default_factory=list)
    """How many each client was told."""
    gaps: int = 0
    snapshots_again: int = 0
    closed: int = 0


class Client(asyncio.Protocol):
    """Reads frames as the server sends them: whole, unmasked, in any portions."""

    def __init__(self, head: str, seen: Seen) -> None:
        self.ready = asyncio.get_running_loop().create_future()
        self.told = 0
        self._head = head
        self._seen = seen
        self._began = time.monotonic()
        self._came_at = time.time()
        self._bytes = bytearray()
        self._is_open = False
        self._n: int | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(self._head.encode())

    def connection_lost(self, _error: Exception | None) -> None:
        self._seen.closed += 1

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if not self._is_open:
            end = self._bytes.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._bytes.startswith(b"HTTP/1.1 101"), bytes(self._bytes[:end])
            del self._bytes[: end + 4]
            self._is_open = True
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.abort()

    def _frame(self) -> tuple[int, bytes] | None:
        if len(self._bytes) < 2:
            return None
        length, start = self._bytes[1], 2
        if length >= 126:
            start += 2 if length == 126 else 8
            length = int.from_bytes(self._bytes[2:start])
        if len(self._bytes) < start + length:
            return None
        kind, body = self._bytes[0] & 15, bytes(self._bytes[start : start + length])
        del self._bytes[: start + length]
        return kind, body

    def _take(self, kind: int, body: bytes) -> None:
        if kind == _PING and self._transport is not None:
            self._transport.write(bytes([0x8A, 0x80 | len(body), 0, 0, 0, 0]) + body)
        elif body.startswith(b'{"type":"delta"'):
            self._note(body, b'"banner":"', self._seen.late_s)
        elif body.startswith(b'{"type":"happening","n":'):
            self._happened(body)
        elif body.startswith(b'{"type":"snapshot"'):
            self._begun()

    def _begun(self) -> None:
        if self.ready.done():
            self._seen.snapshots_again += 1
            return
        self.ready.set_result(time.monotonic() - self._began)

    def _happened(self, body: bytes) -> None:
        n = int(body[24 : body.index(b",", 24)])
        self._seen.gaps += self._n is not None and n != self._n + 1
        self._n = n
        self.told += 1
        self._note(body, b'"text":"', self._seen.happened_late_s)

    def _note(self, body: bytes, before: bytes, late_s: list[float]) -> None:
        place = body.find(before)
        if place >= 0:
            start = place + len(before)
            moment = float(body[start : body.index(b'"', start)])
            if moment > self._came_at:
                late_s.append(time.time() - moment)


async def audience(port: int, cookie: str, each: int, slugs: Sequence[str]) -> Seen:
    seen, loop = Seen(), asyncio.get_running_loop()

    async def come(slug: str) -> tuple[Client, float]:
        head = _HEAD.format(slug=slug, port=port, cookie=cookie)
        _, client = await loop.create_connection(lambda: Client(head, seen), "127.0.0.1", port)
        return client, await client.ready

    clients = []
    for slug in slugs:
        for _ in range(each):
            client, took = await come(slug)
            clients.append(client)
            seen.first_snapshot_s.append(took)
    print("ready", flush=True)  # noqa: T201 - the other side waits for it
    told = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    while not told.done():
        newcomer, took = await come(slugs[len(seen.snapshot_s) % len(slugs)])
        seen.snapshot_s.append(took)
        newcomer.close()
        await asyncio.wait({told}, timeout=NEWCOMER_S)
    seen.happenings = [client.told for client in clients]
    seen.closed -= len(seen.snapshot_s)
    return seen


def main() -> None:
    port, cookie, each, *slugs = sys.argv[1:]
    seen = asyncio.run(audience(int(port), cookie, int(each), slugs))
    print(json.dumps(asdict(seen)))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
