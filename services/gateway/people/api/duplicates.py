"""Records that are one person's: suggested, merged, told apart again."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from services.gateway.people.actions import MayMerge, list_duplicates, list_merges, merge_people, read_merge, undo_merge
from services.gateway.people.rules.merging import AlreadyMerged, LaterMergeFirst, MergeUndone
from services.gateway.people.rules.rights import LastAdministrator, RoleExceedsYours
from services.gateway.people.schemas import LikelyDuplicate, MergeView, NewMerge
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["people"])
Managing = Annotated[Context, allowed(Permission.MANAGE_PEOPLE)]


def may_merge_of(request: Request) -> MayMerge:
    check: MayMerge = request.app.state.may_merge
    return check


Rights = Annotated[MayMerge, Depends(may_merge_of)]


@router.get("/people/duplicates", operation_id="people_duplicates_list")
async def people_duplicates_list(context: Managing, page: Paging) -> Page[LikelyDuplicate]:
    """Records that may be one person's: a verified contact is the same, or the name and the year of birth are.

    Nothing is merged by itself. The order is that of the newer record.
    """
    pairs, after = await list_duplicates(context, page)
    return Page(items=pairs, next=after)


@router.post(
    "/people/merges",
    status_code=201,
    operation_id="people_merges_create",
    responses=problems(NotFound, RoleExceedsYours, LastAdministrator, AlreadyMerged),
)
async def people_merges_create(
    body: NewMerge, context: Managing, check_may_merge: Rights, response: Response
) -> MergeView:
    """Merge two records of one person. Organizations, accounts and contacts go to the one that stays.

    Roles and sign-ins do not, and accounts and contacts go over unproven: nobody gains rights by a merge. The caller
    must manage the people of every organization of both, and may merge nobody who holds more than they could give. The
    union's last administrator goes into nobody.
    """
    merge = await merge_people(context, body, check_may_merge)
    created(response, f"/v1/people/merges/{merge.id}")
    etag(response, merge.entity_version)
    return MergeView.of(merge)


@router.get("/people/merges", operation_id="people_merges_list")
async def people_merges_list(context: Managing, page: Paging) -> Page[MergeView]:
    """The merges of people whom the caller manages, newest first."""
    merges, after = await list_merges(context, page)
    return Page(items=[MergeView.of(merge) for merge in merges], next=after)


@router.get("/people/merges/{merge_id}", operation_id="people_merges_read", responses=problems(NotFound))
async def people_merges_read(merge_id: UUID, context: Managing, response: Response) -> MergeView:
    """One merge."""
    merge = await read_merge(context, merge_id)
    etag(response, merge.entity_version)
    return MergeView.of(merge)


@router.post(
    "/people/merges/{merge_id}/undo",
    operation_id="people_merges_undo",
    responses=problems(NotFound, RoleExceedsYours, Stale, MergeUndone, LaterMergeFirst),
)
async def people_merges_undo(
    merge_id: UUID, context: Managing, check_may_merge: Rights, response: Response, if_match: IfMatch = None
) -> MergeView:
    """Tell the two records apart again. What the one that stayed was given since, or proved to be theirs, stays with it.

    As for the merge itself, the caller must manage the people of every organization of both, and neither may hold more
    than the caller could give.
    """
    merge = await undo_merge(context, merge_id, if_match, check_may_merge)
    etag(response, merge.entity_version)
    return MergeView.of(merge)
