"""People and teams whom an imported session names by ids of another installation, known here from then on.

Who is known here by that id stays as they are, erased ones too. A name that is known here under another id means that
one: the strange id leads on to it, as after a merge.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.dialects.postgresql import insert

from core.io.database.audit import Act, note
from core.io.database.people import person, team
from core.people.names import key_of


def adopt(control: Engine, people: Mapping[UUID, str], teams: Mapping[UUID, str], act: Act) -> None:
    """`act` says who imported what; ids that are known change nothing."""
    with control.begin() as connection:
        added = _add(connection, person, people, act.at) + _add(connection, team, teams, act.at)
        if added:
            note(connection, act, {"people and teams": added})


def _add(connection: Connection, table: Table, names: Mapping[UUID, str], now: datetime) -> int:
    known = set(connection.scalars(select(table.c.id).where(table.c.id.in_(names))))
    for one in sorted(names.keys() - known):
        connection.execute(insert(table).values(_row(connection, table, one, names[one], now)).on_conflict_do_nothing())
    return len(names.keys() - known)


def _row(connection: Connection, table: Table, one: UUID, name: str, now: datetime) -> dict[str, object]:
    words = " ".join(name.split())
    same = select(table.c.id, table.c.merged_into).where(table.c.name_key == key_of(words))
    found = connection.execute(same.order_by(table.c.created_at).limit(1)).one_or_none()
    if found is None:
        return {"id": one, "name": words, "name_key": key_of(words), "created_at": now}
    stays = found.merged_into or found.id
    return {"id": one, "name": str(one), "name_key": key_of(str(one)), "merged_into": stays, "created_at": now}
