"""What the audit shows and how it is searched."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.gateway.audit.tables import AuditEntry, AuditSeal
from shared.app import ApiModel, Moment, PageQuery, example
from shared.contracts import ServiceName

_PSEUDONYM = r"^[0-9a-f]{32}$"
_ENTRY = "01936f2e-7c1a-7d43-9a53-1b1f1f6d2a10"

Pseudonym = Annotated[str, Field(pattern=_PSEUDONYM, max_length=32, min_length=32)]


class AuditEntryView(ApiModel):
    model_config = example(
        {
            "id": _ENTRY,
            "service": "publisher",
            "operation": "publications_approve",
            "actor_kind": "person",
            "actor": "9f2c4be0a1d35c7788e6d1f0b2a3c4d5",
            "resource": "/v1/publications/01936f2e-7c1a-7d43-9a53-1b1f1f6d2a11/approve",
            "status": 200,
            "occurred_at": "2026-03-02T09:00:00Z",
            "request_id": "4f1d2c3b5a697887",
            "seal": 12,
        }
    )

    id: UUID = Field(description="the entry's id")
    service: ServiceName = Field(description="where it happened")
    operation: str = Field(description="the operation's id in the API document", max_length=100)
    actor_kind: str = Field(description="`person`, `partner` or `operator`", max_length=20)
    actor: str | None = Field(description="who, as a pseudonym that stays the same", max_length=32)
    resource: str = Field(description="the path that was called", max_length=2000)
    status: int = Field(description="the status of the answer")
    occurred_at: datetime = Field(description="when it happened")
    request_id: str = Field(description="`X-Request-Id` of the answer", max_length=64)
    seal: int | None = Field(description="the number of the seal that it stands under; null for a few minutes")

    @classmethod
    def of(cls, row: AuditEntry, seal: int | None) -> "AuditEntryView":
        return cls(**row.model_dump(exclude={"tenant_id"}), seal=seal)


class AuditSealView(ApiModel):
    model_config = example(
        {
            "sequence": 12,
            "count": 840,
            "previous_hash": "5d" * 32,
            "hash": "c3" * 32,
            "sealed_at": "2026-03-02T09:03:00Z",
        }
    )

    sequence: int = Field(description="the seals of a union are numbered from 1 without gaps")
    count: int = Field(description="entries under it")
    previous_hash: str = Field(description="the hash of the seal before; 64 zeros for the first", max_length=64)
    hash: str = Field(description="SHA-256 of the seal's lines in the export, in hexadecimal", max_length=64)
    sealed_at: datetime = Field(description="when it was made")

    @classmethod
    def of(cls, row: AuditSeal) -> "AuditSealView":
        return cls.model_validate(row.model_dump(include=set(cls.model_fields)))


class AuditQuery(PageQuery):
    operation: str | None = Field(None, max_length=100, description="only this operation")
    actor: Pseudonym | None = Field(None, description="only what was done under this pseudonym")
    resource: str | None = Field(
        None, max_length=500, pattern=r"^/", description="only this path and what lies under it: `/v1/people/<id>`"
    )
    since: Moment | None = Field(None, description="only what happened then or later")
    until: Moment | None = Field(None, description="only what happened before")


class ExportQuery(ApiModel):
    after: int = Field(0, ge=0, le=2**31 - 1, description="the last seal that is at hand already")
