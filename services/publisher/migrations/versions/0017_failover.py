"""Channels that stand in for others, deliveries in the place of others, and sessions that all workers share."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _let_channels_stand_in()
    _let_deliveries_take_a_place()
    _keep_sessions()


def downgrade() -> None:
    """A delivery in another's place stays, as one more."""
    op.drop_table("network_session", schema="publisher")
    op.drop_column("editorial_policy", "failover", schema="publisher")
    op.drop_index("uq_delivery_failover", table_name="delivery", schema="publisher")
    op.drop_column("delivery", "failover_of", schema="publisher")
    op.drop_index("ix_channel_tenant_id_failover_channel_id", table_name="channel", schema="publisher")
    for column in ("failover_channel_id", "blocked_reason", "blocked_since"):
        op.drop_column("channel", column, schema="publisher")


def _let_channels_stand_in() -> None:
    for column in (
        sa.Column("blocked_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("failover_channel_id", sa.Uuid(), nullable=True),
    ):
        op.add_column("channel", column, schema="publisher")
    op.execute("ALTER TABLE publisher.channel NO FORCE ROW LEVEL SECURITY")  # until the end of the migration
    op.execute(  # those without access are blocked from now on
        "UPDATE publisher.channel SET blocked_since = now(), blocked_reason = problem "
        "WHERE NOT authorized AND problem IS NOT NULL"
    )
    op.create_check_constraint(
        op.f("ck_channel_failover_channel_id"), "channel", "failover_channel_id <> id", schema="publisher"
    )
    op.create_check_constraint(
        op.f("ck_channel_blocked_since"),
        "channel",
        "(blocked_since IS NULL) = (blocked_reason IS NULL)",
        schema="publisher",
    )
    _points_at("channel", "failover_channel_id", "channel")
    op.create_index(
        op.f("ix_channel_tenant_id_failover_channel_id"),
        "channel",
        ["tenant_id", "failover_channel_id"],
        schema="publisher",
    )


def _let_deliveries_take_a_place() -> None:
    op.add_column("delivery", sa.Column("failover_of", sa.Uuid(), nullable=True), schema="publisher")
    _points_at("delivery", "failover_of", "delivery")
    op.create_index(
        "uq_delivery_failover",
        "delivery",
        ["tenant_id", "failover_of"],
        unique=True,
        schema="publisher",
        postgresql_where=sa.text("failover_of IS NOT NULL"),
    )
    op.add_column(
        "editorial_policy",
        sa.Column("failover", sa.Boolean(), server_default="true", nullable=False),
        schema="publisher",
    )
    op.alter_column("editorial_policy", "failover", server_default=None, schema="publisher")


def _keep_sessions() -> None:
    op.create_table(
        "network_session",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_until IS NULL)", name=op.f("ck_network_session_taken")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_network_session")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_network_session_tenant_id_key")),
        schema="publisher",
    )


def _points_at(table: str, column: str, target: str) -> None:
    op.create_foreign_key(
        op.f(f"fk_{table}_tenant_id_{column}"),
        table,
        target,
        ["tenant_id", column],
        ["tenant_id", "id"],
        source_schema="publisher",
        referent_schema="publisher",
    )
