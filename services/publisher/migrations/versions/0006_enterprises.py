"""enterprises."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "enterprise",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("head_name", sa.String(), nullable=False),
        sa.Column("head_position", sa.String(), nullable=False),
        sa.Column("head_email", sa.String(), nullable=True),
        sa.Column("press_name", sa.String(), nullable=False),
        sa.Column("press_email", sa.String(), nullable=True),
        sa.Column("press_phone", sa.String(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_enterprise")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_tenant_id_head_email"),
        "enterprise",
        ["tenant_id", "head_email"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_tenant_id_name_key_id"),
        "enterprise",
        ["tenant_id", "name_key", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_tenant_id_organization_id_id"),
        "enterprise",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_tenant_id_press_email"),
        "enterprise",
        ["tenant_id", "press_email"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_tenant_id_press_phone"),
        "enterprise",
        ["tenant_id", "press_phone"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "enterprise_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("reaction_seconds", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('card_sent', 'release_sent', 'thanks', 'repost', 'comment', 'mention', 'note')",
            name=op.f("ck_enterprise_event_kind"),
        ),
        sa.CheckConstraint("reaction_seconds >= 0", name=op.f("ck_enterprise_event_reaction_seconds")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enterprise_id"],
            ["publisher.enterprise.tenant_id", "publisher.enterprise.id"],
            name=op.f("fk_enterprise_event_tenant_id_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_enterprise_event")),
        sa.UniqueConstraint(
            "tenant_id",
            "enterprise_id",
            "source_key",
            name=op.f("uq_enterprise_event_tenant_id_enterprise_id_source_key"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_event_tenant_id_enterprise_id"),
        "enterprise_event",
        ["tenant_id", "enterprise_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_event_tenant_id_enterprise_id_id"),
        "enterprise_event",
        ["tenant_id", "enterprise_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_event_tenant_id_enterprise_id_kind_id"),
        "enterprise_event",
        ["tenant_id", "enterprise_id", "kind", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "enterprise_organization",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enterprise_id"],
            ["publisher.enterprise.tenant_id", "publisher.enterprise.id"],
            name=op.f("fk_enterprise_organization_tenant_id_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_enterprise_organization")),
        sa.UniqueConstraint(
            "tenant_id",
            "enterprise_id",
            "organization_id",
            name=op.f("uq_enterprise_organization_tenant_id_enterprise_id_organization_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_organization_tenant_id_enterprise_id"),
        "enterprise_organization",
        ["tenant_id", "enterprise_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_enterprise_organization_tenant_id_organization_id_enterprise_id"),
        "enterprise_organization",
        ["tenant_id", "organization_id", "enterprise_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "author_account",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("author_type", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "author_type IN ('media', 'authority', 'enterprise', 'organization', 'person')",
            name=op.f("ck_author_account_author_type"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enterprise_id"],
            ["publisher.enterprise.tenant_id", "publisher.enterprise.id"],
            name=op.f("fk_author_account_tenant_id_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_author_account")),
        sa.UniqueConstraint(
            "tenant_id", "network", "external_id", name=op.f("uq_author_account_tenant_id_network_external_id")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_author_account_tenant_id_owner_id"),
        "author_account",
        ["tenant_id", "owner_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_author_account_tenant_id_enterprise_id"),
        "author_account",
        ["tenant_id", "enterprise_id"],
        unique=False,
        schema="publisher",
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_author_account_tenant_id_enterprise_id"), table_name="author_account", schema="publisher")
    op.drop_index(op.f("ix_author_account_tenant_id_owner_id"), table_name="author_account", schema="publisher")
    op.drop_table("author_account", schema="publisher")
    op.drop_index(
        op.f("ix_enterprise_organization_tenant_id_organization_id_enterprise_id"),
        table_name="enterprise_organization",
        schema="publisher",
    )
    op.drop_index(
        op.f("ix_enterprise_organization_tenant_id_enterprise_id"),
        table_name="enterprise_organization",
        schema="publisher",
    )
    op.drop_table("enterprise_organization", schema="publisher")
    op.drop_index(
        op.f("ix_enterprise_event_tenant_id_enterprise_id_kind_id"), table_name="enterprise_event", schema="publisher"
    )
    op.drop_index(
        op.f("ix_enterprise_event_tenant_id_enterprise_id_id"), table_name="enterprise_event", schema="publisher"
    )
    op.drop_index(
        op.f("ix_enterprise_event_tenant_id_enterprise_id"), table_name="enterprise_event", schema="publisher"
    )
    op.drop_table("enterprise_event", schema="publisher")
    op.drop_index(op.f("ix_enterprise_tenant_id_press_phone"), table_name="enterprise", schema="publisher")
    op.drop_index(op.f("ix_enterprise_tenant_id_press_email"), table_name="enterprise", schema="publisher")
    op.drop_index(op.f("ix_enterprise_tenant_id_organization_id_id"), table_name="enterprise", schema="publisher")
    op.drop_index(op.f("ix_enterprise_tenant_id_name_key_id"), table_name="enterprise", schema="publisher")
    op.drop_index(op.f("ix_enterprise_tenant_id_head_email"), table_name="enterprise", schema="publisher")
    op.drop_table("enterprise", schema="publisher")
