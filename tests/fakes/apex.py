"""A fake Apex Timing: page and config.js, request.php, an open socket and one with a certificate nobody knows.

`python -m tests.fakes.apex --port 8310` plays an invented race, or `--recording FILE`, at `--speed`; a circuit leads
there with the printed page address and `verify_tls` off.
"""

import random
import socket
import ssl
import threading
from types import TracebackType
from typing import Self

from core.timing.simulate import Plan, simulate
from core.tracks.model import ApexSocket
from tests.fakes.apex_mirror import ApexMirror
from tests.fakes.certificate import self_signed
from tests.fakes.listening import LOOPBACK, Listening
from tests.fakes.pages import Asked, Pages, Reply
from tests.fakes.scripts import arguments, run, script_from, script_of
from tests.fakes.stage import Mood, Script, Stage
from tests.fakes.visitors import SocketVisitor, shake_hands

_SLUG = "/live-timing/example"
_OPEN, _TLS = 2, 3


class FakeApex:
    """One installation.

    Args:
        script: frames to play.
        port: its `configPort`; 0 = any that is free with the two above it.
        page_port: of the pages; 0 = any.
    """

    def __init__(self, script: Script, port: int = 0, page_port: int = 0) -> None:
        self.stage = Stage(script, ApexMirror())
        self.asked: list[Asked] = []
        """What was asked of the pages."""
        self.handshakes: list[dict[str, str]] = []
        """Headers of the sockets' handshakes."""
        self.has_bad_tls = False
        """Whether the TLS socket answers with something else."""
        self._over = threading.Event()
        self.port, self._doors = self._opened(port)
        self.open_door, self.tls_door = self._doors
        self._pages = Pages(self._answer, page_port)
        self.page = f"{self._pages.address}{_SLUG}/index.html"

    @property
    def transport(self) -> ApexSocket:
        """What an operator types."""
        return ApexSocket(self.page, verify_tls=False)

    def refuse(self) -> None:
        for door in self._doors:
            door.refuse()

    def accept(self) -> None:
        for door in self._doors:
            door.accept()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self.stage.close()
        for door in self._doors:
            door.close()
        self._pages.close()

    def _opened(self, port: int) -> tuple[int, tuple[Listening, Listening]]:
        for base in [port] if port else random.sample(range(20_000, 32_000, 10), 50):
            try:
                door = Listening(self._serve, self._is_open, base + _OPEN)
            except OSError:
                continue
            try:
                return base, (door, Listening(self._serve_tls, self._is_open, base + _TLS))
            except OSError:
                door.close()
        raise OSError("two neighbouring ports are nowhere free")

    def _is_open(self) -> bool:
        return self.stage.mood is not Mood.STALLED

    def _serve_tls(self, plug: socket.socket) -> None:
        if self.has_bad_tls:
            with plug:
                plug.sendall(b"SSH-2.0-example\r\n")
            return
        try:
            secured = self_signed().wrap_socket(plug, server_side=True)
        except (OSError, ssl.SSLError):
            plug.close()  # the client does not want us
            return
        self._serve(secured)

    def _serve(self, plug: socket.socket) -> None:
        try:
            headers = shake_hands(plug, "/")
        except OSError:
            headers = None
        if headers is None:
            plug.close()
            return
        self.handshakes.append(dict(headers))
        SocketVisitor(plug, self.stage, self._over).run()

    def _answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if asked.path == f"{_SLUG}/javascript/config.js":
            return Reply(text=f'// made for tests\nvar configPort = {self.port};\nvar configHost = "{LOOPBACK}";\n')
        if asked.path == "/live-timing/commonv2/functions/request.php" and asked.form.get("port") == str(self.port):
            return Reply(text=self.answer(asked.form["request"]))
        return Reply(404)

    def answer(self, query: str) -> str:
        assert isinstance(self.stage.mirror, ApexMirror)
        return self.stage.mirror.answer(query)


def main() -> None:
    chosen = arguments(__doc__, 8310, invents=True).parse_args()
    script = script_of(chosen.recording) if chosen.recording else script_from(simulate(Plan()).frames)
    with FakeApex(script, chosen.port, chosen.port) as fake:
        run(fake.stage, chosen.speed, f"page {fake.page}, verify_tls off")


if __name__ == "__main__":
    main()
