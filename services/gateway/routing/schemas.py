"""Bodies of the edge's own resources: jobs, allowed origins."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, JsonValue

from services.gateway.routing.tables import OriginList
from shared.app import ApiModel, example
from shared.contracts import ServiceName
from shared.jobs import Job, JobState

_EVENT = {
    "id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
    "event": "publication.published",
    "sequence": 1204,
    "organization_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e60",
    "subject": "publication:01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e61",
    "occurred_at": "2026-11-23T09:00:00Z",
    "data": {"publication_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e61", "kind": "news", "state": "published"},
}
_ORIGINS = ["https://app.profsoyuz.example", "https://kabinet.profsoyuz.example:8443"]


class JobView(ApiModel):
    """Long work and how far it came."""

    id: str = Field(description="the job's id; it says whose it is")
    kind: str = Field(description="what is done, such as `people_import`")
    state: JobState = Field(description="`done` and `failed` are final")
    done: int = Field(description="how much of it is done")
    total: int | None = Field(description="how much there is, once that is known")
    result: dict[str, JsonValue] | None = Field(description="what came of it, once it is done")
    errors: list[JsonValue] = Field(
        description="what went wrong, at most 1,000 entries: of an import `row`, `code` and `column` of each fault; of a "
        "job that failed as a whole `code` and `title` in ru and en"
    )
    created_at: datetime = Field(description="when it was asked for")

    @classmethod
    def of(cls, job: Job, service: ServiceName) -> "JobView":
        return cls(
            id=job.public_id(service),
            kind=job.kind,
            state=job.state,
            done=job.done,
            total=job.total,
            result=job.result,
            errors=job.errors,
            created_at=job.created_at,
        )


class StreamQuery(ApiModel):
    after: int | None = Field(
        default=None,
        ge=0,
        le=2**63 - 1,
        description="the `id` of the last event that you saw, where a client cannot send `Last-Event-ID`; without either "
        "the stream begins with what comes next",
    )


class StreamedEvent(ApiModel):
    """Something that happened; its `id` in the stream is its `sequence`."""

    model_config = example(_EVENT)

    id: UUID = Field(description="the event's id, the same in webhooks")
    event: str = Field(description="what happened, such as `publication.published`")
    sequence: int = Field(description="counts the union's events, in the order in which they were taken in")
    organization_id: UUID = Field(description="where it happened")
    subject: str = Field(description="the thing that it happened to")
    occurred_at: datetime = Field(description="when it happened")
    data: dict[str, JsonValue] = Field(description="ids and states, as the event's type documents them")


class NewOrigins(ApiModel):
    """The whole list; it replaces the one before."""

    model_config = example({"origins": _ORIGINS})

    origins: list[Annotated[str, Field(max_length=300)]] = Field(
        max_length=20,
        description="scheme, host and port of the pages, as a browser names them; https, or http on this machine",
    )


class OriginsView(ApiModel):
    """An organization's pages, which may read the union's answers in a browser."""

    model_config = example({"origins": _ORIGINS, "version": 3})

    origins: list[str] = Field(description="in alphabetical order")
    version: int = Field(description="0 before the first change")

    @classmethod
    def of(cls, kept: OriginList) -> "OriginsView":
        return cls(origins=kept.origins, version=kept.version)
