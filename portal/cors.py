"""Pages of other addresses that may call the APIs from a browser: those that the setting `cors_origins` names.

They call with a token. No answer allows credentials, so that no browser shows another address's page what a cookie
brought, and the gate still refuses what such a page does with one. Sockets need nothing of this: a token opens them
from anywhere.
"""

from starlette.responses import Response
from starlette.types import Message, Scope, Send

from core.errors import Unavailable
from portal.credentials import header
from portal.running import runtime

_PATHS = ("/api/", "/compat/")
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Session-Name",
    "Access-Control-Max-Age": "600",
}
_READABLE = (b"access-control-expose-headers", b"Content-Disposition, Retry-After")


def sharing(scope: Scope) -> str | None:
    """The origin that may read the answer; None where it is our own page, a program, or a stranger's page."""
    origin = header(scope, b"origin")
    if not origin or not scope["path"].startswith(_PATHS):
        return None
    return origin if origin in _origins() else None


def is_preflight(scope: Scope) -> bool:
    """Whether a browser asks on its own, without any key, if a page may send a request."""
    return scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method") is not None


def preflight() -> Response:
    return Response(status_code=204, headers=_PREFLIGHT)


def shared(send: Send, origin: str) -> Send:
    """`send` whose answers the origin may read."""
    fresh = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin"), _READABLE]

    async def send_shared(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *fresh]}
        await send(message)

    return send_shared


def _origins() -> list[str]:
    try:
        return runtime().settings.cors_origins.split(",")
    except Unavailable:  # the portal starts or stops: whoever asks is told so, and nobody else reads it
        return []
