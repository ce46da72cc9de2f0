"""Taking requests in: from a chat, by phone, in person."""

from sqlmodel import col, select

from services.requests.desk.actions.recording import (
    Requester,
    hold_conversation,
    keep_inbound,
    move,
    open_request,
)
from services.requests.desk.rules.life import UNRESOLVED, Action
from services.requests.desk.tables import HelpRequest, RequestMessage
from services.requests.directory.actions import check_person
from services.requests.directory.tables import DIRECTORY
from services.requests.intake.rules import KIND_UNTIL_READ, source_of
from services.requests.intake.schemas import NewRequest
from shared.context import Context
from shared.contracts.publisher import DirectMessageReceived
from shared.permissions import Permission


async def take_request(context: Context, body: NewRequest) -> HelpRequest:
    """What staff take down. Raises NotFound, Forbidden; UnknownPerson."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.ANSWER_REQUESTS)
    if body.requester.person_id is not None:
        await check_person(context, body.requester.person_id, "/requester/person_id")
    request = await open_request(
        context,
        organization_id=body.organization_id,
        kind=body.kind,
        source=body.source,
        requester=Requester(body.requester.display_name, body.requester.phone, body.requester.person_id),
        topic=body.topic,
    )
    keep_inbound(context, request, body.text, said_at=context.now)
    return request


async def receive_message(context: Context, message: DirectMessageReceived) -> None:
    """A chat has at most one unresolved request: what is written there belongs to it, or begins it."""
    await hold_conversation(context, message.conversation_id)
    if await _is_kept(context, message):
        return
    request = await _hold_unresolved(context, message)
    if request is None:
        request = await open_request(
            context,
            organization_id=message.organization_id,
            kind=KIND_UNTIL_READ,
            source=source_of(message.network),
            requester=Requester(message.display_name, person_id=message.person_id, account=message.external_user_id),
            conversation_id=message.conversation_id,
        )
    else:
        move(context, request, Action.RECEIVE)
        request.requester_person_id = message.person_id or request.requester_person_id
    keep_inbound(context, request, message.text, said_at=message.received_at, source_message_id=message.message_id)


async def _is_kept(context: Context, message: DirectMessageReceived) -> bool:
    query = select(RequestMessage.id).where(
        RequestMessage.tenant_id == context.tenant_id, RequestMessage.source_message_id == message.message_id
    )
    return await context.store.first(query) is not None


async def _hold_unresolved(context: Context, message: DirectMessageReceived) -> HelpRequest | None:
    query = select(HelpRequest).where(
        HelpRequest.tenant_id == context.tenant_id,
        HelpRequest.conversation_id == message.conversation_id,
        col(HelpRequest.state).in_(UNRESOLVED),
    )
    return await context.store.first(query.with_for_update())
