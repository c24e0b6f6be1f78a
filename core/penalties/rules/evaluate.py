"""The engine behind plain values: a ruleset and events in log order in, counts, penalties, states and words out.

Events are mappings with a key `e`, in the shapes of the scenario files (`scenarios`); the place in the order is the
sequence number. The last decision, signal, issue and serving count; amendments and repeated records of an incident are
merged in. Numbers come out as JSON has them. Beyond the scenarios' events there are `accept` and `unserved` (an
official's word on a penalty), `clean` and `carried` (season counters), `ruleset` (another one from a time on) and
`rejudge` (an incident by the newest ruleset).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.errors import BadInput
from core.penalties.catalogue import Catalogue, of_values, read_catalogue
from core.penalties.model import Amount
from core.penalties.rules.explain import explain, why
from core.penalties.rules.facts import Carried, Case, Clean, Fact, Ruling, Served
from core.penalties.rules.findings import Finding, Judgement, Sentence
from core.penalties.rules.formulas import whole
from core.penalties.rules.judge import judge
from core.penalties.rules.late import AMOUNTS
from core.penalties.rules.schema import text_of

Ruleset = Catalogue | Mapping[str, object] | str
Event = Mapping[str, object]


def evaluate(ruleset: Ruleset, events: Iterable[Event]) -> dict[str, object]:
    """What the ruleset makes of the events: `incidents`, `penalties`, `review_required`, `ruleset`.

    Raises:
        BadInput: the ruleset does not hold together, or an event says something unknown or incomplete.
    """
    catalogue = catalogue_of(ruleset)
    case = fold(catalogue, events)
    return told(judge(case), catalogue)


def catalogue_of(ruleset: Ruleset) -> Catalogue:
    """The ruleset, read if it is YAML or plain values."""
    if isinstance(ruleset, Catalogue):
        return ruleset
    return read_catalogue(ruleset, "The ruleset") if isinstance(ruleset, str) else of_values(exact(ruleset))


def fold(catalogue: Catalogue, events: Iterable[Event]) -> Case:
    """What stands after all the events.

    Raises:
        BadInput: an event says something unknown or incomplete.
    """
    log = _Log(catalogue)
    for seq, event in enumerate(events):
        try:
            log.take(seq, {key: exact(value) for key, value in event.items()})
        except KeyError as cause:
            remedy = f"Events: {', '.join(_TAKES)}." if cause.args[0] == event.get("e") else "Add it."
            raise BadInput(
                f"Event {seq} is not understood: {cause.args[0]!r} is missing or unknown.", remedy
            ) from cause
    return log.case()


def exact(value: object) -> object:
    """The same value with decimals instead of binary floats, read as they were written."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {str(key): exact(each) for key, each in value.items()}
    return [exact(each) for each in value] if isinstance(value, list | tuple) else value


def plain(value: object) -> object:
    """A value as JSON has it."""
    if not isinstance(value, Decimal):
        return value
    number = whole(value)
    return number if isinstance(number, int) else float(number)


@dataclass
class _Incident:
    seq: int
    fields: dict[str, object]


