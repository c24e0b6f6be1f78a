"""Texts of a feed nobody knows as numbers: times in several notations, gaps, counts, flags.

Everything returns None for text it does not understand and never raises. Where a text can be read in two ways (61 may
be seconds), the notation decides, which is found once from many samples.
"""

import re
from collections.abc import Iterable, Sequence
from statistics import median

from core.timing.events import Road
from core.timing.mapping import Notation
from core.timing.model import Flag

_CLOCK = re.compile(r"(?:(?:(\d{1,3})[:h])?(\d{1,4})[:'′])?(\d{1,6})(?:[.,\"″](\d{0,6}))?[\"″]?s?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_LAPS = re.compile(
    r"[+-]{0,2} ?(\d{1,4}) ?(?:l|laps?|lps|tours?|giri|giro|vueltas?|voltas?|varv|rondes?|runden?)\.?", re.IGNORECASE
)
_LONGEST_MS = 10**10
_MS = {Notation.SECONDS: 1000.0, Notation.MILLISECONDS: 1.0, Notation.MICROSECONDS: 0.001}

_FLAGS = {
    Flag.GREEN: ("green", "running", "start", "started", "race", "verde", "vert", "grün"),
    Flag.YELLOW: ("yellow", "caution", "sc", "vsc", "fcy", "code60", "jaune", "gelb", "giallo"),
    Flag.RED: ("red", "stopped", "rouge", "rot", "rosso"),
    Flag.CHEQUERED: ("chequered", "checkered", "finish", "finished", "damier"),
}
_FLAG_OF = {word: flag for flag, words in _FLAGS.items() for word in words}
_ROADS = {
    Road.IN: ("pit", "inpit", "pitin", "box", "inbox", "pits", "pitlane"),
    Road.STOPPED: ("stopped", "stop", "retired", "out", "dnf", "off"),
    Road.FINISHED: ("finished", "finish", "chequered", "checkered"),
}
_ROAD_OF = {word: road for road, words in _ROADS.items() for word in words}


def time_ms(text: str, notation: Notation) -> int | None:
    """Milliseconds; None for what is no time, and for nought, by which feeds say that there is none yet."""
    text = text.strip().lstrip("+")
    ms = _clock_ms(text) if notation is Notation.CLOCK or ":" in text else _number_ms(text, _MS[notation])
    return ms if ms and 0 < ms < _LONGEST_MS else None


def gap(text: str, notation: Notation) -> tuple[int | None, int | None]:
    """(ms, laps) behind; at most one of them."""
    laps = _LAPS.fullmatch(text.strip())
    if laps is not None:
        return None, int(laps[1])
    return time_ms(text, notation), None


def count(text: str) -> int | None:
    """A whole number that is not negative."""
    text = text.strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def flag(text: str) -> Flag | None:
    return next((_FLAG_OF[word] for word in _words(text) if word in _FLAG_OF), None)


def road(text: str) -> Road:
    """Where a car is, as far as a status text betrays it."""
    return next((_ROAD_OF[word] for word in _words(text) if word in _ROAD_OF), Road.RUNNING)


def notation_of(texts: Sequence[str], words: Iterable[str] = ()) -> Notation | None:
    """How these texts write a time; None when most of them write none.

    Args:
        texts: samples of one field.
        words: of the field's name: a unit in it decides.
    """
    told = [text.strip().lstrip("+") for text in texts if text.strip()]
    plain = [abs(value) for value in map(number, told) if value is not None]
    if len(plain) * 2 < len(told) or any(":" in text for text in told):
        times = [text for text in told if _clock_ms(text) is not None]
        return Notation.CLOCK if told and len(times) * 5 >= len(told) * 4 else None
    return _unit_of(set(words)) or _unit_by_size(
        [value for value in plain if value], is_broken=any("." in text for text in told)
    )


def _unit_of(words: set[str]) -> Notation | None:
    if words & {"ms", "millis", "milliseconds", "msec"}:
        return Notation.MILLISECONDS
    if words & {"us", "micros", "microseconds"}:
        return Notation.MICROSECONDS
    return Notation.SECONDS if words & {"sec", "secs", "seconds"} else None


def _unit_by_size(numbers: list[float], *, is_broken: bool) -> Notation | None:
    """A lap takes ten seconds to twenty minutes: 61.2 s, 61200 ms, 61200000 µs."""
    if not numbers:
        return None
    usual = median(numbers)
    if usual >= 3_000_000:
        return Notation.MICROSECONDS
    if usual >= (2_000 if is_broken else 1_000):
        return Notation.MILLISECONDS
    return Notation.SECONDS


def _clock_ms(text: str) -> int | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return whole * 1000 + round(float(f"0.{fraction or 0}") * 1000)


def _number_ms(text: str, factor: float) -> int | None:
    value = number(text.replace(",", "."))
    return None if value is None else round(value * factor)


def _words(text: str) -> list[str]:
    lowered = text.lower()
    return [*re.findall(r"[^\W\d_]+\d*", lowered), re.sub(r"[\W_]", "", lowered)]
