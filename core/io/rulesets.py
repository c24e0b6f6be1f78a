"""Ruleset files of the installation: `config/rulesets/<name>.yaml`."""

from pathlib import Path

from core.errors import NotFound
from core.penalties.catalogue import Catalogue, read_catalogue

FOLDER = Path(__file__).parents[2] / "config" / "rulesets"


class RulesetFiles:
    """`Files` of the rulesets desk."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(file.stem for file in self._folder.glob("*.yaml")))

    def text(self, name: str) -> str:
        """Raises `NotFound`: there is no such file."""
        if name not in self.names():
            raise NotFound(f"There is no ruleset “{name}”.", f"Rulesets: {', '.join(self.names())}.")
        return (self._folder / f"{name}.yaml").read_text(encoding="utf-8")

    def load(self, name: str) -> Catalogue:
        """Raises as `text` does, or `BadInput`: it does not hold together."""
        return read_catalogue(self.text(name), f"{name}.yaml")
