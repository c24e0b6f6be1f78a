"""Whether a penalty has been served: what was recorded against what is asked, and crossings against the window.

A crossing counts if it comes after the issue and no state of the track stops the clock. A stop that is too short or
forbidden does not stop the clock either; a serving after the window is used up needs an official's word.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from core.penalties.model import Amount, TrackState
from core.penalties.rules.facts import Case, Served
from core.penalties.rules.findings import Sentence, Standing
from core.penalties.rules.matching import text
from core.penalties.rules.schema import PenaltyRule, Serve

_DONE = frozenset({Standing.SERVED, Standing.VERIFIED})
_FREELY = Serve()


class Track:
    """The state of the track at any time."""

    def __init__(self, changes: Sequence[tuple[Amount, str]]) -> None:
        self._times = [t for t, _ in changes]
        self._states = [state for _, state in changes]

    def at(self, t: Amount) -> str:
        """The last state set at or before `t`."""
        set_before = bisect_right(self._times, t)
        return self._states[set_before - 1] if set_before else TrackState.GREEN


def serve(sentence: Sentence, rule: PenaltyRule, case: Case, track: Track) -> Sentence:
    """The penalty as far as it has been served; one that was converted has nothing to be served on the track."""
    if sentence.state is Standing.CONVERTED:
        return sentence
    record = case.servings.get(sentence.id)
    state = _recorded(record, sentence, rule, track) if record else Standing.DUE
    used = [*_used(sentence, rule, case, track)]
    window = rule.serve.within_crossings if rule.serve else None
    in_time = used[: bisect_left(used, record.t)] if record and state in _DONE else used
    if not (record and record.accepted) and _is_unserved(sentence, case, len(in_time), window):
        state = Standing.UNSERVED
    runs = window is not None and sentence.id in case.issues and state not in _DONE
    return sentence._replace(
        state=state,
        served_at=record.t if record and state in _DONE else None,
        crossings_left=window - len(used) if runs and window is not None else None,
    )


def _recorded(record: Served, sentence: Sentence, rule: PenaltyRule, track: Track) -> Standing:
    """What the recorded serving is worth by itself."""
    how = rule.serve or _FREELY
    if not record.accepted:
        if track.at(record.t) in how.not_during:
            return Standing.REJECTED
        if _is_short(record, sentence, how):
            return Standing.SHORT
    return Standing.VERIFIED if record.verified else Standing.SERVED


def _is_short(record: Served, sentence: Sentence, how: Serve) -> bool:
    if sentence.seconds is None or record.seconds is None:
        return False
    return record.seconds < sentence.seconds - how.tolerance_s


def _used(sentence: Sentence, rule: PenaltyRule, case: Case, track: Track) -> Iterator[Amount]:
    """The crossings that use up the window."""
    issued = case.issues.get(sentence.id)
    if issued is None or rule.serve is None:
        return
    crossings = case.passed.get(sentence.id) or case.crossings.get(text(sentence.fact, "kart"), ())
    for t in crossings[bisect_right(crossings, issued) :]:
        if track.at(t) not in rule.serve.clock_stops_during:
            yield t


def _is_unserved(sentence: Sentence, case: Case, used: int, window: int | None) -> bool:
    return sentence.id in case.unserved or (window is not None and used > window)
