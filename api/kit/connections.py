"""Bounds on a connection before there is a request and after there is an answer: long or slow heads, unread answers.

The server underneath waits for ever for a head that drips in, keeps a head of any length, and keeps an answer that
nobody reads. None of this reaches the application, so that its own bounds cannot see it.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.kit.problems import MEDIA_TYPE, TITLES, Code, body
from api.kit.settings import Settings
from api.kit.shell import HEADERS


class BoundedProtocol(HttpToolsProtocol):
    """HTTP with a bound on the length of a head and the time it may take, and on how long an answer lies unread."""

    head_limit = 32 * 1024  # bytes
    head_seconds = 10.0
    unread_seconds = 30.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_bytes = 0
        self._refusal = Code.BAD_REQUEST
        self._unread: asyncio.TimerHandle | None = None
        self._head: asyncio.TimerHandle | None = self.loop.call_later(self.head_seconds, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._head, self._unread):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.is_closing() or not (self.cycle is None or self.cycle.response_complete):
            return
        if self._head is None:
            self._head = self.loop.call_later(self.head_seconds, self._too_slow)
        self._head_bytes += len(data)
        if self._head_bytes > self.head_limit:
            self._refuse(Code.HEAD_TOO_LARGE)

    def on_headers_complete(self) -> None:
        self._head_bytes = 0
        if self._head is not None:
            self._head.cancel()
            self._head = None
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > self.head_limit:
            self._refusal = Code.HEAD_TOO_LARGE
            raise ValueError  # the parser makes a 400 of it, which is answered below
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look_for_unread(None)

    def send_400_response(self, msg: str) -> None:
        """Whatever could not be read as HTTP is answered like every other error: as a problem."""
        self._refuse(self._refusal)

    def _too_slow(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self._refuse(Code.REQUEST_TOO_SLOW)

    def _refuse(self, code: Code) -> None:
        status = TITLES[code][0]
        content = json.dumps(body(code)).encode()
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Connection: close", f"Content-Type: {MEDIA_TYPE}"]
        head += [f"Content-Length: {len(content)}", *(f"{name}: {value}" for name, value in HEADERS.items())]
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + content)
        self.transport.close()
        self._look_for_unread(None)

    def _look_for_unread(self, before: int | None) -> None:
        """Breaks the connection when nothing of what lies in its buffer was taken since the last look."""
        left = self.transport.get_write_buffer_size()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        if not left:
            return
        if before is not None and left >= before:
            self.transport.abort()
            return
        self._unread = self.loop.call_later(self.unread_seconds, self._look_for_unread, left)


def bounded(settings: Settings) -> type[BoundedProtocol]:
    """The protocol with the bounds of these settings."""
    return type(
        "Bounded",
        (BoundedProtocol,),
        {
            "head_limit": settings.head_limit,
            "head_seconds": settings.head_seconds,
            "unread_seconds": settings.unread_seconds,
        },
    )
