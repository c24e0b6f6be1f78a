"""Which document of the karting app is which circuit."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Engine, ForeignKey, Table, Text, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert

from core.io.database import CONTROL
from core.io.database.audit import Act, note

app_document = Table(
    "app_document",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("document_id", Text, nullable=False, unique=True),
)


class AppDocuments:
    """`Pairs` on the control database."""

    def __init__(self, control: Engine) -> None:
        self._control = control

    def documents(self) -> Mapping[UUID, str]:
        with self._control.connect() as connection:
            return {row.circuit_id: row.document_id for row in connection.execute(select(app_document))}

    def pair(self, circuit_id: UUID, document_id: str, by: UUID | None, now: datetime) -> None:
        """A circuit has one document and a document one circuit; the last word stands."""
        fresh = insert(app_document).values(circuit_id=circuit_id, document_id=document_id)
        others = (app_document.c.document_id == document_id) & (app_document.c.circuit_id != circuit_id)
        with self._control.begin() as connection:
            connection.execute(delete(app_document).where(others))
            connection.execute(
                fresh.on_conflict_do_update(index_elements=["circuit_id"], set_={"document_id": document_id})
            )
            note(connection, Act(now, by, "pair circuit with the app", str(circuit_id)), {"document": document_id})
