"""Where an Apex Timing page says that its feed is: `javascript/config.js` beside it, read without running it.

The page at `…/<slug>/index.html` sets `configPort` and may set `configHost` and `configGMT`. The sockets are on that
port plus 3 (TLS) and plus 2 (open); questions about the past go to `request.php` under the parent of the page's folder.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

APEX_HOSTS = ("live-data.apex-timing.com", "www.apex-timing.com", "live.apex-timing.com")
"""Every known installation is on one of them."""

ORIGIN = "https://www.apex-timing.com"
"""What a browser that shows the page would say."""

_APEX = ".apex-timing.com"
_OPEN, _TLS = 2, 3

_TEXT_OR_COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|//[^\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL)
_SETTING = re.compile(
    r"""(?<![\w$])(configPort|configHost|configGMT)["']?\s*[=:](?!=)\s*(?:"([^"\n]*)"|'([^'\n]*)'|([+-]?[\w.]+))"""
)
_HOST = re.compile(r"(?:\w+://)?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)/*")
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class PageConfig:
    """What config.js says; None = not said, or not readable."""

    port: int | None = None
    host: str | None = None
    gmt_h: float | None = None
    """The venue's offset from UTC, hours."""


def read_config(script: str) -> PageConfig:
    """Find the settings in a script; the last assignment counts, comments do not."""
    said = {name: (a or b or c).strip() for name, a, b, c in _SETTING.findall(_without_comments(script))}
    host = _HOST.fullmatch(said.get("configHost", ""))
    return PageConfig(_port(said.get("configPort", "")), host[1].lower() if host else None, _hours(said))


def config_address(page: str) -> str:
    return urljoin(_folder(page), "javascript/config.js")


def request_address(page: str) -> str:
    """Of request.php, which all pages of a server share."""
    return urljoin(_folder(page), "../commonv2/functions/request.php")


def hosts(page: str | None, *named: str | None) -> tuple[str, ...]:
    """Hosts to try, in this order: those named, then what pages of that server use when they name none."""
    if page is None:
        others: tuple[str, ...] = ()
    else:
        server = urlsplit(page).hostname or ""
        others = APEX_HOSTS if f".{server}".endswith(_APEX) else (server,)
    return tuple(dict.fromkeys([*filter(None, named), *others]))


def socket_addresses(found: tuple[str, ...], port: int) -> tuple[str, ...]:
    """Of each host the TLS socket, then the open one."""
    return tuple(address for host in found for address in _both(f"[{host}]" if ":" in host else host, port))


def _both(host: str, port: int) -> tuple[str, str]:
    return f"wss://{host}:{port + _TLS}/", f"ws://{host}:{port + _OPEN}/"


def _folder(page: str) -> str:
    """The page's folder; an address that ends in a name without a dot is one already."""
    path = page.partition("?")[0]
    last = path.rpartition("/")[2]
    return path if "." in last and urlsplit(path).path else f"{path.rstrip('/')}/"


def _without_comments(script: str) -> str:
    return _TEXT_OR_COMMENT.sub(lambda found: found[1] or " ", script)


def _port(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_HIGHEST_PORT))
    return int(text) if is_number and 0 < int(text) <= _HIGHEST_PORT - _TLS else None


def _hours(said: dict[str, str]) -> float | None:
    text = said.get("configGMT", "")
    return float(text) if re.fullmatch(r"[+-]?\d{1,2}(\.\d{1,2})?", text) else None
