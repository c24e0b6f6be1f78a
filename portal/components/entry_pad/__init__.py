"""The entry pad: one line typed by an official, sent to the API by the browser itself, without a re-run of the page."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import streamlit as st

from core.penalties.catalogue import DECISIONS, Catalogue, Code, PenaltyRule
from core.penalties.model import Amount, PenaltyType
from core.penalties.rules.schema import fixed
from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_entry_pad", html='<section class="pad"></section>', css=style("entry_pad"), js=script("entry_pad")
)


def entry_pad(
    session: UUID, circuit: str, catalogue: Catalogue, *, key: str, queue: Sequence[Mapping[str, object]] = ()
) -> None:
    """Take lines and marks for this race session; karts are named from the circuit's live board.

    `queue` is what waits there, each with its `id` and a few `words`: a press begins the line that accepts it.
    """
    words = words_of(catalogue)
    _mount(key=key, data={"session": str(session), "circuit": circuit, "catalogue": words, "queue": list(queue)})


def words_of(catalogue: Catalogue) -> dict[str, list[dict[str, object]]]:
    """What may be typed: infringements and decisions, each with its key, its label and every word for it."""
    rules = catalogue.rules
    codes = [
        {**_entry(name, rule), "second_kart": rule.second_kart, "text": rule.text is not None, "value": rule.value}
        for name, rule in rules.codes.items()
    ]
    chosen: list[dict[str, object]] = [
        {"code": code, "key": key, "label": catalogue.outcome_label(code), "words": list(_synonyms(code))}
        for key, code in (("nfa", DECISIONS["nfa"]), ("inv", DECISIONS["inv"]))
    ]
    penalties = sorted(rules.penalties.items(), key=lambda item: _severity(item[1]))
    return {
        "codes": sorted(codes, key=lambda entry: str(entry["key"])),
        "outcomes": [*chosen, *(_entry(name, rule) for name, rule in penalties)],
    }


def _severity(rule: PenaltyRule) -> tuple[int, Amount]:
    """The order of the list of types, then by amount: how an official looks for a penalty."""
    amounts = map(fixed, (rule.seconds, rule.laps, rule.places, rule.points))
    return list(PenaltyType).index(rule.type), next((amount for amount in amounts if amount is not None), 0)


def _entry(name: str, rule: Code | PenaltyRule) -> dict[str, object]:
    words = sorted({word.lower() for word in (name, rule.key, rule.label, *rule.aliases) if word})
    return {"code": name, "key": rule.key, "label": rule.label or name, "words": words}


def _synonyms(outcome: str) -> Iterable[str]:
    return (word for word, meant in DECISIONS.items() if meant == outcome)
