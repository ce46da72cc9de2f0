"""Which publication a copy was made of: whoever is erased from the one is looked for in the other."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("publication", sa.Column("copied_from_id", sa.Uuid(), nullable=True), schema="publisher")
    op.create_foreign_key(
        op.f("fk_publication_tenant_id_copied_from_id"),
        "publication",
        "publication",
        ["tenant_id", "copied_from_id"],
        ["tenant_id", "id"],
        source_schema="publisher",
        referent_schema="publisher",
    )
    op.create_index(
        "ix_publication_copied",
        "publication",
        ["tenant_id", "copied_from_id"],
        schema="publisher",
        postgresql_where=sa.text("copied_from_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_publication_copied", table_name="publication", schema="publisher")
    op.drop_column("publication", "copied_from_id", schema="publisher")
