"""YAML as plain values together with the line of each, so that an error in a ruleset can name its place.

Only what rulesets use is read: mappings, lists, text, integers, decimals (exactly, as `Decimal`), booleans, null.
Anchors are read where the caller allows them; a file of rules should show each amount where it applies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from core.errors import BadInput

Place = tuple[str | int, ...]
"""The way to a value: keys and indices."""


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a YAML text and, by path, the line each key or item stands on (from 1)."""

    values: object
    lines: Mapping[Place, int]

    def line(self, path: Place) -> int:
        """The line of the nearest thing on the way to `path` that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, name: str, *, anchors: bool = False) -> Document:
    """Read one YAML document; `name` is how messages call it, `anchors` whether values may be repeated by reference.

    Raises:
        BadInput: not YAML, an anchor is used where none may be, a key stands twice, or the nesting is too deep.
    """
    reader = _Reader(name)
    try:
        if not anchors:
            _refuse_anchors(text, name)
        node = YAML(typ="safe", pure=True).compose(text)
        return Document(reader.value(node, ()) if node else None, reader.lines)
    except MarkedYAMLError as cause:
        line = cause.problem_mark.line + 1 if cause.problem_mark else 1
        raise BadInput(f"{name}, line {line}: {cause.problem}.", "Mend the YAML there.") from cause
    except (YAMLError, RecursionError) as cause:
        raise BadInput(f"{name} is not readable YAML.", "Save it as plain UTF-8 text.") from cause


def _refuse_anchors(text: str, name: str) -> None:
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            line = event.start_mark.line + 1
            raise BadInput(f"{name}, line {line}: anchors are not read.", "Write the value out where it applies.")


@dataclass
class _Reader:
    name: str
    lines: dict[Place, int] = field(default_factory=dict)

    def value(self, node: Node, path: Place) -> object:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(str(node.tag), str(node.value))

    def _mapping(self, node: MappingNode, path: Place) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in values:
                raise BadInput(f"{self.name}, line {line}: “{key}” stands twice.", "Keep one of them.")
            self.lines[(*path, key)] = line
            values[key] = self.value(value_node, (*path, key))
        return values


def _scalar(tag: str, text: str) -> object:
    try:
        return _SCALARS.get(tag, str)(text)
    except (ValueError, InvalidOperation):
        return text


_SCALARS: Mapping[str, Callable[[str], object]] = {
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": Decimal,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:null": lambda _: None,
}
