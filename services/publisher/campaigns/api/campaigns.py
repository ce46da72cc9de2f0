"""Campaigns: run by one organization, seen by all below it and by partners whose keys reach it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.campaigns.actions.covering import coverage_of
from services.publisher.campaigns.actions.running import (
    campaign_for,
    change_campaign,
    close_campaign,
    create_campaign,
    list_campaigns,
    open_campaign,
)
from services.publisher.campaigns.rules.states import CampaignStateForbids, HashtagInvalid, PeriodInvalid
from services.publisher.campaigns.schemas.campaigns import (
    CampaignChange,
    CampaignCoverage,
    CampaignFilter,
    CampaignView,
    NewCampaign,
)
from services.publisher.campaigns.tables import Campaign
from services.publisher.channels.rules.readiness import TestKey
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["campaigns"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


def _answer(response: Response, campaign: Campaign) -> CampaignView:
    etag(response, campaign.version)
    return CampaignView.of(campaign)


@router.post(
    "/campaigns",
    status_code=201,
    operation_id="campaigns_create",
    responses=problems(NotFound, HashtagInvalid, PeriodInvalid),
)
async def campaigns_create(body: NewCampaign, context: Publishing, response: Response) -> CampaignView:
    """Write a campaign down. Nobody below sees it before it is opened."""
    campaign = await create_campaign(context, body)
    created(response, f"/v1/campaigns/{campaign.id}")
    return _answer(response, campaign)


@router.get("/campaigns", operation_id="campaigns_list", responses=problems(NotFound))
async def campaigns_list(context: Seeing, page: Annotated[CampaignFilter, Query()]) -> Page[CampaignView]:
    """Campaigns that the caller runs or may take part in, newest first."""
    campaigns, following = await list_campaigns(context, page)
    return Page(items=[CampaignView.of(campaign) for campaign in campaigns], next=following)


@router.get("/campaigns/{campaign_id}", operation_id="campaigns_read")
async def campaigns_read(campaign_id: UUID, context: Seeing, response: Response) -> CampaignView:
    """One campaign."""
    return _answer(response, await campaign_for(context, campaign_id))


@router.patch(
    "/campaigns/{campaign_id}",
    operation_id="campaigns_update",
    responses=problems(NotFound, TestKey, Stale, CampaignStateForbids, HashtagInvalid, PeriodInvalid),
)
async def campaigns_update(
    campaign_id: UUID, body: CampaignChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> CampaignView:
    """Change a campaign that is not over."""
    return _answer(response, await change_campaign(context, campaign_id, body, if_match))


@router.post(
    "/campaigns/{campaign_id}/open",
    operation_id="campaigns_open",
    responses=problems(NotFound, TestKey, Stale, CampaignStateForbids, PeriodInvalid),
)
async def campaigns_open(
    campaign_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> CampaignView:
    """Open a campaign: from now on others see it, attach to it and subscribe. It is over by itself when its last day has passed."""
    return _answer(response, await open_campaign(context, campaign_id, if_match))


@router.post(
    "/campaigns/{campaign_id}/close",
    operation_id="campaigns_close",
    responses=problems(NotFound, TestKey, Stale, CampaignStateForbids),
)
async def campaigns_close(
    campaign_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> CampaignView:
    """Close a campaign before its last day. What was published can still be carried and confirmed."""
    return _answer(response, await close_campaign(context, campaign_id, if_match))


@router.get("/campaigns/{campaign_id}/coverage", operation_id="campaign_coverage_read")
async def campaign_coverage_read(campaign_id: UUID, context: Seeing) -> CampaignCoverage:
    """How much of what was published its subscribers say they carried."""
    return await coverage_of(context, campaign_id)
