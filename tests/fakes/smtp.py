"""A mail server that takes letters and keeps them, or refuses them: RFC 5321, as far as needed."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message

_OK = ("EHLO", "HELO", "MAIL", "RCPT", "RSET")


@dataclass
class MailServer:
    """What it has taken; `refuses` is what it says to a letter instead."""

    port: int = 0
    refuses: str = ""
    letters: list[Message] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    known: MailServer


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 test ready")
        for line in iter(self.rfile.readline, b""):
            said = line.decode().strip().upper()
            if said.startswith("QUIT"):
                self._say("221 bye")
                return
            if said == "DATA":
                self._take()
            else:
                self._say("250 test" if said.startswith(_OK) else "502 what?")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        if not self.server.known.refuses:
            self.server.known.letters.append(message_from_string("".join(lines)))
        self._say(self.server.known.refuses or "250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.known = MailServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.known
        finally:
            server.shutdown()
            thread.join()
