"""A race session as one JSON document, complete by itself, and the checks that it stands before anything is made of it.

`log` has the rows of the event log as stored, with the fingerprints that their hashes are made of: whoever reads it can
compute the chain anew. Laps and stops are rows without names of columns, because a long race has fifty thousand.
Names of people are there where the reader of the export may see them; else only their ids.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from core.errors import BadInput
from core.penalties.events import Anchor, EventType, LogEvent, decode
from core.sessions.model import Entry
from core.timing.desk import KeptSession
from core.timing.frozen import Frozen, FrozenSession
from core.timing.model import Board, Lap, Stop
from core.timing.results import Results

FORMAT: Literal["paddock whole session 1"] = "paddock whole session 1"
MOST_NAMED = 100
"""Mistakes that one message lists."""
IMPORTED = "import "
"""How the request of a told event is called; its own name was another log's."""

_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Text = Annotated[str, Field(max_length=100)]
_FORBID = ConfigDict(extra="forbid", frozen=True)


class LogRow(BaseModel):
    """One row of the event log."""

    model_config = _FORBID

    seq: Annotated[int, Field(gt=0, lt=1 << 63)]
    request_id: Annotated[str, Field(min_length=1, max_length=100)]
    ordinal: Annotated[int, Field(gt=0, lt=1 << 31)]
    request_sha256: _Hash
    subject: _Text
    at: AwareDatetime
    recorded_at: AwareDatetime
    actor: _Text
    role: _Text
    type: EventType
    body: dict[str, JsonValue]
    ruleset: _Text
    hash: _Hash


class About(BaseModel):
    """What the registry knew of the session."""

    model_config = _FORBID

    id: UUID
    number: int
    name: Annotated[str, Field(max_length=59)]
    circuit: str
    """The circuit's short name."""
    time_zone: str
    season: Annotated[str, Field(min_length=1, max_length=40)]
    ruleset: str
    """The name under which it was chosen; its content is pinned in the log."""
    state: str
    created_at: AwareDatetime
    opened_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None


class Head(BaseModel):
    model_config = _FORBID

    seq: int
    hash: str


class FileOfFeed(BaseModel):
    """A feed session; `laps` and `stops` by column, in the order of `LAP` and `STOP`."""

    model_config = _FORBID

    about: KeptSession
    laps: tuple[Lap, ...]
    stops: tuple[Stop, ...]


class FileOfFrozen(BaseModel):
    model_config = _FORBID

    closed_at: AwareDatetime
    frozen_at: AwareDatetime
    board: Board | None = None
    classification: Results
    sessions: tuple[FileOfFeed, ...]


class Whole(BaseModel):
    """All but the log, which is read row by row."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal["paddock whole session 1"]
    session: About
    head: Head
    log: list[JsonValue]
    entries: tuple[Entry, ...] = ()
    people: dict[UUID, Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=dict)
    teams: dict[UUID, Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=dict)
    frozen: FileOfFrozen | None = None


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A document whose every row could be read; its chain is still to be computed."""

    about: About
    head: Anchor
    rows: tuple[LogRow, ...]
    entries: tuple[Entry, ...]
    people: Mapping[UUID, str]
    teams: Mapping[UUID, str]
    frozen: Frozen | None

    def events(self) -> Iterator[LogEvent]:
        """As they will stand behind the event that says where they came from."""
        for row in self.rows:
            body = decode(row.type, row.body)
            request, seq = f"{IMPORTED}{row.seq}", row.seq + 1
            yield LogEvent(seq, request, row.ordinal, row.subject, row.at, row.recorded_at, row.actor, row.role,
                           row.type, body, row.ruleset, row.hash)  # fmt: skip

    def told(self) -> Iterator[dict[str, object]]:
        """The rows as `import_session` takes them; those of one request stay together."""
        first: dict[str, int] = {}
        for row in self.rows:
            known = first.setdefault(row.request_id, row.seq)
            yield {**row.model_dump(mode="json", exclude={"seq", "hash"}), "request_id": f"{IMPORTED}{known}"}


