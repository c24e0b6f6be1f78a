"""The API of the penalty tracking system that Paddock replaces, at `/compat/racelith`, over our event log and rules.

Its documented routes, field names and status codes; beside them `GET /api/events?after=`, which is ours. Errors are
its framework's: `{"detail": …}`. Rights, desks, rules and the clock are ours.

One address is one circuit (`venue`): `/compat/racelith/c/<short name>/…`, or without that the first running one. A
client that can set nothing but its base address carries its token in it: `/compat/racelith/t/<token>/c/<short name>`.
"""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount

from core.errors import PortalError
from portal.api.problems import status_of
from portal.compat.racelith import files, history, infringements, live, penalties, rules, sessions, system

BASE = live.BASE


async def _answer_portal_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, PortalError):
        raise error
    return _detail(status_of(error), f"{error.what} {error.remedy}")


async def _answer_invalid(_: Request, error: Exception) -> Response:
    """Which fields, without the values that were sent: they may be secret."""
    if not isinstance(error, RequestValidationError):
        raise error
    return _detail(422, [{name: fault[name] for name in ("loc", "msg", "type")} for fault in error.errors()])


async def _answer_http(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return _detail(error.status_code, str(error.detail))


async def _answer_bug(_: Request, __: Exception) -> Response:
    return _detail(500, "Paddock made a mistake; nothing is known to be saved. Look again, then tell an admin.")


def _detail(status: int, what: object) -> Response:
    return JSONResponse({"detail": what}, status)


app = FastAPI(
    title="Race control as Racelith's clients know it, answered by Paddock",
    openapi_url=None,
    redirect_slashes=False,  # a redirection would lose the token that stood in the address
    exception_handlers={
        PortalError: _answer_portal_error,
        RequestValidationError: _answer_invalid,
        HTTPException: _answer_http,
        Exception: _answer_bug,
    },
)
for router in (
    infringements.router,
    penalties.router,
    sessions.router,
    files.router,
    history.router,
    rules.router,
    system.router,
):
    app.include_router(router)

ROUTES: list[BaseRoute] = [*live.ROUTES, Mount(f"{BASE}/c/{{circuit}}", app), Mount(BASE, app)]
"""The sockets stand before the application that would catch their paths; the circuit's name before its absence."""
