"""Which proposals the queue does not have yet, as commands.

The same thing found again with the same value is nothing new, also when it was refused: a person has seen it. With
another value, because timing was corrected, it is filed once more as a further version of its key (`…~2`), unless a
version has been accepted: then it is an incident, which a person amends.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from core.penalties.commands import FileReport
from core.penalties.model import Report, ReportSource, ReportState
from core.penalties.settled import versioned
from core.timing.proposals.model import Proposal, about_of


def to_file(proposals: Iterable[Proposal], reports: Iterable[Report]) -> Iterator[FileReport]:
    """What is to be filed, in the order of the moments."""
    known: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        if report.source is ReportSource.TIMING:
            known[about_of(report)].append(report)
    for proposal in sorted(proposals, key=lambda one: (one.at, one.key)):
        near = known.get(proposal.about, [])
        versions = [report for report in near if proposal.is_in(report)]
        if not versions:
            yield _filed(proposal, proposal.key, proposal.text)
        elif _is_news(proposal, versions):
            yield _again(proposal, versions, near)


def request_id(command: FileReport) -> str:
    """Of the write that files it: the same from every worker and after every restart."""
    return f"timing {hashlib.sha256(command.key.encode()).hexdigest()[:32]}"


def _is_news(proposal: Proposal, versions: Sequence[Report]) -> bool:
    if any(report.state is ReportState.ACCEPTED for report in versions):
        return False
    return proposal.value is not None and _newest(versions).value != proposal.value


def _again(proposal: Proposal, versions: Sequence[Report], near: Iterable[Report]) -> FileReport:
    """Under the key of its first version and a number that none of that key has."""
    before, (key, _) = _newest(versions), versioned(min(versions, key=_number).key)
    number = 1 + max(version for base, version in (versioned(report.key) for report in near) if base == key)
    text = f"{proposal.text} Timing was corrected: in place of report {before.id}, {before.value}."
    return _filed(proposal, f"{key}~{number}", text)


def _filed(proposal: Proposal, key: str, text: str) -> FileReport:
    return FileReport(
        source=ReportSource.TIMING,
        kart=proposal.kart,
        code=proposal.code,
        at=proposal.at,
        lap=proposal.lap,
        text=text,
        value=proposal.value,
        key=key,
        evidence=proposal.evidence,
        penalty=proposal.penalty,
        driver=proposal.driver,
    )


def _newest(versions: Sequence[Report]) -> Report:
    return max(versions, key=_number)


def _number(report: Report) -> int:
    return report.id
