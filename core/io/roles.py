"""Letting a role in: migrations make `paddock_app` without a password, for a password has no place in a file."""

import logging
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import OperationalError

from core.io.database.engine import checked_name

log = logging.getLogger(__name__)


def let_in(owner: Engine, address: str) -> None:
    """Give the role of this address its password, if there is one and the role cannot enter with it yet.

    The server gets only a salted hash of it, so that no log of its can show the password.
    """
    url = make_url(address).set(drivername="postgresql+psycopg")
    if url.username is None or url.password is None or _may_enter(url):
        return
    role = checked_name(url.username)
    with owner.begin() as connection:
        driver = cast("psycopg.Connection", connection.connection.driver_connection)
        hashed = driver.pgconn.encrypt_password(url.password.encode(), role.encode(), b"scram-sha-256").decode()
        driver.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), hashed))
    log.info("role let in", extra={"role": role})


def _may_enter(url: URL) -> bool:
    try:
        create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5}).connect().close()
    except OperationalError:
        return False
    return True
