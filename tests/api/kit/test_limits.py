"""Rate limits: whose, how much, with what answer; named proxies and others; Redis and its loss."""

from __future__ import annotations

import os
import uuid
from typing import Any

import httpx2
import pytest
import redis

from api.app import create_app
from api.kit.crypto import new_master_key
from api.kit.limits import address_of
from api.kit.settings import Settings
from tests.api.conftest import Start
from tests.api.support import Service, StubMind

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def is_limited(response: httpx2.Response) -> None:
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert response.headers["content-type"] == "application/problem+json"
    assert 1 <= int(response.headers["retry-after"]) <= 3600


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 1), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("/run/socket", 1), "unknown"),
        (None, "unknown"),
    ],
)
def test_whose_address_it_is(client: Any, address: str) -> None:
    assert address_of({"client": client}) == address


def test_on_in_production_and_off_in_development_unless_set() -> None:
    secrets: dict[str, Any] = {"token_secret": "t" * 32, "rasa_secret": "r" * 32, "keys": new_master_key("a")}
    assert not Settings().limited
    assert Settings(rate_limits="on").limited
    assert Settings(environment="production", **secrets).limited
    assert not Settings(environment="production", rate_limits="off", **secrets).limited


@pytest.mark.parametrize("wrong", [{"rates": {"requests_by_address": "often"}}, {"rates": {"unknown": "1/minute"}}])
def test_a_rate_that_cannot_be_read_stops_the_start(wrong: Any) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)


@pytest.mark.parametrize("wrong", ["*", "everyone", "10.0.0.0/40"])
def test_proxies_are_addresses_or_networks(wrong: str) -> None:
    with pytest.raises(ValueError):
        Settings(trusted_proxies=wrong)


async def test_nothing_is_limited_in_development(service: Service) -> None:
    for _ in range(150):
        await service.open()


async def test_a_conversation_that_is_used_up_leaves_others_alone(start: Start) -> None:
    async with start(rate_limits="on", rates={"messages_by_conversation": "2/minute"}) as service:
        talk, other = await service.open(), await service.open()
        assert [(await talk.say("hello")).status_code for _ in range(2)] == [201, 201]
        is_limited(await talk.say("hello"))
        assert (await other.say("hello")).status_code == 201
        assert len(await talk.history()) == 8
        metrics = (await service.client.get("/metrics")).text
        assert 'spinewise_rate_limits_total{limit="messages_by_conversation",outcome="refused"} 1.0' in metrics


async def test_no_limit_silences_an_alarm(start: Start) -> None:
    async with start(rate_limits="on", rates={"messages_by_conversation": "1/minute"}) as service:
        talk = await service.open()
        await talk.say("hello")
        alarm = await talk.say("ALARM")
        is_limited(alarm)
        assert [m["kind"] for m in alarm.json()["messages"]] == ["emergency"]


async def test_openings_are_limited_by_address_and_by_clinic(start: Start) -> None:
    for limit in ("openings_by_address", "openings_by_clinic"):
        async with start(rate_limits="on", rates={limit: "1/hour"}) as service:
            await service.open()
            is_limited(await service.client.post("/v1/conversations", json={"clinic": "demo", "consent": True}))


async def test_an_address_is_refused_before_its_body_is_read(start: Start) -> None:
    async with start(rate_limits="on", rates={"requests_by_address": "1/minute"}) as service:
        await service.client.post("/v1/triage", json={})
        is_limited(await service.client.post("/v1/triage", content=b"x" * 100_000))
        assert (await service.client.get("/healthz")).status_code == 200


async def ask_from(settings: dict[str, Any], client: str, forwarded: list[str]) -> list[int]:
    """The statuses of one request for each X-Forwarded-For, all by way of ``client``."""
    app = create_app(Settings(**settings), assistant=StubMind())
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, client=(client, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as http:
            return [
                (await http.post("/v1/triage", json={}, headers={"X-Forwarded-For": each})).status_code
                for each in forwarded
            ]


async def test_only_named_proxies_say_who_asks(database_url: str, tmp_path: Any) -> None:
    settings = {
        "database_url": database_url,
        "var": tmp_path,
        "rate_limits": "on",
        "rates": {"requests_by_address": "1/minute"},
        "trusted_proxies": "10.0.0.0/8, 192.0.2.1",
    }
    two = ["203.0.113.1", "203.0.113.2"]
    assert await ask_from(settings, "10.1.2.3", two) == [200, 200]
    assert await ask_from(settings, "10.1.2.3", ["203.0.113.9, 192.0.2.1"] * 2) == [200, 429]
    assert await ask_from(settings, "10.1.2.3", ["1.1.1.1, 203.0.113.9", "2.2.2.2, 203.0.113.9"]) == [200, 429]
    assert await ask_from(settings, "198.51.100.5", two) == [200, 429]
    assert await ask_from(settings | {"trusted_proxies": ""}, "127.0.0.1", two) == [200, 429]


def redis_answers() -> bool:
    try:
        return bool(redis.Redis.from_url(REDIS, socket_timeout=1).ping())
    except redis.RedisError:
        return False


@pytest.mark.skipif(not redis_answers(), reason="no Redis server answers")
async def test_processes_share_their_limits_through_redis_without_addresses_or_ids_in_it(start: Start) -> None:
    secret = uuid.uuid4().hex * 2  # the keyed hashes of this run are its own
    given: dict[str, Any] = {"rate_limits": "on", "redis_url": REDIS, "token_secret": secret}
    rates = {"openings_by_address": "2/hour"}
    async with start(rates=rates, **given) as one, start(rates=rates, **given) as two:
        talk = await one.open()
        await two.open()
        is_limited(await one.client.post("/v1/conversations", json={"clinic": "demo", "consent": True}))
        is_limited(await two.client.post("/v1/conversations", json={"clinic": "demo", "consent": True}))
        await talk.say("hello")
    keys = b" ".join(redis.Redis.from_url(REDIS).keys("*spinewise*"))
    assert b"openings_by_address" in keys
    assert b"127.0.0.1" not in keys
    assert talk.id.encode() not in keys


async def test_a_limiter_without_its_redis_lets_everybody_in(start: Start) -> None:
    async with start(
        rate_limits="on", redis_url="redis://127.0.0.1:1/0", rates={"openings_by_address": "1/hour"}
    ) as service:
        await service.open()
        await service.open()
        metrics = (await service.client.get("/metrics")).text
        assert 'outcome="unchecked"' in metrics
