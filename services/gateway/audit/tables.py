"""The audit: entries, seals, and which entry stands under which seal. All three only grow, by the database's own word."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, PrimaryKeyConstraint, Table, Text, Uuid
from sqlmodel import Field

from services.gateway.base import Tenant, metadata
from shared.contracts import ServiceName
from shared.db import checked_text, moment, unique_in_tenant

# Which tenants have entries to seal, by the minute of the writing: read across tenants, so it holds nothing else.
# A mark is set and taken away by its own tenant's work alone, and never changed.
audit_mark = Table(
    "audit_mark",
    metadata,
    Column("tenant_id", Uuid, nullable=False),
    Column("minute", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant_id", "minute"),
    info={"before_tenant": True, "marks": True},
)


class AuditKey(Tenant, table=True):
    """The key of a tenant's pseudonyms, encrypted. Its id is the tenant's own."""

    sealed_key: str


class AuditEntry(Tenant, table=True):
    """One change that was made. Who made it stands here as a pseudonym, so that erasing a person leaves it whole."""

    append_only = True

    service: ServiceName = checked_text(ServiceName)
    operation: str
    actor_kind: str
    actor: str | None = Field(default=None)
    resource: str = Field(sa_type=Text(collation="C"))  # pyright: ignore[reportArgumentType, reportCallIssue] - SQLModel takes an instance, its stub wants a class
    status: int
    occurred_at: datetime = moment()
    request_id: str

    constraints = (
        Index(None, "tenant_id", "operation", "id"),
        Index(None, "tenant_id", "actor", "id"),
        Index(None, "tenant_id", "resource", "id"),
        Index(None, "tenant_id", "occurred_at", "id"),
    )


class AuditSeal(Tenant, table=True):
    """A link of the chain: up to a thousand entries under one hash, which covers the hash before it."""

    append_only = True

    sequence: int = unique_in_tenant()  # from 1, without gaps
    count: int
    last_id: UUID  # the newest entry under it
    previous_hash: str
    hash: str
    sealed_at: datetime = moment()


class AuditSealed(Tenant, table=True):
    """That the entry of the same id stands under a seal."""

    append_only = True

    sequence: int

    constraints = (Index(None, "tenant_id", "sequence", "id"),)
