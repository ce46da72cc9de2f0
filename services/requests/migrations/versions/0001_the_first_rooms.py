"""The first rooms."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("died_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "destination", name=op.f("pk_dead_letter")),
        schema="requests",
    )
    op.create_table(
        "directory_position",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("ahead", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_directory_position")),
        schema="requests",
    )
    op.create_table(
        "help_request",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("requester_name", sa.String(), nullable=False),
        sa.Column("requester_phone", sa.String(), nullable=True),
        sa.Column("requester_person_id", sa.Uuid(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("resolutions", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('legal', 'informational', 'complaint', 'suggestion', 'comment')",
            name=op.f("ck_help_request_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('vk', 'telegram', 'max', 'phone', 'in_person')", name=op.f("ck_help_request_source")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'open', 'waiting', 'on_hold', 'resolved', 'closed')", name=op.f("ck_help_request_state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_help_request_tenant_id_number")),
        schema="requests",
    )
    op.create_index(
        op.f("ix_help_request_tenant_id_assignee_id_id"),
        "help_request",
        ["tenant_id", "assignee_id", "id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        op.f("ix_help_request_tenant_id_kind_id"),
        "help_request",
        ["tenant_id", "kind", "id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        op.f("ix_help_request_tenant_id_organization_id_id"),
        "help_request",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        op.f("ix_help_request_tenant_id_source_id"),
        "help_request",
        ["tenant_id", "source", "id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        op.f("ix_help_request_tenant_id_state_id"),
        "help_request",
        ["tenant_id", "state", "id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        "uq_help_request_unresolved_conversation",
        "help_request",
        ["tenant_id", "conversation_id"],
        unique=True,
        schema="requests",
        postgresql_where=sa.text("state IN ('new', 'on_hold', 'open', 'waiting')"),
    )
    op.create_table(
        "idempotency_record",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("resource_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key_hash", name=op.f("pk_idempotency_record")),
        schema="requests",
    )
    op.create_table(
        "identifier",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_identifier")),
        sa.UniqueConstraint(
            "tenant_id", "network", "external_id", name=op.f("uq_identifier_tenant_id_network_external_id")
        ),
        schema="requests",
    )
    op.create_index(
        op.f("ix_identifier_tenant_id_person_id"),
        "identifier",
        ["tenant_id", "person_id"],
        unique=False,
        schema="requests",
    )
    op.create_table(
        "membership",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "tenant_id", "organization_id", "person_id", name=op.f("uq_membership_tenant_id_organization_id_person_id")
        ),
        schema="requests",
    )
    op.create_index(
        op.f("ix_membership_tenant_id_person_id"),
        "membership",
        ["tenant_id", "person_id"],
        unique=False,
        schema="requests",
    )
    op.create_table(
        "organization",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organization")),
        schema="requests",
    )
    op.create_table(
        "organization_reach",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organization_reach")),
        sa.UniqueConstraint(
            "tenant_id",
            "ancestor_id",
            "organization_id",
            name=op.f("uq_organization_reach_tenant_id_ancestor_id_organization_id"),
        ),
        schema="requests",
    )
    op.create_index(
        op.f("ix_organization_reach_tenant_id_organization_id"),
        "organization_reach",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="requests",
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("next_send_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sends", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unanswered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", "destination", name=op.f("pk_outbox")),
        schema="requests",
    )
    op.create_index(
        op.f("ix_outbox_destination_priority_next_send_at"),
        "outbox",
        ["destination", "priority", "next_send_at"],
        unique=False,
        schema="requests",
    )
    op.create_table(
        "person",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_person")),
        schema="requests",
    )
    op.create_table(
        "processed_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("pk_processed_message")),
        schema="requests",
    )
    op.create_table(
        "request_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_request_counter")),
        sa.UniqueConstraint("tenant_id", "year", name=op.f("uq_request_counter_tenant_id_year")),
        schema="requests",
    )
    op.create_table(
        "rating",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("rated_by", sa.String(40), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rated_by IN ('button', 'link')", name=op.f("ck_rating_rated_by")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_rating_score")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["requests.help_request.tenant_id", "requests.help_request.id"],
            name=op.f("fk_rating_tenant_id_request_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rating")),
        sa.UniqueConstraint(
            "tenant_id", "request_id", "resolution", name=op.f("uq_rating_tenant_id_request_id_resolution")
        ),
        schema="requests",
    )
    op.create_index(
        op.f("ix_rating_tenant_id_request_id"), "rating", ["tenant_id", "request_id"], unique=False, schema="requests"
    )
    op.create_table(
        "request_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_message_id", sa.Uuid(), nullable=True),
        sa.Column("delivery_state", sa.String(40), nullable=True),
        sa.Column("delivery_sequence", sa.Integer(), nullable=False),
        sa.Column("delivery_code", sa.String(), nullable=True),
        sa.CheckConstraint(
            "delivery_state IN ('pending', 'sending', 'sent', 'retrying', 'rejected', 'failed', 'unknown', 'spoken')",
            name=op.f("ck_request_message_delivery_state"),
        ),
        sa.CheckConstraint("direction IN ('inbound', 'outbound', 'note')", name=op.f("ck_request_message_direction")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["requests.help_request.tenant_id", "requests.help_request.id"],
            name=op.f("fk_request_message_tenant_id_request_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_request_message")),
        sa.UniqueConstraint(
            "tenant_id", "source_message_id", name=op.f("uq_request_message_tenant_id_source_message_id")
        ),
        schema="requests",
    )
    op.create_index(
        op.f("ix_request_message_tenant_id_request_id"),
        "request_message",
        ["tenant_id", "request_id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        op.f("ix_request_message_tenant_id_request_id_id"),
        "request_message",
        ["tenant_id", "request_id", "id"],
        unique=False,
        schema="requests",
    )
    op.create_table(
        "state_change",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("from_state", sa.String(40), nullable=True),
        sa.Column("to_state", sa.String(40), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "action IN ('create', 'receive', 'assign', 'reply', 'wait', 'hold', 'resolve', 'reopen', 'close', 'invite_rating')",
            name=op.f("ck_state_change_action"),
        ),
        sa.CheckConstraint(
            "from_state IN ('new', 'open', 'waiting', 'on_hold', 'resolved', 'closed')",
            name=op.f("ck_state_change_from_state"),
        ),
        sa.CheckConstraint(
            "to_state IN ('new', 'open', 'waiting', 'on_hold', 'resolved', 'closed')",
            name=op.f("ck_state_change_to_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["requests.help_request.tenant_id", "requests.help_request.id"],
            name=op.f("fk_state_change_tenant_id_request_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_state_change")),
        schema="requests",
    )
    op.create_index(
        op.f("ix_state_change_tenant_id_request_id"),
        "state_change",
        ["tenant_id", "request_id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        op.f("ix_state_change_tenant_id_request_id_id"),
        "state_change",
        ["tenant_id", "request_id", "id"],
        unique=False,
        schema="requests",
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_state_change_tenant_id_request_id_id"), table_name="state_change", schema="requests")
    op.drop_index(op.f("ix_state_change_tenant_id_request_id"), table_name="state_change", schema="requests")
    op.drop_table("state_change", schema="requests")
    op.drop_index(op.f("ix_request_message_tenant_id_request_id_id"), table_name="request_message", schema="requests")
    op.drop_index(op.f("ix_request_message_tenant_id_request_id"), table_name="request_message", schema="requests")
    op.drop_table("request_message", schema="requests")
    op.drop_index(op.f("ix_rating_tenant_id_request_id"), table_name="rating", schema="requests")
    op.drop_table("rating", schema="requests")
    op.drop_table("request_counter", schema="requests")
    op.drop_table("processed_message", schema="requests")
    op.drop_table("person", schema="requests")
    op.drop_index(op.f("ix_outbox_destination_priority_next_send_at"), table_name="outbox", schema="requests")
    op.drop_table("outbox", schema="requests")
    op.drop_index(
        op.f("ix_organization_reach_tenant_id_organization_id"), table_name="organization_reach", schema="requests"
    )
    op.drop_table("organization_reach", schema="requests")
    op.drop_table("organization", schema="requests")
    op.drop_index(op.f("ix_membership_tenant_id_person_id"), table_name="membership", schema="requests")
    op.drop_table("membership", schema="requests")
    op.drop_index(op.f("ix_identifier_tenant_id_person_id"), table_name="identifier", schema="requests")
    op.drop_table("identifier", schema="requests")
    op.drop_table("idempotency_record", schema="requests")
    op.drop_index(
        "uq_help_request_unresolved_conversation",
        table_name="help_request",
        schema="requests",
        postgresql_where=sa.text("state IN ('new', 'on_hold', 'open', 'waiting')"),
    )
    op.drop_index(op.f("ix_help_request_tenant_id_state_id"), table_name="help_request", schema="requests")
    op.drop_index(op.f("ix_help_request_tenant_id_source_id"), table_name="help_request", schema="requests")
    op.drop_index(op.f("ix_help_request_tenant_id_organization_id_id"), table_name="help_request", schema="requests")
    op.drop_index(op.f("ix_help_request_tenant_id_kind_id"), table_name="help_request", schema="requests")
    op.drop_index(op.f("ix_help_request_tenant_id_assignee_id_id"), table_name="help_request", schema="requests")
    op.drop_table("help_request", schema="requests")
    op.drop_table("directory_position", schema="requests")
    op.drop_table("dead_letter", schema="requests")
