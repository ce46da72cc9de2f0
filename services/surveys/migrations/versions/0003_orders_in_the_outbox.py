"""orders in the outbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("placed", sa.Boolean(), server_default="true", nullable=False), schema="surveys")
    op.create_index(
        "ix_outbox_new_in_order",
        "outbox",
        ["destination", "message_id"],
        unique=False,
        schema="surveys",
        postgresql_where=sa.text("NOT placed"),
    )
    op.execute("UPDATE surveys.outbox SET placed = false, next_send_at = 'infinity' WHERE order_key IS NOT NULL")


def downgrade() -> None:
    op.execute("UPDATE surveys.outbox SET next_send_at = now() WHERE next_send_at = 'infinity'")
    op.drop_index("ix_outbox_new_in_order", table_name="outbox", schema="surveys")
    op.drop_column("outbox", "placed", schema="surveys")
