"""A TCP proxy that can be told to misbehave, between two real processes.

It runs in a thread of its own, so that tests can be written plainly. What it is told holds for connections that are
open already, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from typing import Any

PASS, REFUSE, RESET, DROP, HALF_CLOSE, DRIP = "pass", "refuse", "reset", "drop", "half_close", "drip"
_LINGER_ZERO = struct.pack("ii", 1, 0)


class Proxy:
    """Between whoever connects to ``port`` and 127.0.0.1:``target``.

    ``pass``; ``refuse`` (a new connection is closed at once); ``reset`` (every connection is broken off); ``drop``
    (bytes vanish, connections stay open); ``half_close`` (the answer's side is shut after the request went through);
    ``drip`` (the answer comes a byte at a time). ``delay``: seconds before each piece of an answer. ``reply``: a
    whole answer that is given in the target's place. ``cut``: bytes of a request that break the connection when they
    come by, before (False) or after (True) they reached the target.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.mode = PASS
        self.delay = 0.0
        self.reply: bytes | None = None
        self.cut: tuple[bytes, bool] | None = None
        self.cuts = 0
        self.requests = 0
        self.on_request: Callable[[bytes], None] | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self._open())

    def set(self, mode: str = PASS, delay: float = 0.0, reply: bytes | None = None) -> None:
        """From now on."""
        self.mode, self.delay, self.reply, self.cut, self.on_request = mode, delay, reply, None, None
        if mode in (REFUSE, RESET):
            self._do(self._break_all())

    def close(self) -> None:
        self._do(self._break_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        if threading.current_thread() is self._thread:
            task = self._loop.create_task(work)
            task.add_done_callback(lambda _: None)
        else:
            asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _break_all(self) -> None:
        for writer in list(self._writers):
            _break(writer)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode in (REFUSE, RESET):
            _break(writer)
            return
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _break(writer)
            return
        both = {writer, there}
        self._writers |= both
        try:
            await asyncio.gather(self._to(reader, there, writer), self._fro(there_reader, writer))
        finally:
            self._writers -= both
            for each in both:
                each.close()

    async def _to(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                self.requests += 1
                if self.on_request is not None:
                    self.on_request(data)
                if self.mode == DROP:
                    continue
                if self.reply is not None:
                    back.write(self.reply)
                    await back.drain()
                    continue
                cut = self.cut
                found = cut is not None and cut[0] in data
                if cut is None or not found or cut[1]:
                    target.write(data)
                    await target.drain()
                if found:
                    self.cut = None
                    self.cuts += 1
                    if cut is not None and cut[1]:
                        await asyncio.sleep(0.2)  # it has been heard over there
                    _break(back)
                    _break(target)
                    return
                if self.mode == HALF_CLOSE:
                    back.write_eof()
        _finish(target)

    async def _fro(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self.mode in (DROP, HALF_CLOSE):
                    continue
                if self.mode == DRIP:
                    for byte in data:
                        target.write(bytes([byte]))
                        await target.drain()
                        await asyncio.sleep(0.1)
                    continue
                target.write(data)
                await target.drain()
        _finish(target)


def _break(writer: asyncio.StreamWriter) -> None:
    """Breaks a connection off with a reset, not a farewell."""
    connection: socket.socket | None = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    writer.transport.abort()


def _finish(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        if writer.can_write_eof():
            writer.write_eof()


def http(status: int, body: bytes, kind: str = "application/json") -> bytes:
    """A whole HTTP answer."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
