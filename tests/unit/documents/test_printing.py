"""A paper as HTML and as PDF: its words in order, the same bytes every time, and nothing in it ever read as markup."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.io.typeset import pdf
from core.penalties.documents.anchor import anchor_paper
from core.penalties.documents.paper import filled
from core.penalties.events import Anchor
from portal.documents.html import fragment, page
from tests.unit.documents.samples import AT, NASTY, OCCASION, html_words, paper, pdf_text

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "article", "header", "div", "strong", "span", "em"),
    *("dl", "dt", "dd", "p", "h1", "h2", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "footer"),
}
printable = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)


def test_a_decision_is_printed_word_by_word() -> None:
    assert pdf_text(pdf(paper())) == (
        "Round 3, 12 h Test track Document 4 From The stewards To Team 12 Document no. 4 Date 7 March 2026 "
        "Time 16:03:05 Decision Headline Kart 42 – Contact Offence Contact Article 27 Reason Braked too late. "
        "Penalties No. Kart Infringement Penalty Lap Decision 1 42 Contact 5 second time penalty 12 4 "
        "Steward 1 This decision is not subject to appeal. "
        "Document 4 · 7 March 2026, 16:03:05 (Asia/Dubai) Page 1 of 1"
    )


def test_the_same_paper_is_the_same_bytes() -> None:
    assert pdf(paper()) == pdf(paper())
    assert page(paper()) == page(paper())


def test_another_moment_is_another_file() -> None:
    assert pdf(paper()) != pdf(replace(paper(), at=AT + timedelta(seconds=1)))


def test_markup_in_a_pdf_is_only_text() -> None:
    text = pdf_text(pdf(paper(reason=NASTY, team=NASTY, officials=(NASTY,))))

    assert text.count('#panic("x") *b* _i_ $a$ @ref [c] \\ // /* <script>alert(1)</script>') == 3


def test_markup_in_html_is_only_text() -> None:
    tags, words = html_words(page(paper(reason=NASTY, team=NASTY, officials=(NASTY,))))

    assert words.count(NASTY) == 3
    assert tags == TAGS


@given(printable)
@settings(max_examples=50)
def test_any_text_stays_text_in_html(text: str) -> None:
    tags, words = html_words(page(paper(reason=f"<b>{text}")))

    assert f"<b>{text}" in words
    assert tags == TAGS


@given(printable)
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_printed_and_twice_alike(text: str) -> None:
    assert pdf(paper(reason=text)) == pdf(paper(reason=text))


@pytest.mark.parametrize("name", ["Иван Петров", "Łukasz Żółć", "Ñandú", "سالم"])
def test_names_of_other_alphabets_are_drawn(name: str) -> None:
    assert b"/Type/Font" in pdf(paper(team=name)).replace(b" ", b"")
    assert name in html_words(page(paper(team=name)))[1]


def test_a_field_without_words_is_left_out() -> None:
    assert [field.label for field in filled((("Reason", ("",)), ("Fact", ("Contact", ""))))] == ["Fact"]


def test_a_fragment_brings_its_style_and_no_page() -> None:
    tags, _ = html_words(fragment(paper()))

    assert tags.isdisjoint({"html", "body", "title"})


def test_the_anchor_sheet_says_the_whole_hash_and_how_to_verify() -> None:
    digits = "0123456789abcdef" * 4

    text = pdf_text(pdf(anchor_paper(OCCASION, "0198c0de", Anchor(4711, digits), AT)))

    assert "Events 4711" in text
    assert digits in text.replace(" ", "")
    assert "How to verify 1. Verify the log" in text
