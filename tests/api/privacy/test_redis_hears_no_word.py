"""With Redis set, what passes through it and stays in it holds no word, no token and no secret."""

from __future__ import annotations

import os
from typing import Any

import pytest
import redis.asyncio

from tests.api.conftest import Start

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
CANARY = "quaggaword"


async def test_redis_hears_no_word(start: Start) -> None:
    server = redis.asyncio.Redis.from_url(REDIS, socket_timeout=5)
    try:
        await server.ping()
    except redis.exceptions.RedisError:
        pytest.skip("no Redis server answers")
    async with server, server.pubsub() as ear:
        await ear.psubscribe("*spinewise*")
        async with start(redis_url=REDIS, rate_limits="on") as service:
            talk = await service.open()
            await talk.say(f"{CANARY} hello", CANARY)
            await talk.say(f"{CANARY} ALARM")
            await talk.say(choice=CANARY)
            heard = [str(message) async for message in listen(ear)]
            for name in [key async for key in server.scan_iter("*spinewise*")]:
                heard += [repr(name), repr(await server.dump(name))]
    assert heard
    secrets = (CANARY, talk.token, talk.opened["refresh"])
    assert [line for line in heard if any(secret in line for secret in secrets)] == []


async def listen(ear: Any) -> Any:
    while (message := await ear.get_message(timeout=0.5)) is not None:
        yield message
