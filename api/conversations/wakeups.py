"""Wake-ups inside one process: "something happened to this conversation". The database is the truth."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID


class Wakeups:
    """Event streams wait here instead of asking the database all the time."""

    def __init__(self) -> None:
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self.closed = False

    @contextmanager
    def listen(self, conversation_id: UUID) -> Generator[asyncio.Event]:
        """An event that is set at each wake-up; the listener clears it."""
        event = asyncio.Event()
        self._waiting[conversation_id].add(event)
        try:
            yield event
        finally:
            self._waiting[conversation_id].discard(event)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    def wake(self, conversation_id: UUID) -> None:
        for event in self._waiting.get(conversation_id, ()):
            event.set()

    def close(self) -> None:
        """Ends every stream: the process is asked to stop."""
        self.closed = True
        for events in self._waiting.values():
            for event in events:
                event.set()
