"""The karting app's own words: its document ids name circuits, and its fields are read and written."""

import json
from datetime import UTC, datetime

import pytest

from core.accounts.model import Role
from core.io.database.timing import Batch
from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutSeen
from core.timing.mapping import Meaning
from core.timing.model import Board, Car
from core.tracks.model import ApexSocket, Circuit, CircuitPlan, TcpSocket, WebSocketFeed
from tests.contract.compat.conftest import RING, Venue, heard

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DOCUMENT = "Xk3vT0pQ9aLmZ7yBnC2d"
NORTH = {
    "nom": "Kartway Nörd",
    "liveTimingUrl": "https://live.example.org/north/",
    "wssUrl": "wss://feed.example.org/n",
}
LAYOUT = LayoutSeen(
    "layout 1",
    (
        ColumnSeen("c1", "rk", "Pos", "position"),
        ColumnSeen("c2", "no", "Kart", "number"),
        ColumnSeen("c3", "llp", "Last", "last"),
    ),
    NOON,
    NOON,
)
BOARD = Board(at=NOON, layout="layout 1", cars=(Car("r1", "7", position=1),))


@pytest.fixture
def circuit(venue: Venue) -> Circuit:
    """Paired with a document of the app, its table seen."""
    made = venue.circuit()
    venue.app.app_documents.pair(made.id, DOCUMENT, None, NOON)
    venue.store(made, Batch(layouts=[LAYOUT]))
    return made


def test_the_app_finds_its_circuits_by_the_ids_of_its_documents(venue: Venue, circuit: Circuit) -> None:
    by_name = [venue.read(f"/circuits/{name}") for name in (DOCUMENT, "example-ring", str(circuit.id))]
    started = venue.ask("POST", f"/circuits/{DOCUMENT}/start-timing").json()

    assert [one["id"] for one in by_name] == [DOCUMENT] * 3
    assert [one["id"] for one in venue.read("/circuits")] == [DOCUMENT]
    assert started["circuit_id"] == DOCUMENT
    for path in ("status", "statistics", "analysis"):
        assert venue.read(f"/circuits/{DOCUMENT}/{path}")["circuit_id"] == DOCUMENT, path
    assert venue.ask("POST", f"/circuits/{DOCUMENT}/stop-timing").json()["circuit_id"] == DOCUMENT


def test_a_circuit_that_nobody_knows_is_told_in_the_old_words(venue: Venue) -> None:
    answer = venue.ask("GET", "/circuits/Unknown0Document0Id0/status")

    assert (answer.status_code, answer.json()) == (404, {"detail": "Circuit not found"})


def test_the_socket_is_opened_by_a_documents_id_and_names_it(venue: Venue, circuit: Circuit) -> None:
    venue.publish(circuit, BOARD)
    with venue.live(DOCUMENT) as socket:
        row = heard(socket)
        clients = venue.read(f"/circuits/{DOCUMENT}/status")["connected_clients"]

    assert (row["circuit_id"], row["data"]["mapped_data"]["C2"]) == (DOCUMENT, "7")
    assert clients == 1


@pytest.mark.usefixtures("circuit")
def test_circuits_have_the_fields_of_the_app_and_stand_by_name(venue: Venue) -> None:
    venue.ask("POST", "/circuits", {"name": "A first one", "transport": {"kind": "tcp", "host": "10.0.0.1"}})

    first, second = venue.read("/circuits")

    assert (first["id"], first["nom"], first["wssUrl"]) == ("a-first-one", "A first one", None)
    assert (second["nom"], second["wssUrl"], second["liveTimingUrl"]) == ("Example Ring", RING["websocket_url"], None)
    assert [second[f"c{n}"] for n in range(1, 5)] == ["Classement", "Kart", "Dernier T.", None]
    assert datetime.fromisoformat(second["createdAt"]) > NOON.replace(year=2025)


@pytest.mark.usefixtures("circuit")
def test_the_mappings_are_in_the_words_of_the_app(venue: Venue) -> None:
    assert venue.read(f"/circuits/{DOCUMENT}")["mappings"] == {"C1": "Classement", "C2": "Kart", "C3": "Dernier T."}


