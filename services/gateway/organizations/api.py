"""The union's tree of organizations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.organizations.actions import (
    change_organization,
    create_organization,
    list_organizations,
    read_organization,
    read_subtree,
)
from services.gateway.organizations.rules import (
    HasOpenParts,
    OrganizationClosed,
    RootStays,
    TooDeep,
    UnknownTimezone,
    WrongKind,
)
from services.gateway.organizations.schemas import (
    NewOrganization,
    OrganizationChange,
    OrganizationQuery,
    OrganizationView,
    Subtree,
)
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["organizations"])
Seeing = Annotated[Context, allowed(Permission.SEE_ORGANIZATION)]
Managing = Annotated[Context, allowed(Permission.MANAGE_ORGANIZATION)]


@router.post(
    "/organizations",
    status_code=201,
    operation_id="organizations_create",
    responses=problems(NotFound, OrganizationClosed, WrongKind, TooDeep, UnknownTimezone),
)
async def organizations_create(body: NewOrganization, context: Managing, response: Response) -> OrganizationView:
    """Add an organization to the tree, under one that the caller manages."""
    organization = await create_organization(context, body)
    created(response, f"/v1/organizations/{organization.id}")
    etag(response, organization.entity_version)
    return OrganizationView.of(organization)


@router.get("/organizations", operation_id="organizations_list")
async def organizations_list(context: Seeing, query: Annotated[OrganizationQuery, Query()]) -> Page[OrganizationView]:
    """The organizations that the caller's grants reach, oldest first."""
    rows, after = await list_organizations(context, query)
    return Page(items=[OrganizationView.of(row) for row in rows], next=after)


@router.get("/organizations/{organization_id}", operation_id="organizations_read")
async def organizations_read(organization_id: UUID, context: Seeing, response: Response) -> OrganizationView:
    """One organization."""
    organization = await read_organization(context, organization_id)
    etag(response, organization.entity_version)
    return OrganizationView.of(organization)


@router.patch(
    "/organizations/{organization_id}",
    operation_id="organizations_update",
    responses=problems(Stale, OrganizationClosed, UnknownTimezone, RootStays, HasOpenParts),
)
async def organizations_update(
    organization_id: UUID, body: OrganizationChange, context: Managing, response: Response, if_match: IfMatch = None
) -> OrganizationView:
    """Rename an organization, set its time zone, close it or open it again."""
    organization = await change_organization(context, organization_id, body, if_match)
    etag(response, organization.entity_version)
    return OrganizationView.of(organization)


@router.get("/organizations/{organization_id}/subtree", operation_id="organization_subtree_read")
async def organization_subtree_read(organization_id: UUID, context: Seeing) -> Subtree:
    """The organization with everything under it, level by level."""
    return await read_subtree(context, organization_id)
