"""A ruleset in words: what may be recorded and imposed, what follows by itself, which clocks run, what is an example.

Rows for the Rules page: values in, words out. An amount that no regulation gives has `*` behind it.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fnmatch import fnmatchcase

from core.penalties.catalogue import Catalogue, Code, PenaltyRule
from core.penalties.model import Amount, PenaltyType
from core.penalties.rules.schema import Band, Ladder, Late, Match, Measure, Serve, Step
from portal.format import words
from portal.tables import Row

EXAMPLE = " *"
"""Stands behind what is only an example."""

_MARKERS = {"none": "nothing", "warning": "a warning", "warning_flag": "black and white flag"}
_UNITS = {"seconds": "s", "laps": "laps", "places": "places", "points": "points"}
_MEASURED = {
    "pit_time": "time in the pits",
    "stint": "stint",
    "driving_time": "driving time",
    "stops": "number of stops",
    "jump_start": "jump start",
    "pit_closed": "closed pit lane",
    "pit_speed": "pit lane speed",
    "share": "share of laps",
}
_CLOCKS = {
    "notify_s": "Decision told to the team",
    "ack_s": "Told, and acknowledged by the team",
    "investigate_after_end_s": "Investigation announced after the end",
    "protest_s": "Protest",
    "appeal_intent_s": "Intention to appeal",
    "verdict_s": "Verdict on a protest",
    "review_s": "Right of review",
}


def code_rows(catalogue: Catalogue) -> list[Row]:
    return [
        {
            "Key": code.key or "",
            "Code": name,
            "Infringement": code.label,
            "Asks for": ", ".join(_asks(code)),
            "Measured by Paddock": _MEASURED[code.measured] if code.measured else "",
        }
        for name, code in catalogue.rules.codes.items()
    ]


def penalty_rows(catalogue: Catalogue) -> list[Row]:
    return [_penalty(catalogue, name, rule) for name, rule in catalogue.rules.penalties.items()]


def rule_rows(catalogue: Catalogue) -> list[Row]:
    """What the ruleset proposes by itself: counters first, then measured values."""
    rules = catalogue.rules
    return [
        *(_ladder(catalogue, ladder) for ladder in rules.ladders),
        *(_measure(catalogue, measure) for measure in rules.measures),
    ]


def clock_rows(catalogue: Catalogue) -> list[Row]:
    """Deadlines, signatures, limits of the timing."""
    return [{"What": what, "Limit": limit} for what, limit in _clocks(catalogue)]


def span(seconds: Amount) -> str:
    """`45 s`, `25 min`, `48 h`, `12 months`: in the largest unit that comes out even and is at least two."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds % size == 0 and seconds >= 2 * size:
            count = int(seconds // size)
            return _months(count) if unit == "days" else f"{count} {unit}"
    return f"{plain_number(seconds)} s"


def plain_number(amount: Amount) -> str:
    """Without zeros behind the point."""
    return f"{Decimal(amount).normalize():f}"


def _clocks(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    rules = catalogue.rules
    for name, what in _CLOCKS.items():
        limit = getattr(rules.deadlines, name)
        if limit is not None:
            yield what, span(limit) + _mark(catalogue, "deadlines", name)
    for kind, n in rules.approvals.items():
        yield f"{words(kind)}: officials who must agree", f"{n}{_mark(catalogue, 'approvals', kind)}"
    for name, value in rules.limits.items():
        yield words(name.removesuffix("_s")), _limit(name, value) + _mark(catalogue, "limits", name)


def _months(days: int) -> str:
    return f"{12 * days // 365} months" if days % 365 == 0 else f"{days} days"


def _limit(name: str, value: Amount) -> str:
    return span(value) if name.endswith("_s") else plain_number(value)


def _asks(code: Code) -> Iterator[str]:
    if code.second_kart:
        yield "second kart"
    if code.value:
        yield code.value.replace("_", " ")
    if code.text:
        yield "a note"
    if code.judge_of_fact:
        yield "judge of fact"


def _penalty(catalogue: Catalogue, name: str, rule: PenaltyRule) -> Row:
    late = _late(rule.late) + _mark(catalogue, "penalties", name, "late") if rule.late else ""
    serve = _serve(rule.serve) + _mark(catalogue, "penalties", name, "serve") if rule.serve else ""
    after = rule.unserved
    unserved = catalogue.outcome_label(after.do) + _mark(catalogue, "penalties", name, "unserved") if after else ""
    return {
        "Key": rule.key or "",
        "Penalty": rule.label or name,
        "Type": _type(rule.type),
        "Amount": _amount(catalogue, name, rule),
        "Served": serve,
        "If not served": unserved,
        "Given too late": late,
        "Appeal": "" if rule.appealable else "none",
    }


def _type(kind: PenaltyType) -> str:
    return words(kind).replace("Stop go", "Stop & go")


def _amount(catalogue: Catalogue, name: str, rule: PenaltyRule) -> str:
    said = ((field, getattr(rule, field)) for field in _UNITS)
    return ", ".join(
        (plain_value(value) if rule.type is PenaltyType.FINE else _with_unit(value, field))
        + _mark(catalogue, "penalties", name, field)
        for field, value in said
        if value is not None
    )


def _with_unit(value: Amount | str, field: str) -> str:
    """`1 lap`, `5 s`, `ceil(120-value) s`."""
    unit = _UNITS[field]
    return f"{plain_value(value)} {unit.removesuffix('s') if value == 1 and len(unit) > 1 else unit}"


def plain_value(value: Amount | str) -> str:
    """A formula stands as it is written."""
    return value if isinstance(value, str) else plain_number(value)


def _serve(serve: Serve) -> str:
    parts = []
    if serve.within_crossings is not None:
        parts.append(f"within {serve.within_crossings} laps")
    if serve.clock_stops_during:
        parts.append(f"paused under {_states(serve.clock_stops_during)}")
    if serve.not_during:
        parts.append(f"not under {_states(serve.not_during)}")
    return ", ".join(parts)


def _states(states: Iterable[str]) -> str:
    return ", ".join("pit window" if state == "PITWINDOW" else str(state) for state in states)


def _late(late: Late) -> str:
    amounts = {"seconds": late.seconds, "laps": late.laps, "places": late.places}
    amount = ", ".join(_with_unit(value, unit) for unit, value in amounts.items() if value is not None)
    when = f"in the last {late.last_laps} laps or after the end" if late.last_laps else "after the end"
    return f"{when}: {amount or _type(late.to).lower()}"


def _ladder(catalogue: Catalogue, ladder: Ladder) -> Row:
    counted = f"each {ladder.scope}"
    if ladder.count == "points":
        counted += ", points"
    if ladder.window_s is not None:
        counted += f", within {span(ladder.window_s)}{_mark(catalogue, 'ladders', ladder.id, 'window_s')}"
    if ladder.advance == "signalled":
        counted += ", only what was shown to the driver"
    if ladder.decay is not None:
        counted += f", {plain_number(ladder.decay.per_clean_event)} off for a clean event"
    steps = "; ".join(_step(catalogue, step, points=ladder.count == "points") for step in ladder.steps)
    return {
        "Rule": _about(catalogue, ladder.match),
        "Counted": counted,
        "Then": steps + _mark(catalogue, "ladders", ladder.id, "steps"),
        "Article": ladder.ref,
    }


def _measure(catalogue: Catalogue, measure: Measure) -> Row:
    bands = "; ".join(_band(catalogue, band) for band in measure.bands)
    return {
        "Rule": _about(catalogue, measure.match),
        "Counted": _measured(catalogue, measure),
        "Then": bands + _mark(catalogue, "measures", measure.id, "bands"),
        "Article": measure.ref,
    }


def _measured(catalogue: Catalogue, measure: Measure) -> str:
    """`measured, seconds`: in the unit of its infringements, where they name one."""
    units = dict.fromkeys(unit for code in measure.match.get("code", ()) if (unit := catalogue.rule(code).value))
    return ", ".join(("measured", *(unit.replace("_", " ") for unit in units)))


def _about(catalogue: Catalogue, match: Match) -> str:
    """`White line, race`; what else must match stands with its name."""
    codes = " or ".join(catalogue.rule(code).label for code in match.get("code", ()))
    phases = " or ".join(match.get("phase", ()))
    others = (f"{name} {' or '.join(values)}" for name, values in match.items() if name not in ("code", "phase"))
    return ", ".join(part for part in (codes, phases, *others) if part) or "every incident"


def _step(catalogue: Catalogue, step: Step, *, points: bool) -> str:
    reached = f"{plain_number(step.at)} points" if points else _ordinal(step.at)
    if step.every is not None:
        reached += f" and every {plain_number(step.every)} more"
    if step.mix is not None:
        mix = ", ".join(" or ".join(values) for values in step.mix.match.values())
        reached += f", at least {step.mix.at_least} of them {mix}"
    after = ", then from zero" if step.reset else ""
    after += f", then {plain_number(step.deduct)} off" if step.deduct is not None else ""
    return f"{reached}: {_done(catalogue, step.do)}{after}"


def _ordinal(at: Amount) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(int(at), f"{plain_number(at)}th")


def _band(catalogue: Catalogue, band: Band) -> str:
    over = "" if band.over is None else f"over {plain_number(band.over)} "
    up_to = "" if band.up_to is None else f"up to {plain_number(band.up_to)}"
    return f"{(over + up_to).strip() or 'any value'}: {_done(catalogue, band.do)}"


def _done(catalogue: Catalogue, what: str) -> str:
    return _MARKERS.get(what) or catalogue.outcome_label(what)


def _mark(catalogue: Catalogue, *path: str) -> str:
    """Whether it, something above it or something in it is only an example."""
    said = any(_meet(pattern.split("."), path) for pattern in catalogue.rules.example_values)
    return EXAMPLE if said else ""


def _meet(pattern: list[str], path: tuple[str, ...]) -> bool:
    return all(fnmatchcase(step, wanted) for wanted, step in zip(pattern, path, strict=False))
