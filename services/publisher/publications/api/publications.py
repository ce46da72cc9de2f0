"""Publications: written, changed, copied and read."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.channels.rules.readiness import TestKey
from services.publisher.publications.actions.changing import change_publication
from services.publisher.publications.actions.contents import contents_of
from services.publisher.publications.actions.drafting import (
    copy_publication,
    create_publication,
    list_publications,
    publication_for,
    with_parts,
)
from services.publisher.publications.actions.previewing import preview
from services.publisher.publications.api.answers import answer, seen
from services.publisher.publications.rules.formats import FormatMismatch
from services.publisher.publications.rules.states import NotPublishable, PublicationStateForbids
from services.publisher.publications.schemas.previews import PreviewView
from services.publisher.publications.schemas.publications import (
    NewPublication,
    PublicationChange,
    PublicationFilter,
    PublicationView,
)
from shared.app import ApiRouter, IfMatch, Page, allowed, created, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["publications"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


@router.post(
    "/publications",
    status_code=201,
    operation_id="publications_create",
    responses=problems(NotFound, NotPublishable, FormatMismatch),
)
async def publications_create(body: NewPublication, context: Publishing, response: Response) -> PublicationView:
    """Write a draft of a publication. Nothing is sent before `publish` or `schedule`."""
    found = await create_publication(context, body)
    created(response, f"/v1/publications/{found[0].id}")
    return answer(context, response, found)


@router.get("/publications", operation_id="publications_list", responses=problems(NotFound))
async def publications_list(context: Seeing, page: Annotated[PublicationFilter, Query()]) -> Page[PublicationView]:
    """Publications of all organizations that the caller may see, newest first."""
    found, following = await list_publications(context, page)
    return Page(items=[seen(context, each) for each in found], next=following)


@router.get("/publications/{publication_id}", operation_id="publications_read")
async def publications_read(publication_id: UUID, context: Seeing, response: Response) -> PublicationView:
    """One publication."""
    publication = await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    return answer(context, response, await with_parts(context, publication))


@router.patch(
    "/publications/{publication_id}",
    operation_id="publications_update",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, NotPublishable, FormatMismatch),
)
async def publications_update(
    publication_id: UUID,
    body: PublicationChange,
    context: Publishing,
    response: Response,
    if_match: IfMatch = None,
) -> PublicationView:
    """Change a publication that is not out yet, a scheduled publication only to what can be sent.

    What was submitted or approved is a draft again once it is something else. A draft cannot be deleted yet: withdraw it.
    """
    return answer(context, response, await change_publication(context, publication_id, body, if_match))


@router.get("/publications/{publication_id}/preview", operation_id="publications_preview")
async def publications_preview(publication_id: UUID, context: Seeing) -> PreviewView:
    """What each channel would show, and every problem, before anything is sent."""
    publication = await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    contents = await contents_of(context, publication.id)
    return preview(publication, contents, context.now, for_partner=context.caller.key is not None)


@router.post(
    "/publications/{publication_id}/copy",
    status_code=201,
    operation_id="publications_copy",
    responses=problems(NotFound),
)
async def publications_copy(publication_id: UUID, context: Publishing, response: Response) -> PublicationView:
    """Copy a publication: a new draft with the same text, images and channels."""
    found = await copy_publication(context, publication_id)
    created(response, f"/v1/publications/{found[0].id}")
    return answer(context, response, found)
