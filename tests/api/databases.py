"""Databases for tests: migrated once a run, since migrating and creating cost more than most tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import make_url

import api.privacy.models  # noqa: F401 -- its tables are emptied too
from api.kit.crypto import KeyRing
from api.kit.database import Base, Database
from api.migrations.run import upgrade

KEYS = KeyRing({"first": b"1" * 32})
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
EMPTY = "; ".join(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))


async def connect(address: str = POSTGRES) -> Any:
    url = make_url(address)
    return await asyncpg.connect(
        host=url.host, port=url.port, user=url.username, password=url.password, database=url.database, timeout=5
    )


async def migrated(address: str) -> None:
    database = Database(address, KEYS)
    try:
        await upgrade(database)
    finally:
        await database.close()


async def create() -> str:
    """The address of a new, empty PostgreSQL database."""
    name = f"spinewise_test_{uuid4().hex[:12]}"
    server = await connect()
    try:
        await server.execute(f'CREATE DATABASE "{name}"')
    finally:
        await server.close()
    return make_url(POSTGRES).set(database=name, drivername="postgresql+asyncpg").render_as_string(False)


async def drop(address: str) -> None:
    server = await connect()
    try:
        await server.execute(f'DROP DATABASE "{make_url(address).database}" WITH (FORCE)')
    finally:
        await server.close()


@contextlib.asynccontextmanager
async def postgres_database() -> AsyncIterator[str]:
    """The address of a database of its own, dropped at the end."""
    address = await create()
    try:
        yield address
    finally:
        await drop(address)


class Templates:
    """Each is made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._sqlite = folder / "template.sqlite"
        self._postgres: str | None = None
        self._no_postgres = False

    async def sqlite(self, path: Path) -> str:
        if not self._sqlite.exists():
            await migrated(f"sqlite:///{self._sqlite}")
        shutil.copyfile(self._sqlite, path)
        return f"sqlite:///{path}"

    async def postgres(self) -> str | None:
        """The address of the one database, emptied; None when no server answers."""
        if self._postgres is None and not self._no_postgres:
            try:
                self._postgres = await create()
            except (OSError, TimeoutError, asyncpg.PostgresError):
                self._no_postgres = True
            else:
                await migrated(self._postgres)
        if self._postgres is None:
            return None
        connection = await connect(self._postgres)
        try:
            await connection.execute(EMPTY)
        finally:
            await connection.close()
        return self._postgres

    def drop(self) -> None:
        if self._postgres is not None:
            asyncio.run(drop(self._postgres))
