"""`/api/live`, `/api/health` and `/api/ready`: for whoever watches the server, open to everybody.

Alive is a process that answers, also while the database is away; ready is one that can do its work.
"""

from importlib.metadata import version

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from portal.api.health import readyz
from portal.compat.racelith.rows import Json, instant
from portal.running import now

router = APIRouter()


@router.get("/api/live")
async def read_live() -> Json:
    return {"status": "alive", "server_time_utc": instant(now())}


@router.get("/api/health")
async def read_health() -> Json:
    return {"status": "healthy", "version": version("paddock"), "server_time_utc": instant(now())}


@router.get("/api/ready")
def read_ready(request: Request) -> Response:
    """200 when database, bus and migrations are there; 503 with what is missing."""
    return readyz(request)
