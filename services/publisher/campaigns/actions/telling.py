"""Give a publication that is out to every subscriber: rows and news in one transaction, each once for ever.

Locks: the campaign, then what is attached to it, then relays. So no subscriber comes between two publications.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.campaigns.rules.states import AttachedState, RelayState, SubscriberKind
from services.publisher.campaigns.tables import (
    Campaign,
    CampaignPublication,
    CampaignRelay,
    CampaignSubscription,
)
from shared.clock import new_id
from shared.context import Context
from shared.contracts.events import CampaignEvent, occurred
from shared.contracts.publisher import CampaignRelayDue
from shared.db import table_of


async def publish_attached(context: Context, campaign: Campaign, attached: CampaignPublication) -> None:
    """`campaign` is held. What was published already is not published again."""
    attached = await context.store.lock(CampaignPublication, attached.id)
    if attached.state is not AttachedState.WAITING:
        return
    campaign.publications += 1
    campaign.version += 1
    attached.state = AttachedState.PUBLISHED
    attached.number = campaign.publications
    attached.published_at = context.now
    await context.store.flush()
    standing = select(CampaignSubscription).where(
        col(CampaignSubscription.campaign_id) == campaign.id, col(CampaignSubscription.ended_at).is_(None)
    )
    await _give(context, [attached], await context.store.all(standing))
    await _wake(context, col(CampaignRelay.attached_id) == attached.id)
    told = CampaignEvent(campaign_id=campaign.id, attached_id=attached.id, number=attached.number, state=attached.state)
    await context.emit(occurred("campaign.published", campaign.organization_id, told, context.now))


async def give_all(context: Context, subscription: CampaignSubscription) -> None:
    """Everything that was published before somebody subscribed; the campaign is held."""
    before = select(CampaignPublication).where(
        col(CampaignPublication.campaign_id) == subscription.campaign_id,
        col(CampaignPublication.state) == AttachedState.PUBLISHED,
    )
    await _give(context, await context.store.all(before.order_by(col(CampaignPublication.number))), [subscription])
    await _wake(context, col(CampaignRelay.subscription_id) == subscription.id)


async def withdraw_attached(context: Context, attached_id: UUID) -> None:
    """Nobody is to carry it from now on; what was carried stays as it is."""
    attached = await context.store.lock(CampaignPublication, attached_id)
    attached.state = AttachedState.WITHDRAWN
    relays = update(CampaignRelay).where(
        col(CampaignRelay.campaign_id) == attached.campaign_id,
        col(CampaignRelay.attached_id) == attached.id,
        col(CampaignRelay.state).in_([RelayState.PENDING, RelayState.DRAFTED]),
    )
    await context.store.execute(relays.values(state=RelayState.DROPPED, version=col(CampaignRelay.version) + 1))


async def _give(
    context: Context, published: Sequence[CampaignPublication], subscriptions: Sequence[CampaignSubscription]
) -> None:
    """One relay for each pair, but for what is the subscriber's own."""
    owed = [
        {
            "tenant_id": context.tenant_id,
            "id": new_id(),
            "campaign_id": attached.campaign_id,
            "attached_id": attached.id,
            "subscription_id": subscription.id,
            "state": RelayState.PENDING,
            "created_at": context.now,
            "version": 1,
        }
        for attached in published
        for subscription in subscriptions
        if subscription.subscriber_id not in _owners(attached)
    ]
    if owed:
        await context.store.execute(insert(table_of(CampaignRelay)).values(owed).on_conflict_do_nothing())


async def _wake(context: Context, which: ColumnElement[bool]) -> None:
    """Copies are made one by one, later; whoever subscribed again gets those that were not made."""
    by_organization = (
        select(CampaignRelay.id)
        .join(
            CampaignSubscription,
            and_(
                col(CampaignSubscription.tenant_id) == col(CampaignRelay.tenant_id),
                col(CampaignSubscription.id) == col(CampaignRelay.subscription_id),
            ),
        )
        .where(
            which,
            col(CampaignRelay.state) == RelayState.PENDING,
            col(CampaignSubscription.kind) == SubscriberKind.ORGANIZATION,
        )
        .order_by(col(CampaignRelay.id))
    )
    due = [CampaignRelayDue(relay_id=relay_id) for relay_id in await context.store.all(by_organization)]
    if due:
        await context.emit_all(due)


def _owners(attached: CampaignPublication) -> set[UUID]:
    """Ours is its organization's, a partner's own is the partner's, and what was sent by others is nobody's here."""
    owner = attached.partner_id if attached.publication_id is None else attached.organization_id
    return set() if owner is None else {owner}
