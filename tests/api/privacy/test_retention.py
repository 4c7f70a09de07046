"""Conversations are deleted when their clinic's time is over, by one process at a time, and the ledger proves it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from api.clinics.models import Clinic
from api.conversations.models import Conversation, Message
from api.kit.clock import now
from api.kit.database import Base
from api.privacy.ledger import first_broken
from api.privacy.models import Deletion, Lease
from api.privacy.repository import LedgerRepository
from api.privacy.retention import JOB, Busy, Retention
from tests.api.conftest import Start
from tests.api.support import Service, Talk, found_in, until


def job(service: Service) -> Retention:
    return Retention(service.settings, service.state.database)


async def age(service: Service, talk: Talk, days: float) -> None:
    """Moves the conversation's last message into the past."""
    visitor = service.state.tokens.read(talk.token)
    async with service.state.database.write() as session:
        moved = update(Conversation).where(Conversation.id == visitor.conversation_id)
        await session.execute(moved.values(active_at=now() - timedelta(days=days)))


async def ledger(service: Service) -> list[Deletion]:
    async with service.state.database.read() as session:
        return list(await LedgerRepository(session).all())


async def test_after_thirty_days_all_of_it_is_gone(service: Service, tmp_path: Path) -> None:
    old, young = await service.open(), await service.open()
    await old.say("hello", "key")
    await age(service, old, 30.01)
    await age(service, young, 29.99)
    (done,) = await job(service).purge(now())
    assert (done.conversations, done.messages, done.remaining, done.cause) == (1, 5, 0, "retention")
    assert (await old.get("/messages")).status_code == 404
    assert len(await young.history()) == 2
    async with service.state.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if "conversation_id" in table.c:
                left = (await session.scalars(select(table.c.conversation_id))).all()
                assert {str(id) for id in left} <= {young.id}, table.name
    assert await found_in(service, tmp_path, old.id, old.id.replace("-", "")) == []


async def test_each_message_begins_the_time_anew(service: Service) -> None:
    talk = await service.open()
    await age(service, talk, 40)
    await talk.say("still sore")
    assert await job(service).purge(now()) == []
    assert await job(service).purge(now() + timedelta(days=29)) == []
    assert len(await job(service).purge(now() + timedelta(days=31))) == 1


async def test_each_clinic_has_its_own_time(service: Service) -> None:
    async with service.state.database.write() as session:
        session.add(Clinic(key="brief", name="Brief", country="GB", retention_days=2))
    brief, demo = await service.open(clinic="brief"), await service.open()
    for talk in (brief, demo):
        await age(service, talk, 3)
    (done,) = await job(service).purge(now())
    assert done.clinic_key == "brief"
    assert (await brief.get("/messages")).status_code == 404
    assert len(await demo.history()) == 2


async def test_the_application_does_it_by_itself(start: Start) -> None:
    async with start(purge_every=0.02) as service:
        talk = await service.open()
        await age(service, talk, 31)

        async def gone() -> bool:
            return (await talk.get("/messages")).status_code == 404

        await until(gone)


async def test_one_process_at_a_time(start: Start) -> None:
    async with start() as one, start() as two:
        async with one.state.database.write() as session:
            session.add(Lease(name=JOB, holder="somebody", until=now() + timedelta(minutes=1)))
        for service in (one, two):
            with pytest.raises(Busy):
                await job(service).purge(now())
        async with one.state.database.write() as session:
            await session.execute(update(Lease).values(until=now() - timedelta(seconds=1)))
        talks = [await one.open() for _ in range(3)]
        for talk in talks:
            await age(one, talk, 31)
        results = await asyncio.gather(job(one).purge(now()), job(two).purge(now()), return_exceptions=True)
        done = [batch for result in results if not isinstance(result, BaseException) for batch in result]
        assert sum(batch.conversations for batch in done) == 3
        assert first_broken(await ledger(one)) is None


async def test_many_go_in_batches_and_every_batch_is_entered(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.privacy.retention.BATCH", 2)
    for _ in range(5):
        await age(service, await service.open(), 31)
    await job(service).purge(now())
    rows = await ledger(service)
    assert [(row.number, row.conversations, row.remaining) for row in rows] == [(1, 2, 3), (2, 2, 1), (3, 1, 0)]
    async with service.state.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Message)) == 0


@pytest.mark.parametrize("change", [{"conversations": 9}, {"done_at": datetime(2020, 1, 1).astimezone()}, None])
async def test_nobody_changes_the_ledger_unseen(
    service: Service, monkeypatch: pytest.MonkeyPatch, change: dict[str, object] | None
) -> None:
    monkeypatch.setattr("api.privacy.retention.BATCH", 1)
    for _ in range(3):
        await age(service, await service.open(), 31)
    await job(service).purge(now())
    assert first_broken(await ledger(service)) is None
    async with service.state.database.write() as session:
        changed = delete(Deletion) if change is None else update(Deletion).values(**change)
        await session.execute(changed.where(Deletion.number == 2))
    assert first_broken(await ledger(service)) == 2


async def test_a_deletion_that_cannot_be_entered_does_not_happen(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await service.open()
    await age(service, talk, 31)

    def broken(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr("api.privacy.repository.chained", broken)
    with pytest.raises(RuntimeError):
        await job(service).purge(now())
    assert len(await talk.history()) == 2
