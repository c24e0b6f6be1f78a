"""A transport in the app's words, and the app's words as a transport.

The app knows a page and a socket. Apex's own sockets are named by host and `configPort`, the TLS socket being three
above it; any other socket is taken as it stands. What the app has no words for (TCP, recordings …) stays ours alone.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from core.errors import BadInput
from core.timing.app_circuits.model import Facts
from core.tracks.model import ApexSocket, Transport, WebSocketFeed, transport_of

_TLS_ABOVE = 3
_APEX = ".apex-timing.com"


def page_of(transport: Transport) -> str:
    return (transport.page or "") if isinstance(transport, ApexSocket) else ""


def address_of(transport: Transport) -> str:
    if isinstance(transport, WebSocketFeed):
        return transport.url
    if isinstance(transport, ApexSocket) and transport.host and transport.port:
        return f"wss://{transport.host}:{transport.port + _TLS_ABOVE}/"
    return ""


def source_of(facts: Facts) -> tuple[Transport, str]:
    """The transport that the app's words describe, and the protocol to expect.

    Raises:
        BadInput: the app names no address, or none that can be used.
    """
    if facts.address and not _is_apex(facts.address):
        return transport_of({"kind": "websocket", "url": facts.address}), "auto"
    if not facts.address and not facts.page:
        raise BadInput(f"The app has no address for “{facts.name}”.", "Give it one in the app, then compare again.")
    typed = {"kind": "apex", "page": facts.page or None, **_apex_socket(facts.address)}
    return transport_of({name: value for name, value in typed.items() if value is not None}), "apex"


def trusting_as(transport: Transport, before: Transport) -> Transport:
    """The new source, with what was decided about the certificate of the old one."""
    sockets = ApexSocket | WebSocketFeed
    if isinstance(transport, sockets) and isinstance(before, sockets):
        return replace(transport, verify_tls=before.verify_tls)
    return transport


def _is_apex(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "wss" and (parts.hostname or "").endswith(_APEX)


def _apex_socket(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    return {"host": parts.hostname, "port": parts.port - _TLS_ABOVE if parts.port else None} if address else {}
