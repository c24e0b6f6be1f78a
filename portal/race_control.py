"""The desk: what waits for an official in the order of urgency, the course of the session, and what happened last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.accounts.model import Identity, Right
from core.penalties.ahead import Ahead
from core.penalties.deadlines import Clock, ClockKind
from core.penalties.fold import Fold
from core.penalties.model import Incident, IncidentState, Penalty, PenaltyState, Review, TrackState
from core.penalties.rules.schema import text_of
from core.penalties.serving_clock import ServingClock
from core.sessions.model import Phase, RaceSession
from portal import acts, queue, session, sight, tables
from portal.acts import Act, Field
from portal.components.list_table import list_table
from portal.components.worklist import Row, Section, Sight, Switch, Tick, worklist
from portal.format import plain, time_of_day, words
from portal.forms import nothing
from portal.serving import seen, served

SHOWN = 25
"""So many rows of a kind are drawn: what is due first. Nobody reads further without deciding."""
EVENTS = 60
KARTS = 60

_TONES: Mapping[TrackState, str] = {
    TrackState.GREEN: "#1fa34a",
    TrackState.SC: "#f2c200",
    TrackState.VSC: "#f2c200",
    TrackState.FCY: "#f2c200",
    TrackState.RED: "#e5152d",
}
_SHORT: Mapping[TrackState, str] = {
    TrackState.GREEN: "Green",
    TrackState.RED: "Red",
    TrackState.PITWINDOW: "Pit window",
}
_KEYS: Mapping[TrackState, str] = {state: state.lower() for state in TrackState} | {TrackState.PITWINDOW: "pw"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a run of the desk looks at."""

    one: RaceSession
    fold: Fold
    zone: str
    reader: Identity
    now: datetime
    ticks: sight.Ticks
    names: Mapping[str, str]
    """Of officials, by account."""

    def row(self, incident: Incident, does: Iterable[Act], *, note: str = "", of: str | None = None) -> Row:
        """An incident, or the penalty `of` it, in one line."""
        return Row(
            id=of or str(incident.id),
            number=f"#{incident.id}",
            time=time_of_day(incident.at, self.zone),
            kart=incident.kart,
            second=incident.second_kart or "",
            words=incident.label,
            note=note or _details(incident),
            incident=incident.id,
            version=incident.version,
            seen=sight.seen(incident, self.fold),
            clocks=self.ticks.get(of or incident.id, ()),
            acts=tuple(does),
            why=incident.count is not None or bool(self.fold.penalties_of(incident.id)),
        )


def waiting(desk: Desk, clocks: Sequence[Clock]) -> list[Section]:
    """What has to be done before a penalty is served, the most urgent first."""
    pending = desk.fold.pending
    approvals = [one for one in pending.incidents if one.state is IncidentState.AWAITING_APPROVAL]
    undecided = [one for one in pending.incidents if one.state in (IncidentState.NOTED, IncidentState.INVESTIGATING)]
    reports = [queue.row(one, desk.fold, desk.zone, desk.names, desk.reader) for one in pending.reports[:SHOWN]]
    signatures = [one for one in pending.penalties if one.state is PenaltyState.AWAITING_APPROVAL]
    approving = [*(_approval(desk, one) for one in approvals), *(_signature(desk, one) for one in signatures)]
    proposed = [one for one in pending.penalties if one.state is PenaltyState.PROPOSED]
    untold = _untold(desk, clocks)
    return [
        Section("queue", "Queue", reports, len(pending.reports)),
        Section("decide", "To decide", [_undecided(desk, one) for one in undecided[:SHOWN]], len(undecided)),
        Section("approve", "To approve", approving[:SHOWN], len(approving)),
        Section("issue", "To issue", [_proposed(desk, one) for one in proposed[:SHOWN]], len(proposed)),
        Section("tell", "To tell", [_told(desk, *one) for one in untold[:SHOWN]], len(untold), quiet=True),
    ]


def serving(desk: Desk, clocks: Sequence[ServingClock]) -> Section:
    """Crossings left, and the stop that looks like it; the Serving page has the evidence."""
    rows = [_serving(desk, one) for one in sorted(clocks, key=lambda one: (not one.overdue, one.left or 0))]
    return Section("serve", "To serve", rows[:SHOWN], len(rows), quiet=True)


