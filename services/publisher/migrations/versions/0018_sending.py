"""Lines of channels: what is due in each stands in one order, and one message looks at it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """What waits already keeps its message, which looks at its channel's whole line."""
    op.add_column(
        "delivery", sa.Column("priority", sa.Integer(), server_default="5", nullable=False), schema="publisher"
    )
    _let_the_owner_see_all()
    op.execute(
        "UPDATE publisher.delivery SET priority = 0 FROM publisher.publication "
        "WHERE publication.tenant_id = delivery.tenant_id AND publication.id = delivery.publication_id "
        "AND publication.kind = 'law_change' AND delivery.state IN ('pending', 'retrying')"
    )
    op.alter_column("delivery", "priority", server_default=None, schema="publisher")
    op.create_check_constraint(op.f("ck_delivery_priority"), "delivery", "priority IN (0, 5)", schema="publisher")
    op.drop_column("delivery", "slot_at", schema="publisher")
    op.create_index(
        "ix_delivery_line",
        "delivery",
        ["tenant_id", "channel_id", "priority", "next_attempt_at", "id"],
        schema="publisher",
        postgresql_where=sa.text("state IN ('pending', 'retrying')"),
    )
    op.create_index(
        "ix_delivery_sending",
        "delivery",
        ["tenant_id", "channel_id", "id"],
        schema="publisher",
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.drop_column("pace", "promised", schema="publisher")
    op.add_column("pace", sa.Column("wake_id", sa.Uuid(), nullable=True), schema="publisher")
    op.add_column("pace", sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True), schema="publisher")


def downgrade() -> None:
    """Each delivery under way is given a message of its own again."""
    _let_the_owner_see_all()
    op.execute(
        "INSERT INTO publisher.outbox (message_id, destination, tenant_id, priority, envelope, next_send_at) "
        "SELECT message_id, 'publisher', tenant_id, 5, jsonb_build_object('id', message_id, 'source', 'publisher', "
        "'destination', 'publisher', 'tenant_id', tenant_id, 'type', 'publisher.delivery_due', 'version', 1, "
        "'occurred_at', now(), 'trace', NULL, 'payload', jsonb_build_object('delivery_id', id, 'attempt', attempt)), "
        "coalesce(next_attempt_at, now()) "
        "FROM (SELECT gen_random_uuid() AS message_id, tenant_id, id, next_attempt_at, "
        "CASE WHEN state = 'sending' THEN attempts ELSE attempts + 1 END AS attempt FROM publisher.delivery "
        "WHERE state IN ('pending', 'retrying', 'sending')) AS under_way"
    )
    for column in ("wake_at", "wake_id"):
        op.drop_column("pace", column, schema="publisher")
    op.add_column(
        "pace",
        sa.Column("promised", postgresql.ARRAY(sa.Float(53)), server_default="{}", nullable=False),
        schema="publisher",
    )
    op.alter_column("pace", "promised", server_default=None, schema="publisher")
    op.drop_index("ix_delivery_sending", table_name="delivery", schema="publisher")
    op.drop_index("ix_delivery_line", table_name="delivery", schema="publisher")
    op.add_column("delivery", sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True), schema="publisher")
    op.drop_constraint(op.f("ck_delivery_priority"), "delivery", schema="publisher", type_="check")
    op.drop_column("delivery", "priority", schema="publisher")


def _let_the_owner_see_all() -> None:
    """Until the end of the migration."""
    for table in ("publication", "delivery"):
        op.execute(f"ALTER TABLE publisher.{table} NO FORCE ROW LEVEL SECURITY")
