"""No word is ever readable in the database, and DELETE leaves nothing: no row, on SQLite not even a byte."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.conversations.models import Choice, Conversation, DataKey, Message, Turn
from api.kit.database import Base
from tests.api.support import Service, found_in, on_disk

CANARY = "zebracanary"


async def test_every_table_is_empty_afterwards_and_others_stay(service: Service) -> None:
    talk, other = await service.open(), await service.open()
    await talk.say("hello", str(uuid4()))
    await other.say("stay")
    assert (await talk.erase()).status_code == 204
    async with service.state.database.read() as session:
        for model in (Conversation, DataKey, Message, Choice, Turn):
            column = model.id if model is Conversation else model.conversation_id
            left = set((await session.scalars(select(column))).all())
            assert {str(id) for id in left} == {other.id}, model
    for response in (await talk.get("/messages"), await talk.get("/events"), await talk.erase(), await talk.say("x")):
        assert (response.status_code, response.json()["code"]) == (404, "conversation_not_found")
    assert len(await other.history()) == 5


async def test_all_tables_about_people_hang_on_a_conversation(service: Service) -> None:
    talk = await service.open()
    await talk.say("hello", str(uuid4()))
    await talk.erase()
    async with service.state.database.read() as session:
        for table in Base.metadata.sorted_tables:
            count = await session.scalar(select(func.count()).select_from(table))
            assert count == (1 if table.name == "clinics" else 0), table.name


async def test_the_database_never_holds_a_word_of_it(service: Service, tmp_path: Path) -> None:
    """Neither while the conversation is there nor after it."""
    talk = await service.open()
    first = await talk.say(f"{CANARY} one", str(uuid4()))
    assert CANARY in first.text
    await talk.say(choice=first.json()["messages"][-1]["choices"][0]["id"])
    assert await found_in(service, tmp_path, CANARY, "question_1") == []
    assert (await talk.erase()).status_code == 204
    assert await found_in(service, tmp_path, CANARY, talk.id) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_files_hold_no_byte_of_the_conversation_and_its_key(service: Service, tmp_path: Path) -> None:
    talk = await service.open()
    await talk.say("hello")
    visitor = service.state.tokens.read(talk.token)
    async with service.state.database.read() as session:
        wrapped = await session.scalar(select(DataKey.wrapped))
    assert wrapped is not None
    traces = [wrapped, visitor.conversation_id.hex]

    def found() -> list[str]:
        kept = on_disk(tmp_path)
        return [trace for trace in traces if trace.encode() in kept]

    assert found() == traces
    assert (await talk.erase()).status_code == 204
    assert found() == []
