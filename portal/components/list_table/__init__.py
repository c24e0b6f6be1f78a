"""A list as a real table: quiet, dense, readable by a screen reader; one row may be chosen."""

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_list_table", html='<div class="list"></div>', css=style("list_table"), js=script("list_table")
)

Row = Mapping[str, object]


def list_table(
    rows: Sequence[Row],
    label: str,
    *,
    key: str,
    ids: Sequence[str] | None = None,
    height: int | None = None,
    start: str | None = None,
) -> str | None:
    """Draw the rows under the headings of the first one.

    Args:
        rows: heading to value, the same headings in each.
        label: what a screen reader calls the table.
        key: of the component on the page.
        ids: one for each row makes rows choosable.
        height: in pixels, above which the rows scroll; by default all are shown.
        start: the row that is chosen until somebody chooses.

    Returns:
        The id of the chosen row; None when none is chosen, or it has gone.
    """
    picked = _picked(key, ids or (), start)
    names = ids or [str(index) for index in range(len(rows))]
    listed = [
        {"id": name, "cells": [_text(cell) for cell in row.values()], "choosable": ids is not None}
        for name, row in zip(names, rows, strict=True)
    ]
    columns = [{"heading": heading, "kind": _kind(heading, rows)} for heading in (rows[0] if rows else ())]
    data = {"columns": columns, "rows": listed, "picked": picked, "label": label}
    _mount(key=key, data=data, on_picked_change=_changed, height=height or "content")
    return picked


_SHORT = 18
_TIME = re.compile(r"([+−]?(\d+:)*\d+\.\d{3}|–)?")


def _kind(heading: str, rows: Sequence[Row]) -> str:
    """Numbers and lap times stand at the right; a column of short texts is as narrow as they are."""
    cells = [row[heading] for row in rows]
    if all(cell is None or isinstance(cell, int) or _TIME.fullmatch(str(cell)) for cell in cells):
        return "number"
    return "short" if all(len(_text(cell)) <= _SHORT for cell in cells) else "long"


def _picked(key: str, ids: Sequence[str], start: str | None) -> str | None:
    """What the browser last said, if that row is still there."""
    state = st.session_state.get(key)
    picked = state.get("picked") if state and "picked" in state else start
    return picked if picked in ids else None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _changed() -> None:
    """The run itself is the effect; Streamlit needs a callback to know the state by name."""
