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
        schema="publisher",
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["message_id"],
        unique=False,
        schema="publisher",
        postgresql_where=sa.text("failures >= 8 OR unanswered >= 30"),
    )
    op.add_column("outbox", sa.Column("order_key", sa.Text(), nullable=True), schema="publisher")
    op.create_index(
        "ix_outbox_order",
        "outbox",
        ["destination", "tenant_id", "order_key", "message_id"],
        unique=False,
        schema="publisher",
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
        schema="publisher",
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
        schema="publisher",
    )
    op.create_table(
        "job_part",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", "service", name=op.f("pk_job_part")),
        schema="publisher",
    )
    op.create_table(
        "tenant_standing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'suspended', 'deleted')", name=op.f("ck_tenant_standing_state")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_tenant_standing")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_conversation_tenant_id_external_user_id_id"),
        "conversation",
        ["tenant_id", "external_user_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.add_column(
        "delivery", sa.Column("version", sa.Integer(), server_default="1", nullable=False), schema="publisher"
    )
    op.add_column(
        "direct_message", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True), schema="publisher"
    )
    op.add_column("mailbox", sa.Column("address", sa.String(), nullable=True), schema="publisher")
    op.add_column(
        "media", sa.Column("is_signed", sa.Boolean(), server_default="false", nullable=False), schema="publisher"
    )
    op.add_column("organization", sa.Column("calendar_id", sa.Uuid(), nullable=True), schema="publisher")
    op.add_column(
        "organization", sa.Column("least_numbers", sa.Integer(), server_default="5", nullable=False), schema="publisher"
    )
    op.add_column(
        "organization", sa.Column("least_texts", sa.Integer(), server_default="10", nullable=False), schema="publisher"
    )
    op.add_column(
        "organization",
        sa.Column(
            "branding", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        schema="publisher",
    )
    op.add_column(
        "person", sa.Column("erased", sa.Boolean(), server_default="false", nullable=False), schema="publisher"
    )
    for table in ("media", "card", "card_picture"):
        op.execute(f"ALTER TABLE publisher.{table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE publisher.media SET is_signed = true FROM publisher.card_picture JOIN publisher.card "
        "ON card.tenant_id = card_picture.tenant_id AND card.id = card_picture.card_id "
        "WHERE card_picture.tenant_id = media.tenant_id AND card_picture.media_id = media.id "
        "AND card.signed_by_person <> ''"
    )
    for table in ("media", "card", "card_picture"):
        op.execute(f"ALTER TABLE publisher.{table} FORCE ROW LEVEL SECURITY")
    op.alter_column("delivery", "version", server_default=None, schema="publisher")
    op.alter_column("media", "is_signed", server_default=None, schema="publisher")
    op.alter_column("organization", "least_numbers", server_default=None, schema="publisher")
    op.alter_column("organization", "least_texts", server_default=None, schema="publisher")
    op.alter_column("organization", "branding", server_default=None, schema="publisher")
    op.alter_column("person", "erased", server_default=None, schema="publisher")


def downgrade() -> None:
    op.drop_column("person", "erased", schema="publisher")
    op.drop_column("organization", "branding", schema="publisher")
    op.drop_column("organization", "least_texts", schema="publisher")
    op.drop_column("organization", "least_numbers", schema="publisher")
    op.drop_column("organization", "calendar_id", schema="publisher")
    op.drop_column("mailbox", "address", schema="publisher")
    op.drop_column("media", "is_signed", schema="publisher")
    op.drop_column("direct_message", "expires_at", schema="publisher")
    op.drop_column("delivery", "version", schema="publisher")
    op.drop_index(op.f("ix_conversation_tenant_id_external_user_id_id"), table_name="conversation", schema="publisher")
    op.drop_table("tenant_standing", schema="publisher")
    op.drop_table("job_part", schema="publisher")
    op.drop_table("job", schema="publisher")
    op.drop_table("calendar", schema="publisher")
    op.drop_index("ix_outbox_order", table_name="outbox", schema="publisher")
    op.drop_column("outbox", "order_key", schema="publisher")
    op.drop_index("ix_outbox_dead", table_name="outbox", schema="publisher")
    op.drop_index(
        op.f("ix_outbox_destination_priority_tenant_id_next_send_at"), table_name="outbox", schema="publisher"
    )
