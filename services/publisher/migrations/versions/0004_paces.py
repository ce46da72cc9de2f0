"""paces."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "mailbox",
        sa.Column("taken", postgresql.ARRAY(sa.Float(53)), server_default="{}", nullable=False),
        schema="publisher",
    )
    op.alter_column("mailbox", "taken", server_default=None, schema="publisher")
    op.create_table(
        "pace",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("taken", postgresql.ARRAY(sa.Float(53)), nullable=False),
        sa.Column("promised", postgresql.ARRAY(sa.Float(53)), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_pace_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pace")),
        sa.UniqueConstraint("tenant_id", "channel_id", name=op.f("uq_pace_tenant_id_channel_id")),
        schema="publisher",
    )
    op.add_column("delivery", sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True), schema="publisher")


def downgrade() -> None:
    op.drop_column("delivery", "slot_at", schema="publisher")
    op.drop_table("pace", schema="publisher")
    op.drop_column("mailbox", "taken", schema="publisher")
