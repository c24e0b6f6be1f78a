"""Timing › Formats: what a feed is and why, what its columns mean, and a parser for one that nobody knows."""

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from core.accounts.model import Identity, Role
from core.io.clock import utc_now
from core.io.database.maps import MapRows
from core.timing.events import ColumnSeen
from core.timing.layouts import LayoutSeen
from core.timing.mapping import ColumnMap, Meaning
from core.timing.maps_desk import By
from tests.contract.pages.test_pages import bugs, opened, portal, stage, words
from tests.e2e.stage import Stage
from tests.unit.timing.mapped_feeds import messages, race

__all__ = ["portal", "stage"]

COLUMNS = (
    ColumnSeen("c1", "rk", "Clt", "position"),
    ColumnSeen("c2", "no", "Kart", "number"),
    ColumnSeen("c3", "", "Boost", "more", is_known=False),
)


def admin(stage: Stage) -> Identity:
    return stage.entered("admin", Role.ADMIN)


def show_layouts(stage: Stage) -> None:
    rows, now = MapRows(stage.owner.control), utc_now()
    rows.see_layout(stage.circuit.id, LayoutSeen("0123456789abcdef", COLUMNS[:2], *[now - timedelta(hours=1)] * 2))
    rows.see_layout(stage.circuit.id, LayoutSeen("fedcba9876543210", COLUMNS, now, now))


def test_an_empty_page_says_what_belongs_there(stage: Stage) -> None:
    app = opened(admin(stage), "formats")

    assert bugs(app) == []
    for said in ("Nobody has looked yet", "No table has been seen yet", "never changed"):
        assert said in words(app)


def test_a_silent_feed_cannot_be_looked_at_and_says_so(stage: Stage) -> None:
    app = opened(admin(stage), "formats")

    app.button(key=f"look-{stage.circuit.id}").click().run()

    assert "There are no messages to look at" in str(app.error[0].value)


def test_the_running_feed_is_named_with_reasons(stage: Stage) -> None:
    stage.owner.bus.put_raw_frames(stage.circuit.id, ["r5c6|tn|59.938\nGET / HTTP/1.1\n"] * 3)
    app = opened(admin(stage), "formats")

    app.button(key=f"look-{stage.circuit.id}").click().run()

    assert bugs(app) == []
    assert "**Apex Timing.** 100% sure, decided at message 3" in words(app)
    assert "had no vote" in words(app)


def test_a_person_says_what_a_column_means_and_takes_it_back(stage: Stage) -> None:
    show_layouts(stage)
    app = opened(admin(stage), "formats")
    boost = f"mean-{stage.circuit.id}-fedcba9876543210-c3"

    app.selectbox(key=boost).select(Meaning.PENALTY.value)
    press(app, "Read the columns so")

    maps = stage.app.maps
    assert bugs(app) == []
    assert maps.maps(stage.circuit.id).columns == {"fedcba9876543210": ColumnMap({"c3": Meaning.PENALTY}, 1)}
    app.selectbox(key=boost).select("")
    press(app, "Read the columns so")
    assert bugs(app) == []
    assert maps.maps(stage.circuit.id).columns == {}


def test_an_unknown_feed_is_mapped_and_confirmed(stage: Stage) -> None:
    frames = list(messages(race(1), "json_list"))
    made = stage.app.maps.analyze(stage.circuit.id, frames, By(None, utc_now()))
    app = opened(admin(stage), "formats")
    assert "No feed that Paddock knows" in words(app)
    assert "30 laps, 0 pieces that do not fit" in words(app)

    app.selectbox(key=f"field-{made.id}-gap").select(Meaning.TEXT).run()
    app.button(key=f"confirm-{stage.circuit.id}").click().run()

    assert bugs(app) == []
    assert stage.app.circuits.get(stage.circuit.id).protocol == "mapped"
    (kept,) = stage.app.maps.feed_versions(stage.circuit.id)
    assert {one.path: one.meaning for one in kept.map.fields}["gap"] is Meaning.TEXT
    assert "Confirmed maps" in words(app)


def test_a_map_that_can_time_nothing_is_refused_and_stays_chosen(stage: Stage) -> None:
    made = stage.app.maps.analyze(stage.circuit.id, list(messages(race(1), "json_list")), By(None, utc_now()))
    app = opened(admin(stage), "formats")
    field = f"field-{made.id}-name"

    app.selectbox(key=field).select(Meaning.NUMBER).run()
    app.button(key=f"confirm-{stage.circuit.id}").click().run()

    assert "Two fields mean" in str(app.error[0].value)
    assert app.selectbox(key=field).value == Meaning.NUMBER
    assert stage.app.maps.feed_versions(stage.circuit.id) == ()


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
