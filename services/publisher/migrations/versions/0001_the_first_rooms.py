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
        "card",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("enterprise", sa.String(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("greeting", sa.String(), nullable=False),
        sa.Column("signed_by_union", sa.String(), nullable=False),
        sa.Column("signed_by_person", sa.String(), nullable=False),
        sa.Column("accent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("template IN ('jubilee')", name=op.f("ck_card_template")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_card")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_card_tenant_id_organization_id_id"),
        "card",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
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
        schema="publisher",
    )
    op.create_table(
        "directory_position",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("ahead", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_directory_position")),
        schema="publisher",
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
        schema="publisher",
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
        schema="publisher",
    )
    op.create_index(
        op.f("ix_identifier_tenant_id_person_id"),
        "identifier",
        ["tenant_id", "person_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "mailbox",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("hook_secret", sa.String(), nullable=False),
        sa.Column("hook_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("network IN ('vk', 'telegram', 'max')", name=op.f("ck_mailbox_network")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint(
            "tenant_id", "network", "external_id", name=op.f("uq_mailbox_tenant_id_network_external_id")
        ),
        schema="publisher",
    )
    op.create_table(
        "media",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("alt_text", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("format IN ('image/jpeg', 'image/png')", name=op.f("ck_media_format")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_media")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_media_tenant_id_organization_id_id"),
        "media",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
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
        schema="publisher",
    )
    op.create_index(
        op.f("ix_membership_tenant_id_person_id"),
        "membership",
        ["tenant_id", "person_id"],
        unique=False,
        schema="publisher",
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
        schema="publisher",
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
        schema="publisher",
    )
    op.create_index(
        op.f("ix_organization_reach_tenant_id_organization_id"),
        "organization_reach",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="publisher",
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
        schema="publisher",
    )
    op.create_index(
        op.f("ix_outbox_destination_priority_next_send_at"),
        "outbox",
        ["destination", "priority", "next_send_at"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "person",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_person")),
        schema="publisher",
    )
    op.create_table(
        "processed_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("pk_processed_message")),
        schema="publisher",
    )
    op.create_table(
        "publication",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("local_time", sa.DateTime(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('news', 'achievement', 'event', 'consultation', 'greeting', 'campaign', 'guide', 'result')",
            name=op.f("ck_publication_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'publishing', 'published', 'partially_published', 'unconfirmed', 'failed', 'withdrawn')",
            name=op.f("ck_publication_state"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_publication")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_tenant_id_kind_id"),
        "publication",
        ["tenant_id", "kind", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_tenant_id_organization_id_id"),
        "publication",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_tenant_id_state_id"),
        "publication",
        ["tenant_id", "state", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "card_picture",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.String(40), nullable=False),
        sa.CheckConstraint("size IN ('story', 'post')", name=op.f("ck_card_picture_size")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "card_id"],
            ["publisher.card.tenant_id", "publisher.card.id"],
            name=op.f("fk_card_picture_tenant_id_card_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "media_id"],
            ["publisher.media.tenant_id", "publisher.media.id"],
            name=op.f("fk_card_picture_tenant_id_media_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_card_picture")),
        sa.UniqueConstraint("tenant_id", "card_id", "size", name=op.f("uq_card_picture_tenant_id_card_id_size")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_card_picture_tenant_id_card_id"),
        "card_picture",
        ["tenant_id", "card_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_card_picture_tenant_id_media_id"),
        "card_picture",
        ["tenant_id", "media_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "channel",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("authorized", sa.Boolean(), nullable=False),
        sa.Column("problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secrets", sa.String(), nullable=False),
        sa.Column("receives_updates", sa.Boolean(), nullable=False),
        sa.Column("missing", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("follower_count", sa.Integer(), nullable=True),
        sa.Column("probed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("network IN ('vk', 'telegram', 'max')", name=op.f("ck_channel_network")),
        sa.CheckConstraint("state IN ('active', 'needs_reauthorization', 'paused')", name=op.f("ck_channel_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "mailbox_id"],
            ["publisher.mailbox.tenant_id", "publisher.mailbox.id"],
            name=op.f("fk_channel_tenant_id_mailbox_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_channel")),
        sa.UniqueConstraint(
            "tenant_id", "network", "external_id", name=op.f("uq_channel_tenant_id_network_external_id")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_channel_tenant_id_mailbox_id"),
        "channel",
        ["tenant_id", "mailbox_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_channel_tenant_id_organization_id_id"),
        "channel",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "conversation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("external_user_id", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "mailbox_id"],
            ["publisher.mailbox.tenant_id", "publisher.mailbox.id"],
            name=op.f("fk_conversation_tenant_id_mailbox_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_conversation")),
        sa.UniqueConstraint(
            "tenant_id",
            "mailbox_id",
            "external_user_id",
            name=op.f("uq_conversation_tenant_id_mailbox_id_external_user_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_conversation_tenant_id_mailbox_id"),
        "conversation",
        ["tenant_id", "mailbox_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "inbound_update",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("update_key", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "mailbox_id"],
            ["publisher.mailbox.tenant_id", "publisher.mailbox.id"],
            name=op.f("fk_inbound_update_tenant_id_mailbox_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_inbound_update")),
        sa.UniqueConstraint(
            "tenant_id", "mailbox_id", "update_key", name=op.f("uq_inbound_update_tenant_id_mailbox_id_update_key")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_inbound_update_tenant_id_mailbox_id"),
        "inbound_update",
        ["tenant_id", "mailbox_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "publication_media",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "media_id"],
            ["publisher.media.tenant_id", "publisher.media.id"],
            name=op.f("fk_publication_media_tenant_id_media_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "publication_id"],
            ["publisher.publication.tenant_id", "publisher.publication.id"],
            name=op.f("fk_publication_media_tenant_id_publication_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_publication_media")),
        sa.UniqueConstraint(
            "tenant_id",
            "publication_id",
            "media_id",
            name=op.f("uq_publication_media_tenant_id_publication_id_media_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_media_tenant_id_media_id"),
        "publication_media",
        ["tenant_id", "media_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_media_tenant_id_publication_id"),
        "publication_media",
        ["tenant_id", "publication_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "delivery",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubtful_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'retrying', 'rejected', 'failed', 'unknown', 'dropped', 'withdrawn')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_delivery_tenant_id_channel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "publication_id"],
            ["publisher.publication.tenant_id", "publisher.publication.id"],
            name=op.f("fk_delivery_tenant_id_publication_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "tenant_id", "publication_id", "channel_id", name=op.f("uq_delivery_tenant_id_publication_id_channel_id")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_delivery_tenant_id_channel_id"),
        "delivery",
        ["tenant_id", "channel_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_delivery_tenant_id_publication_id"),
        "delivery",
        ["tenant_id", "publication_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "direct_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("buttons", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubtful_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'retrying', 'rejected', 'failed', 'unknown', 'dropped', 'withdrawn')",
            name=op.f("ck_direct_message_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["publisher.conversation.tenant_id", "publisher.conversation.id"],
            name=op.f("fk_direct_message_tenant_id_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_direct_message")),
        sa.UniqueConstraint("tenant_id", "reference_id", name=op.f("uq_direct_message_tenant_id_reference_id")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_direct_message_tenant_id_conversation_id"),
        "direct_message",
        ["tenant_id", "conversation_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "inbound_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["publisher.conversation.tenant_id", "publisher.conversation.id"],
            name=op.f("fk_inbound_message_tenant_id_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_inbound_message")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_inbound_message_tenant_id_conversation_id"),
        "inbound_message",
        ["tenant_id", "conversation_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "publication_target",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_publication_target_tenant_id_channel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "publication_id"],
            ["publisher.publication.tenant_id", "publisher.publication.id"],
            name=op.f("fk_publication_target_tenant_id_publication_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_publication_target")),
        sa.UniqueConstraint(
            "tenant_id",
            "publication_id",
            "channel_id",
            name=op.f("uq_publication_target_tenant_id_publication_id_channel_id"),
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_target_tenant_id_channel_id"),
        "publication_target",
        ["tenant_id", "channel_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_publication_target_tenant_id_publication_id"),
        "publication_target",
        ["tenant_id", "publication_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "attempt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('sent', 'rejected', 'not_sent', 'throttled', 'unauthorized', 'unknown', 'interrupted')",
            name=op.f("ck_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_id"],
            ["publisher.delivery.tenant_id", "publisher.delivery.id"],
            name=op.f("fk_attempt_tenant_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("tenant_id", "delivery_id", "number", name=op.f("uq_attempt_tenant_id_delivery_id_number")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_attempt_tenant_id_delivery_id"),
        "attempt",
        ["tenant_id", "delivery_id"],
        unique=False,
        schema="publisher",
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_attempt_tenant_id_delivery_id"), table_name="attempt", schema="publisher")
    op.drop_table("attempt", schema="publisher")
    op.drop_index(
        op.f("ix_publication_target_tenant_id_publication_id"), table_name="publication_target", schema="publisher"
    )
    op.drop_index(
        op.f("ix_publication_target_tenant_id_channel_id"), table_name="publication_target", schema="publisher"
    )
    op.drop_table("publication_target", schema="publisher")
    op.drop_index(
        op.f("ix_inbound_message_tenant_id_conversation_id"), table_name="inbound_message", schema="publisher"
    )
    op.drop_table("inbound_message", schema="publisher")
    op.drop_index(op.f("ix_direct_message_tenant_id_conversation_id"), table_name="direct_message", schema="publisher")
    op.drop_table("direct_message", schema="publisher")
    op.drop_index(op.f("ix_delivery_tenant_id_publication_id"), table_name="delivery", schema="publisher")
    op.drop_index(op.f("ix_delivery_tenant_id_channel_id"), table_name="delivery", schema="publisher")
    op.drop_table("delivery", schema="publisher")
    op.drop_index(
        op.f("ix_publication_media_tenant_id_publication_id"), table_name="publication_media", schema="publisher"
    )
    op.drop_index(op.f("ix_publication_media_tenant_id_media_id"), table_name="publication_media", schema="publisher")
    op.drop_table("publication_media", schema="publisher")
    op.drop_index(op.f("ix_inbound_update_tenant_id_mailbox_id"), table_name="inbound_update", schema="publisher")
    op.drop_table("inbound_update", schema="publisher")
    op.drop_index(op.f("ix_conversation_tenant_id_mailbox_id"), table_name="conversation", schema="publisher")
    op.drop_table("conversation", schema="publisher")
    op.drop_index(op.f("ix_channel_tenant_id_organization_id_id"), table_name="channel", schema="publisher")
    op.drop_index(op.f("ix_channel_tenant_id_mailbox_id"), table_name="channel", schema="publisher")
    op.drop_table("channel", schema="publisher")
    op.drop_index(op.f("ix_card_picture_tenant_id_media_id"), table_name="card_picture", schema="publisher")
    op.drop_index(op.f("ix_card_picture_tenant_id_card_id"), table_name="card_picture", schema="publisher")
    op.drop_table("card_picture", schema="publisher")
    op.drop_index(op.f("ix_publication_tenant_id_state_id"), table_name="publication", schema="publisher")
    op.drop_index(op.f("ix_publication_tenant_id_organization_id_id"), table_name="publication", schema="publisher")
    op.drop_index(op.f("ix_publication_tenant_id_kind_id"), table_name="publication", schema="publisher")
    op.drop_table("publication", schema="publisher")
    op.drop_table("processed_message", schema="publisher")
    op.drop_table("person", schema="publisher")
    op.drop_index(op.f("ix_outbox_destination_priority_next_send_at"), table_name="outbox", schema="publisher")
    op.drop_table("outbox", schema="publisher")
    op.drop_index(
        op.f("ix_organization_reach_tenant_id_organization_id"), table_name="organization_reach", schema="publisher"
    )
    op.drop_table("organization_reach", schema="publisher")
    op.drop_table("organization", schema="publisher")
    op.drop_index(op.f("ix_membership_tenant_id_person_id"), table_name="membership", schema="publisher")
    op.drop_table("membership", schema="publisher")
    op.drop_index(op.f("ix_media_tenant_id_organization_id_id"), table_name="media", schema="publisher")
    op.drop_table("media", schema="publisher")
    op.drop_table("mailbox", schema="publisher")
    op.drop_index(op.f("ix_identifier_tenant_id_person_id"), table_name="identifier", schema="publisher")
    op.drop_table("identifier", schema="publisher")
    op.drop_table("idempotency_record", schema="publisher")
    op.drop_table("directory_position", schema="publisher")
    op.drop_table("dead_letter", schema="publisher")
    op.drop_index(op.f("ix_card_tenant_id_organization_id_id"), table_name="card", schema="publisher")
    op.drop_table("card", schema="publisher")
