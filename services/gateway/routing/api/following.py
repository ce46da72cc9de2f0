"""What the routes share by which somebody follows what happens."""

from typing import Annotated, Any

from fastapi import Depends, Request

from services.gateway.routing.actions.jobs import Follower
from services.gateway.routing.actions.streams import Streams
from services.gateway.runtime import gateway_of
from shared.app import member
from shared.app.access import runtime_of
from shared.errors import Unauthenticated
from shared.identity import Caller


def follower_of(request: Request, caller: Annotated[Caller, member()]) -> Follower:
    if caller.tenant_id is None:
        raise Unauthenticated
    return Follower(gateway_of(runtime_of(request)), caller.tenant_id, caller)


def streams_of(request: Request) -> Streams:
    streams: Streams = request.app.state.streams
    return streams


Following = Annotated[Follower, Depends(follower_of)]
AtStreams = Annotated[Streams, Depends(streams_of)]


def event_stream(of: str, sample: str) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route that answers with server-sent events whose `data` is a model."""
    parts = {
        "event": "what happened",
        "data": f"a `{of}` as JSON",
        "id": "where to go on, as `Last-Event-ID`; of streams that can be resumed",
    }
    stream = {
        "type": "object",
        "description": "one of the events",
        "properties": {name: {"type": "string", "description": words} for name, words in parts.items()},
    }
    content = {"text/event-stream": {"schema": stream, "example": sample}}
    return {200: {"description": f"server-sent events; `data` is a `{of}`", "content": content}}
