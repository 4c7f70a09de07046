"""All queries about conversations, each scoped by clinic; secrets are sealed and opened here and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    Select,
    String,
    Table,
    Update,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from api.conversations.models import Choice, Conversation, DataKey, Message, Turn, TurnStatus
from api.kit.crypto import KeyRing, Safe, owner_of, wrapped_by
from api.kit.database import Session
from api.kit.sealed import place

UNFINISHED = (TurnStatus.ACCEPTED, TurnStatus.RUNNING)

# What a changed row gives back of other rows. As text: on SQLite SQLAlchemy names no tables in RETURNING, so that a
# column of an inner query would be compared with itself.
_KEY_OF_CHANGED = literal_column(
    "(SELECT data_keys.wrapped FROM data_keys "
    "WHERE data_keys.clinic_id = conversations.clinic_id AND data_keys.conversation_id = conversations.id)",
    String,
).label("wrapped")
_BEHIND_CHANGED = literal_column(
    "(SELECT behind.id FROM turns AS behind "
    "WHERE behind.clinic_id = turns.clinic_id AND behind.conversation_id = turns.conversation_id "
    "AND behind.status = 'accepted' ORDER BY behind.seq LIMIT 1)",
    Uuid,
).label("following")


class ConversationRepository:
    """The conversations of one clinic."""

    def __init__(self, session: Session, clinic_id: UUID) -> None:
        self._session = session
        self._clinic_id = clinic_id
        self._keys: KeyRing = session.info["keys"]
        self._safes: dict[UUID, Safe] = {}

    @staticmethod
    @cache
    def _statement(name: str) -> Any:
        """The queries of every turn, built once: building one anew takes longer than running it."""
        clinic: Any = bindparam("clinic")
        conversation: Any = bindparam("conversation")
        turns = cast(Table, Turn.__table__)
        unfinished = turns.c.status.in_(UNFINISHED)
        of_turns = select(Turn).where(Turn.clinic_id == clinic, Turn.conversation_id == conversation)
        rows_of_turns = select(*turns.c).where(turns.c.clinic_id == clinic, turns.c.conversation_id == conversation)
        conversations, keys = cast(Table, Conversation.__table__), cast(Table, DataKey.__table__)
        # Columns in the place of the entity: it belongs to no session, which then need not look for what has changed.
        of_one = (
            select(*conversations.c, keys.c.wrapped)
            .join(keys, keys.c.conversation_id == conversations.c.id)
            .where(conversations.c.clinic_id == clinic, conversations.c.id == conversation)
        )
        statements: dict[str, Any] = {
            "conversation": of_one,
            "locked": of_one.with_for_update(of=conversations),
            "key": select(DataKey.wrapped).where(
                DataKey.clinic_id == clinic, DataKey.conversation_id == conversation
            ),
            "unfinished": rows_of_turns.where(unfinished).order_by(turns.c.seq),
            "unfinished or keyed": rows_of_turns.where(
                or_(unfinished, turns.c.idempotency_key == bindparam("key"))
            ).order_by(turns.c.seq),
            "next": of_turns.where(Turn.status == TurnStatus.ACCEPTED).order_by(Turn.seq).limit(1),
            "running": of_turns.where(Turn.status == TurnStatus.RUNNING),
            "next message": update(conversations)
            .where(conversations.c.clinic_id == clinic, conversations.c.id == conversation)
            .values(last_seq=conversations.c.last_seq + 1, active_at=bindparam("moment"))
            .returning(*conversations.c, _KEY_OF_CHANGED),
            "finish": update(turns)
            .where(
                turns.c.clinic_id == clinic,
                turns.c.id == bindparam("turn"),
                turns.c.fence == bindparam("held"),
                turns.c.status == TurnStatus.RUNNING,
            )
            .values(
                status=bindparam("ended"),
                sealed_response=bindparam("answer"),
                finished_at=bindparam("moment"),
                lease_until=None,
            )
            .returning(_BEHIND_CHANGED),
        }
        return statements[name]

    def _of[M: (Conversation, Message, Choice, Turn)](self, model: type[M]) -> Select[M]:
        return select(model).where(model.clinic_id == self._clinic_id)

    def _named(self, conversation_id: UUID) -> dict[str, Any]:
        return {"clinic": self._clinic_id, "conversation": conversation_id}

    async def safe(self, conversation_id: UUID) -> Safe | None:
        """The safe of a conversation's secrets; None when there is no such conversation."""
        if conversation_id not in self._safes:
            wrapped = await self._session.scalar(self._statement("key"), self._named(conversation_id))
            if wrapped is None:
                return None
            self._remember(conversation_id, wrapped)
        return self._safes[conversation_id]

    def _remember(self, conversation_id: UUID, wrapped: str) -> Safe:
        safe = self._keys.safe(owner_of(self._clinic_id, conversation_id), wrapped)
        self._safes[conversation_id] = safe
        return safe

    def new_safe(self, conversation_id: UUID) -> tuple[Safe, str]:
        """The safe of a conversation that ``open`` will store, and its wrapped data key."""
        safe, wrapped = self._keys.new_safe(owner_of(self._clinic_id, conversation_id))
        self._safes[conversation_id] = safe
        return safe, wrapped

    async def open(self, conversation: Conversation, wrapped: str) -> None:
        """Stores a new conversation with its data key."""
        safe = self._safes[conversation.id]
        await self._insert(Conversation, [self._stored(conversation, safe)])
        key = {"conversation_id": conversation.id, "clinic_id": self._clinic_id, "wrapped": wrapped}
        await self._insert(DataKey, [key])

    async def insert[M: (Message, Choice, Turn)](self, *rows: M) -> None:
        """Stores new rows of one table in one statement, past the session: nothing changes them afterwards."""
        if rows:
            safe = self._safes[rows[0].conversation_id]
            await self._insert(type(rows[0]), [self._stored(row, safe) for row in rows])

    def _stored(self, row: Conversation | Message | Choice | Turn, safe: Safe) -> dict[str, Any]:
        columns = type(row).__table__.columns
        values = {name: value for name, value in row.__dict__.items() if name in columns}
        return {**values, **row.sealed_values(safe), "clinic_id": self._clinic_id}

    async def _insert(self, model: type[Any], values: Sequence[dict[str, Any]]) -> None:
        await self._session.execute(insert(cast(Table, model.__table__)), values)

    async def _opened[M: (Message, Choice, Turn)](self, conversation_id: UUID, rows: Sequence[M]) -> Sequence[M]:
        safe = await self.safe(conversation_id) if rows else None
        return [row.unlock(safe) for row in rows] if safe is not None else []

    async def conversation(self, conversation_id: UUID, *, lock: bool = False) -> Conversation | None:
        """The conversation; with ``lock`` nobody else changes it until this transaction ends, and ``save`` does."""
        query = self._statement("locked" if lock else "conversation")
        return await self._a_conversation(query, self._named(conversation_id))

    async def with_next_message(self, conversation_id: UUID, moment: datetime) -> Conversation | None:
        """The conversation, locked, with ``last_seq`` counting one message more and ``active_at`` at ``moment``."""
        named = {**self._named(conversation_id), "moment": moment}
        return await self._a_conversation(self._statement("next message"), named)

    async def _a_conversation(self, query: Any, named: dict[str, Any]) -> Conversation | None:
        found = (await self._session.execute(query, named)).mappings().one_or_none()
        if found is None:
            return None
        values = dict(found)
        safe = self._remember(values["id"], values.pop("wrapped"))
        return Conversation(**values).unlock(safe)

    async def save(self, conversation: Conversation, *names: str) -> None:
        """Stores these columns of a conversation that was read with ``lock``."""
        values = {f"new_{name}": getattr(conversation, name) for name in names}
        await self._session.execute(_saving(*names), self._named(conversation.id) | values)

    async def advance(
        self, conversation_id: UUID, safe: Safe, messages: int, changes: Mapping[str, Any]
    ) -> int | None:
        """Counts so many messages more and stores the changes; locks the conversation until the transaction ends.

        ``changes``: ``record`` and ``open_question``; ``open_from`` counted from the next message as 1. The last
        ``seq`` before those messages; None when the conversation is gone.
        """
        self._safes[conversation_id] = safe
        values = {
            f"new_{name}": value
            for name, value in Conversation(id=conversation_id, **changes).sealed_values(safe).items()
        }
        if "open_from" in changes:
            values["opens"] = changes["open_from"]
        statement = _advancing(*sorted(values))
        named = self._named(conversation_id) | values | {"more": messages}
        last_seq: int | None = (await self._session.execute(statement, named)).scalar_one_or_none()
        return None if last_seq is None else last_seq - messages

    async def messages(self, conversation_id: UUID, after: int = 0, limit: int | None = None) -> Sequence[Message]:
        query = self._of(Message).where(Message.conversation_id == conversation_id, Message.seq > after)
        found = (await self._session.scalars(query.order_by(Message.seq).limit(limit))).all()
        return await self._opened(conversation_id, found)

    async def message(self, message_id: UUID) -> Message | None:
        return await self._one(self._of(Message).where(Message.id == message_id))

    async def choices(self, conversation_id: UUID, ids: Iterable[str]) -> Sequence[Choice]:
        query = self._of(Choice).where(Choice.conversation_id == conversation_id, Choice.id.in_(list(ids)))
        found = (await self._session.scalars(query.order_by(Choice.position))).all()
        return await self._opened(conversation_id, found)

    async def unfinished_or_keyed(self, conversation_id: UUID, key: str | None) -> Sequence[Turn]:
        """The turns that are not answered yet, and the one with this idempotency key, as rows of no session."""
        named = self._named(conversation_id)
        if key is None:
            found = await self._session.execute(self._statement("unfinished"), named)
        else:
            found = await self._session.execute(self._statement("unfinished or keyed"), named | {"key": key})
        return await self._opened(conversation_id, [Turn(**row) for row in found.mappings()])

    async def turn(self, turn_id: UUID) -> Turn | None:
        return await self._one(self._of(Turn).where(Turn.id == turn_id))

    async def states(self, turn_ids: Sequence[UUID]) -> dict[UUID, str]:
        """The status of each turn; one that is gone is missing."""
        query = select(Turn.id, Turn.status).where(Turn.clinic_id == self._clinic_id, Turn.id.in_(turn_ids))
        return {row.id: row.status for row in (await self._session.execute(query)).all()}

    async def next_accepted(self, conversation_id: UUID) -> Turn | None:
        return await self._one(self._statement("next"), self._named(conversation_id))

    async def running(self, conversation_id: UUID) -> Turn | None:
        return await self._one(self._statement("running"), self._named(conversation_id))

    async def _one[M: (Message, Turn)](self, query: Select[M], named: dict[str, Any] | None = None) -> M | None:
        found: M | None = await self._session.scalar(query, named)
        if found is None:
            return None
        return next(iter(await self._opened(found.conversation_id, [found])), None)

    async def finish(
        self,
        conversation_id: UUID,
        turn_id: UUID,
        fence: int,
        status: TurnStatus,
        response: dict[str, Any],
        moment: datetime,
    ) -> tuple[bool, Turn | None]:
        """Finishes the turn, if it is still held with this fence: whether it was, and the turn that waits behind it.

        Its conversation was locked before.
        """
        sealed = self._safes[conversation_id].seal(place("turns", "response", turn_id), response)
        given = {
            "clinic": self._clinic_id,
            "turn": turn_id,
            "held": fence,
            "ended": status,
            "answer": sealed,
            "moment": moment,
        }
        finished = (await self._session.execute(self._statement("finish"), given)).one_or_none()
        if finished is None:
            return False, None
        return True, await self.turn(finished.following) if finished.following is not None else None

    async def renew(self, held: Sequence[tuple[UUID, int]], until: datetime) -> None:
        """The turns, by id and fence, that still run under that fence are held until then."""
        await self._session.execute(
            update(Turn)
            .where(
                Turn.clinic_id == self._clinic_id,
                Turn.status == TurnStatus.RUNNING,
                tuple_(Turn.id, Turn.fence).in_(held),
            )
            .values(lease_until=until)
            .execution_options(synchronize_session=False)
        )

    async def erase(self, conversation_id: UUID) -> bool:
        """Deletes the conversation and, by cascade, all that hangs on it; False when there was none."""
        result = await self._session.execute(
            delete(Conversation).where(Conversation.clinic_id == self._clinic_id, Conversation.id == conversation_id)
        )
        assert isinstance(result, CursorResult)
        return result.rowcount == 1

    async def last_active_before(self, cutoff: datetime, limit: int) -> Sequence[UUID]:
        """Ids of conversations in which nobody has said anything since then, the oldest first."""
        query = select(Conversation.id).where(
            Conversation.clinic_id == self._clinic_id, Conversation.active_at < cutoff
        )
        return (await self._session.scalars(query.order_by(Conversation.active_at).limit(limit))).all()

    async def count_before(self, cutoff: datetime) -> int:
        query = (
            select(func.count())
            .select_from(Conversation)
            .where(Conversation.clinic_id == self._clinic_id, Conversation.active_at < cutoff)
        )
        return await self._session.scalar(query) or 0

    async def erase_all(self, ids: Sequence[UUID]) -> int:
        """Deletes these conversations with all that hangs on them; how many messages they had."""
        messages = await self._session.scalar(
            select(func.count())
            .select_from(Message)
            .where(Message.clinic_id == self._clinic_id, Message.conversation_id.in_(ids))
        )
        await self._session.execute(
            delete(Conversation).where(Conversation.clinic_id == self._clinic_id, Conversation.id.in_(ids))
        )
        return messages or 0

    async def rewrap(self, limit: int) -> int:
        """Wraps data keys with the active master key that another one wrapped; how many."""
        query = select(DataKey).where(
            DataKey.clinic_id == self._clinic_id,
            ~DataKey.wrapped.startswith(wrapped_by(self._keys.active), autoescape=True),
        )
        keys = (await self._session.scalars(query.limit(limit).with_for_update())).all()
        for key in keys:
            key.wrapped = self._keys.rewrap(owner_of(self._clinic_id, key.conversation_id), key.wrapped)
        return len(keys)

    async def master_keys(self) -> dict[str, int]:
        """How many of the clinic's data keys each master key has wrapped, by its id; also ids not in the ring."""
        begins = {kid: DataKey.wrapped.startswith(wrapped_by(kid), autoescape=True) for kid in self._keys.ids}
        used: dict[str, int] = {}
        for kid, wrapped in begins.items():
            query = select(func.count()).where(DataKey.clinic_id == self._clinic_id, wrapped)
            used[kid] = await self._session.scalar(query) or 0
        strange = select(DataKey.wrapped).where(DataKey.clinic_id == self._clinic_id, ~or_(*begins.values()))
        return used | Counter(wrapped.split("|")[1] for wrapped in await self._session.scalars(strange))


