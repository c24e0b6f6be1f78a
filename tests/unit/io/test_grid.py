"""Who is behind a number: by the entry alone where it has one driver, else by the name that the feed shows."""

from decimal import Decimal
from uuid import UUID

import pytest

from core.io.grid import competitor_of
from core.penalties.grid import Competitor
from core.sessions.model import Entry

TEAM, ONE, TWO = UUID(int=1), UUID(int=2), UUID(int=3)
BOTH = Entry("42", "Pro", "Team 42", ("First Driver", "Second Driver"), team_id=TEAM, driver_ids=(ONE, TWO))


def nobody() -> str | None:
    raise AssertionError("the board is not asked")


def test_one_driver_drives_without_a_look_at_the_board() -> None:
    entry = Entry("42", "Pro", "Team 42", ("Driver 42",), team_id=TEAM, driver_ids=(ONE,), weight_kg=Decimal("180.00"))

    found = competitor_of(entry, nobody)

    assert (found.team, found.driver) == (str(TEAM), str(ONE))
    assert found.fields == {"class": "Pro", "drivers": "1", "weight_kg": "180"}
    assert found.belongs_to("team 42")
    assert found.belongs_to(str(TEAM))
    assert not found.belongs_to("Team 4")


@pytest.mark.parametrize(
    ("shown", "driver"),
    [
        ("second  DRIVER", TWO),
        ("Driver, Second", TWO),
        ("DRIVER First", ONE),
        ("Driver", None),
        ("", None),
        (None, None),
    ],
)
def test_of_several_drivers_the_feed_says_who_drives(shown: str | None, driver: UUID | None) -> None:
    assert competitor_of(BOTH, lambda: shown).driver == (None if driver is None else str(driver))


def test_an_entry_from_before_there_were_ids_names_its_team_only() -> None:
    entry = Entry("42", team="Team 42", drivers=("Driver 42",), fields={"zone": "north"})

    assert competitor_of(entry, nobody) == Competitor(
        fields={"zone": "north", "drivers": "1"}, names=frozenset({"Team 42"})
    )
