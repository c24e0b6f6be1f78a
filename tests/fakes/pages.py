"""Pages over HTTP on loopback: one function answers everything."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs

from tests.fakes.listening import LOOPBACK


class Asked(NamedTuple):
    method: str
    path: str
    form: dict[str, str]


class Reply(NamedTuple):
    status: int = 200
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class Pages:
    """Serves until it is closed.

    Args:
        answer: from any thread.
        port: 0 = any.
    """

    def __init__(self, answer: Callable[[Asked], Reply], port: int = 0) -> None:
        self._server = ThreadingHTTPServer((LOOPBACK, port), _handler(answer))
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True)
        self._thread.start()
        self.address = f"http://{LOOPBACK}:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(answer: Callable[[Asked], Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            self._reply(Asked("GET", self.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._reply(Asked("POST", self.path, form))

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

        def _reply(self, asked: Asked) -> None:
            reply = answer(asked)
            body = reply.text.encode()
            self.send_response(reply.status)
            for name, value in (*reply.headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

    return Handler
