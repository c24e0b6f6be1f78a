"""A parser proposed for a feed nobody knows: which field means what, with a confidence and the reason of each.

A field is judged by its name and by its values, and both must agree: a field called `last` that holds no times is none.
Without a name, values alone may convince, with less confidence: whole numbers from one on that differ within a message
are positions, counters that only grow are laps. A row is found again by the field that is different in every row and
the same for ever. What nobody can name is kept as text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise

from core.timing.mapping import TIMES, FeedMap, FieldMap, Meaning, Notation, Rows, Shape
from core.timing.mapping_columns import Column, Samples, samples_of
from core.timing.mapping_fits import fit, fit_unnamed
from core.timing.mapping_rows import Message, read_message
from core.timing.mapping_shapes import shapes
from core.timing.mapping_values import count, notation_of, time_ms
from core.timing.mapping_words import row_meaning, session_meaning, words_of
from core.timing.model import SessionKind

MOST_SAMPLES = 100

_WORTH = {
    Meaning.ID: 1.0,
    Meaning.NUMBER: 2.0,
    Meaning.POSITION: 2.0,
    Meaning.LAPS: 2.0,
    Meaning.LAST: 3.0,
    Meaning.BEST: 1.5,
    Meaning.DRIVER: 1.5,
    Meaning.TEAM: 1.5,
    Meaning.GAP: 1.0,
}
"""What a found meaning says for a shape; others a quarter."""

_BY_VALUES = (Meaning.POSITION, Meaning.LAPS, Meaning.LAST, Meaning.BEST, Meaning.NUMBER, Meaning.DRIVER)
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A map to confirm, and what it was made from."""

    feed: FeedMap
    confidence: float
    """That of the fields without which there is no table: identity, and laps or lap times."""
    why: tuple[str, ...]
    examples: tuple[tuple[str, tuple[str, ...]], ...]
    """Sample values by the path of the field."""


def propose(messages: Iterable[str]) -> Proposal | None:
    """The map that explains these messages best; None when none of them holds rows of a table."""
    told = [message for message in messages if message.strip() not in {"", "{}", "[]"}][:MOST_SAMPLES]
    found = [one for shape in shapes(told) if (one := _proposal(shape, told)) is not None]
    return max(found, key=_score, default=None) if found else None


def fingerprint_of(feed: FeedMap) -> str:
    """Names the layout of a feed by its shape, the names of its fields and its headings."""
    parts = (feed.shape, feed.rows, feed.at, feed.separator, feed.assign, *feed.header)
    paths = sorted(one.path for one in feed.fields)
    return sha256("\n".join((*parts, "", *paths)).encode()).hexdigest()[:16]


def _score(proposal: Proposal) -> float:
    fields = proposal.feed.fields
    worth = sum(_WORTH.get(one.meaning, 0.25) * one.confidence for one in fields if one.meaning is not Meaning.TEXT)
    return worth - 0.05 * sum(one.meaning is Meaning.TEXT for one in fields)


def _proposal(shape: FeedMap, told: Sequence[str]) -> Proposal | None:
    width = len(shape.header)
    bare = replace(shape, fields=_headed(shape.header)) if width else _widened(shape, told)
    messages = [read_message(bare, text) for text in told]
    samples = samples_of([message.rows for message in messages], {str(n): text for n, text in enumerate(shape.header)})
    if samples is None:
        return None
    fields = _meanings(samples)
    feed = replace(
        bare,
        fields=tuple(fields),
        identity=samples.identity.path,
        session=tuple(_session(messages)) if shape.shape is Shape.JSON else (),
        is_whole=_is_whole(messages, samples.identity.path),
        kind=_kind(fields, samples),
    )
    feed = replace(feed, fingerprint=fingerprint_of(feed))
    why = (*_why(feed, messages), f"Rows are told apart by “{samples.identity.name}”.")
    return Proposal(feed, _confidence(fields, samples.stability), why, tuple(_examples(samples.columns)))


def _headed(header: Sequence[str]) -> tuple[FieldMap, ...]:
    return tuple(FieldMap(str(place), Meaning.TEXT, heading=text) for place, text in enumerate(header))


def _widened(shape: FeedMap, told: Sequence[str]) -> FeedMap:
    """A delimited map needs to know how many columns there are."""
    if shape.shape is not Shape.DELIMITED:
        return shape
    widths = [line.count(shape.separator) + 1 for text in told for line in text.split("\n") if line.strip()]
    usual = max(set(widths), key=widths.count)
    return replace(shape, fields=tuple(FieldMap(str(place), Meaning.TEXT) for place in range(usual)))


def _meanings(samples: Samples) -> list[FieldMap]:
    """A meaning for every field: named ones first, then the rest by their values; each meaning once."""
    found: dict[str, FieldMap] = {}
    named = [(column, *row_meaning(column.name)) for column in samples.columns]
    for column, meaning, sure in sorted(named, key=lambda one: -one[2]):
        if meaning is None or meaning in _taken(found):
            continue
        agreed = fit(meaning, column, samples)
        if agreed >= _LEAST:
            found[column.path] = _field(column, meaning, 0.6 * sure + 0.4 * agreed, f"it is called “{column.name}”")
    _by_values(samples, found)
    if samples.identity.path not in found:
        found[samples.identity.path] = _field(samples.identity, Meaning.ID, samples.stability, "it tells rows apart")
    _like_laps(samples, found)
    return [found.get(column.path) or _kept(column) for column in samples.columns]


