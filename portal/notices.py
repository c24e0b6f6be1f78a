"""What is published, as rows of the notice board and lines of the ticker: values in, words out."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from core.penalties.messages import TRACK_WORDS
from core.penalties.model import Message
from core.penalties.notices import NoticeBoard, PublicDocument, PublicInvestigation, PublicPenalty
from portal.components.notice_board import Cell, Panel
from portal.components.ticker import Line
from portal.format import time_of_day, words

MOST_MESSAGES = 60
_TONES = {"Served": "done", "Closed": "done", "Cancelled": "", "Under appeal": "open"}


def head(board: NoticeBoard, title: str, zone: str) -> Mapping[str, str]:
    return {
        "title": title,
        "phase": words(board.phase) if board.phase else "",
        "track": TRACK_WORDS[board.track].capitalize(),
        "state": board.track,
        "zone": zone,
    }


def panels(board: NoticeBoard, session_id: UUID, zone: str) -> tuple[Panel, ...]:
    """Penalties, investigations, messages, documents."""
    return (
        _panel(
            "penalties",
            "Penalties",
            "No penalty has been issued.",
            ("Kart", "Penalty", "Infringement", "State", "Issued"),
            ((one.id, _penalty(one, zone)) for one in board.penalties),
        ),
        _panel(
            "investigations",
            "Under investigation",
            "Nothing is under investigation.",
            ("Kart", "Infringement", "Place", "Time"),
            ((f"{at}/{one.kart}", _investigation(one, zone)) for at, one in enumerate(board.investigations)),
        ),
        _panel(
            "messages",
            "Messages",
            "Race control has said nothing yet.",
            ("Time", "Message"),
            _messages(board.messages[:MOST_MESSAGES], zone),
        ),
        _panel(
            "documents",
            "Documents",
            "No document is published yet.",
            ("No.", "Document", "Time"),
            ((str(one.number), _document(one, session_id, zone)) for one in board.documents),
        ),
    )


def lines(messages: Iterable[Message], zone: str) -> list[Line]:
    """Newest first, for the ticker."""
    newest = sorted(messages, key=lambda message: message.seq, reverse=True)[:MOST_MESSAGES]
    return [(time_of_day(message.at, zone), message.text, message.public) for message in newest]


def address(session_id: UUID, number: int, form: str) -> str:
    """Where a document is read."""
    return f"/api/v1/race-sessions/{session_id}/documents/{number}.{form}"


def place(turn: int | None, lap: int | None) -> str:
    named = (("Turn", turn), ("lap", lap))
    return ", ".join(f"{name} {number}" for name, number in named if number is not None)


def _panel(
    name: str, title: str, empty: str, headings: tuple[str, ...], rows: Iterable[tuple[str, tuple[Cell, ...]]]
) -> Panel:
    listed = tuple(rows)
    return Panel(name, title, empty, headings, tuple(cells for _, cells in listed), tuple(each for each, _ in listed))


def _penalty(one: PublicPenalty, zone: str) -> tuple[Cell, ...]:
    tone = "act" if one.to_serve else _TONES.get(one.standing, "")
    where = place(one.turn, one.lap)
    return (
        Cell(one.kart, "kart"),
        Cell(one.penalty),
        Cell(f"{one.infringement}, {where.lower()}" if where else one.infringement, "text"),
        Cell(one.standing, "state", tone),
        Cell(time_of_day(one.issued_at, zone), "time"),
    )


def _investigation(one: PublicInvestigation, zone: str) -> tuple[Cell, ...]:
    karts = f"{one.kart} ↔ {one.second_kart}" if one.second_kart else one.kart
    return (
        Cell(karts, "kart"),
        Cell(one.infringement),
        Cell(place(one.turn, one.lap)),
        Cell(time_of_day(one.at, zone), "time"),
    )


def _messages(messages: Iterable[Message], zone: str) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Several may come of one event."""
    for at, message in enumerate(messages):
        row = (Cell(time_of_day(message.at, zone), "time"), Cell(message.text))
        yield f"{message.seq}/{at}/{message.text}", row


def _document(one: PublicDocument, session_id: UUID, zone: str) -> tuple[Cell, ...]:
    return (
        Cell(str(one.number), "kart"),
        Cell(one.title, href=address(session_id, one.number, "pdf")),
        Cell(time_of_day(one.at, zone), "time"),
    )
