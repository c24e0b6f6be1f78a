"""Keys sort by the time they were made and say that they are version 7."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.io.ids import uuid7, uuid7_of


@given(st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)))
def test_a_later_key_sorts_behind(now: datetime) -> None:
    earlier, later = uuid7(now), uuid7(now + timedelta(milliseconds=1))

    assert earlier < later
    assert (earlier.version, later.variant) == (7, "specified in RFC 4122")


def test_two_keys_of_one_moment_differ() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)

    assert uuid7(now) != uuid7(now)


def test_the_same_content_at_the_same_moment_has_one_key() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)

    assert uuid7_of(now, b"race") == uuid7_of(now, b"race")
    assert uuid7_of(now, b"race") != uuid7_of(now, b"practice")
