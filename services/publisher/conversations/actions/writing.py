"""Write into conversations what services ask for: the attempt is committed, then the call, then its result."""

from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.actions.calls import (
    BROKEN_OFF,
    Verdict,
    called,
    note_on_channel,
    ready_channel,
)
from services.publisher.channels.actions.mailboxes import keeper_of
from services.publisher.channels.actions.pacing import NotYet, Slot, slot_of_token
from services.publisher.channels.rules.attempts import (
    LEASE,
    OPEN,
    WAITING,
    AttemptOutcome,
    DeliveryState,
    Doubt,
    Tried,
    step_after,
)
from services.publisher.channels.rules.menus import menu_items
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.conversations.tables import Conversation, DirectMessage, InboundMessage
from services.publisher.networks import contents
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.inbound import RETURNS_WITHIN, LetterReturned
from services.publisher.networks.shortcomings import problems_of_direct
from services.publisher.runtime import connector_of, lane_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import DirectMessageDelivery, DirectMessageDue, DirectMessageRequested, NoticeDelivery
from shared.db import table_of


@dataclass(frozen=True)
class _Ready:
    channel: Channel
    message: contents.DirectMessage
    slot: Slot


async def accept_request(context: Context, request: DirectMessageRequested) -> None:
    """Take over what a service wants written. The same reference is taken over once.

    What the network would refuse is rejected here, without asking it.
    """
    conversation = await context.store.find(Conversation, request.conversation_id)
    if conversation is None:
        await context.emit(
            DirectMessageDelivery(
                reference_id=request.reference_id,
                state=DeliveryState.REJECTED,
                sequence=1,
                code="conversation.not_found",
            )
        )
        return
    mailbox = await context.store.get(Mailbox, conversation.mailbox_id)
    shortcomings = problems_of_direct(mailbox.network, request.text)
    message = DirectMessage(
        tenant_id=context.tenant_id,
        conversation_id=conversation.id,
        reference_id=request.reference_id,
        text=request.text,
        buttons=[button.model_dump() for button in request.buttons],
        state=DeliveryState.REJECTED if shortcomings else DeliveryState.PENDING,
        code=shortcomings[0].code if shortcomings else None,
        created_at=context.now,
    )
    statement = insert(table_of(DirectMessage)).values(message.model_dump()).on_conflict_do_nothing()
    if await context.store.changed(statement) == 1:
        await _tell(context, message)
        if not shortcomings:
            await context.emit(DirectMessageDue(direct_message_id=message.id, attempt=1))


async def write_message(work: Work, due: DirectMessageDue) -> None:
    """One attempt. A repeat finds the attempt made, or being made, or broken off."""
    with ExitStack() as lane:
        async with work.transaction() as context:
            ready = await _begin(context, due, lane)
        if ready is None:
            return
        if isinstance(ready, NotYet):
            raise Later(ready.seconds)
        await ready.slot.come(work.runtime.clock.now())
        connector = connector_of(work.runtime, ready.channel.network)
        verdict = await called(connector.send_direct(account_of(work.runtime, ready.channel), ready.message))
        async with work.transaction() as context:
            message = await context.store.lock(DirectMessage, due.direct_message_id)
            if message.state is DeliveryState.SENDING and message.attempts == due.attempt:
                await _settle(context, message, ready.channel.network, verdict)
                await note_on_channel(context, ready.channel.id, verdict)


async def note_returned(context: Context, mailbox: Mailbox, number: UUID, returned: LetterReturned) -> bool:
    """Whether it was a letter of a conversation. What came back has not arrived, and whoever wrote it is told."""
    found = await context.store.first(select(DirectMessage).where(col(DirectMessage.reference_id) == number))
    if found is None:
        return False
    message = await context.store.lock(DirectMessage, found.id)
    conversation = await context.store.get(Conversation, message.conversation_id)
    is_it = message.external_id == returned.letter_id and conversation.mailbox_id == mailbox.id
    is_in_time = message.began_at is not None and context.now - message.began_at <= RETURNS_WITHIN
    if (
        is_it
        and is_in_time
        and message.state is DeliveryState.SENT
        and conversation.external_user_id in returned.recipients
    ):
        await _end(context, message, DeliveryState.REJECTED, returned.reason.code)
    return True


