"""Texts of RMonitor fields as numbers: times, counts, flags. All return `None` for what says nothing.

Fields come as they stand in the line, in quotes or without: the hot path does not take quotes off first.
"""

from core.timing.model import Flag

_FLAGS = {"green": Flag.GREEN, "yellow": Flag.YELLOW, "red": Flag.RED, "finish": Flag.CHEQUERED}
_FLAGS |= {"checkered": Flag.CHEQUERED, "chequered": Flag.CHEQUERED}

_NO_TIME_MS = 3_599_999
"""`00:59:59.999` is how Orbits says that there is no time."""

_MOST_DIGITS = 9
_FRACTIONS = (0, 100, 10, 1)
_LONG, _SHORT = len('"00:00:00.000"'), len('"00:00:00"')


def number(text: str) -> int | None:
    """A count; at most nine ASCII digits, perhaps behind a minus: officials deduct laps before the first is driven."""
    digits = text.strip('" ')
    value = digits.removeprefix("-")
    if not value.isascii() or not value.isdigit() or len(value) > _MOST_DIGITS:
        return None
    return int(digits)


def time_ms(text: str) -> int | None:
    """Milliseconds of `HH:MM:SS.mmm`, `HH:MM:SS` or any shorter form; None for a negative one."""
    if len(text) == _LONG and text[9] == ".":
        digits = text[1:3] + text[4:6] + text[7:9] + text[10:13]
    elif len(text) == _SHORT:
        digits = text[1:3] + text[4:6] + text[7:9] + "000"
    else:
        return _any_time_ms(text)
    if not (digits.isdigit() and digits.isascii() and text[3] == ":" == text[6]):
        return _any_time_ms(text)
    value = int(digits)
    return value // 10_000_000 * 3_600_000 + value // 100_000 % 100 * 60_000 + value % 100_000


def lap_ms(text: str) -> int | None:
    """Milliseconds of a lap; None when there is none."""
    ms = time_ms(text)
    return None if ms == _NO_TIME_MS else ms or None


def flag(text: str) -> Flag | None:
    """The flag, whatever its width and case; blanks and words nobody has told us about are none."""
    return _FLAGS.get(text.strip('" ').casefold())


def is_known_flag(text: str) -> bool:
    word = text.strip('" ').casefold()
    return not word or word in _FLAGS


def _any_time_ms(text: str) -> int | None:
    clock, _, fraction = text.strip('" ').partition(".")
    total = 0
    for part in clock.split(":", 3):
        if not part.isascii() or not part.isdigit() or len(part) > _MOST_DIGITS:
            return None
        total = total * 60 + int(part)
    if not fraction:
        return total * 1000
    if not fraction.isascii() or not fraction.isdigit():
        return None
    return total * 1000 + int(fraction[:3]) * _FRACTIONS[min(len(fraction), 3)]
