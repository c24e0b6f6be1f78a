"""The gate in front of everything the portal serves: pages, API, sockets, uploads, static files.

A request passes with the key of a sign-in (cookie) or of a token (bearer header, API and sockets only), or as a guest
to what an admin made public; only health and the sign-in pages are open. Whoever passes is named behind the gate in
`scope["paddock_identity"]` and in the headers that `.streamlit/config.toml` maps into `st.user`; what a client sends
under those names is dropped. The metrics of the process need `Right.OPERATE` wherever they are asked from: behind a
proxy on the same machine every visitor looks like loopback.
"""

import re
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import NotAllowed, NotSignedIn, PortalError
from core.io.bus import Topic
from portal import cors
from portal.api.problems import problem
from portal.content_policy import guarded
from portal.credentials import TRUSTED_PREFIX, credential, may_be_forged, stripped, without_token
from portal.identities import Identities
from portal.limits import Limits
from portal.open_sockets import SIGN_OUT, OpenSockets
from portal.running import runtime

OPEN = {
    "/healthz", "/readyz", "/sign-in", "/setup", "/_stcore/health", "/compat/karting/health",
    "/compat/racelith/api/live", "/compat/racelith/api/health", "/compat/racelith/api/ready",
    "/assets/sign_in.css", "/assets/icon.svg", "/assets/fonts/inter-latin-wght-normal.woff2",
}  # fmt: skip
"""Exact paths that need nobody: health (the compatible APIs' too), the two pages of the door, and what those load."""

_OPEN_OF_CIRCUIT = re.compile(r"/compat/racelith/c/[^/]+/api/(live|health|ready)")
"""The same health, for a client whose address names its circuit."""

NEEDS = {"/metrics": Right.OPERATE, "/_stcore/metrics": Right.OPERATE}
"""What stands behind the gate without asking for a right of its own; everything else here needs `Right.ENTER`."""

_FOR_PROGRAMS = ("/api/", "/compat/", "/ws/", "/metrics", "/_stcore/", "/media/", "/static/", "/component/", "/assets/")
"""Here a stranger gets a problem to read; elsewhere a person is sent to the sign-in page."""

_identities = Identities()
_sockets = OpenSockets(_identities)
_limits = Limits()


class Gate:
    """Pure ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = without_token(scope)
        if scope["type"] == "http":
            await self._shared(scope, receive, guarded(send, scope["path"], https=scope["scheme"] == "https"))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _shared(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refusals too: a page of another address must be able to read why."""
        origin = cors.sharing(scope)
        answered = send if origin is None else cors.shared(send, origin)
        if origin is not None and cors.is_preflight(scope):
            await cors.preflight()(scope, receive, answered)
        else:
            await self._http(scope, receive, answered)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            identity = None if _is_open(scope) else await _counted(scope)
        except PortalError as error:
            await _refusal(scope, error)(scope, receive, send)
            return
        await self._app(_vouched(scope, identity), receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A stranger's socket is accepted and closed at once: only then can a page read the code."""
        try:
            identity = await _judged(scope)
        except NotSignedIn:
            await receive()
            await send({"type": "websocket.accept", "subprotocol": next(iter(scope["subprotocols"]), None)})
            await send(SIGN_OUT)
        except PortalError as error:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": error.what})
        else:
            await _sockets.carry(self._app, identity, _vouched(scope, identity), receive, send)


async def watch() -> None:
    """Close open sockets whose account changed or entry expired; the lifespan runs this while the portal lives."""
    async for bell in runtime().bus.abells():
        changed = bell is not None and bell.topic is Topic.ACCOUNT
        if changed:
            _identities.forget()
        await _sockets.check(now=changed)


def _is_open(scope: Scope) -> bool:
    """Open paths need nobody, but another site's page may not post to them either."""
    if scope["path"] not in OPEN and not _OPEN_OF_CIRCUIT.fullmatch(scope["path"]):
        return False
    _refuse_forgery(scope)
    return True


async def _counted(scope: Scope) -> Identity:
    """Who is asking, if they do not ask too often; a wrong key is counted as well, by its address.

    Raises:
        TooOften: they do.
        NotSignedIn, NotAllowed, Unavailable: as `_judged`.
    """
    try:
        identity = await _judged(scope)
    except NotSignedIn:
        await _limits.count(scope, None)
        raise
    await _limits.count(scope, identity)
    return identity


async def _judged(scope: Scope) -> Identity:
    """Who is asking.

    Raises:
        NotSignedIn, NotAllowed: why they may not pass.
        Unavailable: nobody can say.
    """
    _refuse_forgery(scope)
    identity = await _identities.of(credential(scope))
    if identity is None:
        raise NotSignedIn("Nobody is signed in.", "Sign in, or send a valid token as `Authorization: Bearer …`.")
    demand(identity, NEEDS.get(scope["path"], Right.ENTER))
    return identity


def _refuse_forgery(scope: Scope) -> None:
    if may_be_forged(scope, credential(scope)):
        raise NotAllowed(
            "This request does not come from a page of this Paddock.",
            "Open Paddock at its own address. A proxy in front of it must pass on the Host header.",
        )


def _vouched(scope: Scope, identity: Identity | None) -> Scope:
    """What those behind the gate see: who is asking, in our words, and no key."""
    headers = list(stripped(scope))
    if identity is None:
        return {**scope, "headers": headers}
    headers.append((TRUSTED_PREFIX + b"account", str(identity.account_id).encode()))
    headers.append((TRUSTED_PREFIX + b"entry", str(identity.entry_id).encode()))
    return {**scope, "headers": headers, "paddock_identity": identity}


def _refusal(scope: Scope, error: PortalError) -> Response:
    path: str = scope["path"]
    if not isinstance(error, NotSignedIn) or path.startswith(_FOR_PROGRAMS):
        return problem(error)
    if scope["method"] not in {"GET", "HEAD"} or path == "/":
        return RedirectResponse("/sign-in", 303)
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"/sign-in?next={quote(path + ('?' + query if query else ''), safe='/')}", 303)
