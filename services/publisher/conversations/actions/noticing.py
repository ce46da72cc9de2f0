"""Notices of the gateway to a person's own account. What they say stays sealed until it is sent, then it is forgotten."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.conversations.tables import Conversation, DirectMessage
from services.publisher.networks.accounts import Network
from services.publisher.networks.shortcomings import problems_of_direct
from shared.context import Context
from shared.contracts.publisher import DirectMessageDue, NoticeDelivery, NoticeRequested
from shared.db import table_of


async def accept_notice(context: Context, request: NoticeRequested) -> None:
    """Take over what the gateway wants written. The same reference is taken over once.

    No network lets a bot write first: without a conversation it fails at once.
    """
    if request.expires_at <= context.now:
        await _refuse(context, request, DeliveryState.DROPPED, "expired")
        return
    conversation = await _conversation_with(context, request)
    if conversation is None:
        await _refuse(context, request, DeliveryState.FAILED, "no_conversation")
        return
    shortcomings = problems_of_direct(Network(request.network), context.runtime.cipher.decrypt(request.sealed_text))
    if shortcomings:
        await _refuse(context, request, DeliveryState.REJECTED, shortcomings[0].code)
        return
    notice = DirectMessage(
        tenant_id=context.tenant_id,
        conversation_id=conversation.id,
        reference_id=request.reference_id,
        text=request.sealed_text,
        expires_at=request.expires_at,
        state=DeliveryState.PENDING,
        created_at=context.now,
    )
    statement = insert(table_of(DirectMessage)).values(notice.model_dump()).on_conflict_do_nothing()
    if await context.store.changed(statement) == 1:
        await context.emit(DirectMessageDue(direct_message_id=notice.id, attempt=1))


async def _conversation_with(context: Context, request: NoticeRequested) -> Conversation | None:
    """The newest one with this account whose channel works, else one whose channel may work again in time."""
    if request.network not in set(Network):
        return None
    query = (
        select(Conversation)
        .join(
            Mailbox, (col(Mailbox.id) == col(Conversation.mailbox_id)) & (col(Mailbox.tenant_id) == context.tenant_id)
        )
        .join(Channel, (col(Channel.mailbox_id) == col(Mailbox.id)) & (col(Channel.tenant_id) == context.tenant_id))
        .where(
            col(Mailbox.network) == request.network,
            col(Conversation.external_user_id) == request.external_user_id,
        )
        .order_by((col(Channel.state) == ChannelState.ACTIVE).desc(), col(Conversation.id).desc())
    )
    return await context.store.first(query)


async def _refuse(context: Context, request: NoticeRequested, state: DeliveryState, code: str) -> None:
    await context.emit(NoticeDelivery(reference_id=request.reference_id, state=state, code=code))
