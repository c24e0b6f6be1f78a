"""The questions for request.php: of one competitor all laps, all stops, and who drives."""

from collections.abc import Iterator, Sequence

_MOST = 9_999
"""More laps than a car does in a day."""


def requests_for(source_ids: Sequence[str]) -> Iterator[str]:
    """One question for each row of the board; ids that are no rows have no history."""
    for source_id in source_ids:
        row = source_id.removeprefix("r")
        if row.isascii() and row.isdigit():
            yield f"D#-{_MOST}#D{row}.L#-{_MOST}#D{row}.P#1#D{row}.INF"
