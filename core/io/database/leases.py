"""Which worker follows which source: a lease row with an epoch, on the database's clock.

The epoch only grows, and every write of a follower carries it: `hold` takes a share lock on the lease row inside the
writing transaction, so that a takeover either waits for that commit or is seen by it. Rows are never deleted: an epoch
that began again would be refused by the bus.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Table,
    Text,
    Uuid,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from core.io.database import CONTROL

source_lease = Table(
    "source_lease",
    CONTROL,
    Column("circuit_id", Uuid, ForeignKey("circuit.id"), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)


class Fenced(Exception):
    """Another worker has taken the source over: nothing was written, and nothing may be."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A worker process. `node` names the machine and its data folder: the spool of one node serves its next process."""

    node: str
    process: str

    def __str__(self) -> str:
        return f"{self.node}:{self.process}"


@dataclass(frozen=True, slots=True)
class Lease:
    circuit_id: UUID
    epoch: int


class Leases:
    """Takes, renews and gives back; shared between threads."""

    def __init__(self, control: Engine, owner: Owner, lasts: timedelta) -> None:
        self._control = control
        self._owner = owner
        self._expiry = func.clock_timestamp() + literal(lasts)

    def take(self, circuit_id: UUID, *, above: int, alone_on_node: bool) -> Lease | None:
        """The lease, if it is free: never taken, expired, or of a dead process of this node.

        Args:
            circuit_id: whose source.
            above: the new epoch is greater than this (what this node's spool has already seen).
            alone_on_node: the caller holds the node's lock of this circuit, so a holder on the same node is dead.
        """
        same_node = and_(literal(alone_on_node), func.split_part(source_lease.c.owner, ":", 1) == self._owner.node)
        wanted = insert(source_lease).values(
            circuit_id=circuit_id, owner=str(self._owner), epoch=above + 1, expires_at=self._expiry
        )
        taken = wanted.on_conflict_do_update(
            index_elements=["circuit_id"],
            set_={
                "owner": wanted.excluded.owner,
                "epoch": func.greatest(source_lease.c.epoch + 1, wanted.excluded.epoch),
                "expires_at": wanted.excluded.expires_at,
            },
            where=or_(source_lease.c.expires_at < func.clock_timestamp(), same_node),
        ).returning(source_lease.c.epoch)
        with self._control.begin() as connection:
            epoch = connection.execute(taken).scalar_one_or_none()
        return None if epoch is None else Lease(circuit_id, epoch)

    def held(self, circuit_id: UUID) -> Lease | None:
        """The lease, while this process has it."""
        mine = and_(
            source_lease.c.circuit_id == circuit_id,
            source_lease.c.owner == str(self._owner),
            source_lease.c.expires_at > func.clock_timestamp(),
        )
        with self._control.connect() as connection:
            epoch = connection.execute(select(source_lease.c.epoch).where(mine)).scalar_one_or_none()
        return None if epoch is None else Lease(circuit_id, epoch)

    def renew(self, leases: Iterable[Lease]) -> frozenset[Lease]:
        """Prolong these; those that come back are still ours."""
        wanted = [(lease.circuit_id, lease.epoch) for lease in leases]
        if not wanted:
            return frozenset()
        key = tuple_(source_lease.c.circuit_id, source_lease.c.epoch)
        prolonged = (
            update(source_lease)
            .where(key.in_(wanted))
            .values(expires_at=self._expiry)
            .returning(source_lease.c.circuit_id, source_lease.c.epoch)
        )
        with self._control.begin() as connection:
            return frozenset(Lease(circuit_id, epoch) for circuit_id, epoch in connection.execute(prolonged))

    def give_back(self, lease: Lease) -> None:
        """Let another worker take over at once."""
        with self._control.begin() as connection:
            connection.execute(update(source_lease).where(_is(lease)).values(expires_at=func.clock_timestamp()))


def hold(connection: Connection, lease: Lease) -> None:
    """Keep the lease ours until this transaction ends.

    Raises:
        Fenced: it is not ours any more.
    """
    if connection.execute(select(source_lease.c.epoch).where(_is(lease)).with_for_update(read=True)).first() is None:
        raise Fenced(f"epoch {lease.epoch} of circuit {lease.circuit_id} is over")


def _is(lease: Lease) -> ColumnElement[bool]:
    return and_(source_lease.c.circuit_id == lease.circuit_id, source_lease.c.epoch == lease.epoch)
