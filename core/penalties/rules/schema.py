"""The ruleset as its file says it, typed; `config/rulesets/schema.json` is made from here.

An amount is a whole number, a decimal (read exactly, never as a binary float) or a formula (`formulas`). What the parts
say of each other is checked in `consistency`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PlainSerializer, PlainValidator, StringConstraints, TypeAdapter, with_config

from core.penalties.model import Amount, PenaltyType, TrackState
from core.penalties.rules.formulas import NotAFormula, read_formula, whole

MOST = 10**9
"""No amount, time or count of a ruleset is beyond it: thirty years in seconds."""

Scalar = str | int | Decimal | bool


def number(value: object) -> Amount:
    """A number of a ruleset, as YAML or its canonical form gives it.

    Raises:
        ValueError: it is none, or beyond all bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic turns only ValueError into a message
    try:
        found: Amount = value if isinstance(value, int) else Decimal(value)
    except InvalidOperation as cause:
        raise ValueError("must be a number") from cause
    if not (isinstance(found, int) or found.is_finite()) or not -MOST <= found <= MOST:
        raise ValueError(f"must be between {-MOST} and {MOST}")
    return found


def text_of(value: object) -> str:
    """The form in which values are compared: `42`, `42.0` and `"42"` are one kart."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and value.is_finite():
        value = whole(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _positive(value: object) -> Amount:
    found = number(value)
    if found <= 0:
        raise ValueError("must be more than 0")
    return found


def _not_negative(value: object) -> Amount:
    found = number(value)
    if found < 0:
        raise ValueError(f"must be between 0 and {MOST}")
    return found


def _amount(value: object) -> Amount | str:
    """A number, or a formula as its text."""
    if isinstance(value, str) and not _is_number(value):
        try:
            read_formula(value)
        except NotAFormula as cause:
            raise ValueError(f"must be a number or a formula: {cause}") from cause
        return value
    return _not_negative(value)


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def _wanted(value: object) -> tuple[str, ...]:
    """What a field must be one of, in the form of comparison."""
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(each, Scalar) for each in values):
        raise ValueError("must be a value or a list of values")
    return tuple(map(text_of, values))


def _shown(value: Amount | str) -> int | str:
    return value if isinstance(value, int) else str(value)


_NUMBER = int | float | str
_EXACT = PlainSerializer(_shown, return_type=int | str, when_used="json")
"""JSON has whole numbers as such and decimals as text: nobody reads a binary float."""
Number = Annotated[Amount, PlainValidator(number, json_schema_input_type=_NUMBER), _EXACT]
Positive = Annotated[Amount, PlainValidator(_positive, json_schema_input_type=_NUMBER), _EXACT]
NotNegative = Annotated[Amount, PlainValidator(_not_negative, json_schema_input_type=_NUMBER), _EXACT]
Formula = Annotated[Amount | str, PlainValidator(_amount, json_schema_input_type=_NUMBER), _EXACT]
Wanted = Annotated[
    tuple[str, ...],
    PlainValidator(_wanted, json_schema_input_type=str | bool | int | float | list[str | bool | int | float]),
    PlainSerializer(list, return_type=list[str]),  # else pydantic writes a list and warns that it is no tuple
]
Match = Mapping[str, Wanted]
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Few = Annotated[int, Field(strict=True, ge=1, le=1000)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(pattern=r"^[^/@\s]{1,60}$")]
CodeKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,3}$")]
PenaltyKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,8}$")]
Measured = Literal["pit_time", "stint", "driving_time", "stops", "jump_start", "pit_closed", "pit_speed", "share"]
_STRICT = with_config(ConfigDict(extra="forbid"))


@_STRICT
@dataclass(frozen=True, slots=True)
class Code:
    """An infringement of the catalogue."""

    label: Text
    key: CodeKey | None = None
    aliases: tuple[Text, ...] = ()
    second_kart: bool = False
    value: Text | None = None
    """Unit of the measured value, where the infringement is a measurement."""
    judge_of_fact: bool = False
    text: Literal["required"] | None = None
    measured: Measured | None = None
    """What Paddock measures of the timing for this code; it only ever proposes."""
    group: Text | None = None
    """For conditions on the mix of counted incidents, and for any `match`."""


@_STRICT
@dataclass(frozen=True, slots=True)
class Serve:
    """How a penalty is served on the track."""

    within_crossings: Few | None = None
    clock_stops_during: tuple[TrackState, ...] = ()
    not_during: tuple[TrackState, ...] = ()
    tolerance_s: NotNegative = 0


@_STRICT
@dataclass(frozen=True, slots=True)
class Unserved:
    """What follows when the serving window is used up."""

    do: Text
    ref: str = ""


@_STRICT
@dataclass(frozen=True, slots=True)
class Late:
    """What a penalty becomes when it is given in the last laps or after the end."""

    to: PenaltyType
    last_laps: Count | None = None
    seconds: Formula | None = None
    laps: Formula | None = None
    places: Formula | None = None


@_STRICT
@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """A consequence; its type says which amount it needs."""

    type: PenaltyType
    label: Text | None = None
    key: PenaltyKey | None = None
    aliases: tuple[Text, ...] = ()
    seconds: Formula | None = None
    laps: Formula | None = None
    places: Formula | None = None
    points: Formula | None = None
    serve: Serve | None = None
    unserved: Unserved | None = None
    late: Late | None = None
    appealable: bool = True


@_STRICT
@dataclass(frozen=True, slots=True)
class Mix:
    """So many of the counted incidents must match before the step is reached; until then it stays open."""

    at_least: Few
    match: Match


@_STRICT
@dataclass(frozen=True, slots=True)
class Step:
    """What a count reaches; `do` is `none`, `warning`, `warning_flag` or a penalty of the ruleset."""

    at: Positive
    do: Text
    reset: bool = False
    deduct: Positive | None = None
    every: Positive | None = None
    mix: Mix | None = None


@_STRICT
@dataclass(frozen=True, slots=True)
class Decay:
    per_clean_event: Positive


@_STRICT
@dataclass(frozen=True, slots=True)
class Ladder:
    """A counter with steps."""

    id: Id
    match: Match
    scope: Literal["kart", "team", "driver"]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    count: Literal["occurrences", "points"] = "occurrences"
    weight: NotNegative = 1
    window_s: Positive | None = None
    advance: Literal["always", "signalled"] = "always"
    manual_resets: bool = True
    below: Literal["warning", "noted"] = "warning"
    past_end: Literal["stay", "repeat_last"] = "stay"
    decay: Decay | None = None
    season: bool = False
    """Goes on through the sessions of a season, as a ladder with `decay` or a window of a day or longer does anyway."""
    ref: str = ""


@_STRICT
@dataclass(frozen=True, slots=True)
class Band:
    """Values above `over`, up to and including `up_to`."""

    do: Text
    over: Number | None = None
    up_to: Number | None = None


@_STRICT
@dataclass(frozen=True, slots=True)
class Measure:
    """A measured value compared with bands."""

    id: Id
    match: Match
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    ref: str = ""


@_STRICT
@dataclass(frozen=True, slots=True)
class Deadlines:
    """Limits of the clocks on the screen, in seconds; nothing is judged by them."""

    notify_s: Positive | None = None
    investigate_after_end_s: Positive | None = None
    protest_s: Positive | None = None
    appeal_intent_s: Positive | None = None
    ack_s: Positive | None = None
    verdict_s: Positive | None = None
    review_s: Positive | None = None


@_STRICT
@dataclass(frozen=True, slots=True)
class Rules:
    """A ruleset file."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
    version: Count
    penalties: Mapping[Id, PenaltyRule]
    title: str = ""
    source: str = ""
    example_values: tuple[str, ...] = ()
    codes: Mapping[Id, Code] = field(default_factory=dict)
    approvals: Mapping[PenaltyType, Few] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    ladders: tuple[Ladder, ...] = ()
    measures: tuple[Measure, ...] = ()
    limits: Mapping[Id, Number] = field(default_factory=dict)
    """What the timing needs to know besides the bands."""


RULES = TypeAdapter(Rules)


def fixed(amount: Amount | str | None) -> Amount | None:
    """The amount that a ruleset names; None for a formula, which needs a case."""
    return None if isinstance(amount, str) else amount


def json_schema() -> dict[str, object]:
    """The JSON Schema of a file: one ruleset, or a mapping of names to rulesets."""
    found = RULES.json_schema()
    parts = found.pop("$defs")
    one = {"$ref": "#/$defs/Rules"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ruleset",
        "description": "What officials record, what they may impose and what follows by itself.",
        "anyOf": [one, {"type": "object", "additionalProperties": one}],
        "$defs": {**parts, "Rules": found},
    }
