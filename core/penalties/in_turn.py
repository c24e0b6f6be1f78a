"""Several acts in one request: each decided against what the ones before it left, all stored together or none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from core.penalties.acts.answer import answer
from core.penalties.acts.bench import Bench
from core.penalties.commands import Command
from core.penalties.events import LogEvent, NewEvent
from core.penalties.fold import Fold, advance
from core.penalties.log import WriteRequest

Choose = Callable[[Fold], Sequence[Command]]
"""What to do, looking at the fold at the log's head; nothing can come between the look and the acts."""


def in_turn(bench: Bench, commands: Iterable[Command]) -> tuple[NewEvent, ...]:
    """What the commands become in the log; raises what one of them would raise alone.

    Who chose them has seen the head, so that only a version that the request itself names can be too old.
    """
    if bench.request.expected_version is None:
        bench = _having_seen(bench)
    events: list[NewEvent] = []
    for command in commands:
        fresh = answer(bench, command)
        events.extend(fresh)
        after = advance(bench.fold, _as_if_stored(fresh, bench.fold, bench.request))
        bench = _having_seen(replace(bench, fold=after))
    return tuple(events)


def _having_seen(bench: Bench) -> Bench:
    return replace(bench, request=replace(bench.request, expected_version=bench.fold.seq))


def _as_if_stored(events: Iterable[NewEvent], fold: Fold, request: WriteRequest) -> Iterator[LogEvent]:
    ruleset = fold.catalogue.reference if fold.catalogue else ""
    for ordinal, event in enumerate(events, start=1):
        yield LogEvent(
            seq=fold.seq + ordinal,
            request_id=request.request_id,
            ordinal=ordinal,
            subject=event.subject,
            at=event.at,
            recorded_at=request.now,
            actor=str(request.actor.account_id),
            role=request.actor.role.value,
            type=event.type,
            body=event.body,
            ruleset=ruleset,
            hash="",
        )
