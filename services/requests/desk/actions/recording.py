"""Writing down what happens to a request. Whoever calls holds the request's row, or has just made it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert

from services.requests.desk.actions.notifying import plan_reminder
from services.requests.desk.rules.life import Action, RequestKind, RequestState, Source, life_after, number_of
from services.requests.desk.rules.messages import DeliveryState, Direction
from services.requests.desk.tables import HelpRequest, RequestCounter, RequestMessage, StateChange
from shared.app import public_id
from shared.clock import new_id
from shared.context import Context
from shared.contracts.events import RequestEvent, occurred
from shared.contracts.publisher import Button, DirectMessageRequested
from shared.db import table_of


@dataclass(frozen=True)
class Requester:
    display_name: str
    phone: str | None = None
    person_id: UUID | None = None
    account: str | None = None  # in the network that they wrote by


async def open_request(
    context: Context,
    *,
    organization_id: UUID,
    kind: RequestKind,
    source: Source,
    requester: Requester,
    topic: str | None = None,
    conversation_id: UUID | None = None,
) -> HelpRequest:
    """Take a new request and give it the tenant's next number of the year (UTC)."""
    now = context.now
    request = HelpRequest(
        number=number_of(now.year, await _next_count(context, now.year)),
        organization_id=organization_id,
        kind=kind,
        source=source,
        state=RequestState.NEW,
        topic=topic,
        requester_name=requester.display_name,
        requester_phone=requester.phone,
        requester_person_id=requester.person_id,
        requester_account=requester.account,
        conversation_id=conversation_id,
        created_by=context.caller.person_id,
        created_at=now,
        last_message_at=now,
    )
    await context.store.insert(request)
    _keep_step(context, request, Action.CREATE, None)
    await tell_event(context, request, "request.created")
    await plan_reminder(context, request)
    return request


async def tell_event(context: Context, request: HelpRequest, name: str) -> None:
    """To webhooks and streams of those who see requests: its id and state, nothing of the requester."""
    told = RequestEvent(request_id=public_id(context.tenant_id, request.id), kind=request.kind, state=request.state)
    await context.emit(occurred(name, request.organization_id, told, context.now))


async def _next_count(context: Context, year: int) -> int:
    counter = table_of(RequestCounter)
    statement = insert(counter).values(tenant_id=context.tenant_id, id=new_id(), year=year, count=1)
    statement = statement.on_conflict_do_update(
        index_elements=["tenant_id", "year"], set_={"count": counter.c.count + 1}
    ).returning(counter.c.count)
    return (await context.store.execute(statement)).scalar_one()


def move(context: Context, request: HelpRequest, action: Action) -> None:
    """Raises WrongState. Replies and messages are kept as such; as steps only when they change the state."""
    before = request.state
    request.life = life_after(request.life, action, context.now)
    request.version += 1
    if request.state is not before or action not in {Action.REPLY, Action.RECEIVE}:
        _keep_step(context, request, action, before)


def _keep_step(context: Context, request: HelpRequest, action: Action, before: RequestState | None) -> None:
    context.store.add(
        StateChange(
            request_id=request.id,
            action=action,
            from_state=before,
            to_state=request.state,
            by_person_id=context.caller.person_id,
            assignee_id=request.assignee_id,
            at=context.now,
        )
    )


def keep_inbound(
    context: Context,
    request: HelpRequest,
    text: str,
    *,
    said_at: datetime,
    source_message_id: UUID | None = None,
) -> RequestMessage:
    request.last_message_at = max(request.last_message_at, said_at)
    return context.store.add(
        RequestMessage(
            request_id=request.id,
            direction=Direction.INBOUND,
            text=text,
            author_id=request.requester_person_id,
            said_at=said_at,
            source_message_id=source_message_id,
        )
    )


def keep_note(context: Context, request: HelpRequest, text: str) -> RequestMessage:
    return context.store.add(
        RequestMessage(
            request_id=request.id,
            direction=Direction.NOTE,
            text=text,
            author_id=context.caller.person_id,
            said_at=context.now,
        )
    )


async def tell_requester(
    context: Context, request: HelpRequest, text: str, *, buttons: Iterable[Button] = ()
) -> RequestMessage:
    """Send `text` into the chat that the request came from; without one, keep it as what staff said themselves."""
    has_chat = request.conversation_id is not None
    message = context.store.add(
        RequestMessage(
            request_id=request.id,
            direction=Direction.OUTBOUND,
            text=text,
            author_id=context.caller.person_id,
            said_at=context.now,
            delivery_state=DeliveryState.PENDING if has_chat else DeliveryState.SPOKEN,
        )
    )
    if request.conversation_id is not None:
        await context.emit(
            DirectMessageRequested(
                reference_id=message.id,
                conversation_id=request.conversation_id,
                text=text,
                buttons=tuple(buttons),
            )
        )
    return message


async def hold_conversation(context: Context, conversation_id: UUID) -> None:
    """One at a time for this chat, until the end of the transaction. Taken before any request's row."""
    digest = sha256(b"conversation" + context.tenant_id.bytes + conversation_id.bytes).digest()
    await context.store.execute(
        sql("SELECT pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(digest[:8], signed=True)}
    )
