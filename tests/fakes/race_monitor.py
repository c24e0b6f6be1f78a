"""A fake Race Monitor: the list of races over HTTP, and the relay that wants `$JOIN` and answers `$GET`.

`python -m tests.fakes.race_monitor --port 8600 --recording FILE` plays an RMonitor recording.
"""

import json
import socket
import threading
from types import TracebackType
from typing import Self

from core.tracks.model import RaceMonitor
from tests.fakes.listening import LOOPBACK, Listening
from tests.fakes.pages import Asked, Pages, Reply
from tests.fakes.rmonitor_mirror import RMonitorMirror, rmonitor
from tests.fakes.scripts import arguments, run, script_of
from tests.fakes.stage import Mood, Script, Stage
from tests.fakes.visitors import SocketVisitor, shake_hands

_RACE, _INSTANCE, _TOKEN = 4711, "relay-7", "token/of=tests"
_PATH = f"/instance/{_INSTANCE}/token%2Fof%3Dtests"


class FakeRaceMonitor:
    """One race and its relay.

    Args:
        script: RMonitor records to play.
        page_port: of the list; 0 = any.
    """

    def __init__(self, script: Script, page_port: int = 0) -> None:
        self.stage = Stage(script, RMonitorMirror())
        self.asked: list[Asked] = []
        """What was asked of the list."""
        self.is_live = True
        """Whether the venue is connected."""
        self.asks_for_patience_s = 0
        """Above 0: the list answers that we come too often."""
        self._over = threading.Event()
        self._door = Listening(self._serve, lambda: self.stage.mood is not Mood.STALLED)
        self.host = f"{LOOPBACK}:{self._door.port}"
        """Where the list says that the relay is."""
        self._pages = Pages(self._answer, page_port)

    @property
    def transport(self) -> RaceMonitor:
        return RaceMonitor(_RACE, self._pages.address)

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
        self._pages.close()

    def _answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if self.asks_for_patience_s:
            return Reply(429, headers=(("Retry-After", str(self.asks_for_patience_s)),))
        if not asked.path.startswith("/Info/WebRaceList?") or f"raceID={_RACE}&" not in asked.path:
            return Reply(404)
        races = [
            {"ID": "1", "Instance": "another", "ReceivingData": False},
            {"ID": str(_RACE), "Instance": _INSTANCE, "ReceivingData": self.is_live},
        ]
        return Reply(text=json.dumps({"CurrentRaces": races, "LiveTimingHost": self.host, "LiveTimingToken": _TOKEN}))

    def _serve(self, plug: socket.socket) -> None:
        try:
            headers = shake_hands(plug, _PATH)
        except OSError:
            headers = None
        if headers is None:
            plug.close()
            return
        SocketVisitor(plug, self.stage, self._over, listen=self._listen).run(enter=False)

    def _listen(self, visitor: SocketVisitor, text: str) -> None:
        match text.split(","):
            case ["$JOIN", instance, token] if (instance, token) == (_INSTANCE, _TOKEN):
                visitor.send('$RMS,"race"\n$RMDTL\n')
                self.stage.enter(visitor)
            case ["$GET", racer]:
                visitor.send("\n".join(rmonitor(self.stage.mirror).history(racer)))
            case _:
                visitor.leave(clean=True)


def main() -> None:
    chosen = arguments(__doc__, 8600).parse_args()
    with FakeRaceMonitor(script_of(chosen.recording), chosen.port) as fake:
        run(fake.stage, chosen.speed, f"Race Monitor at {fake.transport.api}, race {_RACE}")


if __name__ == "__main__":
    main()
