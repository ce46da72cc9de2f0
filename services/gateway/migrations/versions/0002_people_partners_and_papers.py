"""people partners and papers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_outbox_destination_priority_tenant_id_next_send_at"),
        "outbox",
        ["destination", "priority", "tenant_id", "next_send_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["message_id"],
        unique=False,
        schema="gateway",
        postgresql_where=sa.text("failures >= 8 OR unanswered >= 30"),
    )
    op.add_column("outbox", sa.Column("order_key", sa.Text(), nullable=True), schema="gateway")
    op.create_index(
        "ix_outbox_order",
        "outbox",
        ["destination", "tenant_id", "order_key", "message_id"],
        unique=False,
        schema="gateway",
        postgresql_where=sa.text("order_key IS NOT NULL"),
    )
    op.create_table(
        "access_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reader_kind", sa.String(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "service IN ('gateway', 'publisher', 'requests', 'surveys')", name=op.f("ck_access_entry_service")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_access_entry")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_access_entry_tenant_id_person_id_id"),
        "access_entry",
        ["tenant_id", "person_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_access_entry_tenant_id_read_at"),
        "access_entry",
        ["tenant_id", "read_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_access_entry_tenant_id_reader_id_id"),
        "access_entry",
        ["tenant_id", "reader_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "allowed_origin",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "organization_id", "origin", name=op.f("pk_allowed_origin")),
        schema="gateway",
    )
    op.create_table(
        "audit_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("resource", sa.Text(collation="C"), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "service IN ('gateway', 'publisher', 'requests', 'surveys')", name=op.f("ck_audit_entry_service")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_entry")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_audit_entry_tenant_id_actor_id"),
        "audit_entry",
        ["tenant_id", "actor", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_audit_entry_tenant_id_occurred_at_id"),
        "audit_entry",
        ["tenant_id", "occurred_at", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_audit_entry_tenant_id_operation_id"),
        "audit_entry",
        ["tenant_id", "operation", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_audit_entry_tenant_id_resource_id"),
        "audit_entry",
        ["tenant_id", "resource", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "audit_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_key")),
        schema="gateway",
    )
    op.create_table(
        "audit_mark",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "minute", name=op.f("pk_audit_mark")),
        schema="gateway",
    )
    op.create_table(
        "audit_seal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("tenant_id", "sequence", name=op.f("uq_audit_seal_tenant_id_sequence")),
        schema="gateway",
    )
    op.create_table(
        "audit_sealed",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_sealed")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_audit_sealed_tenant_id_sequence_id"),
        "audit_sealed",
        ["tenant_id", "sequence", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "channel",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("mailbox_address", sa.String(), nullable=True),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_channel")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_channel_tenant_id_network_account_id"),
        "channel",
        ["tenant_id", "network", "account_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_channel_tenant_id_organization_id"),
        "channel",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hearers", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_event")),
        sa.UniqueConstraint("tenant_id", "sequence", name=op.f("uq_event_tenant_id_sequence")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_event_tenant_id_occurred_at"), "event", ["tenant_id", "occurred_at"], unique=False, schema="gateway"
    )
    op.create_table(
        "event_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_event_counter")),
        schema="gateway",
    )
    op.create_table(
        "job",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("memory", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_job")),
        schema="gateway",
    )
    op.create_table(
        "job_part",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", "service", name=op.f("pk_job_part")),
        schema="gateway",
    )
    op.create_table(
        "operator_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_key")),
        schema="gateway",
    )
    op.create_table(
        "origin_list",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("origins", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_origin_list")),
        schema="gateway",
    )
    op.create_table(
        "retention_choice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("days", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_retention_choice")),
        schema="gateway",
    )
    op.create_table(
        "retention_round",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_retention_round")),
        sa.UniqueConstraint("tenant_id", "day", name=op.f("uq_retention_round_tenant_id_day")),
        schema="gateway",
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deletion_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("founding_key", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'suspended', 'deleted')", name=op.f("ck_tenant_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("founding_key", name=op.f("uq_tenant_founding_key")),
        schema="gateway",
    )
    op.create_table(
        "tenant_standing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'suspended', 'deleted')", name=op.f("ck_tenant_standing_state")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_tenant_standing")),
        schema="gateway",
    )
    op.create_table(
        "used_proof",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_used_proof")),
        sa.UniqueConstraint("tenant_id", "digest", name=op.f("uq_used_proof_tenant_id_digest")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_used_proof_tenant_id_expires_at"),
        "used_proof",
        ["tenant_id", "expires_at"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "vk_authorization",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_verifier", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_vk_authorization_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_vk_authorization")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_vk_authorization_tenant_id_person_id"),
        "vk_authorization",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_vk_authorization_tenant_id_expires_at"),
        "vk_authorization",
        ["tenant_id", "expires_at"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "calendar",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(40), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("week", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("short_by", sa.Integer(), nullable=False),
        sa.Column("overrides", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("definition", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("country IN ('RU')", name=op.f("ck_calendar_country")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_calendar_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calendar")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_calendar_tenant_id_organization_id"),
        "calendar",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_calendar_tenant_id_organization_id_id"),
        "calendar",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "consent_text",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('membership', 'distribution', 'greetings', 'messages', 'requests', 'surveys', 'events')",
            name=op.f("ck_consent_text_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_consent_text_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint(
            "tenant_id",
            "organization_id",
            "purpose",
            "text_version",
            name=op.f("uq_consent_text_tenant_id_organization_id_purpose_text_version"),
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_consent_text_tenant_id_organization_id"),
        "consent_text",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "contact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('email', 'phone')", name=op.f("ck_contact_kind")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_contact_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "kind", "value", name=op.f("uq_contact_tenant_id_person_id_kind_value")
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_contact_tenant_id_kind_value"),
        "contact",
        ["tenant_id", "kind", "value"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_contact_tenant_id_person_id"), "contact", ["tenant_id", "person_id"], unique=False, schema="gateway"
    )
    op.create_table(
        "erasure",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("certificate_hash", sa.String(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('consent_withdrawn', 'asked', 'purpose_reached', 'unlawful')", name=op.f("ck_erasure_reason")
        ),
        sa.CheckConstraint("state IN ('running', 'done', 'refused')", name=op.f("ck_erasure_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_erasure_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_erasure")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_erasure_tenant_id_person_id"), "erasure", ["tenant_id", "person_id"], unique=False, schema="gateway"
    )
    op.create_index(
        op.f("ix_erasure_tenant_id_person_id_id"),
        "erasure",
        ["tenant_id", "person_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "incident",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("what_happened", sa.String(), nullable=False),
        sa.Column("data_kinds", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_notice_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_incident_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_incident_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_incident")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_incident_tenant_id_organization_id"),
        "incident",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_incident_tenant_id_organization_id_id"),
        "incident",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_incident_tenant_id_state_id"), "incident", ["tenant_id", "state", "id"], unique=False, schema="gateway"
    )
    op.create_table(
        "invitation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("inviter_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("untold", sa.String(), nullable=True),
        sa.Column("joined_person_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_url", sa.String(), nullable=True),
        sa.Column("consent_text", sa.String(), nullable=True),
        sa.Column("consent_hash", sa.String(), nullable=True),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('membership', 'community')", name=op.f("ck_invitation_kind")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "inviter_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_invitation_tenant_id_inviter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "joined_person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_invitation_tenant_id_joined_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_invitation_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("tenant_id", "secret_hash", name=op.f("uq_invitation_tenant_id_secret_hash")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_invitation_tenant_id_inviter_id"),
        "invitation",
        ["tenant_id", "inviter_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_invitation_tenant_id_inviter_id_id"),
        "invitation",
        ["tenant_id", "inviter_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_invitation_tenant_id_joined_person_id"),
        "invitation",
        ["tenant_id", "joined_person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_invitation_tenant_id_organization_id"),
        "invitation",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_invitation_tenant_id_organization_id_id"),
        "invitation",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "legal_hold",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_legal_hold_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_legal_hold")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_legal_hold_tenant_id_person_id"),
        "legal_hold",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_legal_hold_tenant_id_person_id_id"),
        "legal_hold",
        ["tenant_id", "person_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "link_code",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_link_code_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("tenant_id", "code_hash", name=op.f("uq_link_code_tenant_id_code_hash")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_link_code_tenant_id_expires_at"),
        "link_code",
        ["tenant_id", "expires_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_link_code_tenant_id_person_id"),
        "link_code",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "notification",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("incident", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_notification_tenant_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_notification_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "incident", name=op.f("uq_notification_tenant_id_person_id_incident")
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_tenant_id_occurred_at"),
        "notification",
        ["tenant_id", "occurred_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_tenant_id_organization_id"),
        "notification",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_tenant_id_person_id"),
        "notification",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_tenant_id_person_id_listed_id"),
        "notification",
        ["tenant_id", "person_id", "listed", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
        postgresql_where=sa.text("listed AND read_at IS NULL"),
    )
    op.create_table(
        "notification_opt_out",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.CheckConstraint("way IN ('client', 'mail', 'messenger')", name=op.f("ck_notification_opt_out_way")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_notification_opt_out_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification_opt_out")),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "kind", "way", name=op.f("uq_notification_opt_out_tenant_id_person_id_kind_way")
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_opt_out_tenant_id_person_id"),
        "notification_opt_out",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "notification_settings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ways", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("most_a_day", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_notification_settings_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification_settings")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_notification_settings_tenant_id_person_id")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_settings_tenant_id_person_id"),
        "notification_settings",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "organization_count",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_organization_count_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organization_count")),
        sa.UniqueConstraint(
            "tenant_id", "organization_id", "month", name=op.f("uq_organization_count_tenant_id_organization_id_month")
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_count_tenant_id_month"),
        "organization_count",
        ["tenant_id", "month"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_count_tenant_id_organization_id"),
        "organization_count",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "organization_word",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_organization_word_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "word", "organization_id", name=op.f("pk_organization_word")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_word_tenant_id_organization_id_word"),
        "organization_word",
        ["tenant_id", "organization_id", "word"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "partner",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("requests_per_minute", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('newspaper', 'enterprise', 'federation', 'other')", name=op.f("ck_partner_kind")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_partner_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_partner")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_partner_tenant_id_organization_id"),
        "partner",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_partner_tenant_id_organization_id_id"),
        "partner",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "people_import",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("preview", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_people_import_tenant_id_organization_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_people_import")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_people_import_tenant_id_organization_id"),
        "people_import",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "person_merge",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("moved", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "merged_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_person_merge_tenant_id_merged_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survivor_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_person_merge_tenant_id_survivor_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_person_merge")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_person_merge_tenant_id_merged_id"),
        "person_merge",
        ["tenant_id", "merged_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_person_merge_tenant_id_survivor_id"),
        "person_merge",
        ["tenant_id", "survivor_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "person_word",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_person_word_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "word", "person_id", name=op.f("pk_person_word")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_person_word_tenant_id_person_id_word"),
        "person_word",
        ["tenant_id", "person_id", "word"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "contact_code",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_contact_code_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contact_code")),
        sa.UniqueConstraint("tenant_id", "contact_id", name=op.f("uq_contact_code_tenant_id_contact_id")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_contact_code_tenant_id_expires_at"),
        "contact_code",
        ["tenant_id", "expires_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_contact_code_tenant_id_person_id"),
        "contact_code",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "sign_in_code",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_to", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_sign_in_code_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sign_in_code")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_sign_in_code_tenant_id_person_id")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_sign_in_code_tenant_id_expires_at"),
        "sign_in_code",
        ["tenant_id", "expires_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_sign_in_code_tenant_id_person_id"),
        "sign_in_code",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "status_change",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(40), nullable=True),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("after IN ('prospective', 'member', 'former')", name=op.f("ck_status_change_after")),
        sa.CheckConstraint("before IN ('prospective', 'member', 'former')", name=op.f("ck_status_change_before")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_status_change_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_status_change")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_status_change_tenant_id_changed_at"),
        "status_change",
        ["tenant_id", "changed_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_status_change_tenant_id_person_id"),
        "status_change",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "subject_export",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("file_key", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_subject_export_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_subject_export")),
        sa.UniqueConstraint("tenant_id", "job_id", name=op.f("uq_subject_export_tenant_id_job_id")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_subject_export_tenant_id_created_at"),
        "subject_export",
        ["tenant_id", "created_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_subject_export_tenant_id_person_id"),
        "subject_export",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "consent_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("consent_text_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("withdraws_id", sa.Uuid(), nullable=True),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('membership', 'distribution', 'greetings', 'messages', 'requests', 'surveys', 'events')",
            name=op.f("ck_consent_entry_purpose"),
        ),
        sa.CheckConstraint("step IN ('given', 'withdrawn')", name=op.f("ck_consent_entry_step")),
        sa.CheckConstraint(
            "way IN ('paper', 'web', 'messenger', 'phone', 'in_person')", name=op.f("ck_consent_entry_way")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "consent_text_id"],
            ["gateway.consent_text.tenant_id", "gateway.consent_text.id"],
            name=op.f("fk_consent_entry_tenant_id_consent_text_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_consent_entry_tenant_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "withdraws_id"],
            ["gateway.consent_entry.tenant_id", "gateway.consent_entry.id"],
            name=op.f("fk_consent_entry_tenant_id_withdraws_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent_entry")),
        sa.UniqueConstraint("tenant_id", "withdraws_id", name=op.f("uq_consent_entry_tenant_id_withdraws_id")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_consent_entry_tenant_id_consent_text_id"),
        "consent_entry",
        ["tenant_id", "consent_text_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_consent_entry_tenant_id_person_id"),
        "consent_entry",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_consent_entry_tenant_id_person_id_purpose_id"),
        "consent_entry",
        ["tenant_id", "person_id", "purpose", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_consent_entry_tenant_id_purpose_id"),
        "consent_entry",
        ["tenant_id", "purpose", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "import_row",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("faults", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["gateway.people_import.tenant_id", "gateway.people_import.id"],
            name=op.f("fk_import_row_tenant_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "import_id", "row_number", name=op.f("pk_import_row")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_import_row_tenant_id_person_id"),
        "import_row",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "notification_telling",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'sending', 'sent', 'rejected', 'failed', 'unknown', 'dropped')",
            name=op.f("ck_notification_telling_state"),
        ),
        sa.CheckConstraint("way IN ('client', 'mail', 'messenger')", name=op.f("ck_notification_telling_way")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "carrier_id"],
            ["gateway.notification_telling.tenant_id", "gateway.notification_telling.id"],
            name=op.f("fk_notification_telling_tenant_id_carrier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "notification_id"],
            ["gateway.notification.tenant_id", "gateway.notification.id"],
            name=op.f("fk_notification_telling_tenant_id_notification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_notification_telling_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notification_telling")),
        sa.UniqueConstraint(
            "tenant_id", "notification_id", "way", name=op.f("uq_notification_telling_tenant_id_notification_id_way")
        ),
        sa.UniqueConstraint("tenant_id", "reference_id", name=op.f("uq_notification_telling_tenant_id_reference_id")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_telling_tenant_id_carrier_id"),
        "notification_telling",
        ["tenant_id", "carrier_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_telling_tenant_id_due_at"),
        "notification_telling",
        ["tenant_id", "due_at"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_telling_tenant_id_notification_id"),
        "notification_telling",
        ["tenant_id", "notification_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_telling_tenant_id_person_id"),
        "notification_telling",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_notification_telling_tenant_id_person_id_way_began_at"),
        "notification_telling",
        ["tenant_id", "person_id", "way", "began_at"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "partner_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_partner_key_tenant_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "partner_id"],
            ["gateway.partner.tenant_id", "gateway.partner.id"],
            name=op.f("fk_partner_key_tenant_id_partner_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_partner_key")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_partner_key_tenant_id_organization_id"),
        "partner_key",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_partner_key_tenant_id_partner_id"),
        "partner_key",
        ["tenant_id", "partner_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_partner_key_tenant_id_partner_id_id"),
        "partner_key",
        ["tenant_id", "partner_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "webhook",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("events", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("disabled_because", sa.String(40), nullable=True),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("sealed_old_secret", sa.String(), nullable=True),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slow", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("due_turn", sa.Integer(), nullable=True),
        sa.Column("wake_turn", sa.Integer(), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "disabled_because IN ('asked', 'gone', 'failed_for_days')", name=op.f("ck_webhook_disabled_because")
        ),
        sa.CheckConstraint("state IN ('active', 'failing', 'disabled')", name=op.f("ck_webhook_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            ["gateway.organization.tenant_id", "gateway.organization.id"],
            name=op.f("fk_webhook_tenant_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "partner_id"],
            ["gateway.partner.tenant_id", "gateway.partner.id"],
            name=op.f("fk_webhook_tenant_id_partner_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_webhook_tenant_id_organization_id"),
        "webhook",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_webhook_tenant_id_organization_id_id"),
        "webhook",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_webhook_tenant_id_partner_id"), "webhook", ["tenant_id", "partner_id"], unique=False, schema="gateway"
    )
    op.create_table(
        "consent_evidence",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["gateway.consent_entry.tenant_id", "gateway.consent_entry.id"],
            name=op.f("fk_consent_evidence_tenant_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["gateway.person.tenant_id", "gateway.person.id"],
            name=op.f("fk_consent_evidence_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent_evidence")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_consent_evidence_tenant_id_person_id"),
        "consent_evidence",
        ["tenant_id", "person_id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed', 'skipped')", name=op.f("ck_webhook_delivery_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["gateway.event.tenant_id", "gateway.event.id"],
            name=op.f("fk_webhook_delivery_tenant_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"],
            ["gateway.webhook.tenant_id", "gateway.webhook.id"],
            name=op.f("fk_webhook_delivery_tenant_id_webhook_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "tenant_id", "webhook_id", "event_id", name=op.f("uq_webhook_delivery_tenant_id_webhook_id_event_id")
        ),
        schema="gateway",
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["tenant_id", "webhook_id", "event_id"],
        unique=False,
        schema="gateway",
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_webhook_delivery_pending",
        "webhook_delivery",
        ["tenant_id", "webhook_id", "subject", "event_id"],
        unique=False,
        schema="gateway",
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        op.f("ix_webhook_delivery_tenant_id_event_id"),
        "webhook_delivery",
        ["tenant_id", "event_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_webhook_delivery_tenant_id_webhook_id"),
        "webhook_delivery",
        ["tenant_id", "webhook_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_webhook_delivery_tenant_id_webhook_id_id"),
        "webhook_delivery",
        ["tenant_id", "webhook_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_webhook_delivery_tenant_id_webhook_id_state_id"),
        "webhook_delivery",
        ["tenant_id", "webhook_id", "state", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_table(
        "webhook_attempt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_id"],
            ["gateway.webhook_delivery.tenant_id", "gateway.webhook_delivery.id"],
            name=op.f("fk_webhook_attempt_tenant_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_attempt")),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_webhook_attempt_tenant_id_delivery_id"),
        "webhook_attempt",
        ["tenant_id", "delivery_id"],
        unique=False,
        schema="gateway",
    )
    op.add_column(
        "identifier", sa.Column("proof", sa.String(40), server_default="staff", nullable=False), schema="gateway"
    )
    op.add_column("identifier", sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True), schema="gateway")
    op.add_column("membership", sa.Column("since", sa.Date(), nullable=True), schema="gateway")
    op.add_column("organization", sa.Column("employee_count", sa.Integer(), nullable=True), schema="gateway")
    op.add_column(
        "organization",
        sa.Column(
            "affiliations",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        schema="gateway",
    )
    op.add_column(
        "organization",
        sa.Column("committee", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        schema="gateway",
    )
    op.add_column(
        "organization",
        sa.Column(
            "settings", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        schema="gateway",
    )
    op.add_column(
        "organization",
        sa.Column(
            "in_force", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_tenant_id_kind_id"),
        "organization",
        ["tenant_id", "kind", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_organization_reach_tenant_id_ancestor_id_depth_organization_id"),
        "organization_reach",
        ["tenant_id", "ancestor_id", "depth", "organization_id"],
        unique=False,
        schema="gateway",
    )
    op.add_column("person", sa.Column("name_key", sa.String(), server_default="", nullable=False), schema="gateway")
    op.add_column("person", sa.Column("membership_number", sa.String(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("birth_year", sa.Integer(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("birth_day", sa.String(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("birth_day_consent_id", sa.Uuid(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("gender", sa.String(40), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("profession", sa.String(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("workplace", sa.String(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("joined_at", sa.Date(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("merged_into_id", sa.Uuid(), nullable=True), schema="gateway")
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True), schema="gateway")
    op.create_index(
        op.f("ix_person_tenant_id_merged_into_id"),
        "person",
        ["tenant_id", "merged_into_id"],
        unique=False,
        schema="gateway",
    )
    op.create_index(
        op.f("ix_person_tenant_id_name_key_birth_year_id"),
        "person",
        ["tenant_id", "name_key", "birth_year", "id"],
        unique=False,
        schema="gateway",
    )
    op.create_unique_constraint(
        op.f("uq_person_tenant_id_membership_number"), "person", ["tenant_id", "membership_number"], schema="gateway"
    )
    op.create_foreign_key(
        op.f("fk_person_tenant_id_merged_into_id"),
        "person",
        "person",
        ["tenant_id", "merged_into_id"],
        ["tenant_id", "id"],
        source_schema="gateway",
        referent_schema="gateway",
    )
    op.add_column("role_grant", sa.Column("given_by", sa.Uuid(), nullable=True), schema="gateway")
    op.add_column(
        "role_grant",
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        schema="gateway",
    )
    op.add_column("session", sa.Column("device", sa.String(), server_default="", nullable=False), schema="gateway")
    op.create_index(
        op.f("ix_session_tenant_id_ended_on"), "session", ["tenant_id", "ended_on"], unique=False, schema="gateway"
    )
    op.create_index(
        op.f("ix_session_tenant_id_expires_on"), "session", ["tenant_id", "expires_on"], unique=False, schema="gateway"
    )
    op.create_index(
        op.f("ix_session_tenant_id_person_id_id"),
        "session",
        ["tenant_id", "person_id", "id"],
        unique=False,
        schema="gateway",
    )
    op.alter_column("identifier", "proof", server_default=None, schema="gateway")
    op.alter_column("organization", "affiliations", server_default=None, schema="gateway")
    op.alter_column("organization", "settings", server_default=None, schema="gateway")
    op.alter_column("organization", "in_force", server_default=None, schema="gateway")
    op.alter_column("person", "name_key", server_default=None, schema="gateway")
    op.alter_column("session", "device", server_default=None, schema="gateway")
    op.alter_column("role_grant", "given_at", server_default=None, schema="gateway")
    for table, column, values in (
        ("identifier", "proof", "'staff', 'network', 'link_code'"),
        ("person", "gender", "'female', 'male'"),
        ("session", "ending", "'logged_out', 'revoked', 'reused', 'password_changed'"),
    ):
        op.execute(f"ALTER TABLE gateway.{table} DROP CONSTRAINT IF EXISTS ck_{table}_{column}")
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({values})", schema="gateway")
    _carry_over()
    op.drop_column("organization", "timezone", schema="gateway")


def _carry_over() -> None:
    """What the new columns and tables say of the rows that are there. The owner is under the forced guard as well."""
    for table in ("organization", "person"):
        op.execute(f"ALTER TABLE gateway.{table} NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE gateway.organization SET settings = jsonb_build_object('timezone', timezone)")
    op.execute(
        "UPDATE gateway.organization SET in_force = jsonb_build_object("
        "'timezone', jsonb_build_object('value', timezone, 'from', id), "
        """'least_numbers', '{"value": 5, "from": null}'::jsonb, 'least_texts', '{"value": 10, "from": null}'::jsonb, """
        """'calendar_id', '{"value": null, "from": null}'::jsonb, 'primary_colour', '{"value": null, "from": null}'::jsonb, """
        """'accent_colour', '{"value": null, "from": null}'::jsonb, 'short_name', '{"value": null, "from": null}'::jsonb, """
        """'logo_media_id', '{"value": null, "from": null}'::jsonb)"""
    )
    op.execute(
        "INSERT INTO gateway.tenant (id, name, state, state_version, created_at, changed_at) "
        "SELECT tenant_id, name, 'active', 1, now(), now() FROM gateway.organization WHERE parent_id IS NULL"
    )
    words = "regexp_matches(replace(lower(%s), 'ё', 'е'), '\\w+', 'g') WITH ORDINALITY AS found (word, place)"
    name = "concat_ws(' ', p.family_name, p.given_name, p.additional_name)"
    op.execute(
        "UPDATE gateway.person p SET name_key = (SELECT coalesce(string_agg(word, ' ' ORDER BY place), '') FROM "
        f"(SELECT found.word[1] AS word, min(found.place) AS place FROM {words % name} GROUP BY 1) AS once)"
    )
    op.execute(
        "INSERT INTO gateway.person_word (tenant_id, word, person_id) "
        f"SELECT DISTINCT p.tenant_id, found.word[1], p.id FROM gateway.person p, {words % name}"
    )
    op.execute(
        "INSERT INTO gateway.organization_word (tenant_id, word, organization_id) "
        f"SELECT DISTINCT o.tenant_id, found.word[1], o.id FROM gateway.organization o, {words % 'o.name'}"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_session_tenant_id_person_id_id"), table_name="session", schema="gateway")
    op.drop_index(op.f("ix_session_tenant_id_expires_on"), table_name="session", schema="gateway")
    op.drop_index(op.f("ix_session_tenant_id_ended_on"), table_name="session", schema="gateway")
    op.drop_column("session", "device", schema="gateway")
    op.drop_column("role_grant", "given_at", schema="gateway")
    op.drop_column("role_grant", "given_by", schema="gateway")
    op.drop_constraint(op.f("fk_person_tenant_id_merged_into_id"), "person", schema="gateway", type_="foreignkey")
    op.drop_constraint(op.f("uq_person_tenant_id_membership_number"), "person", schema="gateway", type_="unique")
    op.drop_index(op.f("ix_person_tenant_id_name_key_birth_year_id"), table_name="person", schema="gateway")
    op.drop_index(op.f("ix_person_tenant_id_merged_into_id"), table_name="person", schema="gateway")
    op.drop_column("person", "erased_at", schema="gateway")
    op.drop_column("person", "merged_into_id", schema="gateway")
    op.drop_column("person", "joined_at", schema="gateway")
    op.drop_column("person", "workplace", schema="gateway")
    op.drop_column("person", "profession", schema="gateway")
    op.drop_column("person", "gender", schema="gateway")
    op.drop_column("person", "birth_day_consent_id", schema="gateway")
    op.drop_column("person", "birth_day", schema="gateway")
    op.drop_column("person", "birth_year", schema="gateway")
    op.drop_column("person", "membership_number", schema="gateway")
    op.drop_column("person", "name_key", schema="gateway")
    op.drop_index(
        op.f("ix_organization_reach_tenant_id_ancestor_id_depth_organization_id"),
        table_name="organization_reach",
        schema="gateway",
    )
    op.add_column(
        "organization",
        sa.Column("timezone", sa.VARCHAR(), autoincrement=False, server_default="Europe/Moscow", nullable=False),
        schema="gateway",
    )
    op.drop_index(op.f("ix_organization_tenant_id_kind_id"), table_name="organization", schema="gateway")
    op.drop_column("organization", "in_force", schema="gateway")
    op.drop_column("organization", "settings", schema="gateway")
    op.drop_column("organization", "committee", schema="gateway")
    op.drop_column("organization", "affiliations", schema="gateway")
    op.drop_column("organization", "employee_count", schema="gateway")
    op.drop_column("membership", "since", schema="gateway")
    op.drop_column("identifier", "proven_at", schema="gateway")
    op.drop_column("identifier", "proof", schema="gateway")
    op.drop_index(op.f("ix_webhook_attempt_tenant_id_delivery_id"), table_name="webhook_attempt", schema="gateway")
    op.drop_table("webhook_attempt", schema="gateway")
    op.drop_index(
        op.f("ix_webhook_delivery_tenant_id_webhook_id_state_id"), table_name="webhook_delivery", schema="gateway"
    )
    op.drop_index(op.f("ix_webhook_delivery_tenant_id_webhook_id_id"), table_name="webhook_delivery", schema="gateway")
    op.drop_index(op.f("ix_webhook_delivery_tenant_id_webhook_id"), table_name="webhook_delivery", schema="gateway")
    op.drop_index(op.f("ix_webhook_delivery_tenant_id_event_id"), table_name="webhook_delivery", schema="gateway")
    op.drop_index(
        "ix_webhook_delivery_pending",
        table_name="webhook_delivery",
        schema="gateway",
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index(
        "ix_webhook_delivery_due",
        table_name="webhook_delivery",
        schema="gateway",
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_table("webhook_delivery", schema="gateway")
    op.drop_index(op.f("ix_consent_evidence_tenant_id_person_id"), table_name="consent_evidence", schema="gateway")
    op.drop_table("consent_evidence", schema="gateway")
    op.drop_index(op.f("ix_webhook_tenant_id_partner_id"), table_name="webhook", schema="gateway")
    op.drop_index(op.f("ix_webhook_tenant_id_organization_id_id"), table_name="webhook", schema="gateway")
    op.drop_index(op.f("ix_webhook_tenant_id_organization_id"), table_name="webhook", schema="gateway")
    op.drop_table("webhook", schema="gateway")
    op.drop_index(op.f("ix_partner_key_tenant_id_partner_id_id"), table_name="partner_key", schema="gateway")
    op.drop_index(op.f("ix_partner_key_tenant_id_partner_id"), table_name="partner_key", schema="gateway")
    op.drop_index(op.f("ix_partner_key_tenant_id_organization_id"), table_name="partner_key", schema="gateway")
    op.drop_table("partner_key", schema="gateway")
    op.drop_index(
        op.f("ix_notification_telling_tenant_id_person_id_way_began_at"),
        table_name="notification_telling",
        schema="gateway",
    )
    op.drop_index(
        op.f("ix_notification_telling_tenant_id_person_id"), table_name="notification_telling", schema="gateway"
    )
    op.drop_index(
        op.f("ix_notification_telling_tenant_id_notification_id"), table_name="notification_telling", schema="gateway"
    )
    op.drop_index(op.f("ix_notification_telling_tenant_id_due_at"), table_name="notification_telling", schema="gateway")
    op.drop_index(
        op.f("ix_notification_telling_tenant_id_carrier_id"), table_name="notification_telling", schema="gateway"
    )
    op.drop_table("notification_telling", schema="gateway")
    op.drop_index(op.f("ix_import_row_tenant_id_person_id"), table_name="import_row", schema="gateway")
    op.drop_table("import_row", schema="gateway")
    op.drop_index(op.f("ix_consent_entry_tenant_id_purpose_id"), table_name="consent_entry", schema="gateway")
    op.drop_index(op.f("ix_consent_entry_tenant_id_person_id_purpose_id"), table_name="consent_entry", schema="gateway")
    op.drop_index(op.f("ix_consent_entry_tenant_id_person_id"), table_name="consent_entry", schema="gateway")
    op.drop_index(op.f("ix_consent_entry_tenant_id_consent_text_id"), table_name="consent_entry", schema="gateway")
    op.drop_table("consent_entry", schema="gateway")
    op.drop_index(op.f("ix_subject_export_tenant_id_person_id"), table_name="subject_export", schema="gateway")
    op.drop_index(op.f("ix_subject_export_tenant_id_created_at"), table_name="subject_export", schema="gateway")
    op.drop_table("subject_export", schema="gateway")
    op.drop_index(op.f("ix_status_change_tenant_id_person_id"), table_name="status_change", schema="gateway")
    op.drop_index(op.f("ix_status_change_tenant_id_changed_at"), table_name="status_change", schema="gateway")
    op.drop_table("status_change", schema="gateway")
    op.drop_index(op.f("ix_sign_in_code_tenant_id_person_id"), table_name="sign_in_code", schema="gateway")
    op.drop_index(op.f("ix_sign_in_code_tenant_id_expires_at"), table_name="sign_in_code", schema="gateway")
    op.drop_table("sign_in_code", schema="gateway")
    op.drop_index(op.f("ix_contact_code_tenant_id_person_id"), table_name="contact_code", schema="gateway")
    op.drop_index(op.f("ix_contact_code_tenant_id_expires_at"), table_name="contact_code", schema="gateway")
    op.drop_table("contact_code", schema="gateway")
    op.drop_index(op.f("ix_person_word_tenant_id_person_id_word"), table_name="person_word", schema="gateway")
    op.drop_table("person_word", schema="gateway")
    op.drop_index(op.f("ix_person_merge_tenant_id_survivor_id"), table_name="person_merge", schema="gateway")
    op.drop_index(op.f("ix_person_merge_tenant_id_merged_id"), table_name="person_merge", schema="gateway")
    op.drop_table("person_merge", schema="gateway")
    op.drop_index(op.f("ix_people_import_tenant_id_organization_id"), table_name="people_import", schema="gateway")
    op.drop_table("people_import", schema="gateway")
    op.drop_index(op.f("ix_partner_tenant_id_organization_id_id"), table_name="partner", schema="gateway")
    op.drop_index(op.f("ix_partner_tenant_id_organization_id"), table_name="partner", schema="gateway")
    op.drop_table("partner", schema="gateway")
    op.drop_index(
        op.f("ix_organization_word_tenant_id_organization_id_word"), table_name="organization_word", schema="gateway"
    )
    op.drop_table("organization_word", schema="gateway")
    op.drop_index(
        op.f("ix_organization_count_tenant_id_organization_id"), table_name="organization_count", schema="gateway"
    )
    op.drop_index(op.f("ix_organization_count_tenant_id_month"), table_name="organization_count", schema="gateway")
    op.drop_table("organization_count", schema="gateway")
    op.drop_index(
        op.f("ix_notification_settings_tenant_id_person_id"), table_name="notification_settings", schema="gateway"
    )
    op.drop_table("notification_settings", schema="gateway")
    op.drop_index(
        op.f("ix_notification_opt_out_tenant_id_person_id"), table_name="notification_opt_out", schema="gateway"
    )
    op.drop_table("notification_opt_out", schema="gateway")
    op.drop_index(
        "ix_notification_unread",
        table_name="notification",
        schema="gateway",
        postgresql_where=sa.text("listed AND read_at IS NULL"),
    )
    op.drop_index(op.f("ix_notification_tenant_id_person_id_listed_id"), table_name="notification", schema="gateway")
    op.drop_index(op.f("ix_notification_tenant_id_person_id"), table_name="notification", schema="gateway")
    op.drop_index(op.f("ix_notification_tenant_id_organization_id"), table_name="notification", schema="gateway")
    op.drop_index(op.f("ix_notification_tenant_id_occurred_at"), table_name="notification", schema="gateway")
    op.drop_table("notification", schema="gateway")
    op.drop_index(op.f("ix_link_code_tenant_id_person_id"), table_name="link_code", schema="gateway")
    op.drop_index(op.f("ix_link_code_tenant_id_expires_at"), table_name="link_code", schema="gateway")
    op.drop_table("link_code", schema="gateway")
    op.drop_index(op.f("ix_legal_hold_tenant_id_person_id_id"), table_name="legal_hold", schema="gateway")
    op.drop_index(op.f("ix_legal_hold_tenant_id_person_id"), table_name="legal_hold", schema="gateway")
    op.drop_table("legal_hold", schema="gateway")
    op.drop_index(op.f("ix_invitation_tenant_id_organization_id_id"), table_name="invitation", schema="gateway")
    op.drop_index(op.f("ix_invitation_tenant_id_organization_id"), table_name="invitation", schema="gateway")
    op.drop_index(op.f("ix_invitation_tenant_id_joined_person_id"), table_name="invitation", schema="gateway")
    op.drop_index(op.f("ix_invitation_tenant_id_inviter_id_id"), table_name="invitation", schema="gateway")
    op.drop_index(op.f("ix_invitation_tenant_id_inviter_id"), table_name="invitation", schema="gateway")
    op.drop_table("invitation", schema="gateway")
    op.drop_index(op.f("ix_incident_tenant_id_state_id"), table_name="incident", schema="gateway")
    op.drop_index(op.f("ix_incident_tenant_id_organization_id_id"), table_name="incident", schema="gateway")
    op.drop_index(op.f("ix_incident_tenant_id_organization_id"), table_name="incident", schema="gateway")
    op.drop_table("incident", schema="gateway")
    op.drop_index(op.f("ix_erasure_tenant_id_person_id_id"), table_name="erasure", schema="gateway")
    op.drop_index(op.f("ix_erasure_tenant_id_person_id"), table_name="erasure", schema="gateway")
    op.drop_table("erasure", schema="gateway")
    op.drop_index(op.f("ix_contact_tenant_id_person_id"), table_name="contact", schema="gateway")
    op.drop_index(op.f("ix_contact_tenant_id_kind_value"), table_name="contact", schema="gateway")
    op.drop_table("contact", schema="gateway")
    op.drop_index(op.f("ix_consent_text_tenant_id_organization_id"), table_name="consent_text", schema="gateway")
    op.drop_table("consent_text", schema="gateway")
    op.drop_index(op.f("ix_calendar_tenant_id_organization_id_id"), table_name="calendar", schema="gateway")
    op.drop_index(op.f("ix_calendar_tenant_id_organization_id"), table_name="calendar", schema="gateway")
    op.drop_table("calendar", schema="gateway")
    op.drop_index(op.f("ix_vk_authorization_tenant_id_person_id"), table_name="vk_authorization", schema="gateway")
    op.drop_index(op.f("ix_vk_authorization_tenant_id_expires_at"), table_name="vk_authorization", schema="gateway")
    op.drop_table("vk_authorization", schema="gateway")
    op.drop_index(op.f("ix_used_proof_tenant_id_expires_at"), table_name="used_proof", schema="gateway")
    op.drop_table("used_proof", schema="gateway")
    op.drop_table("tenant_standing", schema="gateway")
    op.drop_table("tenant", schema="gateway")
    op.drop_table("retention_round", schema="gateway")
    op.drop_table("retention_choice", schema="gateway")
    op.drop_table("origin_list", schema="gateway")
    op.drop_table("operator_key", schema="gateway")
    op.drop_table("job_part", schema="gateway")
    op.drop_table("job", schema="gateway")
    op.drop_table("event_counter", schema="gateway")
    op.drop_index(op.f("ix_event_tenant_id_occurred_at"), table_name="event", schema="gateway")
    op.drop_table("event", schema="gateway")
    op.drop_index(op.f("ix_channel_tenant_id_organization_id"), table_name="channel", schema="gateway")
    op.drop_index(op.f("ix_channel_tenant_id_network_account_id"), table_name="channel", schema="gateway")
    op.drop_table("channel", schema="gateway")
    op.drop_index(op.f("ix_audit_sealed_tenant_id_sequence_id"), table_name="audit_sealed", schema="gateway")
    op.drop_table("audit_sealed", schema="gateway")
    op.drop_table("audit_seal", schema="gateway")
    op.drop_table("audit_mark", schema="gateway")
    op.drop_table("audit_key", schema="gateway")
    op.drop_index(op.f("ix_audit_entry_tenant_id_resource_id"), table_name="audit_entry", schema="gateway")
    op.drop_index(op.f("ix_audit_entry_tenant_id_operation_id"), table_name="audit_entry", schema="gateway")
    op.drop_index(op.f("ix_audit_entry_tenant_id_occurred_at_id"), table_name="audit_entry", schema="gateway")
    op.drop_index(op.f("ix_audit_entry_tenant_id_actor_id"), table_name="audit_entry", schema="gateway")
    op.drop_table("audit_entry", schema="gateway")
    op.drop_table("allowed_origin", schema="gateway")
    op.drop_index(op.f("ix_access_entry_tenant_id_reader_id_id"), table_name="access_entry", schema="gateway")
    op.drop_index(op.f("ix_access_entry_tenant_id_read_at"), table_name="access_entry", schema="gateway")
    op.drop_index(op.f("ix_access_entry_tenant_id_person_id_id"), table_name="access_entry", schema="gateway")
    op.drop_table("access_entry", schema="gateway")
    op.drop_index("ix_outbox_order", table_name="outbox", schema="gateway")
    op.drop_column("outbox", "order_key", schema="gateway")
    op.drop_index("ix_outbox_dead", table_name="outbox", schema="gateway")
    op.drop_index(op.f("ix_outbox_destination_priority_tenant_id_next_send_at"), table_name="outbox", schema="gateway")
