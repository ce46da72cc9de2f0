"""Requests that staff take down."""

from typing import Annotated

from fastapi import Response

from services.requests.desk.schemas import RequestView
from services.requests.directory.actions import UnknownPerson
from services.requests.intake.actions import take_request
from services.requests.intake.schemas import NewRequest
from shared.app import ApiRouter, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["requests"])
Answering = Annotated[Context, allowed(Permission.ANSWER_REQUESTS)]


@router.post("/requests", status_code=201, operation_id="requests_create", responses=problems(NotFound, UnknownPerson))
async def requests_create(body: NewRequest, context: Answering, response: Response) -> RequestView:
    """Take down a request made by phone or in person. Its number is what the requester can ask by."""
    view = RequestView.of(await take_request(context, body))
    created(response, f"/v1/requests/{view.id}")
    etag(response, view.version)
    return view