def afterwards(desk: Desk, steps: Mapping[str, Sequence[Ahead]]) -> list[Section]:
    """What a correction or a team has opened again; then how far every kart's next step is."""
    pending = desk.fold.pending
    protests = [one for one in pending.incidents if one.state is IncidentState.PROTESTED]
    ahead = sorted((one for of_kart in steps.values() for one in of_kart), key=_nearest)
    return [
        Section(
            "review", "To review", [_review(desk, one) for one in pending.reviews], len(pending.reviews), quiet=True
        ),
        Section("protests", "Protests", [_protest(desk, one) for one in protests], len(protests), quiet=True),
        Section("steps", "Next steps", [_step(one) for one in ahead[:KARTS]], len(ahead), quiet=True),
    ]


def course(view: Sight, fold: Fold, reader: Identity) -> None:
    """The state of the track, the phase and the end of the session in one bar."""
    switches = [*_tracks(fold, reader), *_phases(fold, reader)]
    if switches:
        worklist(view, (), key="course", bar=switches, label="Track and phase")


def events(one: RaceSession, zone: str) -> None:
    """What happened, newest first."""
    told = session.penalties(one).told(latest=EVENTS)
    list_table(tables.told_rows(told, zone), "What happened", key="events", height=300)


def about(incident: Incident, zone: str) -> str:
    """One line of Markdown: number, time, kart, infringement, turn, note."""
    second = f" with **{plain(incident.second_kart)}**" if incident.second_kart else ""
    turn = "" if incident.turn is None else f", turn {incident.turn}"
    note = f" · {plain(incident.text)}" if incident.text else ""
    at = time_of_day(incident.at, zone)
    return f"**#{incident.id}** :gray[{at}] **{plain(incident.kart)}**{second} {plain(incident.label)}{turn}{note}"


def no_session() -> None:
    nothing("No race session is active at this circuit.", "Create or open one under Race control › Sessions.")


def _details(incident: Incident) -> str:
    """Where, what was measured, and the note."""
    places = [
        f"{name} {value}"
        for name, value in (("turn", incident.turn), ("lap", incident.lap), ("value", incident.value))
        if value is not None
    ]
    state = ["under investigation"] if incident.state is IncidentState.INVESTIGATING else []
    return " · ".join([*places, *([incident.text] if incident.text else []), *state])


def _undecided(desk: Desk, incident: Incident) -> Row:
    rules = desk.fold.rules_of(incident.id)
    decide = acts.decide(incident, rules, desk.reader) if rules else ()
    return desk.row(incident, (*decide, *acts.void(incident, desk.reader)))


def _approval(desk: Desk, incident: Incident) -> Row:
    """A decision that its ruleset wants several officials for."""
    decision = incident.decision
    label = desk.fold.catalogue.outcome_label(decision.outcome) if decision and desk.fold.catalogue else ""
    by = ", ".join(desk.names[account] for account in sorted(decision.officials)) if decision else ""
    return desk.row(incident, acts.approve(incident, desk.reader), note=f"→ {label} by {by}")


def _signature(desk: Desk, penalty: Penalty) -> Row:
    """A penalty of the ruleset that several officials have to stand behind."""
    incident = desk.fold.incidents[penalty.incident]
    does = (*acts.approve(incident, desk.reader, penalty), *acts.issue(penalty, desk.reader, alone=True))
    signed = f"{len(penalty.approvals)} of {penalty.approvals_needed} officials"
    return desk.row(incident, does, note=f"→ {penalty.label}, {signed}", of=penalty.id)


def _proposed(desk: Desk, penalty: Penalty) -> Row:
    incident = desk.fold.incidents[penalty.incident]
    alone = len(sight.waiting_of(desk.fold, incident.id)) == 1
    source = "by the ruleset" if penalty.automatic else "decided"
    follows = f", follows {penalty.follows}" if penalty.follows else ""
    note = f"→ {penalty.label} ({source}{follows})"
    return desk.row(incident, acts.issue(penalty, desk.reader, alone=alone), note=note, of=penalty.id)


def _untold(desk: Desk, clocks: Sequence[Clock]) -> list[tuple[Penalty, Clock]]:
    """Penalties of which the team has not been told, or has not said so; where the ruleset sets a limit for it."""
    kinds = (ClockKind.NOTIFY, ClockKind.ACKNOWLEDGE)
    return [(desk.fold.penalties[str(clock.subject)], clock) for clock in clocks if clock.kind in kinds]


