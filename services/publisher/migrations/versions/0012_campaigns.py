"""Campaigns: what is attached to them, who subscribes, what each was given, and entries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hashtag", sa.String(), nullable=False),
        sa.Column("hashtag_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("publications", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'open', 'over')", name=op.f("ck_campaign_state")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_campaign_period")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_campaign")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_tenant_id_hashtag_key"),
        "campaign",
        ["tenant_id", "hashtag_key"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_tenant_id_organization_id_id"),
        "campaign",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_tenant_id_state_id"),
        "campaign",
        ["tenant_id", "state", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "campaign_publication",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("media_ids", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'published', 'withdrawn')", name=op.f("ck_campaign_publication_state")
        ),
        sa.CheckConstraint("(number IS NULL) = (published_at IS NULL)", name=op.f("ck_campaign_publication_numbered")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["publisher.campaign.tenant_id", "publisher.campaign.id"],
            name=op.f("fk_campaign_publication_tenant_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "publication_id"],
            ["publisher.publication.tenant_id", "publisher.publication.id"],
            name=op.f("fk_campaign_publication_tenant_id_publication_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_campaign_publication")),
        sa.UniqueConstraint(
            "tenant_id", "campaign_id", "number", name=op.f("uq_campaign_publication_tenant_id_campaign_id_number")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "campaign_id",
            "publication_id",
            name=op.f("uq_campaign_publication_tenant_id_campaign_id_publication_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_publication_tenant_id_campaign_id"),
        "campaign_publication",
        ["tenant_id", "campaign_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_publication_tenant_id_campaign_id_id"),
        "campaign_publication",
        ["tenant_id", "campaign_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_publication_tenant_id_publication_id"),
        "campaign_publication",
        ["tenant_id", "publication_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "campaign_subscription",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subscriber_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel_ids", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('partner', 'organization')", name=op.f("ck_campaign_subscription_kind")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["publisher.campaign.tenant_id", "publisher.campaign.id"],
            name=op.f("fk_campaign_subscription_tenant_id_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_campaign_subscription")),
        sa.UniqueConstraint(
            "tenant_id",
            "campaign_id",
            "subscriber_id",
            name=op.f("uq_campaign_subscription_tenant_id_campaign_id_subscriber_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_subscription_tenant_id_campaign_id"),
        "campaign_subscription",
        ["tenant_id", "campaign_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_subscription_tenant_id_campaign_id_id"),
        "campaign_subscription",
        ["tenant_id", "campaign_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "campaign_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("author_external_id", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('comment', 'repost', 'mention')", name=op.f("ck_campaign_entry_kind")),
        sa.CheckConstraint(
            "network IN ('vk', 'telegram', 'max', 'ok', 'bluesky', 'mastodon', 'feed')",
            name=op.f("ck_campaign_entry_network"),
        ),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'declined')", name=op.f("ck_campaign_entry_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["publisher.campaign.tenant_id", "publisher.campaign.id"],
            name=op.f("fk_campaign_entry_tenant_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_campaign_entry_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_campaign_entry")),
        sa.UniqueConstraint(
            "tenant_id",
            "channel_id",
            "kind",
            "external_id",
            "campaign_id",
            name=op.f("uq_campaign_entry_tenant_id_channel_id_kind_external_id_campaign_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_entry_tenant_id_campaign_id"),
        "campaign_entry",
        ["tenant_id", "campaign_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_entry_tenant_id_campaign_id_state_id"),
        "campaign_entry",
        ["tenant_id", "campaign_id", "state", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_entry_tenant_id_channel_id"),
        "campaign_entry",
        ["tenant_id", "channel_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_entry_tenant_id_network_author_external_id"),
        "campaign_entry",
        ["tenant_id", "network", "author_external_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "campaign_relay",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("attached_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_at IS NOT NULL", name=op.f("ck_campaign_relay_confirmed")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'drafted', 'carrying', 'confirmed', 'dropped')", name=op.f("ck_campaign_relay_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "attached_id"],
            ["publisher.campaign_publication.tenant_id", "publisher.campaign_publication.id"],
            name=op.f("fk_campaign_relay_tenant_id_attached_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["publisher.campaign.tenant_id", "publisher.campaign.id"],
            name=op.f("fk_campaign_relay_tenant_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "publication_id"],
            ["publisher.publication.tenant_id", "publisher.publication.id"],
            name=op.f("fk_campaign_relay_tenant_id_publication_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "subscription_id"],
            ["publisher.campaign_subscription.tenant_id", "publisher.campaign_subscription.id"],
            name=op.f("fk_campaign_relay_tenant_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_campaign_relay")),
        sa.UniqueConstraint(
            "tenant_id",
            "campaign_id",
            "attached_id",
            "subscription_id",
            name=op.f("uq_campaign_relay_tenant_id_campaign_id_attached_id_subscription_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_relay_tenant_id_attached_id"),
        "campaign_relay",
        ["tenant_id", "attached_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_relay_tenant_id_campaign_id"),
        "campaign_relay",
        ["tenant_id", "campaign_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_relay_tenant_id_campaign_id_id"),
        "campaign_relay",
        ["tenant_id", "campaign_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_relay_tenant_id_publication_id"),
        "campaign_relay",
        ["tenant_id", "publication_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_relay_tenant_id_subscription_id"),
        "campaign_relay",
        ["tenant_id", "subscription_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_campaign_relay_tenant_id_subscription_id_state_id"),
        "campaign_relay",
        ["tenant_id", "subscription_id", "state", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        "uq_campaign_relay_publication",
        "campaign_relay",
        ["tenant_id", "publication_id"],
        unique=True,
        schema="publisher",
        postgresql_where=sa.text("publication_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_campaign_relay_publication",
        table_name="campaign_relay",
        schema="publisher",
        postgresql_where=sa.text("publication_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_campaign_relay_tenant_id_subscription_id_state_id"), table_name="campaign_relay", schema="publisher"
    )
    op.drop_index(op.f("ix_campaign_relay_tenant_id_subscription_id"), table_name="campaign_relay", schema="publisher")
    op.drop_index(op.f("ix_campaign_relay_tenant_id_publication_id"), table_name="campaign_relay", schema="publisher")
    op.drop_index(op.f("ix_campaign_relay_tenant_id_campaign_id_id"), table_name="campaign_relay", schema="publisher")
    op.drop_index(op.f("ix_campaign_relay_tenant_id_campaign_id"), table_name="campaign_relay", schema="publisher")
    op.drop_index(op.f("ix_campaign_relay_tenant_id_attached_id"), table_name="campaign_relay", schema="publisher")
    op.drop_table("campaign_relay", schema="publisher")
    op.drop_index(
        op.f("ix_campaign_entry_tenant_id_network_author_external_id"), table_name="campaign_entry", schema="publisher"
    )
    op.drop_index(op.f("ix_campaign_entry_tenant_id_channel_id"), table_name="campaign_entry", schema="publisher")
    op.drop_index(
        op.f("ix_campaign_entry_tenant_id_campaign_id_state_id"), table_name="campaign_entry", schema="publisher"
    )
    op.drop_index(op.f("ix_campaign_entry_tenant_id_campaign_id"), table_name="campaign_entry", schema="publisher")
    op.drop_table("campaign_entry", schema="publisher")
    op.drop_index(
        op.f("ix_campaign_subscription_tenant_id_campaign_id_id"),
        table_name="campaign_subscription",
        schema="publisher",
    )
    op.drop_index(
        op.f("ix_campaign_subscription_tenant_id_campaign_id"), table_name="campaign_subscription", schema="publisher"
    )
    op.drop_table("campaign_subscription", schema="publisher")
    op.drop_index(
        op.f("ix_campaign_publication_tenant_id_publication_id"), table_name="campaign_publication", schema="publisher"
    )
    op.drop_index(
        op.f("ix_campaign_publication_tenant_id_campaign_id_id"), table_name="campaign_publication", schema="publisher"
    )
    op.drop_index(
        op.f("ix_campaign_publication_tenant_id_campaign_id"), table_name="campaign_publication", schema="publisher"
    )
    op.drop_table("campaign_publication", schema="publisher")
    op.drop_index(op.f("ix_campaign_tenant_id_state_id"), table_name="campaign", schema="publisher")
    op.drop_index(op.f("ix_campaign_tenant_id_organization_id_id"), table_name="campaign", schema="publisher")
    op.drop_index(op.f("ix_campaign_tenant_id_hashtag_key"), table_name="campaign", schema="publisher")
    op.drop_table("campaign", schema="publisher")
