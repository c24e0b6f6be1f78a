"""How much of race control everybody may read before it is issued: one setting for the house."""

from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Engine

from core.io.database.audit import Act
from core.io.database.settings import set_value, value_of
from core.penalties.ticker import Visibility

_SETTING = "notice_board"
_VISIBILITY: TypeAdapter[Visibility | None] = TypeAdapter(Visibility | None)


class NoticeSetting:
    """`VisibilitySetting` on the control database."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def visibility(self) -> Visibility:
        with self._control.connect() as connection:
            return _VISIBILITY.validate_python(value_of(connection, _SETTING)) or Visibility()

    def set_visibility(self, visibility: Visibility, by: UUID, now: datetime) -> None:
        act = Act(now, by, "set what the notice board shows", _SETTING)
        with self._control.begin() as connection:
            set_value(connection, _SETTING, _VISIBILITY.dump_python(visibility, mode="json"), act)
