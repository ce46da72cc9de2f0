"""links."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("reuse_key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('publication', 'release', 'event', 'survey', 'external')", name=op.f("ck_link_kind")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_link")),
        sa.UniqueConstraint("tenant_id", "reuse_key", name=op.f("uq_link_tenant_id_reuse_key")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_link_tenant_id_about_id_id"), "link", ["tenant_id", "about_id", "id"], unique=False, schema="publisher"
    )
    op.create_index(
        op.f("ix_link_tenant_id_kind_id"), "link", ["tenant_id", "kind", "id"], unique=False, schema="publisher"
    )
    op.create_index(
        op.f("ix_link_tenant_id_organization_id_id"),
        "link",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "link_host",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_link_host")),
        sa.UniqueConstraint(
            "tenant_id", "organization_id", "host", name=op.f("uq_link_host_tenant_id_organization_id_host")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_link_host_tenant_id_organization_id_id"),
        "link_host",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "link_place",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("place_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'channel') = (channel_id IS NOT NULL)", name=op.f("ck_link_place_channel")),
        sa.CheckConstraint("kind IN ('channel', 'sheet', 'mail', 'direct')", name=op.f("ck_link_place_kind")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_link_place_tenant_id_channel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "link_id"],
            ["publisher.link.tenant_id", "publisher.link.id"],
            name=op.f("fk_link_place_tenant_id_link_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_link_place")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_link_place_tenant_id_code")),
        sa.UniqueConstraint(
            "tenant_id", "link_id", "place_key", name=op.f("uq_link_place_tenant_id_link_id_place_key")
        ),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_link_place_tenant_id_channel_id"),
        "link_place",
        ["tenant_id", "channel_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_link_place_tenant_id_link_id"),
        "link_place",
        ["tenant_id", "link_id"],
        unique=False,
        schema="publisher",
    )
    op.create_table(
        "link_clicks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.CheckConstraint("clicks > 0", name=op.f("ck_link_clicks_clicks")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "link_id"],
            ["publisher.link.tenant_id", "publisher.link.id"],
            name=op.f("fk_link_clicks_tenant_id_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "place_id"],
            ["publisher.link_place.tenant_id", "publisher.link_place.id"],
            name=op.f("fk_link_clicks_tenant_id_place_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_link_clicks")),
        sa.UniqueConstraint("tenant_id", "place_id", "day", name=op.f("uq_link_clicks_tenant_id_place_id_day")),
        schema="publisher",
    )
    op.create_index(
        op.f("ix_link_clicks_tenant_id_link_id"),
        "link_clicks",
        ["tenant_id", "link_id"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_link_clicks_tenant_id_link_id_day"),
        "link_clicks",
        ["tenant_id", "link_id", "day"],
        unique=False,
        schema="publisher",
    )
    op.create_index(
        op.f("ix_link_clicks_tenant_id_place_id"),
        "link_clicks",
        ["tenant_id", "place_id"],
        unique=False,
        schema="publisher",
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_link_clicks_tenant_id_place_id"), table_name="link_clicks", schema="publisher")
    op.drop_index(op.f("ix_link_clicks_tenant_id_link_id_day"), table_name="link_clicks", schema="publisher")
    op.drop_index(op.f("ix_link_clicks_tenant_id_link_id"), table_name="link_clicks", schema="publisher")
    op.drop_table("link_clicks", schema="publisher")
    op.drop_index(op.f("ix_link_place_tenant_id_link_id"), table_name="link_place", schema="publisher")
    op.drop_index(op.f("ix_link_place_tenant_id_channel_id"), table_name="link_place", schema="publisher")
    op.drop_table("link_place", schema="publisher")
    op.drop_index(op.f("ix_link_host_tenant_id_organization_id_id"), table_name="link_host", schema="publisher")
    op.drop_table("link_host", schema="publisher")
    op.drop_index(op.f("ix_link_tenant_id_organization_id_id"), table_name="link", schema="publisher")
    op.drop_index(op.f("ix_link_tenant_id_kind_id"), table_name="link", schema="publisher")
    op.drop_index(op.f("ix_link_tenant_id_about_id_id"), table_name="link", schema="publisher")
    op.drop_table("link", schema="publisher")
