"""Lines out of a stream of bytes, however the network cuts it into packets."""

import re

LONGEST = 16_384
"""Bytes. A longer line, which no protocol has, goes on in pieces: nothing is lost, nothing grows without end."""

_END = re.compile(rb"[\r\n]")


class Lines:
    """Splits at CR, LF or both; blank lines say nothing and are left out. Latin-1, as RMonitor is."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._rest = b""

    def feed(self, packet: bytes) -> list[str]:
        """The lines that this packet completes."""
        *whole, rest = _END.split(self._rest + packet)
        lines = [piece for line in whole for piece in self._pieces(line)]
        while len(rest) > self._longest:
            lines.append(rest[: self._longest])
            rest = rest[self._longest :]
        self._rest = rest
        return [line.decode("latin-1") for line in lines]

    def _pieces(self, line: bytes) -> list[bytes]:
        return [line[begin : begin + self._longest] for begin in range(0, len(line), self._longest)]
