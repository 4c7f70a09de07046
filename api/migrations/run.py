"""Brings a database to the newest revision; run at every start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from api.kit.database import Database

_LOCK = 7_316_044  # any number, the same for all processes of one installation


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, on an open connection when one is given."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made


async def upgrade(database: Database, revision: str = "head") -> None:
    """Upgrades in one transaction; of several processes that start together one does it and the others wait."""
    await _run(database, lambda connection: command.upgrade(config(connection), revision))


async def downgrade(database: Database, revision: str = "base") -> None:
    """Downgrades in one transaction. This deletes what the newer tables hold."""
    await _run(database, lambda connection: command.downgrade(config(connection), revision))


async def _run(database: Database, step: Callable[[Connection], None]) -> None:
    engine = database.engine.execution_options(spinewise_begin="IMMEDIATE")
    async with engine.begin() as connection:
        if not database.sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(step)
