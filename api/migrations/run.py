"""Brings a database to the newest revision; run at every start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from api.kit.crypto import KeyRing
from api.kit.database import Database

_LOCK = 7_316_044  # any number, the same for all processes of one installation


def config(connection: Connection, keys: KeyRing | None) -> Config:
    """Alembic's settings on an open connection; ``keys`` seal and open the conversations that are there."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    made.attributes["keys"] = keys
    return made


async def upgrade(database: Database, revision: str = "head") -> None:
    """Upgrades in one transaction; of several processes that start together one does it and the others wait."""
    await _run(database, lambda connection: command.upgrade(config(connection, database.keys), revision))


async def downgrade(database: Database, revision: str = "base") -> None:
    """Downgrades in one transaction. This deletes what the newer tables hold."""
    await _run(database, lambda connection: command.downgrade(config(connection, database.keys), revision))


async def _run(database: Database, step: Callable[[Connection], None]) -> None:
    def alone(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        step(connection)

    await database.run(alone)
    await database.scrub()  # what a migration sealed must not linger in the write-ahead log
