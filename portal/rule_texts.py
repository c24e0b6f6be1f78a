"""A ruleset of one's own: paste or upload it, see every mistake with its line, store it under its id and version."""

import streamlit as st

from core.accounts.model import Identity, Right
from core.penalties.mistakes import Remedied, mistakes
from core.penalties.rulesets import read
from portal import session
from portal.components.list_table import list_table
from portal.forms import done, nothing, remedies

_TEXT = "rules-typed"
_CHECKED = "rules-checked"
_LINE = 80
"""Characters of a line that are shown beside its mistake."""


def form(reader: Identity) -> None:
    """The text, the button, and what the last check has found; what was typed stays."""
    with st.form("check-rules", border=False):
        st.text_area("Ruleset (YAML)", height=320, key=_TEXT, placeholder="id: club\nversion: 1\npenalties: …")
        file = st.file_uploader("or a file", type=["yaml", "yml"], key="rules-file")
        pressed = st.form_submit_button("Check", type="primary", key="check-rules-submit")
    if pressed:
        with remedies():
            st.session_state[_CHECKED] = _decoded(file.getvalue()) if file else st.session_state[_TEXT]
    if checked := st.session_state.get(_CHECKED):
        _found(checked, reader)
    else:
        nothing("Nothing has been checked yet.", "Begin with the text of a ruleset under Read, and change it.")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _found(text: str, reader: Identity) -> None:
    wrong = mistakes(text)
    if wrong:
        st.error(f"**{_count(wrong)} to be mended.** It cannot be stored or used like this.")
        list_table(_rows(wrong, text.splitlines()), "Mistakes", key="rule-mistakes")
        return
    reference = read(text).reference
    st.success(f"It holds together: `{reference}`")
    if Right.EDIT_RULES in reader.rights and st.button("Store it", type="primary", key="store-rules"):
        with remedies():
            kept = session.desks().rulesets.store(text, reader, session.now())
            st.session_state.pop(_CHECKED)
            done(f"Stored as “{kept.name}”. New sessions can have it, and it can be tried on this one.")


def _count(wrong: tuple[Remedied, ...]) -> str:
    return "One place has" if len(wrong) == 1 else f"{len(wrong)} places have"


def _rows(wrong: tuple[Remedied, ...], lines: list[str]) -> list[dict[str, object]]:
    return [
        {
            "Line": one.line,
            "It says": lines[one.line - 1].strip()[:_LINE] if one.line <= len(lines) else "",
            "Where": one.path,
            "What is wrong": one.words,
            "What to do": one.remedy,
        }
        for one in wrong
    ]
