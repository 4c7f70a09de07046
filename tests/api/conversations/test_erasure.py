"""DELETE leaves nothing: no row, and on SQLite not even a byte in the files."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.conversations.models import Choice, Conversation, Message, Turn
from api.kit.database import Base
from tests.api.support import Service

CANARY = "zebracanary"


async def test_every_table_is_empty_afterwards_and_others_stay(service: Service) -> None:
    talk, other = await service.open(), await service.open()
    await talk.say("hello", str(uuid4()))
    await other.say("stay")
    assert (await talk.erase()).status_code == 204
    async with service.state.database.read() as session:
        for model in (Conversation, Message, Choice, Turn):
            column = model.id if model is Conversation else model.conversation_id
            left = set((await session.scalars(select(column))).all())
            assert {str(id) for id in left} == {other.id}, model
    for response in (await talk.get("/messages"), await talk.get("/events"), await talk.erase(), await talk.say("x")):
        assert (response.status_code, response.json()["code"]) == (404, "conversation_not_found")
    assert len(await other.history()) == 5


async def test_all_tables_but_the_clinics_hang_on_a_conversation(service: Service) -> None:
    talk = await service.open()
    await talk.say("hello", str(uuid4()))
    await talk.erase()
    async with service.state.database.read() as session:
        for table in Base.metadata.sorted_tables:
            count = await session.scalar(select(func.count()).select_from(table))
            assert count == (1 if table.name == "clinics" else 0), table.name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_files_hold_none_of_the_words(service: Service, tmp_path: Path) -> None:
    talk = await service.open()
    await talk.say(f"{CANARY} one", str(uuid4()))
    await talk.say(f"{CANARY} two")

    def found() -> list[str]:
        return [p.name for p in tmp_path.glob("test.sqlite*") if CANARY.encode() in p.read_bytes()]

    assert found()
    assert (await talk.erase()).status_code == 204
    assert found() == []
