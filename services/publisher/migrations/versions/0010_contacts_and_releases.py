"""contacts and releases."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "contact_suppression",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_mark", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'opted_out', 'undeliverable')", name=op.f("ck_contact_suppression_state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_suppression")),
        sa.UniqueConstraint("tenant_id", "address_mark", name=op.f("uq_contact_suppression_tenant_id_address_mark")),
        schema="publisher",
    )
    op.create_table(
        "release",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("embargo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'sending', 'sent')", name=op.f("ck_release_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_release")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_tenant_id_organization_id_id"),
        "release",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_tenant_id_state_id"), "release", ["tenant_id", "state", "id"], unique=False, schema="publisher"
    )
    op.create_table(
        "contact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("outlet", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("basis IN ('published', 'consent', 'agreement')", name=op.f("ck_contact_basis")),
        sa.CheckConstraint("kind IN ('media', 'authority', 'enterprise_head')", name=op.f("ck_contact_kind")),
        sa.CheckConstraint("state IN ('active', 'opted_out', 'undeliverable')", name=op.f("ck_contact_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enterprise_id"],
            ["publisher.enterprise.tenant_id", "publisher.enterprise.id"],
            name=op.f("fk_contact_tenant_id_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "tenant_id", "organization_id", "email", name=op.f("uq_contact_tenant_id_organization_id_email")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_contact_tenant_id_email"), "contact", ["tenant_id", "email"], unique=False, schema="publisher"
    )
    op.create_index(
        op.f("ix_contact_tenant_id_enterprise_id"),
        "contact",
        ["tenant_id", "enterprise_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_contact_tenant_id_kind_id"), "contact", ["tenant_id", "kind", "id"], unique=False, schema="publisher"
    )
    op.create_index(
        op.f("ix_contact_tenant_id_organization_id_id"),
        "contact",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_contact_tenant_id_phone"), "contact", ["tenant_id", "phone"], unique=False, schema="publisher"
    )
    op.create_table(
        "release_pickup",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("outlet", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "release_id"],
            ["publisher.release.tenant_id", "publisher.release.id"],
            name=op.f("fk_release_pickup_tenant_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_release_pickup")),
        sa.UniqueConstraint("tenant_id", "release_id", "url", name=op.f("uq_release_pickup_tenant_id_release_id_url")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_pickup_tenant_id_release_id"),
        "release_pickup",
        ["tenant_id", "release_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_pickup_tenant_id_release_id_id"),
        "release_pickup",
        ["tenant_id", "release_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "release_recipient",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'retrying', 'rejected', 'failed', 'unknown', 'dropped', 'withdrawn')",
            name=op.f("ck_release_recipient_state"),
        ),
        sa.CheckConstraint("opens >= 0", name=op.f("ck_release_recipient_opens")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["publisher.contact.tenant_id", "publisher.contact.id"],
            name=op.f("fk_release_recipient_tenant_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "release_id"],
            ["publisher.release.tenant_id", "publisher.release.id"],
            name=op.f("fk_release_recipient_tenant_id_release_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_release_recipient")),
        sa.UniqueConstraint(
            "tenant_id", "release_id", "contact_id", name=op.f("uq_release_recipient_tenant_id_release_id_contact_id")
        ),
        sa.UniqueConstraint(
            "tenant_id", "release_id", "email", name=op.f("uq_release_recipient_tenant_id_release_id_email")
        ),
        sa.UniqueConstraint("tenant_id", "token", name=op.f("uq_release_recipient_tenant_id_token")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_recipient_tenant_id_contact_id"),
        "release_recipient",
        ["tenant_id", "contact_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_recipient_tenant_id_email"),
        "release_recipient",
        ["tenant_id", "email"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_recipient_tenant_id_release_id"),
        "release_recipient",
        ["tenant_id", "release_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_release_recipient_tenant_id_release_id_state_id"),
        "release_recipient",
        ["tenant_id", "release_id", "state", "id"],
        unique=False,
        schema="publisher",
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_release_recipient_tenant_id_release_id_state_id"), table_name="release_recipient", schema="publisher"
    )
    op.drop_index(op.f("ix_release_recipient_tenant_id_release_id"), table_name="release_recipient", schema="publisher")
    op.drop_index(op.f("ix_release_recipient_tenant_id_email"), table_name="release_recipient", schema="publisher")
    op.drop_index(op.f("ix_release_recipient_tenant_id_contact_id"), table_name="release_recipient", schema="publisher")
    op.drop_table("release_recipient", schema="publisher")
    op.drop_index(op.f("ix_release_pickup_tenant_id_release_id_id"), table_name="release_pickup", schema="publisher")
    op.drop_index(op.f("ix_release_pickup_tenant_id_release_id"), table_name="release_pickup", schema="publisher")
    op.drop_table("release_pickup", schema="publisher")
    op.drop_index(op.f("ix_contact_tenant_id_phone"), table_name="contact", schema="publisher")
    op.drop_index(op.f("ix_contact_tenant_id_organization_id_id"), table_name="contact", schema="publisher")
    op.drop_index(op.f("ix_contact_tenant_id_kind_id"), table_name="contact", schema="publisher")
    op.drop_index(op.f("ix_contact_tenant_id_enterprise_id"), table_name="contact", schema="publisher")
    op.drop_index(op.f("ix_contact_tenant_id_email"), table_name="contact", schema="publisher")
    op.drop_table("contact", schema="publisher")
    op.drop_index(op.f("ix_release_tenant_id_state_id"), table_name="release", schema="publisher")
    op.drop_index(op.f("ix_release_tenant_id_organization_id_id"), table_name="release", schema="publisher")
    op.drop_table("release", schema="publisher")
    op.drop_table("contact_suppression", schema="publisher")
