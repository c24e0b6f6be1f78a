"""A desk without a database, and one whose kart 42 was over the line three times."""

import pytest

from core.penalties.commands import Record
from tests.unit.penalties.desk_stage import DeskStage


@pytest.fixture
def desk() -> DeskStage:
    return DeskStage()


@pytest.fixture
def warned(desk: DeskStage) -> DeskStage:
    """Kart 42 was over the line three times: a stop & go is proposed."""
    for _ in range(3):
        desk.do(Record(("42",), "w"))
    return desk
