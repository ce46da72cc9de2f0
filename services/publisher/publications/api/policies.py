"""How organizations publish: by whose leave, and how they carry what those above write."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.publisher.publications.actions.policies import end_policy, read_policy, set_policy
from services.publisher.publications.schemas.policies import PolicyBody, PolicyView
from shared.app import ApiRouter, IfMatch, allowed, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["publications"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Managing = Annotated[Context, allowed(Permission.MANAGE_ORGANIZATION)]


@router.get("/editorial_policies/{organization_id}", operation_id="editorial_policies_read")
async def editorial_policies_read(organization_id: UUID, context: Seeing, response: Response) -> PolicyView:
    """The policy in force: the organization's own, else the nearest above it, else nobody's leave is needed."""
    policy = await read_policy(context, organization_id)
    etag(response, policy.version)
    return policy


@router.put(
    "/editorial_policies/{organization_id}", operation_id="editorial_policies_set", responses=problems(NotFound, Stale)
)
async def editorial_policies_set(
    organization_id: UUID, body: PolicyBody, context: Managing, response: Response, if_match: IfMatch = None
) -> PolicyView:
    """Set the organization's own, for all below it that have none."""
    policy = await set_policy(context, organization_id, body, if_match)
    etag(response, policy.version)
    return policy


@router.delete(
    "/editorial_policies/{organization_id}",
    status_code=204,
    operation_id="editorial_policies_delete",
    responses=problems(NotFound, Stale),
)
async def editorial_policies_delete(organization_id: UUID, context: Managing, if_match: IfMatch = None) -> None:
    """End the organization's own: the nearest above it is in force again."""
    await end_policy(context, organization_id, if_match)
