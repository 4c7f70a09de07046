"""The database: one engine, short transactions, and a type for times that stays in UTC on every database."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from sqlalchemy import Connection, DateTime, Engine, MetaData, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from api.kit.crypto import KeyRing
from api.kit.sqlite import File, LocalSession, file_of


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


type Session = AsyncSession | LocalSession
"""What a repository is given, on either database."""


class Database:
    """One engine with two kinds of session: ``read`` sees a snapshot, ``write`` commits when its block ends."""

    def __init__(self, url: str, keys: KeyRing | None = None) -> None:
        """``keys`` seal and open what is encrypted; each session hands them on to the repositories."""
        self.sqlite = url.startswith("sqlite")
        self.keys = keys
        info = {"keys": keys}
        self._under: File | Server = File(file_of(url), info) if self.sqlite else Server(url, info)

    @property
    def engines(self) -> Sequence[Engine]:
        """SQLAlchemy's engines, for what is noted of all statements or connections."""
        return self._under.engines

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Session]:
        """A session for reading. DatabaseDown when the database does not answer."""
        try:
            async with self._under.read() as session:
                yield session
        except DOWN as error:
            raise _down(error) from None

    @asynccontextmanager
    async def write(self, *, bulk: bool = False) -> AsyncGenerator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error.

        ``bulk``: for work on many rows, during which the process goes on with others.
        """
        try:
            async with self._under.write(bulk) as session:
                yield session
        except DOWN as error:
            raise _down(error) from None

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        """What ``work`` gives on a connection of its own, in one writing transaction; errors as they come."""
        return await self._under.run(work)

    async def ping(self) -> None:
        """DatabaseDown unless the database answers a query."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def scrub(self) -> None:
        """After an erasure on SQLite: empty the write-ahead log, where the erased pages would linger."""
        if isinstance(self._under, File):
            await self._under.scrub()

    async def close(self) -> None:
        await self._under.close()


class Server:
    """The sessions of a PostgreSQL server."""

    def __init__(self, url: str, info: dict[str, Any]) -> None:
        self._engine = create_async_engine(
            url,
            hide_parameters=True,  # an error message must never carry what a person wrote
            pool_size=10,
            max_overflow=10,
            pool_timeout=3,
            pool_pre_ping=True,
            connect_args={"timeout": 2, "command_timeout": 3},
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False, autoflush=False, info=info)

    @property
    def engines(self) -> Sequence[Engine]:
        return (self._engine.sync_engine,)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def write(self, bulk: bool = False) -> AsyncGenerator[AsyncSession]:
        """One transaction; the server works elsewhere, however long it takes."""
        async with self._sessions.begin() as session:
            yield session

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


DOWN = (OperationalError, InterfaceError, DBAPIError, PoolTimeout, OSError)


def _down(error: BaseException) -> BaseException:
    """DatabaseDown for an outage; a broken constraint or a bad query stays what it is."""
    if type(error) is DBAPIError and not error.connection_invalidated:
        return error
    if isinstance(error, DBAPIError) and not isinstance(error, (OperationalError, InterfaceError)):
        return DatabaseDown(type(error).__name__) if error.connection_invalidated else error
    return DatabaseDown(type(error).__name__)


async def get_session(request: Request) -> AsyncGenerator[Session]:
    """A writing session for one request; use with ``Depends(get_session, scope="function")``.

    With that scope the commit happens before the answer is sent, so that a failed commit is never a 201.
    """
    async with request.app.state.spinewise.database.write() as session:
        yield session


async def get_reader(request: Request) -> AsyncGenerator[Session]:
    """A reading session for one request."""
    async with request.app.state.spinewise.database.read() as session:
        yield session
