"""Migrations go up and down on every database and end where the models are."""

from __future__ import annotations

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from api.kit.database import Base, Database
from api.migrations.run import downgrade, upgrade


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def test_up_down_and_up_again(new_database_url: str) -> None:
    database = Database(new_database_url)
    wanted = {table.name for table in Base.metadata.sorted_tables}
    try:
        for _ in range(2):
            await upgrade(database)
            async with database.engine.connect() as connection:
                assert await connection.run_sync(tables) == wanted | {"alembic_version"}
                assert await connection.run_sync(differences) == []
            await upgrade(database)
            await downgrade(database)
            async with database.engine.connect() as connection:
                assert await connection.run_sync(tables) == {"alembic_version"}
    finally:
        await database.close()


async def test_processes_that_start_together_migrate_once(new_database_url: str) -> None:
    databases = [Database(new_database_url) for _ in range(3)]
    try:
        await asyncio.gather(*(upgrade(database) for database in databases))
    finally:
        for database in databases:
            await database.close()
