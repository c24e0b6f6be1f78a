"""What the marshals' phone is given: the frequent codes first, every kart once; and the files it must keep."""

from collections.abc import Iterator

import pytest

from core.penalties.fold import EMPTY
from core.sessions.model import Entry
from core.timing.model import Car
from portal import marshal
from portal.api.marshal import Kart, choices, merged
from portal.components import ASSETS, HERE


def test_every_number_of_entries_and_board_comes_once_in_the_order_of_numbers() -> None:
    entries = [Entry("12", team="Team 12"), Entry("7", team=None)]
    cars = [Car("r1", "7", team="Seven", plate_colour="#ff0000"), Car("r2", "101", driver="Driver 101"), Car("r3", "")]

    assert merged(entries, cars) == (
        Kart("7", "Seven", "#ff0000"),
        Kart("12", "Team 12", None),
        Kart("101", "Driver 101", None),
    )


def test_without_a_ruleset_there_is_nothing_to_choose() -> None:
    assert choices(EMPTY) == ()


def test_the_phone_keeps_every_module_that_its_page_imports() -> None:
    kept = marshal.files()

    assert len(set(kept)) == len(kept)
    assert set(imported(f"{ASSETS}/marshal/app.js")) <= set(kept)


def imported(address: str) -> Iterator[str]:
    """The module at this address and all that it imports, as the browser does."""
    path = HERE / address.removeprefix(f"{ASSETS}/")
    yield address
    for line in path.read_text().splitlines():
        if line.startswith("import ") and '"' in line:
            target = (path.parent / line.split('"')[1]).resolve()
            yield from imported(f"{ASSETS}/{target.relative_to(HERE)}")


@pytest.mark.parametrize("address", [one for one in marshal.files() if one.startswith(ASSETS)])
def test_what_the_phone_keeps_is_there(address: str) -> None:
    assert (HERE / address.removeprefix(f"{ASSETS}/")).is_file()
