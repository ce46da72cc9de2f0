"""The desk: staff list requests, read them, and carry them to their end."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.requests.desk.actions.finding import (
    find_message,
    find_request,
    list_messages,
    list_requests,
    list_state_changes,
)
from services.requests.desk.actions.handling import (
    ConversationBusy,
    assign_request,
    move_request,
    note_on_request,
    reopen_request,
    reply_to_request,
    resolve_request,
    update_request,
)
from services.requests.desk.rules.life import Action, WrongState
from services.requests.desk.rules.messages import ReplyTooLong
from services.requests.desk.schemas import (
    Assignment,
    MessageView,
    NewNote,
    NewReply,
    RequestChange,
    RequestQuery,
    RequestView,
    StateChangeView,
)
from services.requests.desk.tables import HelpRequest, RequestMessage
from services.requests.directory.actions import UnknownPerson
from shared.app import ApiRouter, IfMatch, Page, Paging, PublicIdPath, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["requests"])
Seeing = Annotated[Context, allowed(Permission.SEE_REQUESTS)]
Answering = Annotated[Context, allowed(Permission.ANSWER_REQUESTS)]
Assigning = Annotated[Context, allowed(Permission.ASSIGN_REQUESTS)]
MOVES = problems(NotFound, Stale, WrongState)


@router.get("/requests", operation_id="requests_list", responses=problems(NotFound))
async def requests_list(context: Seeing, page: Annotated[RequestQuery, Query()]) -> Page[RequestView]:
    """List the requests that the caller may see, newest first."""
    rows, following = await list_requests(context, page)
    return Page(items=[RequestView.of(row) for row in rows], next=following)


@router.get("/requests/{request_id}", operation_id="requests_read", responses=problems(NotFound))
async def requests_read(request_id: PublicIdPath, context: Seeing, response: Response) -> RequestView:
    """Read a request."""
    return _shown(response, await find_request(context, request_id))


@router.patch("/requests/{request_id}", operation_id="requests_update", responses=problems(NotFound, Stale))
async def requests_update(
    request_id: PublicIdPath, body: RequestChange, context: Answering, response: Response, if_match: IfMatch = None
) -> RequestView:
    """Say what kind of request it is and what it is about."""
    return _shown(response, await update_request(context, request_id, body, if_match))


@router.get("/requests/{request_id}/messages", operation_id="request_messages_list", responses=problems(NotFound))
async def request_messages_list(request_id: PublicIdPath, context: Seeing, page: Paging) -> Page[MessageView]:
    """List what was said in a request, replies and notes included, oldest first."""
    rows, following = await list_messages(context, request_id, page)
    return Page(items=[MessageView.of(row) for row in rows], next=following)


@router.get(
    "/requests/{request_id}/messages/{message_id}",
    operation_id="request_messages_read",
    responses=problems(NotFound),
)
async def request_messages_read(request_id: PublicIdPath, message_id: UUID, context: Seeing) -> MessageView:
    """Read one message: for a reply, how far its delivery has come."""
    return MessageView.of(await find_message(context, request_id, message_id))


@router.get("/requests/{request_id}/history", operation_id="request_history_list", responses=problems(NotFound))
async def request_history_list(request_id: PublicIdPath, context: Seeing, page: Paging) -> Page[StateChangeView]:
    """List the steps of a request's life, oldest first."""
    rows, following = await list_state_changes(context, request_id, page)
    return Page(items=[StateChangeView.of(row) for row in rows], next=following)


@router.post(
    "/requests/{request_id}/assign",
    operation_id="requests_assign",
    responses=problems(NotFound, Stale, WrongState, UnknownPerson),
)
async def requests_assign(
    request_id: PublicIdPath, body: Assignment, context: Assigning, response: Response, if_match: IfMatch = None
) -> RequestView:
    """Give a request to a person, who is notified. A new one is open from then on."""
    return _shown(response, await assign_request(context, request_id, body, if_match))


@router.post(
    "/requests/{request_id}/reply",
    status_code=201,
    operation_id="requests_reply",
    responses=problems(NotFound, Stale, WrongState, ReplyTooLong),
)
async def requests_reply(
    request_id: PublicIdPath, body: NewReply, context: Answering, response: Response, if_match: IfMatch = None
) -> MessageView:
    """Answer the requester in the chat that the request came from; its delivery state tells what became of it.

    For a request taken by phone or in person this keeps what staff told the requester (`spoken`).
    """
    return _said(response, request_id, await reply_to_request(context, request_id, body, if_match))


@router.post("/requests/{request_id}/note", status_code=201, operation_id="requests_note", responses=problems(NotFound))
async def requests_note(request_id: PublicIdPath, body: NewNote, context: Answering, response: Response) -> MessageView:
    """Leave a note for the staff, in any state. The requester never sees it."""
    return _said(response, request_id, await note_on_request(context, request_id, body))


@router.post("/requests/{request_id}/wait", operation_id="requests_wait", responses=MOVES)
async def requests_wait(
    request_id: PublicIdPath, context: Answering, response: Response, if_match: IfMatch = None
) -> RequestView:
    """Wait for the requester, whose next message opens the request again."""
    return _shown(response, await move_request(context, request_id, Action.WAIT, if_match))


@router.post("/requests/{request_id}/hold", operation_id="requests_hold", responses=MOVES)
async def requests_hold(
    request_id: PublicIdPath, context: Answering, response: Response, if_match: IfMatch = None
) -> RequestView:
    """Wait for a third party."""
    return _shown(response, await move_request(context, request_id, Action.HOLD, if_match))


@router.post("/requests/{request_id}/resolve", operation_id="requests_resolve", responses=MOVES)
async def requests_resolve(
    request_id: PublicIdPath, context: Answering, response: Response, if_match: IfMatch = None
) -> RequestView:
    """Resolve a request. A requester with a chat is told so there, with buttons to rate the help from 1 to 5.

    One whom the union knows and who has no chat gets a notification.
    """
    return _shown(response, await resolve_request(context, request_id, if_match))


@router.post(
    "/requests/{request_id}/reopen",
    operation_id="requests_reopen",
    responses=problems(NotFound, Stale, WrongState, ConversationBusy),
)
async def requests_reopen(
    request_id: PublicIdPath, context: Answering, response: Response, if_match: IfMatch = None
) -> RequestView:
    """Take up a request again that is resolved, waits or is on hold. Its next resolution can be rated anew."""
    return _shown(response, await reopen_request(context, request_id, if_match))


@router.post("/requests/{request_id}/close", operation_id="requests_close", responses=MOVES)
async def requests_close(
    request_id: PublicIdPath, context: Answering, response: Response, if_match: IfMatch = None
) -> RequestView:
    """Close a request for good, resolved or not. Nobody is told."""
    return _shown(response, await move_request(context, request_id, Action.CLOSE, if_match))


def _shown(response: Response, request: HelpRequest) -> RequestView:
    etag(response, request.version)
    return RequestView.of(request)


def _said(response: Response, request_id: str, message: RequestMessage) -> MessageView:
    created(response, f"/v1/requests/{request_id}/messages/{message.id}")
    return MessageView.of(message)
