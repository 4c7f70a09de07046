"""aiosqlite with one trip to its thread for each statement, in place of four (open, execute, fetch, close)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Self

import aiosqlite


class _Cursor:
    """What SQLAlchemy needs of a cursor: the rows are fetched where and when the statement runs."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        return await self._run("execute", statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Self:
        return await self._run("executemany", statement, parameters)

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open by now."""

    async def _run(self, what: str, statement: str, parameters: Any) -> Self:
        def run(connection: sqlite3.Connection) -> None:
            cursor = connection.cursor()
            try:
                getattr(cursor, what)(statement, parameters)
                self._rows = cursor.fetchall() if cursor.description else []
                self.description, self.rowcount = cursor.description, cursor.rowcount
                self.lastrowid = cursor.lastrowid
            finally:
                cursor.close()

        await self._connection.in_thread(run)
        return self


class Connection(aiosqlite.Connection):
    """A connection whose cursors are those above."""

    def cursor(self) -> Any:
        """A cursor without a trip of its own."""
        return _Cursor(self)

    _given = 0  # pieces of work that were given to the thread; counted here
    _ended = 0  # those that ended there, whoever waited for them may be gone; counted in the thread

    @property
    def idle(self) -> bool:
        """Whether the thread has nothing to do, so that the connection may be used here."""
        return self._given == self._ended

    async def in_thread(self, work: Any) -> None:
        """Runs ``work(connection)`` in the connection's thread."""

        def run() -> None:
            try:
                work(self._connection)
            finally:
                self._ended += 1

        self._given += 1
        await self._execute(run)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        await self.in_thread(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        """Nothing to do after a commit, which is when a pool asks for it most."""
        if not self.idle or self._conn.in_transaction:
            await self.in_thread(sqlite3.Connection.rollback)


async def connect(path: str) -> Connection:
    """An open connection; its thread does not keep the process alive."""
    connection = Connection(lambda: sqlite3.connect(path, check_same_thread=False), iter_chunk_size=64)
    connection._thread.daemon = True
    await connection
    return connection
