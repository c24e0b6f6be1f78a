"""Whatever bytes a server sends, a link ends in words, never in a library's error."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.io.transports import LinkLimits
from core.io.transports.faults import LinkFault, in_words
from core.io.transports.web_socket import Way, WebSocketConnection, _Bounded, _shaken

WAY = Way("ws://timing.example/feed", True, "timing.example")  # noqa: FBT003 - `verify_tls`
HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
ANSWERS = st.binary(max_size=300) | st.text(max_size=100).map(lambda text: HEAD + text.encode() + b"\r\n\r\n")


def answered(wire: bytes) -> tuple[socket.socket, socket.socket]:
    """Our end of a connection whose other end has said this and left."""
    ours, theirs = socket.socketpair()
    ours.settimeout(1.0)
    theirs.sendall(wire)
    theirs.shutdown(socket.SHUT_WR)
    return ours, theirs


@given(ANSWERS)
def test_no_answer_to_the_handshake_does_more_than_refuse(wire: bytes) -> None:
    ours, theirs = answered(wire)
    with ours, theirs, pytest.raises(LinkFault), in_words("timing.example"):
        _shaken(ours, WAY)


@given(st.binary(max_size=300))
def test_no_frame_does_more_than_end_the_link(wire: bytes) -> None:
    ours, theirs = answered(wire)
    with ours, theirs:
        bounded = _Bounded(skip_utf8_validation=True)
        bounded.sock, bounded.connected = ours, True
        connection = WebSocketConnection(bounded, ours, "timing.example")

        with pytest.raises(LinkFault):
            read_on(connection)
        connection.close()


def read_on(connection: WebSocketConnection) -> None:
    while True:
        assert all(isinstance(text, str) for text in connection.read())


def test_limits_are_those_of_the_specification() -> None:
    limits = LinkLimits()

    assert (limits.connect_s, limits.first_pause_s, limits.longest_pause_s, limits.attempts) == (20, 1, 30, 0)
