"""Server-Sent Events: replay from the database, then live, without holding a session."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator
from functools import partial
from uuid import UUID

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.conversations.repository import ConversationRepository
from api.conversations.service import message_json
from api.conversations.wakeups import Listener
from api.kit.database import DatabaseDown
from api.kit.shell import AFTERWARDS
from api.state import State

EVENT = {
    "type": "object",
    "description": "One event: `id` is the `seq` and `data` the Message as JSON",
    "required": ["event", "id", "data"],
    "properties": {
        "event": {"type": "string", "const": "message"},
        "id": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
_STALLED = 30.0  # seconds without the client taking anything


async def stream(state: State, clinic_id: UUID, conversation_id: UUID, listener: Listener) -> AsyncGenerator[bytes]:
    """Every message with a ``seq`` over ``listener.seen``, then each new one.

    Ends after its lifetime, an erasure, a lost database or a stop, with a hint when to come back; the client does so
    by itself and says what it saw last.
    """
    settings = state.settings
    ends = time.monotonic() + settings.events_lifetime
    quiet_since = time.monotonic()
    yield b"retry: 2000\n\n"
    while not listener.ended and time.monotonic() < ends:
        listener.event.clear()
        try:
            async with state.database.read() as session:
                repository = ConversationRepository(session, clinic_id)
                messages = await repository.messages(conversation_id, listener.seen)
                if not messages and await repository.conversation(conversation_id) is None:
                    return
        except DatabaseDown:
            break
        for message in messages:
            data = json.dumps(message_json(message), ensure_ascii=False)
            listener.seen = message.seq
            yield f"event: message\nid: {message.seq}\ndata: {data}\n\n".encode()
            quiet_since = time.monotonic()
        del messages
        while not listener.event.is_set() and (now := time.monotonic()) < ends:
            if now - quiet_since >= settings.events_heartbeat:
                yield b": still here\n\n"
                quiet_since = now
            left = min(settings.events_heartbeat - (now - quiet_since), ends - now)
            try:
                async with asyncio.timeout(max(left, 0.01)):
                    await listener.event.wait()
            except TimeoutError:
                pass
    # Apart from each other, so that a restart is not met by everybody at once.
    yield f"retry: {random.randint(500, 5000)}\n\n".encode()  # noqa: S311 - no secret


class EventStream(Response):
    """The stream as a plain ASGI response: its head now, its events once nothing of the request is in memory."""

    media_type = "text/event-stream"

    def __init__(self, state: State, clinic_id: UUID, conversation_id: UUID, after: int) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events = partial(_events, state, clinic_id, conversation_id, after)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        scope[AFTERWARDS] = self._events


async def _events(
    state: State, clinic_id: UUID, conversation_id: UUID, after: int, receive: Receive, send: Send
) -> None:
    """Sends the body. Ends when the stream does, or when the client left or takes nothing."""
    state.metrics.streams.inc()
    try:
        with state.wakeups.listen(conversation_id, after) as listener:
            gone = asyncio.create_task(_left(receive))
            gone.add_done_callback(lambda _: listener.end())
            try:
                async for event in stream(state, clinic_id, conversation_id, listener):
                    async with asyncio.timeout(_STALLED):
                        await send({"type": "http.response.body", "body": event, "more_body": True})
            except TimeoutError:
                return  # the client holds the connection and reads nothing
            finally:
                gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        state.metrics.streams.dec()


async def _left(receive: Receive) -> None:
    """Comes back when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
