"""Instagram, off until its warning is accepted; the record of large channels; what the servers of channels take."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EARLIER = ("vk", "telegram", "max", "ok", "bluesky", "mastodon", "email", "feed")
NETWORKS = (*EARLIER[:-2], "instagram", *EARLIER[-2:])
OF_A_NETWORK = ("mailbox", "channel", "known_account", "mention", "reaction", "campaign_entry")


def upgrade() -> None:
    for table in OF_A_NETWORK:
        _take_only(table, NETWORKS)
    for column in ("registry_url", "accepted_warning"):
        op.add_column("channel", sa.Column(column, sa.String(), nullable=True), schema="publisher")
    op.add_column("channel", sa.Column("own_limits", postgresql.JSONB(), nullable=True), schema="publisher")


def downgrade() -> None:
    """Only where no channel is on Instagram: the database refuses otherwise."""
    for column in ("own_limits", "registry_url", "accepted_warning"):
        op.drop_column("channel", column, schema="publisher")
    for table in OF_A_NETWORK:
        _take_only(table, EARLIER)


def _take_only(table: str, networks: Sequence[str]) -> None:
    names = ", ".join(f"'{name}'" for name in networks)
    op.drop_constraint(op.f(f"ck_{table}_network"), table, schema="publisher")
    op.create_check_constraint(op.f(f"ck_{table}_network"), table, f"network IN ({names})", schema="publisher")
