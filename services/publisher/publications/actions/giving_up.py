"""What waits for a channel that has lost its access, and need not: another stands in for it."""

from services.publisher.channels.rules.attempts import DeliveryState, Step
from services.publisher.channels.tables import Channel
from services.publisher.publications.actions.failover import stand_in
from services.publisher.publications.actions.outcomes import follow
from services.publisher.publications.rules.failover import is_given_up
from services.publisher.publications.rules.states import is_urgent
from services.publisher.publications.tables import Delivery, Publication
from shared.context import Context


async def is_handed_over(context: Context, publication: Publication, delivery: Delivery) -> bool:
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
