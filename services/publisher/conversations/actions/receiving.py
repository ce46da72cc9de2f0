"""What one update of a network does here, once however often it is told."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.rules.menus import answer_to
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.conversations.actions.answering import pass_on
from services.publisher.conversations.actions.keeping import inbound_message
from services.publisher.conversations.actions.told import Names, Told
from services.publisher.conversations.actions.writing import accept_request, note_returned
from services.publisher.conversations.rules import link_code_in
from services.publisher.conversations.tables import Conversation, InboundUpdate
from services.publisher.directory.tables import DIRECTORY
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.inbound import (
    ButtonPressed,
    CommentReceived,
    ConversationStarted,
    LetterReturned,
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
from services.publisher.networks.storing import storable
from shared.clock import new_id
from shared.context import Context
from shared.contracts import publisher as contracts
from shared.db import table_of


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
        case MemberLeft() | ReactionsCounted() | PollVoted() | MentionNoticed() | LetterReturned():
            await _pass_on_news(context, call, update)


async def _pass_on_news(
    context: Context, call: Told, update: MemberLeft | ReactionsCounted | PollVoted | MentionNoticed | LetterReturned
) -> None:
    """For other rooms. Of reactions that are not counted yet, figures ask once a day; a mention that was not found is none."""
    match update:
        case LetterReturned():
            await _pass_on_letter(context, call, update)
        case MemberLeft():
            await _tell_membership(context, call, update)
        case PollVoted():
            await context.emit(_vote(call, update))
        case ReactionsCounted(count=int(count)):
            await context.emit(
                contracts.ReactionsHeard(
                    mailbox_id=call.mailbox.id,
                    places=update.places,
                    post_id=update.post_id,
                    count=count,
                    at=update.at,
                )
            )
        case ReactionsCounted() | MentionNoticed():
            pass


async def _pass_on_letter(context: Context, call: Told, returned: LetterReturned) -> None:
    """An answer is ours to mark; a publication is its room's. The number before the @ is that of either."""
    try:
        number = UUID(returned.letter_id.partition("@")[0])
    except ValueError:  # of no letter of ours
        return
    if not await note_returned(context, call.mailbox, number, returned):
        await context.emit(
            contracts.PostReturned(
                mailbox_id=call.mailbox.id,
                delivery_id=number,
                post_id=returned.letter_id,
                recipients=returned.recipients,
                code=returned.reason.code,
                network_code=returned.reason.network_code,
            )
        )


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
    message = await context.store.insert(inbound_message(conversation_id, update))
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
            text=message.text,
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
    channel_id = await _tell_membership(context, call, update)
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


async def _tell_membership(context: Context, call: Told, update: MemberJoined | MemberLeft) -> UUID | None:
    """Told when the community is one of ours, with its channel: a bot may be in others too."""
    places = [place.lower() for place in update.places]
    query = select(Channel.id).where(
        col(Channel.mailbox_id) == call.mailbox.id, func.lower(Channel.external_id).in_(places)
    )
    channel_id = await context.store.first(query.order_by(col(Channel.id)))
    if channel_id is not None:
        has_joined = isinstance(update, MemberJoined)
        await context.emit(contracts.MembershipHeard(channel_id=channel_id, has_joined=has_joined, at=update.at))
    return channel_id


def _vote(call: Told, update: PollVoted) -> contracts.PollVoteHeard:
    totals = update.totals
    return contracts.PollVoteHeard(
        mailbox_id=call.mailbox.id,
        poll_id=update.poll_id,
        votes=None if totals is None else totals.votes,
        voters=None if totals is None else totals.voters,
        at=update.at,
    )


def _invitation_named(name: str | None) -> UUID | None:
    """Ours are named by their ids; people give other links other names."""
    try:
        return None if name is None else UUID(hex=name)
    except ValueError:
        return None
