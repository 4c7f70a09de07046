"""Encryption at rest, retention, refresh secrets, and what a clinic may set.

Rows that are there already are sealed, each conversation under a data key of its own; going down opens them again.
SQLite drops columns in place: making a table anew would cascade into those that hang on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from alembic import context, op

from api.kit.crypto import KeyRing, Safe, owner_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_BATCH = 200


class Moved(NamedTuple):
    """A plain column that becomes ``sealed_<name>``."""

    name: str
    kind: sa.types.TypeEngine[Any]
    nullable: bool = False


MOVED: dict[str, Sequence[Moved]] = {
    "conversations": (Moved("record", sa.JSON()), Moved("open_question", sa.String(64), nullable=True)),
    "messages": (Moved("kind", sa.String(16)), Moved("text", sa.Text()), Moved("payload", sa.JSON())),
    "choices": (
        Moved("question_id", sa.String(64), nullable=True),
        Moved("label", sa.Text()),
        Moved("sets", sa.JSON()),
    ),
    "turns": (
        Moved("choices", sa.JSON(none_as_null=True), nullable=True),
        Moved("question_id", sa.String(64), nullable=True),
        Moved("response", sa.JSON(none_as_null=True), nullable=True),
    ),
}


def upgrade() -> None:
    """Seals what is there."""
    op.create_table(
        "data_keys",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_data_keys"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], "fk_data_keys_clinic_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], "fk_data_keys_conversation_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_data_keys_clinic_id", "data_keys", ["clinic_id"])
    for table, columns in MOVED.items():
        for column in columns:
            default = None if column.nullable else sa.text("''")
            name = f"sealed_{column.name}"
            op.add_column(table, sa.Column(name, sa.LargeBinary(), nullable=column.nullable, server_default=default))
    op.add_column("conversations", sa.Column("consent_hash", sa.String(64), nullable=True))
    op.add_column("conversations", sa.Column("refresh_hash", sa.String(64), nullable=True))
    epoch = sa.text("'1970-01-01 00:00:00'")
    op.add_column("conversations", sa.Column("active_at", _TIME, nullable=False, server_default=epoch))
    op.execute("UPDATE conversations SET active_at = created_at")
    op.drop_index("ix_conversations_clinic_id", "conversations")
    op.create_index("ix_conversations_clinic_id_active_at", "conversations", ["clinic_id", "active_at"])
    _seal_rows()
    for table, columns in MOVED.items():
        for column in columns:
            op.drop_column(table, column.name)
    _upgrade_clinics()
    op.create_table(
        "deletions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_key", sa.String(64), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("cutoff", _TIME, nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("done_at", _TIME, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_deletions"),
        sa.UniqueConstraint("hash", name="uq_deletions_hash"),
    )
    op.create_index("ix_deletions_clinic_id", "deletions", ["clinic_id"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _upgrade_clinics() -> None:
    op.add_column("clinics", sa.Column("locale", sa.String(16), nullable=False, server_default="en"))
    op.add_column("clinics", sa.Column("retention_days", sa.Integer(), nullable=True))
    # Until now any page could show the widget of any clinic; those that did must not go dark over night.
    op.add_column("clinics", sa.Column("origins", sa.JSON(), nullable=False, server_default='["*"]'))
    op.add_column("clinics", sa.Column("api_key_hash", sa.String(64), nullable=True))
    op.add_column("clinics", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_clinics_api_key_hash", "clinics", ["api_key_hash"], unique=True)


def downgrade() -> None:
    """Opens what is sealed; what only the newer tables hold is lost."""
    for table, columns in MOVED.items():
        for column in columns:
            default = None if column.nullable else sa.text("'{}'" if isinstance(column.kind, sa.JSON) else "''")
            op.add_column(
                table, sa.Column(column.name, column.kind, nullable=column.nullable, server_default=default)
            )
    _open_rows()
    for table, columns in MOVED.items():
        for column in columns:
            op.drop_column(table, f"sealed_{column.name}")
    op.drop_index("ix_conversations_clinic_id_active_at", "conversations")
    op.create_index("ix_conversations_clinic_id", "conversations", ["clinic_id"])
    for name in ("consent_hash", "refresh_hash", "active_at"):
        op.drop_column("conversations", name)
    op.drop_index("ix_clinics_api_key_hash", "clinics")
    for name in ("locale", "retention_days", "origins", "api_key_hash", "active"):
        op.drop_column("clinics", name)
    for table in ("data_keys", "deletions", "leases"):
        op.drop_table(table)


def _keys() -> KeyRing:
    keys: KeyRing | None = context.config.attributes.get("keys")
    if keys is None:
        raise RuntimeError("conversations can only be sealed or opened with the keys of the settings")
    return keys


def _table(name: str) -> sa.TableClause:
    plain = [sa.column(moved.name, moved.kind) for moved in MOVED[name]]
    sealed = [sa.column(f"sealed_{moved.name}", sa.LargeBinary()) for moved in MOVED[name]]
    row = sa.column("id", sa.String() if name == "choices" else sa.Uuid())
    conversation = [] if name == "conversations" else [sa.column("conversation_id", sa.Uuid())]
    return sa.table(name, row, sa.column("clinic_id", sa.Uuid()), *conversation, *plain, *sealed)


_DATA_KEYS = sa.table(
    "data_keys",
    sa.column("conversation_id", sa.Uuid()),
    sa.column("clinic_id", sa.Uuid()),
    sa.column("wrapped", sa.String()),
)


def _conversations() -> Iterator[tuple[UUID, UUID]]:
    """(clinic, conversation), in batches, so that a big database does not have to fit into memory."""
    table = _table("conversations")
    last: UUID | None = None
    while True:
        query = sa.select(table.c.clinic_id, table.c.id).order_by(table.c.id).limit(_BATCH)
        rows = op.get_bind().execute(query if last is None else query.where(table.c.id > last)).all()
        if not rows:
            return
        yield from ((row[0], row[1]) for row in rows)
        last = rows[-1][1]


def _seal_rows() -> None:
    for clinic_id, conversation_id in _conversations():
        safe, wrapped = _keys().new_safe(owner_of(clinic_id, conversation_id))
        given = {"conversation_id": conversation_id, "clinic_id": clinic_id, "wrapped": wrapped}
        op.get_bind().execute(_DATA_KEYS.insert().values(given))
        for name in MOVED:
            _each_row(name, conversation_id, safe, sealing=True)


def _open_rows() -> None:
    for clinic_id, conversation_id in _conversations():
        query = sa.select(_DATA_KEYS.c.wrapped).where(_DATA_KEYS.c.conversation_id == conversation_id)
        safe = _keys().safe(owner_of(clinic_id, conversation_id), op.get_bind().execute(query).scalar_one())
        for name in MOVED:
            _each_row(name, conversation_id, safe, sealing=False)


def _each_row(name: str, conversation_id: UUID, safe: Safe, *, sealing: bool) -> None:
    table = _table(name)
    mine = table.c.id if name == "conversations" else table.c.conversation_id
    for row in op.get_bind().execute(sa.select(table).where(mine == conversation_id)).mappings().all():
        values: dict[str, Any] = {}
        for moved in MOVED[name]:
            sealed = f"sealed_{moved.name}"
            place = f"{name}.{sealed}|{row['id']}"
            if sealing:
                plain = row[moved.name]
                values[sealed] = None if plain is None else safe.seal(place, plain)
            else:
                values[moved.name] = None if row[sealed] is None else safe.open(place, row[sealed])
        op.get_bind().execute(sa.update(table).where(table.c.id == row["id"]).values(values))