def test_a_circuit_is_made_and_changed_in_the_words_of_the_app(venue: Venue) -> None:
    made = venue.ask("POST", "/circuits", {**NORTH, "c1": "Classement"})
    moved = venue.ask("PUT", "/circuits/kartway-nord", {"nom": "Nord", "wssUrl": "wss://www.apex-timing.com:8313/"})

    assert (made.status_code, made.json()["id"], made.json()["nom"]) == (201, "kartway-nord", NORTH["nom"])
    assert (made.json()["wssUrl"], made.json()["timing_system"]) == (NORTH["wssUrl"], "auto")
    assert made.json()["c1"] is None, "the feed has shown no table yet"
    assert (moved.json()["id"], moved.json()["nom"], moved.json()["timing_system"]) == ("kartway-nord", "Nord", "apex")
    assert venue.app.circuits.find("kartway-nord").transport == ApexSocket(host="www.apex-timing.com", port=8310)


def test_what_a_client_got_it_may_send_back_with_one_thing_changed(venue: Venue, circuit: Circuit) -> None:
    tower = TcpSocket("10.0.0.1")
    plan = {"name": "Tower", "timing_system": "rmonitor", "time_zone": "Europe/Berlin"}
    venue.ask("POST", "/circuits", {**plan, "transport": {"kind": "tcp", "host": "10.0.0.1"}})
    got = venue.read("/circuits/tower")
    ring = venue.read(f"/circuits/{DOCUMENT}")

    same = venue.ask("PUT", "/circuits/tower", got).json()
    renamed = venue.ask("PUT", "/circuits/tower", {**got, "nom": "High tower"}).json()
    put = venue.ask("PUT", f"/circuits/{DOCUMENT}", {**ring, "wssUrl": "wss://other.example.org/"}).json()

    assert same == got
    assert renamed == {**got, "nom": "High tower", "name": "High tower"}
    assert venue.app.circuits.find("tower").transport == tower
    assert put == {**ring, "wssUrl": "wss://other.example.org/"}
    assert venue.app.circuits.get(circuit.id).transport == WebSocketFeed("wss://other.example.org/")
    assert venue.app.maps.column_versions(circuit.id, "layout 1") == (), "nothing was said of the columns"


def test_columns_are_read_as_the_app_says(venue: Venue, circuit: Circuit) -> None:
    changed = venue.ask("PATCH", f"/circuits/{DOCUMENT}", {"c3": "Meilleur T."}).json()

    assert [changed[f"c{n}"] for n in range(1, 4)] == ["Classement", "Kart", "Meilleur T."]
    [version] = venue.app.maps.column_versions(circuit.id, "layout 1")
    assert dict(version.columns) == {"c3": Meaning.BEST}


@pytest.mark.usefixtures("circuit")
def test_a_key_in_an_address_is_told_to_editors_only(venue: Venue) -> None:
    secret = "wss://feed.example.org/?key=secret"
    venue.ask("PATCH", f"/circuits/{DOCUMENT}", {"wssUrl": secret})
    viewer = venue.portal.token(venue.portal.account("app", Role.VIEWER), Role.VIEWER)
    paths = [f"/compat/karting/circuits{rest}" for rest in ("", f"/{DOCUMENT}")]

    told = [venue.portal.ask("GET", path, viewer) for path in paths]

    assert venue.read(f"/circuits/{DOCUMENT}")["wssUrl"] == secret
    assert [answer.status_code for answer in told] == [200, 200]
    assert "secret" not in json.dumps([answer.json() for answer in told])
    assert told[1].json()["wssUrl"] == "wss://feed.example.org/"


def test_two_circuits_keep_their_names_apart(venue: Venue, circuit: Circuit) -> None:
    """A short name that is the document id of another circuit: the document counts, as the app means it."""
    plan = CircuitPlan("second", "Second", "apex", circuit.transport)
    second = venue.app.circuits.create(plan, by=None, now=NOON)
    venue.app.app_documents.pair(second.id, "example-ring", None, NOON)

    assert venue.read("/circuits/example-ring")["nom"] == "Second"
    assert venue.read("/circuits/second")["id"] == "example-ring"
