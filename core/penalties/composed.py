"""A mapping whose values are made when somebody looks at them, and kept.

Most incidents of a long race are looked at by nobody between two events; what was made before and has not been touched
since is handed on to the next fold. Shared between threads: two that look at once make equal values.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Composed(Mapping[_Key, _Value], Generic[_Key, _Value]):
    __slots__ = ("_made", "_make", "_names")

    def __init__(
        self,
        names: Mapping[_Key, object],
        make: Callable[[_Key], _Value],
        made: dict[_Key, _Value] | None = None,
    ) -> None:
        self._names = names
        self._make = make
        self._made = {} if made is None else made

    def __getitem__(self, name: _Key) -> _Value:
        try:
            return self._made[name]
        except KeyError:
            if name not in self._names:
                raise
        return self._made.setdefault(name, self._make(name))

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return repr(dict(self))

    def made_but(self, touched: Iterable[_Key]) -> dict[_Key, _Value]:
        """What has been made so far, without these."""
        made = self._made.copy()
        for name in touched:
            made.pop(name, None)
        return made
