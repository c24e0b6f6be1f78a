"""The shelf of rulesets: files of the installation, and what officials have stored beside them.

A file is known by its name (`endurance`), a stored ruleset by its id and version (`endurance@3`). A stored version
never changes: another content needs another version.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import BadInput, Conflict, NotFound
from core.penalties.catalogue import Catalogue, of_canonical, read_catalogue
from core.sessions.model import Step

LONGEST_TEXT = 200_000
"""Characters of a ruleset; the longest of the installation has 6,000."""

Pinned = Callable[[UUID], Catalogue | None]
"""The ruleset that stands in a race session."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A ruleset in the database: its canonical form, and the text as it was handed in."""

    id: str
    version: int
    reference: str
    canonical: str
    source: str
    stored: Step

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ruleset with everything a reader wants to see of it; `stored` is None for a file."""

    name: str
    catalogue: Catalogue
    text: str
    stored: Step | None = None


class Files(Protocol):
    """Rulesets of the installation, by name."""

    def names(self) -> tuple[str, ...]: ...
    def text(self, name: str) -> str: ...


class Shelf(Protocol):
    """Rulesets of the database. Adding what is there already changes nothing and answers what is there."""

    def all(self) -> tuple[Stored, ...]: ...
    def find(self, name: str) -> Stored | None: ...
    def add(self, wish: Stored) -> Stored: ...


class RulesetsDesk:
    """`Rulesets` of the sessions desk, and the catalogue that an opening pins; shared between threads."""

    def __init__(self, files: Files, shelf: Shelf, pinned: Pinned) -> None:
        self._files = files
        self._shelf = shelf
        self._pinned = pinned

    def names(self) -> tuple[str, ...]:
        return (*self._files.names(), *(one.name for one in self._shelf.all()))

    def check(self, name: str) -> None:
        self.load(name)

    def load(self, name: str) -> Catalogue:
        """The ruleset of this name.

        Raises:
            NotFound: there is none.
            BadInput: the file does not hold together; the message lists every mistake.
        """
        return self.sheet(name).catalogue

    def sheet(self, name: str) -> Sheet:
        """The ruleset with its text; raises as `load` does."""
        if name in self._files.names():
            text = self._files.text(name)
            return Sheet(name, read_catalogue(text, f"{name}.yaml"), text)
        found = self._shelf.find(name)
        if found is None:
            raise NotFound(f"There is no ruleset “{name}”.", f"Rulesets: {', '.join(self.names())}.")
        return Sheet(name, of_canonical(found.canonical), found.source, found.stored)

    def store(self, text: str, by: Identity, now: datetime) -> Stored:
        """Keep a ruleset; the same content again changes nothing.

        Raises:
            BadInput: it does not hold together.
            Conflict: this id and version has another content already.
        """
        demand(by, Right.EDIT_RULES)
        catalogue = read(text)
        self._refuse_like_a_file(catalogue)
        return self._keep(catalogue, text, Step(now, by.account_id))

    def name_of_pinned(self, session_id: UUID, by: Identity, now: datetime) -> str:
        """The name under which a new session can have the rules of another one; they are stored if need be.

        Raises:
            NotFound: that session has no ruleset yet.
            Conflict: a different ruleset is stored under that id and version.
        """
        demand(by, Right.RUN_SESSIONS)
        catalogue = self._pinned(session_id)
        if catalogue is None:
            raise NotFound("That session has no ruleset yet.", "Open it first, or choose a ruleset by its name.")
        alike = (name for name, known in self._files_like(catalogue) if known.reference == catalogue.reference)
        return next(alike, None) or self._keep(catalogue, catalogue.text, Step(now, by.account_id)).name

    def _keep(self, catalogue: Catalogue, text: str, step: Step) -> Stored:
        rules = catalogue.rules
        wish = Stored(rules.id, rules.version, catalogue.reference, catalogue.text, text, step)
        kept = self._shelf.add(wish)
        if kept.reference != wish.reference:
            raise _taken(kept.name, kept.reference, "stored")
        return kept

    def _refuse_like_a_file(self, catalogue: Catalogue) -> None:
        for name, known in self._files_like(catalogue):
            if known.reference != catalogue.reference:
                raise _taken(name, known.reference, "a file")

    def _files_like(self, catalogue: Catalogue) -> Iterator[tuple[str, Catalogue]]:
        """Files of the same id and version. A look at the text first: reading all of them takes a second."""
        wanted = (catalogue.rules.id, catalogue.rules.version)
        for name in self._files.names():
            if catalogue.rules.id in self._files.text(name):
                known = self.load(name)
                if (known.rules.id, known.rules.version) == wanted:
                    yield name, known


def read(text: str) -> Catalogue:
    """A ruleset that somebody has typed or sent.

    Raises:
        BadInput: it is too long, or does not hold together.
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"A ruleset has at most {LONGEST_TEXT} characters.", "Leave out what is no rule.")
    return read_catalogue(text, "This text")


def _taken(name: str, reference: str, what: str) -> Conflict:
    said = f"“{name}” is {what} already, with another content ({reference})."
    return Conflict(said, "Give yours another version: a version never changes.")
