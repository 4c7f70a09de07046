"""Migrations go up and down on every database, end where the models are, and take what is there with them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from api.kit.database import Base, Database
from api.migrations.run import downgrade, upgrade
from tests.api.conftest import Start
from tests.api.databases import KEYS
from tests.api.support import Talk, on_disk

CANARY = "zebracanary"
SECRETS = {
    "conversations": ("record", "open_question"),
    "messages": ("kind", "text", "payload"),
    "choices": ("question_id", "label", "sets"),
    "turns": ("choices", "question_id", "response"),
}


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def test_up_down_and_up_again(new_database_url: str) -> None:
    database = Database(new_database_url, KEYS)
    wanted = {table.name for table in Base.metadata.sorted_tables}
    try:
        for _ in range(2):
            await upgrade(database)
            assert await database.run(tables) == wanted | {"alembic_version"}
            assert await database.run(differences) == []
            await upgrade(database)
            await downgrade(database)
            assert await database.run(tables) == {"alembic_version"}
    finally:
        await database.close()


async def test_processes_that_start_together_migrate_once(new_database_url: str) -> None:
    databases = [Database(new_database_url, KEYS) for _ in range(3)]
    try:
        await asyncio.gather(*(upgrade(database) for database in databases))
    finally:
        for database in databases:
            await database.close()


async def plain(database: Database) -> dict[str, list[dict[str, Any]]]:
    """What the tables of the first revision hold, JSON read."""
    held: dict[str, list[dict[str, Any]]] = {}
    async with database.read() as session:
        for table, names in SECRETS.items():
            rows = await session.execute(text(f"SELECT {', '.join(names)} FROM {table}"))
            held[table] = [{name: parsed(value) for name, value in row.items()} for row in rows.mappings()]
    return held


def parsed(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the one of `start`, which is not used here
async def test_conversations_are_opened_and_sealed_with_the_database(
    start: Start, new_database_url: str, tmp_path: Path
) -> None:
    async with start(database_url=new_database_url) as service:
        talk = await service.open()
        first = await talk.say(f"{CANARY} hello", "key-1")
        await talk.say(choice=first.json()["messages"][-1]["choices"][0]["id"])
        history, database = await talk.history(), service.state.database
        await downgrade(database, "0001")
        opened = await plain(database)
        assert {row["text"] for row in opened["messages"]} == {message["text"] for message in history}
        assert {"findings": {"question_1": True}} in [row["sets"] for row in opened["choices"]]
        assert first.json() in [row["response"] for row in opened["turns"]]
        await upgrade(database)
        assert await database.run(differences) == []
        assert await talk.history() == history
        if database.sqlite:
            assert CANARY.encode() not in on_disk(tmp_path)
    async with start(database_url=new_database_url) as later:
        again = Talk(later.client, talk.id, talk.token, talk.opened)
        assert (await again.say("more")).status_code == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sealing_what_is_there_needs_the_keys(start: Start, new_database_url: str) -> None:
    async with start(database_url=new_database_url) as service:
        await service.open()
        await downgrade(service.state.database, "0001")
    keyless = Database(new_database_url)
    try:
        with pytest.raises(RuntimeError, match="keys"):
            await upgrade(keyless)
    finally:
        await keyless.close()
