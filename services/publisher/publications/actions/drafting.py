"""Write publications, change and copy them, read them."""

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
)
from services.publisher.publications.actions.previewing import check_can_be_sent
from services.publisher.publications.rules.states import PublicationState, Verb, check_allowed
from services.publisher.publications.schemas.publications import (
    NewPublication,
    Parts,
    PublicationChange,
    PublicationFilter,
)
from services.publisher.publications.tables import Publication
from shared.app import check_match, paginate
from shared.context import Context
from shared.permissions import Permission

WithParts = tuple[Publication, Parts]


async def create_publication(context: Context, body: NewPublication) -> WithParts:
    """A draft. Raises NotFound, Forbidden."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    await check_author(context, body.author_id)
    publication = await context.store.insert(
        Publication(
            organization_id=body.organization_id,
            kind=body.kind,
            title=body.title,
            text=body.text,
            author_id=body.author_id,
            state=PublicationState.DRAFT,
            created_at=context.now,
            updated_at=context.now,
        )
    )
    await set_media(context, publication.id, body.media_ids)
    await set_channels(context, publication.id, body.channel_ids)
    return await with_parts(context, publication)


async def change_publication(
    context: Context, publication_id: UUID, change: PublicationChange, if_match: str | None
) -> WithParts:
    """A draft is changed freely, a scheduled one only to what can be sent.

    Raises NotFound, Forbidden, Stale, PublicationStateForbids, NotPublishable.
    """
    publication = await locked_publication(context, publication_id, if_match)
    check_allowed(Verb.EDIT, publication.state)
    if change.kind is not None:
        publication.kind = change.kind
    if change.title is not None:
        publication.title = change.title
    if change.text is not None:
        publication.text = change.text
    if "author_id" in change.model_fields_set:
        await check_author(context, change.author_id)
        publication.author_id = change.author_id
    if change.media_ids is not None:
        await set_media(context, publication.id, change.media_ids)
    if change.channel_ids is not None:
        await set_channels(context, publication.id, change.channel_ids)
    touch(context, publication)
    if publication.state is PublicationState.SCHEDULED:
        check_can_be_sent(publication, await contents_of(context, publication.id))
    return await with_parts(context, publication)


async def copy_publication(context: Context, publication_id: UUID) -> WithParts:
    """A new draft with the same contents; a partner's carries nobody's name. Raises NotFound, Forbidden."""
    publication = await publication_for(context, publication_id, Permission.PUBLISH)
    parts = (await parts_of(context, [publication]))[publication.id]
    if context.caller.key is not None:
        shown = [media.id for media in (await contents_of(context, publication.id)).media if not media.is_signed]
        parts = parts.model_copy(update={"media_ids": shown})
    body = NewPublication(
        **publication.model_dump(include={"organization_id", "kind", "title", "text"}),
        **parts.model_dump(),
        author_id=publication.author_id if context.caller.key is None else None,
    )
    return await create_publication(context, body)


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
    publications, following = await paginate(context, query, Publication.id, page)
    parts = await parts_of(context, publications)
    return [(publication, parts[publication.id]) for publication in publications], following


async def with_parts(context: Context, publication: Publication) -> WithParts:
    return publication, (await parts_of(context, [publication]))[publication.id]


def touch(context: Context, publication: Publication) -> None:
    """Note that it changed."""
    publication.version += 1
    publication.updated_at = context.now
