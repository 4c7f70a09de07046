"""Bounds on bodies: how long, how deep, how slow."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.kit import bodies
from tests.api.conftest import Start
from tests.api.support import Service


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


VALUES = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(VALUES, st.booleans())
def test_depth_is_that_of_the_json_whatever_its_strings_hold(value: Any, plain: bool) -> None:
    text = json.dumps(value, ensure_ascii=plain).encode("utf-8", "surrogatepass")
    found = depth(value)
    assert not bodies.too_deep(text, found)
    assert found == 0 or bodies.too_deep(text, found - 1)


@given(st.binary(max_size=300))
def test_any_bytes_have_a_depth(body: bytes) -> None:
    bodies.too_deep(body, 4)


async def test_a_deep_body_is_refused_before_it_is_read_as_json(service: Service) -> None:
    headers = {"Content-Type": "application/json"}
    for deep in ("[" * 30_000, '{"a":' * 17 + "1" + "}" * 17, '[{"a":' * 9):
        response = await service.client.post("/v1/triage", content=deep, headers=headers)
        assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    brackets = {"findings": {"fever": "[" * 50}}
    assert (await service.client.post("/v1/triage", json=brackets)).json()["code"] == "invalid_request"


async def test_a_body_that_drips_is_given_up(start: Start) -> None:
    async with start(body_seconds=0.05) as service:

        async def drip() -> Any:
            while True:
                yield b" "
                await asyncio.sleep(0.01)

        response = await service.client.post(
            "/v1/triage", content=drip(), headers={"Content-Type": "application/json"}
        )
        assert (response.status_code, response.json()["code"]) == (408, "request_too_slow")
