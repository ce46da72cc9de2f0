"""sources of all networks."""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_STAFF = ("phone", "in_person")
EARLIER = ("vk", "telegram", "max")
NETWORKS = (*EARLIER, "ok", "email", "mastodon", "bluesky", "instagram")


def upgrade() -> None:
    _take_only(NETWORKS)


def downgrade() -> None:
    _take_only(EARLIER)


def _take_only(networks: Sequence[str]) -> None:
    names = ", ".join(f"'{name}'" for name in (*networks, *BY_STAFF))
    op.drop_constraint(op.f("ck_help_request_source"), "help_request", schema="requests")
    op.create_check_constraint(
        op.f("ck_help_request_source"), "help_request", f"source IN ({names})", schema="requests"
    )
