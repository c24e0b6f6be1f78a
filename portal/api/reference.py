"""The reference of the API: the OpenAPI description with the right each route needs, and the page that draws it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute

from core.accounts.model import Identity, Right
from portal.api.needs import Needs, needs
from portal.api.sockets import Listening

_PAGE = Path(__file__).parents[1] / "assets" / "api_reference.html"
_PROBLEM = {
    "description": "A problem: what happened and the remedy.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PROBLEM_SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "remedy"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened."},
        "remedy": {"type": "string", "description": "What to do about it."},
        "errors": {"type": "array", "description": "Which fields, where the request could not be read."},
    },
}
_NEVER_SENT = {"HTTPValidationError", "ValidationError"}
_KEYS = {
    "token": {"type": "http", "scheme": "bearer", "description": "A personal access token."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "paddock", "description": "A signed-in browser."},
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route says it needs; it should be exactly one right."""

    method: str
    path: str
    rights: frozenset[Right]


class Api(FastAPI):
    """FastAPI with the house's rights and problems in its description, and with the sockets beside it."""

    sockets: Sequence[Listening] = ()

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            described = _described(super().openapi(), self.routes)
            self.openapi_schema = {**described, "x-sockets": [_socket(socket) for socket in self.sockets]}
        return self.openapi_schema


def declared(routes: Sequence[BaseRoute]) -> Iterator[Declared]:
    for route in iter_route_contexts(routes):
        rights = frozenset(_rights(route.dependant))
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield Declared(method, route.path_format or "", rights)


@router.get("/openapi.json")
def read_openapi(_: Annotated[Identity, Depends(needs(Right.ENTER))], request: Request) -> Response:
    return JSONResponse(request.app.openapi())


@router.get("/docs")
def read_reference(_: Annotated[Identity, Depends(needs(Right.ENTER))]) -> Response:
    return FileResponse(_PAGE)


def _rights(dependant: Dependant) -> Iterator[Right]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Needs):
            yield dependency.call.right
        yield from _rights(dependency)


def _socket(socket: Listening) -> dict[str, str]:
    """OpenAPI has no word for sockets; the page that draws it has."""
    return {"path": socket.path, "right": socket.right, "about": socket.about}


def _described(description: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    components = description.setdefault("components", {})
    schemas = components.get("schemas", {})
    components["schemas"] = {name: schemas[name] for name in schemas if name not in _NEVER_SENT}
    components["schemas"]["Problem"] = _PROBLEM_SCHEMA
    components["securitySchemes"] = _KEYS
    description["security"] = [{"token": []}, {"cookie": []}]
    for route in declared(routes):
        operation = description["paths"].get(route.path, {}).get(route.method.lower())
        if operation is not None:
            operation["x-right"] = ", ".join(sorted(route.rights))
            operation["responses"] = _with_problem(operation["responses"])
    return description


def _with_problem(responses: dict[str, Any]) -> dict[str, Any]:
    """Our problems in place of FastAPI's own description of a validation error."""
    return {status: response for status, response in responses.items() if status != "422"} | {"4XX": _PROBLEM}
