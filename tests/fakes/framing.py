"""WebSocket frames of a server, by hand: a library would not let a fake misbehave (RFC 6455, RFC 7692)."""

import base64
import hashlib
import zlib
from typing import NamedTuple

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
NAMES = {0x0: "continuation", TEXT: "text", 0x2: "binary", CLOSE: "close", PING: "ping", PONG: "pong"}

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_FINAL, _COMPRESSED, _MASKED = 0x80, 0x40, 0x80
_TAIL = b"\x00\x00\xff\xff"


class Received(NamedTuple):
    opcode: int
    payload: bytes


def accept_key(key: str) -> str:
    # The handshake's own digest, no secret.
    return base64.b64encode(hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest()).decode()


def frame(opcode: int, payload: bytes, *, deflated: bool = False) -> bytes:
    """A whole frame as a server sends it: not masked."""
    if deflated:
        squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        payload = (squeeze.compress(payload) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(_TAIL)
    head = bytes([_FINAL | (_COMPRESSED if deflated else 0) | opcode])
    return head + _length(len(payload)) + payload


class Unframing:
    """Frames out of what a client sends, which is always masked."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, packet: bytes) -> list[Received]:
        self._rest += packet
        frames = []
        while (found := self._next()) is not None:
            frames.append(found)
        return frames

    def _next(self) -> Received | None:
        if len(self._rest) < 2:
            return None
        first, second = self._rest[:2]
        assert second & _MASKED, "a client must mask its frames"
        extra = {126: 2, 127: 8}.get(second & 0x7F, 0)
        length = int.from_bytes(self._rest[2 : 2 + extra]) if extra else second & 0x7F
        begin = 2 + extra + 4
        if len(self._rest) < begin + length:
            return None
        mask, body = self._rest[begin - 4 : begin], self._rest[begin : begin + length]
        self._rest = self._rest[begin + length :]
        plain = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))
        if first & _COMPRESSED:
            plain = zlib.decompress(plain + _TAIL + b"\x03\x00", wbits=-zlib.MAX_WBITS)
        return Received(first & 0x0F, plain)


def _length(length: int) -> bytes:
    if length < 126:
        return bytes([length])
    return bytes([126]) + length.to_bytes(2) if length < 2**16 else bytes([127]) + length.to_bytes(8)
