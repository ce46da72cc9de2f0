"""Bodies of a person's export and erasure, of legal holds and of the access log."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.gateway.consents.rules.erasure import ErasureReason, ErasureState
from services.gateway.consents.tables import Erasure, LegalHold
from shared.app import ApiModel, Moment, PageQuery, example
from shared.contracts import ServiceName
from shared.jobs import Job

Counts = dict[str, dict[str, int]]


class NewErasure(ApiModel):
    reason: ErasureReason = Field(description="why")
    dry_run: bool = Field(default=False, description="only count what would go, service by service")

    model_config = example({"reason": "asked", "dry_run": True})


class JobStarted(ApiModel):
    id: str = Field(description="the job's id; `Location` is where it is followed")
    kind: str = Field(description="what is being done")

    @classmethod
    def of(cls, job: Job, service: ServiceName) -> "JobStarted":
        return cls(id=job.public_id(service), kind=job.kind)


class ErasuresQuery(PageQuery):
    person_id: UUID | None = Field(
        default=None, description="only this person's, with those of records that were merged into theirs"
    )


class ErasureView(ApiModel):
    """A certificate, once it is done. Nobody is named in it."""

    id: UUID = Field(description="the erasure's id")
    person_id: UUID = Field(description="the id that is left of the person")
    reason: ErasureReason = Field(description="why")
    state: ErasureState = Field(description="how far it is")
    requested_by: UUID | None = Field(description="who asked for it")
    requested_at: AwareDatetime = Field(description="when it was asked for")
    finished_at: AwareDatetime | None = Field(description="when all services had reported")
    counts: Counts = Field(description="what was erased: service, kind, rows; `kept_...` stays without a name")
    certificate_hash: str | None = Field(
        description="SHA-256 of what the certificate says, in hexadecimal; `erasures_read` tells how to compute it"
    )

    @classmethod
    def of(cls, row: Erasure) -> "ErasureView":
        return cls.model_validate(row)


class NewLegalHold(ApiModel):
    person_id: UUID = Field(description="whose data must be kept")
    reason: str = Field(min_length=1, max_length=1000, description="the case, the claim, the check")
    until: date | None = Field(default=None, description="its last day; absent for until it is lifted")

    model_config = example(
        {
            "person_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "reason": "Иск о восстановлении на работе, дело 2-1234/2026",
        }
    )


class LegalHoldsQuery(PageQuery):
    person_id: UUID | None = Field(
        default=None, description="only this person's, with those of records that were merged into theirs"
    )


class LegalHoldView(ApiModel):
    id: UUID = Field(description="the hold's id")
    person_id: UUID = Field(description="whose data must be kept")
    reason: str = Field(description="why")
    until: date | None = Field(description="its last day")
    created_by: UUID | None = Field(description="who set it")
    created_at: AwareDatetime = Field(description="since when it holds")
    lifted_at: AwareDatetime | None = Field(description="when it was lifted")
    version: int = Field(description="of the hold")

    @classmethod
    def of(cls, row: LegalHold) -> "LegalHoldView":
        return cls.model_validate(row)


class AccessQuery(PageQuery):
    person_id: UUID | None = Field(
        default=None, description="only who read this person's file, or a record that was merged into theirs"
    )
    reader_id: UUID | None = Field(
        default=None, description="only what this person or key read; not for those who see readers as pseudonyms"
    )
    since: Moment | None = Field(default=None, description="from this moment on")
    until: Moment | None = Field(default=None, description="before this moment")


class AccessView(ApiModel):
    id: UUID = Field(description="the entry's id")
    person_id: UUID = Field(description="whose file was read")
    reader_kind: str = Field(description="`person`, `partner` or `operator`")
    reader: str | None = Field(description="the reader's id; for auditors a pseudonym that is the same each time")
    service: ServiceName = Field(description="where it was read")
    operation: str = Field(description="by which operation of the API")
    request_id: str = Field(description="the request that read it")
    read_at: AwareDatetime = Field(description="when")
