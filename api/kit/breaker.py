"""A circuit breaker: once Rasa hangs or is gone, nobody else waits for it until it has shown itself again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import StrEnum


class State(StrEnum):
    """``closed``: all pass. ``open``: none pass. ``half_open``: one passes, as a trial."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Open(Exception):
    """Not even tried."""


class Slow(Exception):
    """The call came to nothing by its time limit: one is enough to open."""


class Failed(Exception):
    """The call came to nothing at once: several in a row open."""


class Breaker:
    """Opens after one ``Slow`` or ``tolerance`` ``Failed`` in a row; ``revive`` (a good health check) half-opens it.

    A failed trial keeps it open, whatever the health check says, for ``pause`` seconds, twice as long each time up
    to ``longest``: something may answer a health check and still hang on everything else.
    """

    def __init__(self, tolerance: int = 3, pause: float = 1.0, longest: float = 30.0) -> None:
        self._tolerance = tolerance
        self._first_pause = self._pause = pause
        self._longest = longest
        self._failures = 0
        self._not_before = 0.0
        self._trial: asyncio.Event | None = None
        self.state = State.CLOSED

    @property
    def willing(self) -> bool:
        """Whether a health check may half-open it, or it is open to calls already."""
        return self.state is not State.OPEN or time.monotonic() >= self._not_before

    def revive(self) -> None:
        """A health check went well."""
        if self.state is State.OPEN and self.willing:
            self.state = State.HALF_OPEN

    @asynccontextmanager
    async def call(self, patience: float = 1.0) -> AsyncGenerator[None]:
        """Around one call, which raises ``Slow`` or ``Failed`` to be counted. ``Open`` when it may not be tried.

        While a trial runs, others wait for its end up to ``patience`` seconds: a trial that goes well takes less.
        """
        if self._trial is not None:
            try:
                async with asyncio.timeout(patience):
                    await self._trial.wait()
            except TimeoutError:
                raise Open from None
        if self.state is State.OPEN or self._trial is not None:
            raise Open
        trial = self.state is State.HALF_OPEN
        if trial:
            self._trial = asyncio.Event()
        try:
            yield
        except Slow:
            self._count(self._tolerance, trial=trial)
            raise
        except Failed:
            self._count(1, trial=trial)
            raise
        else:
            self._failures = 0
            if trial:
                self.state = State.CLOSED
                self._pause = self._first_pause
        finally:
            if trial and self._trial is not None:
                self._trial.set()
                self._trial = None

    def _count(self, weight: int, *, trial: bool) -> None:
        self._failures += weight
        if trial:
            self._not_before = time.monotonic() + self._pause
            self._pause = min(self._pause * 2, self._longest)
        if trial or self._failures >= self._tolerance:
            self.state = State.OPEN
            self._failures = 0
