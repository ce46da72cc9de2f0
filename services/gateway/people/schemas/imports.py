"""Bodies of the routes of imports."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from services.gateway.people.rules.rows import Outcome
from services.gateway.people.tables import PeopleImport
from shared.app import ApiModel
from shared.contracts import ServiceName
from shared.jobs import Job, JobState


class ImportView(ApiModel):
    id: UUID = Field(description="the import's id")
    job_id: str = Field(description="the job that works it off: `/v1/jobs/{job_id}`")
    organization_id: UUID = Field(description="where people go whose row names no organization under it")
    preview: bool = Field(description="true when nothing is written: the report says what would happen")
    state: JobState = Field(description="how far it is")
    done: int = Field(description="rows so far")
    total: int | None = Field(description="rows in all, once the file is read")
    created: int = Field(description="people who were taken in")
    changed: int = Field(description="people who were there and changed")
    unchanged: int = Field(description="people who were there as the file has them")
    failed: int = Field(description="rows that could not be taken; the report says why")
    created_at: AwareDatetime = Field(description="when the file came")

    @classmethod
    def of(cls, kept: PeopleImport, job: Job, service: ServiceName) -> Self:
        counts = {outcome.value: _number(job.memory.get(outcome, 0)) for outcome in Outcome}
        return cls(
            id=kept.id,
            job_id=job.public_id(service),
            organization_id=kept.organization_id,
            preview=kept.preview,
            state=job.state,
            done=job.done,
            total=job.total,
            created_at=kept.created_at,
            **counts,
        )


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
