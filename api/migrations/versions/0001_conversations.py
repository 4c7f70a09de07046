"""Clinics, conversations, messages, choices and turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_UNFINISHED = sa.text("status IN ('accepted', 'running')")
_RUNNING = sa.text("status = 'running'")


def _clinic(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], f"fk_{table}_clinic_id", ondelete="CASCADE"),
    ]


def _conversation(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], f"fk_{table}_conversation_id", ondelete="CASCADE"
        ),
    ]


def _message(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], f"fk_{table}_message_id", ondelete="CASCADE"),
    ]


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "clinics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clinics"),
        sa.UniqueConstraint("key", name="uq_clinics_key"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_clinic("conversations"),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("consent_version", sa.String(32), nullable=False),
        sa.Column("consent_locale", sa.String(16), nullable=False),
        sa.Column("consent_at", _TIME, nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("open_from", sa.Integer(), nullable=False),
        sa.Column("open_question", sa.String(64), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_clinic_id", "conversations", ["clinic_id"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_clinic("messages"),
        *_conversation("messages"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_messages_conversation_id_seq"),
    )
    op.create_table(
        "choices",
        sa.Column("id", sa.String(16), nullable=False),
        *_clinic("choices"),
        *_conversation("choices"),
        *_message("choices"),
        sa.Column("message_seq", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("sets", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_choices"),
    )
    op.create_index("ix_choices_conversation_id", "choices", ["conversation_id"])
    op.create_index("ix_choices_message_id", "choices", ["message_id"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_clinic("turns"),
        *_conversation("turns"),
        *_message("turns"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=True),
        sa.Column("question_id", sa.String(64), nullable=True),
        sa.Column("response", sa.JSON(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.UniqueConstraint("conversation_id", "idempotency_key", name="uq_turns_conversation_id_idempotency_key"),
    )
    op.create_index("ix_turns_conversation_id_seq", "turns", ["conversation_id", "seq"])
    op.create_index("ix_turns_message_id", "turns", ["message_id"])
    # At most one running turn for a conversation, whatever the processes do.
    op.create_index(
        "ux_turns_one_running",
        "turns",
        ["conversation_id"],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.create_index(
        "ix_turns_unfinished",
        "turns",
        ["status", "lease_until"],
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )


def downgrade() -> None:
    """Drops all tables with what they hold."""
    for table in ("turns", "choices", "messages", "conversations", "clinics"):
        op.drop_table(table)
