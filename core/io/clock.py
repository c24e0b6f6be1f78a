"""The wall clock, read in one place; everything else takes `now` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the one place that reads the clock
