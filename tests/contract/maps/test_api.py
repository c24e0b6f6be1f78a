"""Formats over HTTP: analysed from the link or from what is sent, mapped, tried, confirmed, and read by the map."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from core.io.database.maps import MapRows
from core.io.runtime import Runtime
from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutSeen
from tests.contract.tracks.test_api import PLAN, Client, client
from tests.unit.timing.mapped_feeds import messages, race

__all__ = ["client"]

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RACE = list(messages(race(1), "json_nested"))
SPEED = ColumnSeen("c1", "", "Speed", "more", is_known=False)


@pytest.fixture
def ring(client: Client) -> str:
    return str(client.post("/circuits", PLAN).json()["id"])


def test_the_newest_messages_of_the_link_are_analysed(client: Client, ring: str, owner_runtime: Runtime) -> None:
    owner_runtime.bus.put_raw_frames(owner_runtime.circuits.find("ring").id, ["r5c6|tn|59.938\n"] * 3)

    made = client.post(f"/circuits/{ring}/analyze-format")

    assert made.status_code == 201
    assert (made.json()["finding"]["format"], made.json()["proposal"]) == ("apex", None)
    assert client.get("/circuits/ring/analysis").json() == [made.json()]


def test_a_link_that_is_silent_cannot_be_analysed(client: Client, ring: str) -> None:
    answer = client.post(f"/circuits/{ring}/analyze-format")

    assert answer.status_code == 422
    assert "no messages" in answer.text


def test_an_unknown_feed_is_mapped_tried_and_confirmed(client: Client, ring: str) -> None:
    made = client.post("/circuits/ring/analyze-format", {"frames": RACE}).json()
    feed = made["proposal"]["feed"]

    tried = client.post("/circuits/ring/maps/feed/preview", {"map": feed, "frames": RACE}).json()
    kept = client.post("/circuits/ring/maps/feed", {"map": {**feed, "fingerprint": "mine"}, "frames": RACE})

    assert (tried["laps"], tried["unread"], len(tried["board"]["cars"])) == (30, 0, 5)
    assert (kept.status_code, kept.json()["version"], kept.json()["map"]["fingerprint"]) == (
        201,
        1,
        feed["fingerprint"],
    )
    assert client.get("/circuits/ring").json()["protocol"] == "mapped"
    assert client.get("/circuits/ring/maps").json()["feed"] == kept.json()["map"]
    assert client.post("/circuits/ring/maps/feed/1/test").json()["laps"] == 30
    assert [one["version"] for one in client.get(f"/circuits/{ring}/maps/feed").json()] == [1]


def test_columns_of_a_layout_are_said_and_taken_back(client: Client, ring: str, owner_runtime: Runtime) -> None:
    circuit = owner_runtime.circuits.get(UUID(ring))
    MapRows(owner_runtime.control).see_layout(circuit.id, LayoutSeen("aaaa", (SPEED,), NOON, NOON))

    put = client.put("/circuits/ring/maps/columns/aaaa", {"columns": {"c1": "penalty"}})
    wrong = client.put("/circuits/ring/maps/columns/aaaa", {"columns": {"c1": "flag"}})

    assert (put.status_code, wrong.status_code) == (200, 422)
    (layout,) = client.get("/circuits/ring/maps").json()["layouts"]
    assert (layout["version"], layout["columns"]) == (1, [{**SPEED._asdict(), "said": "penalty"}])
    assert client.delete("/circuits/ring/maps/columns/aaaa").status_code == 204
    assert client.get("/circuits/ring/maps").json()["layouts"][0]["columns"][0]["said"] is None
    assert [one["version"] for one in client.get("/circuits/ring/maps/columns/aaaa").json()] == [2, 1]
