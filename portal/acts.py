"""Acts as buttons: what may be done to a report, an incident or a penalty, by whom, and what has to be said with it.

A press is a write to the API, sent by the browser itself with the version that it showed; the same line could be typed
on the entry line, and stands beside the button. Nothing is offered that the reader's role may not do; the server
decides again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from core.accounts.model import Identity, Right
from core.penalties.catalogue import Catalogue
from core.penalties.events import OTHER
from core.penalties.model import Incident, IncidentState, Penalty, PenaltyState, Report, ReportSource, Review
from core.penalties.serving_clock import WAITING
from portal.components.entry_pad import words_of

REFUSALS = ("Not an offence", "Reported twice", "Not seen clearly")
_OPEN = frozenset({PenaltyState.PROPOSED, PenaltyState.AWAITING_APPROVAL})
_ACCEPTABLE = frozenset({PenaltyState.SHORT, PenaltyState.REJECTED, PenaltyState.UNSERVED})


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is said with the act; `options` are values with their labels, of which one is pressed."""

    name: str
    label: str
    options: Sequence[tuple[str, str, str]] = ()
    """Value, label, key."""
    offers: Sequence[str] = ()
    """Words that are said often."""
    value: str = ""
    """As it is now."""
    otherwise: str = ""
    """What is meant where no option is pressed."""
    needed: bool = True
    number: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """`path` is below the race session's own in the API, `key` the line that does the same."""

    label: str
    path: str
    key: str = ""
    fields: Sequence[Field] = ()
    body: Mapping[str, object] = field(default_factory=dict)
    method: str = "POST"
    main: bool = False
    refused: str = ""
    """Why it cannot be pressed, although it stands there."""

    def data(self) -> Mapping[str, object]:
        """For the browser."""
        return asdict(self)


def of_report(report: Report, reader: Identity) -> Iterator[Act]:
    """Accepted as it is, or refused: whoever filed it reads the reason."""
    if Right.RECORD not in reader.rights:
        return
    missing = "" if report.kart and report.code else f"Type what it was: @{report.id} 42 w 7"
    word = "Drop" if report.source is ReportSource.MARK else "Refuse"
    at = f"reports/{report.id}"
    yield Act("Accept", f"{at}/accept", f"@{report.id}", main=True, refused=missing)
    yield Act(word, f"{at}/refuse", f"@{report.id} x", (_reason("Why?", REFUSALS),))


def decide(incident: Incident, rules: Catalogue, reader: Identity) -> Iterator[Act]:
    """Any decision that the ruleset of the incident knows, or one in an official's own words."""
    if Right.ISSUE not in reader.rights:
        return
    words = Field("words", "In other words, where no penalty of the ruleset fits", needed=False)
    fields = (
        Field("outcome", "Decision", outcomes(rules), otherwise=OTHER),
        words,
        Field("reason", "Reason", needed=False),
    )
    yield Act("Decide", f"incidents/{incident.id}/decision", f"#{incident.id} =", fields, main=True)


def outcomes(rules: Catalogue) -> list[tuple[str, str, str]]:
    """Code, label and key of what may be decided, in the order of the entry pad."""
    return [(str(one["code"]), str(one["label"]), str(one["key"] or "")) for one in words_of(rules)["outcomes"]]


def void(incident: Incident, reader: Identity) -> Iterator[Act]:
    if Right.AMEND in reader.rights:
        asked = _reason(f"Why is #{incident.id} void?")
        yield Act("Void", f"incidents/{incident.id}/void", f"#{incident.id} x", (asked,))


def approve(incident: Incident, reader: Identity, penalty: Penalty | None = None) -> Iterator[Act]:
    """The second pair of eyes: never the ones that decided."""
    if Right.APPROVE not in reader.rights:
        return
    stand = incident.decision.officials if incident.decision and penalty is None else frozenset()
    stand |= {one.by for one in penalty.approvals} if penalty else frozenset()
    refused = "You stand behind it: another account approves." if str(reader.account_id) in stand else ""
    at = f"penalties/{penalty.id}" if penalty else f"incidents/{incident.id}"
    yield Act("Approve", f"{at}/approve", f"#{incident.id} ok", main=True, refused=refused)


def issue(penalty: Penalty, reader: Identity, *, alone: bool) -> Iterator[Act]:
    """`alone`: no other penalty of its incident waits, so that the incident's number names it."""
    if Right.ISSUE in reader.rights and penalty.state in _OPEN:
        others = {one.by for one in penalty.approvals} | {str(reader.account_id)}
        short = penalty.automatic and len(others) < penalty.approvals_needed
        refused = f"{penalty.approvals_needed} officials have to stand behind it." if short else ""
        at, key = f"penalties/{penalty.id}/issue", f"#{penalty.incident} !" if alone else ""
        yield Act("Issue", at, key, main=True, refused=refused)
    if Right.AMEND in reader.rights and penalty.serving is None and penalty.state is not PenaltyState.CANCELLED:
        word = "Decline" if penalty.issued is None else "Cancel"
        asked = _reason(f"Why is “{penalty.label}” taken back?")
        yield Act(word, f"penalties/{penalty.id}/cancel", f"#{penalty.incident} c" if alone else "", (asked,))


