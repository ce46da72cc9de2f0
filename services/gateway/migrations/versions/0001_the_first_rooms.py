"""The first rooms."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "caller_position",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_caller_position")),
        schema="gateway",
    )
    op.create_table(
        "dead_letter",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("died_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "destination", name=op.f("pk_dead_letter")),
        schema="gateway",
    )
    op.create_table(
        "idempotency_record",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("resource_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key_hash", name=op.f("pk_idempotency_record")),
        schema="gateway",
    )
    op.create_table(
        "organization",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('federation', 'union', 'regional', 'territorial', 'primary', 'shop', 'group')",
            name=op.f("ck_organization_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_organization_tenant_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organization")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_tenant_id_parent_id_id"),
        "organization",
        ["tenant_id", "parent_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("next_send_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sends", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unanswered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", "destination", name=op.f("pk_outbox")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_outbox_destination_priority_next_send_at"),
        "outbox",
        ["destination", "priority", "next_send_at"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "person",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("additional_name", sa.String(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('prospective', 'member', 'former')", name=op.f("ck_person_status")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_person")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_person_tenant_id_status_id"), "person", ["tenant_id", "status", "id"], unique=False, schema="gateway"
    )
    op.create_table(
        "processed_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("pk_processed_message")),
        schema="gateway",
    )
    op.create_table(
        "sign_in_name",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name", "tenant_id", name=op.f("pk_sign_in_name")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_sign_in_name_tenant_id_person_id")),
        schema="gateway",
        info={"before_tenant": True},
    )
    op.create_table(
        "tenant_position",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_position")),
        schema="gateway",
    )
    op.create_table(
        "credential",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_credential_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credential")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_credential_tenant_id_person_id")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_credential_tenant_id_person_id"),
        "credential",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "identifier",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "network IN ('vk', 'telegram', 'max', 'ok', 'instagram', 'mastodon', 'bluesky')",
            name=op.f("ck_identifier_network"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_identifier_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_identifier")),
        sa.UniqueConstraint(
            "tenant_id", "network", "external_id", name=op.f("uq_identifier_tenant_id_network_external_id")
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_identifier_tenant_id_person_id"),
        "identifier",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "membership",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_membership_tenant_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_membership_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "tenant_id", "organization_id", "person_id", name=op.f("uq_membership_tenant_id_organization_id_person_id")
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_membership_tenant_id_organization_id"),
        "membership",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_membership_tenant_id_person_id"),
        "membership",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "organization_reach",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ancestor_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_organization_reach_tenant_id_ancestor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_organization_reach_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organization_reach")),
        sa.UniqueConstraint(
            "tenant_id",
            "ancestor_id",
            "organization_id",
            name=op.f("uq_organization_reach_tenant_id_ancestor_id_organization_id"),
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_reach_tenant_id_ancestor_id"),
        "organization_reach",
        ["tenant_id", "ancestor_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_reach_tenant_id_organization_id"),
        "organization_reach",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "role_grant",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('chair', 'information_officer', 'lawyer', 'dispatcher', 'analyst', 'member', 'auditor', 'administrator')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_role_grant_tenant_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_role_grant_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "tenant_id",
            "person_id",
            "organization_id",
            "role",
            name=op.f("uq_role_grant_tenant_id_person_id_organization_id_role"),
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_role_grant_tenant_id_organization_id"),
        "role_grant",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_role_grant_tenant_id_person_id"),
        "role_grant",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "session",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(40), nullable=True),
        sa.CheckConstraint("ending IN ('logged_out', 'reused', 'password_changed')", name=op.f("ck_session_ending")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_session_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_session")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_session_tenant_id_person_id"), "session", ["tenant_id", "person_id"], unique=False, schema="gateway"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_session_tenant_id_person_id"), table_name="session", schema="gateway")
    op.drop_table("session", schema="gateway")
    op.drop_index(op.f("ix_role_grant_tenant_id_person_id"), table_name="role_grant", schema="gateway")
    op.drop_index(op.f("ix_role_grant_tenant_id_organization_id"), table_name="role_grant", schema="gateway")
    op.drop_table("role_grant", schema="gateway")
    op.drop_index(
        op.f("ix_organization_reach_tenant_id_organization_id"), table_name="organization_reach", schema="gateway"
    )
    op.drop_index(
        op.f("ix_organization_reach_tenant_id_ancestor_id"), table_name="organization_reach", schema="gateway"
    )
    op.drop_table("organization_reach", schema="gateway")
    op.drop_index(op.f("ix_membership_tenant_id_person_id"), table_name="membership", schema="gateway")
    op.drop_index(op.f("ix_membership_tenant_id_organization_id"), table_name="membership", schema="gateway")
    op.drop_table("membership", schema="gateway")
    op.drop_index(op.f("ix_identifier_tenant_id_person_id"), table_name="identifier", schema="gateway")
    op.drop_table("identifier", schema="gateway")
    op.drop_index(op.f("ix_credential_tenant_id_person_id"), table_name="credential", schema="gateway")
    op.drop_table("credential", schema="gateway")
    op.drop_table("tenant_position", schema="gateway")
    op.drop_table("sign_in_name", schema="gateway")
    op.drop_table("processed_message", schema="gateway")
    op.drop_index(op.f("ix_person_tenant_id_status_id"), table_name="person", schema="gateway")
    op.drop_table("person", schema="gateway")
    op.drop_index(op.f("ix_outbox_destination_priority_next_send_at"), table_name="outbox", schema="gateway")
    op.drop_table("outbox", schema="gateway")
    op.drop_index(op.f("ix_organization_tenant_id_parent_id_id"), table_name="organization", schema="gateway")
    op.drop_table("organization", schema="gateway")
    op.drop_table("idempotency_record", schema="gateway")
    op.drop_table("dead_letter", schema="gateway")
    op.drop_table("caller_position", schema="gateway")
