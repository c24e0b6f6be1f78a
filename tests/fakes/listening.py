"""A port on loopback that can be closed and opened again, with a thread for each client."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

LOOPBACK = "127.0.0.1"
_LOOK_UP_S = 0.02


class Listening:
    """Accepts while `is_open` says so; else clients wait in the backlog, as at a server that hangs.

    Args:
        serve: takes one client's socket, on a thread of its own, and closes it.
        is_open: whether to accept.
        port: 0 = any.
    """

    def __init__(self, serve: Callable[[socket.socket], None], is_open: Callable[[], bool], port: int = 0) -> None:
        self._serve = serve
        self._is_open = is_open
        self._over = threading.Event()
        self._refusing = threading.Event()
        self._refused = threading.Event()
        self._threads: list[threading.Thread] = []
        self._door = self._bound(port)
        self.port: int = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def refuse(self) -> None:
        """Nobody listens any more, once this returns."""
        self._refusing.set()
        self._refused.wait()

    def accept(self) -> None:
        """Listen again."""
        self._refusing.clear()
        self._refused.clear()

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._door.close()
        for thread in self._threads:
            thread.join()

    @staticmethod
    def _bound(port: int) -> socket.socket:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((LOOPBACK, port))
        except OSError:
            door.close()
            raise
        door.listen()
        door.settimeout(_LOOK_UP_S)
        return door

    def _run(self) -> None:
        while not self._over.is_set():
            if self._refusing.is_set():
                self._door.close()
                self._refused.set()
                self._over.wait(_LOOK_UP_S)
            elif self._refused_before():
                self._door = self._bound(self.port)
            elif self._is_open():
                self._take_one()
            else:
                self._over.wait(_LOOK_UP_S)

    def _refused_before(self) -> bool:
        return self._door.fileno() < 0

    def _take_one(self) -> None:
        with suppress(TimeoutError):
            client, _ = self._door.accept()
            thread = threading.Thread(target=self._serve_when_open, args=[client], daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve_when_open(self, client: socket.socket) -> None:
        """Who was let in just before we began to hang waits too."""
        while not (self._is_open() or self._over.is_set()):
            self._over.wait(_LOOK_UP_S)
        self._serve(client)