def _like_laps(samples: Samples, found: dict[str, FieldMap]) -> None:
    """Gaps may be so small that they betray no unit: whole numbers are in that of the lap times."""
    last = next((one for one in found.values() if one.meaning is Meaning.LAST), None)
    for column in samples.columns:
        one = found.get(column.path)
        is_gap = one is not None and one.meaning in {Meaning.GAP, Meaning.INTERVAL}
        if one is not None and is_gap and last is not None and all(count(text) is not None for text in column.texts):
            found[column.path] = replace(one, notation=last.notation)


def _taken(found: Mapping[str, FieldMap]) -> set[Meaning]:
    return {one.meaning for one in found.values()} - {Meaning.TEXT}


def _by_values(samples: Samples, found: dict[str, FieldMap]) -> None:
    """What the names left open; a field whose name means something else is not asked."""
    for meaning in _BY_VALUES:
        free = [one for one in samples.columns if one.path not in found and row_meaning(one.name)[0] is None]
        if meaning in _taken(found) or not free:
            continue
        best = max(free, key=lambda one: fit_unnamed(meaning, one, samples))
        if (agreed := fit_unnamed(meaning, best, samples)) > _LEAST:
            found[best.path] = _field(best, meaning, 0.5 * agreed, "its values look like it")


def _field(column: Column, meaning: Meaning, confidence: float, why: str) -> FieldMap:
    notation = _notation(column) if meaning in TIMES else Notation.CLOCK
    shown = f"{why}; its times are in {notation}" if meaning in TIMES else why
    return FieldMap(column.path, meaning, notation, column.heading, round(min(confidence, 1.0), 2), shown)


def _notation(column: Column) -> Notation:
    return notation_of(column.texts, words_of(column.name)) or Notation.CLOCK


def _kept(column: Column) -> FieldMap:
    return FieldMap(column.path, Meaning.TEXT, heading=column.heading, why="nobody can say what it means")


def _session(messages: Sequence[Message]) -> Iterable[FieldMap]:
    """Fields beside the rows whose name says something of the session; each meaning once."""
    taken: set[Meaning] = set()
    for path in dict.fromkeys(path for message in messages for path in message.session):
        meaning, sure = session_meaning(path)
        texts = [message.session[path] for message in messages if message.session.get(path)]
        notation = notation_of(texts, words_of(path))
        if meaning is None or meaning in taken or not texts or (meaning in TIMES and notation is None):
            continue
        taken.add(meaning)
        yield FieldMap(path, meaning, notation or Notation.CLOCK, "", round(0.8 * sure, 2), f"it is called “{path}”")


def _is_whole(messages: Sequence[Message], identity: str) -> bool:
    """Whether messages hold the whole table: several rows, the same ones again."""
    sets = [{row.get(identity, "") for row in message.rows} for message in messages if message.rows]
    everybody = set().union(*sets)
    return len(everybody) > 1 and sum(len(one) * 2 > len(everybody) for one in sets) * 2 > len(sets)


def _kind(fields: Sequence[FieldMap], samples: Samples) -> SessionKind:
    """A race, unless a better best lap always stands before a worse one."""
    by_path = {column.path: column for column in samples.columns}
    told = {one.meaning: one for one in fields}
    position, best = told.get(Meaning.POSITION), told.get(Meaning.BEST)
    if position is None or best is None or not samples.is_table:
        return SessionKind.RACE
    rows = samples.pairs(by_path[position.path], by_path[best.path])
    order = [(count(place) or 0, time_ms(text, best.notation) or 0) for place, text in rows]
    return SessionKind.BEST_TIME if _is_by_best(order) else SessionKind.RACE


def _is_by_best(order: Sequence[tuple[int, int]]) -> bool:
    """Rows of all messages one after the other: within one, places and best laps rise together."""
    steps = [(one, other) for one, other in pairwise(order) if 0 < one[0] < other[0] and other[1]]
    return len(steps) > 1 and all(one[1] <= other[1] for one, other in steps)


def _confidence(fields: Sequence[FieldMap], stability: float) -> float:
    sure = {one.meaning: one.confidence for one in fields}
    laps = max(sure.get(Meaning.LAST, 0.0), sure.get(Meaning.LAPS, 0.0))
    return round(stability * (0.4 + 0.6 * laps), 2) if laps else 0.0


def _why(feed: FeedMap, messages: Sequence[Message]) -> Iterable[str]:
    rows = sum(len(message.rows) for message in messages)
    yield f"{len(messages)} messages hold {rows} rows: {_shape_in_words(feed)}."
    faults = sum(bool(message.faults) for message in messages)
    if faults:
        yield f"{faults} of them do not fit."
    yield "Every message holds the whole table." if feed.is_whole else "Messages hold only rows that changed."


def _shape_in_words(feed: FeedMap) -> str:
    if feed.shape is Shape.PAIRS:
        return f"lines of pairs, joined by {feed.assign!r} and cut at {feed.separator!r}"
    if feed.shape is Shape.DELIMITED:
        headings = "with headings" if feed.header else "without headings"
        return f"lines cut at {feed.separator!r} into {len(feed.fields)} columns, {headings}"
    where = f"at “{feed.at}”" if feed.at else "as the document itself"
    kinds = {Rows.LIST: "a list", Rows.MAP: "an object by key", Rows.SINGLE: "one row a message"}
    return f"JSON, {kinds[feed.rows]} {where}"


def _examples(columns: Sequence[Column]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for column in columns:
        yield column.path, tuple(dict.fromkeys(text for text in column.texts if text))[:5]
