"""TCP and TLS, the same for every transport: connected, and verified unless the circuit says otherwise."""

import socket
import ssl
from functools import cache


def plugged(host: str, port: int, timeout_s: float, *, tls: bool, verify: bool) -> socket.socket:
    """A connected socket that still has that timeout.

    Raises:
        OSError: any step failed; TLS faults are `ssl.SSLError`.
    """
    plain = socket.create_connection((host, port), timeout_s)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if not tls:
        return plain
    try:
        return tls_context(verify=verify).wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise


@cache
def tls_context(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def cut(held: socket.socket) -> None:
    """Wake whoever waits in this socket, from any thread. What the peer thinks of it does not matter."""
    try:
        # The plain method: that of an SSLSocket would take the TLS state away under the reader.
        socket.socket.shutdown(held, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already