@dataclass
class _Log:
    """The events folded, one after the other."""

    catalogue: Catalogue
    incidents: dict[str, _Incident] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    rulings: dict[str, Ruling] = field(default_factory=dict)
    signals: dict[str, Amount] = field(default_factory=dict)
    issues: dict[str, Amount] = field(default_factory=dict)
    servings: dict[str, Served] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    unserved: dict[str, Amount] = field(default_factory=dict)
    crossings: dict[str, list[Amount]] = field(default_factory=dict)
    track: list[tuple[Amount, str]] = field(default_factory=list)
    ends: list[Amount] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    clean: list[Clean] = field(default_factory=list)
    versions: list[tuple[Amount, Catalogue]] = field(default_factory=list)
    rejudged: dict[str, Catalogue] = field(default_factory=dict)

    def take(self, seq: int, event: Event) -> None:
        _TAKES[str(event["e"])](self, seq, event)

    def case(self) -> Case:
        standing = {name: each for name, each in self.incidents.items() if name not in self.voided}
        servings = {name: replace(each, accepted=name in self.accepted) for name, each in self.servings.items()}
        changes = sorted(self.versions, key=lambda version: version[0])
        return Case(
            [Fact(name, each.seq, _number(each.fields["t"]), each.fields) for name, each in standing.items()],
            [(None, self.catalogue), *changes],
            self.rulings,
            self.signals,
            self.issues,
            servings,
            self.unserved,
            {kart: sorted(times) for kart, times in self.crossings.items()},
            sorted(self.track, key=lambda change: change[0]),
            min(self.ends, default=None),
            self.carried,
            self.clean,
            self.rejudged,
        )

    def incident(self, seq: int, event: Event) -> None:
        fields = {key: value for key, value in event.items() if key not in ("e", "id")}
        _number(event["t"])
        known = self.incidents.setdefault(_id(event), _Incident(seq, {}))
        known.fields.update(fields)

    def amend(self, _: int, event: Event) -> None:
        changes = event["set"]
        if isinstance(changes, Mapping) and (known := self.incidents.get(_id(event))):
            known.fields.update(changes)

    def void(self, _: int, event: Event) -> None:
        self.voided.add(_id(event))

    def decide(self, _: int, event: Event) -> None:
        officials = event.get("approved_by") or [event.get("by", "")]
        names = officials if isinstance(officials, list) else [officials]
        self.rulings[_id(event)] = Ruling(text_of(event["outcome"]), frozenset(map(text_of, names)))

    def signal(self, _: int, event: Event) -> None:
        self.signals[_id(event)] = _t(event)

    def issue(self, _: int, event: Event) -> None:
        self.issues[_id(event)] = _t(event)

    def served(self, _: int, event: Event) -> None:
        seconds = event.get("seconds")
        self.servings[_id(event)] = Served(
            _t(event), None if seconds is None else _number(seconds), bool(event.get("verified_by"))
        )

    def accept(self, _: int, event: Event) -> None:
        self.accepted.add(_id(event))

    def confirm_unserved(self, _: int, event: Event) -> None:
        self.unserved[_id(event)] = _t(event)

    def cross(self, _: int, event: Event) -> None:
        self.crossings.setdefault(text_of(event["kart"]), []).append(_t(event))

    def set_track(self, _: int, event: Event) -> None:
        self.track.append((_t(event), text_of(event["state"])))

    def end(self, _: int, event: Event) -> None:
        self.ends.append(_t(event))

    def go_clean(self, _: int, event: Event) -> None:
        scope = event.get("scope")
        self.clean.append(Clean(_t(event), text_of(event["who"]), None if scope is None else text_of(scope)))

    def carry(self, _: int, event: Event) -> None:
        ladder, scope, who = (text_of(event[key]) for key in ("ladder", "scope", "who"))
        self.carried.append(
            Carried(ladder, scope, who, _t(event), _number(event["n"]), text_of(event.get("origin", "")))
        )

    def change(self, _: int, event: Event) -> None:
        self.versions.append((_t(event), of_values(event["ruleset"])))

    def rejudge(self, _: int, event: Event) -> None:
        self.rejudged[_id(event)] = self.versions[-1][1] if self.versions else self.catalogue


_TAKES: Mapping[str, Callable[[_Log, int, Event], None]] = {
    "incident": _Log.incident,
    "amend": _Log.amend,
    "void": _Log.void,
    "decide": _Log.decide,
    "signal": _Log.signal,
    "issue": _Log.issue,
    "served": _Log.served,
    "accept": _Log.accept,
    "unserved": _Log.confirm_unserved,
    "cross": _Log.cross,
    "track": _Log.set_track,
    "end": _Log.end,
    "clean": _Log.go_clean,
    "carried": _Log.carry,
    "ruleset": _Log.change,
    "rejudge": _Log.rejudge,
}


def _id(event: Event) -> str:
    return text_of(event["id"])


def _t(event: Event) -> Amount:
    return _number(event["t"])


def _number(value: object) -> Amount:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadInput(f"{value!r} is not a number.", "Write times and amounts as numbers.")
    return value


def told(judgement: Judgement, catalogue: Catalogue) -> dict[str, object]:
    """The judgement as plain values."""
    return {
        "incidents": {name: _finding(finding) for name, finding in judgement.findings.items()},
        "penalties": {name: _sentence(sentence) for name, sentence in judgement.penalties.items()},
        "review_required": list(judgement.review),
        "ruleset": catalogue.reference,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "outcome": finding.outcome.value,
        "count": plain(finding.count),
        "penalties": list(finding.penalties),
        "explain": list(explain(finding)),
    }


def _sentence(sentence: Sentence) -> dict[str, object]:
    known = {kind: getattr(sentence, kind) for kind in (*AMOUNTS, "converted_from", "served_at", "crossings_left")}
    return {
        "id": sentence.id,
        "incident": sentence.incident,
        "kart": plain(sentence.fact.fields.get("kart")),
        "driver": plain(sentence.fact.fields.get("driver")),
        "code": sentence.code,
        "type": sentence.type.value,
        "origin": "auto" if sentence.automatic else "manual",
        "state": sentence.state.value,
        "why": list(why(sentence)),
        **{kind: plain(value) for kind, value in known.items() if value is not None},
    }
