"""`/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: what it counts, for Prometheus."""

from dataclasses import asdict
from time import perf_counter

from fastapi.encoders import jsonable_encoder
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import Unavailable
from core.io.health import Kept, kept, readiness
from portal import metrics
from portal.running import now, runtime

_AREAS = ("api", "compat", "_stcore", "assets", "static", "component", "media", "sign-in")


def healthz(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def readyz(_: Request) -> Response:
    """200 when database, bus and migrations are there; 503 with what is missing. `kept` is told, and stops nothing."""
    try:
        found = readiness(runtime())
    except Unavailable as error:
        return JSONResponse({"ready": False, "what": error.what, "remedy": error.remedy}, 503)
    told = {"ready": found.ready, **asdict(found), "kept": _kept() if found.database and found.migrations else None}
    return JSONResponse(jsonable_encoder(told), 200 if found.ready else 503)


def _kept() -> Kept | None:
    """None: the database has gone away meanwhile."""
    try:
        return kept(runtime(), now())
    except Unavailable:
        return None


def metrics_page(_: Request) -> Response:
    if (found := _kept()) is not None:
        metrics.LOGS_BROKEN.set(found.logs_broken)
        metrics.BACKUPS_FAILED.set(found.backups_failed)
        metrics.BACKUP_LATE.set(found.backup_late)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class Counted:
    """Middleware: counts what was answered, and how long the API took."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        area = _area(scope["path"])

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics.REQUESTS.labels(area, message["status"]).inc()
            await send(message)

        await self._app(scope, receive, counting)
        if area == "api":
            metrics.SECONDS.observe(perf_counter() - began)


def _area(path: str) -> str:
    first = path.split("/", 2)[1]
    return first if first in _AREAS else "page"


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics_page)]
