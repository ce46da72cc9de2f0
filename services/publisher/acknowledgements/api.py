"""Acknowledgements: given by those whom a publication is for, counted for those who publish."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.publisher.acknowledgements.actions import (
    acknowledge,
    coverage_of,
    list_acknowledgements,
    list_wanted,
)
from services.publisher.acknowledgements.rules import NotToBeAcknowledged
from services.publisher.acknowledgements.schemas import AcknowledgementView, CoverageView, WantedFilter, WantedView
from shared.app import ApiRouter, Page, Paging, allowed, problems, signed_in
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["acknowledgements"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]
Anybody = Annotated[Context, signed_in()]


@router.get("/acknowledgements", operation_id="acknowledgements_list")
async def acknowledgements_list(context: Anybody, page: Annotated[WantedFilter, Query()]) -> Page[WantedView]:
    """What the caller is to know: changes in the law and guides that are for them, newest first.

    A page may be shorter than asked for although more follows.
    """
    found, following = await list_wanted(context, page)
    return Page(items=[WantedView.of(*each) for each in found], next=following)


@router.post(
    "/publications/{publication_id}/acknowledge",
    operation_id="publications_acknowledge",
    responses=problems(NotFound, NotToBeAcknowledged),
)
async def publications_acknowledge(publication_id: UUID, context: Anybody) -> AcknowledgementView:
    """Say that one knows a change in the law, or a guide. Again is the same."""
    return AcknowledgementView.of(await acknowledge(context, publication_id))


@router.get("/publications/{publication_id}/acknowledgements", operation_id="publication_acknowledgements_list")
async def publication_acknowledgements_list(
    publication_id: UUID, context: Publishing, page: Paging
) -> Page[AcknowledgementView]:
    """Who acknowledged a publication, newest first. Partners are not told."""
    found, following = await list_acknowledgements(context, publication_id, page)
    return Page(items=[AcknowledgementView.of(each) for each in found], next=following)


@router.get(
    "/publications/{publication_id}/acknowledgements/coverage",
    operation_id="publication_coverage_read",
    responses=problems(NotFound, NotToBeAcknowledged),
)
async def publication_coverage_read(publication_id: UUID, context: Seeing) -> CoverageView:
    """How many of those whom a publication is for acknowledged it; null with the reason where not all can be counted."""
    return CoverageView.of(*await coverage_of(context, publication_id))
