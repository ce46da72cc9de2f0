"""What a network had taken and could not hand over after all: letters that come back."""

from datetime import datetime
from typing import Final

from services.publisher.channels.actions.accounts import words_of
from services.publisher.channels.rules.attempts import DeliveryState, Step
from services.publisher.channels.tables import Channel
from services.publisher.networks.inbound import RETURNS_WITHIN
from services.publisher.networks.reasons import reason
from services.publisher.publications.actions.outcomes import follow, locked_delivery
from services.publisher.publications.rules.followups import Change
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Delivery
from shared.context import Context
from shared.contracts.publisher import PostReturned

_TAKEN_BACK: Final = frozenset({Change.WITHDRAWING, Change.NOT_WITHDRAWN})


async def note_returned(context: Context, returned: PostReturned) -> None:
    """It is not out. Only of the very letter, in the channel's own mailbox, to the channel's own address; once.

    What was taken back stays that: as a failure it could be sent again.
    """
    found = await locked_delivery(context, returned.delivery_id)
    if found is None:
        return
    publication, delivery = found
    if publication.state is PublicationState.WITHDRAWN or not _may_return(delivery, context.now):
        return
    channel = await context.store.get(Channel, delivery.channel_id)
    is_it = channel.mailbox_id == returned.mailbox_id and delivery.external_id == returned.post_id
    if not is_it or channel.external_id.lower() not in returned.recipients:
        return
    delivery.external_id = delivery.sent_at = None
    delivery.reason = words_of(reason(returned.code.removeprefix("network."), returned.network_code))
    await follow(context, publication, delivery, Step(DeliveryState.REJECTED))


def _may_return(delivery: Delivery, now: datetime) -> bool:
    if delivery.state is not DeliveryState.SENT or delivery.sent_at is None or delivery.change in _TAKEN_BACK:
        return False
    return now - delivery.sent_at <= RETURNS_WITHIN
