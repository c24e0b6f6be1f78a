"""A fake SMS-Timing live server: whole states after `START`, to those who take permessage-deflate; else only `{}`.

`python -m tests.fakes.sms --port 10015 --recording FILE` plays one JSON state a line.
"""

import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from core.tracks.model import SmsTiming
from tests.fakes.certificate import self_signed
from tests.fakes.listening import LOOPBACK, Listening
from tests.fakes.scripts import arguments, run, script_of
from tests.fakes.stage import Mood, Script, Stage
from tests.fakes.visitors import SocketVisitor, shake_hands

_HELLO = "START 8@example"
_DEFLATE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


class SmsMirror:
    """Every frame is the whole state."""

    def __init__(self) -> None:
        self._last = "{}"

    def apply(self, text: str) -> None:
        self._last = text

    def snapshot(self) -> Iterable[str]:
        return (self._last,)


class FakeSms:
    """One venue.

    Args:
        script: JSON states to play.
        port: 0 = any.
        deflates: False: as if a proxy took the compression away.
        tls: with a certificate that nobody knows.
    """

    def __init__(self, script: Script, port: int = 0, *, deflates: bool = True, tls: bool = False) -> None:
        self.stage = Stage(script, SmsMirror())
        self._extensions = _DEFLATE if deflates else ""
        self._tls = tls
        self._over = threading.Event()
        self._door = Listening(self._serve, lambda: self.stage.mood is not Mood.STALLED, port)

    @property
    def transport(self) -> SmsTiming:
        scheme = "wss" if self._tls else "ws"
        return SmsTiming(f"{scheme}://{LOOPBACK}:{self._door.port}/", _HELLO, verify_tls=False)

    def refuse(self) -> None:
        self._door.refuse()

    def accept(self) -> None:
        self._door.accept()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self.stage.close()
        self._door.close()

    def _serve(self, plug: socket.socket) -> None:
        try:
            plug = self_signed().wrap_socket(plug, server_side=True) if self._tls else plug
            headers = shake_hands(plug, "/", self._extensions)
        except OSError:
            headers = None
        if headers is None:
            plug.close()
            return
        deflated = bool(self._extensions) and "permessage-deflate" in headers.get("sec-websocket-extensions", "")
        SocketVisitor(plug, self.stage, self._over, listen=self._listen, deflated=deflated).run(enter=False)

    def _listen(self, visitor: SocketVisitor, text: str) -> None:
        if text == _HELLO and visitor.deflated:
            self.stage.enter(visitor)
        else:
            visitor.send("{}")


def main() -> None:
    chosen = arguments(__doc__, 10_015).parse_args()
    with FakeSms(script_of(chosen.recording), chosen.port) as fake:
        run(fake.stage, chosen.speed, f"SMS-Timing at {fake.transport.url}, {_HELLO}")


if __name__ == "__main__":
    main()
