"""The union's tree of organizations."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.gateway.organizations.actions import (
    Membership,
    change_organization,
    close_organization,
    create_organization,
    list_counts,
    list_organizations,
    member_count,
    move_organization,
    read_committee,
    read_organization,
    read_subtree,
    set_committee,
)
from services.gateway.organizations.rules import (
    EndsBeforeItBegan,
    HasOpenParts,
    OrganizationClosed,
    RootStays,
    SeatedTwice,
    TooDeep,
    TwoChairs,
    UnknownTimezone,
    WouldBeCircle,
    WrongKind,
    WrongSuccessor,
)
from services.gateway.organizations.schemas import (
    Close,
    Committee,
    CommitteeView,
    CountView,
    Move,
    NewOrganization,
    OrganizationChange,
    OrganizationDetail,
    OrganizationQuery,
    OrganizationView,
    SubtreePart,
    SubtreeQuery,
)
from services.gateway.organizations.tables import Organization
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import Invalid, NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["organizations"])
Seeing = Annotated[Context, allowed(Permission.SEE_ORGANIZATION)]
Managing = Annotated[Context, allowed(Permission.MANAGE_ORGANIZATION)]


def membership_of(request: Request) -> Membership:
    membership: Membership = request.app.state.membership
    return membership


Members = Annotated[Membership, Depends(membership_of)]


@router.post(
    "/organizations",
    status_code=201,
    operation_id="organizations_create",
    responses=problems(NotFound, OrganizationClosed, WrongKind, TooDeep, UnknownTimezone, EndsBeforeItBegan),
)
async def organizations_create(
    body: NewOrganization, context: Managing, members: Members, response: Response
) -> OrganizationDetail:
    """Add an organization to the tree, under one that the caller manages."""
    organization = await create_organization(context, body)
    created(response, f"/v1/organizations/{organization.id}")
    return await _detail(context, members, organization, response)


@router.get("/organizations", operation_id="organizations_list", responses=problems(Invalid))
async def organizations_list(context: Seeing, query: Annotated[OrganizationQuery, Query()]) -> Page[OrganizationView]:
    """The organizations that the caller's grants reach, oldest first; by words of their names with `search`."""
    rows, after = await list_organizations(context, query)
    return Page(items=[OrganizationView.of(row) for row in rows], next=after)


@router.get("/organizations/{organization_id}", operation_id="organizations_read")
async def organizations_read(
    organization_id: UUID, context: Seeing, members: Members, response: Response
) -> OrganizationDetail:
    """One organization, with its settings and those in force."""
    return await _detail(context, members, await read_organization(context, organization_id), response)


@router.patch(
    "/organizations/{organization_id}",
    operation_id="organizations_update",
    responses=problems(Stale, OrganizationClosed, UnknownTimezone, RootStays, HasOpenParts, EndsBeforeItBegan),
)
async def organizations_update(
    organization_id: UUID,
    body: OrganizationChange,
    context: Managing,
    members: Members,
    response: Response,
    if_match: IfMatch = None,
) -> OrganizationDetail:
    """Rename an organization, change its settings (for all parts that inherit them), close it or open it again."""
    organization = await change_organization(context, organization_id, body, if_match)
    return await _detail(context, members, organization, response)


@router.post(
    "/organizations/{organization_id}/move",
    operation_id="organizations_move",
    responses=problems(NotFound, Stale, RootStays, WouldBeCircle, OrganizationClosed, WrongKind, TooDeep),
)
async def organizations_move(
    organization_id: UUID,
    body: Move,
    context: Managing,
    members: Members,
    response: Response,
    if_match: IfMatch = None,
) -> OrganizationDetail:
    """Put an organization with everything under it to another place in the tree.

    Whoever moves it manages the place it leaves and the place it goes to.
    """
    organization = await move_organization(context, organization_id, body.parent_id, if_match)
    return await _detail(context, members, organization, response)


@router.post(
    "/organizations/{organization_id}/close",
    operation_id="organizations_close",
    responses=problems(NotFound, Stale, RootStays, HasOpenParts, OrganizationClosed, WrongSuccessor),
)
async def organizations_close(
    organization_id: UUID,
    body: Close,
    context: Managing,
    members: Members,
    response: Response,
    if_match: IfMatch = None,
) -> OrganizationDetail:
    """Close an organization whose parts are closed; its members belong to another one from now on."""
    organization = await close_organization(context, members, organization_id, body.hand_over_to, if_match)
    return await _detail(context, members, organization, response)


@router.get(
    "/organizations/{organization_id}/subtree",
    operation_id="organization_subtree_read",
    responses=problems(Invalid),
)
async def organization_subtree_read(
    organization_id: UUID, context: Seeing, query: Annotated[SubtreeQuery, Query()]
) -> Page[SubtreePart]:
    """The organization with everything under it, level by level."""
    return await read_subtree(context, organization_id, query)


@router.get("/organizations/{organization_id}/counts", operation_id="organization_counts_list")
async def organization_counts_list(organization_id: UUID, context: Seeing, page: Paging) -> Page[CountView]:
    """Members and employees at the beginning of each month, the newest first. Not for partners."""
    rows, after = await list_counts(context, organization_id, page)
    return Page(items=[CountView.of(row) for row in rows], next=after)


@router.get("/organizations/{organization_id}/committee", operation_id="organization_committee_read")
async def organization_committee_read(organization_id: UUID, context: Seeing, response: Response) -> CommitteeView:
    """The elected committee. Its members are named to those who may see people there."""
    committee = await read_committee(context, organization_id)
    etag(response, committee.version)
    return committee


@router.put(
    "/organizations/{organization_id}/committee",
    operation_id="organization_committee_set",
    responses=problems(NotFound, Stale, TwoChairs, SeatedTwice),
)
async def organization_committee_set(
    organization_id: UUID,
    body: Committee,
    context: Managing,
    members: Members,
    response: Response,
    if_match: IfMatch = None,
) -> CommitteeView:
    """Name the committee and who was elected into it."""
    committee = await set_committee(context, members, organization_id, body, if_match)
    etag(response, committee.version)
    return committee


async def _detail(
    context: Context, members: Membership, organization: Organization, response: Response
) -> OrganizationDetail:
    etag(response, organization.entity_version)
    return OrganizationDetail.whole(organization, await member_count(context, members, organization.id))
