"""Archives as clients ask for them and follow them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.archives.rules import KEPT
from shared.app import ApiModel, example
from shared.jobs import Job, JobState


class NewArchive(ApiModel):
    organization_id: UUID = Field(description="whose publications, with those of all organizations below it")

    model_config = ApiModel.model_config | example({"organization_id": "0190a6a0-0000-7000-8000-000000000001"})


class ArchiveView(ApiModel):
    id: UUID = Field(description="the archive's id")
    state: JobState = Field(description="`done` and `failed` are final")
    done: int = Field(description="publications that lie in it already")
    total: int | None = Field(description="publications that there are")
    files: list[str] = Field(description="addresses of its files, once it is `done`: zips with a page, JSON and images")
    created_at: datetime = Field(description="when it was asked for")
    expires_at: datetime = Field(description="until when its files are kept")

    @classmethod
    def of(cls, job: Job) -> Self:
        count = int(str(job.memory.get("files", 0))) if job.state is JobState.DONE else 0
        return cls(
            id=job.id,
            state=job.state,
            done=job.done,
            total=job.total,
            files=[f"/v1/publication_archives/{job.id}/files/{number}" for number in range(1, count + 1)],
            created_at=job.created_at,
            expires_at=job.created_at + KEPT,
        )
