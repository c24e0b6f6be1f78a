"""Everything about one incident: facts, why, its penalties with their acts; a conflict shows both versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.penalties.model import Penalty
from portal.acts import Act
from portal.components import script, style
from portal.components.worklist import Row, Sight, Tick

_mount = st.components.v2.component(
    "paddock_dossier",
    html='<article class="dossier"></article>',
    css=style("acts") + style("dossier"),
    js=script("dossier"),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A penalty of the incident: its state in words, what was done about it, its deadlines, its acts."""

    penalty: Penalty
    facts: Sequence[tuple[str, str]]
    clocks: Sequence[Tick]
    acts: Sequence[Act]

    def data(self) -> Mapping[str, object]:
        return {
            "id": self.penalty.id,
            "label": self.penalty.label,
            "state": self.penalty.state,
            "why": list(self.penalty.why),
            "facts": [list(fact) for fact in self.facts],
            "clocks": [clock.data() for clock in self.clocks],
            "acts": [act.data() for act in self.acts],
        }


def dossier(
    sight: Sight, row: Row, facts: Sequence[tuple[str, str]], explain: Sequence[str], sentences: Sequence[Sentence]
) -> None:
    """Draw the file of one incident; `row` carries its own acts."""
    data = {
        **sight.data(),
        "row": row.data(),
        "facts": [list(fact) for fact in facts],
        "explain": list(explain),
        "penalties": [one.data() for one in sentences],
    }
    _mount(key="dossier", data=data)
