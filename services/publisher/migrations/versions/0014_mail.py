"""Letters: mail as a network, and what a letter is besides its text."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EARLIER = ("vk", "telegram", "max", "ok", "bluesky", "mastodon", "feed")
NETWORKS = (*EARLIER[:-1], "email", "feed")
OF_A_NETWORK = ("mailbox", "channel", "known_account", "mention", "reaction", "campaign_entry")


def upgrade() -> None:
    for table in OF_A_NETWORK:
        _take_only(table, NETWORKS)
    op.add_column("inbound_message", sa.Column("original", sa.String(), nullable=True), schema="publisher")
    op.add_column("inbound_message", sa.Column("subject", sa.String(), nullable=True), schema="publisher")
    op.add_column("inbound_message", sa.Column("letter_ids", sa.ARRAY(sa.String()), nullable=True), schema="publisher")


def downgrade() -> None:
    for column in ("letter_ids", "subject", "original"):
        op.drop_column("inbound_message", column, schema="publisher")
    for table in OF_A_NETWORK:
        _take_only(table, EARLIER)


def _take_only(table: str, networks: Sequence[str]) -> None:
    names = ", ".join(f"'{name}'" for name in networks)
    op.drop_constraint(op.f(f"ck_{table}_network"), table, schema="publisher")
    op.create_check_constraint(op.f(f"ck_{table}_network"), table, f"network IN ({names})", schema="publisher")
