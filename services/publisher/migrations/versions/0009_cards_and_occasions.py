"""cards and occasions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TEXTS = ("heading", "title", "person", "time", "place", "link", "printed_link", "highlight")


def upgrade() -> None:
    _take_more_templates()


def downgrade() -> None:
    _take_the_jubilee_alone()


def _take_more_templates() -> None:
    for name in _TEXTS:
        op.add_column("card", sa.Column(name, sa.String(), server_default="", nullable=False), schema="publisher")
        op.alter_column("card", name, server_default=None, schema="publisher")
    op.add_column("card", sa.Column("person_id", sa.Uuid(), nullable=True), schema="publisher")
    op.add_column("card", sa.Column("day", sa.Date(), nullable=True), schema="publisher")
    op.add_column("card", sa.Column("logo_media_id", sa.Uuid(), nullable=True), schema="publisher")
    op.alter_column("card", "years", nullable=True, schema="publisher")
    op.drop_constraint(op.f("ck_card_template"), "card", type_="check", schema="publisher")
    op.create_check_constraint(
        op.f("ck_card_template"),
        "card",
        "template IN ('jubilee', 'holiday', 'thanks', 'personal', 'announcement', 'sheet')",
        schema="publisher",
    )
    op.drop_constraint(op.f("ck_card_picture_size"), "card_picture", type_="check", schema="publisher")
    op.create_check_constraint(
        op.f("ck_card_picture_size"), "card_picture", "size IN ('story', 'post', 'sheet')", schema="publisher"
    )
    op.create_foreign_key(
        op.f("fk_card_tenant_id_logo_media_id"),
        "card",
        "media",
        ["tenant_id", "logo_media_id"],
        ["tenant_id", "id"],
        source_schema="publisher",
        referent_schema="publisher",
    )
    for columns in (["tenant_id", "logo_media_id"], ["tenant_id", "person_id"], ["tenant_id", "template", "id"]):
        op.create_index(op.f(f"ix_card_{'_'.join(columns)}"), "card", columns, schema="publisher")


def _take_the_jubilee_alone() -> None:
    """Cards of other templates have no place in the version before; their pictures stay as media."""
    for table in ("card_picture", "card"):
        op.execute(f"ALTER TABLE publisher.{table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "DELETE FROM publisher.card_picture USING publisher.card WHERE card.tenant_id = card_picture.tenant_id "
        "AND card.id = card_picture.card_id AND card.template <> 'jubilee'"
    )
    op.execute("DELETE FROM publisher.card WHERE template <> 'jubilee'")
    for table in ("card_picture", "card"):
        op.execute(f"ALTER TABLE publisher.{table} FORCE ROW LEVEL SECURITY")
    for columns in (["tenant_id", "logo_media_id"], ["tenant_id", "person_id"], ["tenant_id", "template", "id"]):
        op.drop_index(op.f(f"ix_card_{'_'.join(columns)}"), table_name="card", schema="publisher")
    op.drop_constraint(op.f("fk_card_tenant_id_logo_media_id"), "card", type_="foreignkey", schema="publisher")
    op.drop_constraint(op.f("ck_card_picture_size"), "card_picture", type_="check", schema="publisher")
    op.create_check_constraint(
        op.f("ck_card_picture_size"), "card_picture", "size IN ('story', 'post')", schema="publisher"
    )
    op.drop_constraint(op.f("ck_card_template"), "card", type_="check", schema="publisher")
    op.create_check_constraint(op.f("ck_card_template"), "card", "template IN ('jubilee')", schema="publisher")
    op.alter_column("card", "years", nullable=False, schema="publisher")
    for name in ("logo_media_id", "day", "person_id", *_TEXTS):
        op.drop_column("card", name, schema="publisher")
