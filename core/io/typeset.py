"""Papers as PDF, by typst: the same paper gives the same bytes, on every machine.

The words go in as JSON and are never read as markup; fonts are those that come with typst, never the system's; the
date inside the file is the paper's own. Nothing is read from disk or network but the template beside this module.
"""

import json
from datetime import UTC
from functools import cache
from pathlib import Path

import typst

from core.penalties.documents.paper import Paper, Table

_TEMPLATE = Path(__file__).with_name("paper.typ")


def pdf(paper: Paper) -> bytes:
    """The paper as a PDF of A4 pages."""
    words = json.dumps(_words(paper), ensure_ascii=False, sort_keys=True)
    made = typst.compile(
        _template(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"paper": words},
        timestamp=paper.at.astimezone(UTC).replace(microsecond=0),  # a PDF knows no shorter time
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no single PDF")
    return made


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _words(paper: Paper) -> dict[str, object]:
    (_, date), (_, time) = paper.head[3:]
    return {
        "title": paper.title,
        "sender": paper.sender,
        "session": paper.occasion.session,
        "circuit": paper.occasion.circuit,
        "label": paper.label,
        "status": paper.status,
        "head": paper.head,
        "fields": [[field.label, field.lines] for field in paper.fields],
        "tables": [_table(table) for table in paper.tables],
        "officials": paper.officials,
        "notes": paper.notes,
        "foot": f"{paper.label} · {date}, {time} ({paper.occasion.zone})",
    }


def _table(table: Table) -> dict[str, object]:
    """The longest column of words takes the room that the others leave."""
    lengths = [max((len(row[at]) for row in table.rows), default=0) for at in range(len(table.headings))]
    words = [at for at in range(len(lengths)) if at not in table.right]
    wide = [max(words, key=lengths.__getitem__)] if words else []
    return {
        "title": table.title,
        "headings": table.headings,
        "rows": table.rows,
        "right": table.right,
        "wide": wide,
    }
