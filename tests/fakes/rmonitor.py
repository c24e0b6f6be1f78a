"""A fake RMonitor server: lines over TCP, the refresh first.

`python -m tests.fakes.rmonitor --port 50000 --recording FILE` plays a recording.
"""

import socket
import threading
from types import TracebackType
from typing import Self

from core.tracks.model import TcpSocket
from tests.fakes.listening import LOOPBACK, Listening
from tests.fakes.rmonitor_mirror import RMonitorMirror
from tests.fakes.scripts import arguments, run, script_of
from tests.fakes.stage import Mood, Script, Stage
from tests.fakes.visitors import LineVisitor


class FakeRMonitor:
    """One timing computer."""

    def __init__(self, script: Script, port: int = 0) -> None:
        self.stage = Stage(script, RMonitorMirror())
        self._over = threading.Event()
        self._door = Listening(self._serve, lambda: self.stage.mood is not Mood.STALLED, port)

    @property
    def transport(self) -> TcpSocket:
        return TcpSocket(LOOPBACK, self._door.port)

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
        LineVisitor(plug, self.stage, self._over).run()


def main() -> None:
    chosen = arguments(__doc__, 50_000).parse_args()
    with FakeRMonitor(script_of(chosen.recording), chosen.port) as fake:
        run(fake.stage, chosen.speed, f"RMonitor at {LOOPBACK}:{fake.transport.port}")


if __name__ == "__main__":
    main()
