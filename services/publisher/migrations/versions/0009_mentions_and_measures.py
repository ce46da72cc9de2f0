"""mentions and measures."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "known_account",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("author_type", sa.String(40), nullable=False),
        sa.CheckConstraint(
            "author_type IN ('media', 'authority', 'enterprise', 'organization', 'person')",
            name=op.f("ck_known_account_author_type"),
        ),
        sa.CheckConstraint("network IN ('vk', 'telegram', 'max')", name=op.f("ck_known_account_network")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_known_account")),
        sa.UniqueConstraint(
            "tenant_id", "network", "external_id", name=op.f("uq_known_account_tenant_id_network_external_id")
        ),
        schema="publisher",
    )
    op.create_table(
        "mention",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_type", sa.String(40), nullable=False),
        sa.Column("network", sa.String(40), nullable=True),
        sa.Column("author_external_id", sa.String(), nullable=True),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("tone", sa.String(40), nullable=False),
        sa.Column("tone_source", sa.String(40), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("network IN ('vk', 'telegram', 'max')", name=op.f("ck_mention_network")),
        sa.CheckConstraint(
            "source_type IN ('media', 'authority', 'enterprise', 'organization', 'person')",
            name=op.f("ck_mention_source_type"),
        ),
        sa.CheckConstraint("tone IN ('positive', 'neutral', 'negative')", name=op.f("ck_mention_tone")),
        sa.CheckConstraint("tone_source IN ('person', 'words')", name=op.f("ck_mention_tone_source")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "publication_id"],
            ["publisher.publication.tenant_id", "publisher.publication.id"],
            name=op.f("fk_mention_tenant_id_publication_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_mention")),
        sa.UniqueConstraint("tenant_id", "url", "about", name=op.f("uq_mention_tenant_id_url_about")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_mention_tenant_id_network_author_external_id"),
        "mention",
        ["tenant_id", "network", "author_external_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_mention_tenant_id_organization_id_id"),
        "mention",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_mention_tenant_id_publication_id"),
        "mention",
        ["tenant_id", "publication_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_mention_tenant_id_source_type_id"),
        "mention",
        ["tenant_id", "source_type", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_mention_tenant_id_tone_id"), "mention", ["tenant_id", "tone", "id"], unique=False, schema="publisher"
    )
    op.create_table(
        "reaction",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("post_id", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("author_external_id", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=True),
        sa.Column("author_type", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("is_thanks", sa.Boolean(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("tone", sa.String(40), nullable=False),
        sa.Column("tone_source", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "author_type IN ('media', 'authority', 'enterprise', 'organization', 'person')",
            name=op.f("ck_reaction_author_type"),
        ),
        sa.CheckConstraint("kind IN ('comment', 'repost')", name=op.f("ck_reaction_kind")),
        sa.CheckConstraint("network IN ('vk', 'telegram', 'max')", name=op.f("ck_reaction_network")),
        sa.CheckConstraint("tone IN ('positive', 'neutral', 'negative')", name=op.f("ck_reaction_tone")),
        sa.CheckConstraint("tone_source IN ('person', 'words')", name=op.f("ck_reaction_tone_source")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_reaction_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reaction")),
        sa.UniqueConstraint(
            "tenant_id",
            "channel_id",
            "kind",
            "external_id",
            name=op.f("uq_reaction_tenant_id_channel_id_kind_external_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_reaction_tenant_id_channel_id"),
        "reaction",
        ["tenant_id", "channel_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_reaction_tenant_id_channel_id_post_id_id"),
        "reaction",
        ["tenant_id", "channel_id", "post_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_reaction_tenant_id_network_author_external_id"),
        "reaction",
        ["tenant_id", "network", "author_external_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_delivery_tenant_id_channel_id_external_id"),
        "delivery",
        ["tenant_id", "channel_id", "external_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "channel_snapshot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_channel_snapshot_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_channel_snapshot")),
        sa.UniqueConstraint(
            "tenant_id", "channel_id", "day", name=op.f("uq_channel_snapshot_tenant_id_channel_id_day")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_channel_snapshot_tenant_id_channel_id"),
        "channel_snapshot",
        ["tenant_id", "channel_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "post_snapshot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("reactions", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("reposts", sa.Integer(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_id"],
            ["publisher.delivery.tenant_id", "publisher.delivery.id"],
            name=op.f("fk_post_snapshot_tenant_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_post_snapshot")),
        sa.UniqueConstraint("tenant_id", "delivery_id", "day", name=op.f("uq_post_snapshot_tenant_id_delivery_id_day")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_post_snapshot_tenant_id_delivery_id"),
        "post_snapshot",
        ["tenant_id", "delivery_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_mention_tenant_id_about_id"), "mention", ["tenant_id", "about", "id"], unique=False, schema="publisher"
    )
    op.create_index(
        op.f("ix_mention_tenant_id_published_at"),
        "mention",
        ["tenant_id", "published_at"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_tenant_id_published_at"),
        "publication",
        ["tenant_id", "published_at"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_reaction_tenant_id_kind_at"), "reaction", ["tenant_id", "kind", "at"], unique=False, schema="publisher"
    )


def downgrade() -> None:
    op.drop_table("post_snapshot", schema="publisher")
    op.drop_table("channel_snapshot", schema="publisher")
    op.drop_index(op.f("ix_publication_tenant_id_published_at"), table_name="publication", schema="publisher")
    op.drop_index(op.f("ix_mention_tenant_id_published_at"), table_name="mention", schema="publisher")
    op.drop_index(op.f("ix_mention_tenant_id_about_id"), table_name="mention", schema="publisher")
    op.drop_index(op.f("ix_reaction_tenant_id_kind_at"), table_name="reaction", schema="publisher")
    op.drop_index(op.f("ix_delivery_tenant_id_channel_id_external_id"), table_name="delivery", schema="publisher")
    op.drop_index(op.f("ix_reaction_tenant_id_network_author_external_id"), table_name="reaction", schema="publisher")
    op.drop_index(op.f("ix_reaction_tenant_id_channel_id_post_id_id"), table_name="reaction", schema="publisher")
    op.drop_index(op.f("ix_reaction_tenant_id_channel_id"), table_name="reaction", schema="publisher")
    op.drop_table("reaction", schema="publisher")
    op.drop_index(op.f("ix_mention_tenant_id_tone_id"), table_name="mention", schema="publisher")
    op.drop_index(op.f("ix_mention_tenant_id_source_type_id"), table_name="mention", schema="publisher")
    op.drop_index(op.f("ix_mention_tenant_id_publication_id"), table_name="mention", schema="publisher")
    op.drop_index(op.f("ix_mention_tenant_id_organization_id_id"), table_name="mention", schema="publisher")
    op.drop_index(op.f("ix_mention_tenant_id_network_author_external_id"), table_name="mention", schema="publisher")
    op.drop_table("mention", schema="publisher")
    op.drop_table("known_account", schema="publisher")
