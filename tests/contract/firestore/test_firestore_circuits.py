"""Circuits of the karting app: read, changed and made in a Firestore."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Conflict, Unavailable
from core.io.firestore import FirestoreCircuits
from core.timing.app_circuits.model import NO_COLUMNS, Change, Facts, Field
from tests.fakes.firestore import firestore_server

EVERYTHING = frozenset({Field.NAME, Field.PAGE, Field.ADDRESS, Field.COLUMNS})
NORTH = Facts(
    "Kartway north", "https://timing.example/north/", "wss://timing.example:8313/", ("Kart", "Tours", *NO_COLUMNS[2:])
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Google's libraries


@pytest.fixture
def circuits(monkeypatch: pytest.MonkeyPatch) -> Iterator[FirestoreCircuits]:
    with firestore_server(monkeypatch):
        yield FirestoreCircuits("demo-paddock", None, emulated=True)


def test_a_circuit_that_was_made_is_read_back(circuits: FirestoreCircuits) -> None:
    circuits.write(Change("north", None, NORTH, EVERYTHING))

    (found,) = circuits.all()

    assert (found.id, found.facts) == ("north", NORTH)


def test_only_the_chosen_fields_are_written(circuits: FirestoreCircuits) -> None:
    circuits.write(Change("north", None, NORTH, EVERYTHING))
    (before,) = circuits.all()

    circuits.write(Change("north", before.version, replace(NORTH, name="North", page=""), frozenset({Field.NAME})))

    (after,) = circuits.all()
    assert after.facts == replace(NORTH, name="North")
    assert after.version != before.version


def test_what_changed_since_it_was_read_is_not_overwritten(circuits: FirestoreCircuits) -> None:
    circuits.write(Change("north", None, NORTH, EVERYTHING))
    (seen,) = circuits.all()
    circuits.write(Change("north", seen.version, replace(NORTH, name="Theirs"), frozenset({Field.NAME})))

    with pytest.raises(Conflict, match="changed since"):
        circuits.write(Change("north", seen.version, replace(NORTH, name="Ours"), frozenset({Field.NAME})))

    assert [one.facts.name for one in circuits.all()] == ["Theirs"]


def test_a_document_is_not_made_twice(circuits: FirestoreCircuits) -> None:
    circuits.write(Change("north", None, NORTH, EVERYTHING))

    with pytest.raises(Conflict):
        circuits.write(Change("north", None, replace(NORTH, name="Another"), EVERYTHING))


def test_a_key_file_that_is_none_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text("{}")

    with pytest.raises(Unavailable, match="PADDOCK_FIREBASE_CREDENTIALS_PATH"):
        FirestoreCircuits("demo-paddock", tmp_path / "key.json")
