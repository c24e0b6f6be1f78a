"""What a request shows at the gate: the key in its cookie or bearer header, and where it says it comes from.

Works on the raw ASGI scope, whose header names are lower-case bytes. A key in the address is not read, because
addresses end up in logs and histories; except of the compatible APIs, some of whose clients can set nothing else: there
it is taken out of the path before anybody else sees it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote, urlsplit

from starlette.types import Scope

from core.accounts.model import Via

COOKIE = "paddock"
TRUSTED_PREFIX = b"x-paddock-"
"""Headers of this kind are the gate's own word; what a client sends under such a name is dropped."""

TOKEN_PATHS = ("/api/", "/ws/", "/metrics", "/compat/")
"""Where programs enter. Elsewhere a bearer header counts for nothing."""
_WITH_TOKEN = re.compile(r"(?P<base>/compat/[a-z]+)/t/(?P<token>[^/]+)(?P<rest>/.*)?", re.DOTALL)
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Credential:
    via: Via
    key: str = field(repr=False)


def without_token(scope: Scope) -> Scope:
    """The same request with a token in its path (`/compat/karting/t/<token>/…`) in a bearer header instead."""
    found = _WITH_TOKEN.fullmatch(scope["path"]) if scope["type"] in {"http", "websocket"} else None
    if found is None:
        return scope
    path = found["base"] + (found["rest"] or "/")
    headers = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    bearer = (b"authorization", b"Bearer " + found["token"].encode("latin-1", "replace"))
    return {**scope, "path": path, "raw_path": quote(path).encode(), "headers": [*headers, bearer]}


def credential(scope: Scope) -> Credential | None:
    """The bearer token where programs may enter, else the cookie. A request with a token is judged by it alone."""
    if scope["path"].startswith(TOKEN_PATHS) and (token := _bearer(scope)) is not None:
        return Credential(Via.TOKEN, token)
    key = next((value for name, value in _cookies(scope) if name == COOKIE), "")
    return Credential(Via.COOKIE, key) if key else None


def may_be_forged(scope: Scope, shown: Credential | None) -> bool:
    """Whether another site's page could have sent this in a visitor's name: the browser adds the cookie by itself."""
    if shown is not None and shown.via is Via.TOKEN:
        return False
    acts = scope["type"] == "websocket" or scope["method"] not in _SAFE
    return acts and not _same_origin(scope)


def stripped(scope: Scope) -> Iterable[tuple[bytes, bytes]]:
    """The headers for those behind the gate: no trusted header from outside, and not the key itself."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            yield name, _without_key(value)
        elif not name.startswith(TRUSTED_PREFIX) and name != b"authorization":
            yield name, value


def set_cookie(key: str, lasts: timedelta, *, secure: bool) -> str:
    """The value of a `Set-Cookie` header; an empty key removes the cookie."""
    age_s = int(lasts.total_seconds()) if key else 0
    return f"{COOKIE}={key}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")


def header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _bearer(scope: Scope) -> str | None:
    scheme, _, token = (header(scope, b"authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _cookies(scope: Scope) -> Iterable[tuple[str, str]]:
    for key, line in scope["headers"]:
        if key == b"cookie":
            for part in line.decode("latin-1").split(";"):
                name, _, value = part.strip(" \t").partition("=")
                yield name, value


def _same_origin(scope: Scope) -> bool:
    """Host and port only: behind a proxy that ends TLS the scheme differs, so the proxy must pass `Host` on."""
    origin, host = header(scope, b"origin"), header(scope, b"host")
    return bool(host) and origin is not None and _netloc(origin) == host


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _without_key(line: bytes) -> bytes:
    parts = (part.strip(b" \t") for part in line.split(b";"))
    return b"; ".join(part for part in parts if part.partition(b"=")[0] != COOKIE.encode())
