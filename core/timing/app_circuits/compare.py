"""Which circuit is which on the other side, and where the two sides differ."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from core.timing.app_circuits.model import Difference, Document, Facts, Field, Ours

_OF: dict[Field, Callable[[Facts], object]] = {
    Field.NAME: lambda facts: facts.name,
    Field.PAGE: lambda facts: facts.page,
    Field.ADDRESS: lambda facts: facts.address,
    Field.COLUMNS: lambda facts: facts.columns,
}


def compare(ours: Sequence[Ours], documents: Sequence[Document]) -> tuple[Difference, ...]:
    """Every difference, circuit by circuit in the order of their names."""
    found = [
        difference for circuit, document in pairs(ours, documents) for difference in _differences(circuit, document)
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), list(Field).index(one.field))))


def pairs(ours: Sequence[Ours], documents: Sequence[Document]) -> Iterator[tuple[Ours | None, Document | None]]:
    """Circuits and documents that mean the same installation, then those that stand alone.

    They were matched before, or have the same socket, or the same name; in this order, and each only once.
    """
    left, free = list(ours), list(documents)
    for is_same in (_is_matched, _has_address, _has_name):
        for circuit in list(left):
            document = next((one for one in free if is_same(circuit, one)), None)
            if document is not None:
                left.remove(circuit)
                free.remove(document)
                yield circuit, document
    yield from ((circuit, None) for circuit in left)
    yield from ((None, document) for document in free)


def differing(ours: Facts, theirs: Facts) -> Iterable[Field]:
    return [field for field, of in _OF.items() if of(ours) != of(theirs)]


def _differences(ours: Ours | None, document: Document | None) -> Iterator[Difference]:
    if ours is None or document is None:
        yield Difference(Field.CIRCUIT, ours, document)
        return
    for field in differing(ours.facts, document.facts):
        yield Difference(field, ours, document)


def _is_matched(ours: Ours, document: Document) -> bool:
    return ours.document_id == document.id


def _has_address(ours: Ours, document: Document) -> bool:
    return bool(ours.facts.address) and ours.facts.address.rstrip("/") == document.facts.address.rstrip("/")


def _has_name(ours: Ours, document: Document) -> bool:
    return ours.facts.name.strip().casefold() == document.facts.name.strip().casefold()
