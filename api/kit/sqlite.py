"""SQLite for SQLAlchemy's asynchronous engine without a thread for every step.

A statement on the local file takes a tenth of a millisecond; handing it to a thread and back costs more than that,
and several times more when the processors are busy. So statements run where they are called, and only the two that
may wait for others go to a thread: beginning to write (another process may be writing) and committing (the disk).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

DRIVER = "sqlite+inline"
BEGIN_WRITE = "BEGIN IMMEDIATE"


class Cursor(sqlite3.Cursor):
    """What SQLAlchemy asks of a cursor under an asynchronous engine: it is closed already when its rows are read."""

    async def _async_soft_close(self) -> None:
        pass


class Connection(sqlite3.Connection):
    """A connection with cursors of that kind."""

    def cursor(self, factory: Any = Cursor) -> Any:
        return super().cursor(factory)


class InlineSQLite(SQLiteDialect_pysqlite):
    """The standard library's driver under an ``AsyncEngine``; files only, since each connection is its own."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> type[InlineSQLite]:
        return cls

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        if statement == BEGIN_WRITE:
            await_only(in_thread(cursor.execute, statement))
        else:
            await_only(_nothing())
            cursor.execute(statement, parameters)

    def do_commit(self, dbapi_connection: Any) -> None:
        await_only(in_thread(dbapi_connection.commit))


async def _nothing() -> None:
    """Awaited before each statement, since ``AsyncConnection.execute`` refuses a driver that never awaits."""


async def in_thread(call: Callable[..., Any], *arguments: Any) -> None:
    """Waits for the call to end even when cancelled: until then the connection is nobody else's."""
    future = asyncio.get_running_loop().run_in_executor(None, call, *arguments)
    try:
        await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            try:
                await asyncio.wait({future})
            except asyncio.CancelledError:
                continue  # asked twice
        raise


registry.register("sqlite.inline", __name__, "InlineSQLite")
