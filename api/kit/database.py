"""The database: one engine, short transactions, and a type for times that stays in UTC on every database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from sqlalchemy import Connection, DateTime, MetaData, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from api.kit import sqlite
from api.kit.crypto import KeyRing


class Base(DeclarativeBase):
    """Base of all tables; constraint names are fixed, so that migrations can find them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone in Python, stored in UTC (SQLite would forget the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class DatabaseDown(Exception):
    """The database could not be reached or could not commit; nothing was acknowledged."""


class Database:
    """One engine with two kinds of session: ``read`` sees a snapshot, ``write`` commits when its block ends.

    On SQLite a write begins IMMEDIATE, so that two writers never deadlock on an upgraded lock, and writers of
    this process queue fairly in memory instead of polling the file's lock.
    """

    def __init__(self, url: str, keys: KeyRing | None = None) -> None:
        """``keys`` seal and open what is encrypted; each session hands them on to the repositories."""
        self.sqlite = url.startswith("sqlite")
        self.keys = keys
        self.engine = _sqlite(url) if self.sqlite else _postgres(url)
        info = {"keys": keys}
        self._read = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False, info=info)
        writing = self.engine.execution_options(spinewise_begin="IMMEDIATE")
        self._write = async_sessionmaker(writing, expire_on_commit=False, autoflush=False, info=info)
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session for reading. DatabaseDown when the database does not answer."""
        try:
            async with self._read() as session:
                yield session
        except DOWN as error:
            raise _down(error) from None

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        try:
            if self.sqlite:
                async with self._writer, self._write.begin() as session:
                    yield session
            else:
                async with self._write.begin() as session:
                    yield session
        except DOWN as error:
            raise _down(error) from None

    async def ping(self) -> None:
        """DatabaseDown unless the database answers a query."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def scrub(self) -> None:
        """After an erasure on SQLite: empty the write-ahead log, where the erased pages would linger."""
        if not self.sqlite:
            return
        async with self._writer, self.engine.connect() as connection:
            await connection.run_sync(_checkpoint)

    async def close(self) -> None:
        await self.engine.dispose()


def _checkpoint(connection: Connection) -> None:
    cursor = connection.connection.cursor()  # past SQLAlchemy, which would begin a transaction first
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.close()


DOWN = (OperationalError, InterfaceError, DBAPIError, PoolTimeout, OSError)


def _down(error: BaseException) -> BaseException:
    """DatabaseDown for an outage; a broken constraint or a bad query stays what it is."""
    if type(error) is DBAPIError and not error.connection_invalidated:
        return error
    if isinstance(error, DBAPIError) and not isinstance(error, (OperationalError, InterfaceError)):
        return DatabaseDown(type(error).__name__) if error.connection_invalidated else error
    return DatabaseDown(type(error).__name__)


def _sqlite(url: str) -> AsyncEngine:
    path = url.partition("///")[2].partition("?")[0]
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    # hide_parameters: an error message must never carry what a person wrote
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=12,
        max_overflow=8,  # each costs a thread and is closed after use
        pool_timeout=8,  # a file cannot be away: whoever waits here only stands in a queue
        async_creator=partial(sqlite.connect, path or ":memory:"),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _tune(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=3000",
            "foreign_keys=ON",
            "secure_delete=ON",  # erased pages are overwritten with zeros
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        kind = connection.get_execution_options().get("spinewise_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def _postgres(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=3,
        pool_pre_ping=True,
        connect_args={"timeout": 2, "command_timeout": 3},
    )


async def get_session(request: Request) -> AsyncGenerator[AsyncSession]:
    """A writing session for one request; use with ``Depends(get_session, scope="function")``.

    With that scope the commit happens before the answer is sent, so that a failed commit is never a 201.
    """
    async with request.app.state.spinewise.database.write() as session:
        yield session


async def get_reader(request: Request) -> AsyncGenerator[AsyncSession]:
    """A reading session for one request."""
    async with request.app.state.spinewise.database.read() as session:
        yield session
