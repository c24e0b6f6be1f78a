"""Presence on a real server and bus: who is there is told, who leaves or falls silent is not, the log knows nothing."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.accounts.model import Role
from core.io.bus import Bell, Topic
from core.io.clock import utc_now
from portal.api import presence
from tests.contract.race_control.conftest import House
from tests.contract.race_control.test_api import Caller
from tests.portal_server import Portal, behind_the_gate, serving

SESSION = uuid4()
PATH = f"/race-sessions/{SESSION}/presence"
ANNAS, BERTS = "anna's screen", "bert's screen"


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served:
        yield served


@pytest.fixture
def anna(portal: Portal) -> Caller:
    return Caller(portal, "hannah", Role.RACE_CONTROL)


@pytest.fixture
def bert(portal: Portal) -> Caller:
    return Caller(portal, "robert", Role.STEWARD)


def here(caller: Caller, screen: str, **what: object) -> list[Any]:
    told: list[Any] = caller("POST", PATH, {"screen": screen, **what})
    return told


def test_two_officials_see_where_the_other_is_and_not_themselves(anna: Caller, bert: Caller) -> None:
    alone = here(anna, ANNAS, place="Desk", incident=17)
    seen = here(bert, BERTS, place="Incidents")
    by_anna = here(anna, ANNAS, place="Desk", incident=17)

    assert alone == []
    assert [(one["name"], one["role"], one["place"], one["incident"]) for one in seen] == [
        ("hannah", "race_control", "Desk", 17)
    ]
    assert [(one["name"], one["incident"]) for one in by_anna] == [("robert", None)]


def test_who_takes_leave_is_gone_at_once(anna: Caller, bert: Caller) -> None:
    here(anna, ANNAS, place="Desk")
    here(bert, BERTS, place="Desk")

    here(anna, ANNAS, gone=True)

    assert here(bert, BERTS, place="Desk") == []


def test_who_falls_silent_is_gone_after_a_quarter_of_a_minute(
    anna: Caller, bert: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(anna, ANNAS, place="Desk", incident=17)
    monkeypatch.setattr(presence, "now", lambda: utc_now() + timedelta(seconds=16))

    assert here(bert, BERTS, place="Desk") == []
    assert [one["name"] for one in bert("GET", PATH)] == ["robert"]


def test_the_bell_rings_for_a_change_and_not_for_a_heartbeat(anna: Caller, house: House) -> None:
    stop, rung = threading.Event(), list[Bell]()
    listening = threading.Event()

    def listen() -> None:
        for bell in house.portal.bus.bells(stop):
            listening.set()
            rung.extend([bell] if bell is not None else [])

    ear = threading.Thread(target=listen)
    ear.start()
    assert listening.wait(5)
    for incident in (None, None, 17, 17):
        here(anna, ANNAS, place="Desk", incident=incident)
    here(anna, ANNAS, gone=True)
    house.portal.bus.ring(Bell(Topic.REGISTRY, "the end"))
    while not any(bell.subject == "the end" for bell in rung):
        stop.wait(0.01)
    stop.set()
    ear.join(5)

    assert [bell for bell in rung if bell.topic is Topic.PRESENCE] == [Bell(Topic.PRESENCE, str(SESSION))] * 3


def test_who_may_not_read_race_control_may_not_see_who_is_there(portal: Portal) -> None:
    viewer = Caller(portal, "viewer", Role.VIEWER)
    marshal = Caller(portal, "marshal", Role.MARSHAL)

    for caller in (viewer, marshal):
        caller("POST", PATH, {"screen": "some screen", "place": "Desk"}, 403)
        caller("GET", PATH, expect=403)
