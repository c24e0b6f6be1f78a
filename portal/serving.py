"""The Serving page's list: who must serve what, how many crossings are left, which stop looks like it, and the verdict.

The clocks only propose. An official records (`Served`), takes what is not quite right with a reason (`Accept …`), says
that it was not served, and a second look verifies; each verdict copies the crossings and the stop that decided it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import streamlit as st

from core.accounts.model import Right
from core.penalties.commands import AcceptServing, Command, ConfirmUnserved, Serve, VerifyServing
from core.penalties.fold import Fold
from core.penalties.model import Evidence, Penalty, PenaltyState
from core.penalties.serving_clock import ServingClock, Verdict, is_recorded_late
from core.sessions.model import RaceSession
from portal import session
from portal.format import plain, time_of_day
from portal.forms import judged, note, nothing

_Act = Serve | ConfirmUnserved | VerifyServing
_TO_ACCEPT = frozenset({Verdict.SHORT, Verdict.LATE, Verdict.REJECTED})
"""Recorded, such a stop stands in the log, and does not serve the penalty."""
_RECORDED = frozenset({PenaltyState.SHORT, PenaltyState.REJECTED})
_LOOKS: Mapping[Verdict, str] = {
    Verdict.UNDER_WAY: "in the pit lane now",
    Verdict.REJECTED: "forbidden in this track state",
    Verdict.UNMEASURED: "not measured",
    Verdict.SHORT: "short",
    Verdict.LATE: "after the last permitted crossing",
    Verdict.ENOUGH: "enough",
}


def headline(fold: Fold, laps_left: int | None) -> None:
    """The track state that clocks go by, and how long is left as far as anybody can tell."""
    left = "" if laps_left is None else f" · about {laps_left} laps left"
    st.markdown(f"##### Serving :gray[track {plain(fold.track_state)}{left}]")


def waiting(one: RaceSession, fold: Fold, clocks: Sequence[ServingClock], zone: str) -> None:
    """A row for each penalty that has to be served, in the order of their issue."""
    if not clocks:
        nothing("Nobody has a penalty to serve.", "A penalty that is served on the track appears here once issued.")
    for clock in clocks:
        with st.container(border=True, key=f"serving-{clock.penalty.id}"):
            number, told, acts = st.columns([1, 4, 3], vertical_alignment="center")
            with number:
                _number(clock)
            with told:
                st.markdown("  \n".join(lines(clock, zone)))
                _evidence(clock)
            with acts:
                _acts(one, fold, clock)


def to_verify(one: RaceSession, fold: Fold, zone: str) -> None:
    """Servings that were recorded and not verified yet."""
    served = [penalty for penalty in fold.penalties.values() if penalty.state is PenaltyState.SERVED]
    if not served:
        return
    st.markdown("##### To verify")
    for penalty in served:
        with st.container(horizontal=True, vertical_alignment="center", key=f"verify-{penalty.id}"):
            st.markdown(recorded(penalty, zone), width="stretch")
            if Right.SERVE in session.identity().rights:
                _button("Verify", one, VerifyServing(penalty.id), _version(fold, penalty), primary=False)


def lines(clock: ServingClock, zone: str) -> list[str]:
    """Who, what and since when; what stops the clock; the stop that was seen."""
    penalty = clock.penalty
    issued = "" if penalty.issued is None else f" · issued {time_of_day(penalty.issued.at, zone)}"
    found = [f"**{plain(penalty.kart)}** {plain(penalty.label)} :gray[#{penalty.incident}{issued}]"]
    if clock.paused_by is not None:
        found.append(f":orange[**Paused by {plain(clock.paused_by)}**]")
    if clock.overdue:
        found.append(f":red[**Not served: crossed at {time_of_day(clock.decided_at, zone)} with none left**]")
    if penalty.serving is not None and penalty.state is PenaltyState.UNSERVED:
        found.append(f":orange[**Recorded {time_of_day(penalty.serving.at, zone)}: not served until accepted**]")
    if penalty.reported_served is not None:
        found.append(f"The team says served, {time_of_day(penalty.reported_served.at, zone)}")
    if clock.candidate is not None and clock.verdict is not None:
        found.append(f"Stop {time_of_day(clock.candidate.in_at, zone)}: {seen(clock)}")
    return found


def seen(clock: ServingClock) -> str:
    """`4.012 s of 5 s — short`."""
    verdict = _LOOKS[clock.verdict] if clock.verdict is not None else ""
    if clock.stood is None:
        return f"**{verdict}**"
    of = "" if clock.required is None else f" of {clock.required} s"
    return f"{clock.stood} s{of} — **{verdict}**"


def recorded(penalty: Penalty, zone: str) -> str:
    """A serving in one line."""
    serving = penalty.serving
    at = "" if serving is None else f" served {time_of_day(serving.at, zone)}"
    stood = "" if serving is None or serving.seconds is None else f", {serving.seconds} s"
    return f"**{plain(penalty.kart)}** {plain(penalty.label)}{at}{stood} :gray[#{penalty.incident}]"


def _number(clock: ServingClock) -> None:
    if clock.left is None:
        st.metric("crossings", clock.used)
    else:
        st.metric(f"of {clock.window} left", max(clock.left, 0))


def _evidence(clock: ServingClock) -> None:
    with st.expander("What was counted"):
        st.markdown("  \n".join(f"{plain(name)}: {plain(value)}" for name, value in (*clock.deciding, *clock.measured)))


def _acts(one: RaceSession, fold: Fold, clock: ServingClock) -> None:
    rights, penalty = session.identity().rights, clock.penalty
    version = _version(fold, penalty)
    is_recorded = is_recorded_late(fold, penalty)  # then no later stop can be better
    with st.container(horizontal=True, horizontal_alignment="right"):
        if Right.SERVE in rights and clock.verdict not in _TO_ACCEPT and not is_recorded:
            _button("Served", one, served(clock), version, primary=clock.verdict is Verdict.ENOUGH)
        if Right.SERVE in rights and clock.verdict in _TO_ACCEPT and not is_recorded:
            _button("Record", one, served(clock), version, primary=False)
        if Right.ISSUE in rights and _is_to_accept(clock, is_recorded=is_recorded):
            _accept_form(one, clock, version, is_recorded=is_recorded)
        if Right.ISSUE in rights and (clock.overdue or clock.window is None):
            confirmed = ConfirmUnserved(penalty.id, (*clock.deciding, *clock.measured))
            _button("Not served", one, confirmed, version, primary=False)


def _is_to_accept(clock: ServingClock, *, is_recorded: bool) -> bool:
    """A stop that is not quite right was seen, or one is recorded and none came after it."""
    if clock.candidate is None or is_recorded:
        return is_recorded or clock.penalty.state in _RECORDED
    return clock.verdict in _TO_ACCEPT


def _button(label: str, one: RaceSession, command: _Act, version: int | None, *, primary: bool) -> None:
    st.button(
        label,
        key=f"{label}-{command.penalty}",
        type="primary" if primary else "secondary",
        on_click=_perform,
        args=(one, (command,), version),
    )


def served(clock: ServingClock) -> Serve:
    """The serving as timing saw it; without a stop, by an official's own eyes, now."""
    stop = clock.candidate
    if stop is None:
        return Serve(clock.penalty.id)
    return Serve(clock.penalty.id, stop.in_at, clock.stood, _verdict(clock))


