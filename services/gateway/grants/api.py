"""Grants: who acts for which organization, and in which role."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.grants.actions import end_grant, give_grant, list_grants, read_grant
from services.gateway.grants.rules import EndsBeforeItBegins, GrantExists
from services.gateway.grants.schemas import GrantsQuery, GrantView, NewGrant
from services.gateway.people.rules.rights import LastAdministrator, RoleExceedsYours
from shared.app import ApiRouter, Page, allowed, created, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["grants"])
Managing = Annotated[Context, allowed(Permission.MANAGE_GRANTS)]


@router.post(
    "/grants",
    status_code=201,
    operation_id="grants_create",
    responses=problems(NotFound, RoleExceedsYours, GrantExists, EndsBeforeItBegins),
)
async def grants_create(body: NewGrant, context: Managing, response: Response) -> GrantView:
    """Give a person a role at an organization. Nobody gives more than they hold there themselves."""
    grant = await give_grant(context, body)
    created(response, f"/v1/grants/{grant.id}")
    return GrantView.of(grant)


@router.get("/grants", operation_id="grants_list", responses=problems(NotFound))
async def grants_list(context: Managing, query: Annotated[GrantsQuery, Query()]) -> Page[GrantView]:
    """The grants at organizations whose grants the caller manages, newest first."""
    rows, after = await list_grants(context, query)
    return Page(items=[GrantView.of(row) for row in rows], next=after)


@router.get("/grants/{grant_id}", operation_id="grants_read")
async def grants_read(grant_id: UUID, context: Managing) -> GrantView:
    """One grant."""
    return GrantView.of(await read_grant(context, grant_id))


@router.delete(
    "/grants/{grant_id}",
    status_code=204,
    operation_id="grants_delete",
    responses=problems(RoleExceedsYours, LastAdministrator),
)
async def grants_delete(grant_id: UUID, context: Managing) -> None:
    """Take a role back. It stops working within seconds."""
    await end_grant(context, grant_id)
