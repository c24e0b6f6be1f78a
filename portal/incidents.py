"""The incidents of a session: list, filter, and the file of the chosen one with everything that may be done to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import streamlit as st

from core.accounts.model import Identity
from core.penalties.fold import Fold
from core.penalties.model import Act, Incident, IncidentState, Penalty, Protest
from core.sessions.model import RaceSession
from portal import acts, session, sight, tables
from portal.components.dossier import Sentence, dossier
from portal.components.list_table import list_table
from portal.components.worklist import Row, Sight
from portal.format import time_of_day, words
from portal.forms import nothing

ALL = "all"
MOST = 500
"""Rows that are drawn; nobody reads further without a filter."""
_IN_ADDRESS = "incident"


def listed(fold: Fold, zone: str) -> Incident | None:
    """Every incident that fits the filter, newest first; returns the chosen one. All of it stands in the address."""
    found = filtered(fold.incidents, *_filter(fold))
    rows = tables.incident_rows(found, fold, zone)[:MOST]
    if not rows:
        _say_nothing(any_at_all=bool(fold.incidents))
        return _asked(fold)
    ids = [str(row["#"]) for row in rows]
    asked = st.query_params.get(_IN_ADDRESS)
    picked = list_table(rows, "Incidents", key="incidents", ids=ids, height=640, start=asked)
    if len(found) > MOST:
        st.caption(f"The newest {MOST} of {len(found)} are shown. Give a kart to see all of its own.")
    _remember(_IN_ADDRESS, picked or "")
    return fold.incidents.get(int(picked)) if picked else None


def filtered(
    incidents: Mapping[int, Incident], kart: str, state: str = ALL, code: str = ALL, text: str = ""
) -> list[Incident]:
    """Of this kart (also as the second one), in this state, of this code, with these words anywhere in them."""
    return [
        incident
        for incident in incidents.values()
        if (not kart or kart in (incident.kart, incident.second_kart))
        and state in (ALL, incident.state)
        and code in (ALL, incident.code)
        and text.casefold() in _text_of(incident)
    ]


def explained(view: Sight, number: int, zone: str, ticks: sight.Ticks, reader: Identity) -> None:
    """The file: what is known, why, its penalties with their lives, what may be done."""
    one = view.session
    desk = session.penalties(one)
    fold = desk.state()
    incident, penalties = desk.explained(number)
    names = view.words["names"]
    row = Row(
        id=str(number),
        number=f"#{number}",
        kart=incident.kart,
        second=incident.second_kart or "",
        words=incident.label,
        incident=number,
        version=incident.version,
        seen=sight.seen(incident, fold),
        clocks=ticks.get(number, ()),
        acts=tuple(_acts(incident, fold, reader)),
    )
    sentences = [_sentence(penalty, fold, zone, names, ticks, reader) for penalty in penalties]
    dossier(view, row, facts(incident, zone, names), incident.explain, sentences)


def history(one: RaceSession, number: int, zone: str) -> None:
    """Every event about it, newest first, with the old values of what was corrected."""
    told = session.penalties(one).told(incident=number)
    list_table(tables.told_rows(told, zone), f"Events of #{number}", key="incident-events")


def facts(incident: Incident, zone: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is known, in the order of reading; what is not known is left out."""
    decision = incident.decision
    known: list[tuple[str, object]] = [
        ("Time", time_of_day(incident.at, zone)),
        ("Phase", words(incident.phase) if incident.phase else None),
        ("Turn", incident.turn),
        ("Lap", incident.lap),
        ("Value", incident.value),
        ("Note", incident.text),
        ("Video", incident.video),
        ("Seen by", incident.observer),
        ("Recorded", _act(incident.recorded, zone, names)),
        *incident.evidence,
        ("State", words(incident.state)),
        ("Decision", decision and _act(decision.act, zone, names)),
        ("Reason", decision and decision.reason),
        ("Approved", decision and ", ".join(_act(one, zone, names) for one in decision.approvals)),
        ("Shown", incident.signal and _act(incident.signal, zone, names)),
        ("Void", incident.void and f"{incident.void.reason}, {_act(incident.void.act, zone, names)}"),
        ("Merged", incident.merged and f"into #{incident.merged.into}: {incident.merged.reason}"),
        *(("Appeal" if one.appeal else "Protest", _protest(one, zone, names)) for one in incident.protests),
    ]
    return [(name, str(value)) for name, value in known if value not in (None, "")]


def none_chosen() -> None:
    nothing("No incident is chosen.", "Choose a row to see where it came from and what was done about it.")