def tell(penalty: Penalty, reader: Identity) -> Iterator[Act]:
    if Right.ISSUE in reader.rights and penalty.issued and not penalty.notified and penalty.state.in_force:
        yield Act("Told", f"penalties/{penalty.id}/notify", f"#{penalty.incident} n", main=True)


def serve(penalty: Penalty, reader: Identity, body: Mapping[str, object] | None = None) -> Iterator[Act]:
    """`body` is the stop that timing saw; without one it is the moment of the press, and the seconds are asked."""
    at = f"penalties/{penalty.id}"
    if Right.SERVE in reader.rights and penalty.state in WAITING:
        asked = () if body is not None else (Field("seconds", "Stood, s", needed=False, number=True),)
        yield Act("Served", f"{at}/serve", f"#{penalty.incident} s", asked, body or {}, main=True)
    if Right.SERVE in reader.rights and penalty.state is PenaltyState.SERVED:
        yield Act("Verify", f"{at}/verify", f"#{penalty.incident} v", refused=_own_serving(penalty, reader))
    if Right.ISSUE in reader.rights:
        yield from _verdict(penalty)


def review(waiting: Review, reader: Identity) -> Iterator[Act]:
    if Right.ISSUE not in reader.rights:
        return
    asked = (_reason("Why?"),)
    for word, resolution in (("Stands", "stands"), ("Compensated", "compensated")):
        yield Act(word, f"penalties/{waiting.penalty}/review", "", asked, {"resolution": resolution})


def answer(incident: Incident, reader: Identity) -> Iterator[Act]:
    """To a protest or an appeal that is open."""
    if Right.DECIDE not in reader.rights or incident.state is not IncidentState.PROTESTED:
        return
    asked = (_reason("Reason of the decision"),)
    for word, upheld in (("Uphold", True), ("Reject", False)):
        yield Act(word, f"incidents/{incident.id}/protests/decision", "", asked, {"upheld": upheld})


def amend(incident: Incident, codes: Mapping[str, str], reader: Identity) -> Iterator[Act]:
    """What is corrected about an incident: each with the value it has, and why."""
    if Right.AMEND not in reader.rights:
        return
    at = f"incidents/{incident.id}"
    keys = {"kart": f"#{incident.id} k", "turn": f"#{incident.id} t", "lap": f"#{incident.id} l"}
    values = [Field(f"changes.{name}", label, value=_value(incident, name), number=name in _NUMBERS, needed=False)
              for name, label in _AMENDED.items()]  # fmt: skip
    options = [(code, label, "") for code, label in codes.items()]
    code = Field("changes.code", "Infringement", options, value=incident.code, needed=False)
    key = " · ".join(keys.values())
    yield Act("Amend", at, key, (*values, code, _reason(f"Why is #{incident.id} corrected?")), method="PATCH")


def correct(incident: Incident, reader: Identity, *, older_rules: bool) -> Iterator[Act]:
    """Merged into another, judged by the ruleset that stands now, shown to the driver, protested on paper."""
    at = f"incidents/{incident.id}"
    if Right.RECORD in reader.rights and incident.signal is None:
        yield Act("Shown to the driver", f"{at}/signal", f"#{incident.id} f")
    if Right.AMEND in reader.rights:
        into = Field("into", "The incident that stays, #", number=True)
        yield Act("Merge", f"{at}/merge", f"#{incident.id} m", (into, _reason("Why is it the same?")))
        if older_rules:
            yield Act("Judge anew", f"{at}/rejudge", "", (_reason("Why by the ruleset that stands now?"),))
    if Right.DECIDE in reader.rights and incident.state is not IncidentState.PROTESTED:
        yield Act("Protest received", f"{at}/protests/received", "", (_words("What the protest says"),))
        appeal = _words("What is appealed")
        yield Act("Appeal received", f"{at}/protests/received", "", (appeal,), {"appeal": True})


def publish(incident: Incident, reader: Identity) -> Iterator[Act]:
    """The decision as a numbered document."""
    if Right.PUBLISH in reader.rights and incident.decision is not None:
        yield Act("Publish decision", "documents/decisions", body={"incident": incident.id})


def _verdict(penalty: Penalty) -> Iterator[Act]:
    at, number = f"penalties/{penalty.id}", penalty.incident
    if penalty.state in WAITING and penalty.unserved is None:
        yield Act("Not served", f"{at}/unserved", f"#{number} u")
    if penalty.state in _ACCEPTABLE and penalty.serving is not None:
        yield Act("Accept serving", f"{at}/accept", f"#{number} a", (_reason("Why is this serving accepted?"),))


def _own_serving(penalty: Penalty, reader: Identity) -> str:
    recorded = penalty.serving.recorded.by if penalty.serving else ""
    return "You recorded it: another person verifies." if recorded == str(reader.account_id) else ""


def _reason(label: str, offers: Sequence[str] = ()) -> Field:
    return Field("reason", label, offers=offers)


def _words(label: str) -> Field:
    return Field("text", label)


def _value(incident: Incident, name: str) -> str:
    found: object = getattr(incident, name)
    return "" if found is None else str(found)


_AMENDED: Mapping[str, str] = {
    "kart": "Kart", "second_kart": "Second kart", "turn": "Turn", "lap": "Lap", "value": "Value", "text": "Note",
    "video": "Video",
}  # fmt: skip
_NUMBERS = frozenset({"turn", "lap", "value"})
