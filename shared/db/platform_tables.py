"""The tables that the platform keeps in every service's schema: outbox, inbox, dead letters, idempotency, jobs, the tenant's standing.

`outbox` and `dead_letter` cross tenants: a service may only insert into the first, only the relay reads them.
`processed_message` and `idempotency_record` belong to tenants like any other row.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

CROSS_TENANT = frozenset({"outbox", "dead_letter"})
MAX_FAILURES = 8
MAX_UNANSWERED = 30  # sends without any answer: the message kills its consumer
IS_DEAD = f"failures >= {MAX_FAILURES} OR unanswered >= {MAX_UNANSWERED}"  # said in an index: a change is a migration


def add_platform_tables(metadata: MetaData) -> None:
    """Register the tables in a service's metadata, so that its migrations know them."""
    _add_messages(metadata)
    _add_idempotency(metadata)
    _add_jobs(metadata)
    _add_standing(metadata)


def _add_messages(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        *_message(),
        Column("next_send_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        Column("sends", Integer, nullable=False, server_default="0"),
        Column("unanswered", Integer, nullable=False, server_default="0"),
        Column("failures", Integer, nullable=False, server_default="0"),
        Column("last_error", Text),
        Column("order_key", Text),  # what is told in an order: the next is sent when all before it were answered
        Column(
            "placed", Boolean, nullable=False, server_default="true"
        ),  # false: nobody has looked yet what it is behind
        Index(None, "destination", "priority", "next_send_at"),
        Index(None, "destination", "priority", "tenant_id", "next_send_at"),  # from tenant to tenant, whoever has most
        Index("ix_outbox_dead", "message_id", postgresql_where=text(IS_DEAD)),
        Index("ix_outbox_new_in_order", "destination", "message_id", postgresql_where=text("NOT placed")),
        Index(
            "ix_outbox_order",
            "destination",
            "tenant_id",
            "order_key",
            "message_id",
            postgresql_where=text("order_key IS NOT NULL"),
        ),
    )
    Table(
        "dead_letter",
        metadata,
        *_message(),
        Column("reason", Text, nullable=False),
        Column("died_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    )
    Table(
        "processed_message",
        metadata,
        Column("tenant_id", Uuid, nullable=False),
        Column("message_id", Uuid, nullable=False),
        Column("processed_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        PrimaryKeyConstraint("tenant_id", "message_id"),
    )


def _add_idempotency(metadata: MetaData) -> None:
    Table(
        "idempotency_record",
        metadata,
        Column("tenant_id", Uuid, nullable=False),
        Column("key_hash", LargeBinary, nullable=False),
        Column("request_hash", LargeBinary, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", Text),  # encrypted: answers quote people
        Column("resource_id", Text),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        PrimaryKeyConstraint("tenant_id", "key_hash"),
    )


def _add_jobs(metadata: MetaData) -> None:
    Table(
        "job",
        metadata,
        Column("tenant_id", Uuid, nullable=False),
        Column("id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("state", _one_of("waiting", "running", "done", "failed"), nullable=False),
        Column("done", Integer, nullable=False, server_default="0"),
        Column("total", Integer),
        Column("result", JSONB),
        Column("errors", JSONB, nullable=False),
        Column("memory", JSONB, nullable=False),  # what the job itself remembers between its chunks
        Column("created_by", Uuid),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("tenant_id", "id"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    )
    Table(
        "job_part",
        metadata,
        Column("tenant_id", Uuid, nullable=False),
        Column("job_id", Uuid, nullable=False),
        Column("service", Text, nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("sealed", Text),  # encrypted: a part of somebody's file
        PrimaryKeyConstraint("tenant_id", "job_id", "service"),
    )


def _add_standing(metadata: MetaData) -> None:
    Table(
        "tenant_standing",
        metadata,
        Column("tenant_id", Uuid, nullable=False),
        Column("state", _one_of("active", "suspended", "deleted"), nullable=False),
        Column("state_version", Integer, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("tenant_id"),
        CheckConstraint("state IN ('active', 'suspended', 'deleted')", name="state"),
    )


def _one_of(*states: str) -> Enum:
    """Text; the CHECK stands beside it."""
    return Enum(*states, native_enum=False, length=40, create_constraint=False)


def _message() -> list[SchemaItem]:
    """A message on its way to one service."""
    return [
        Column("message_id", Uuid, nullable=False),
        Column("destination", Text, nullable=False),
        Column("tenant_id", Uuid, nullable=False),
        Column("priority", SmallInteger, nullable=False),
        Column("envelope", JSONB, nullable=False),
        PrimaryKeyConstraint("message_id", "destination"),
    ]
