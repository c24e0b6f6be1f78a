"""A session with a ruleset that has ladders of every scope, and everything that may happen in it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count

from hypothesis import strategies as st

from core.penalties import bodies as b
from core.penalties.catalogue import read_catalogue
from core.penalties.events import TYPES, LogEvent
from core.penalties.fold import EMPTY, Fold, advance
from core.penalties.model import ReportSource, TrackState
from core.sessions.model import Phase
from tests.unit.penalties.log import NOON

RULES = """
id: stage
version: 1
approvals: {disqualification: 2, lap: 2}
deadlines:
  {notify_s: 60, ack_s: 120, investigate_after_end_s: 600, protest_s: 300, appeal_intent_s: 900, verdict_s: 1200}
codes:
  WL: {label: White line, key: w, judge_of_fact: true}
  CON: {label: Contact, key: c, second_kart: true}
  LIC: {label: Licence, key: l}
  PIT: {label: Pit time, key: p, value: s}
  OTH: {label: Other, key: o, text: required}
penalties:
  stop_go_5:
    label: 5 s stop & go
    type: stop_go
    seconds: 5
    key: sg5
    serve: {within_crossings: 3, not_during: [SC], tolerance_s: 0.5}
    unserved: {do: lap_1}
    late: {last_laps: 3, to: time, seconds: 30}
    appealable: false
  time_5: {label: 5 s, type: time, seconds: 5, key: t5}
  excess: {label: As measured, type: time, seconds: ceil(value), key: tx}
  grid_3: {label: 3 places, type: grid, places: 3}
  lap_1: {label: One lap, type: lap, laps: 1, key: l1}
  dsq: {label: Disqualification, type: disqualification, key: dq}
ladders:
  - id: line
    match: {code: WL}
    scope: kart
    window_s: 10800
    steps: [{at: 2, do: warning_flag}, {at: 3, do: stop_go_5, reset: true}]
  - id: licence
    match: {code: LIC}
    scope: driver
    count: points
    steps: [{at: 3, do: grid_3}, {at: 6, do: dsq, deduct: 6}]
  - {id: contacts, match: {code: [CON, LIC]}, scope: team, advance: signalled, steps: [{at: 2, do: lap_1}]}
measures:
  - id: pit
    match: {code: PIT}
    bands: [{up_to: 0, do: none}, {over: 0, up_to: 10, do: time_5}, {over: 10, do: stop_go_5}]
"""
STAGE = read_catalogue(RULES, "stage.yaml")
CHANGED = read_catalogue(
    RULES.replace("version: 1", "version: 2").replace("at: 3, do: stop", "at: 2.5, do: stop"), "changed.yaml"
)
PINNED = b.RulesetPinned(STAGE.reference, STAGE.text)


def row(seq: int, body: b.Body, at_s: float | None = None, by: int = 1) -> LogEvent:
    """Stored second by second; it happened at `at_s`, or then."""
    recorded_at = NOON + timedelta(seconds=seq)
    return LogEvent(
        seq=seq,
        request_id=f"request {seq}",
        ordinal=1,
        subject="session",
        at=recorded_at if at_s is None else NOON + timedelta(seconds=at_s),
        recorded_at=recorded_at,
        actor=f"00000000-0000-7000-8000-{by:012}",
        role="race_control",
        type=TYPES[type(body)],
        body=body,
        ruleset=STAGE.reference,
        hash=f"{seq:064x}",
    )


def staged(*bodies: b.Body) -> Fold:
    """The fold of a log that begins with the stage's ruleset."""
    return advance(EMPTY, [row(seq, body) for seq, body in enumerate((PINNED, *bodies), start=1)])


_incidents = st.integers(1, 6)
_words = st.text("abc ", min_size=1, max_size=4)
_pids = st.builds(
    "{}/{}".format,
    _incidents,
    st.sampled_from(["decision", "line@3", "line@3/unserved", "contacts@2", "licence@6", "pit", "decision/unserved"]),
)
_values = st.none() | st.sampled_from([0, 1, Decimal("0.5"), Decimal("9.999"), 10, 12])
_crossings = st.integers(0, 6).map(lambda n: tuple(NOON + timedelta(seconds=10 * at) for at in range(n)))
_people = st.none() | st.sampled_from(["d1", "d2", "42"])
_teams = st.none() | st.sampled_from(["t1", "t2"])
_karts = st.sampled_from(["42", "42", "17", "8"])
_codes = st.sampled_from(["WL", "WL", "WL", "CON", "LIC", "PIT", "?"])

