"""How people read values: times of day in the circuit's zone, ages, names, lap times."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

UNKNOWN = "–"


def time_of_day(at: datetime | None, zone: str) -> str:
    """`21:03:05` on the circuit's clock."""
    return UNKNOWN if at is None else f"{at.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def day_and_time(at: datetime | None, zone: str) -> str:
    """`7 Mar 2026, 21:03` on the circuit's clock."""
    return UNKNOWN if at is None else f"{at.astimezone(ZoneInfo(zone)):%-d %b %Y, %H:%M}"


def ago(at: datetime | None, now: datetime) -> str:
    """`4 s`, `12 min`, `3 h`, `5 days`."""
    if at is None:
        return UNKNOWN
    age = max(now - at, timedelta())
    seconds = int(age.total_seconds())
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def lap_time(ms: int | None) -> str:
    """`1:23.456`, `58.123`; three decimals everywhere."""
    if ms is None:
        return UNKNOWN
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes}:{rest / 1000:06.3f}" if minutes else f"{rest / 1000:.3f}"


def words(name: str) -> str:
    """`race_control` → `Race control`."""
    return name.replace("_", " ").capitalize()


def counted(n: int, one: str, more: str) -> str:
    """`1 entry`, `2 entries`."""
    return f"{n} {one if n == 1 else more}"


def plain(text: str) -> str:
    """Text typed by people or sent by feeds, so that Markdown shows it as it is."""
    return "".join(f"\\{character}" if character in _MARKDOWN else character for character in text)


_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:^=&")
