"""How much of a campaign was carried: counted where the relays lie."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import and_, func
from sqlalchemy import select as choose
from sqlmodel import col, select

from services.publisher.campaigns.actions.running import campaign_for
from services.publisher.campaigns.actions.subscribing import subscriptions_seen
from services.publisher.campaigns.rules.coverage import coverage
from services.publisher.campaigns.rules.states import TO_BE_CARRIED, AttachedState, RelayState
from services.publisher.campaigns.schemas.campaigns import CampaignCoverage, CampaignFigure, SubscriberCoverage
from services.publisher.campaigns.tables import CampaignPublication, CampaignRelay, CampaignSubscription
from shared.context import Context
from shared.db import table_of


async def coverage_of(context: Context, campaign_id: UUID) -> CampaignCoverage:
    """Of those who are subscribed now, and of what was not withdrawn. Raises NotFound."""
    campaign = await campaign_for(context, campaign_id)
    standing = and_(col(CampaignSubscription.campaign_id) == campaign_id, col(CampaignSubscription.ended_at).is_(None))
    everybody = await context.store.all(select(CampaignSubscription.id).where(standing))
    seen = select(CampaignSubscription).where(standing, await subscriptions_seen(context, campaign))
    shown = await context.store.all(seen.order_by(col(CampaignSubscription.id)))
    published = choose(func.count()).where(
        col(CampaignPublication.campaign_id) == campaign_id,
        col(CampaignPublication.state) == AttachedState.PUBLISHED,
    )
    publications = (await context.store.execute(published)).scalar_one()
    confirmed, owed = await _counts(context, campaign_id)

    def figure(ids: list[UUID]) -> CampaignFigure:
        done, all_of_it = sum(confirmed[one] for one in ids), sum(owed[one] for one in ids)
        return CampaignFigure.of(coverage(done, all_of_it, publications=publications, subscribers=len(ids)))

    return CampaignCoverage(
        publications=publications,
        subscribers=len(everybody),
        coverage=figure(everybody),
        by_subscriber=[
            SubscriberCoverage(subscription_id=one.id, kind=one.kind, name=one.name, coverage=figure([one.id]))
            for one in shown
        ],
    )


async def _counts(context: Context, campaign_id: UUID) -> tuple[defaultdict[UUID, int], defaultdict[UUID, int]]:
    """Confirmed relays, and all that were to be carried, by subscription."""
    relay, attached = table_of(CampaignRelay), table_of(CampaignPublication)
    query = (
        choose(relay.c.subscription_id, relay.c.state, func.count().label("number"))
        .join(attached, and_(attached.c.tenant_id == relay.c.tenant_id, attached.c.id == relay.c.attached_id))
        .where(
            relay.c.tenant_id == context.tenant_id,
            relay.c.campaign_id == campaign_id,
            attached.c.state == AttachedState.PUBLISHED,
        )
        .group_by(relay.c.subscription_id, relay.c.state)
    )
    confirmed: defaultdict[UUID, int] = defaultdict(int)
    owed: defaultdict[UUID, int] = defaultdict(int)
    for row in (await context.store.execute(query)).mappings():
        state = RelayState(row["state"])
        if state is RelayState.CONFIRMED or state in TO_BE_CARRIED:
            owed[row["subscription_id"]] += int(row["number"])
        if state is RelayState.CONFIRMED:
            confirmed[row["subscription_id"]] += int(row["number"])
    return confirmed, owed
