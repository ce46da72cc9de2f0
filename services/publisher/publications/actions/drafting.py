"""Write publications, copy them, read them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.publisher.directory.tables import DIRECTORY
from services.publisher.publications.actions.contents import (
    check_author,
    check_real,
    contents_of,
    parts_of,
    set_channels,
    set_media,
    set_variants,
)
from services.publisher.publications.actions.variants import without_signed
from services.publisher.publications.rules.formats import check_format
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.schemas.contents import AudienceBody, FormatFields, LawChangeFields
from services.publisher.publications.schemas.publications import NewPublication, Parts, PublicationFilter
from services.publisher.publications.tables import Publication, PublicationTarget
from shared.app import check_match, paginate
from shared.context import Context
from shared.permissions import Permission

WithParts = tuple[Publication, Parts]
_COPIED = {"organization_id", "kind", "title", "text", "format", "audiences", "count_clicks"} | {
    *LawChangeFields.model_fields,
    *FormatFields.model_fields,
}


async def create_publication(
    context: Context, body: NewPublication, *, copied_from_id: UUID | None = None
) -> WithParts:
    """A draft. Raises NotFound, Forbidden."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    await check_author(context, body.author_id)
    check_format(body.format, has_poll=body.poll is not None, has_repost=body.repost_of is not None)
    await check_audiences(context, body.audiences)
    publication = await context.store.insert(
        Publication(
            organization_id=body.organization_id,
            kind=body.kind,
            title=body.title,
            text=body.text,
            format=body.format,
            poll=None if body.poll is None else body.poll.model_dump(mode="json"),
            repost_of=body.repost_of,
            **body.model_dump(include=set(LawChangeFields.model_fields)),
            audiences=[audience.model_dump(mode="json") for audience in body.audiences],
            author_id=body.author_id,
            copied_from_id=copied_from_id,
            count_clicks=body.count_clicks,
            state=PublicationState.DRAFT,
            created_at=context.now,
            updated_at=context.now,
        )
    )
    await set_media(context, publication.id, body.media_ids)
    await set_channels(context, publication.id, body.channel_ids)
    await set_variants(context, publication.id, body.variants)
    return await with_parts(context, publication)


async def copy_publication(context: Context, publication_id: UUID, *, for_partner: bool = False) -> WithParts:
    """A new draft with the same contents; a partner's carries nobody's name. Raises NotFound, Forbidden."""
    for_partner = for_partner or context.caller.key is not None
    publication = await publication_for(context, publication_id, Permission.PUBLISH)
    parts = (await parts_of(context, [publication]))[publication.id]
    if for_partner:
        contents = await contents_of(context, publication.id)
        shown = [media.id for media in contents.media if not media.is_signed]
        variants = without_signed(parts.variants, list(contents.all_media.values()))
        parts = parts.model_copy(update={"media_ids": shown, "variants": variants})
    body = NewPublication(
        **publication.model_dump(include=_COPIED),
        **parts.model_dump(),
        author_id=None if for_partner else publication.author_id,
    )
    return await create_publication(context, body, copied_from_id=publication.id)


async def publication_for(context: Context, publication_id: UUID, permission: Permission) -> Publication:
    """A publication on which the caller has `permission`. Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, Publication, publication_id, permission)


async def locked_publication(context: Context, publication_id: UUID, if_match: str | None) -> Publication:
    """A publication that the caller may change, held until the transaction ends.

    Raises NotFound, Forbidden, Stale, TestKey.
    """
    await publication_for(context, publication_id, Permission.PUBLISH)
    publication = await context.store.lock(Publication, publication_id)
    check_match(if_match, publication.version)
    if publication.state is not PublicationState.DRAFT:
        check_real(context)
    return publication


async def check_audiences(context: Context, audiences: Sequence[AudienceBody]) -> None:
    """Raises NotFound, Forbidden for an organization that the caller does not reach."""
    for organization_id in dict.fromkeys(audience.organization_id for audience in audiences):
        if organization_id is not None:
            await DIRECTORY.reachable(context, organization_id, Permission.SEE_PUBLICATIONS)


async def list_publications(context: Context, page: PublicationFilter) -> tuple[list[WithParts], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    allowed = DIRECTORY.reach_filter(context, Publication.organization_id, Permission.SEE_PUBLICATIONS)
    query = select(Publication).where(allowed)
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Publication.organization_id, page.organization_id))
    if page.state is not None:
        query = query.where(col(Publication.state) == page.state)
    if page.kind is not None:
        query = query.where(col(Publication.kind) == page.kind)
    if page.channel_id is not None:
        meant = select(PublicationTarget.publication_id).where(
            col(PublicationTarget.tenant_id) == context.tenant_id, col(PublicationTarget.channel_id) == page.channel_id
        )
        query = query.where(col(Publication.id).in_(meant))
    if page.since is not None:
        query = query.where(col(Publication.published_at) >= page.since)
    publications, following = await paginate(context, query, Publication.id, page)
    parts = await parts_of(context, publications)
    return [(publication, parts[publication.id]) for publication in publications], following


async def with_parts(context: Context, publication: Publication) -> WithParts:
    return publication, (await parts_of(context, [publication]))[publication.id]


def touch(context: Context, publication: Publication) -> None:
    """Note that it changed."""
    publication.version += 1
    publication.updated_at = context.now
