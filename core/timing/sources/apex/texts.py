"""Texts of Apex cells as numbers: times, gaps in seven languages, clocks, colours, counters.

Everything returns `None` for text it does not understand and never raises, whatever the text: feeds carry junk.
The same times come again and again (a pit clock's, above all), so that the commonest readers remember them.
"""

from functools import lru_cache

from core.timing.model import Rank

_DIGITS = frozenset("0123456789")
_LONGEST_NUMBER = 9
_LONGEST_TIME_S = 10**7
"""No clock of a race shows more; a moment further away could not be reckoned with."""
_REMEMBERED = 8192
_FRACTIONS = {0: 0, 1: 100, 2: 10, 3: 1}

RANKS = {"tb": Rank.OVERALL, "ti": Rank.PERSONAL}
"""Cell classes of times: purple and green; anything else (`tn`, `ib`, `in`, none) is a normal time."""

_LAP_WORDS = frozenset(
    ("tour", "tours", "tr", "trs", "lap", "laps", "giro", "giri", "vuelta", "vueltas", "vta", "vtas")
    + ("volta", "voltas", "varv", "ronde", "rondes", "runde", "runden")
)


@lru_cache(_REMEMBERED)
def number(text: str) -> int | None:
    """A plain count: up to nine ASCII digits (`isdigit` alone would let through digits that `int` refuses)."""
    if text and len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdigit():
        return int(text)
    return None


@lru_cache(_REMEMBERED)
def time_ms(text: str) -> int | None:
    """Milliseconds of `59.938`, `1:05.415`, `1:02:03.4`, `24.38` (a sector) and `1:27.` (a running clock)."""
    clock, _, fraction = text.partition(".")
    seconds = _seconds(clock)
    if seconds is None:
        return None
    if not fraction:
        return seconds * 1000
    value = number(fraction[:3])
    return None if value is None else seconds * 1000 + value * _FRACTIONS[min(len(fraction), 3)]


@lru_cache(_REMEMBERED)
def gap(text: str) -> tuple[int | None, int | None, int | None]:
    """(ms behind, laps behind, laps done by the leader) of a gap cell; at most one of them is known.

    `12.345` and `-0.1` are times, `2 Tours` laps behind, `Tour 10` is what the leader has done.
    """
    if not text:
        return None, None, None
    if text[0] in "-+":
        ms = time_ms(text[1:])
        return (None if ms is None else -ms if text[0] == "-" else ms), None, None
    if text[0] in _DIGITS and " " not in text:
        return time_ms(text), None, None
    return None, *_laps(text)


@lru_cache(_REMEMBERED)
def hours_minutes_ms(text: str) -> int | None:
    """Milliseconds of a stint clock `h:mm`; the feed counts minutes."""
    hours, colon, minutes = text.partition(":")
    h, m = number(hours), number(minutes)
    if not colon or h is None or m is None or h * 3600 > _LONGEST_TIME_S:
        return None
    return (h * 60 + m) * 60_000


def clock_ms(text: str) -> int | None:
    """Milliseconds of a session clock; a value with a dot is in seconds."""
    whole, dot, fraction = text.partition(".")
    if not dot:
        return number(text)
    seconds = number(whole)
    return None if seconds is None or number(fraction or "0") is None else round(float(text) * 1000)


def colour(rule: str) -> str | None:
    """The `#RRGGBB` of a style rule's border; nothing else of a rule is ever passed on."""
    start = rule.find("border-bottom-color:")
    start = rule.find("#", start + 20) if start >= 0 else -1
    code = rule[start + 1 : start + 7]
    return f"#{code.upper()}" if start >= 0 and _is_hex(code) else None


def plate_colour(css_class: str) -> str | None:
    """The colour in a class `notc16731983`, whose number is blue first: 0xBBGGRR."""
    value = number(css_class[4:]) if css_class.startswith("notc") else None
    if value is None or value > 0xFFFFFF:
        return None
    return f"#{value & 0xFF:02X}{value >> 8 & 0xFF:02X}{value >> 16:02X}"


def _seconds(clock: str) -> int | None:
    total = 0
    for part in clock.split(":", 3):
        value = number(part)
        if value is None:
            return None
        total = total * 60 + value
    return total if total <= _LONGEST_TIME_S else None


def _laps(text: str) -> tuple[int | None, int | None]:
    first, _, last = text.partition(" ")
    if first.rstrip(".").lower() in _LAP_WORDS:
        return None, number(last.strip())
    if last.strip().rstrip(".").lower() in _LAP_WORDS:
        return number(first), None
    return None, None


def _is_hex(code: str) -> bool:
    return len(code) == 6 and all(letter in "0123456789abcdefABCDEF" for letter in code)
