"""What waits, one line for each thing: deadlines count and acts go to the API without a run of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from core.sessions.model import RaceSession
from portal.acts import Act
from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_worklist",
    html='<div class="worklist"></div>',
    css=style("acts") + style("worklist"),
    js=script("worklist"),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A deadline that counts; an open window only closes."""

    words: str
    due: datetime
    open: bool = False

    def data(self) -> Mapping[str, object]:
        return {"words": self.words, "due": self.due.timestamp() * 1000, "open": self.open}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing; `seen` is what a conflict is compared with."""

    id: str
    kart: str
    words: str
    time: str = ""
    number: str = ""
    second: str = ""
    note: str = ""
    incident: int | None = None
    version: int | None = None
    seen: Mapping[str, object] | None = None
    clocks: Sequence[Tick] = ()
    acts: Sequence[Act] = ()
    evidence: Sequence[tuple[str, str]] = ()
    why: bool = False
    """Whether an automatic result can be explained."""

    def data(self) -> Mapping[str, object]:
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {
            "clocks": [clock.data() for clock in self.clocks],
            "acts": [act.data() for act in self.acts],
            "evidence": [list(pair) for pair in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Section:
    """`count` of all, of which `rows` are drawn; a quiet one is not missed where it is empty."""

    name: str
    title: str
    rows: Sequence[Row]
    count: int
    quiet: bool = False

    def data(self) -> Mapping[str, object]:
        rows = [row.data() for row in self.rows]
        return {"name": self.name, "title": self.title, "count": self.count, "quiet": self.quiet, "rows": rows}


@dataclass(frozen=True, slots=True)
class Switch:
    """An act of the bar; `pressed` where it is one of several states, shown in its tone."""

    act: Act
    pressed: bool | None = None
    tone: str = ""

    def data(self) -> Mapping[str, object]:
        return {**self.act.data(), "pressed": self.pressed, "tone": self.tone}


@dataclass(frozen=True, slots=True)
class Sight:
    """What all lists of a page share: addresses, the moment, and words for what the API answers."""

    session: RaceSession
    link: str
    now: datetime
    words: Mapping[str, Mapping[str, str]]
    """`outcomes` by code, `names` of officials by account."""

    def data(self) -> Mapping[str, object]:
        moment = self.now.timestamp() * 1000
        return {"session": str(self.session.id), "link": self.link, "now": moment, "words": self.words}


def worklist(
    sight: Sight, sections: Sequence[Section], *, key: str, bar: Sequence[Switch] = (), label: str = ""
) -> None:
    """Draw the sections that have rows; name those that have none."""
    acts = [one.data() for one in bar]
    data = {**sight.data(), "sections": [one.data() for one in sections], "bar": {"label": label, "acts": acts}}
    _mount(key=key, data=data)
