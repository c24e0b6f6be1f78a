"""Feeds take lines from anybody: what they send reaches a page as text, never as HTML."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[3]
SCRIPTS = sorted(
    path
    for room in ("portal", "pages")
    for kind in ("*.js", "*.mjs", "*.html")
    for path in (HOUSE / room).rglob(kind)
    if "node_modules" not in path.parts
)
MODULES = sorted(path for room in ("portal", "pages") for path in (HOUSE / room).rglob("*.py"))

MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|parseFromString|\beval\(|srcdoc"
    r"|new Function\(|setHTMLUnsafe|\bjavascript:"
)
COMMENT = re.compile(r"^\s*(//|\*|/\*).*$", re.MULTILINE)

OUR_OWN_HTML = {"portal/theme.py", "portal/publishing.py"}
"""Style sheets that stand in the file; papers, every word of which `portal/documents/html.py` escapes."""


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_script_of_ours_makes_markup_of_text(path: Path) -> None:
    assert MARKUP.findall(COMMENT.sub("", path.read_text())) == []


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def test_no_page_allows_html() -> None:
    allowing = [
        str(path.relative_to(HOUSE))
        for path in MODULES
        for call in calls(path)
        if any(keyword.arg == "unsafe_allow_html" for keyword in call.keywords)
    ]

    assert allowing == []


def test_html_is_only_what_stands_in_our_own_files() -> None:
    told = {
        str(path.relative_to(HOUSE))
        for path in MODULES
        for call in calls(path)
        if ast.unparse(call.func) in {"st.html", "components.html", "st.components.v1.html"}
    }

    assert told <= OUR_OWN_HTML
