"""What an imported list would change, told before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.sessions.model import Entry, Origin


@dataclass(frozen=True, slots=True)
class Changed:
    before: Entry
    after: Entry


@dataclass(frozen=True, slots=True)
class Changes:
    """`version` counts the changes of the session's entries; an import may name the one it was looked at."""

    new: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Entry, ...]
    """Not in the list: removed only if the list is to be the whole truth."""
    same: int
    version: int
    new_people: tuple[str, ...] = ()
    new_teams: tuple[str, ...] = ()


def compare(known: Iterable[Entry], listed: Iterable[Entry], version: int) -> Changes:
    before = {entry.number: entry for entry in known}
    after = {entry.number: entry for entry in listed}
    both = [Changed(before[number], after[number]) for number in after if number in before]
    changed = tuple(pair for pair in both if _bare(pair.before) != _bare(pair.after))
    return Changes(
        new=tuple(entry for number, entry in after.items() if number not in before),
        changed=changed,
        removed=tuple(entry for number, entry in before.items() if number not in after),
        same=len(both) - len(changed),
        version=version,
    )


def _bare(entry: Entry) -> Entry:
    """Without where it came from; ids are other words for the same names."""
    return replace(entry, origin=Origin.TYPED, team_id=None, driver_ids=())
