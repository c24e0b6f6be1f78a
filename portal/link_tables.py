"""Rows about a circuit's link: its log, its holes, what nobody has a name for, and what came. Values in, words out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.tracks.links import FeedCount, Hole, LinkEvent, Strange
from portal.format import ago, day_and_time, time_of_day, words
from portal.tables import Row


def log_rows(events: Iterable[LinkEvent], zone: str) -> list[Row]:
    return [
        {
            "Time": time_of_day(event.at, zone),
            "State": words(event.status),
            "What happened": event.detail,
            "Attempt": event.attempt or None,
        }
        for event in events
    ]


def hole_rows(holes: Iterable[Hole], zone: str) -> list[Row]:
    return [
        {
            "From": day_and_time(hole.since, zone),
            "Until": time_of_day(hole.until, zone),
            "Lasted": _lasted(hole.until - hole.since),
            "Laps filled in": hole.back_filled,
        }
        for hole in holes
    ]


def novelty_rows(strange: Iterable[Strange], now: datetime) -> list[Row]:
    return [
        {
            "Kind": words(one.kind),
            "Sample": one.sample,
            "Times": one.count,
            "First": f"{ago(one.first_at, now)} ago",
            "Last": f"{ago(one.last_at, now)} ago",
        }
        for one in strange
    ]


def figures(total: FeedCount, minutes: int) -> dict[str, str]:
    """What came in so many minutes, as headings and numbers."""
    return {
        "Frames a minute": f"{total.frames / minutes:.0f}",
        "Lines": f"{total.lines:,}".replace(",", "\u202f"),
        "Kilobytes": f"{total.bytes / 1000:,.0f}".replace(",", "\u202f"),
        "Laps": str(total.laps),
        "Junk lines": str(total.junk),
        "Unread lines": str(total.unread),
    }


def _lasted(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
