"""What an Apex feed says about the session rather than a car: clock, lights, banner, comments, track, titles.

A headline that cannot be read says why, as `Unreadable`. Labels, weather icons and side tables are known and unused.
"""

from collections.abc import Callable
from typing import NamedTuple

from core.timing.events import BannerShown, ClockShown, CommentsShown, Event, FlagShown, Titled, TrackNamed
from core.timing.model import ClockKind, Comment, Flag, SessionKind
from core.timing.sources.apex.markup import attribute, plain, text_of
from core.timing.sources.apex.texts import clock_ms, colour

KINDS = {"r": SessionKind.RACE, "p": SessionKind.BEST_TIME, "n": SessionKind.NONE}

_MOST_RULES = 5000

_CLOCKS = {
    "countdown": ClockKind.COUNTDOWN,
    "countdown_text": ClockKind.COUNTDOWN,
    "count": ClockKind.COUNT_UP,
    "text": ClockKind.TEXT,
}

_LIGHTS = {"lg": Flag.GREEN, "lr": Flag.RED, "ly": Flag.YELLOW, "lf": Flag.CHEQUERED}


class Unreadable(NamedTuple):
    reason: str


class Headline:
    """The titles, the track and the style rules as last sent; every value is last write wins."""

    def __init__(self) -> None:
        self.titles = ("", "")
        self.track = ""
        self.rules: dict[str, str] = {}
        """Plate colours by style class, such as `no7`."""
        self._main_clock_runs = False

    def read(self, subject: str, css: str, text: str) -> Event | Unreadable | None:
        """The event of a headline; None for one that changes nothing Paddock shows."""
        read = _READERS.get(subject)
        return None if read is None else read(self, css, text)

    def read_title(self, _css: str, text: str) -> Titled:
        self.titles = (plain(text), self.titles[1])
        return Titled(self.titles)

    def read_subtitle(self, _css: str, text: str) -> Titled:
        self.titles = (self.titles[0], plain(text))
        return Titled(self.titles)

    def read_track(self, _css: str, text: str) -> TrackNamed:
        self.track = track_name(text)
        return TrackNamed(self.track)

    def read_clock(self, css: str, text: str) -> ClockShown | Unreadable:
        clock = read_clock(css, text)
        self._main_clock_runs = isinstance(clock, ClockShown) and clock.ms is not None
        return clock

    def read_second_clock(self, css: str, text: str) -> ClockShown | Unreadable | None:
        """Shown only while the first clock is not running."""
        return None if self._main_clock_runs else read_clock(css, text)

    def read_style(self, css: str, text: str) -> None:
        code = colour(text)
        if code is not None and len(self.rules) < _MOST_RULES:
            self.rules[css] = code

    def read_light(self, css: str, _text: str) -> FlagShown | Unreadable:
        flag = _LIGHTS.get(css)
        return Unreadable("an unknown light") if flag is None else FlagShown(flag)

    def read_banner(self, _css: str, text: str) -> BannerShown:
        return BannerShown(plain(text))

    def read_comments(self, _css: str, text: str) -> CommentsShown:
        return read_comments(text)


_READERS: dict[str, Callable[[Headline, str, str], Event | Unreadable | None]] = {
    "title1": Headline.read_title,
    "title2": Headline.read_subtitle,
    "track": Headline.read_track,
    "dyn1": Headline.read_clock,
    "dyn2": Headline.read_second_clock,
    "css": Headline.read_style,
    "light": Headline.read_light,
    "msg": Headline.read_banner,
    "com": Headline.read_comments,
}


def read_clock(css: str, text: str) -> ClockShown | Unreadable:
    """The session clock; a countdown without a number is a clock that shows nothing."""
    kind = _CLOCKS.get(css)
    if kind is None:
        return Unreadable("an unknown clock")
    if kind is ClockKind.TEXT or not text:
        return ClockShown(ClockKind.TEXT, None, plain(text))
    ms = clock_ms(text.partition("_")[0])
    return Unreadable("not a time") if ms is None else ClockShown(kind, ms, None)


def read_comments(html: str) -> CommentsShown:
    """The whole list, newest first: `<p><b>13:21</b><span data-flag="warning"></span>…text</p>` again and again."""
    return CommentsShown(tuple(_comment(chunk) for chunk in html.split("<p>")[1:]))


def track_name(text: str) -> str:
    """The name without the length behind it, which stands in brackets or after a dash."""
    text = plain(text)
    name = text.rpartition("(")[0] if "(" in text else text.rpartition(" -")[0] or text
    return name.strip()


def _comment(chunk: str) -> Comment:
    """One paragraph: the time of day in bold, a flag, perhaps a kart's number, text."""
    clock, flag, number, text = "", "", None, []
    for piece in ("p>" + chunk).split("<"):
        tag, _, content = piece.partition(">")
        flag = attribute(tag, "data-flag") or flag
        if tag == "b":
            clock = content
        elif "com_no" in attribute(tag, "class"):
            number = text_of(content)
        else:
            text.append(content)
    return Comment(text_of(clock), flag, number, text_of("".join(text)))
