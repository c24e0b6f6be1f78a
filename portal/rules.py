"""The Rules page's parts for reading: which ruleset, where it comes from, and all of it in words."""

import streamlit as st

from core.penalties.catalogue import Catalogue
from core.penalties.fold import Fold
from core.penalties.rulesets import Sheet
from core.sessions.model import RaceSession, Step
from portal import rule_words, session
from portal.components.list_table import list_table
from portal.format import day_and_time, plain
from portal.forms import nothing
from portal.race_sessions import names
from portal.tables import Row

IN_FORCE = ""
"""The choice of what the session has pinned, first in the list."""


def chosen(one: RaceSession | None, fold: Fold | None) -> Sheet | None:
    """The ruleset to read: what is in force in the session, or one of the shelf by its name; kept in the address."""
    known = session.desks().rulesets.names()
    pinned = fold.catalogue if fold else None
    options = [*([IN_FORCE] if pinned else []), *known]
    asked = st.query_params.get("ruleset", options[0])
    name = st.selectbox(
        "Ruleset",
        options,
        options.index(asked) if asked in options else 0,
        format_func=lambda option: option or f"In force in “{one.name if one else ''}”",
        key="ruleset",
        width=420,
    )
    _remember(name or IN_FORCE)
    if name == IN_FORCE and pinned is not None:
        return Sheet("", pinned, pinned.text)
    return session.desks().rulesets.sheet(str(name)) if name else None


def heading(sheet: Sheet, zone: str) -> None:
    """Which one it is and where it comes from, exactly."""
    rules, reference = sheet.catalogue.rules, sheet.catalogue.reference
    st.markdown(f"##### {plain(rules.title or rules.id)}  \n`{reference}` · {_origin(sheet, zone)}")
    if rules.source:
        st.markdown(f"Source: {plain(rules.source)}")
    if rules.example_values:
        st.warning(
            f"Values marked `{rule_words.EXAMPLE.strip()}` are only examples: no regulation of this event gives them. "
            "Confirm them before the race.",
            icon=":material/edit_note:",
        )


def versions(fold: Fold, zone: str) -> None:
    """What has been in force since when, if it ever changed."""
    if len(fold.versions) < 2:
        return
    rows: list[Row] = [
        {
            "From": "the beginning" if version.since is None else day_and_time(version.since, zone),
            "Ruleset": version.catalogue.reference,
            "Reason": version.reason,
        }
        for version in fold.versions
    ]
    _part("In force, one after the other", rows, "rule-versions", "")


def in_words(catalogue: Catalogue) -> None:
    """All of it: what follows by itself, what may be recorded and imposed, clocks."""
    by_hand = "No counters and no measured values: every penalty is an official's own decision."
    _part("What is proposed by itself", rule_words.rule_rows(catalogue), "rule-rules", by_hand)
    _part("Infringements", rule_words.code_rows(catalogue), "rule-codes", "Any word is accepted as an infringement.")
    _part("Penalties", rule_words.penalty_rows(catalogue), "rule-penalties", "There is none.")
    _part("Clocks and signatures", rule_words.clock_rows(catalogue), "rule-clocks", "This ruleset names none.")


def text(sheet: Sheet) -> None:
    """As it was written; what a session has pinned is its canonical form."""
    with st.expander("The text of this ruleset", key="rule-text"):
        st.code(sheet.text, language="json" if sheet.name == IN_FORCE else "yaml", wrap_lines=True, height=420)
        kind = "json" if sheet.name == IN_FORCE else "yaml"
        st.download_button("Download", sheet.text, f"{sheet.catalogue.rules.id}.{kind}", key="rule-download")


def none_known() -> None:
    nothing("There is no ruleset.", "Put one into config/rulesets, or check and store one here.")


def _part(heading: str, rows: list[Row], key: str, empty: str) -> None:
    st.markdown(f"##### {heading}")
    if rows:
        list_table(rows, heading, key=key)
    else:
        st.caption(empty)


def _origin(sheet: Sheet, zone: str) -> str:
    if sheet.name == IN_FORCE:
        return "as pinned in the session's log"
    return _stored(sheet.stored, zone) if sheet.stored else f"file {sheet.name}.yaml of this installation"


def _stored(step: Step, zone: str) -> str:
    return f"stored {day_and_time(step.at, zone)} by {plain(names()(step.by))}"


def _remember(name: str) -> None:
    if name:
        st.query_params["ruleset"] = name
    else:
        st.query_params.pop("ruleset", None)
