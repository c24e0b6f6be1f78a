"""Reasons in words: what was counted and what had expired, the window, the step, the article, the ruleset's hash.

Made when somebody looks, never during a judgement. How a time, an incident and an official are written is the reader's
choice: `Words`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from core.penalties.model import Amount
from core.penalties.rules.consistency import MARKERS
from core.penalties.rules.findings import Counted, Decided, Entry, Finding, Measured, Reason, Sentence, Standing
from core.penalties.rules.schema import Band, Step, text_of


def _seconds(t: Amount) -> str:
    return f"{text_of(t)} s"


def _window(t: Amount) -> str:
    """Whole minutes as minutes, whole days as days."""
    for unit, of_it in (("days", 86_400), ("min", 60)):
        if t >= 2 * of_it and t % of_it == 0:
            return f"{text_of(t // of_it)} {unit}"
    return _seconds(t)


@dataclass(frozen=True, slots=True)
class Words:
    """How a reader writes times, incidents and officials."""

    time: Callable[[Amount], str] = _seconds
    incident: Callable[[str], str] = str
    official: Callable[[str], str] = str


PLAIN = Words()


def explain(finding: Finding, words: Words = PLAIN) -> tuple[str, ...]:
    """Why an incident has its outcome."""
    lines = [line for reason in finding.reasons for line in _reason(reason, words)]
    if not lines:
        lines = ["No ladder, measure or decision is about this incident."]
    return (*lines, f"Ruleset {finding.catalogue.reference}.")


def why(sentence: Sentence, words: Words = PLAIN) -> tuple[str, ...]:
    """Why there is a penalty, and why it is in its state."""
    return (
        *(_follows(sentence) if sentence.follows else _reason(sentence.reason, words)),
        *_of_amount(sentence),
        *_of_serving(sentence, words),
        f"Ruleset {sentence.catalogue.reference}.",
    )


def _reason(reason: Reason, words: Words) -> Iterator[str]:
    match reason:
        case Counted():
            yield from _counted(reason, words)
        case Measured():
            yield from _measured(reason)
        case Decided():
            yield _decided(reason, words)
        case _:
            assert_never(reason)


def _counted(found: Counted, words: Words) -> Iterator[str]:
    ladder = found.ladder
    entries = ", ".join(_entry(entry, words, with_weight=ladder.count == "points") for entry in found.counted)
    yield f"Ladder {ladder.id}, {found.scope} {found.subject}: {text_of(found.n)} = {entries}."
    if found.scope != ladder.scope:
        yield f"The {ladder.scope} is not known: the kart is counted."
    if ladder.window_s is not None:
        yield f"Window {_window(ladder.window_s)}, its edge included; {_expired(found, words)}."
    if found.unshown:
        yield f"Not yet shown to the driver, so not counted: {_entries(found.unshown, words)}."
    yield _step(found)
    if ladder.ref:
        yield f"Article: {ladder.ref}."


def _entry(entry: Entry, words: Words, *, with_weight: bool) -> str:
    name = words.incident(entry.id) if entry.fact else entry.id
    weight = f" {'+' if entry.weight >= 0 else ''}{text_of(entry.weight)}" if with_weight or not entry.fact else ""
    return f"{name}{weight} ({words.time(entry.t)})"


def _entries(entries: Iterable[Entry], words: Words) -> str:
    return ", ".join(_entry(entry, words, with_weight=False) for entry in entries)


def _expired(found: Counted, words: Words) -> str:
    return f"expired: {_entries(found.expired, words)}" if found.expired else "nothing has expired"


def _step(found: Counted) -> str:
    step = found.step
    if step is None:
        return f"No step is reached: {found.ladder.below}."
    repeated = f" for the {found.k + 1}. time" if step.every else ""
    return f"Step {text_of(step.at)}{repeated}: {_does(found, step.do)}{_then(step)}."


def _then(step: Step) -> str:
    if step.reset:
        return "; the counter starts again"
    return "" if step.deduct is None else f"; {text_of(step.deduct)} are deducted, the rest is carried"


def _does(reason: Counted | Measured, word: str) -> str:
    if word in MARKERS:
        return {"none": "noted", "warning": "warning", "warning_flag": "warning flag"}[word]
    return reason.catalogue.outcome_label(word)


def _measured(found: Measured) -> Iterator[str]:
    value = f"Measure {found.measure.id}: {text_of(found.value)}"
    if found.legal:
        yield f"{value} is within tolerance{_limits(found.band)}."
    elif found.band is None:
        yield f"{value} lies beyond the last band: nothing follows."
    else:
        yield f"{value}{_limits(found.band)}: {_does(found, found.band.do)}."
    if found.measure.ref:
        yield f"Article: {found.measure.ref}."


def _limits(band: Band | None) -> str:
    if band is None:
        return ""
    over = "" if band.over is None else f"over {text_of(band.over)}"
    up_to = "" if band.up_to is None else f"up to and including {text_of(band.up_to)}"
    limits = ", ".join(filter(None, (over, up_to)))
    return f" ({limits})" if limits else ""


def _decided(found: Decided, words: Words) -> str:
    label = found.ruling.words or found.catalogue.outcome_label(found.ruling.outcome)
    by = ", ".join(map(words.official, sorted(found.ruling.officials)))
    if found.refused:
        return f"The decision “{label}” by {by} has no effect: {found.refused}."
    if len(found.ruling.officials) < found.needed:
        return f"Decided by {by}: {label}. It needs {found.needed} different officials and waits for the others."
    return f"Decided by {by}: {label}."


def _follows(sentence: Sentence) -> Iterator[str]:
    yield f"Follows {sentence.follows}, which was not served in time; a person has to confirm it."
    if sentence.ref:
        yield f"Article: {sentence.ref}."


def _of_amount(sentence: Sentence) -> Iterator[str]:
    if sentence.unknown:
        yield f"The amount is not known: {sentence.unknown}."
    if sentence.converted_from:
        yield f"Given in the last laps or after the end: {sentence.converted_from} becomes {sentence.type}."


def _of_serving(sentence: Sentence, words: Words) -> Iterator[str]:
    if sentence.state in _STATES:
        yield _STATES[sentence.state]
    if sentence.served_at is not None:
        yield f"Served at {words.time(sentence.served_at)}."
    if sentence.crossings_left is not None:
        yield f"Crossings left in the serving window: {max(sentence.crossings_left, 0)}."


_STATES = {
    Standing.SHORT: "The recorded stop was too short: to be repeated.",
    Standing.REJECTED: "Served while the state of the track forbade it: to be repeated.",
    Standing.UNSERVED: "Not served within the window.",
}
