"""Which circuit is which in the app, and where the two sides differ."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.timing.app_circuits.compare import compare, pairs
from core.timing.app_circuits.model import NO_COLUMNS, Difference, Document, Facts, Field, Ours

NORTH = Facts("Kartway north", "https://timing.example/north/", "wss://timing.example:8313/", ("Kart", *NO_COLUMNS[1:]))
OURS = Ours(UUID(int=1), "north", NORTH)
THEIRS = Document("a", "1", NORTH)


def test_two_sides_that_agree_have_no_difference() -> None:
    assert compare([OURS], [THEIRS]) == ()


def test_every_field_that_differs_is_listed_once() -> None:
    theirs = replace(THEIRS, facts=replace(NORTH, name="North", page="", columns=NO_COLUMNS))

    assert compare([OURS], [theirs]) == (
        Difference(Field.NAME, OURS, theirs),
        Difference(Field.PAGE, OURS, theirs),
        Difference(Field.COLUMNS, OURS, theirs),
    )


def test_a_circuit_that_one_side_lacks_is_one_difference() -> None:
    alone = Document("b", "1", Facts("South"))

    assert compare([OURS], [THEIRS, alone]) == (Difference(Field.CIRCUIT, None, alone),)
    assert compare([OURS], []) == (Difference(Field.CIRCUIT, OURS, None),)


def test_a_circuit_keeps_its_document_when_name_and_address_change() -> None:
    moved = replace(THEIRS, facts=Facts("Another name", address="wss://elsewhere.example/"))

    assert list(pairs([replace(OURS, document_id="a")], [moved])) == [(replace(OURS, document_id="a"), moved)]


def test_the_socket_says_more_than_the_name() -> None:
    namesake = Document("b", "1", Facts("Kartway north"))
    same_socket = Document("c", "1", Facts("KWN", address="wss://timing.example:8313"))

    assert next(pairs([OURS], [namesake, same_socket])) == (OURS, same_socket)


FACTS = st.builds(
    Facts, st.sampled_from(["North", "South", "north "]), address=st.sampled_from(["", "wss://a", "wss://a/"])
)


@given(st.lists(FACTS, max_size=5), st.lists(FACTS, max_size=5))
def test_everything_is_paired_or_alone_exactly_once(ours: list[Facts], theirs: list[Facts]) -> None:
    circuits = [Ours(UUID(int=number), str(number), facts) for number, facts in enumerate(ours)]
    documents = [Document(str(number), "1", facts) for number, facts in enumerate(theirs)]

    found = list(pairs(circuits, documents))

    assert sorted(one.slug for one, _ in found if one) == sorted(one.slug for one in circuits)
    assert sorted(one.id for _, one in found if one) == sorted(one.id for one in documents)
