"""A flash mob's entries: gathered by the campaign's hashtag, let in by those who run it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.campaigns.actions.gathering import judge_entry, list_entries
from services.publisher.campaigns.schemas.entries import EntryFilter, EntryJudgement, EntryView
from services.publisher.channels.rules.readiness import TestKey
from shared.app import ApiRouter, IfMatch, Page, allowed, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["campaigns"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


@router.get("/campaigns/{campaign_id}/entries", operation_id="campaign_entries_list")
async def campaign_entries_list(
    campaign_id: UUID, context: Seeing, page: Annotated[EntryFilter, Query()]
) -> Page[EntryView]:
    """What people said under the hashtag in comments, reposts and posts that name the union, newest first.

    Partners, and those who only take part, see what was accepted, and nobody's name or words.
    """
    entries, following = await list_entries(context, campaign_id, page)
    return Page(items=entries, next=following)


@router.patch(
    "/campaigns/{campaign_id}/entries/{entry_id}",
    operation_id="campaign_entries_update",
    responses=problems(NotFound, TestKey, Stale),
)
async def campaign_entries_update(
    campaign_id: UUID,
    entry_id: UUID,
    body: EntryJudgement,
    context: Publishing,
    response: Response,
    if_match: IfMatch = None,
) -> EntryView:
    """Accept an entry, or decline it. Words that change afterwards are to be looked at again."""
    view = await judge_entry(context, campaign_id, entry_id, body, if_match)
    etag(response, view.version)
    return view
