"""A paper as HTML, complete by itself: no script, nothing fetched, and every word of it escaped."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from core.penalties.documents.paper import Paper, Table

STYLE = Path(__file__).with_name("paper.css").read_text()
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def page(paper: Paper) -> str:
    """A whole page, to be shown, saved or printed."""
    head = _tag("title", escape(f"{paper.label}: {paper.title}"))
    look = _tag("style", STYLE + "body { margin: 0; background: #eef1f4; } @media print { body { background: #fff; } }")
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    body = _tag("body", _tag("main", article(paper)))
    return f'<!doctype html>\n<html lang="en">{_tag("head", meta, head, look)}{body}</html>\n'


def fragment(paper: Paper) -> str:
    """The same inside another page."""
    return _tag("style", STYLE) + article(paper)


def article(paper: Paper) -> str:
    """Without its style sheet."""
    return _tag(
        "article",
        _header(paper),
        _list(paper.head, "head"),
        _tag("h1", escape(paper.title)),
        _list(((field.label, *field.lines) for field in paper.fields), "fields"),
        *(_sheet(table) for table in paper.tables),
        _signed(paper.officials),
        _tag("footer", *(_tag("p", escape(one)) for one in (*paper.notes, _foot(paper)))),
        of="paper",
    )


def _header(paper: Paper) -> str:
    where = _tag("strong", escape(paper.occasion.session)) + _tag("span", escape(paper.occasion.circuit))
    which = _tag("strong", escape(paper.label)) + _tag("em", escape(paper.status))
    return _tag("header", _tag("div", where), _tag("div", which))


def _list(fields: Iterable[tuple[str, ...]], of: str) -> str:
    pairs = (
        _tag("dt", escape(label)) + _tag("dd", *(_tag("p", escape(line)) for line in lines)) for label, *lines in fields
    )
    return _tag("dl", *pairs, of=of)


def _sheet(table: Table) -> str:
    head = _tag("tr", *(_cell("th", heading, at, table) for at, heading in enumerate(table.headings)))
    rows = (_tag("tr", *(_cell("td", text, at, table) for at, text in enumerate(row))) for row in table.rows)
    whole = _tag("table", _tag("thead", head), _tag("tbody", *rows))
    return _tag("h2", escape(table.title)) + _tag("div", whole, of="sheet")


def _cell(tag: str, text: str, at: int, table: Table) -> str:
    return _tag(tag, escape(text), of="right" if at in table.right else "")


def _signed(officials: Iterable[str]) -> str:
    names = "".join(_tag("li", escape(name)) for name in officials)
    return _tag("ul", names, of="signed") if names else ""


def _foot(paper: Paper) -> str:
    (_, date), (_, time) = paper.head[3:]
    return f"{paper.label} · {date}, {time} ({paper.occasion.zone})"


def _tag(tag: str, *inside: str, of: str = "") -> str:
    """`inside` is HTML already."""
    named = f' class="{of}"' if of else ""
    return f"<{tag}{named}>{''.join(inside)}</{tag}>"
