"""The result sheet as a paper, and as plain rows for a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime

from core.penalties.documents.paper import Names, Occasion, Paper, Table, clock, filled
from core.timing.results import ResultPenalty, ResultRow, Results, title
from portal.format import lap_time, words

SENDER = "Race control"
RECIPIENT = "All competitors"
_HEADINGS = ("Pos.", "No.", "Competitor", "Laps", "Gap", "Best lap", "Penalties")
_PENALTIES = ("No.", "Infringement", "Penalty", "Lap", "Time", "Decision", "State")
_RIGHT = (0, 1, 3, 4, 5)
_PENALTY_RIGHT = (0, 3, 4, 5)


def results_paper(one: Results, occasion: Occasion, names: Names, at: datetime, number: int | None) -> Paper:
    """The page; `number` is None for a draft."""
    final = "Final" if one.status.final else "Provisional"
    return Paper(
        title=title(one),
        occasion=occasion,
        at=at,
        sender=SENDER,
        recipient=RECIPIENT,
        number=number,
        status=final if number is not None else f"Draft, {final.lower()}",
        fields=filled(
            (
                ("Session", (_session(one, occasion),)),
                ("Version", (str(one.version),)),
                ("Windows close", (clock(one.status.until, occasion.zone) if one.status.until else "",)),
                ("Open", one.status.waits if not one.status.final else ()),
            )
        ),
        tables=tuple(_tables(one, occasion, names)),
        notes=(f"Ruleset {one.ruleset}.",) if one.ruleset else (),
    )


def sheet(one: Results, occasion: Occasion, names: Names) -> list[list[str]]:
    """Headings, the classification, an empty line, headings, the penalties: text cells for CSV and workbooks."""
    penalties = [[*_penalty_row(each, occasion), "After" if each.after else "In"] for each in one.penalties]
    return [
        list(_HEADINGS),
        *(_result_row(row, one, names) for row in one.rows),
        [],
        [*_PENALTIES, "In or after the session"],
        *penalties,
    ]


def _session(one: Results, occasion: Occasion) -> str:
    return f"{occasion.session}, {words(one.phase).lower()}" if one.phase else occasion.session


def _tables(one: Results, occasion: Occasion, names: Names) -> Iterator[Table]:
    rows = tuple(tuple(_result_row(row, one, names)) for row in one.rows)
    yield Table("Classification", _HEADINGS, rows, _RIGHT)
    for heading, after in (("Penalties in the session", False), ("Penalties after the session", True)):
        given = tuple(tuple(_penalty_row(each, occasion)) for each in one.penalties if each.after is after)
        if given:
            yield Table(heading, _PENALTIES, given, _PENALTY_RIGHT)


def _result_row(row: ResultRow, one: Results, names: Names) -> list[str]:
    team, drivers = names.team(row.kart), names.drivers(row.kart)
    return [
        "–" if row.excluded else str(row.position),
        row.kart,
        f"{team} ({drivers})" if team and drivers else team or drivers,
        "" if row.laps is None else str(row.laps - row.deducted_laps),
        _gap(row),
        "" if row.best_ms is None else lap_time(row.best_ms),
        ", ".join(each.penalty for each in one.penalties if each.kart == row.kart),
    ]


def _gap(row: ResultRow) -> str:
    if row.excluded or row.position == 1:
        return ""
    if row.gap_laps:
        return f"{row.gap_laps} lap" if row.gap_laps == 1 else f"{row.gap_laps} laps"
    return "" if row.gap_ms is None else lap_time(row.gap_ms)


def _penalty_row(one: ResultPenalty, occasion: Occasion) -> list[str]:
    return [
        one.kart,
        one.infringement,
        one.penalty,
        "" if one.lap is None else str(one.lap),
        clock(one.at, occasion.zone),
        "" if one.document is None else str(one.document),
        one.standing,
    ]
