"""people partners and papers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_outbox_destination_priority_tenant_id_next_send_at"),
        "outbox",
        ["destination", "priority", "tenant_id", "next_send_at"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["message_id"],
        unique=False,
        schema="requests",
        postgresql_where=sa.text("failures >= 8 OR unanswered >= 30"),
    )
    op.add_column("outbox", sa.Column("order_key", sa.Text(), nullable=True), schema="requests")
    op.create_index(
        "ix_outbox_order",
        "outbox",
        ["destination", "tenant_id", "order_key", "message_id"],
        unique=False,
        schema="requests",
        postgresql_where=sa.text("order_key IS NOT NULL"),
    )
    op.create_table(
        "calendar",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calendar")),
        schema="requests",
    )
    op.create_table(
        "job",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("memory", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_job")),
        schema="requests",
    )
    op.create_table(
        "job_part",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", "service", name=op.f("pk_job_part")),
        schema="requests",
    )
    op.create_table(
        "tenant_standing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'suspended', 'deleted')", name=op.f("ck_tenant_standing_state")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_tenant_standing")),
        schema="requests",
    )
    op.add_column("help_request", sa.Column("requester_account", sa.String(), nullable=True), schema="requests")
    op.create_index(
        op.f("ix_help_request_tenant_id_requester_person_id_id"),
        "help_request",
        ["tenant_id", "requester_person_id", "id"],
        unique=False,
        schema="requests",
    )
    op.create_index(
        op.f("ix_help_request_tenant_id_source_requester_account"),
        "help_request",
        ["tenant_id", "source", "requester_account"],
        unique=False,
        schema="requests",
    )
    op.add_column("organization", sa.Column("calendar_id", sa.Uuid(), nullable=True), schema="requests")
    op.add_column(
        "organization", sa.Column("least_numbers", sa.Integer(), server_default="5", nullable=False), schema="requests"
    )
    op.add_column(
        "organization", sa.Column("least_texts", sa.Integer(), server_default="10", nullable=False), schema="requests"
    )
    op.add_column(
        "organization",
        sa.Column(
            "branding", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        schema="requests",
    )
    op.add_column(
        "person", sa.Column("erased", sa.Boolean(), server_default="false", nullable=False), schema="requests"
    )
    op.alter_column("organization", "least_numbers", server_default=None, schema="requests")
    op.alter_column("organization", "least_texts", server_default=None, schema="requests")
    op.alter_column("organization", "branding", server_default=None, schema="requests")
    op.alter_column("person", "erased", server_default=None, schema="requests")


def downgrade() -> None:
    op.drop_column("person", "erased", schema="requests")
    op.drop_column("organization", "branding", schema="requests")
    op.drop_column("organization", "least_texts", schema="requests")
    op.drop_column("organization", "least_numbers", schema="requests")
    op.drop_column("organization", "calendar_id", schema="requests")
    op.drop_index(
        op.f("ix_help_request_tenant_id_source_requester_account"), table_name="help_request", schema="requests"
    )
    op.drop_index(
        op.f("ix_help_request_tenant_id_requester_person_id_id"), table_name="help_request", schema="requests"
    )
    op.drop_column("help_request", "requester_account", schema="requests")
    op.drop_table("tenant_standing", schema="requests")
    op.drop_table("job_part", schema="requests")
    op.drop_table("job", schema="requests")
    op.drop_table("calendar", schema="requests")
    op.drop_index("ix_outbox_order", table_name="outbox", schema="requests")
    op.drop_column("outbox", "order_key", schema="requests")
    op.drop_index("ix_outbox_dead", table_name="outbox", schema="requests")
    op.drop_index(op.f("ix_outbox_destination_priority_tenant_id_next_send_at"), table_name="outbox", schema="requests")
