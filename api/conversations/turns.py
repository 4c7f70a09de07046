"""Runs turns: one at a time for a conversation, in order, each by whoever holds its lease in the database."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from api.conversations.models import TurnStatus
from api.conversations.repository import TurnQueue
from api.conversations.service import Claim, ConversationService, unstored_json
from api.conversations.wakeups import Wakeups
from api.kit.clock import now
from api.kit.database import Database, DatabaseDown
from api.kit.logging import describe, log
from api.kit.metrics import Metrics
from api.kit.ports import Assistant, OutcomeLike, Rasa, RasaFailure, Record, Reply
from api.kit.settings import Settings

LONG_TEXT = 400  # characters; from here on reading leaves the event loop to others


class Gone(Exception):
    """The conversation was erased while the turn ran."""


class Result:
    """How a turn ended: the contract's answer, and whether the assistant could assess."""

    def __init__(self, answer: dict[str, Any], *, failed: bool) -> None:
        self.answer = answer
        self.failed = failed


class TurnRunner:
    """Screens, asks Rasa, stores. A turn outlives the request that brought it."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        assistant: Assistant,
        rasa: Rasa,
        wakeups: Wakeups,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._database = database
        self._assistant = assistant
        self._rasa = rasa
        self._wakeups = wakeups
        self._metrics = metrics
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: defaultdict[UUID, set[asyncio.Future[Result]]] = defaultdict(set)

    @asynccontextmanager
    async def service(self, clinic_id: UUID) -> AsyncGenerator[ConversationService]:
        """The service of one clinic in one writing transaction."""
        async with self._database.write() as session:
            yield ConversationService(
                session, clinic_id, lease=self._settings.lease, queue_limit=self._settings.queue_limit
            )

    def start(self, claim: Claim) -> None:
        """Runs a claimed turn, and those that wait behind it, in the background."""
        task = asyncio.create_task(self._work(claim))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def result(self, clinic_id: UUID, turn_id: UUID, claim: Claim | None, budget: float) -> Result | None:
        """The turn's result, or None when it takes longer than ``budget`` seconds. Gone if it was erased."""
        deadline = time.monotonic() + budget
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[turn_id].add(future)
        try:
            if claim is not None:
                self.start(claim)
            while (left := deadline - time.monotonic()) > 0:
                # Another process may hold the turn, and then only the database tells.
                done, _ = await asyncio.wait({future}, timeout=min(left, 0.5))
                if done:
                    return future.result()
                if (stored := await self._stored(clinic_id, turn_id)) is not None:
                    return stored
            return None
        finally:
            self._waiting[turn_id].discard(future)
            if not self._waiting[turn_id]:
                del self._waiting[turn_id]
            if future.done() and not future.cancelled():
                future.exception()  # seen

    async def sweep(self) -> None:
        """Takes up turns that a crash left behind, for ever; a task of the application."""
        while True:
            try:
                async with self._database.read() as session:
                    abandoned = await TurnQueue(session).abandoned(now())
                for clinic_id, conversation_id in abandoned:
                    async with self.service(clinic_id) as service:
                        claim = await service.claim(conversation_id, now())
                    if claim is not None:
                        self.start(claim)
            except DatabaseDown:
                pass
            except Exception as error:
                log.error("sweep failed", **describe(error))
            await asyncio.sleep(self._settings.sweep_every)

    async def stop(self, grace: float = 10.0) -> None:
        """Lets running turns end, then cancels them; what is cut off is taken up by the next sweep."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()

    def honest(self, text: str, record: Record, country: str) -> Result:
        """What can be said without a database: the emergency screen, or that nothing can be assessed now."""
        outcome = self._assistant.screen(text, record, country) if text else None
        answer: dict[str, Any]
        if outcome is not None:
            answer = {
                "messages": unstored_json(outcome.messages),
                "triage": self._assistant.triage(outcome.record),
            }
        else:
            answer = {"messages": unstored_json(self._assistant.unavailable(text, record, country)), "triage": None}
        self._metrics.turns.labels("unstored").inc()
        return Result(answer, failed=True)

    async def _stored(self, clinic_id: UUID, turn_id: UUID) -> Result | None:
        async with self._database.read() as session:
            service = ConversationService(session, clinic_id, lease=0, queue_limit=0)
            turn = await service.turn(turn_id)
        if turn is None:
            raise Gone
        if turn.response is None:
            return None
        return Result(turn.response, failed=turn.status == TurnStatus.FAILED)

    async def _work(self, claim: Claim) -> None:
        following: Claim | None = claim
        while following is not None:
            claim = following
            try:
                result, following = await self._run(claim)
            except DatabaseDown:
                # The turn stays stored with its lease and is taken up again; this person hears now what can be said.
                log.error("turn not stored", stage="store")
                self._tell(claim.turn_id, self.honest(claim.text, claim.record, claim.country))
                return
            except Exception as error:
                log.error("turn failed", **describe(error))
                self._tell(claim.turn_id, error)
                return
            if result is None:
                self._tell(claim.turn_id, Gone())
            else:
                self._tell(claim.turn_id, result)
                self._wakeups.wake(claim.conversation_id)

    def _tell(self, turn_id: UUID, result: Result | Exception) -> None:
        for future in self._waiting.get(turn_id, ()):
            if not future.done():
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    async def _run(self, claim: Claim) -> tuple[Result | None, Claim | None]:
        outcome, how = await self._answer(claim)
        failed = how == "unavailable"
        triage = self._assistant.triage(outcome.record)
        started = time.perf_counter()
        async with self.service(claim.clinic_id) as service:
            answer, following = await service.finish(claim, outcome, triage, failed=failed)
        self._seconds("store", started)
        if answer is None:
            self._metrics.turns.labels("discarded").inc()
            return None, following
        self._metrics.turns.labels(how).inc()
        self._metrics.levels.labels(str(triage.get("level") or "none")).inc()
        return Result(answer, failed=failed), following

    async def _answer(self, claim: Claim) -> tuple[OutcomeLike, str]:
        """The outcome and how it came: ``screened``, ``answered`` or ``unavailable``."""
        if claim.attempts > self._settings.turn_attempts:
            return self._unavailable(claim, "too_many_attempts"), "unavailable"
        started = time.perf_counter()
        try:
            screened = await self._screen(claim)
        except Exception as error:  # whatever is wrong with us, the person hears what to do in an emergency
            log.error("screen failed", **describe(error))
            return self._unavailable(claim, "screen"), "unavailable"
        finally:
            self._seconds("screen", started)
        if screened is not None:
            return screened, "screened"
        started = time.perf_counter()
        turn = str(claim.turn_id)
        try:
            if claim.choices is None:
                reply = await self._rasa.text(turn, claim.text, claim.record)
            else:
                reply = await self._rasa.choice(turn, claim.choices, claim.record)
            self._assistant.triage(reply.record)  # a record that the mind cannot read is no answer
        except RasaFailure as failure:
            return self._unavailable(claim, failure.reason), "unavailable"
        except (ValueError, KeyError, TypeError) as error:
            log.error("record refused", **describe(error))
            return self._unavailable(claim, "bad_record"), "unavailable"
        finally:
            self._seconds("rasa", started)
        return reply, "answered"

    async def _screen(self, claim: Claim) -> OutcomeLike | None:
        if claim.choices is not None:
            return self._assistant.screen("", claim.record, claim.country, claim.choices)
        if len(claim.text) < LONG_TEXT:
            return self._assistant.screen(claim.text, claim.record, claim.country)
        return await asyncio.to_thread(self._assistant.screen, claim.text, claim.record, claim.country)

    def _unavailable(self, claim: Claim, reason: str) -> OutcomeLike:
        self._metrics.rasa_failures.labels(reason).inc()
        log.error("assistant unavailable", stage="rasa", reason=reason, attempt=claim.attempts)
        text = claim.text if claim.choices is None else ""
        messages: Sequence[Any] = self._assistant.unavailable(text, claim.record, claim.country)
        return Reply(messages, claim.record)

    def _seconds(self, stage: str, started: float) -> None:
        self._metrics.stage.labels(stage).observe(time.perf_counter() - started)
