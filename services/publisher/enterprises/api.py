"""Enterprises: kept by those who publish, seen by all who see publications."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.enterprises.actions.history import add_event, event_of, list_events, relationship_with
from services.publisher.enterprises.actions.keeping import (
    change_enterprise,
    create_enterprise,
    enterprise_for,
    enterprise_views,
    list_enterprises,
)
from services.publisher.enterprises.rules.relationship import AccountTaken, InTheFuture, NotByHand, SaidByPartner
from services.publisher.enterprises.schemas import (
    EnterpriseChange,
    EnterpriseFilter,
    EnterpriseView,
    EventFilter,
    EventView,
    NewEnterprise,
    NewEvent,
    RelationshipView,
)
from services.publisher.enterprises.tables import Enterprise
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["enterprises"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


async def _answer(context: Context, response: Response, enterprise: Enterprise) -> EnterpriseView:
    etag(response, enterprise.version)
    return (await enterprise_views(context, [enterprise]))[0]


@router.post(
    "/enterprises",
    status_code=201,
    operation_id="enterprises_create",
    responses=problems(NotFound, SaidByPartner, AccountTaken),
)
async def enterprises_create(body: NewEnterprise, context: Publishing, response: Response) -> EnterpriseView:
    """Enter an enterprise. What its accounts say of the union is known to be its own from now on.

    Partners do not say whose an account is.
    """
    enterprise = await create_enterprise(context, body)
    created(response, f"/v1/enterprises/{enterprise.id}")
    return await _answer(context, response, enterprise)


@router.get("/enterprises", operation_id="enterprises_list", responses=problems(NotFound))
async def enterprises_list(context: Seeing, page: Annotated[EnterpriseFilter, Query()]) -> Page[EnterpriseView]:
    """Enterprises of all organizations whose publications the caller may see, newest first."""
    found, following = await list_enterprises(context, page)
    return Page(items=await enterprise_views(context, found), next=following)


@router.get("/enterprises/{enterprise_id}", operation_id="enterprises_read")
async def enterprises_read(enterprise_id: UUID, context: Seeing, response: Response) -> EnterpriseView:
    """One enterprise. Partners are not told who leads it and who speaks for it."""
    return await _answer(context, response, await enterprise_for(context, enterprise_id, Permission.SEE_PUBLICATIONS))


@router.patch(
    "/enterprises/{enterprise_id}",
    operation_id="enterprises_update",
    responses=problems(NotFound, SaidByPartner, Stale, AccountTaken),
)
async def enterprises_update(
    enterprise_id: UUID, body: EnterpriseChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> EnterpriseView:
    """Change what is known of an enterprise. One that is no more is `closed`; its history stays."""
    return await _answer(context, response, await change_enterprise(context, enterprise_id, body, if_match))


@router.get("/enterprises/{enterprise_id}/history", operation_id="enterprise_events_list")
async def enterprise_events_list(
    enterprise_id: UUID, context: Seeing, page: Annotated[EventFilter, Query()]
) -> Page[EventView]:
    """What happened with an enterprise: cards sent, thanks, reposts, and how soon they came. Those last noted first."""
    enterprise = await enterprise_for(context, enterprise_id, Permission.SEE_PUBLICATIONS)
    events, following = await list_events(context, enterprise, page)
    return Page(
        items=[EventView.of(event, names_people=context.caller.key is None) for event in events], next=following
    )


@router.post(
    "/enterprises/{enterprise_id}/history",
    status_code=201,
    operation_id="enterprise_events_create",
    responses=problems(NotFound, NotByHand, InTheFuture),
)
async def enterprise_events_create(
    enterprise_id: UUID, body: NewEvent, context: Publishing, response: Response
) -> EventView:
    """Enter what no network told of an enterprise: a letter of thanks, a meeting, a card that was handed over."""
    event = await add_event(context, enterprise_id, body)
    created(response, f"/v1/enterprises/{enterprise_id}/history/{event.id}")
    return EventView.of(event, names_people=True)


@router.get("/enterprises/{enterprise_id}/history/{event_id}", operation_id="enterprise_events_read")
async def enterprise_events_read(enterprise_id: UUID, event_id: UUID, context: Seeing) -> EventView:
    """One thing that happened with an enterprise."""
    enterprise = await enterprise_for(context, enterprise_id, Permission.SEE_PUBLICATIONS)
    event = await event_of(context, enterprise, event_id)
    return EventView.of(event, names_people=context.caller.key is None)


@router.get("/enterprises/{enterprise_id}/relationship", operation_id="enterprise_relationships_read")
async def enterprise_relationships_read(enterprise_id: UUID, context: Seeing) -> RelationshipView:
    """An enterprise's history in numbers."""
    return await relationship_with(context, await enterprise_for(context, enterprise_id, Permission.SEE_PUBLICATIONS))
