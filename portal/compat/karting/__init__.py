"""The API of the karting timing backend that Paddock replaces, at `/compat/karting`.

Its routes and messages are those of its documentation; where that gives no shape, a plain one. Errors are its
framework's: `{"detail": …}`. Rights, desks and the clock are ours: each route needs the right that our own needs.
"""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount

from core.errors import PortalError
from portal.api.problems import status_of
from portal.compat.karting import analysis, circuits, live, system, timing

BASE = "/compat/karting"


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
    title="Karting timing backend, as Paddock answers",
    openapi_url=None,
    exception_handlers={
        PortalError: _answer_portal_error,
        RequestValidationError: _answer_invalid,
        HTTPException: _answer_http,
        Exception: _answer_bug,
    },
)
for router in (circuits.router, timing.router, analysis.router, system.router):
    app.include_router(router)

ROUTES: list[BaseRoute] = [live.ROUTE, Mount(BASE, app)]
"""The socket stands before the application that would catch its path."""
