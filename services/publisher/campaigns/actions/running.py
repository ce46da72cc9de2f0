"""Campaigns themselves: written, changed, opened, closed. Those below see what is not a draft any more."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from services.publisher.campaigns.rules.states import (
    CampaignState,
    HashtagInvalid,
    Verb,
    check_allowed,
    check_period,
)
from services.publisher.campaigns.schemas.campaigns import CampaignChange, CampaignFilter, NewCampaign
from services.publisher.campaigns.tables import Campaign
from services.publisher.directory.tables import DIRECTORY, Organization, OrganizationReach
from services.publisher.mentions.rules.hashtags import hashtag_key, is_hashtag
from services.publisher.publications.actions.contents import check_real
from shared.app import check_match, paginate
from shared.context import Context
from shared.contracts.publisher import CampaignEndDue
from shared.errors import FieldError, Forbidden, NotFound
from shared.local_time import zone_named
from shared.permissions import Permission


async def create_campaign(context: Context, body: NewCampaign) -> Campaign:
    """A draft. Raises NotFound, Forbidden, HashtagInvalid, PeriodInvalid."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    hashtag = _checked(body.hashtag)
    check_period(body.starts_on, body.ends_on, await _today(context, body.organization_id))
    return await context.store.insert(
        Campaign(
            **body.model_dump(exclude={"hashtag"}),
            hashtag=hashtag,
            hashtag_key=hashtag_key(hashtag),
            state=CampaignState.DRAFT,
            created_at=context.now,
        )
    )


async def campaign_for(context: Context, campaign_id: UUID) -> Campaign:
    """One that the caller sees. Raises NotFound."""
    campaign = await context.store.first(select(Campaign).where(col(Campaign.id) == campaign_id, is_seen(context)))
    if campaign is None:
        raise NotFound
    return campaign


async def held_campaign(context: Context, campaign_id: UUID, if_match: str | None) -> Campaign:
    """One that the caller runs, held until the transaction ends. Raises NotFound, Forbidden, TestKey, Stale."""
    await run_by_caller(context, campaign_id)
    campaign = await context.store.lock(Campaign, campaign_id)
    check_match(if_match, campaign.version)
    if campaign.state is not CampaignState.DRAFT:
        check_real(context)
    return campaign


async def run_by_caller(context: Context, campaign_id: UUID) -> Campaign:
    """Raises NotFound; Forbidden for those who only take part."""
    campaign = await campaign_for(context, campaign_id)
    if not await has_there(context, campaign, Permission.PUBLISH):
        raise Forbidden
    return campaign


async def has_there(context: Context, campaign: Campaign, permission: Permission) -> bool:
    """Whether the caller has it at the organization that runs the campaign."""
    query = select(Campaign.id).where(
        col(Campaign.id) == campaign.id, DIRECTORY.reach_filter(context, Campaign.organization_id, permission)
    )
    return await context.store.first(query) is not None


async def sees_people(context: Context, campaign: Campaign) -> bool:
    """Whether the caller may know who said what under the hashtag: staff of those who run it, no partner."""
    return context.caller.key is None and await has_there(context, campaign, Permission.SEE_PUBLICATIONS)


async def list_campaigns(context: Context, page: CampaignFilter) -> tuple[list[Campaign], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Campaign).where(is_seen(context))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Campaign.organization_id, page.organization_id))
    if page.state is not None:
        query = query.where(col(Campaign.state) == page.state)
    if page.hashtag is not None:
        query = query.where(col(Campaign.hashtag_key) == hashtag_key(page.hashtag))
    return await paginate(context, query, Campaign.id, page)


async def change_campaign(
    context: Context, campaign_id: UUID, change: CampaignChange, if_match: str | None
) -> Campaign:
    """Raises NotFound, Forbidden, TestKey, Stale, CampaignStateForbids, HashtagInvalid, PeriodInvalid."""
    campaign = await held_campaign(context, campaign_id, if_match)
    check_allowed(Verb.EDIT, campaign.state)
    if change.starts_on is not None or change.ends_on is not None:
        today = await _today(context, campaign.organization_id)
        check_period(change.starts_on or campaign.starts_on, change.ends_on or campaign.ends_on, today)
    ends_on = campaign.ends_on
    for name, value in change.model_dump(exclude_none=True, exclude={"hashtag"}).items():
        setattr(campaign, name, value)
    if change.hashtag is not None:
        campaign.hashtag = _checked(change.hashtag)
        campaign.hashtag_key = hashtag_key(campaign.hashtag)
    if campaign.state is CampaignState.OPEN and campaign.ends_on != ends_on:
        await _wait_for_end(context, campaign)
    campaign.version += 1
    return campaign


async def open_campaign(context: Context, campaign_id: UUID, if_match: str | None) -> Campaign:
    """Raises NotFound, Forbidden, TestKey, Stale, CampaignStateForbids, PeriodInvalid."""
    campaign = await held_campaign(context, campaign_id, if_match)
    check_real(context)
    check_allowed(Verb.OPEN, campaign.state)
    check_period(campaign.starts_on, campaign.ends_on, await _today(context, campaign.organization_id))
    campaign.state = CampaignState.OPEN
    campaign.version += 1
    await _wait_for_end(context, campaign)
    return campaign


async def close_campaign(context: Context, campaign_id: UUID, if_match: str | None) -> Campaign:
    """Raises NotFound, Forbidden, TestKey, Stale, CampaignStateForbids."""
    campaign = await held_campaign(context, campaign_id, if_match)
    check_allowed(Verb.CLOSE, campaign.state)
    campaign.state = CampaignState.OVER
    campaign.version += 1
    return campaign


async def end_campaign(context: Context, due: CampaignEndDue) -> None:
    """Its last day has passed, unless it was given another one."""
    if await context.store.find(Campaign, due.campaign_id) is None:
        return
    campaign = await context.store.lock(Campaign, due.campaign_id)
    if campaign.state is CampaignState.OPEN and campaign.ends_on == due.ends_on:
        campaign.state = CampaignState.OVER
        campaign.version += 1


def is_seen(context: Context) -> ColumnElement[bool]:
    """Those who run it see it, and what is not a draft is seen by all below them."""
    roots = context.caller.organizations_with(Permission.SEE_PUBLICATIONS)
    above = select(OrganizationReach.ancestor_id).where(
        col(OrganizationReach.tenant_id) == context.tenant_id, col(OrganizationReach.organization_id).in_(roots)
    )
    return or_(
        DIRECTORY.reach_filter(context, Campaign.organization_id, Permission.SEE_PUBLICATIONS),
        and_(col(Campaign.state) != CampaignState.DRAFT, col(Campaign.organization_id).in_(above)),
    )


async def _wait_for_end(context: Context, campaign: Campaign) -> None:
    """Until the day after the last one begins, where the campaign is run."""
    zone = zone_named((await context.store.get(Organization, campaign.organization_id)).timezone)
    over_at = datetime.combine(campaign.ends_on + timedelta(days=1), time(), zone)
    due = CampaignEndDue(campaign_id=campaign.id, ends_on=campaign.ends_on)
    await context.emit(due, available_at=over_at)


async def _today(context: Context, organization_id: UUID) -> date:
    organization = await context.store.get(Organization, organization_id)
    return context.now.astimezone(zone_named(organization.timezone)).date()


def _checked(hashtag: str) -> str:
    if not is_hashtag(hashtag):
        raise HashtagInvalid(errors=(FieldError("/hashtag", HashtagInvalid.code, HashtagInvalid.title),))
    return hashtag.removeprefix("#")