def _filter(fold: Fold) -> tuple[str, str, str, str]:
    """Kart, state, code and words; they stand in the address too."""
    labels = dict(sorted({one.code: one.label for one in fold.incidents.values()}.items()))
    codes, states = [ALL, *labels], [ALL, *IncidentState]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kart = st.text_input("Kart", _asked_for("kart"), key="kart", width=80).strip()
        code = st.selectbox(
            "Infringement", codes, _at(codes, "code"), format_func=_named(labels), key="code", width=180
        )
        text = st.text_input("Words", _asked_for("text"), key="text", width=160).strip()
        state = st.selectbox("State", states, _at(states, "state"), format_func=words, key="state", width=180)
    for name, value in (("kart", kart), ("text", text)):
        _remember(name, value)
    for name, value in (("code", code), ("state", state)):
        _remember(name, "" if value == ALL else str(value))
    return kart, str(state), str(code), text


def _acts(incident: Incident, fold: Fold, reader: Identity) -> Iterator[acts.Act]:
    """Nothing is done to what was voided or merged."""
    if incident.void is not None or incident.merged is not None:
        return
    rules = fold.rules_of(incident.id)
    if incident.state is IncidentState.AWAITING_APPROVAL:
        yield from acts.approve(incident, reader)
    yield from acts.answer(incident, reader)
    if rules is not None and not any(one.issued for one in fold.penalties_of(incident.id)):
        yield from acts.decide(incident, rules, reader)
    codes = {code: rule.label or code for code, rule in rules.rules.codes.items()} if rules else {}
    yield from acts.amend(incident, codes, reader)
    yield from acts.correct(incident, reader, older_rules=rules is not fold.catalogue)
    yield from acts.void(incident, reader)
    yield from acts.publish(incident, reader)


def _sentence(
    penalty: Penalty, fold: Fold, zone: str, names: Mapping[str, str], ticks: sight.Ticks, reader: Identity
) -> Sentence:
    incident = fold.incidents[penalty.incident]
    alone = len(fold.penalties_of(incident.id)) == 1
    signatures = acts.approve(incident, reader, penalty) if penalty.approvals_needed > 1 and penalty.automatic else ()
    gone = penalty.cancelled is not None
    does = () if gone else (*signatures, *acts.issue(penalty, reader, alone=alone), *acts.tell(penalty, reader),
                            *acts.serve(penalty, reader))  # fmt: skip
    review = fold.reviews.get(penalty.id)
    reviewing = () if review is None or review.resolved else acts.review(review, reader)
    return Sentence(penalty, _life(penalty, zone, names), ticks.get(penalty.id, ()), (*does, *reviewing))


def _life(penalty: Penalty, zone: str, names: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """What was done about it, step by step."""
    serving = penalty.serving
    steps: list[tuple[str, Act | None]] = [
        ("Issued", penalty.issued),
        ("Team told", penalty.notified),
        ("Acknowledged", penalty.acknowledged),
        ("Team says served", penalty.reported_served),
        ("Served", serving.recorded if serving else None),
        ("Verified", serving.verified if serving else None),
        ("Accepted", serving.accepted if serving else None),
        ("Not served", penalty.unserved),
        ("Cancelled", penalty.cancelled.act if penalty.cancelled else None),
    ]
    measured = [("Stood", f"{serving.seconds} s")] if serving and serving.seconds is not None else []
    reason = [("Reason", penalty.cancelled.reason)] if penalty.cancelled else []
    return [*((name, _act(act, zone, names)) for name, act in steps if act), *measured, *reason]


def _act(act: Act, zone: str, names: Mapping[str, str]) -> str:
    by = names.get(act.by)
    return f"{time_of_day(act.at, zone)}{f' by {by}' if by else ''}"


def _protest(protest: Protest, zone: str, names: Mapping[str, str]) -> str:
    if protest.decided is None:
        return f"“{protest.text}”, {_act(protest.lodged, zone, names)}"
    verdict = "upheld" if protest.upheld else "rejected"
    return f"“{protest.text}”: {verdict}, {protest.reason}, {_act(protest.decided, zone, names)}"


def _text_of(incident: Incident) -> str:
    said = (f"#{incident.id}", incident.code, incident.label, incident.text, incident.video, incident.observer)
    return " ".join(said).casefold()


def _named(labels: Mapping[str, str]) -> Callable[[str], str]:
    return lambda code: labels.get(code, words(code))


def _asked(fold: Fold) -> Incident | None:
    """The one in the address, although the filter hides it."""
    asked = _asked_for(_IN_ADDRESS)
    return fold.incidents.get(int(asked)) if asked.isdecimal() else None


def _asked_for(name: str) -> str:
    return st.query_params.get(name, "")


def _at(options: Sequence[str], name: str) -> int:
    asked = _asked_for(name)
    return options.index(asked) if asked in options else 0


def _remember(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _say_nothing(*, any_at_all: bool) -> None:
    if any_at_all:
        nothing("No incident fits this filter.", "Clear the filter above.")
    else:
        nothing("Nothing has been recorded in this session.", "Incidents are entered at the Desk: `42 w 7` and Enter.")
