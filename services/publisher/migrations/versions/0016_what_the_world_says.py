"""Feeds that are watched, joins and leaves by day, results of polls, and links that count clicks."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _watch_feeds()
    _count_members()
    _keep_polls()
    op.add_column(
        "editorial_policy",
        sa.Column("count_clicks", sa.Boolean(), nullable=False, server_default=sa.true()),
        schema="publisher",
    )
    op.alter_column("editorial_policy", "count_clicks", server_default=None, schema="publisher")
    op.add_column("publication", sa.Column("count_clicks", sa.Boolean(), nullable=True), schema="publisher")
    op.add_column(
        "post_snapshot",
        sa.Column("reactions_told_at", sa.DateTime(timezone=True), nullable=True),
        schema="publisher",
    )
    _index("mention", "is_dismissed", "id")


def downgrade() -> None:
    """What was counted and watched is forgotten; short links that went out go on leading where they lead."""
    op.drop_index("ix_mention_tenant_id_is_dismissed_id", table_name="mention", schema="publisher")
    op.drop_column("post_snapshot", "reactions_told_at", schema="publisher")
    op.drop_column("publication", "count_clicks", schema="publisher")
    op.drop_column("editorial_policy", "count_clicks", schema="publisher")
    op.drop_index("ix_delivery_poll", table_name="delivery", schema="publisher")
    op.drop_column("delivery", "poll_id", schema="publisher")
    for table in ("poll_result", "members_on_day", "watched_feed"):
        op.drop_table(table, schema="publisher")


def _watch_feeds() -> None:
    op.create_table(
        "watched_feed",
        *_key(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("source_type", sa.String(40), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("words", _json(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", _json(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "source_type IN ('media', 'authority', 'enterprise', 'organization', 'person')",
            name=op.f("ck_watched_feed_source_type"),
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_watched_feed_failures")),
        _primary("watched_feed"),
        _unique("watched_feed", "organization_id", "url", "about"),
        schema="publisher",
    )
    _index("watched_feed", "organization_id", "id")


def _count_members() -> None:
    op.create_table(
        "members_on_day",
        *_key(),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.CheckConstraint("joined >= 0 AND gone >= 0", name=op.f("ck_members_on_day_counts")),
        _points_at("members_on_day", "channel_id", "channel"),
        _primary("members_on_day"),
        _unique("members_on_day", "channel_id", "day"),
        schema="publisher",
    )
    _index("members_on_day", "channel_id")


def _keep_polls() -> None:
    op.create_table(
        "poll_result",
        *_key(),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("votes", _json(), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_due", sa.Boolean(), nullable=False),
        _points_at("poll_result", "delivery_id", "delivery"),
        _primary("poll_result"),
        _unique("poll_result", "delivery_id"),
        schema="publisher",
    )
    op.add_column("delivery", sa.Column("poll_id", sa.String(), nullable=True), schema="publisher")
    op.create_index(
        "ix_delivery_poll",
        "delivery",
        ["tenant_id", "poll_id"],
        schema="publisher",
        postgresql_where=sa.text("poll_id IS NOT NULL"),
    )


def _json() -> postgresql.JSONB:
    return postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def _key() -> list[sa.Column[Any]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("tenant_id", *columns, name=op.f(f"uq_{table}_tenant_id_{'_'.join(columns)}"))


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"publisher.{target}.tenant_id", f"publisher.{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def _index(table: str, *columns: str) -> None:
    name = op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}")
    op.create_index(name, table, ["tenant_id", *columns], schema="publisher")
