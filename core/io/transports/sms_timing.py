"""SMS-Timing: a WebSocket that pushes whole states after `START`, compressed or not at all.

The server sends only empty frames to a client that does not take permessage-deflate, so a connection without it is
refused here. This one transport uses `websockets`, because websocket-client cannot decompress.
"""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from urllib.parse import urlsplit

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.sync.client import ClientConnection, connect

from core.io.transports import LinkLimits
from core.io.transports.connection import BROWSER, READ_S
from core.io.transports.faults import LinkFault, in_words
from core.io.transports.plug import cut, plugged
from core.io.transports.web_socket import LONGEST_FRAME
from core.tracks.model import SmsTiming


class SmsDialler:
    """The way to one live server."""

    def __init__(self, transport: SmsTiming) -> None:
        self.address = transport.url.partition("?")[0]
        self._transport = transport

    def dial(self, limits: LinkLimits, _left: threading.Event) -> "SmsConnection":
        with in_words(self.address):
            plug = self._plugged(limits)
            connection = SmsConnection(plug, self.address)
            try:
                connection.shake(self._transport, limits)
            except BaseException:
                connection.close()
                raise
        return connection

    def history(self, _source_ids: Sequence[str], _limits: LinkLimits, _stop: threading.Event) -> Iterator[str]:
        """There is nobody to ask: every frame is the whole state."""
        return iter(())

    def _plugged(self, limits: LinkLimits) -> socket.socket:
        parts = urlsplit(self._transport.url)
        is_tls = parts.scheme == "wss"
        port = parts.port or (443 if is_tls else 80)
        return plugged(parts.hostname or "", port, limits.connect_s, tls=is_tls, verify=self._transport.verify_tls)


class SmsConnection:
    """A connection that is up once hands are shaken."""

    def __init__(self, plug: socket.socket, address: str) -> None:
        self.address = address
        self._plug = plug
        self._held = ExitStack()
        self._held.callback(plug.close)

    def shake(self, transport: SmsTiming, limits: LinkLimits) -> None:
        """Open the WebSocket and ask for the resource.

        Raises:
            LinkFault: it would be answered with empty frames.
        """
        self._shaken = self._held.enter_context(_socket_on(self._plug, transport.url, limits))
        if not any(isinstance(extension, PerMessageDeflate) for extension in self._shaken.protocol.extensions):
            raise LinkFault(
                f"{self.address} does not compress (permessage-deflate): it is no SMS-Timing live server, or a proxy "
                "stands in between."
            )
        self._shaken.send(transport.hello)

    def read(self) -> Sequence[str]:
        with in_words(self.address):
            text = self._received()
        if text is None:
            return ()
        return (text if isinstance(text, str) else text.decode("utf-8", "replace"),)

    def cut(self) -> None:
        cut(self._plug)

    def close(self) -> None:
        self._held.close()

    def _received(self) -> str | bytes | None:
        """None when nothing came in time."""
        try:
            return self._shaken.recv(timeout=READ_S)
        except TimeoutError:
            return None


def _socket_on(plug: socket.socket, url: str, limits: LinkLimits) -> ClientConnection:
    # The plug speaks TLS already; to the library it is a plain one, with the name and path of the address.
    return connect(
        url.replace("wss://", "ws://", 1),
        sock=plug,
        compression="deflate",
        user_agent_header=BROWSER,
        open_timeout=limits.connect_s,
        close_timeout=READ_S,
        ping_interval=None,
        max_size=LONGEST_FRAME,
        proxy=None,
    )
