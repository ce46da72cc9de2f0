"""cards and occasions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_POINTERS = {"logo_media_id": "media", "enterprise_id": "enterprise"}
_INDEXES = (
    ["tenant_id", "logo_media_id"],
    ["tenant_id", "enterprise_id"],
    ["tenant_id", "person_id"],
    ["tenant_id", "template", "id"],
)
_TEXTS = ("heading", "title", "person", "time", "place", "link", "printed_link", "highlight")


def upgrade() -> None:
    _take_more_templates()
    op.add_column("person", sa.Column("birth_day", sa.String(), nullable=True), schema="publisher")
    _keep_occasions()
    _keep_what_comes_of_them()


def downgrade() -> None:
    for table in ("greeting", "occasion_channel", "occasion"):
        op.drop_table(table, schema="publisher")
    op.drop_column("person", "birth_day", schema="publisher")
    _take_the_jubilee_alone()


def _keep_occasions() -> None:
    texts = ("title", "enterprise", "heading", "greeting", "text", "signed_by_union", "signed_by_person")
    numbers = ("month", "day", "weekday", "nth", "every_years")
    op.create_table(
        "occasion",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in numbers),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("days_ahead", sa.Integer(), nullable=False),
        sa.Column("publish_time", sa.Time(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('fixed_date', 'nth_weekday', 'anniversary', 'personal')", name=op.f("ck_occasion_kind")
        ),
        sa.CheckConstraint("days_ahead >= 0", name=op.f("ck_occasion_days_ahead")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enterprise_id"],
            ["publisher.enterprise.tenant_id", "publisher.enterprise.id"],
            name=op.f("fk_occasion_tenant_id_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_occasion")),
        schema="publisher",
    )
    for columns in (
        ["tenant_id", "organization_id", "id"],
        ["tenant_id", "kind", "id"],
        ["tenant_id", "person_id"],
        ["tenant_id", "enterprise_id"],
    ):
        op.create_index(op.f(f"ix_occasion_{'_'.join(columns)}"), "occasion", columns, schema="publisher")


def _keep_what_comes_of_them() -> None:
    op.create_table(
        "occasion_channel",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "occasion_id"],
            ["publisher.occasion.tenant_id", "publisher.occasion.id"],
            name=op.f("fk_occasion_channel_tenant_id_occasion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "channel_id"],
            ["publisher.channel.tenant_id", "publisher.channel.id"],
            name=op.f("fk_occasion_channel_tenant_id_channel_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_occasion_channel")),
        sa.UniqueConstraint(
            "tenant_id",
            "occasion_id",
            "channel_id",
            name=op.f("uq_occasion_channel_tenant_id_occasion_id_channel_id"),
        ),
        schema="publisher",
    )
    op.create_table(
        "greeting",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("publication_id", sa.Uuid(), nullable=True),
        sa.Column("reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "occasion_id"],
            ["publisher.occasion.tenant_id", "publisher.occasion.id"],
            name=op.f("fk_greeting_tenant_id_occasion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "card_id"],
            ["publisher.card.tenant_id", "publisher.card.id"],
            name=op.f("fk_greeting_tenant_id_card_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_greeting")),
        sa.UniqueConstraint(
            "tenant_id", "occasion_id", "on_day", name=op.f("uq_greeting_tenant_id_occasion_id_on_day")
        ),
        schema="publisher",
    )
    for table, columns in (
        ("occasion_channel", ["tenant_id", "occasion_id"]),
        ("occasion_channel", ["tenant_id", "channel_id"]),
        ("greeting", ["tenant_id", "occasion_id"]),
        ("greeting", ["tenant_id", "card_id"]),
        ("greeting", ["tenant_id", "occasion_id", "id"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, schema="publisher")


def _take_more_templates() -> None:
    for name in _TEXTS:
        op.add_column("card", sa.Column(name, sa.String(), server_default="", nullable=False), schema="publisher")
        op.alter_column("card", name, server_default=None, schema="publisher")
    op.add_column("card", sa.Column("person_id", sa.Uuid(), nullable=True), schema="publisher")
    op.add_column("card", sa.Column("day", sa.Date(), nullable=True), schema="publisher")
    op.add_column("card", sa.Column("logo_media_id", sa.Uuid(), nullable=True), schema="publisher")
    op.add_column("card", sa.Column("enterprise_id", sa.Uuid(), nullable=True), schema="publisher")
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
    for column, table in _POINTERS.items():
        op.create_foreign_key(
            op.f(f"fk_card_tenant_id_{column}"),
            "card",
            table,
            ["tenant_id", column],
            ["tenant_id", "id"],
            source_schema="publisher",
            referent_schema="publisher",
        )
    for columns in _INDEXES:
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
    for columns in _INDEXES:
        op.drop_index(op.f(f"ix_card_{'_'.join(columns)}"), table_name="card", schema="publisher")
    for column in _POINTERS:
        op.drop_constraint(op.f(f"fk_card_tenant_id_{column}"), "card", type_="foreignkey", schema="publisher")
    op.drop_constraint(op.f("ck_card_picture_size"), "card_picture", type_="check", schema="publisher")
    op.create_check_constraint(
        op.f("ck_card_picture_size"), "card_picture", "size IN ('story', 'post')", schema="publisher"
    )
    op.drop_constraint(op.f("ck_card_template"), "card", type_="check", schema="publisher")
    op.create_check_constraint(op.f("ck_card_template"), "card", "template IN ('jubilee')", schema="publisher")
    op.alter_column("card", "years", nullable=False, schema="publisher")
    for name in ("enterprise_id", "logo_media_id", "day", "person_id", *_TEXTS):
        op.drop_column("card", name, schema="publisher")
