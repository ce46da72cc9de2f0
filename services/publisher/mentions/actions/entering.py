"""Mentions: entered by hand, found, read and judged."""

from uuid import UUID

from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY
from services.publisher.enterprises.rules.relationship import SaidByPartner
from services.publisher.mentions.actions.keeping import keep_mention
from services.publisher.mentions.rules.addresses import one_address
from services.publisher.mentions.rules.answers import AlreadyKnown
from services.publisher.mentions.rules.tones import ToneSource, tone_of
from services.publisher.mentions.schemas import MentionChange, MentionFilter, NewMention
from services.publisher.mentions.tables import Mention
from services.publisher.publications.actions.drafting import publication_for
from shared.app import check_match, paginate
from shared.context import Context
from shared.permissions import Permission

_PLAIN = ("title", "text", "source_name", "source_type", "is_dismissed")


async def enter_mention(context: Context, body: NewMention) -> Mention:
    """Raises NotFound, Forbidden, NotAnAddress, AlreadyKnown."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    await _check_publication(context, body.publication_id)
    mention = Mention(
        tenant_id=context.tenant_id,
        url=one_address(body.url),
        tone=body.tone or tone_of(f"{body.title} {body.text}"),
        tone_source=ToneSource.WORDS if body.tone is None else ToneSource.PERSON,
        entered_by=context.caller.person_id,
        created_at=context.now,
        **body.model_dump(exclude={"url", "tone"}),
    )
    if not await keep_mention(context, mention):
        raise AlreadyKnown
    return mention


async def change_mention(context: Context, mention_id: UUID, change: MentionChange, if_match: str | None) -> Mention:
    """Raises NotFound, Forbidden, SaidByPartner, Stale."""
    await mention_for(context, mention_id, Permission.PUBLISH)
    if change.source_type is not None and context.caller.key is not None:
        raise SaidByPartner
    mention = await context.store.lock(Mention, mention_id)
    check_match(if_match, mention.version)
    for name in _PLAIN:
        if (value := getattr(change, name)) is not None:
            setattr(mention, name, value)
    if "publication_id" in change.model_fields_set:
        await _check_publication(context, change.publication_id)
        mention.publication_id = change.publication_id
    if change.tone is not None:
        mention.tone, mention.tone_source = change.tone, ToneSource.PERSON
    mention.version += 1
    return mention


async def mention_for(context: Context, mention_id: UUID, permission: Permission) -> Mention:
    """Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, Mention, mention_id, permission)


async def list_mentions(context: Context, page: MentionFilter) -> tuple[list[Mention], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Mention).where(DIRECTORY.reach_filter(context, Mention.organization_id, Permission.SEE_PUBLICATIONS))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Mention.organization_id, page.organization_id))
    if page.about is not None:
        query = query.where(col(Mention.about) == page.about)
    if page.source_type is not None:
        query = query.where(col(Mention.source_type) == page.source_type)
    if page.tone is not None:
        query = query.where(col(Mention.tone) == page.tone)
    if page.is_dismissed is not None:
        query = query.where(col(Mention.is_dismissed) == page.is_dismissed)
    return await paginate(context, query, Mention.id, page)


async def _check_publication(context: Context, publication_id: UUID | None) -> None:
    """Raises NotFound for a publication that the caller does not see."""
    if publication_id is not None:
        await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
