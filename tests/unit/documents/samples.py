"""Papers to try the printers with, and how a test reads what they made."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO

from pypdf import PdfReader

from core.penalties.documents.paper import Occasion, Paper, Table, filled

OCCASION = Occasion("Round 3, 12 h", "Test track", "Asia/Dubai")
AT = datetime(2026, 3, 7, 12, 3, 5, 678_901, tzinfo=UTC)
NASTY = '#panic("x") *b* _i_ $a$ @ref [c] \\ // /* <script>alert(1)</script> &amp; "q" \' {{7*7}} ]'


def paper(
    *, reason: str = "Braked too late.", team: str = "Team 12", officials: tuple[str, ...] = ("Steward 1",)
) -> Paper:
    rows = (("1", "42", "Contact", "5 second time penalty", "12", "4"),)
    return Paper(
        title="Decision",
        occasion=OCCASION,
        at=AT,
        sender="The stewards",
        recipient=team,
        number=4,
        fields=filled(
            (("Headline", ("Kart 42 – Contact",)), ("Offence", ("Contact", "Article 27")), ("Reason", (reason,)))
        ),
        tables=(Table("Penalties", ("No.", "Kart", "Infringement", "Penalty", "Lap", "Decision"), rows, (0, 1, 4)),),
        officials=officials,
        notes=("This decision is not subject to appeal.",),
    )


def pdf_text(made: bytes) -> str:
    """The words of a PDF in the order of reading, with single spaces."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    return re.sub(r"\s+", " ", " ".join(pages)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.words: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_style = tag == "style"
        assert not any(name.startswith("on") or name in {"src", "href"} for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        self._in_style &= tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)


def html_words(page: str) -> tuple[set[str], list[str]]:
    """The tags of a page and its pieces of text; it has no handler and fetches nothing."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return reader.tags, reader.words
