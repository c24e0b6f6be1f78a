"""The door itself: sign in, sign out, and the one-time setup that makes the first administrator.

Passwords are judged on threads of their own, few, because each takes about 0.2 s of a processor: a flood of guesses
delays other guesses and nothing else.
"""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.accounts.keys import SIGN_IN_LASTS
from core.accounts.model import Identity, Role, Via
from core.accounts.plan import AccountPlan
from core.errors import BadInput, NotSignedIn, PortalError, Unavailable
from portal.credentials import set_cookie
from portal.door_pages import setup_page, sign_in_page, sign_out_page, spent_page
from portal.running import now, runtime

_AT_ONCE = 2
_MOST_WAITING = 30
_LONGEST_FORM = 8_192
_judges = CapacityLimiter(_AT_ONCE)

_T = TypeVar("_T")

log = logging.getLogger(__name__)


async def sign_in(request: Request) -> Response:
    if request.method != "POST":
        return sign_in_page(safe_next(request.query_params.get("next", "/")))
    form: Mapping[str, str] = {}
    try:
        form = await _form(request)
        key = await _judged(lambda: _entered(form, request.headers.get("user-agent", "")))
    except PortalError as error:
        return sign_in_page(safe_next(form.get("next", "/")), form.get("name", ""), error)
    return _through(request, safe_next(form.get("next", "/")), key)


async def sign_out(request: Request) -> Response:
    if request.method != "POST":
        return sign_out_page()
    identity: Identity = request.scope["paddock_identity"]
    if identity.via is Via.COOKIE:
        await _judged(lambda: runtime().accounts.sign_out(identity, now()))
    return _through(request, "/sign-in", "")


async def setup(request: Request) -> Response:
    if request.method != "POST":
        return await _opened(request.query_params.get("key", ""))
    form: Mapping[str, str] = {}
    try:
        form = await _form(request)
        key = await _judged(lambda: _founded(form, request.headers.get("user-agent", "")))
    except NotSignedIn as error:
        return spent_page(error)
    except PortalError as error:
        return setup_page(form.get("key", ""), form.get("name", ""), form.get("display_name", ""), error)
    return _through(request, "/", key)


def safe_next(path: str) -> str:
    r"""A path of this portal; anything a browser could read as another site's address becomes the front page.

    Browsers take `//host`, `/\host` and paths with tabs or line breaks in them for addresses.
    """
    strange = any(character <= " " or character == "\\" for character in path)
    if strange or not path.startswith("/") or path.startswith(("//", "/sign-", "/setup")):
        return "/"
    return path


def announce_setup(address: str) -> None:
    """Print the one-time link while there is no account; the lifespan calls this once the portal can answer."""
    key = runtime().accounts.setup_link(now())
    if key is not None:
        log.warning("nobody has an account yet: open the setup link", extra={"link": f"{address}/setup?key={key}"})


async def _opened(key: str) -> Response:
    try:
        usable = await _judged(lambda: runtime().accounts.is_setup_link(key, now()))
    except Unavailable as error:
        return spent_page(error)
    return setup_page(key) if usable else spent_page(_spent())


def _spent() -> NotSignedIn:
    return NotSignedIn(
        "This setup link is not valid.",
        "It works once, for a day. Paddock prints a new one when it starts without accounts.",
    )


def _entered(form: Mapping[str, str], client: str) -> str:
    return runtime().accounts.sign_in(form.get("name", ""), form.get("password", ""), client=client, now=now())


def _founded(form: Mapping[str, str], client: str) -> str:
    """The first administrator, signed in at once."""
    plan = AccountPlan(form.get("name", ""), form.get("display_name", ""), Role.ADMIN, form.get("password", ""))
    desk = runtime().accounts
    desk.create_first_admin(form.get("key", ""), plan, now=now())
    return desk.sign_in(plan.name, plan.password, client=client, now=now())


async def _judged(question: Callable[[], _T]) -> _T:
    """Ask the desk on one of the few threads.

    Raises:
        Unavailable: too many wait already, or the database is away.
    """
    if _judges.statistics().tasks_waiting >= _MOST_WAITING:
        raise Unavailable("Too many are at the door at once.", "Try again in a few seconds.")
    return await to_thread.run_sync(question, limiter=_judges)


async def _form(request: Request) -> Mapping[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            raise BadInput("This form is too long.", "Type a shorter name or password.")
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=10, errors="strict"))
    except ValueError as error:
        raise BadInput("This form cannot be read.", "Open the page again and type it anew.") from error


def _through(request: Request, path: str, key: str) -> Response:
    secure = runtime().settings.secure_cookies or request.url.scheme == "https"
    cookie = set_cookie(key, SIGN_IN_LASTS, secure=secure)
    return RedirectResponse(path, 303, {"Set-Cookie": cookie, "Cache-Control": "no-store"})


ROUTES = [
    Route("/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
    Route("/setup", setup, methods=["GET", "POST"]),
]
