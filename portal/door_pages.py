"""The HTML of the door: sign in, sign out, set up. Plain pages without script; every value is escaped here.

They carry a stricter policy than the rest: only their style sheet, its font and their icon may be loaded.
"""

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from core.accounts.plan import SHORTEST_PASSWORD
from core.errors import PortalError
from portal.api.problems import status_of

_PAGE = Template((Path(__file__).parent / "sign_in.html").read_text())
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
_SIGN_IN = Template("""
      $alert
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value="$next">
        <label for="name">Name</label>
        <input id="name" name="name" value="$name" autocomplete="username" autocapitalize="none" spellcheck="false"
               maxlength="64" required $focus_name>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required $focus_password>
        <button>Sign in</button>
      </form>""")
_SIGN_OUT = """
      <p>You will need your name and password to come back in this browser. Other browsers stay signed in.</p>
      <form method="post" action="/sign-out"><button autofocus>Sign out</button></form>"""
_SETUP = Template("""
      $alert
      <p>Nobody has an account yet. This link works once and makes the first one, an administrator.</p>
      <form method="post" action="/setup">
        <input type="hidden" name="key" value="$key">
        <label for="name">Name, as typed to sign in</label>
        <input id="name" name="name" value="$name" autocomplete="username" autocapitalize="none" spellcheck="false"
               maxlength="64" required autofocus>
        <label for="display_name">Shown name</label>
        <input id="display_name" name="display_name" value="$display_name" autocomplete="name" maxlength="80">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="new-password" minlength="$shortest"
               aria-describedby="password-rule" required>
        <p class="quiet" id="password-rule">At least $shortest characters. A few words are easy to keep.</p>
        <button>Create the administrator</button>
      </form>""")
_SPENT = Template("""
      $alert
      <p><a href="/sign-in">Go to the sign-in page</a></p>""")


def sign_in_page(next_path: str, name: str = "", error: PortalError | None = None) -> HTMLResponse:
    focus = ("", "autofocus") if name else ("autofocus", "")
    fields = {"next": escape(next_path), "name": escape(name), "focus_name": focus[0], "focus_password": focus[1]}
    return _page("Sign in", _SIGN_IN.substitute(fields, alert=_alert(error)), error)


def sign_out_page() -> HTMLResponse:
    return _page("Sign out", _SIGN_OUT, None)


def setup_page(key: str, name: str = "", display_name: str = "", error: PortalError | None = None) -> HTMLResponse:
    fields = {"key": escape(key), "name": escape(name), "display_name": escape(display_name)}
    content = _SETUP.substitute(fields, shortest=SHORTEST_PASSWORD, alert=_alert(error))
    return _page("Set up Paddock", content, error)


def spent_page(error: PortalError) -> HTMLResponse:
    return _page("Set up Paddock", _SPENT.substitute(alert=_alert(error)), error)


def _page(title: str, content: str, error: PortalError | None) -> HTMLResponse:
    body = _PAGE.substitute(title=escape(title), content=content)
    return HTMLResponse(body, 200 if error is None else status_of(error), _HEADERS)


def _alert(error: PortalError | None) -> str:
    if error is None:
        return ""
    return f'<p class="alert" role="alert"><strong>{escape(error.what)}</strong>{escape(error.remedy)}</p>'
