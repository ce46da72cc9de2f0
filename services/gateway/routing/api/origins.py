"""Whose pages may read the union's answers in a browser (CORS)."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.gateway.routing.actions.origins import read_origins, set_origins
from services.gateway.routing.rules import InvalidOrigin
from services.gateway.routing.schemas import NewOrigins, OriginsView
from shared.app import ApiRouter, IfMatch, allowed, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["routing"])
Managing = Annotated[Context, allowed(Permission.MANAGE_ORGANIZATION)]


@router.get(
    "/organizations/{organization_id}/origins",
    operation_id="organization_origins_read",
    responses=problems(NotFound),
)
async def organization_origins_read(organization_id: UUID, context: Managing, response: Response) -> OriginsView:
    """The organization's own pages: in a browser they may read what their reader's token opens in the union."""
    kept = await read_origins(context, organization_id)
    etag(response, kept.version)
    return OriginsView.of(kept)


@router.put(
    "/organizations/{organization_id}/origins",
    operation_id="organization_origins_set",
    responses=problems(NotFound, Stale, InvalidOrigin),
)
async def organization_origins_set(
    organization_id: UUID, body: NewOrigins, context: Managing, response: Response, if_match: IfMatch = None
) -> OriginsView:
    """Replace the list of pages. It is in force within ten seconds."""
    kept = await set_origins(context, organization_id, body, if_match)
    etag(response, kept.version)
    return OriginsView.of(kept)
