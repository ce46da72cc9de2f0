"""Delegations: answered by those through whose channels organizations above want to speak."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.channels.rules.readiness import TestKey
from services.publisher.delegations.actions import (
    accept_delegation,
    list_delegations,
    read_delegation,
    refuse_delegation,
)
from services.publisher.delegations.rules import AnswerTooLate
from services.publisher.delegations.schemas import Acceptance, DelegationFilter, DelegationView, Refusal
from services.publisher.publications.rules.states import NotPublishable
from shared.app import ApiRouter, IfMatch, Page, allowed, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["delegations"])

Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


@router.get("/delegations", operation_id="delegations_list")
async def delegations_list(context: Publishing, page: Annotated[DelegationFilter, Query()]) -> Page[DelegationView]:
    """What organizations above ask to be carried in the caller's channels, newest first."""
    found, following = await list_delegations(context, page)
    return Page(items=found, next=following)


@router.get("/delegations/{delivery_id}", operation_id="delegations_read")
async def delegations_read(delivery_id: UUID, context: Publishing, response: Response) -> DelegationView:
    """One delegation: what the channel would show."""
    return _answer(response, await read_delegation(context, delivery_id))


@router.post(
    "/delegations/{delivery_id}/accept",
    operation_id="delegations_accept",
    responses=problems(NotFound, Stale, TestKey, AnswerTooLate, NotPublishable),
)
async def delegations_accept(
    delivery_id: UUID, body: Acceptance, context: Publishing, response: Response, if_match: IfMatch = None
) -> DelegationView:
    """Carry a delegated publication now, as it was written or in words of one's own."""
    return _answer(response, await accept_delegation(context, delivery_id, body.text, if_match))


@router.post(
    "/delegations/{delivery_id}/refuse",
    operation_id="delegations_refuse",
    responses=problems(NotFound, Stale, TestKey, AnswerTooLate),
)
async def delegations_refuse(
    delivery_id: UUID, body: Refusal, context: Publishing, response: Response, if_match: IfMatch = None
) -> DelegationView:
    """Keep a delegated publication out of this channel; the others carry it all the same."""
    return _answer(response, await refuse_delegation(context, delivery_id, body.reason, if_match))


def _answer(response: Response, view: DelegationView) -> DelegationView:
    etag(response, view.version)
    return view
