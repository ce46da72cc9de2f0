"""What happens where the caller may see it, live."""

from typing import Annotated, Final

from fastapi import Header, Query

from services.gateway.routing.actions.event_stream import EventStream
from services.gateway.routing.actions.news import begin_after, news
from services.gateway.routing.api.following import AtStreams, Following, event_stream
from services.gateway.routing.rules import TooManyStreams
from services.gateway.routing.schemas import StreamQuery
from shared.app import ApiRouter, problems

router = ApiRouter(tags=["routing"])
LastEventId = Annotated[
    int | None,
    Header(alias="Last-Event-ID", ge=0, le=2**63 - 1, description="the `id` of the last event that you saw"),
]
_SAMPLE: Final = (
    'id: 1204\nevent: publication.published\ndata: {"sequence": 1204, "subject": "publication:0193...", ...}\n\n'
)


@router.get(
    "/stream",
    operation_id="stream_read",
    status_code=200,
    response_class=EventStream,
    responses=event_stream("StreamedEvent", _SAMPLE) | problems(TooManyStreams),
)
async def stream_read(
    follower: Following,
    streams: AtStreams,
    query: Annotated[StreamQuery, Query()],
    last_event_id: LastEventId = None,
) -> EventStream:
    """What happens where you may see it, as server-sent events.

    The stream ends when the token runs out or what it may do changes: come back with a new one and `Last-Event-ID`, and
    nothing of the last 30 days is missed. A comment each 15 seconds says that it is alive.
    """
    after = last_event_id if last_event_id is not None else query.after
    return EventStream(streams, follower.caller, news(streams, follower, await begin_after(follower, after)))
