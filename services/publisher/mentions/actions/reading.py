"""Answers under a publication, and what a person says of one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.enterprises.rules.relationship import AuthorType, SaidByPartner
from services.publisher.mentions.rules.answers import AnswerKind
from services.publisher.mentions.rules.tones import ToneSource
from services.publisher.mentions.schemas import Judgement, ReactionFilter
from services.publisher.mentions.tables import KnownAccount, Mention, Reaction
from services.publisher.publications.actions.drafting import publication_for
from services.publisher.publications.tables import Delivery
from shared.app import check_match, paginate
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.errors import NotFound
from shared.permissions import Permission


@dataclass(frozen=True)
class Answered:
    """A reaction, and when the post that it answers was sent."""

    reaction: Reaction
    sent_at: datetime | None


async def list_reactions(
    context: Context, publication_id: UUID, page: ReactionFilter, kind: AnswerKind | None
) -> tuple[list[Answered], str | None]:
    """Newest first. Raises NotFound, Forbidden."""
    await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    query = _under(publication_id)
    if kind is not None:
        query = query.where(col(Reaction.kind) == kind)
    if page.author_type is not None:
        query = query.where(col(Reaction.author_type) == page.author_type)
    if page.tone is not None:
        query = query.where(col(Reaction.tone) == page.tone)
    if page.is_thanks is not None:
        query = query.where(col(Reaction.is_thanks) == page.is_thanks)
    reactions, following = await paginate(context, query, Reaction.id, page)
    sent = await _sent_at(context, publication_id)
    return [Answered(each, sent.get((each.channel_id, each.post_id))) for each in reactions], following


async def judge_reaction(
    context: Context, publication_id: UUID, reaction_id: UUID, judgement: Judgement, if_match: str | None
) -> Answered:
    """Say of what tone it is, and who speaks. Who speaks holds for all that this account says, before and after.

    Raises NotFound, Forbidden, SaidByPartner, Stale.
    """
    await publication_for(context, publication_id, Permission.PUBLISH)
    if judgement.author_type is not None and context.caller.key is not None:
        raise SaidByPartner
    if await context.store.first(_under(publication_id).where(col(Reaction.id) == reaction_id)) is None:
        raise NotFound
    reaction = await context.store.lock(Reaction, reaction_id)
    check_match(if_match, reaction.version)
    if judgement.tone is not None:
        reaction.tone, reaction.tone_source = judgement.tone, ToneSource.PERSON
    if judgement.author_type is not None:
        await _know_account(context, reaction, judgement.author_type)
        reaction.author_type = judgement.author_type
    reaction.version += 1
    sent = await _sent_at(context, publication_id)
    return Answered(reaction, sent.get((reaction.channel_id, reaction.post_id)))


def _under(publication_id: UUID) -> Select[Reaction]:
    return select(Reaction).join(Delivery, _answers()).where(col(Delivery.publication_id) == publication_id)


def _answers() -> ColumnElement[bool]:
    return and_(
        col(Delivery.tenant_id) == col(Reaction.tenant_id),
        col(Delivery.channel_id) == col(Reaction.channel_id),
        col(Delivery.external_id) == col(Reaction.post_id),
    )


async def _sent_at(context: Context, publication_id: UUID) -> dict[tuple[UUID, str | None], datetime | None]:
    deliveries = await context.store.all(select(Delivery).where(col(Delivery.publication_id) == publication_id))
    return {(each.channel_id, each.external_id): each.sent_at for each in deliveries}


async def _know_account(context: Context, reaction: Reaction, author_type: AuthorType) -> None:
    """For what is heard from now on, and for all that was heard before."""
    account = {"network": reaction.network, "external_id": reaction.author_external_id}
    known = insert(table_of(KnownAccount)).values(
        tenant_id=context.tenant_id, id=new_id(), author_type=author_type, **account
    )
    await context.store.execute(
        known.on_conflict_do_update(
            index_elements=["tenant_id", "network", "external_id"], set_={"author_type": author_type}
        )
    )
    await context.store.flush()
    same = update(Reaction).where(
        col(Reaction.network) == reaction.network, col(Reaction.author_external_id) == reaction.author_external_id
    )
    await context.store.execute(same.values(author_type=author_type))
    heard = update(Mention).where(
        col(Mention.network) == reaction.network, col(Mention.author_external_id) == reaction.author_external_id
    )
    await context.store.execute(heard.values(source_type=author_type))