def accepted(clock: ServingClock, reason: str, *, is_recorded: bool) -> tuple[Command, ...]:
    """What it takes to take a stop that was short, late or forbidden: recorded first, if nobody has."""
    accept = AcceptServing(clock.penalty.id, reason)
    return (accept,) if clock.candidate is None or is_recorded else (served(clock), accept)


def _verdict(clock: ServingClock) -> Evidence:
    return (*clock.measured, *clock.deciding)


def _accept_form(one: RaceSession, clock: ServingClock, version: int | None, *, is_recorded: bool) -> None:
    penalty = clock.penalty
    with st.popover("Accept …", key=f"accept-{penalty.id}"):
        st.text_input(f"Why is this serving accepted? {plain(penalty.label)}", key=f"accept-reason-{penalty.id}")
        key, args, how = f"do-accept-{penalty.id}", (one, clock, version), {"is_recorded": is_recorded}
        st.button("Accept", key=key, on_click=_accept, args=args, kwargs=how)


def _accept(one: RaceSession, clock: ServingClock, version: int | None, *, is_recorded: bool) -> None:
    reason = str(st.session_state[f"accept-reason-{clock.penalty.id}"]).strip()
    _perform(one, accepted(clock, reason, is_recorded=is_recorded), version)


def _perform(one: RaceSession, commands: tuple[Command, ...], version: int | None) -> None:
    """All of it or nothing; `say` tells what was stored, or who was first."""
    desk, request = session.penalties(one), session.write_request(one, version)
    with judged():
        if len(commands) == 1:
            note(desk.perform(commands[0], request).text)
        else:
            said = {"in turn": [{type(each).__name__: asdict(each)} for each in commands]}
            note(desk.perform_all(said, lambda _: commands, request).text)


def _version(fold: Fold, penalty: Penalty) -> int | None:
    incident = fold.incidents.get(penalty.incident)
    return None if incident is None else incident.version
