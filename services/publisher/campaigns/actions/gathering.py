"""A flash mob's entries: gathered by hashtag, kept in their latest wording, let in by a person."""

from uuid import UUID

from sqlalchemy import case, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.campaigns.actions.running import campaign_for, run_by_caller, sees_people
from services.publisher.campaigns.rules.states import CampaignState, EntryKind, EntryState
from services.publisher.campaigns.schemas.entries import EntryFilter, EntryJudgement, EntryView
from services.publisher.campaigns.tables import Campaign, CampaignEntry
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import Organization, OrganizationReach
from services.publisher.publications.actions.contents import check_real
from shared.app import check_match, paginate
from shared.clock import new_id
from shared.context import Context
from shared.contracts.publisher import HashtagHeard
from shared.db import table_of
from shared.errors import NotFound
from shared.local_time import zone_named


async def hear_hashtags(context: Context, heard: HashtagHeard) -> None:
    """For each open campaign above the channel that has one of its hashtags, on one of its days."""
    channel = await context.store.find(Channel, heard.channel_id)
    if channel is None:
        return
    if not heard.is_removed:
        for campaign in await _campaigns(context, channel, heard):
            await _keep(context, campaign, heard)
    await _forget_words(context, heard)


async def list_entries(context: Context, campaign_id: UUID, page: EntryFilter) -> tuple[list[EntryView], str | None]:
    """Newest first; those who only take part, and partners, see what was accepted, without its people. Raises NotFound."""
    campaign = await campaign_for(context, campaign_id)
    of_people = await sees_people(context, campaign)
    query = select(CampaignEntry).where(col(CampaignEntry.campaign_id) == campaign_id)
    if not of_people:
        query = query.where(col(CampaignEntry.state) == EntryState.ACCEPTED, col(CampaignEntry.is_removed).is_(False))
    if page.state is not None:
        query = query.where(col(CampaignEntry.state) == page.state)
    entries, following = await paginate(context, query, CampaignEntry.id, page)
    return [EntryView.of(entry, of_people=of_people) for entry in entries], following


async def judge_entry(
    context: Context, campaign_id: UUID, entry_id: UUID, judgement: EntryJudgement, if_match: str | None
) -> EntryView:
    """By those who run the campaign. Raises NotFound, Forbidden, TestKey, Stale."""
    campaign = await run_by_caller(context, campaign_id)
    check_real(context)
    found = await context.store.find(CampaignEntry, entry_id)
    if found is None or found.campaign_id != campaign.id:
        raise NotFound
    entry = await context.store.lock(CampaignEntry, entry_id)
    check_match(if_match, entry.version)
    entry.state = judgement.state
    entry.version += 1
    return EntryView.of(entry, of_people=await sees_people(context, campaign))


async def _campaigns(context: Context, channel: Channel, heard: HashtagHeard) -> list[Campaign]:
    above = select(OrganizationReach.ancestor_id).where(
        col(OrganizationReach.tenant_id) == context.tenant_id,
        col(OrganizationReach.organization_id) == channel.organization_id,
    )
    query = select(Campaign).where(
        col(Campaign.hashtag_key).in_(heard.hashtags),
        col(Campaign.state) == CampaignState.OPEN,
        col(Campaign.organization_id).in_(above),
    )
    found = await context.store.all(query.order_by(col(Campaign.id)))
    return [campaign for campaign in found if await _is_on(context, campaign, heard)]


async def _is_on(context: Context, campaign: Campaign, heard: HashtagHeard) -> bool:
    zone = zone_named((await context.store.get(Organization, campaign.organization_id)).timezone)
    return campaign.starts_on <= heard.at.astimezone(zone).date() <= campaign.ends_on


async def _keep(context: Context, campaign: Campaign, heard: HashtagHeard) -> None:
    """Of two wordings the later one stands, in whatever order they come; other words are looked at anew."""
    table = table_of(CampaignEntry)
    said = {"text": heard.text, "url": heard.url, "is_removed": False, "said_at": heard.at}
    statement = insert(table).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        campaign_id=campaign.id,
        channel_id=heard.channel_id,
        network=heard.network,
        kind=EntryKind(heard.kind),
        external_id=heard.answer_id,
        author_external_id=heard.external_user_id,
        author_name=heard.display_name,
        state=EntryState.PENDING,
        created_at=context.now,
        version=1,
        **said,
    )
    same = table.c.text == statement.excluded.text
    await context.store.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "channel_id", "kind", "external_id", "campaign_id"],
            set_={
                **said,
                "state": case((same, table.c.state), else_=EntryState.PENDING.value),
                "version": table.c.version + 1,
            },
            where=table.c.said_at <= statement.excluded.said_at,
        )
    )


async def _forget_words(context: Context, heard: HashtagHeard) -> None:
    """Taken back, or written anew without the hashtag: it is nobody's entry any more."""
    others = select(Campaign.id).where(
        col(Campaign.tenant_id) == context.tenant_id, col(Campaign.hashtag_key).not_in(heard.hashtags)
    )
    gone = update(CampaignEntry).where(
        col(CampaignEntry.channel_id) == heard.channel_id,
        col(CampaignEntry.kind) == EntryKind(heard.kind),
        col(CampaignEntry.external_id) == heard.answer_id,
        col(CampaignEntry.said_at) <= heard.at,
        true() if heard.is_removed else col(CampaignEntry.campaign_id).in_(others),
    )
    emptied = {"text": "", "url": None, "author_name": None, "is_removed": True, "said_at": heard.at}
    await context.store.execute(gone.values(**emptied, version=col(CampaignEntry.version) + 1))
