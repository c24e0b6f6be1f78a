"""The headers that tell a browser what our pages may do: nothing from other hosts, no framing by others, no sniffing.

What Streamlit 1.67 needs, tried with every element we use: its page's inline script (allowed by its hash), component
scripts that it imports from `blob:` addresses, and inline styles. Nothing needs `eval`. Graphviz charts alone would
need WebAssembly, and we draw none. A response that brings its own policy (the sign-in page) keeps it.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.types import Message, Send

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # `no-referrer` would make browsers send `Origin: null` with our own forms
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000")
_NEVER_KEPT = (b"cache-control", b"no-store")


@cache
def content_policy() -> str:
    index = Path(streamlit.__file__).parent / "static" / "index.html"
    inline = " ".join(_source(script) for script in _INLINE_SCRIPT.findall(index.read_bytes()))
    return (
        f"default-src 'none'; script-src 'self' blob: {inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; connect-src 'self'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )


def guarded(send: Send, path: str, *, https: bool) -> Send:
    """`send` with our headers on every response that does not bring its own."""
    wanted = [*_ALWAYS, (b"content-security-policy", content_policy().encode())]
    wanted += [_ONLY_HTTPS] if https else []
    wanted += [_NEVER_KEPT] if path.startswith("/api/") else []

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            brought = {name.lower() for name, _ in message.get("headers", [])}
            missing = [header for header in wanted if header[0] not in brought]
            message = {**message, "headers": [*message.get("headers", []), *missing]}
        await send(message)

    return send_guarded


def _source(script: bytes) -> str:
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"