def _told(desk: Desk, penalty: Penalty, clock: Clock) -> Row:
    note = f"→ {penalty.label}{', not acknowledged yet' if clock.kind is ClockKind.ACKNOWLEDGE else ''}"
    does = acts.tell(penalty, desk.reader)
    return desk.row(desk.fold.incidents[penalty.incident], does, note=note, of=penalty.id)


def _serving(desk: Desk, clock: ServingClock) -> Row:
    """What is left stands first: it is what one looks for."""
    penalty = clock.penalty
    incident = desk.fold.incidents[penalty.incident]
    lost = clock.overdue or clock.window is None
    does = [one for one in acts.serve(penalty, desk.reader, _stop(clock)) if lost or one.label != "Not served"]
    row = desk.row(incident, does, note=f"{penalty.label} · {incident.label}", of=f"serve-{penalty.id}")
    return replace(row, words=_crossings(clock), evidence=(*clock.deciding, *clock.measured), why=False)


def _crossings(clock: ServingClock) -> str:
    """`2 of 3 left, paused by SC`, `not served`; then the stop that looks like it."""
    left = f"crossed {clock.used} times" if clock.left is None else f"{max(clock.left, 0)} of {clock.window} left"
    paused = f", paused by {clock.paused_by}" if clock.paused_by else ""
    overdue = ", not served" if clock.overdue else ""
    looks = "" if clock.verdict is None else f" · stop {seen(clock).replace('*', '')}"
    return f"{left}{paused}{overdue}{looks}"


def _stop(clock: ServingClock) -> Mapping[str, object] | None:
    """The stop as timing saw it, for the record."""
    found = served(clock)
    if found.at is None:
        return None
    seconds = None if found.seconds is None else str(found.seconds)
    return {"at": found.at.isoformat(), "seconds": seconds, "evidence": [list(pair) for pair in found.evidence]}


def _review(desk: Desk, review: Review) -> Row:
    incident = desk.fold.incidents[review.incident]
    at = time_of_day(review.serving.at, desk.zone)
    note = f"{review.label}, served {at}: a correction has removed its basis"
    return desk.row(incident, acts.review(review, desk.reader), note=note, of=review.penalty)


def _protest(desk: Desk, incident: Incident) -> Row:
    lodged = next(one for one in incident.protests if one.decided is None)
    what = "appeal" if lodged.appeal else "protest"
    return desk.row(incident, acts.answer(incident, desk.reader), note=f"{what}: {lodged.text}")


def _nearest(step: Ahead) -> tuple[object, ...]:
    kart = step.kart
    return (step.missing, int(kart) if kart.isdecimal() else 0, kart, step.ladder)


def _step(step: Ahead) -> Row:
    """`16  2 white_line: 1 from 5 s stop & go`, and when the oldest that counts expires."""
    ticks = () if step.oldest_expires is None else (Tick("oldest expires in", step.oldest_expires, open=True),)
    subject = "" if step.scope == "kart" else f" (of the {step.scope})"
    note = f"{text_of(step.count)} counted, {step.ladder.replace('_', ' ')}{subject}"
    return Row(id=f"{step.kart}/{step.ladder}", kart=step.kart, words=step.words, note=note, clocks=ticks)


def _tracks(fold: Fold, reader: Identity) -> Iterator[Switch]:
    if Right.RECORD not in reader.rights:
        return
    for state in TrackState:
        label = _SHORT.get(state, state.value)
        body = {"state": state.value}
        yield Switch(
            Act(label, "track", _KEYS[state], body=body), pressed=state is fold.track_state, tone=_TONES.get(state, "")
        )


def _phases(fold: Fold, reader: Identity) -> Iterator[Switch]:
    if Right.RUN_SESSIONS not in reader.rights:
        return
    others = [(phase.value, words(phase), "") for phase in Phase if phase is not fold.phase]
    now = words(fold.phase) if fold.phase else "none"
    yield Switch(Act(f"Phase: {now}", "phase", fields=(Field("phase", "Begin", others),)))
    if fold.ended_at is None:
        sure = Field("_sure", "What is given from now on is converted as the ruleset says.", (("end", "End now", ""),))
        yield Switch(Act("End of race", "end", fields=(sure,)))
