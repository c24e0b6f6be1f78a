"""Every route of the APIs and every socket, tried by every role: they let pass exactly whom the policy lets pass.

The routes say themselves which right they need; one that says none, or two, fails here. Whatever is added to
`portal.api.ROUTERS` or to the routes of `portal.asgi` is tried without being named.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed

from core.accounts.model import Role
from core.accounts.policy import rights_of, token_rights
from core.io.runtime import Runtime
from portal import asgi, gate
from portal.api import api
from portal.api.reference import Declared, declared
from portal.api.sockets import NOT_ALLOWED, SIGNED_OUT, Listening
from portal.compat import karting, racelith
from tests.portal_server import Portal, serving, watching

APIS = {"/api/v1": api, karting.BASE: karting.app, racelith.BASE: racelith.app}
EVERY_ROUTE = [replace(route, path=base + route.path) for base, one in APIS.items() for route in declared(one.routes)]
API_ROUTES = [route for route in EVERY_ROUTE if route.path not in gate.OPEN]
SOCKETS = [route for route in asgi.ROUTES if isinstance(route, Listening)]
NOBODY = UUID(int=1)
REFUSED = {401, 403}
ANYBODY_INSIDE = {"/sign-out", "/marshal", "/marshal/worker.js", "/marshal/manifest.webmanifest"}
"""Routes outside the API that whoever passed the gate may use."""


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Portal]:
    app = Starlette(routes=asgi.ROUTES, middleware=[Middleware(gate.Gate)], lifespan=watching)
    with serving(app, app_runtime) as served:
        yield served


def test_every_route_of_the_api_declares_exactly_one_right() -> None:
    assert [route for route in API_ROUTES if len(route.rights) != 1] == []
    assert len(API_ROUTES) > 20


def test_of_the_apis_only_the_health_of_the_compatible_ones_needs_nobody(portal: Portal) -> None:
    open_ones = [route for route in EVERY_ROUTE if route not in API_ROUTES]
    answers = [portal.ask(route.method, route.path) for route in open_ones]

    racelith_health = [f"/compat/racelith/api/{word}" for word in ("live", "health", "ready")]
    assert [route.path for route in open_ones] == ["/compat/karting/health", *racelith_health]
    assert {route.rights for route in open_ones} == {frozenset()}
    assert [answer.status_code for answer in answers] == [200] * 4
    assert set(answers[0].json()) == {"status", "version", "timestamp"}


def test_every_socket_declares_its_right() -> None:
    sockets = [route for route in asgi.ROUTES if isinstance(route, WebSocketRoute)]

    assert [socket.path for socket in sockets if not isinstance(socket, Listening)] == []
    assert sockets


def test_the_reference_tells_the_protocol_of_every_socket() -> None:
    told = {socket["path"]: socket["about"] for socket in api.openapi()["x-sockets"]}

    assert set(told) == {socket.path for socket in SOCKETS}
    assert all(len(about) > 100 for about in told.values())
    live = told["/ws/circuits/{slug}/live"]
    assert [
        word for word in ("snapshot", "delta", "resume", "happening", "stop_in", "in_pit_since") if word not in live
    ] == []


def test_every_other_route_is_known_to_the_gate() -> None:
    paths = {route.path for route in asgi.ROUTES if isinstance(route, Route)}
    mounts = {route.path.split("/")[1] for route in asgi.ROUTES if isinstance(route, Mount)}

    assert paths - set(gate.OPEN) - set(gate.NEEDS) - ANYBODY_INSIDE == set()
    assert mounts == {"api", "assets", "compat"}


@pytest.mark.parametrize("role", Role, ids=str)
def test_each_role_passes_exactly_where_the_policy_says(portal: Portal, role: Role) -> None:
    headers = portal.cookie(portal.account("somebody", role))

    refused = _refused_routes(portal, headers) | _refused_sockets(portal, headers)

    assert refused == {_name(route) for route in API_ROUTES if not route.rights <= rights_of(role)} | {
        socket.path for socket in SOCKETS if socket.right not in rights_of(role)
    }


@pytest.mark.parametrize("scope", [Role.VIEWER, Role.ADMIN, Role.STEWARD], ids=str)
def test_a_token_of_an_admin_passes_where_its_scope_allows(portal: Portal, scope: Role) -> None:
    headers = portal.token(portal.account("somebody", Role.ADMIN), scope)
    rights = token_rights(Role.ADMIN, scope)

    assert _refused_routes(portal, headers) == {_name(route) for route in API_ROUTES if not route.rights <= rights}


def test_a_stranger_passes_nowhere(portal: Portal) -> None:
    assert _refused_routes(portal, {}) == {_name(route) for route in API_ROUTES}
    assert _refused_sockets(portal, {}) == {socket.path for socket in SOCKETS}


def _refused_routes(portal: Portal, headers: dict[str, str]) -> set[str]:
    """Routes that answered with a refusal. What they need is made up, so that those who may find nothing to change."""
    with httpx.Client(base_url=portal.origin, headers=headers | {"Origin": portal.origin}, timeout=20) as client:
        answers = {_name(route): client.request(route.method, _made_up(route.path)) for route in API_ROUTES}
    assert {name: answer.text for name, answer in answers.items() if answer.status_code == 500} == {}
    return {name for name, answer in answers.items() if answer.status_code in REFUSED}


def _refused_sockets(portal: Portal, headers: dict[str, str]) -> set[str]:
    return {socket.path for socket in SOCKETS if _close_code(portal, socket, headers) in {SIGNED_OUT, NOT_ALLOWED}}


def _close_code(portal: Portal, socket: Listening, headers: dict[str, str]) -> int | None:
    """None when it stays open."""
    try:
        with portal.socket(_made_up(socket.path), headers) as opened:
            opened.recv(timeout=0.3)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    except TimeoutError:
        return None
    return None


def _made_up(path: str) -> str:
    return re.sub(r"{[^}]*}", str(NOBODY), path)


def _name(route: Declared) -> str:
    return f"{route.method} {route.path}"
