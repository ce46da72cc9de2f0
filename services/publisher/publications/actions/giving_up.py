"""What waits for a channel that has lost its access, and need not: another stands in for it."""

from typing import Final
from uuid import UUID

from services.publisher.channels.rules.attempts import WAITING, DeliveryState, Step
from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.channels.tables import Channel
from services.publisher.publications.actions.failover import stand_in
from services.publisher.publications.actions.lines import heads_of_lines
from services.publisher.publications.actions.outcomes import follow, locked_delivery
from services.publisher.publications.rules.failover import is_given_up
from services.publisher.publications.rules.states import is_urgent
from services.publisher.publications.tables import Delivery, Publication
from shared.consumers import Work
from shared.context import Context

MOST_KEPT: Final = 20  # that nobody can take: those behind them are looked at when these are gone


async def hand_over(work: Work, channel: Channel) -> None:
    """Of the channel's line, what need not wait any longer: what is urgent comes first, and all else has one patience."""
    kept: set[UUID] = set()
    is_lost = channel.state is ChannelState.NEEDS_REAUTHORIZATION and channel.blocked_since is not None
    while is_lost and channel.failover_channel_id is not None and len(kept) < MOST_KEPT:
        async with work.transaction() as context:
            head = (await heads_of_lines(context, [channel.id], kept)).get(channel.id)
            found = None if head is None else await locked_delivery(context, head.id)
            if head is None or found is None:
                return
            publication, delivery = found
            if delivery.state not in WAITING or not await _is_handed_over(context, publication, delivery):
                kept.add(head.id)


async def _is_handed_over(context: Context, publication: Publication, delivery: Delivery) -> bool:
    """Whether it waits no longer: it has failed, and goes out by the second channel. Else nothing has changed."""
    channel = await context.store.get(Channel, delivery.channel_id)
    waits_long = is_given_up(
        channel.state,
        channel.blocked_since,
        context.now,
        was_in_doubt=delivery.doubtful_since is not None,
        urgent=is_urgent(publication.kind),
    )
    if not waits_long or await stand_in(context, publication, delivery, channel) is None:
        return False
    delivery.reason = channel.blocked_reason
    await follow(context, publication, delivery, Step(DeliveryState.FAILED))
    return True
