"""Errors as `application/problem+json` (RFC 9457): the one place where a type of error becomes a status.

`detail` says what happened, `remedy` what to do about it. Validation errors name each field in `errors`; a conflict
brings the thing as it stands now in `current`, to be shown beside what was wanted. Anything that is
not a `PortalError` is a bug: the reader learns nothing of our inside, the log gets the traceback from the server.
"""

from http import HTTPStatus

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PortalError,
    TooOften,
    Unavailable,
    UnreadableFile,
)

STATUS: dict[type[PortalError], HTTPStatus] = {
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnreadableFile: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Problem(JSONResponse):
    media_type = "application/problem+json"


def status_of(error: PortalError) -> HTTPStatus:
    """The status of the nearest listed type: a new kind of `Conflict` is a conflict too."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.BAD_REQUEST)


def problem(error: PortalError) -> Problem:
    status = status_of(error)
    headers = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    if isinstance(error, TooOften):
        headers = {"Retry-After": str(error.wait_s)}
    body = _body(status, type(error).__name__, error.what, error.remedy)
    if isinstance(error, Conflict) and error.current is not None:
        body["current"] = jsonable_encoder(error.current)
    return Problem(body, status, headers)


async def answer_portal_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, PortalError):
        raise error
    return problem(error)


async def answer_invalid(_: Request, error: Exception) -> Response:
    """What pydantic found, without the values that were sent: they may be secret."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [{"where": [str(part) for part in fault["loc"]], "what": fault["msg"]} for fault in error.errors()]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    body = _body(status, "BadInput", "The request cannot be read.", "Mend the fields named in `errors`.")
    return Problem({**body, "errors": faults}, status)


async def answer_http(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    return Problem(_body(status, status.phrase, str(error.detail), "See /api/v1/docs."), status, error.headers)


async def answer_bug(_: Request, __: Exception) -> Response:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    body = _body(
        status, "Bug", "Paddock made a mistake; nothing is known to be saved.", "Look again, then tell an admin."
    )
    return Problem(body, status)


def _body(status: HTTPStatus, kind: str, what: str, remedy: str) -> dict[str, object]:
    return {
        "type": f"urn:paddock:problem:{kind}",
        "title": status.phrase,
        "status": status.value,
        "detail": what,
        "remedy": remedy,
    }
