"""Rasa over HTTP, by its own input channel with two typed routes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
from pydantic import TypeAdapter, ValidationError

from api.kit.ports import MessageDraft, RasaFailure, Record, Reply

_DRAFTS = TypeAdapter(list[MessageDraft])


class HttpRasa:
    """The client; one connection pool for the life of the process. Times are in seconds."""

    def __init__(self, url: str, secret: str, timeout: float) -> None:
        self._timeout = timeout
        self._client = httpx2.AsyncClient(
            base_url=f"{url}/webhooks/spinewise",
            headers={"X-Spinewise-Secret": secret},
            timeout=httpx2.Timeout(timeout, connect=2.0),
            limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=4.0),
            trust_env=False,  # a proxy of the machine must never see health text
        )

    async def text(self, turn: str, text: str, record: Record) -> Reply:
        return await self._ask("/text", {"turn": turn, "text": text, "record": record})

    async def choice(self, turn: str, choices: Sequence[Mapping[str, Any]], record: Record) -> Reply:
        return await self._ask("/choice", {"turn": turn, "choices": list(choices), "record": record})

    async def ready(self) -> bool:
        try:
            async with asyncio.timeout(2.0):
                response = await self._client.get("/ready")
        except (TimeoutError, httpx2.HTTPError, OSError):
            return False
        return response.status_code == 200

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, path: str, body: dict[str, Any]) -> Reply:
        try:
            async with asyncio.timeout(self._timeout):
                try:
                    response = await self._client.post(path, json=body)
                except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
                    # A kept connection that Rasa closed meanwhile; a turn changes nothing there and may run again.
                    response = await self._client.post(path, json=body)
        except (TimeoutError, httpx2.TimeoutException):
            raise RasaFailure("slow") from None
        except (httpx2.ConnectError, ConnectionError):
            raise RasaFailure("dead") from None
        except (httpx2.HTTPError, OSError):
            raise RasaFailure("broken") from None
        if response.status_code != 200:
            raise RasaFailure(f"status_{response.status_code}")
        return _reply(response.content)


def _reply(content: bytes) -> Reply:
    """The answer in a body of Rasa; an empty or odd one is a failure, never a silence."""
    try:
        answer = json.loads(content)
    except ValueError:
        raise RasaFailure("bad_json") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("record"), dict):
        raise RasaFailure("bad_shape")
    if not answer.get("messages"):
        raise RasaFailure("empty")
    try:
        _DRAFTS.validate_python(answer["messages"])
    except ValidationError:
        raise RasaFailure("bad_shape") from None
    return Reply(answer["messages"], answer["record"])
