"""What the networks told: kept once, in its latest wording. The union's own accounts are not the world."""

from uuid import UUID

from sqlalchemy import case, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.mailboxes import keeper_of
from services.publisher.channels.actions.owning import is_own_account
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.enterprises.actions.accounts import author_type_of
from services.publisher.enterprises.actions.history import note_event
from services.publisher.enterprises.rules.relationship import AuthorType, EventKind
from services.publisher.mentions.actions.keeping import keep_mention
from services.publisher.mentions.rules.addresses import NotAnAddress, one_address
from services.publisher.mentions.rules.answers import AnswerKind
from services.publisher.mentions.rules.hashtags import hashtags_in
from services.publisher.mentions.rules.tones import ToneSource, is_thanks, tone_of
from services.publisher.mentions.tables import KnownAccount, Mention, Reaction
from services.publisher.networks.accounts import Network
from services.publisher.publications.tables import Delivery
from shared.clock import new_id
from shared.context import Context
from shared.contracts.publisher import AnswerHeard, HashtagHeard
from shared.db import table_of

TITLE_LENGTH = 200


async def hear_answer(context: Context, heard: AnswerHeard) -> None:
    """A comment or a repost under a post, or a mention elsewhere."""
    mailbox = await context.store.find(Mailbox, heard.mailbox_id)
    if mailbox is None or await is_own_account(context, mailbox.network, heard.external_user_id):
        return
    author, enterprise_id = await _author_of(context, mailbox.network, heard.external_user_id)
    channel = await _channel_of(context, mailbox, heard)
    if channel is None:
        return
    if heard.kind == "mention":
        await _keep_mention(context, channel, heard, author)
    elif heard.post_id is not None:
        await _keep_reaction(context, channel, heard, heard.post_id, author)
    if enterprise_id is not None and not heard.is_removed:
        await _note_at_enterprise(context, channel, heard, enterprise_id)
    await _pass_on_hashtags(context, channel, heard)


async def _author_of(context: Context, network: Network, account_id: str) -> tuple[AuthorType, UUID | None]:
    """Whose account it is, and of which enterprise: as it is entered there, else as somebody said of an answer."""
    author, owner_id = await author_type_of(context, network, account_id)
    if author is not AuthorType.PERSON:
        return author, owner_id if author is AuthorType.ENTERPRISE else None
    query = select(KnownAccount.author_type).where(
        col(KnownAccount.network) == network, col(KnownAccount.external_id) == account_id
    )
    return AuthorType(await context.store.first(query) or AuthorType.PERSON), None


async def _note_at_enterprise(context: Context, channel: Channel, heard: AnswerHeard, enterprise_id: UUID) -> None:
    """Into the history of the relationship: what it answers, and how soon."""
    answered = select(Delivery).where(
        col(Delivery.channel_id) == channel.id, col(Delivery.external_id) == (heard.post_id or "")
    )
    delivery = await context.store.first(answered)
    kind = EventKind.THANKS if heard.kind == "comment" and is_thanks(heard.text) else EventKind(heard.kind)
    await note_event(
        context,
        enterprise_id,
        kind,
        source_key=f"{channel.id}:{heard.kind}:{heard.answer_id}",
        happened_at=heard.at,
        publication_id=None if delivery is None else delivery.publication_id,
        published_at=None if delivery is None else delivery.sent_at,
        url=heard.url,
    )


async def _pass_on_hashtags(context: Context, channel: Channel, heard: AnswerHeard) -> None:
    """For campaigns that gather what is said. Of a comment that was written anew, the words before may have had one."""
    hashtags = hashtags_in(heard.text)
    if hashtags or heard.kind == "comment":
        await context.emit(
            HashtagHeard(
                kind=heard.kind,
                channel_id=channel.id,
                network=channel.network,
                answer_id=heard.answer_id,
                external_user_id=heard.external_user_id,
                display_name=heard.display_name,
                text=heard.text,
                url=heard.url,
                hashtags=hashtags,
                is_removed=heard.is_removed,
                at=heard.at,
            )
        )


async def _channel_of(context: Context, mailbox: Mailbox, heard: AnswerHeard) -> Channel | None:
    """Which of the mailbox's channels it was said in: as the network tells, else the one that has such a post."""
    of_mailbox = select(Channel).where(col(Channel.mailbox_id) == mailbox.id)
    if heard.places:
        named = func.lower(Channel.external_id).in_([place.lower() for place in heard.places])
        return await context.store.first(of_mailbox.where(named).order_by(col(Channel.id)))
    if heard.post_id is not None:
        has_post = select(Delivery.channel_id).where(
            col(Delivery.channel_id) == col(Channel.id), col(Delivery.external_id) == heard.post_id
        )
        found = await context.store.first(of_mailbox.where(has_post.exists()).order_by(col(Channel.id).desc()))
        if found is not None:
            return found
    return await keeper_of(context, mailbox.id)


async def _keep_reaction(
    context: Context, channel: Channel, heard: AnswerHeard, post_id: str, author: AuthorType
) -> None:
    """Of two wordings the later one stands, in whatever order they come. What a person said of the tone stays."""
    table = table_of(Reaction)
    text = "" if heard.is_removed else heard.text
    said = {
        "text": text,
        "url": heard.url,
        "is_thanks": is_thanks(text),
        "is_removed": heard.is_removed,
        "at": heard.at,
    }
    statement = insert(table).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        channel_id=channel.id,
        network=channel.network,
        kind=AnswerKind(heard.kind),
        post_id=post_id,
        external_id=heard.answer_id,
        author_external_id=heard.external_user_id,
        author_name=heard.display_name,
        author_type=author,
        tone=tone_of(text),
        tone_source=ToneSource.WORDS,
        version=1,
        **said,
    )
    by_words = table.c.tone_source == ToneSource.WORDS.value
    await context.store.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "channel_id", "kind", "external_id"],
            set_={
                **said,
                "tone": case((by_words, statement.excluded.tone), else_=table.c.tone),
                "author_name": func.coalesce(statement.excluded.author_name, table.c.author_name),
                "version": table.c.version + 1,
            },
            where=table.c.at <= statement.excluded.at,
        )
    )


async def _keep_mention(context: Context, channel: Channel, heard: AnswerHeard, author: AuthorType) -> None:
    """One for each address. Without one there is nothing to look at."""
    try:
        url = one_address(heard.url or "")
    except NotAnAddress:
        return
    mention = Mention(
        tenant_id=context.tenant_id,
        organization_id=channel.organization_id,
        url=url,
        title=heard.text[:TITLE_LENGTH],
        text=heard.text,
        source_name=heard.display_name or f"{channel.network} {heard.external_user_id}",
        source_type=author,
        network=channel.network,
        author_external_id=heard.external_user_id,
        tone=tone_of(heard.text),
        tone_source=ToneSource.WORDS,
        published_at=heard.at,
        created_at=context.now,
    )
    await keep_mention(context, mention)
