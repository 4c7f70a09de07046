"""SQLite without a thread for each statement: nobody waits with the event loop, and nothing is left half done."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from api.kit import sqlite
from api.kit.database import Database, DatabaseDown

INSERT = text("INSERT INTO things VALUES (:value)")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'test.sqlite'}")
    await opened.run(lambda connection: connection.execute(text("CREATE TABLE things (value)")))
    yield opened
    await opened.close()


@pytest.fixture
def other(database: Database, tmp_path: Path) -> sqlite3.Connection:
    """Another process, as far as the file can tell."""
    return sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None, timeout=0)


async def put(database: Database, value: int, bulk: bool = False) -> None:
    async with database.write(bulk=bulk) as session:
        await session.execute(INSERT, {"value": value})


async def things(database: Database) -> list[int]:
    async with database.read() as session:
        return list((await session.scalars(text("SELECT value FROM things ORDER BY value"))).all())


@contextlib.asynccontextmanager
async def turning() -> AsyncIterator[asyncio.Event]:
    """An event that is set once the event loop has turned a while."""
    turned = asyncio.Event()

    async def tick() -> None:
        for _ in range(20):
            await asyncio.sleep(0.005)
        turned.set()

    task = asyncio.create_task(tick())
    try:
        yield turned
    finally:
        task.cancel()


async def test_the_loop_turns_while_another_process_writes(database: Database, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    async with turning() as turned:
        writing = asyncio.create_task(put(database, 1))
        await turned.wait()
        assert not writing.done()
        assert await things(database) == []  # reading waits for nobody
        other.execute("COMMIT")
        await writing
    assert await things(database) == [1]


async def test_a_lock_that_stays_is_an_outage(
    database: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_LOCK_SECONDS", 0.05)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseDown):
        await put(database, 1)
    other.execute("COMMIT")
    await put(database, 2)
    assert await things(database) == [2]


@pytest.mark.parametrize("bulk", [False, True])
async def test_what_fails_or_is_cut_off_leaves_nothing_and_blocks_nobody(database: Database, bulk: bool) -> None:

    async def fails() -> None:
        async with database.write(bulk=bulk) as session:
            await session.execute(INSERT, {"value": 1})
            raise ZeroDivisionError

    async def is_cut_off() -> None:
        async with database.write(bulk=bulk) as session:
            await session.execute(INSERT, {"value": 2})
            await asyncio.sleep(60)

    with pytest.raises(ZeroDivisionError):
        await fails()
    task = asyncio.create_task(is_cut_off())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await put(database, 3)
    assert await things(database) == [3]


async def test_bulk_work_that_is_cancelled_ends_before_its_connection_is_given_back(database: Database) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slowly(value: int) -> int:
        entered.set()
        leave.wait(5)
        return value

    await database.run(
        lambda connection: connection.connection.driver_connection.create_function("slowly", 1, slowly)  # type: ignore[union-attr]
    )

    async def work() -> None:
        async with database.write(bulk=True) as session:
            await session.execute(text("INSERT INTO things SELECT slowly(1)"))

    task = asyncio.create_task(work())
    async with turning() as turned:
        await turned.wait()
        assert entered.is_set()
        task.cancel()
        await asyncio.sleep(0.02)
        assert not task.done()
        leave.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await things(database) == []
    await put(database, 2)
    assert await things(database) == [2]


async def test_the_log_is_written_to_the_file_now_and_then(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "test.sqlite-wal"

    async def grown(commits: int) -> int:
        await database.scrub()
        for value in range(commits):
            await put(database, value)
            await database.run(lambda _: None)  # in the same thread, behind the checkpoint
        return log.stat().st_size

    monkeypatch.setattr(sqlite, "CHECKPOINT", 10_000)
    without = await grown(60)
    monkeypatch.setattr(sqlite, "CHECKPOINT", 5)
    assert await grown(60) < without / 2


async def test_who_finds_no_connection_free_hears_of_an_outage(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_PLACE_SECONDS", 0.05)
    async with contextlib.AsyncExitStack() as held:
        for _ in range(sqlite.READERS):
            session = await held.enter_async_context(database.read())
            await session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseDown):
            await things(database)
    assert await things(database) == []
