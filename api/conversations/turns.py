"""Runs turns: one at a time for a conversation, in order, each by whoever holds its lease in the database."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import structlog

from api.conversations.models import TurnStatus
from api.conversations.repository import TurnQueue
from api.conversations.schemas import MessageRequest
from api.conversations.service import Accepted, Claim, ConversationService, Gone, LeaseLost, unstored_json
from api.conversations.wakeups import Wakeups
from api.kit.clock import now
from api.kit.database import Database, DatabaseDown
from api.kit.logging import describe, log, request_id
from api.kit.metrics import Metrics
from api.kit.ports import Assistant, OutcomeLike, Rasa, RasaFailure, Record, Reply
from api.kit.settings import Settings
from api.kit.tokens import Visitor
from api.kit.tracing import span

_LOOK = 0.5  # seconds between two questions whether somebody else has answered
SECOND_READING = 1.0  # seconds that an alarm waits for a reader that may know better
LONG_TEXT = 400  # characters; from here on reading leaves the event loop to others


@dataclass(frozen=True)
class Result:
    """How a turn ended: the contract's answer, and whether the assistant could not assess."""

    answer: dict[str, Any]
    failed: bool


@dataclass
class Waiting:
    """The requests that wait for one turn, and what is known of the first of them."""

    clinic_id: UUID
    request_id: str
    since: float
    futures: set[asyncio.Future[Result]] = field(default_factory=set)


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
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiting: dict[UUID, Waiting] = {}
        self._in_hand: Counter[UUID] = Counter()  # conversations that a task of this process works on
        self._held: dict[UUID, Claim] = {}  # turns at work here, by id
        self._keeper: asyncio.Task[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        metrics.running.set_function(lambda: len(self._in_hand))

    @asynccontextmanager
    async def service(self, clinic_id: UUID) -> AsyncGenerator[ConversationService]:
        """The service of one clinic in one writing transaction."""
        async with self._database.write() as session:
            yield ConversationService(
                session, clinic_id, lease=self._settings.lease, queue_limit=self._settings.queue_limit
            )

    def start(self, claim: Claim) -> None:
        """Runs a claimed turn, and those that wait behind it, in the background."""
        self._in_hand[claim.conversation_id] += 1
        self._background(self._work(claim)).add_done_callback(lambda _: self._let_go(claim.conversation_id))

    async def accept(self, visitor: Visitor, message: MessageRequest, key: str | None, budget: float) -> Accepted:
        """Stores the message. DatabaseDown also when that takes over ``budget`` seconds.

        What is stored later than that is run all the same: the person finds it, answered, when they come back.
        """

        async def store() -> Accepted:
            async with self.service(visitor.clinic_id) as conversations:
                return await conversations.accept(visitor.conversation_id, visitor.version, message, key)

        storing = self._background(store())
        done, _ = await asyncio.wait({storing}, timeout=budget)
        if done:
            accepted: Accepted = storing.result()
            return accepted
        storing.add_done_callback(self._stored_late)
        raise DatabaseDown("late")

    def _stored_late(self, storing: asyncio.Task[Accepted]) -> None:
        if not storing.cancelled() and storing.exception() is None and (claim := storing.result().claim) is not None:
            self.start(claim)

    async def result(self, clinic_id: UUID, turn_id: UUID, claim: Claim | None, budget: float) -> Result | None:
        """The turn's result, or None when it takes longer than ``budget`` seconds. Gone if it was erased."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(turn_id, Waiting(clinic_id, request_id(), time.perf_counter()))
        waiting.futures.add(future)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        try:
            if claim is not None:
                self.start(claim)
            await asyncio.wait({future}, timeout=max(budget, 0))
            return future.result() if future.done() else None
        finally:
            waiting.futures.discard(future)
            if not waiting.futures:
                self._waiting.pop(turn_id, None)
            if future.done() and not future.cancelled():
                future.exception()  # seen

    async def sweep(self) -> None:
        """Takes up turns that a crash left behind, for ever; a task of the application."""
        while True:
            try:
                async with self._database.read() as session:
                    abandoned = await TurnQueue(session).abandoned(now())
                for clinic_id, conversation_id in abandoned:
                    if conversation_id in self._in_hand:
                        continue  # ours, only late
                    async with self.service(clinic_id) as service:
                        claim = await service.claim(conversation_id, now())
                    if claim is not None:
                        log.warning("turn taken up", attempt=claim.attempts)
                        self._metrics.taken_up.inc()
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
        for helper in (self._keeper, self._watcher):
            if helper is not None:
                helper.cancel()

    def honest(self, text: str, record: Record, country: str) -> Result:
        """What can be said without a database: the emergency screen, or that nothing can be assessed now."""
        answer = self.alarm(text, country, record)
        if not answer:
            answer = {"messages": unstored_json(self._assistant.unavailable(text, record, country)), "triage": None}
        self._metrics.turns.labels("unstored").inc()
        return Result(answer, failed=True)

    def alarm(self, text: str, country: str, record: Record | None = None) -> dict[str, Any]:
        """The emergency message and its triage if the text tells of one, else nothing. Stores nothing."""
        outcome = self._assistant.screen(text, record or {}, country) if text else None
        if outcome is None:
            return {}
        return {"messages": unstored_json(outcome.messages), "triage": self._assistant.triage(outcome.record)}

    async def _watch(self) -> None:
        """Asks for all turns together that are waited for here for long: another process may have answered them."""
        while self._waiting:
            await asyncio.sleep(_LOOK)
            late = time.perf_counter() - _LOOK
            waiting = {turn_id: each for turn_id, each in self._waiting.items() if each.since <= late}
            for clinic_id in {each.clinic_id for each in waiting.values()}:
                asked = [turn_id for turn_id, each in waiting.items() if each.clinic_id == clinic_id]
                try:
                    async with self._database.read() as session:
                        found = await ConversationService(session, clinic_id, lease=0, queue_limit=0).ended(asked)
                except DatabaseDown:
                    continue
                except Exception as error:
                    log.error("looking for answers failed", **describe(error))
                    continue
                for turn_id, turn in found.items():
                    if turn is None:
                        self._tell(turn_id, Gone())
                    elif turn.response is not None:
                        self._tell(turn_id, Result(turn.response, failed=turn.status == TurnStatus.FAILED))

    def _let_go(self, conversation_id: UUID) -> None:
        self._in_hand[conversation_id] -= 1
        if not self._in_hand[conversation_id]:
            del self._in_hand[conversation_id]

    def _background(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _work(self, claim: Claim) -> None:
        following: Claim | None = claim
        while following is not None:
            claim = following
            waiting = self._waiting.get(claim.turn_id)
            if waiting is not None:
                self._seconds("queue", waiting.since)
            # One task runs turns of several requests, and those that nobody waits for.
            with structlog.contextvars.bound_contextvars(request_id=waiting.request_id if waiting else uuid4().hex):
                following = await self._work_one(claim)

    async def _work_one(self, claim: Claim) -> Claim | None:
        """Runs one turn and tells whoever waits for it; the next one."""
        self._held[claim.turn_id] = claim
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_leases())
        try:
            result, following = await self._run(claim)
        except DatabaseDown:
            # The turn stays stored with its lease and is taken up again; this person hears now what can be said.
            log.error("turn not stored", stage="store")
            self._tell(claim.turn_id, self.honest(claim.text, claim.record, claim.country))
            return None
        except Gone as gone:
            self._tell(claim.turn_id, gone)
            return None
        except Exception as error:
            log.error("turn failed", **describe(error))
            self._tell(claim.turn_id, error)
            return None
        finally:
            self._held.pop(claim.turn_id, None)
        if result is not None:  # else somebody else has the turn, and whoever waits finds the answer in the database
            self._tell(claim.turn_id, result)
            self._wakeups.wake(claim.conversation_id)
        return following

    async def _keep_leases(self) -> None:
        """Renews the leases of all turns that run here, in one transaction for each clinic, until none does."""
        while self._held:
            await asyncio.sleep(self._settings.lease / 4)
            for clinic_id in {claim.clinic_id for claim in self._held.values()}:
                held = [claim for claim in self._held.values() if claim.clinic_id == clinic_id]
                try:
                    async with self.service(clinic_id) as service:
                        await service.renew(held)
                except DatabaseDown:
                    pass  # the next round tries again; a lease that ran out meanwhile may be somebody else's by then
                except Exception as error:
                    log.error("leases not renewed", **describe(error))

    def _tell(self, turn_id: UUID, result: Result | Exception) -> None:
        waiting = self._waiting.get(turn_id)
        for future in waiting.futures if waiting else ():
            if not future.done():
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    async def _run(self, claim: Claim) -> tuple[Result | None, Claim | None]:
        """The result, None when the lease was lost, and the next turn. Gone when the conversation is."""
        outcome, triage, how = await self._answer(claim)
        failed = how == "unavailable"
        started = time.perf_counter()
        with span("store"):
            try:
                async with self.service(claim.clinic_id) as service:
                    answer, following = await service.finish(claim, outcome, triage, failed=failed)
            except LeaseLost:
                self._metrics.turns.labels("discarded").inc()
                return None, None
        self._seconds("store", started)
        self._count(claim.record, outcome.record, str(triage.get("level") or "none"), how)
        return Result(answer, failed=failed), following

    def _count(self, before: Record, after: Record, level: str, how: str) -> None:
        """One answered turn, for Prometheus."""
        self._metrics.turns.labels(how).inc()
        self._metrics.levels.labels(level).inc()
        if how == "screened":
            self._metrics.guard_overrides.inc()
        if level == "emergency" and self._assistant.triage(before).get("level") != "emergency":
            self._metrics.emergencies.labels("guard" if how == "screened" else "mind").inc()
        if _misses(after) > _misses(before):
            self._metrics.fallbacks.inc()

    async def _answer(self, claim: Claim) -> tuple[OutcomeLike, dict[str, Any], str]:
        """The outcome, its triage, and how it came: ``screened``, ``answered`` or ``unavailable``."""
        if claim.attempts > self._settings.turn_attempts:
            return self._unavailable(claim, "too_many_attempts")
        async with self._asking(claim) as asked:
            started = time.perf_counter()
            try:
                with span("screen"):
                    screened = await self._screen(claim)
            except Exception as error:  # whatever is wrong with us, the person hears what to do in an emergency
                log.error("screen failed", **describe(error))
                return self._unavailable(claim, "screen")
            finally:
                self._seconds("screen", started)
            if screened is not None and (claim.choices is not None or not await self._heeded(screened, asked)):
                return screened, self._assistant.triage(screened.record), "screened"
            try:
                reply = await asked
                triage = self._assistant.triage(reply.record)  # a record that the mind cannot read is no answer
            except RasaFailure as failure:
                return self._unavailable(claim, failure.reason)
            except (ValueError, KeyError, TypeError) as error:
                log.error("record refused", **describe(error))
                return self._unavailable(claim, "bad_record")
        return reply, triage, "answered"

    async def _heeded(self, screened: OutcomeLike, asked: asyncio.Task[Reply]) -> bool:
        """Whether Rasa says soon what it makes of the message, and that deals with what the screen heard in it."""
        await asyncio.wait({asked}, timeout=SECOND_READING)
        try:
            return asked.done() and self._assistant.heeds(asked.result().record, screened.record)
        except (RasaFailure, ValueError, KeyError, TypeError) as error:  # no answer, or a record that is none
            log.warning("no second reading", **describe(error))
            return False

    @asynccontextmanager
    async def _asking(self, claim: Claim) -> AsyncGenerator[asyncio.Task[Reply]]:
        """Asks Rasa, in a task that ends with the block: Rasa reads while this process screens the message."""

        async def ask() -> Reply:
            turn = str(claim.turn_id)
            with span("rasa"):
                if claim.choices is None:
                    return await self._rasa.text(turn, claim.text, claim.record)
                return await self._rasa.choice(turn, claim.choices, claim.record)

        started = time.perf_counter()
        asked = asyncio.create_task(ask())
        # What was given up for an alarm says nothing of the time that Rasa takes.
        asked.add_done_callback(lambda task: None if task.cancelled() else self._seconds("rasa", started))
        try:
            await asyncio.sleep(0)  # the request is on its way before the screen takes the processor
            yield asked
        finally:
            if not asked.cancel() and not asked.cancelled():
                asked.exception()  # seen: a screened alarm needs no answer of Rasa

    async def _screen(self, claim: Claim) -> OutcomeLike | None:
        if claim.choices is not None:
            return self._assistant.screen("", claim.record, claim.country, claim.choices)
        if len(claim.text) < LONG_TEXT:
            return self._assistant.screen(claim.text, claim.record, claim.country)
        return await asyncio.to_thread(self._assistant.screen, claim.text, claim.record, claim.country)

    def _unavailable(self, claim: Claim, reason: str) -> tuple[OutcomeLike, dict[str, Any], str]:
        self._metrics.rasa_failures.labels(reason).inc()
        log.error("assistant unavailable", stage="rasa", reason=reason, attempt=claim.attempts)
        text = claim.text if claim.choices is None else ""
        messages: Sequence[Any] = self._assistant.unavailable(text, claim.record, claim.country)
        return Reply(messages, claim.record), self._assistant.triage(claim.record), "unavailable"

    def _seconds(self, stage: str, started: float) -> None:
        self._metrics.stage.labels(stage).observe(time.perf_counter() - started)


def _misses(record: Record) -> int:
    """How many messages in a row nothing could be made of, as the mind counts them in its record."""
    talk = record.get("dialogue") or {}
    return int(talk.get("lost") or 0) + int((talk.get("pending") or {}).get("unclear") or 0)
