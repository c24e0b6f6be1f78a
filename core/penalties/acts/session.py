"""What concerns the whole session: phase, track, end, rules, documents, messages."""

from core.accounts.model import Right
from core.errors import BadInput, Conflict
from core.penalties.acts.bench import Bench, reason
from core.penalties.bodies import (
    DocumentPublished,
    MessageSaid,
    PhaseStarted,
    RulesetChanged,
    SessionEnded,
    TrackStateSet,
)
from core.penalties.commands import ChangeRules, EndSession, Publish, Say, SetTrack, StartPhase
from core.penalties.events import NewEvent


def start_phase(bench: Bench, command: StartPhase) -> NewEvent:
    bench.demand(Right.RUN_SESSIONS)
    if bench.fold.phase is command.phase:
        raise Conflict(f"The {command.phase} phase runs already.", "Start another phase, or leave it.")
    return bench.of_session(PhaseStarted(command.phase))


def set_track(bench: Bench, command: SetTrack) -> NewEvent:
    """Serving windows stand still and servings are refused as the ruleset says for the state."""
    bench.demand(Right.RECORD)
    at = bench.moment(command.at)
    if bench.fold.books.track_at(at) is command.state:
        raise Conflict(f"The track is {command.state} already.", "It stands.")
    return bench.of_session(TrackStateSet(command.state), at)


def end_session(bench: Bench, command: EndSession) -> NewEvent:
    """The earliest end counts, so that a flag pressed late can be put right."""
    bench.demand(Right.RUN_SESSIONS)
    at = bench.moment(command.at)
    ended = bench.fold.ended_at
    if ended is not None and at >= ended:
        raise Conflict(f"The session ended at {ended:%H:%M:%S} UTC already.", "An earlier end may still be named.")
    return bench.of_session(SessionEnded(), at)


def change_rules(bench: Bench, command: ChangeRules) -> NewEvent:
    """Older incidents keep the version of their time."""
    bench.demand(Right.RUN_SESSIONS)
    why = reason(command.reason, "Changing the rules")
    since = bench.moment(command.effective_from)
    standing, wanted = bench.fold.catalogue, command.catalogue
    if standing is not None and standing.reference == wanted.reference:
        raise Conflict(f"The ruleset is {wanted.reference} already.", "Give the changed one another version.")
    return bench.of_session(RulesetChanged(wanted.reference, wanted.text, why), since)


def publish(bench: Bench, command: Publish) -> NewEvent:
    """The running number is given under the log's lock: none twice, none left out."""
    bench.demand(Right.PUBLISH)
    if command.incident is not None:
        bench.incident(command.incident)
    number = bench.fold.next_document
    body = DocumentPublished(number, command.kind, command.title, command.content, command.incident)
    return bench.event(f"document {number}", body)


def say(bench: Bench, command: Say) -> NewEvent:
    bench.demand(Right.RECORD)
    words = command.text.strip()
    if not words:
        raise BadInput("The message is empty.", "Type what is to be said.")
    return bench.of_session(MessageSaid(words))