@cache
def _saving(*names: str) -> Update:
    conversations = cast(Table, Conversation.__table__)
    return (
        update(conversations)
        .where(conversations.c.clinic_id == bindparam("clinic"), conversations.c.id == bindparam("conversation"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )


@cache
def _advancing(*names: str) -> Update:
    """``names``: ``opens``, and ``new_`` with each column that is stored."""
    conversations = cast(Table, Conversation.__table__)
    stored = [name for name in names if name.startswith("new_")]
    changed: dict[str, ColumnElement[Any]] = {name.removeprefix("new_"): bindparam(name) for name in stored}
    if "opens" in names:
        changed["open_from"] = conversations.c.last_seq + bindparam("opens", type_=Integer)
    return (
        update(conversations)
        .where(conversations.c.clinic_id == bindparam("clinic"), conversations.c.id == bindparam("conversation"))
        .values(last_seq=conversations.c.last_seq + bindparam("more", type_=Integer), **changed)
        .returning(conversations.c.last_seq)
    )


@cache
def _abandoned() -> Select[UUID, UUID]:
    # Written out, not bound: only then does SQLite see that the small index of unfinished turns will do.
    accepted, running = (literal(status.value, literal_execute=True) for status in UNFINISHED)
    other = aliased(Turn)
    someone_runs = (
        select(other.id).where(other.conversation_id == Turn.conversation_id, other.status == running).exists()
    )
    return (
        select(Turn.clinic_id, Turn.conversation_id)
        .where(
            Turn.status.in_((accepted, running)),
            or_(
                (Turn.status == running) & (Turn.lease_until < bindparam("moment")),
                (Turn.status == accepted) & ~someone_runs,
            ),
        )
        .distinct()
        .limit(bindparam("most"))
    )


class TurnQueue:
    """Looks across clinics for turns nobody works on, and hands out their ids only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def abandoned(self, moment: datetime, limit: int = 100) -> Sequence[tuple[UUID, UUID]]:
        """(clinic, conversation) with a turn whose lease ran out, or one that waits while none runs."""
        found = await self._session.execute(_abandoned(), {"moment": moment, "most": limit})
        return [(row.clinic_id, row.conversation_id) for row in found.all()]


class Heights:
    """Looks across clinics for how far conversations have come, and hands out numbers only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of(self, conversations: Sequence[UUID], at_once: int = 500) -> dict[UUID, int]:
        """The highest ``seq`` of each; a conversation that is gone is missing."""
        found: dict[UUID, int] = {}
        for start in range(0, len(conversations), at_once):
            some = conversations[start : start + at_once]
            query = select(Conversation.id, Conversation.last_seq).where(Conversation.id.in_(some))
            found.update((row.id, row.last_seq) for row in (await self._session.execute(query)).all())
        return found
