"""Alembic's environment: on the connection it is handed, or, from the command line, on the one of the settings."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection

import api.clinics.models
import api.conversations.models
import api.privacy.models  # noqa: F401 -- the tables register themselves
from api.kit.crypto import key_ring
from api.kit.database import Base, Database
from api.kit.settings import Settings


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate_from_command_line() -> None:
    settings = Settings()
    database = Database(settings.database)
    context.config.attributes["keys"] = key_ring(settings)
    try:
        await database.run(_migrate)
    finally:
        await database.close()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    asyncio.run(_migrate_from_command_line())
