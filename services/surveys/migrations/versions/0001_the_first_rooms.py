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
        "dead_letter",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("died_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "destination", name=op.f("pk_dead_letter")),
        schema="surveys",
    )
    op.create_table(
        "directory_position",
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("ahead", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_directory_position")),
        schema="surveys",
    )
    op.create_table(
        "event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("ends_local", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("format IN ('in_person', 'online', 'hybrid')", name=op.f("ck_event_format")),
        sa.CheckConstraint("stage IN ('draft', 'open', 'closed', 'cancelled')", name=op.f("ck_event_stage")),
        sa.CheckConstraint("confirmed BETWEEN 0 AND capacity", name=op.f("ck_event_seats")),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_event_line")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_event")),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_event_tenant_id_organization_id_id"),
        "event",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="surveys",
    )
    op.create_index(
        op.f("ix_event_tenant_id_stage_id"), "event", ["tenant_id", "stage", "id"], unique=False, schema="surveys"
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
        schema="surveys",
    )
    op.create_table(
        "identifier",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_identifier")),
        sa.UniqueConstraint(
            "tenant_id", "network", "external_id", name=op.f("uq_identifier_tenant_id_network_external_id")
        ),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_identifier_tenant_id_person_id"),
        "identifier",
        ["tenant_id", "person_id"],
        unique=False,
        schema="surveys",
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "tenant_id", "organization_id", "person_id", name=op.f("uq_membership_tenant_id_organization_id_person_id")
        ),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_membership_tenant_id_person_id"),
        "membership",
        ["tenant_id", "person_id"],
        unique=False,
        schema="surveys",
    )
    op.create_table(
        "organization",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organization")),
        schema="surveys",
    )
    op.create_table(
        "organization_reach",
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organization_reach")),
        sa.UniqueConstraint(
            "tenant_id",
            "ancestor_id",
            "organization_id",
            name=op.f("uq_organization_reach_tenant_id_ancestor_id_organization_id"),
        ),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_organization_reach_tenant_id_organization_id"),
        "organization_reach",
        ["tenant_id", "organization_id"],
        unique=False,
        schema="surveys",
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
        schema="surveys",
    )
    op.create_index(
        op.f("ix_outbox_destination_priority_next_send_at"),
        "outbox",
        ["destination", "priority", "next_send_at"],
        unique=False,
        schema="surveys",
    )
    op.create_table(
        "person",
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_person")),
        schema="surveys",
    )
    op.create_table(
        "processed_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("pk_processed_message")),
        schema="surveys",
    )
    op.create_table(
        "survey",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("questions", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("anonymity", sa.String(40), nullable=False),
        sa.Column("results_hidden_until_close", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("roster_size", sa.Integer(), nullable=False),
        sa.Column("roster_shards", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("anonymity IN ('anonymous', 'named')", name=op.f("ck_survey_anonymity")),
        sa.CheckConstraint("audience IN ('members')", name=op.f("ck_survey_audience")),
        sa.CheckConstraint("kind IN ('poll')", name=op.f("ck_survey_kind")),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed', 'archived')", name=op.f("ck_survey_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_survey")),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_survey_tenant_id_organization_id_id"),
        "survey",
        ["tenant_id", "organization_id", "id"],
        unique=False,
        schema="surveys",
    )
    op.create_index(
        op.f("ix_survey_tenant_id_state_id"), "survey", ["tenant_id", "state", "id"], unique=False, schema="surveys"
    )
    op.create_table(
        "anonymous_response",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.survey.tenant_id", "surveys.survey.id"],
            name=op.f("fk_anonymous_response_tenant_id_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_anonymous_response")),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_anonymous_response_tenant_id_survey_id"),
        "anonymous_response",
        ["tenant_id", "survey_id"],
        unique=False,
        schema="surveys",
    )
    op.create_table(
        "named_response",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.survey.tenant_id", "surveys.survey.id"],
            name=op.f("fk_named_response_tenant_id_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_named_response")),
        sa.UniqueConstraint(
            "tenant_id", "survey_id", "person_id", name=op.f("uq_named_response_tenant_id_survey_id_person_id")
        ),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_named_response_tenant_id_survey_id"),
        "named_response",
        ["tenant_id", "survey_id"],
        unique=False,
        schema="surveys",
    )
    op.create_index(
        op.f("ix_named_response_tenant_id_survey_id_id"),
        "named_response",
        ["tenant_id", "survey_id", "id"],
        unique=False,
        schema="surveys",
    )
    op.create_table(
        "published_results",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("figures", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["surveys.survey.tenant_id", "surveys.survey.id"],
            name=op.f("fk_published_results_tenant_id_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_published_results")),
        schema="surveys",
    )
    op.create_table(
        "registration",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('confirmed', 'waiting', 'cancelled')", name=op.f("ck_registration_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["surveys.event.tenant_id", "surveys.event.id"],
            name=op.f("fk_registration_tenant_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_registration")),
        sa.UniqueConstraint("tenant_id", "event_id", "number", name=op.f("uq_registration_tenant_id_event_id_number")),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_registration_tenant_id_event_id"),
        "registration",
        ["tenant_id", "event_id"],
        unique=False,
        schema="surveys",
    )
    op.create_index(
        op.f("ix_registration_tenant_id_event_id_id"),
        "registration",
        ["tenant_id", "event_id", "id"],
        unique=False,
        schema="surveys",
    )
    op.create_index(
        op.f("ix_registration_tenant_id_event_id_state_number"),
        "registration",
        ["tenant_id", "event_id", "state", "number"],
        unique=False,
        schema="surveys",
    )
    op.create_index(
        "uq_registration_email",
        "registration",
        ["tenant_id", "event_id", "email"],
        unique=True,
        schema="surveys",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_index(
        "uq_registration_person",
        "registration",
        ["tenant_id", "event_id", "person_id"],
        unique=True,
        schema="surveys",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_index(
        "uq_registration_phone",
        "registration",
        ["tenant_id", "event_id", "phone"],
        unique=True,
        schema="surveys",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "roster_shard",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("taken_part", sa.LargeBinary(), nullable=False),
        sa.Column("mixing", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "survey_id"],
            ["surveys.survey.tenant_id", "surveys.survey.id"],
            name=op.f("fk_roster_shard_tenant_id_survey_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_roster_shard")),
        sa.UniqueConstraint(
            "tenant_id", "survey_id", "number", name=op.f("uq_roster_shard_tenant_id_survey_id_number")
        ),
        schema="surveys",
    )
    op.create_index(
        op.f("ix_roster_shard_tenant_id_survey_id"),
        "roster_shard",
        ["tenant_id", "survey_id"],
        unique=False,
        schema="surveys",
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_roster_shard_tenant_id_survey_id"), table_name="roster_shard", schema="surveys")
    op.drop_table("roster_shard", schema="surveys")
    op.drop_index(
        "uq_registration_phone",
        table_name="registration",
        schema="surveys",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index(
        "uq_registration_person",
        table_name="registration",
        schema="surveys",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index(
        "uq_registration_email",
        table_name="registration",
        schema="surveys",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index(op.f("ix_registration_tenant_id_event_id_state_number"), table_name="registration", schema="surveys")
    op.drop_index(op.f("ix_registration_tenant_id_event_id_id"), table_name="registration", schema="surveys")
    op.drop_index(op.f("ix_registration_tenant_id_event_id"), table_name="registration", schema="surveys")
    op.drop_table("registration", schema="surveys")
    op.drop_table("published_results", schema="surveys")
    op.drop_index(op.f("ix_named_response_tenant_id_survey_id_id"), table_name="named_response", schema="surveys")
    op.drop_index(op.f("ix_named_response_tenant_id_survey_id"), table_name="named_response", schema="surveys")
    op.drop_table("named_response", schema="surveys")
    op.drop_index(op.f("ix_anonymous_response_tenant_id_survey_id"), table_name="anonymous_response", schema="surveys")
    op.drop_table("anonymous_response", schema="surveys")
    op.drop_index(op.f("ix_survey_tenant_id_state_id"), table_name="survey", schema="surveys")
    op.drop_index(op.f("ix_survey_tenant_id_organization_id_id"), table_name="survey", schema="surveys")
    op.drop_table("survey", schema="surveys")
    op.drop_table("processed_message", schema="surveys")
    op.drop_table("person", schema="surveys")
    op.drop_index(op.f("ix_outbox_destination_priority_next_send_at"), table_name="outbox", schema="surveys")
    op.drop_table("outbox", schema="surveys")
    op.drop_index(
        op.f("ix_organization_reach_tenant_id_organization_id"), table_name="organization_reach", schema="surveys"
    )
    op.drop_table("organization_reach", schema="surveys")
    op.drop_table("organization", schema="surveys")
    op.drop_index(op.f("ix_membership_tenant_id_person_id"), table_name="membership", schema="surveys")
    op.drop_table("membership", schema="surveys")
    op.drop_index(op.f("ix_identifier_tenant_id_person_id"), table_name="identifier", schema="surveys")
    op.drop_table("identifier", schema="surveys")
    op.drop_table("idempotency_record", schema="surveys")
    op.drop_index(op.f("ix_event_tenant_id_stage_id"), table_name="event", schema="surveys")
    op.drop_index(op.f("ix_event_tenant_id_organization_id_id"), table_name="event", schema="surveys")
    op.drop_table("event", schema="surveys")
    op.drop_table("directory_position", schema="surveys")
    op.drop_table("dead_letter", schema="surveys")
