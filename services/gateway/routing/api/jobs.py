"""Long work, followed by whoever asked for it."""

from typing import Annotated, Final

from fastapi import Path

from services.gateway.routing.actions.event_stream import EventStream
from services.gateway.routing.actions.jobs import progress, view_job
from services.gateway.routing.api.following import AtStreams, Following, event_stream
from services.gateway.routing.rules import TooManyStreams
from services.gateway.routing.schemas import JobView
from shared.app import ApiRouter, problems
from shared.errors import NotFound

router = ApiRouter(tags=["routing"])
JobId = Annotated[str, Path(max_length=64, description="the job's id, as the 202 answer's `Location` names it")]
_SAMPLE: Final = 'event: running\ndata: {"id": "gateway-01936f5e-...", "state": "running", "done": 4000, ...}\n\n'


@router.get("/jobs/{job_id}", operation_id="jobs_read", responses=problems(NotFound))
async def jobs_read(job_id: JobId, follower: Following) -> JobView:
    """Long work and how far it came. Only whoever began it sees it."""
    return await view_job(follower, job_id)


@router.get(
    "/jobs/{job_id}/events",
    operation_id="job_events_read",
    status_code=200,
    response_class=EventStream,
    responses=event_stream("JobView", _SAMPLE) | problems(NotFound, TooManyStreams),
)
async def job_events_read(job_id: JobId, follower: Following, streams: AtStreams) -> EventStream:
    """The job whenever it comes further, as server-sent events, until it is `done` or `failed`."""
    view = await view_job(follower, job_id)
    return EventStream(streams, follower.caller, progress(follower, job_id, view))
