"""networks and feeds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EARLIER = ("vk", "telegram", "max")
OF_A_NETWORK = ("mailbox", "channel", "known_account", "mention", "reaction")
NETWORKS = (*EARLIER, "ok", "bluesky", "mastodon", "feed")

SENT_LAST = "ix_delivery_tenant_id_channel_id_sent_at"


def upgrade() -> None:
    op.create_index(op.f(SENT_LAST), "delivery", ["tenant_id", "channel_id", "sent_at"], schema="publisher")
    for table in OF_A_NETWORK:
        _take_only(table, NETWORKS)
    op.add_column("mailbox", sa.Column("cursor", sa.String(), nullable=True), schema="publisher")
    op.add_column("mailbox", sa.Column("asked", sa.Integer(), server_default="0", nullable=False), schema="publisher")
    op.alter_column("mailbox", "asked", server_default=None, schema="publisher")


def downgrade() -> None:
    op.drop_index(op.f(SENT_LAST), "delivery", schema="publisher")
    op.drop_column("mailbox", "asked", schema="publisher")
    op.drop_column("mailbox", "cursor", schema="publisher")
    for table in OF_A_NETWORK:
        _take_only(table, EARLIER)


def _take_only(table: str, networks: Sequence[str]) -> None:
    names = ", ".join(f"'{name}'" for name in networks)
    op.drop_constraint(op.f(f"ck_{table}_network"), table, schema="publisher")
    op.create_check_constraint(op.f(f"ck_{table}_network"), table, f"network IN ({names})", schema="publisher")
