"""What may be asked of race control: a closed set of commands, the same from a page, a program or the entry line.

Each is one act of one person. `acts` decides against the fold what it becomes in the log; the desk's `perform` is the
one door. Where a command names a penalty it takes the penalty's id (`17/decision`, `17/white_line@3`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.penalties.catalogue import Catalogue
from core.penalties.model import Amount, Evidence, ReportSource, TrackState
from core.sessions.model import Phase


@dataclass(frozen=True, slots=True)
class Record:
    """One incident for each kart, `back_s` seconds ago (or `at`), perhaps decided at once.

    `report` names the report or mark of the queue that this accepts; the incident then has the report's time unless
    one is given, and its evidence.
    """

    karts: tuple[str, ...]
    code: str
    second_kart: str | None = None
    turn: int | None = None
    text: str = ""
    back_s: int = 0
    outcome: str | None = None
    at: datetime | None = None
    lap: int | None = None
    value: Amount | None = None
    points: Amount | None = None
    driver: str | None = None
    """Person id; left out, the grid says who drives."""
    video: str = ""
    """A reference: camera and time, or an address."""
    report: int | None = None
    laps_left: int | None = None
    """An official's own word on it; left out, the desk's estimate is stored."""
    observer: str = ""
    evidence: Evidence = ()
    """Beside that of the report."""


@dataclass(frozen=True, slots=True)
class Decide:
    """`outcome`: `auto` (the ruleset judges), `nfa`, `investigating`, a penalty's code, or `other` with `words`."""

    incident: int
    outcome: str
    reason: str = ""
    words: str = ""
    """The penalty in an official's own words, where no penalty of the ruleset fits; only with `other`."""
    laps_left: int | None = None


@dataclass(frozen=True, slots=True)
class Approve:
    """The second pair of eyes: on the incident's decision, or on an automatic penalty of a type that asks for it."""

    incident: int
    penalty: str | None = None


@dataclass(frozen=True, slots=True)
class ShowSignal:
    """The breach was shown to the driver."""

    incident: int


@dataclass(frozen=True, slots=True)
class Amend:
    """New values for fields of an incident; `changes` has the names of `AMENDABLE` and plain values."""

    incident: int
    changes: Mapping[str, object]
    reason: str


@dataclass(frozen=True, slots=True)
class Merge:
    """The incident is the same as another one, which stays."""

    incident: int
    into: int
    reason: str


@dataclass(frozen=True, slots=True)
class Void:
    incident: int
    reason: str


@dataclass(frozen=True, slots=True)
class Issue:
    """Without a penalty: the one penalty of the incident that waits."""

    incident: int
    penalty: str | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """The team has been told."""

    penalty: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The team says that it has been told; only for its own."""

    penalty: str


@dataclass(frozen=True, slots=True)
class Cancel:
    penalty: str
    reason: str


@dataclass(frozen=True, slots=True)
class Serve:
    """Serving is recorded: when (now, if left out), how long the stop was, and what measured it."""

    penalty: str
    at: datetime | None = None
    seconds: Amount | None = None
    evidence: Evidence = ()


@dataclass(frozen=True, slots=True)
class VerifyServing:
    """By a second source: another person than the one who recorded it, or the timing's evidence."""

    penalty: str
    evidence: Evidence = ()


@dataclass(frozen=True, slots=True)
class AcceptServing:
    """Accept one that came late, short or under the wrong track state, with a reason."""

    penalty: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmUnserved:
    """The window is used up and a person says so; `evidence` copies the crossings that decided it."""

    penalty: str
    evidence: Evidence = ()


@dataclass(frozen=True, slots=True)
class ReportServing:
    """The team says that it has served; race control confirms by `Serve`."""

    penalty: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ResolveReview:
    """What becomes of a served penalty whose basis a correction has removed."""

    penalty: str
    resolution: str
    """`stands` or `compensated`."""
    reason: str


@dataclass(frozen=True, slots=True)
class LodgeProtest:
    """Against the decision on an incident, by a team; `appeal` is the intention to appeal it."""

    incident: int
    text: str
    appeal: bool = False


@dataclass(frozen=True, slots=True)
class DecideProtest:
    incident: int
    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SetTrack:
    state: TrackState
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartPhase:
    phase: Phase


@dataclass(frozen=True, slots=True)
class EndSession:
    """The chequered flag: what is given from here on is converted where the ruleset says so."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """Another ruleset, or another version, from an effective time on; older incidents keep theirs."""

    catalogue: Catalogue
    reason: str
    effective_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rejudge:
    """Judge one older incident by the ruleset that stands now."""

    incident: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """Something for the queue: race control accepts it (`Record.report`) or refuses it.

    A mark has no kart and no code yet. `key` names what a program found, so that it is reported once.
    """

    source: ReportSource
    kart: str = ""
    code: str = ""
    at: datetime | None = None
    back_s: int = 0
    post: str = ""
    turn: int | None = None
    lap: int | None = None
    text: str = ""
    value: Amount | None = None
    key: str = ""
    evidence: Evidence = ()
    second_kart: str | None = None
    penalty: str | None = None
    """The penalty that it is about (late serving, unserved)."""
    driver: str | None = None
    """Person id, where it is about one of several drivers."""


@dataclass(frozen=True, slots=True)
class AmendReport:
    """By who filed it, until it is accepted or refused."""

    report: int
    changes: Mapping[str, object]
    reason: str


@dataclass(frozen=True, slots=True)
class RefuseReport:
    """Also how a mark is dropped."""

    report: int
    reason: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Give a document its running number; `content` is all that its pages are drawn from."""

    kind: str
    """`decision`, `results`, `notice`."""
    title: str
    content: Mapping[str, object]
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """A race-control message in an official's own words."""

    text: str


Correction = Amend | Merge | Void | Rejudge
Hearing = Approve | LodgeProtest | DecideProtest
AboutPenalty = Issue | Notify | Acknowledge | Cancel
AboutServing = VerifyServing | AcceptServing | ConfirmUnserved | ReportServing | ResolveReview
AboutReport = AmendReport | RefuseReport
OfCourse = SetTrack | StartPhase | EndSession
OfOffice = ChangeRules | Publish | Say
OneEvent = Decide | ShowSignal | Correction | Hearing | AboutPenalty | AboutServing | AboutReport | OfCourse | OfOffice
"""Each becomes one event."""
Command = Record | FileReport | Serve | OneEvent