recorded = st.builds(
    b.IncidentRecorded,
    incident=_incidents,
    kart=_karts,
    code=_codes,
    phase=st.none() | st.sampled_from(Phase),
    driver=_people,
    team=_teams,
    value=_values,
    points=_values,
    laps_left=st.none() | st.integers(0, 5),
    report=st.none() | st.integers(1, 3),
)
decided = st.builds(
    b.IncidentDecided,
    _incidents,
    st.sampled_from(["auto", "nfa", "investigating", "time_5", "stop_go_5", "excess", "dsq", "other", "?"]),
    words=_words,
    laps_left=st.none() | st.integers(0, 5),
)
_changes: st.SearchStrategy[dict[str, str | int | None]] = st.fixed_dictionaries(
    {},
    optional={
        "kart": _karts,
        "code": _codes,
        "driver": _people,
        "team": _teams,
        "value": _values.map(lambda value: None if value is None else str(value)),
        "at": st.integers(0, 60).map(lambda s: (NOON + timedelta(seconds=s)).isoformat()),
        "fields.class": st.none() | _words,
    },
)
corrected = st.one_of(
    st.builds(b.IncidentVoided, _incidents, _words),
    st.builds(b.IncidentMerged, _incidents, _incidents, _words),
    st.builds(b.IncidentAmended, _incidents, _changes, _words),
    st.builds(b.IncidentRejudged, _incidents, _words),
)
heard = st.one_of(
    st.builds(b.SignalShown, _incidents),
    st.builds(b.DecisionApproved, _incidents),
    st.builds(b.ProtestLodged, _incidents, _words, st.booleans()),
    st.builds(b.ProtestDecided, _incidents, st.booleans(), _words),
)


def _about(kind: type[b.OfPenalty]) -> st.SearchStrategy[b.Body]:
    more: dict[str, st.SearchStrategy[object]] = {
        name: _words for name in ("reason", "resolution") if name in kind.__dataclass_fields__
    }
    if kind is b.ServingRecorded:
        more["seconds"] = st.sampled_from([None, 4, 5, Decimal("4.4")])
    if kind in {b.ServingRecorded, b.UnservedConfirmed}:
        more["crossings"] = _crossings
    return _pids.flatmap(lambda pid: st.builds(kind, st.just(int(pid.split("/")[0])), st.just(pid), **more))


served = st.sampled_from(b.OfPenalty.__args__).flatmap(_about)
queued = st.one_of(
    st.builds(b.ReportFiled, st.integers(1, 3), st.sampled_from(ReportSource), key=st.sampled_from(["", "a", "b"])),
    st.builds(b.ReportAmended, st.integers(1, 3), st.fixed_dictionaries({}, optional={"kart": _karts}), _words),
    st.builds(b.ReportRefused, st.integers(1, 3), _words),
)
of_session: st.SearchStrategy[b.Body] = st.one_of(
    st.builds(b.TrackStateSet, st.sampled_from(TrackState)),
    st.just(b.SessionEnded()),
    st.builds(b.PhaseStarted, st.sampled_from(Phase)),
    st.just(b.RulesetChanged(CHANGED.reference, CHANGED.text, "rain")),
    st.just(b.CountersCarried((b.Counter("licence", "driver", "d1", NOON, 2, "Round 1, incident 4"),))),
    st.builds(b.DocumentPublished, st.integers(1, 3), st.just("decision"), _words, st.just({})),
    st.builds(b.MessageSaid, _words),
    st.builds(b.SessionOpened, st.integers(1, 3)),
)
anything: st.SearchStrategy[b.Body] = st.one_of(
    recorded, recorded, recorded, decided, corrected, heard, served, queued, of_session
)
_acts = st.tuples(anything, st.none() | st.integers(0, 60), st.integers(1, 3))


def _numbered(acts: list[tuple[b.Body, int | None, int]]) -> list[LogEvent]:
    """As a log: incidents are numbered in the order in which they were recorded."""
    log, incidents = [row(1, PINNED)], count(1)
    for seq, (body, at_s, by) in enumerate(acts, start=2):
        if isinstance(body, b.IncidentRecorded):
            body = replace(body, incident=next(incidents))
        log.append(row(seq, body, at_s, by))
    return log


logs = st.lists(_acts, min_size=6, max_size=30).map(_numbered)
