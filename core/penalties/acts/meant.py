"""Which penalty is meant by the bare number of its incident: the only one that the act fits."""

from collections.abc import Sequence
from dataclasses import replace

from core.errors import BadInput, NotFound
from core.penalties import commands as c
from core.penalties.fold import Fold
from core.penalties.model import Penalty, PenaltyState

_TO_SERVE = frozenset(
    {
        PenaltyState.PROPOSED,
        PenaltyState.ISSUED,
        PenaltyState.NOTIFIED,
        PenaltyState.ACKNOWLEDGED,
        PenaltyState.APPEALED,
        PenaltyState.SHORT,
        PenaltyState.REJECTED,
    }
)
_Named = c.Notify | c.Acknowledge | c.Cancel | c.Serve | c.AboutServing


def meant(command: c.Command, fold: Fold) -> c.Command:
    """The command with the penalty's whole id.

    Raises:
        NotFound: the incident has no penalty.
        BadInput: it has several that the act fits.
    """
    if not isinstance(command, _Named) or not command.penalty.isdecimal():
        return command
    number = int(command.penalty)
    standing = [one for one in fold.penalties_of(number) if one.state is not PenaltyState.CANCELLED]
    known = standing or fold.penalties_of(number)
    return replace(command, penalty=_only(number, [one for one in known if _fits(command, one)] or known).id)


def _fits(command: _Named, penalty: Penalty) -> bool:
    if isinstance(command, c.VerifyServing | c.AcceptServing):
        return penalty.serving is not None and penalty.serving.verified is None
    if isinstance(command, c.Serve | c.ConfirmUnserved | c.ReportServing):
        return penalty.state in _TO_SERVE
    return True


def _only(number: int, penalties: Sequence[Penalty]) -> Penalty:
    if not penalties:
        raise NotFound(f"Incident {number} has no penalty.", f"Decide one first: `#{number} =` and a penalty.")
    if len(penalties) > 1:
        names = ", ".join(one.id for one in penalties)
        raise BadInput(f"Incident {number} has {len(penalties)} penalties: {names}.", "Name the one you mean.")
    return penalties[0]
