"""All queries about conversations; each one is scoped by clinic in ``_of``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Select, Table, Update, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.conversations.models import Choice, Conversation, Message, Turn, TurnStatus

UNFINISHED = (TurnStatus.ACCEPTED, TurnStatus.RUNNING)


class ConversationRepository:
    """The conversations of one clinic."""

    def __init__(self, session: AsyncSession, clinic_id: UUID) -> None:
        self._session = session
        self._clinic_id = clinic_id

    @staticmethod
    @cache
    def _statement(name: str) -> Any:
        """The queries of every turn, built once: building one anew takes longer than running it."""
        clinic: Any = bindparam("clinic")
        conversation: Any = bindparam("conversation")
        unfinished = Turn.status.in_(UNFINISHED)
        of_turns = select(Turn).where(Turn.clinic_id == clinic, Turn.conversation_id == conversation)
        of_one = select(Conversation).where(Conversation.clinic_id == clinic, Conversation.id == conversation)
        statements: dict[str, Select[Any] | Update] = {
            "conversation": of_one,
            "locked": of_one.with_for_update(),
            "unfinished": of_turns.where(unfinished).order_by(Turn.seq),
            "unfinished or keyed": of_turns.where(or_(unfinished, Turn.idempotency_key == bindparam("key"))).order_by(
                Turn.seq
            ),
            "next": of_turns.where(Turn.status == TurnStatus.ACCEPTED).order_by(Turn.seq).limit(1),
            "running": of_turns.where(Turn.status == TurnStatus.RUNNING),
            "finish": update(Turn)
            .where(
                Turn.clinic_id == clinic,
                Turn.id == bindparam("turn"),
                Turn.fence == bindparam("held"),
                Turn.status == TurnStatus.RUNNING,
            )
            .values(
                status=bindparam("ended"),
                response=bindparam("answer"),
                finished_at=bindparam("moment"),
                lease_until=None,
            )
            .execution_options(synchronize_session=False),
        }
        return statements[name]

    def _of[M: (Conversation, Message, Choice, Turn)](self, model: type[M]) -> Select[M]:
        return select(model).where(model.clinic_id == self._clinic_id)

    def _named(self, conversation_id: UUID) -> dict[str, Any]:
        return {"clinic": self._clinic_id, "conversation": conversation_id}

    async def insert[M: (Conversation, Message, Choice, Turn)](self, *rows: M) -> None:
        """Stores new rows of one table in one statement, past the session: nothing changes them afterwards."""
        if rows:
            values = [{**row.__dict__, "clinic_id": self._clinic_id} for row in rows]
            for each in values:
                del each["_sa_instance_state"]
            await self._session.execute(insert(cast(Table, type(rows[0]).__table__)), values)

    async def conversation(self, conversation_id: UUID, *, lock: bool = False) -> Conversation | None:
        """The conversation; with ``lock`` nobody else changes it until this transaction ends."""
        query = self._statement("locked" if lock else "conversation")
        found: Conversation | None = await self._session.scalar(query, self._named(conversation_id))
        return found

    async def messages(self, conversation_id: UUID, after: int = 0, limit: int | None = None) -> Sequence[Message]:
        query = self._of(Message).where(Message.conversation_id == conversation_id, Message.seq > after)
        return (await self._session.scalars(query.order_by(Message.seq).limit(limit))).all()

    async def message(self, message_id: UUID) -> Message | None:
        found: Message | None = await self._session.scalar(self._of(Message).where(Message.id == message_id))
        return found

    async def choices(self, conversation_id: UUID, ids: Iterable[str]) -> Sequence[Choice]:
        query = self._of(Choice).where(Choice.conversation_id == conversation_id, Choice.id.in_(list(ids)))
        return (await self._session.scalars(query.order_by(Choice.position))).all()

    async def unfinished_or_keyed(self, conversation_id: UUID, key: str | None) -> Sequence[Turn]:
        """The turns that are not answered yet, and the one with this idempotency key."""
        named = self._named(conversation_id)
        if key is None:
            return (await self._session.scalars(self._statement("unfinished"), named)).all()
        return (await self._session.scalars(self._statement("unfinished or keyed"), named | {"key": key})).all()

    async def turn(self, turn_id: UUID) -> Turn | None:
        found: Turn | None = await self._session.scalar(self._of(Turn).where(Turn.id == turn_id))
        return found

    async def next_accepted(self, conversation_id: UUID) -> Turn | None:
        query = self._statement("next")
        found: Turn | None = await self._session.scalar(query, self._named(conversation_id))
        return found

    async def running(self, conversation_id: UUID) -> Turn | None:
        query = self._statement("running")
        found: Turn | None = await self._session.scalar(query, self._named(conversation_id))
        return found

    async def finish(
        self, turn_id: UUID, fence: int, status: TurnStatus, response: dict[str, Any], moment: datetime
    ) -> bool:
        """Whether the turn was still held with this fence and is now finished."""
        given = {
            "clinic": self._clinic_id,
            "turn": turn_id,
            "held": fence,
            "ended": status,
            "answer": response,
            "moment": moment,
        }
        result = await self._session.execute(self._statement("finish"), given)
        assert isinstance(result, CursorResult)
        return result.rowcount == 1

    async def erase(self, conversation_id: UUID) -> bool:
        """Deletes the conversation and, by cascade, all that hangs on it; False when there was none."""
        result = await self._session.execute(
            delete(Conversation).where(Conversation.clinic_id == self._clinic_id, Conversation.id == conversation_id)
        )
        assert isinstance(result, CursorResult)
        return result.rowcount == 1


class TurnQueue:
    """Looks across clinics for turns nobody works on, and hands out their ids only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def abandoned(self, moment: datetime, limit: int = 20) -> Sequence[tuple[UUID, UUID]]:
        """(clinic, conversation) with a turn whose lease ran out, or one that waits while none runs."""
        other = aliased(Turn)
        someone_runs = (
            select(other.id)
            .where(other.conversation_id == Turn.conversation_id, other.status == TurnStatus.RUNNING)
            .exists()
        )
        query = (
            select(Turn.clinic_id, Turn.conversation_id)
            .where(
                or_(
                    (Turn.status == TurnStatus.RUNNING) & (Turn.lease_until < moment),
                    (Turn.status == TurnStatus.ACCEPTED) & ~someone_runs,
                )
            )
            .distinct()
            .limit(limit)
        )
        return [(row[0], row[1]) for row in (await self._session.execute(query)).all()]
