"""`/assets/…`: fonts and pictures, the components' modules under the fingerprint of all of them, the charts' script.

Only what a browser needs is served, by the ending of its name: the components' Python stands in the same folders.
"""

from importlib import metadata
from importlib.resources import files
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from portal.components import FINGERPRINT, HERE
from portal.theme import ASSETS

SERVED = {".js", ".css", ".woff2", ".svg"}
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"


class _Files(StaticFiles):
    def __init__(self, directory: Path, cache: str) -> None:
        super().__init__(directory=directory)
        self._cache = cache

    async def get_response(self, path: str, scope: Scope) -> Response:
        if Path(path).suffix not in SERVED:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = self._cache
        return response


class _Plotly(_Files):
    """Plotly's script and nothing else of its wheel; a phone is glad of 1.4 MB instead of 4.6."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path != _SCRIPT:
            raise HTTPException(404)
        return await super().get_response(path, scope)


_SCRIPT = "plotly.min.js"
_PLOTLY_AT = f"/assets/plotly-{metadata.version('plotly')}"
PLOTLY = f"{_PLOTLY_AT}/{_SCRIPT}"
"""Where the charts' script is; it comes with the Python package, and nothing is asked of another host."""

ROUTES = [
    Mount(f"/assets/{FINGERPRINT}", _Files(HERE, FOR_EVER)),
    Mount(_PLOTLY_AT, GZipMiddleware(_Plotly(Path(str(files("plotly"))) / "package_data", FOR_EVER))),
    Mount("/assets", _Files(ASSETS, FOR_A_DAY)),
]