async def _begin(context: Context, due: DirectMessageDue, lane: ExitStack) -> _Ready | NotYet | None:
    """Commit to an attempt; None when there is none to make. Raises Later."""
    message = await context.store.lock(DirectMessage, due.direct_message_id)
    if message.state is DeliveryState.SENDING and message.attempts == due.attempt:
        await _break_off(context, message)
        return None
    if message.state not in WAITING or message.attempts + 1 != due.attempt:
        return None
    if message.expires_at is not None and message.expires_at <= context.now:
        await _end(context, message, DeliveryState.DROPPED, "expired")
        return None
    conversation = await context.store.get(Conversation, message.conversation_id)
    keeper = await keeper_of(context, conversation.mailbox_id)
    if keeper is None:
        await _end(context, message, DeliveryState.REJECTED, "conversation.no_channel")
        return None
    channel = await ready_channel(context, keeper.id)
    lane.enter_context(lane_of(context.runtime, channel.network, urgent=True))
    slot = await slot_of_token(context, channel)
    if isinstance(slot, NotYet):
        return slot
    message.attempts = due.attempt
    message.state = DeliveryState.SENDING
    message.began_at = context.now
    message.lease_until = await context.store.database_now() + LEASE
    return _Ready(channel, _words(context, message, conversation, await _answered(context, conversation.id)), slot)


async def _break_off(context: Context, message: DirectMessage) -> None:
    """The attempt of a worker that is gone. Raises Later while it may still be at work."""
    now = await context.store.database_now()
    if message.lease_until is not None and message.lease_until > now:
        raise Later((message.lease_until - now).total_seconds())
    conversation = await context.store.get(Conversation, message.conversation_id)
    mailbox = await context.store.get(Mailbox, conversation.mailbox_id)
    await _settle(context, message, mailbox.network, BROKEN_OFF)


async def _end(context: Context, message: DirectMessage, state: DeliveryState, code: str) -> None:
    """Without an attempt."""
    message.state = state
    message.code = code
    message.sequence += 1
    await _tell(context, message)


async def _settle(context: Context, message: DirectMessage, network: Network, verdict: Verdict) -> None:
    """Record the result of the attempt, and what follows from it."""
    in_doubt = verdict.outcome in {AttemptOutcome.UNKNOWN, AttemptOutcome.INTERRUPTED}
    if in_doubt and message.doubtful_since is None:
        message.doubtful_since = message.began_at
    doubt = Doubt(repeat_is_harmless=CAPABILITIES[network].against_doubles.direct_has_key, reconciles=False)
    tried = Tried(message.tries, context.now - (message.doubtful_since or context.now))
    step = step_after(verdict.outcome, tried, doubt, verdict.pause, context.chance.below)
    message.state = step.state
    message.tries += step.uses_up_a_try
    message.lease_until = None
    message.code = None if verdict.reason is None else verdict.reason.code
    message.external_id = verdict.external_id
    message.sequence += 1
    await _tell(context, message)
    if step.next_attempt_in is not None:
        due = DirectMessageDue(direct_message_id=message.id, attempt=message.attempts + 1)
        await context.emit(due, available_at=context.now + step.next_attempt_in)


async def _tell(context: Context, message: DirectMessage) -> None:
    """The asker hears of each change; the gateway of the last one, after which the notice's text is forgotten."""
    if not message.is_notice:
        await _tell_asker(context, message)
    elif message.state not in OPEN:
        message.text = ""
        await context.emit(NoticeDelivery(reference_id=message.reference_id, state=message.state, code=message.code))


async def _tell_asker(context: Context, message: DirectMessage) -> None:
    await context.emit(
        DirectMessageDelivery(
            reference_id=message.reference_id, state=message.state, sequence=message.sequence, code=message.code
        )
    )


async def _answered(context: Context, conversation_id: UUID) -> contents.Answered | None:
    """The last letter in the conversation, where it is one of letters."""
    query = select(InboundMessage).where(col(InboundMessage.conversation_id) == conversation_id)
    last = await context.store.first(query.order_by(col(InboundMessage.id).desc()))
    if last is None or last.letter_ids is None:
        return None
    return contents.Answered(last.subject or "", tuple(last.letter_ids))


def _words(
    context: Context, message: DirectMessage, conversation: Conversation, answered: contents.Answered | None
) -> contents.DirectMessage:
    text = context.runtime.cipher.decrypt(message.text) if message.is_notice else message.text
    return contents.DirectMessage(
        reference_id=message.reference_id,
        recipient=conversation.external_user_id,
        text=text,
        buttons=tuple(
            contents.Button(str(button["label"]), str(button["payload"]))
            for button in message.buttons
            if isinstance(button, dict)
        ),
        menu=menu_items(),
        answers=answered,
        is_automatic=message.is_notice,
    )
