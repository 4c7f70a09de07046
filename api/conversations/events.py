"""Server-Sent Events: replay from the database, then live, without holding a session."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from uuid import UUID

from api.conversations.repository import ConversationRepository
from api.conversations.service import message_json
from api.conversations.wakeups import Wakeups
from api.kit.database import Database, DatabaseDown
from api.kit.metrics import Metrics
from api.kit.settings import Settings


async def stream(
    database: Database,
    wakeups: Wakeups,
    metrics: Metrics,
    settings: Settings,
    clinic_id: UUID,
    conversation_id: UUID,
    after: int,
) -> AsyncGenerator[bytes]:
    """Every message with a ``seq`` over ``after``, then each new one; ends after its lifetime or an erasure."""
    ends = time.monotonic() + settings.events_lifetime
    quiet_since = time.monotonic()
    metrics.streams.inc()
    try:
        # Listen first, read then: what happens in between is seen by the read or by the wake-up.
        with wakeups.listen(conversation_id) as event:
            yield b"retry: 2000\n\n"
            while not wakeups.closed and time.monotonic() < ends:
                event.clear()
                try:
                    async with database.read() as session:
                        repository = ConversationRepository(session, clinic_id)
                        messages = await repository.messages(conversation_id, after)
                        if not messages and await repository.conversation(conversation_id) is None:
                            return
                except DatabaseDown:
                    return  # the client comes back by itself with its Last-Event-ID
                for message in messages:
                    after = message.seq
                    data = json.dumps(message_json(message), ensure_ascii=False)
                    yield f"event: message\nid: {after}\ndata: {data}\n\n".encode()
                    quiet_since = time.monotonic()
                if time.monotonic() - quiet_since >= settings.events_heartbeat:
                    yield b": still here\n\n"
                    quiet_since = time.monotonic()
                left = min(settings.events_poll, settings.events_heartbeat, ends - time.monotonic())
                try:
                    async with asyncio.timeout(max(left, 0.01)):
                        await event.wait()
                except TimeoutError:
                    pass
    finally:
        metrics.streams.dec()
