"""Figures of channels, publications and influence."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.publisher.metrics.actions.channels import measure_channels
from services.publisher.metrics.actions.influence import measure_influence
from services.publisher.metrics.actions.polls import poll_results
from services.publisher.metrics.actions.publications import measure_publications
from services.publisher.metrics.rules import PeriodOutOfRange
from services.publisher.metrics.schemas import (
    ChannelMetrics,
    InfluenceFilter,
    InfluenceView,
    MetricsFilter,
    PollResultsView,
    PublicationMetrics,
)
from shared.app import ApiRouter, Page, allowed, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["metrics"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]


@router.get("/metrics/channels", operation_id="channel_metrics_list", responses=problems(NotFound, PeriodOutOfRange))
async def channel_metrics_list(context: Seeing, page: Annotated[MetricsFilter, Query()]) -> Page[ChannelMetrics]:
    """Followers, their growth and how regularly a channel posts. The networks are asked once a day."""
    items, following = await measure_channels(context, page)
    return Page(items=items, next=following)


@router.get(
    "/metrics/publications", operation_id="publication_metrics_list", responses=problems(NotFound, PeriodOutOfRange)
)
async def publication_metrics_list(
    context: Seeing, page: Annotated[MetricsFilter, Query()]
) -> Page[PublicationMetrics]:
    """What became of the publications of a period, newest first: views, reach, reactions, by all networks that tell."""
    items, following = await measure_publications(context, page)
    return Page(items=items, next=following)


@router.get("/metrics/influence", operation_id="influence_read", responses=problems(NotFound, PeriodOutOfRange))
async def influence_read(context: Seeing, asked: Annotated[InfluenceFilter, Query()]) -> InfluenceView:
    """How often others speak of the union, against its own publications and against those it is compared with."""
    return await measure_influence(context, asked)


@router.get("/publications/{publication_id}/poll_results", operation_id="publication_poll_results_read")
async def publication_poll_results_read(publication_id: UUID, context: Seeing) -> PollResultsView:
    """How a publication's poll stands in each network. Totals alone: who voted for what is kept nowhere."""
    return await poll_results(context, publication_id)
