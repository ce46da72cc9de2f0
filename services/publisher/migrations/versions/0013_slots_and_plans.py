"""Slots of channels, plans that recur, and times of a channel of its own."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _give_channels_their_own_times()
    _keep_slots()
    _keep_plans()
    _keep_what_comes_of_them()


def downgrade() -> None:
    """What waits for a channel's own time goes out with its publication."""
    for table in ("plan_occurrence", "recurring_plan", "slot_booking", "slot"):
        op.drop_table(table, schema="publisher")
    op.drop_index("ix_publication_tenant_id_publish_at", table_name="publication", schema="publisher")
    op.drop_column("delivery", "planned_at", schema="publisher")
    for column in ("publish_at", "timezone", "local_time"):
        op.drop_column("publication_target", column, schema="publisher")


def _give_channels_their_own_times() -> None:
    for column in (
        sa.Column("local_time", sa.DateTime(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("publication_target", column, schema="publisher")
    op.add_column("delivery", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True), schema="publisher")
    _index("publication", "publish_at")


def _keep_slots() -> None:
    op.create_table(
        "slot",
        *_key(),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_slot_weekday")),
        _points_at("slot", "channel_id", "channel"),
        _primary("slot"),
        schema="publisher",
    )
    _index("slot", "channel_id")
    _index("slot", "organization_id", "id")
    op.create_index(
        "uq_slot_time",
        "slot",
        ["tenant_id", "channel_id", "weekday", "local_time"],
        unique=True,
        schema="publisher",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "slot_booking",
        *_key(),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("slot_booking", "slot_id", "slot"),
        _points_at("slot_booking", "publication_id", "publication"),
        _primary("slot_booking"),
        _unique("slot_booking", "slot_id", "on_day"),
        schema="publisher",
    )
    _index("slot_booking", "slot_id")
    _index("slot_booking", "publication_id")


def _keep_plans() -> None:
    op.create_table(
        "recurring_plan",
        *_key(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("repeat", sa.String(40), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("weekday", "nth", "day")),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("days_ahead", sa.Integer(), nullable=False),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("acting_for", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("by_partner", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("repeat IN ('week', 'month', 'nth_weekday')", name=op.f("ck_recurring_plan_repeat")),
        sa.CheckConstraint("days_ahead >= 0", name=op.f("ck_recurring_plan_days_ahead")),
        sa.CheckConstraint("every_weeks >= 1", name=op.f("ck_recurring_plan_every_weeks")),
        _points_at("recurring_plan", "template_id", "publication"),
        _primary("recurring_plan"),
        schema="publisher",
    )
    _index("recurring_plan", "organization_id", "id")
    _index("recurring_plan", "template_id")


def _keep_what_comes_of_them() -> None:
    op.create_table(
        "plan_occurrence",
        *_key(),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('drafted', 'scheduled', 'skipped', 'missed')", name=op.f("ck_plan_occurrence_state")
        ),
        _points_at("plan_occurrence", "plan_id", "recurring_plan"),
        _points_at("plan_occurrence", "publication_id", "publication"),
        _primary("plan_occurrence"),
        _unique("plan_occurrence", "plan_id", "on_day"),
        schema="publisher",
    )
    _index("plan_occurrence", "plan_id")
    _index("plan_occurrence", "plan_id", "id")
    _index("plan_occurrence", "publication_id")


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
