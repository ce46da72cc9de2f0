"""What staff do with a request: classify, assign, answer, wait, resolve, close."""

from typing import Final

from sqlmodel import col, select

from services.requests.desk.actions.finding import find_request, hold_request
from services.requests.desk.actions.notifying import notify_assignee, notify_requester
from services.requests.desk.actions.recording import hold_conversation, keep_note, move, tell_event, tell_requester
from services.requests.desk.rules.first_answer import hears_of_assignment
from services.requests.desk.rules.life import UNRESOLVED, Action, RequestState
from services.requests.desk.rules.messages import check_fits
from services.requests.desk.rules.notices import resolved_notice
from services.requests.desk.rules.rating_buttons import payload_of, rating_presses
from services.requests.desk.schemas import Assignment, NewNote, NewReply, RequestChange
from services.requests.desk.tables import HelpRequest, RequestMessage
from services.requests.directory.actions import check_person
from shared.context import Context
from shared.contracts.publisher import Button
from shared.errors import Conflict
from shared.permissions import Permission

_TOLD: Final = {Action.RESOLVE: "request.resolved", Action.CLOSE: "request.closed"}


class ConversationBusy(Conflict):
    code = "request.conversation_busy"
    title = {
        "ru": "В этом чате уже идёт другое обращение",
        "en": "Another request is already under way in this chat",
    }


async def update_request(context: Context, request_id: str, body: RequestChange, if_match: str | None) -> HelpRequest:
    """Raises NotFound, Forbidden, Stale."""
    request = await hold_request(context, request_id, Permission.ANSWER_REQUESTS, if_match)
    request.kind = body.kind or request.kind
    request.topic = body.topic or request.topic
    request.version += 1
    return request


async def assign_request(context: Context, request_id: str, body: Assignment, if_match: str | None) -> HelpRequest:
    """Who gets it is told. Raises NotFound, Forbidden, Stale, WrongState, UnknownPerson."""
    request = await hold_request(context, request_id, Permission.ASSIGN_REQUESTS, if_match)
    await check_person(context, body.assignee_id, "/assignee_id")
    before, request.assignee_id = request.assignee_id, body.assignee_id
    move(context, request, Action.ASSIGN)
    if hears_of_assignment(before, body.assignee_id, context.caller.person_id):
        await notify_assignee(context, request)
    return request


async def reply_to_request(context: Context, request_id: str, body: NewReply, if_match: str | None) -> RequestMessage:
    """The answer goes back the way the request came. Raises NotFound, Forbidden, Stale, WrongState, ReplyTooLong."""
    check_fits(body.text)
    request = await hold_request(context, request_id, Permission.ANSWER_REQUESTS, if_match)
    move(context, request, Action.REPLY)
    request.last_message_at = context.now
    return await tell_requester(context, request, body.text)


async def note_on_request(context: Context, request_id: str, body: NewNote) -> RequestMessage:
    """In any state. Raises NotFound, Forbidden."""
    request = await hold_request(context, request_id, Permission.ANSWER_REQUESTS)
    return keep_note(context, request, body.text)


async def move_request(context: Context, request_id: str, action: Action, if_match: str | None) -> HelpRequest:
    """Wait, hold or close. Raises NotFound, Forbidden, Stale, WrongState."""
    request = await hold_request(context, request_id, Permission.ANSWER_REQUESTS, if_match)
    move(context, request, action)
    if action in _TOLD:
        await tell_event(context, request, _TOLD[action])
    return request


async def resolve_request(context: Context, request_id: str, if_match: str | None) -> HelpRequest:
    """A requester with a chat is told there and asked for a rating, another one by a notification.

    Raises as `move_request`.
    """
    request = await move_request(context, request_id, Action.RESOLVE, if_match)
    if request.conversation_id is not None:
        presses = rating_presses(request.id, request.resolutions)
        buttons = [Button(label=str(press.score), payload=payload_of(press)) for press in presses]
        await tell_requester(context, request, resolved_notice(request.number), buttons=buttons)
    else:
        await notify_requester(context, request)
    return request


async def reopen_request(context: Context, request_id: str, if_match: str | None) -> HelpRequest:
    """Raises as `move_request`, and ConversationBusy when the requester has begun another request in the chat."""
    conversation_id = (await find_request(context, request_id)).conversation_id
    if conversation_id is not None:
        await hold_conversation(context, conversation_id)
    request = await hold_request(context, request_id, Permission.ANSWER_REQUESTS, if_match)
    if request.state is RequestState.RESOLVED and await _other_unresolved(context, request):
        raise ConversationBusy
    move(context, request, Action.REOPEN)
    return request


async def _other_unresolved(context: Context, request: HelpRequest) -> bool:
    if request.conversation_id is None:
        return False
    query = select(HelpRequest.id).where(
        HelpRequest.tenant_id == context.tenant_id,
        HelpRequest.conversation_id == request.conversation_id,
        HelpRequest.id != request.id,
        col(HelpRequest.state).in_(UNRESOLVED),
    )
    return await context.store.first(query) is not None
