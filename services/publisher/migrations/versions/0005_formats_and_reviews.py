"""formats and reviews."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = "'news', 'achievement', 'event', 'consultation', 'greeting', 'campaign', 'guide', 'result'"
_NEW_KINDS = "'news', 'achievement', 'law_change', 'event', 'consultation', 'greeting', 'campaign', 'guide', 'result'"
_SENDING = "'publishing', 'published', 'partially_published', 'unconfirmed', 'failed', 'withdrawn'"
_STATES = f"'draft', 'scheduled', {_SENDING}"
_NEW_STATES = f"'draft', 'in_review', 'approved', 'returned', 'scheduled', {_SENDING}"
_FORMATS = "format IN ('post', 'story', 'poll', 'repost')"


def _json() -> postgresql.JSONB:
    return postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def _key() -> list[sa.Column[Any]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"publisher.{target}.tenant_id", f"publisher.{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("tenant_id", *columns, name=op.f(f"uq_{table}_tenant_id_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    name = op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}")
    op.create_index(name, table, ["tenant_id", *columns], unique=False, schema="publisher")


def _checked(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition, schema="publisher")


def _unchecked(table: str, name: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, schema="publisher", type_="check")


def _add(table: str, column: sa.Column[Any]) -> None:
    """What stands there already takes the default, which does not stay."""
    op.add_column(table, column, schema="publisher")
    if column.server_default is not None:
        op.alter_column(table, column.name, server_default=None, schema="publisher")


def upgrade() -> None:
    _widen_publications()
    _widen_deliveries()
    _make_variants()
    _make_reviews()
    _make_acknowledgements()


def _widen_publications() -> None:
    _unchecked("publication", "kind")
    _unchecked("publication", "state")
    _checked("publication", "kind", f"kind IN ({_NEW_KINDS})")
    _checked("publication", "state", f"state IN ({_NEW_STATES})")
    _add("publication", sa.Column("format", sa.String(40), server_default="post", nullable=False))
    _checked("publication", "format", _FORMATS)
    _add("publication", sa.Column("poll", _json(), nullable=True))
    _add("publication", sa.Column("repost_of", sa.String(), nullable=True))
    _add("publication", sa.Column("act", sa.String(), nullable=True))
    _add("publication", sa.Column("in_force_on", sa.Date(), nullable=True))
    _add("publication", sa.Column("summary", sa.String(), nullable=True))
    _add("publication", sa.Column("source_url", sa.String(), nullable=True))
    _add("publication", sa.Column("audiences", _json(), server_default="[]", nullable=False))
    _add("publication", sa.Column("review_levels", _json(), server_default="[]", nullable=False))
    _add("publication", sa.Column("levels_passed", sa.Integer(), server_default="0", nullable=False))


def _widen_deliveries() -> None:
    _add("delivery", sa.Column("format", sa.String(40), server_default="post", nullable=False))
    _add("delivery", sa.Column("visible_until", sa.DateTime(timezone=True), nullable=True))
    _add("delivery", sa.Column("own_text", sa.String(), nullable=True))
    _add("delivery", sa.Column("consent", sa.String(40), nullable=True))
    _add("delivery", sa.Column("consent_until", sa.DateTime(timezone=True), nullable=True))
    _add("delivery", sa.Column("change", sa.String(40), nullable=True))
    _add("delivery", sa.Column("change_reason", _json(), nullable=True))
    _checked("delivery", "format", _FORMATS)
    _checked("delivery", "consent", "consent IN ('asked', 'accepted', 'refused')")
    op.create_index(
        "ix_delivery_consent",
        "delivery",
        ["tenant_id", "consent", "id"],
        unique=False,
        schema="publisher",
        postgresql_where=sa.text("consent IS NOT NULL"),
    )
    changes = "'correcting', 'corrected', 'not_corrected', 'withdrawing', 'not_withdrawn'"
    _checked("delivery", "change", f"change IN ({changes})")


def _make_variants() -> None:
    op.create_table(
        "publication_variant",
        *_key(),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("own_media", sa.Boolean(), nullable=False),
        _points_at("publication_variant", "publication_id", "publication"),
        _primary("publication_variant"),
        _unique("publication_variant", "publication_id", "network"),
        schema="publisher",
    )
    _index("publication_variant", "publication_id")
    op.create_table(
        "publication_variant_media",
        *_key(),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _points_at("publication_variant_media", "variant_id", "publication_variant"),
        _points_at("publication_variant_media", "media_id", "media"),
        _primary("publication_variant_media"),
        _unique("publication_variant_media", "variant_id", "media_id"),
        schema="publisher",
    )
    _index("publication_variant_media", "variant_id")
    _index("publication_variant_media", "media_id")


def _make_reviews() -> None:
    op.create_table(
        "review",
        *_key(),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('submitted', 'approved', 'returned', 'recalled', 'corrected')",
            name=op.f("ck_review_verdict"),
        ),
        _points_at("review", "publication_id", "publication"),
        _primary("review"),
        schema="publisher",
    )
    _index("review", "publication_id")
    _index("review", "publication_id", "id")
    _index("review", "person_id")
    op.create_table(
        "editorial_policy",
        *_key(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("review_levels", _json(), nullable=False),
        sa.Column("carrying", sa.String(40), nullable=False),
        sa.Column("answer_hours", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("carrying IN ('carry', 'ask')", name=op.f("ck_editorial_policy_carrying")),
        _primary("editorial_policy"),
        _unique("editorial_policy", "organization_id"),
        schema="publisher",
    )


def _make_acknowledgements() -> None:
    op.create_table(
        "acknowledgement",
        *_key(),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("acknowledgement", "publication_id", "publication"),
        _primary("acknowledgement"),
        _unique("acknowledgement", "publication_id", "person_id"),
        schema="publisher",
    )
    _index("acknowledgement", "publication_id")
    _index("acknowledgement", "publication_id", "id")
    _index("acknowledgement", "person_id")


def downgrade() -> None:
    """What the version before has no word for becomes the nearest that it has."""
    for table in (
        "acknowledgement",
        "editorial_policy",
        "review",
        "publication_variant_media",
        "publication_variant",
    ):
        op.drop_table(table, schema="publisher")
    op.drop_index("ix_delivery_consent", table_name="delivery", schema="publisher")
    for column in ("change_reason", "change", "consent_until", "consent", "own_text", "visible_until", "format"):
        op.drop_column("delivery", column, schema="publisher")
    for column in (
        "levels_passed",
        "review_levels",
        "audiences",
        "source_url",
        "summary",
        "in_force_on",
        "act",
        "repost_of",
        "poll",
        "format",
    ):
        op.drop_column("publication", column, schema="publisher")
    _unchecked("publication", "state")
    _unchecked("publication", "kind")
    op.execute("ALTER TABLE publisher.publication NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE publisher.publication SET kind = 'news' WHERE kind = 'law_change'")
    op.execute("UPDATE publisher.publication SET state = 'draft' WHERE state IN ('in_review', 'approved', 'returned')")
    op.execute("ALTER TABLE publisher.publication FORCE ROW LEVEL SECURITY")
    _checked("publication", "kind", f"kind IN ({_KINDS})")
    _checked("publication", "state", f"state IN ({_STATES})")
