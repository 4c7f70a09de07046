"""Rasa over HTTP, by its own input channel with two typed routes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerTimeoutError,
    TCPConnector,
)
from pydantic import TypeAdapter, ValidationError

from api.kit.breaker import Breaker, Failed, Open, Slow, State
from api.kit.logging import REQUEST_ID_HEADER, log, request_id
from api.kit.ports import MessageDraft, RasaFailure, Record, Reply

_DRAFTS = TypeAdapter(list[MessageDraft])
_HEALTH_SECONDS = 2.0
# Rasa and the actions work at one turn at a time each: a few keep both busy, and the rest wait on this side, where
# neither the action's three seconds nor Rasa's eight have begun.
AT_ONCE = 3
_LONGEST_QUEUE = 120.0  # seconds; the person has had a 202 by then, and hears by the events


Answer = tuple[int, bytes]  # status and body


class HttpRasa:
    """The client; one connection pool for the life of the process, made in its event loop. Times are in seconds."""

    def __init__(self, url: str, secret: str, timeout: float, breaker: Breaker | None = None) -> None:
        self._timeout = timeout
        self._base = f"{url}/webhooks/spinewise"
        self._headers = {"X-Spinewise-Secret": secret, "Content-Type": "application/json"}
        self._session = ClientSession(
            # More than turns at once, so that a health check never waits for one; Rasa drops idle ones after 5 s.
            connector=TCPConnector(limit=100, keepalive_timeout=4.0),
            timeout=ClientTimeout(total=None, sock_connect=2.0),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,  # a proxy of the machine must never see health text
        )
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._recovery: asyncio.Task[None] | None = None
        self.breaker = breaker or Breaker()

    async def text(self, turn: str, text: str, record: Record) -> Reply:
        return await self._ask("/text", {"turn": turn, "text": text, "record": record})

    async def choice(self, turn: str, choices: Sequence[Mapping[str, Any]], record: Record) -> Reply:
        return await self._ask("/choice", {"turn": turn, "choices": list(choices), "record": record})

    async def ready(self) -> bool:
        """Whether a turn would be tried now and Rasa says that it could answer it."""
        try:
            async with asyncio.timeout(_HEALTH_SECONDS):
                status, _ = await self._send("GET", "/ready")
        except (TimeoutError, ClientError, OSError):
            return False
        if status != 200:
            return False
        self.breaker.revive()
        return self.breaker.state is not State.OPEN

    async def close(self) -> None:
        if self._recovery is not None:
            self._recovery.cancel()
        await self._session.close()

    async def _ask(self, path: str, body: dict[str, Any]) -> Reply:
        try:
            async with self._slot(), self.breaker.call():
                status, content = await self._post(path, body)
        except Open:
            raise RasaFailure("breaker_open") from None
        except Slow:
            raise RasaFailure("slow") from None
        except Failed as failure:
            raise RasaFailure(str(failure)) from None
        finally:
            self._look_out()
        if status != 200:
            raise RasaFailure(f"status_{status}")
        return _reply(content)

    async def _post(self, path: str, body: dict[str, Any]) -> Answer:
        """Rasa's answer; ``Slow`` or ``Failed`` when none came. What it says is not the breaker's business."""
        content = json.dumps(body).encode()
        try:
            async with asyncio.timeout(self._timeout):
                try:
                    status, answer = await self._send("POST", path, content)
                except ClientConnectorError:
                    raise
                except (ClientError, ConnectionError):
                    # A kept connection that Rasa closed meanwhile; a turn changes nothing there and may run again.
                    status, answer = await self._send("POST", path, content)
        except (TimeoutError, ServerTimeoutError):
            raise Slow from None
        except (ClientConnectorError, ConnectionError):
            raise Failed("dead") from None
        except (ClientError, OSError):
            raise Failed("broken") from None
        if status == 504:  # its own time limit, a little shorter than ours
            raise Slow
        return status, answer

    async def _send(self, method: str, path: str, content: bytes | None = None) -> Answer:
        """The whole answer to one request."""
        headers = {**self._headers, REQUEST_ID_HEADER: request_id()}
        request = self._session.request(
            method, self._base + path, headers=headers, data=content, allow_redirects=False
        )
        async with request as response:
            return response.status, await response.read()

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(_LONGEST_QUEUE):
                await self._slots.acquire()
        except TimeoutError:
            raise RasaFailure("busy") from None
        try:
            yield
        finally:
            self._slots.release()

    def _look_out(self) -> None:
        """While the breaker is open, asks Rasa's health every second: no person is the one who finds out."""
        if self.breaker.state is State.OPEN and (self._recovery is None or self._recovery.done()):
            self._recovery = asyncio.create_task(self._recover())

    async def _recover(self) -> None:
        log.warning("breaker open", stage="rasa")
        while self.breaker.state is State.OPEN:
            await asyncio.sleep(1.0)
            await self.ready()
        log.warning("breaker half open", stage="rasa")


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
        return Reply(_DRAFTS.validate_python(answer["messages"]), answer["record"])
    except ValidationError:
        raise RasaFailure("bad_shape") from None
