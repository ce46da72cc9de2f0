"""Tenants as the platform's administrator sees them: nothing of what is in them."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from services.gateway.organizations.rules.tenants import TenantEntry
from shared.app import ApiModel
from shared.jobs import Job, JobState
from shared.standing import TenantState


class Certificate(ApiModel):
    """That a tenant was deleted, and how much of it there was. Nothing else of it is left."""

    tenant_id: UUID = Field(description="whose it was")
    asked_at: AwareDatetime = Field(description="when it was marked for deletion")
    deleted_at: AwareDatetime = Field(description="when the last row went")
    confirmed_by: UUID | None = Field(description="the operator's key that the deletion was confirmed with")
    counts: dict[str, dict[str, int]] = Field(description="deleted rows by service and table, and files")
    sha256: str = Field(description="of all the rest of the certificate, as JSON with sorted keys and without spaces")


class TenantView(ApiModel):
    id: UUID = Field(description="the tenant's id; its root organization's too")
    name: str = Field(description="its root organization's name; empty once it is deleted")
    state: TenantState = Field(description="`active`, `suspended` or `deleted`")
    created_at: AwareDatetime = Field(description="when it was made")
    changed_at: AwareDatetime = Field(description="when its state changed last")
    deletion_asked_at: AwareDatetime | None = Field(description="when it was marked for deletion")
    certificate: Certificate | None = Field(description="what a deletion leaves")
    version: int = Field(description="grows with each change of its state; the ETag")

    @classmethod
    def of(cls, tenant: TenantEntry) -> "TenantView":
        return cls(
            id=tenant.id,
            name=tenant.name,
            state=tenant.state,
            created_at=tenant.created_at,
            changed_at=tenant.changed_at,
            deletion_asked_at=tenant.deletion_asked_at,
            certificate=Certificate.model_validate(tenant.certificate) if tenant.certificate is not None else None,
            version=tenant.state_version,
        )


class TenantJobView(ApiModel):
    """An export or a deletion, and how far it came."""

    id: UUID = Field(description="the job's id")
    kind: str = Field(description="`tenant_export` or `tenant_deletion`")
    state: JobState = Field(description="`done` and `failed` are final")
    done: int = Field(description="steps that are done")
    total: int | None = Field(description="steps in all, once that is known")
    result: dict[str, JsonValue] | None = Field(
        description="of an export: `files`, addresses that are good for seven days, and `counts`; of a deletion the certificate"
    )
    errors: list[JsonValue] = Field(description="what went wrong")
    created_at: AwareDatetime = Field(description="when it was asked for")

    @classmethod
    def of(cls, job: Job) -> "TenantJobView":
        values: dict[str, Any] = {name: getattr(job, name) for name in cls.model_fields}
        return cls(**values)
