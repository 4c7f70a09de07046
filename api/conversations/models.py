"""The tables of a conversation. Every one carries its clinic, so that no query has to run without it.

All hang on the conversation by ON DELETE CASCADE: erasing it erases everything. What somebody said, what it means and
what was concluded is stored only encrypted (``Secret``); ids, order, times and states of work are plain.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.clock import now
from api.kit.database import Base, UtcDateTime
from api.kit.ids import new_choice_token, new_id
from api.kit.sealed import SealedRow, Secret


def _part_of(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


def _sealed() -> Mapped[bytes]:
    return mapped_column(LargeBinary)


def _sealed_or_null() -> Mapped[bytes | None]:
    return mapped_column(LargeBinary, nullable=True)


class TurnStatus(StrEnum):
    """``accepted``: stored, waiting. ``running``: somebody holds the lease. ``done``/``failed``: answered."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Conversation(SealedRow, Base):
    """One person's talk with the assistant of one clinic, and the only copy of the record.

    ``last_seq``: the highest ``seq`` given to a message. A choice is open when its message's ``seq`` is at least
    ``open_from``, or its question is ``open_question``. ``active_at``: when the person last said something.
    ``consent_hash``: SHA-256 of the notice agreed to, None when it was not ours. ``refresh_hash``: of the secret that
    gets a new token.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_clinic_id_active_at", "clinic_id", "active_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    clinic_id: Mapped[UUID] = mapped_column(_part_of("clinics.id"))
    locale: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(2))
    sealed_record: Mapped[bytes] = _sealed()
    record = Secret[dict[str, Any]]()
    consent_version: Mapped[str] = mapped_column(String(32))
    consent_locale: Mapped[str] = mapped_column(String(16))
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    consent_hash: Mapped[str | None] = mapped_column(String(64))
    token_version: Mapped[int] = mapped_column(Integer, default=1)
    refresh_hash: Mapped[str | None] = mapped_column(String(64))
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    open_from: Mapped[int] = mapped_column(Integer, default=0)
    sealed_open_question: Mapped[bytes | None] = _sealed_or_null()
    open_question = Secret[str | None]()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class DataKey(Base):
    """The key of a conversation's secrets, wrapped by a master key.

    A table of its own, so that a backup can leave it out: without it, the rest of the backup says nothing.
    """

    __tablename__ = "data_keys"

    conversation_id: Mapped[UUID] = mapped_column(_part_of("conversations.id"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(_part_of("clinics.id"), index=True)
    wrapped: Mapped[str] = mapped_column(String(200))


class Message(SealedRow, Base):
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
    sealed_kind: Mapped[bytes] = _sealed()
    kind = Secret[str]()
    sealed_text: Mapped[bytes] = _sealed()
    text = Secret[str]()
    sealed_payload: Mapped[bytes] = _sealed()
    payload = Secret[dict[str, Any]]()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Choice(SealedRow, Base):
    """One button or tick of a message. ``sets`` is what it means for the record and never leaves the server."""

    __tablename__ = "choices"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_choice_token)
    clinic_id: Mapped[UUID] = mapped_column(_part_of("clinics.id"))
    conversation_id: Mapped[UUID] = mapped_column(_part_of("conversations.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(_part_of("messages.id"), index=True)
    message_seq: Mapped[int] = mapped_column(Integer)
    sealed_question_id: Mapped[bytes | None] = _sealed_or_null()
    question_id = Secret[str | None]()
    position: Mapped[int] = mapped_column(Integer)
    sealed_label: Mapped[bytes] = _sealed()
    label = Secret[str]()
    sealed_sets: Mapped[bytes] = _sealed()
    sets = Secret[dict[str, Any]]()


class Turn(SealedRow, Base):
    """One message of the person and its answer: the queue and its history in one.

    ``fence`` grows each time somebody takes the turn; only the holder of the newest may finish it.
    ``seq`` is that of the person's message and gives the order. ``request_hash`` needs the data key to be computed.
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
    sealed_choices: Mapped[bytes | None] = _sealed_or_null()
    choices = Secret[list[dict[str, Any]] | None]()
    sealed_question_id: Mapped[bytes | None] = _sealed_or_null()
    question_id = Secret[str | None]()
    sealed_response: Mapped[bytes | None] = _sealed_or_null()
    response = Secret[dict[str, Any] | None]()
    fence: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
