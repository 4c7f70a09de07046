"""Wake-ups: "something happened to this conversation". The database is the truth; a lost wake-up only costs time.

Streams of this process are woken directly. What other processes store is heard through Redis, where there is one,
and otherwise seen by one question for all streams together every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.conversations.repository import Heights
from api.kit.database import Database, DatabaseDown
from api.kit.logging import describe, log
from api.kit.metrics import Metrics

CHANNEL = "spinewise-wake"
MOST_STREAMS = 5  # of one conversation: a person has so many tabs; the oldest makes room
_WITH_REDIS = 8  # times as long between two questions, as long as Redis is heard
_AFTER_FAILURE = 2.0  # seconds


class Listener:
    """One stream that waits. ``seen`` is the highest ``seq`` it has sent; ``ended``: it shall stop."""

    __slots__ = ("ended", "event", "seen")

    def __init__(self, seen: int) -> None:
        self.event = asyncio.Event()
        self.seen = seen
        self.ended = False

    def end(self) -> None:
        self.ended = True
        self.event.set()


class Wakeups:
    """Event streams wait here instead of asking the database all the time. Times are in seconds."""

    def __init__(self, database: Database, metrics: Metrics, redis_url: str = "", poll: float = 2.0) -> None:
        self._database = database
        self._metrics = metrics
        self._poll = poll
        self._waiting: dict[UUID, dict[Listener, None]] = {}
        self._redis: Redis | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._unsent: asyncio.Queue[UUID] = asyncio.Queue(maxsize=10_000)
        self._heard = False
        self.closed = False
        if redis_url:
            self._redis = Redis.from_url(
                redis_url, socket_connect_timeout=1, socket_timeout=2, health_check_interval=5
            )

    def start(self) -> None:
        """Begins to look for what other processes store."""
        work = [self._look()]
        if self._redis is not None:
            work += [self._hear(self._redis), self._send(self._redis)]
        self._tasks = [asyncio.create_task(each) for each in work]

    async def stop(self) -> None:
        self.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._redis is not None:
            with contextlib.suppress(RedisError, OSError):
                await self._redis.aclose()

    @contextmanager
    def listen(self, conversation_id: UUID, seen: int = 0) -> Generator[Listener]:
        """A listener whose event is set at each wake-up; whoever listens clears it."""
        listener = Listener(seen)
        same = self._waiting.setdefault(conversation_id, {})
        if len(same) >= MOST_STREAMS:
            oldest = next(iter(same))
            del same[oldest]
            oldest.end()
        same[listener] = None
        listener.ended = self.closed
        try:
            yield listener
        finally:
            same.pop(listener, None)
            if not same:
                self._waiting.pop(conversation_id, None)

    def wake(self, conversation_id: UUID) -> None:
        """Something happened: here at once, elsewhere as soon as it is heard of."""
        self._wake_here(conversation_id)
        if self._redis is not None:
            with contextlib.suppress(asyncio.QueueFull):  # the others find it by asking
                self._unsent.put_nowait(conversation_id)

    def close(self) -> None:
        """Ends every stream: the process is asked to stop."""
        self.closed = True
        for listeners in list(self._waiting.values()):
            for listener in list(listeners):
                listener.end()

    def _wake_here(self, conversation_id: UUID) -> None:
        for listener in self._waiting.get(conversation_id, ()):
            listener.event.set()

    async def _look(self) -> None:
        """Asks for all conversations that somebody listens to, and wakes those with more than was seen."""
        rounds = 0
        while True:
            await asyncio.sleep(self._poll)
            rounds += 1
            if not self._waiting or (self._heard and rounds % _WITH_REDIS):
                continue
            try:
                async with self._database.read() as session:
                    heights = await Heights(session).of(list(self._waiting))
            except DatabaseDown:
                continue
            except Exception as error:
                log.error("looking for news failed", **describe(error))
                continue
            for conversation_id, listeners in list(self._waiting.items()):
                height = heights.get(conversation_id)
                for listener in list(listeners):
                    if height is None or height > listener.seen:
                        listener.event.set()

    async def _hear(self, redis: Redis) -> None:
        while True:
            try:
                async with redis.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    self._heard = True
                    while True:
                        message = await subscription.get_message(ignore_subscribe_messages=True, timeout=1.0)
                        if message is not None:
                            with contextlib.suppress(ValueError):
                                self._wake_here(UUID(bytes=message["data"]))
            except (RedisError, OSError) as error:
                self._lost("subscribe", error)
            await asyncio.sleep(_AFTER_FAILURE)

    async def _send(self, redis: Redis) -> None:
        while True:
            conversation_id = await self._unsent.get()
            try:
                await redis.publish(CHANNEL, conversation_id.bytes)
            except (RedisError, OSError) as error:
                self._lost("publish", error)
                while not self._unsent.empty():  # stale by the time Redis is back
                    self._unsent.get_nowait()
                await asyncio.sleep(_AFTER_FAILURE)

    def _lost(self, stage: str, error: Exception) -> None:
        self._heard = False
        self._metrics.redis_failures.labels(stage).inc()
        log.warning("redis lost", stage=stage, **describe(error))
