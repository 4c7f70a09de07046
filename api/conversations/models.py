"""The tables of a conversation. Every one carries its clinic, so that no query has to run without it.

All hang on the conversation by ON DELETE CASCADE: erasing it erases everything.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.clock import now
from api.kit.database import Base, UtcDateTime
from api.kit.ids import new_choice_token, new_id


def _part_of(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


class TurnStatus(StrEnum):
    """``accepted``: stored, waiting. ``running``: somebody holds the lease. ``done``/``failed``: answered."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Conversation(Base):
    """One person's talk with the assistant of one clinic, and the only copy of the record.

    ``last_seq``: the highest ``seq`` given to a message. A choice is open when its message's ``seq`` is at least
    ``open_from``, or its question is ``open_question``.
    """

    __tablename__ = "conversations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    clinic_id: Mapped[UUID] = mapped_column(_part_of("clinics.id"), index=True)
    locale: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(2))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    consent_version: Mapped[str] = mapped_column(String(32))
    consent_locale: Mapped[str] = mapped_column(String(16))
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_version: Mapped[int] = mapped_column(Integer, default=1)
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    open_from: Mapped[int] = mapped_column(Integer, default=0)
    open_question: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Message(Base):
    """One message of either role; ``seq`` counts from 1 without gaps.

    ``payload``: question, choices (id and label), guidance and sources of the contract.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    clinic_id: Mapped[UUID] = mapped_column(_part_of("clinics.id"))
    conversation_id: Mapped[UUID] = mapped_column(_part_of("conversations.id"))
    seq: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Choice(Base):
    """One button or tick of a message. ``sets`` is what it means for the record and never leaves the server."""

    __tablename__ = "choices"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_choice_token)
    clinic_id: Mapped[UUID] = mapped_column(_part_of("clinics.id"))
    conversation_id: Mapped[UUID] = mapped_column(_part_of("conversations.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(_part_of("messages.id"), index=True)
    message_seq: Mapped[int] = mapped_column(Integer)
    question_id: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(Text)
    sets: Mapped[dict[str, Any]] = mapped_column(JSON)


class Turn(Base):
    """One message of the person and its answer: the queue and its history in one.

    ``fence`` grows each time somebody takes the turn; only the holder of the newest may finish it.
    ``seq`` is that of the person's message and gives the order.
    """

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "idempotency_key"),
        Index(
            "ux_turns_one_running",
            "conversation_id",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        Index(
            "ix_turns_unfinished",
            "status",
            "lease_until",
            sqlite_where=text("status IN ('accepted', 'running')"),
            postgresql_where=text("status IN ('accepted', 'running')"),
        ),
        Index("ix_turns_conversation_id_seq", "conversation_id", "seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    clinic_id: Mapped[UUID] = mapped_column(_part_of("clinics.id"))
    conversation_id: Mapped[UUID] = mapped_column(_part_of("conversations.id"))
    message_id: Mapped[UUID] = mapped_column(_part_of("messages.id"), index=True)
    seq: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
    request_hash: Mapped[str] = mapped_column(String(64))
    choices: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    question_id: Mapped[str | None] = mapped_column(String(64))
    response: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fence: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
