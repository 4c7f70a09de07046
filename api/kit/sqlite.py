"""SQLite in the process: a statement takes well under a millisecond and runs where it is asked for, without a thread.

Only what can wait for the disk leaves the event loop, and nothing waits there for another process's write lock.
Python's own driver and SQLAlchemy's own session do the work (docs/decisions/0009-sqlite-without-a-thread.md).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, RootTransaction, ScalarResult, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

READERS = 20
CHECKPOINT = 200  # commits, some 4 MB
_PLACE_SECONDS = 8.0  # a file cannot be away: whoever waits for a connection only stands in a queue
_LOCK_SECONDS = 3.0  # for the write lock, which another process may have
_LOOK_SECONDS = 0.01  # between two tries


def file_of(url: str) -> str:
    """The path in a SQLAlchemy address."""
    return url.partition("///")[2].partition("?")[0]


class LocalSession:
    """What repositories need of an ``AsyncSession``, over a connection of this process: nothing is waited for.

    ``execute`` runs on the connection itself and gives rows; the other methods give and take entities, by a session
    that is made when the first of them is called. With a thread every statement runs there, for work that takes
    longer than the event loop may stand still.
    """

    def __init__(
        self, connection: Connection, info: dict[str, Any], thread: ThreadPoolExecutor | None = None
    ) -> None:
        self._connection = connection
        self._thread = thread
        self._entities: Session | None = None
        self.info = info

    async def execute(self, statement: Any, parameters: Any = None) -> CursorResult[Any]:
        """Columns, never entities."""
        return await self.run(lambda: self._connection.execute(statement, parameters))

    async def scalar(self, statement: Any, parameters: Any = None) -> Any:
        return await self.run(lambda: self._session.scalar(statement, parameters))

    async def scalars(self, statement: Any, parameters: Any = None) -> ScalarResult[Any]:
        return await self.run(lambda: self._session.scalars(statement, parameters))

    async def get(self, entity: type[Any], ident: Any) -> Any:
        return await self.run(lambda: self._session.get(entity, ident))

    async def flush(self) -> None:
        """Stores what was added or changed of entities."""
        if self._entities is not None:
            await self.run(self._entities.flush)

    def add(self, instance: Any) -> None:
        self._session.add(instance)

    @asynccontextmanager
    async def begin_nested(self) -> AsyncGenerator[None]:
        """A savepoint: what fails inside leaves the rest of the transaction as it was."""
        with self._session.begin_nested():
            yield

    async def run[T](self, work: Callable[[], T]) -> T:
        """What ``work`` gives, in the thread if there is one."""
        return work() if self._thread is None else await _finished(self._thread, work)

    @property
    def _session(self) -> Session:
        if self._entities is None:
            self._entities = Session(self._connection, expire_on_commit=False, autoflush=False)
        return self._entities


class File:
    """The sessions of one file. All writing goes through one connection, which keeps pages and statements in memory.

    Writers of this process queue fairly here instead of polling the file's lock. No commit writes to the disk itself:
    that is done now and then in a thread (a checkpoint of the write-ahead log).
    """

    def __init__(self, path: str, info: dict[str, Any]) -> None:
        self._reading = _engine(path, READERS, "DEFERRED", busy_timeout=3000)
        self._writing = _engine(path, 1, "IMMEDIATE", busy_timeout=0, wal_autocheckpoint=0)
        self.engines = (self._reading, self._writing)
        self._info = info
        self._writer = asyncio.Semaphore(1)
        self._readers = asyncio.Semaphore(READERS)
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._commits = 0

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[LocalSession]:
        """A session that sees a snapshot."""
        async with _place(self._readers):
            with self._reading.connect() as connection:
                yield LocalSession(connection, self._info)

    @asynccontextmanager
    async def write(self, bulk: bool = False) -> AsyncGenerator[LocalSession]:
        """A session in one transaction, begun IMMEDIATE, so that two writers never deadlock on an upgraded lock."""
        async with _place(self._writer):
            transaction = await _once_free(self._transaction)
            with transaction.connection as connection:  # closing it rolls back what was not committed
                session = LocalSession(connection, self._info, self._thread if bulk else None)
                yield session
                await session.flush()
                await session.run(transaction.commit)
            self._commits += 1
            if self._commits % CHECKPOINT == 0:
                self._thread.submit(self._checkpoint, "PASSIVE")

    async def run[T](self, work: Callable[[Connection], T]) -> T:
        """``work`` in one writing transaction, in the file's thread."""
        async with _place(self._writer):
            transaction = await _once_free(self._transaction)

            def working() -> T:
                with transaction.connection, transaction:
                    return work(transaction.connection)

            return await _finished(self._thread, working)

    async def scrub(self) -> None:
        """Empties the write-ahead log, where erased pages would linger."""
        async with _place(self._writer), _place(self._readers):
            await _finished(self._thread, lambda: self._checkpoint("TRUNCATE"))

    async def close(self) -> None:
        for engine in self.engines:
            engine.dispose()
        self._thread.shutdown(wait=False)

    def _checkpoint(self, kind: str) -> None:
        connection = self._reading.raw_connection()  # past SQLAlchemy, which would begin a transaction first
        try:
            connection.cursor().execute(f"PRAGMA wal_checkpoint({kind})").close()
        finally:
            connection.close()

    def _transaction(self) -> RootTransaction:
        connection = self._writing.connect()
        try:
            return connection.begin()
        except BaseException:
            connection.close()
            raise


@asynccontextmanager
async def _place(places: asyncio.Semaphore) -> AsyncGenerator[None]:
    """One of the connections, waited for here: a pool would make the whole event loop wait."""
    try:
        async with asyncio.timeout(_PLACE_SECONDS):
            await places.acquire()
    except TimeoutError:
        raise PoolTimeout from None
    try:
        yield
    finally:
        places.release()


async def _once_free[T](begin: Callable[[], T]) -> T:
    """What ``begin`` gives once it has the write lock; OperationalError when another process keeps it too long."""
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return begin()
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        await asyncio.sleep(_LOOK_SECONDS)


async def _finished[T](thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """What ``work`` gives in a thread; who is cancelled meanwhile waits for its end, as it uses their connection."""
    working = asyncio.get_running_loop().run_in_executor(thread, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working})
        raise


def _engine(path: str, connections: int, begin: str, **pragmas: int) -> Engine:
    """An engine whose transactions begin as ``begin`` says. ``pragmas``: those in which the two engines differ."""
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        hide_parameters=True,  # an error message must never carry what a person wrote
        pool_size=connections,
        max_overflow=0,
        pool_timeout=0,  # ``_place`` has waited
        pool_use_lifo=True,  # the one with the warmest memory
        connect_args={"check_same_thread": False},
    )
    set_up = {
        "busy_timeout": 3000,
        "journal_mode": "WAL",
        "synchronous": "NORMAL",
        "foreign_keys": "ON",
        "secure_delete": "ON",  # erased pages are overwritten with zeros
    } | pragmas

    @event.listens_for(engine, "connect")
    def _tune(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        for name, value in set_up.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine
