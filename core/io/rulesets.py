"""Ruleset files of the installation: `config/rulesets/<name>.yaml`."""

from pathlib import Path

from core.errors import NotFound
from core.penalties.catalogue import Catalogue, read_catalogue

FOLDER = Path(__file__).parents[2] / "config" / "rulesets"


class RulesetFiles:
    """`Rulesets` of the sessions desk, and the catalogue that an opening pins."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(file.stem for file in self._folder.glob("*.yaml")))

    def check(self, name: str) -> None:
        self.load(name)

    def load(self, name: str) -> Catalogue:
        """The ruleset of this name.

        Raises:
            NotFound: there is no such file.
            BadInput: it does not hold together; the message lists every mistake.
        """
        if name not in self.names():
            raise NotFound(f"There is no ruleset “{name}”.", f"Rulesets: {', '.join(self.names())}.")
        file = self._folder / f"{name}.yaml"
        return read_catalogue(file.read_text(encoding="utf-8"), file.name)
