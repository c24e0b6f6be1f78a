"""Why a link cannot be made or was lost, in words for people.

Errors of the network's libraries end here; what leaves the transports is a `LinkFault`.
"""

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError, URLError

import websocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.exceptions import WebSocketException as OtherWebSocketException

_TOO_OFTEN = 429
_PATIENT_S = 30.0
_LONGEST_REST_S = 300.0

_UNREACHABLE = {
    errno.EHOSTUNREACH: "No way leads there from this machine: check its network.",
    errno.ENETUNREACH: "No way leads there from this machine: check its network.",
    errno.ECONNRESET: "It broke the connection off.",
    errno.EPIPE: "It broke the connection off.",
    errno.ECONNABORTED: "The connection was broken off.",
}


_WORDS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((ssl.SSLError,), "{address} does not speak TLS as it should: perhaps the port is one without TLS."),
    ((websocket.WebSocketTimeoutException,), "{address} does not answer."),
    (
        (websocket.WebSocketConnectionClosedException, ConnectionClosed, http.client.RemoteDisconnected),
        "{address} closed the connection.",
    ),
    (
        (websocket.WebSocketProtocolException, websocket.WebSocketPayloadException),
        "{address} sends what is not WebSocket.",
    ),
)
_OF_LIBRARIES = (
    OSError,
    http.client.HTTPException,
    websocket.WebSocketException,
    OtherWebSocketException,
    ValueError,  # of addresses that a server names: a port that is none, a label that is too long
)
_OTHERWISE = "{address} does not speak the protocol it should: check the address and the port."


class LinkFault(Exception):
    """What happened and, where there is one, the remedy.

    Args:
        words: for people.
        rest_s: the other end asks to be left alone for so long.
    """

    def __init__(self, words: str, rest_s: float = 0.0) -> None:
        super().__init__(words)
        self.words = words
        self.rest_s = rest_s


class BadCertificate(LinkFault):
    """The other end cannot prove who it is. Only an operator may decide to go on, never a fallback."""


@contextmanager
def in_words(address: str) -> Iterator[None]:
    """Turn whatever a socket, TLS, HTTP or a WebSocket may raise into a `LinkFault` about that address."""
    try:
        yield
    except HTTPError as error:
        with error:  # it holds the connection
            raise _told(error, address) from error
    except URLError as error:
        raise _told(error.reason if isinstance(error.reason, OSError) else error, address) from error
    except _OF_LIBRARIES as error:
        raise _told(error, address) from error


def _told(error: Exception, address: str) -> LinkFault:
    if isinstance(error, ssl.SSLCertVerificationError):
        return BadCertificate(
            f"{address} shows a certificate that cannot be verified ({error.verify_message}). If you trust this "
            "installation all the same, switch the check off for this circuit (verify_tls: false)."
        )
    status = _status(error)
    if status is not None:
        return _refused(status, address, error)
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
        return LinkFault(_of_the_network(error, address))
    return LinkFault(_of_the_protocol(error, address))


def _of_the_network(error: OSError, address: str) -> str:
    match error:
        case socket.gaierror():
            return f"The name in {address} is not known. Check how it is written, and this machine's network."
        case ConnectionRefusedError():
            return f"{address} refuses connections: no timing server runs there now, or the port is another."
        case TimeoutError():
            return f"{address} does not answer."
        case _:
            reason = _UNREACHABLE.get(error.errno or 0, f"{error.strerror or error}.")
            return f"{address} cannot be reached. {reason}"


def _of_the_protocol(error: Exception, address: str) -> str:
    return next((words for kinds, words in _WORDS if isinstance(error, kinds)), _OTHERWISE).format(address=address)


def _status(error: Exception) -> int | None:
    match error:
        case websocket.WebSocketBadStatusException():
            return error.status_code or None  # none at all of an answer that is no HTTP
        case InvalidStatus():
            return error.response.status_code
        case HTTPError():
            return error.code
        case _:
            return None


def _refused(status: int, address: str, error: Exception) -> LinkFault:
    if status == _TOO_OFTEN:
        rest_s = _asked_rest_s(error)
        return LinkFault(f"{address} asks us to come less often: we wait {rest_s:.0f} s.", rest_s)
    if status in {http.client.NOT_FOUND, http.client.GONE}:
        return LinkFault(f"There is nothing at {address} (HTTP {status}). Check the address.")
    if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
        return LinkFault(f"{address} does not let us in (HTTP {status}).")
    return LinkFault(f"{address} answers with HTTP {status} instead of the feed.")


def _asked_rest_s(error: Exception) -> float:
    """What `Retry-After` says in seconds; a date in it, or nothing, counts as the usual."""
    text = (error.headers.get("Retry-After") or "") if isinstance(error, HTTPError) else ""
    return min(float(text), _LONGEST_REST_S) if text.isascii() and text.isdigit() else _PATIENT_S
