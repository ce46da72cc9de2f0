"""What the networks tell us: verified, taken in exactly once, handed on as messages."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.actions.mailboxes import keeper_of
from services.publisher.channels.rules.menus import answer_to
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.conversations.actions.answering import pass_on
from services.publisher.conversations.actions.mentions import looked_up
from services.publisher.conversations.actions.told import Names, Told
from services.publisher.conversations.actions.writing import accept_request
from services.publisher.conversations.rules import link_code_in, storable
from services.publisher.conversations.tables import Conversation, InboundMessage, InboundUpdate
from services.publisher.directory.tables import DIRECTORY
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.inbound import (
    ButtonPressed,
    CommentReceived,
    ConversationStarted,
    HookAnswer,
    MemberJoined,
    MemberLeft,
    Mentioned,
    MentionNoticed,
    MessageReceived,
    PollVoted,
    ReactionsCounted,
    Reposted,
    Spoken,
    Update,
)
from services.publisher.networks.outcomes import Unreachable
from services.publisher.runtime import connector_of
from shared.app import Outside
from shared.clock import new_id
from shared.context import Context
from shared.contracts import publisher as contracts
from shared.db import table_of
from shared.errors import NotFound

_log = structlog.get_logger()

_AT_ONCE = 2.0  # seconds: networks want an answer to their hook; a name can come with the next message


async def take_in(outside: Outside, mailbox_id: UUID, headers: Mapping[str, str], body: bytes) -> HookAnswer:
    """Raises NotFound for an absent mailbox and for a wrong secret alike; MalformedUpdate."""
    async with outside.reading() as context:
        call = await _verified(context, mailbox_id, headers, body)
    call = await looked_up(outside, call)
    if call.updates:
        names = await with_missing_names(call)
        await _acknowledge_presses(call)
        context = await outside.writing()
        for update in call.updates:
            await take_in_once(context, call, update, names)
    return call.connector.answer_to_hook(call.account, body)


async def _verified(context: Context, mailbox_id: UUID, headers: Mapping[str, str], body: bytes) -> Told:
    mailbox = await context.store.get(Mailbox, mailbox_id)
    connector = connector_of(context.runtime, mailbox.network)
    channel = await keeper_of(context, mailbox.id)
    if channel is None:
        raise NotFound
    account = account_of(context.runtime, channel)
    secret = connector.hook_secret(account, context.runtime.cipher.decrypt(mailbox.hook_secret))
    if not connector.verify_hook(headers, body, secret):
        raise NotFound
    told = [update for update in connector.parse_updates(body) if not connector.is_own(account, update)]
    updates = await unseen(context, mailbox, told)
    names = await known_names(context, mailbox, updates)
    return Told(mailbox, channel, account, connector, updates, names)


async def unseen(context: Context, mailbox: Mailbox, updates: Sequence[Update]) -> list[Update]:
    """Those that were not taken in before."""
    keys = [update.update_id for update in updates]
    known = select(InboundUpdate.update_key).where(
        col(InboundUpdate.mailbox_id) == mailbox.id, col(InboundUpdate.update_key).in_(keys)
    )
    seen = set(await context.store.all(known)) if keys else set[str]()
    return [update for update in updates if update.update_id not in seen]


async def known_names(context: Context, mailbox: Mailbox, updates: Sequence[Update]) -> Names:
    senders = _speakers(updates)
    if not senders:
        return {}
    query = select(Conversation).where(
        col(Conversation.mailbox_id) == mailbox.id, col(Conversation.external_user_id).in_(senders)
    )
    known = {row.external_user_id: row.display_name for row in await context.store.all(query)}
    return known | {
        update.sender.external_user_id: storable(update.sender.display_name)
        for update in updates
        if isinstance(update, Spoken) and update.sender.display_name
    }


async def with_missing_names(call: Told) -> Names:
    """Ask the network for the names that neither it nor we have told yet; without an answer they stay unknown."""
    found = dict(call.names)
    for sender in _speakers(call.updates):
        if found.get(sender) is None:
            found[sender] = await _asked_name(call, sender)
    return found


def _speakers(updates: Sequence[Update]) -> set[str]:
    """Whose names are asked for: of those who said something to us."""
    return {update.sender.external_user_id for update in updates if isinstance(update, Spoken)}


async def _asked_name(call: Told, external_user_id: str) -> str | None:
    try:
        async with asyncio.timeout(_AT_ONCE):
            name = await call.connector.name_of(call.account, external_user_id)
    except (TimeoutError, Unreachable):
        return None
    return storable(name or "") or None


async def _acknowledge_presses(call: Told) -> None:
    """Before anything is stored: it says that a press has arrived, not what comes of it."""
    presses = [update for update in call.updates if isinstance(update, ButtonPressed)]
    for press_id in (press.press_id for press in presses if press.press_id is not None):
        try:
            async with asyncio.timeout(_AT_ONCE):
                await call.connector.acknowledge(call.account, press_id)
        except (TimeoutError, Unreachable) as error:
            _log.info("press.not_acknowledged", network=call.mailbox.network, error=type(error).__name__)


async def take_in_once(context: Context, call: Told, update: Update, names: Names) -> None:
    """The key and the effect in one transaction: of twenty that come at once nineteen wait here and find it done."""
    key = insert(table_of(InboundUpdate)).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        mailbox_id=call.mailbox.id,
        update_key=update.update_id,
        received_at=context.now,
    )
    if await context.store.changed(key.on_conflict_do_nothing()) == 0:
        return
    name = names.get(update.sender.external_user_id) if isinstance(update, Spoken) else None
    proves = CAPABILITIES[call.mailbox.network].proves_sender
    match update:
        case MessageReceived() if proves and (code := link_code_in(update.text)) is not None:
            await _receive_link_code(context, call, update, code, name)
        case ConversationStarted() if (code := link_code_in(update.payload)) is not None:
            await _receive_link_code(context, call, update, code, name)
        case MessageReceived():
            conversation_id = await _conversation(context, call.mailbox, update.sender.external_user_id, name)
            await _receive(context, call.channel, conversation_id, update, name)
        case ButtonPressed():
            conversation_id = await _conversation(context, call.mailbox, update.sender.external_user_id, name)
            await _press(context, conversation_id, update)
        case ConversationStarted():
            await _conversation(context, call.mailbox, update.sender.external_user_id, name)
        case MemberJoined():
            await _join(context, call, update)
        case CommentReceived() | Reposted() | Mentioned():
            await pass_on(context, call.mailbox, update, name)
        case MemberLeft() | ReactionsCounted() | PollVoted() | MentionNoticed():
            pass  # nobody listens to them yet; the key keeps a late repeat from being news


async def _press(context: Context, conversation_id: UUID, press: ButtonPressed) -> None:
    """The menu is ours to answer; what else is pressed concerns whoever sent the button."""
    answer = answer_to(press.payload)
    if answer is not None:
        asked = contracts.DirectMessageRequested(reference_id=new_id(), conversation_id=conversation_id, text=answer)
        await accept_request(context, asked)
        return
    await context.emit(
        contracts.ButtonPressed(
            conversation_id=conversation_id,
            external_user_id=press.sender.external_user_id,
            payload=storable(press.payload),
            pressed_at=press.at,
        )
    )


async def _conversation(context: Context, mailbox: Mailbox, external_user_id: str, name: str | None) -> UUID:
    """The one conversation with this user, made when it is the first time."""
    table = table_of(Conversation)
    statement = insert(table).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        mailbox_id=mailbox.id,
        external_user_id=external_user_id,
        display_name=name,
        created_at=context.now,
    )
    statement = statement.on_conflict_do_update(
        index_elements=["tenant_id", "mailbox_id", "external_user_id"],
        set_={"display_name": func.coalesce(statement.excluded.display_name, table.c.display_name)},
    ).returning(table.c.id)
    return (await context.store.execute(statement)).scalar_one()


async def _receive(
    context: Context, channel: Channel, conversation_id: UUID, update: MessageReceived, name: str | None
) -> None:
    user = update.sender.external_user_id
    text = storable(update.text) or f"[{', '.join(update.attachments)}]"
    letter = update.letter
    message = await context.store.insert(
        InboundMessage(
            conversation_id=conversation_id,
            text=text,
            received_at=update.at,
            original=None if letter is None else storable(letter.original),
            subject=None if letter is None else storable(letter.subject),
            letter_ids=None if letter is None else list(letter.references),
        )
    )
    proves = CAPABILITIES[channel.network].proves_sender
    await context.emit(
        contracts.DirectMessageReceived(
            conversation_id=conversation_id,
            message_id=message.id,
            channel_id=channel.id,
            network=channel.network,
            organization_id=channel.organization_id,
            external_user_id=user,
            display_name=name or f"{channel.network} {user}",
            person_id=await DIRECTORY.find_person(context, channel.network, user) if proves else None,
            text=text,
            received_at=update.at,
        )
    )


async def _receive_link_code(
    context: Context, call: Told, update: MessageReceived | ConversationStarted, code: str, name: str | None
) -> None:
    """Told to the gateway alone, sealed: no request is made of it, and it is kept nowhere."""
    user = update.sender.external_user_id
    await _conversation(context, call.mailbox, user, name)
    await context.emit(
        contracts.LinkCodeReceived(
            channel_id=call.channel.id,
            network=call.mailbox.network,
            external_user_id=user,
            display_name=name or f"{call.mailbox.network} {user}",
            sealed_code=context.runtime.cipher.encrypt(code),
        )
    )


async def _join(context: Context, call: Told, update: MemberJoined) -> None:
    """Told when the community is one of ours: a bot may be in others too."""
    places = [place.lower() for place in update.places]
    query = select(Channel.id).where(
        col(Channel.mailbox_id) == call.mailbox.id, func.lower(Channel.external_id).in_(places)
    )
    channel_id = await context.store.first(query.order_by(col(Channel.id)))
    if channel_id is None:
        return
    await context.emit(
        contracts.CommunityJoined(
            channel_id=channel_id,
            network=call.mailbox.network,
            external_user_id=update.sender.external_user_id,
            invitation_id=_invitation_named(update.invitation),
            joined_at=update.at,
        )
    )


def _invitation_named(name: str | None) -> UUID | None:
    """Ours are named by their ids; people give other links other names."""
    try:
        return None if name is None else UUID(hex=name)
    except ValueError:
        return None
