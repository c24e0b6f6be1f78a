"""`/marshal`: the marshals' page for phones, which opens and works without a connection.

It is static: plain modules beside the components', kept by a service worker once they were loaded. The page is open to
whoever is inside and knows nothing by itself; what it may do is decided by the API. The worker's script is written
with the addresses of all files and a fingerprint, so that a new version is a new worker.
"""

from hashlib import sha256
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from portal.components import ASSETS, FINGERPRINT, HERE

_FOLDER = HERE / "marshal"
_PAGE = Template((Path(__file__).parent / "marshal.html").read_text()).substitute(assets=ASSETS)
_VERSION = sha256(f"{FINGERPRINT} {_PAGE}".encode()).hexdigest()[:12]
_SHARED = ("age.js", "backoff.js", "dom.js", "uuid.js")
_OTHERS = ("/assets/icon.svg", "/assets/fonts/inter-latin-wght-normal.woff2", "/marshal/manifest.webmanifest")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRESH = {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY}


def files() -> tuple[str, ...]:
    """Addresses of all that the page needs without a connection."""
    own = sorted(path.name for path in _FOLDER.iterdir() if path.suffix in {".js", ".css"} and path.name != "worker.js")
    return (
        "/marshal",
        *(f"{ASSETS}/marshal/{name}" for name in own),
        *(f"{ASSETS}/shared/{name}" for name in _SHARED),
        *_OTHERS,
    )


async def page(_: Request) -> Response:
    return HTMLResponse(_PAGE, headers=_FRESH)


async def worker(_: Request) -> Response:
    """It stands in `/marshal/` and serves `/marshal` too, which browsers allow only with this header."""
    head = f"const VERSION = {_VERSION!r};\nconst FILES = {list(files())!r};\n"
    script = head + (_FOLDER / "worker.js").read_text()
    headers = _FRESH | {"Service-Worker-Allowed": "/marshal"}
    return Response(script, headers=headers, media_type="text/javascript")


async def manifest(_: Request) -> Response:
    """So that a phone can put the page on its home screen."""
    icon = {"src": "/assets/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    colours = {"background_color": "#0d1117", "theme_color": "#0d1117"}
    named = {"name": "Paddock: marshal", "short_name": "Marshal", "start_url": "/marshal", "scope": "/marshal"}
    content = {**named, **colours, "display": "standalone", "orientation": "portrait", "icons": [icon]}
    return JSONResponse(content, headers=_FRESH, media_type="application/manifest+json")


ROUTES = [
    Route("/marshal", page),
    Route("/marshal/worker.js", worker),
    Route("/marshal/manifest.webmanifest", manifest),
]