def read_session_file(content: bytes) -> SessionFile:
    """The document, if every row of it can be taken.

    Raises:
        BadInput: it is none, or which rows cannot be taken and why.
    """
    try:
        whole = Whole.model_validate_json(content)
    except ValidationError as cause:
        what = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in cause.errors()[:5])
        remedy = "Give a JSON file that Paddock exported, unchanged."
        raise BadInput(f"This is not the file of a whole race session: {what}.", remedy) from cause
    rows, mistakes = _rows(whole.log)
    if not mistakes:
        mistakes = [*_out_of_order(rows, whole.head)]
    if mistakes:
        raise named(mistakes)
    head = Anchor(whole.head.seq, whole.head.hash)
    return SessionFile(whole.session, head, rows, whole.entries, whole.people, whole.teams, _frozen(whole.frozen))


def named(mistakes: Sequence[str]) -> BadInput:
    """Every row that cannot be taken, in one message."""
    more = f"; and {len(mistakes) - MOST_NAMED} more" if len(mistakes) > MOST_NAMED else ""
    what = f"Nothing was imported: {'; '.join(mistakes[:MOST_NAMED])}{more}."
    return BadInput(what, "Mend these rows, or export the file anew, and import it again.")


def without_names(frozen: Frozen) -> Frozen:
    """For who may not see who drove: karts stay, drivers and teams go."""
    sessions = (replace(one, laps=tuple(replace(lap, driver=None) for lap in one.laps)) for one in frozen.sessions)
    board = frozen.board
    if board is not None:
        board = replace(board, cars=tuple(replace(car, team=None, driver=None, more=()) for car in board.cars))
    return replace(frozen, sessions=tuple(sessions), board=board)


def frozen_as_values(frozen: Frozen) -> JsonValue:
    feeds = tuple(FileOfFeed(about=one.about, laps=one.laps, stops=one.stops) for one in frozen.sessions)
    whole = FileOfFrozen(
        closed_at=frozen.closed_at,
        frozen_at=frozen.frozen_at,
        board=frozen.board,
        classification=frozen.classification,
        sessions=feeds,
    )
    values: JsonValue = whole.model_dump(mode="json", exclude_defaults=True)
    return values


def entries_as_values(entries: Sequence[Entry], *, names: bool) -> JsonValue:
    shown = entries if names else [replace(one, drivers=(), team=None) for one in entries]
    values: JsonValue = _ENTRIES.dump_python(list(shown), mode="json")
    return values


_ENTRIES: TypeAdapter[list[Entry]] = TypeAdapter(list[Entry])


def _rows(log: Sequence[JsonValue]) -> tuple[tuple[LogRow, ...], list[str]]:
    good: list[LogRow] = []
    mistakes: list[str] = []
    for place, values in enumerate(log, start=1):
        try:
            row = LogRow.model_validate_json(_JSON.dump_json(values))
            decode(row.type, row.body)
            good.append(row)
        except ValidationError as error:
            said = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            mistakes.append(f"log row {place}, {', '.join(said)}")
    return tuple(good), mistakes


_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def _out_of_order(rows: Sequence[LogRow], head: Head) -> Iterator[str]:
    for place, row in enumerate(rows, start=1):
        if row.seq != place:
            yield f"log row {place} is event {row.seq}"
            return
    last = (rows[-1].seq, rows[-1].hash) if rows else (0, "")
    if last != (head.seq, head.hash):
        yield f"log row {head.seq}: the head that the file names is not there, the log ends at event {last[0]}"


def _frozen(given: FileOfFrozen | None) -> Frozen | None:
    if given is None:
        return None
    sessions = tuple(FrozenSession(one.about, one.laps, one.stops) for one in given.sessions)
    return Frozen(given.closed_at, given.frozen_at, sessions, given.board, given.classification)
