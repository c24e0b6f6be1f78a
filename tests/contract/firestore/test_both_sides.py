"""The app's circuits and ours: a difference is settled on the side that was wrong, and only there."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core.errors import Conflict, Unavailable
from core.io.database.maps import MapRows
from core.io.firestore import FirestoreCircuits
from core.io.runtime import Runtime
from core.timing.app_circuits.columns import MappedColumns
from core.timing.app_circuits.desk import AppCircuitsDesk
from core.timing.app_circuits.model import NO_COLUMNS, Change, Difference, Facts, Field, Side
from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutSeen
from core.timing.mapping import Meaning
from core.tracks.model import ApexSocket, Circuit, CircuitPlan, Recording, WebSocketFeed
from tests.fakes.firestore import firestore_server

NOW = datetime(2026, 5, 2, 10, tzinfo=UTC)
EVERYTHING = frozenset({Field.NAME, Field.PAGE, Field.ADDRESS, Field.COLUMNS})

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Google's libraries


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[FirestoreCircuits]:
    with firestore_server(monkeypatch):
        yield FirestoreCircuits("demo-paddock", None, emulated=True)


@pytest.fixture
def desk(app_runtime: Runtime, app: FirestoreCircuits) -> AppCircuitsDesk:
    pairs = app_runtime.app_circuits._pairs
    return AppCircuitsDesk(app_runtime.circuits, MappedColumns(app_runtime.maps), pairs, app)


def test_a_circuit_of_the_app_is_made_here(desk: AppCircuitsDesk, app: FirestoreCircuits, app_runtime: Runtime) -> None:
    address = "wss://www.apex-timing.com:8313/"
    app.write(Change("north", None, Facts("Kartway Nörd", address=address), EVERYTHING))
    (only_there,) = desk.compare()

    desk.settle(only_there, Side.APP, by=None, now=NOW)

    made = app_runtime.circuits.find("kartway-nord")
    assert (made.name, made.transport) == ("Kartway Nörd", ApexSocket(host="www.apex-timing.com", port=8310))
    assert desk.compare() == ()


def test_a_circuit_of_ours_is_made_in_the_app(
    desk: AppCircuitsDesk, app: FirestoreCircuits, app_runtime: Runtime
) -> None:
    south = circuit(app_runtime, "south", WebSocketFeed("wss://timing.example/south"))
    (only_here,) = desk.compare()

    desk.settle(only_here, Side.PADDOCK, by=None, now=NOW)

    assert [one.facts for one in app.all()] == [Facts(south.name, "", "wss://timing.example/south", NO_COLUMNS)]
    assert desk.compare() == ()


def test_names_are_settled_either_way(desk: AppCircuitsDesk, app: FirestoreCircuits, app_runtime: Runtime) -> None:
    south = circuit(app_runtime, "south", WebSocketFeed("wss://timing.example/south"))
    app.write(Change("s", None, Facts("Süd", "https://timing.example/", "wss://timing.example/south"), EVERYTHING))

    desk.settle(one(desk, Field.NAME), Side.APP, by=None, now=NOW)
    assert app_runtime.circuits.get(south.id).name == "Süd"

    desk.settle(one(desk, Field.PAGE), Side.PADDOCK, by=None, now=NOW)
    assert app.all()[0].facts.page == ""
    assert desk.compare() == ()


def test_what_changed_after_the_comparison_is_refused(
    desk: AppCircuitsDesk, app: FirestoreCircuits, app_runtime: Runtime
) -> None:
    circuit(app_runtime, "south", WebSocketFeed("wss://timing.example/south"))
    app.write(Change("s", None, Facts("Süd", address="wss://timing.example/south"), EVERYTHING))
    seen = one(desk, Field.NAME)
    app.write(Change("s", app.all()[0].version, Facts("Sud"), frozenset({Field.NAME})))

    with pytest.raises(Conflict, match="changed since"):
        desk.settle(seen, Side.APP, by=None, now=NOW)


def test_columns_wait_for_the_first_table(desk: AppCircuitsDesk, app: FirestoreCircuits, app_runtime: Runtime) -> None:
    circuit(app_runtime, "south", WebSocketFeed("wss://timing.example/south"))
    facts = Facts("South", address="wss://timing.example/south", columns=("Kart", *NO_COLUMNS[1:]))
    app.write(Change("s", None, facts, EVERYTHING))

    with pytest.raises(Conflict, match="not shown a table"):
        desk.settle(one(desk, Field.COLUMNS), Side.APP, by=None, now=NOW)


def test_a_column_is_read_as_the_app_says(
    desk: AppCircuitsDesk, app: FirestoreCircuits, app_runtime: Runtime, owner_runtime: Runtime
) -> None:
    south = circuit(app_runtime, "south", WebSocketFeed("wss://timing.example/south"))
    columns = (ColumnSeen("c1", "no", "Kart", "number"), ColumnSeen("c2", "", "Info", "more", is_known=False))
    MapRows(owner_runtime.control).see_layout(south.id, LayoutSeen("f1", columns, NOW, NOW))
    words = ("kart", "Pilote", *NO_COLUMNS[2:])
    app.write(Change("s", None, Facts("South", address="wss://timing.example/south", columns=words), EVERYTHING))

    desk.settle(one(desk, Field.COLUMNS), Side.APP, by=None, now=NOW)

    assert app_runtime.maps.maps(south.id).columns["f1"].columns == {"c2": Meaning.DRIVER}
    assert desk.compare() == ()


def test_a_recording_has_no_address_to_compare(
    desk: AppCircuitsDesk, app: FirestoreCircuits, app_runtime: Runtime
) -> None:
    circuit(app_runtime, "south", Recording("recordings/heat.jsonl"))
    app.write(Change("s", None, Facts("South"), EVERYTHING))

    assert desk.compare() == ()


def test_without_a_project_it_says_what_to_set(app_runtime: Runtime) -> None:
    assert not app_runtime.app_circuits.is_set_up

    with pytest.raises(Unavailable, match="PADDOCK_FIREBASE_PROJECT_ID"):
        app_runtime.app_circuits.compare()


def circuit(runtime: Runtime, slug: str, transport: WebSocketFeed | Recording) -> Circuit:
    plan = CircuitPlan(slug, slug.capitalize(), "apex", transport)
    return runtime.circuits.create(plan, by=None, now=NOW)


def one(desk: AppCircuitsDesk, field: Field) -> Difference:
    (found,) = [difference for difference in desk.compare() if difference.field is field]
    return found
