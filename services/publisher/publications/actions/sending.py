"""One attempt of one delivery: commit to it, call the network, record what it said. Nothing stands between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.publisher.channels.actions.accounts import account_of, words_of
from services.publisher.channels.actions.calls import BROKEN_OFF, Verdict, called, ready_channel
from services.publisher.channels.actions.pacing import NotYet, Slot, slot_in_channel
from services.publisher.channels.rules.attempts import LEASE, WAITING, AttemptOutcome, DeliveryState, Step
from services.publisher.channels.tables import Channel
from services.publisher.media.actions.variants import variant_for
from services.publisher.networks.accounts import Network, OwnLimits
from services.publisher.networks.contents import Image, Post
from services.publisher.networks.outcomes import Reason
from services.publisher.publications.actions.composing import Composition, compose
from services.publisher.publications.actions.contents import contents_of
from services.publisher.publications.actions.counting import with_counted_links
from services.publisher.publications.actions.giving_up import is_handed_over
from services.publisher.publications.actions.outcomes import follow, last_attempt, locked_delivery, settle
from services.publisher.publications.rules.states import is_too_late, is_urgent
from services.publisher.publications.tables import Attempt, Delivery, Publication
from services.publisher.runtime import connector_of, lane_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import DeliveryDue
from shared.errors import NotFound

TOO_LATE = Reason(
    "delivery.too_late",
    {
        "ru": "Поздравлять уже поздно: прошло больше суток, поэтому не отправлено",
        "en": "It is too late for congratulations, more than a day has passed: not sent",
    },
)
IMAGE_LOST = Verdict(
    AttemptOutcome.REJECTED,
    Reason(
        "delivery.image_lost",
        {
            "ru": "Хранилище потеряло изображение: загрузите его заново в копию публикации",
            "en": "The storage has lost an image: upload it anew into a copy of the publication",
        },
    ),
)


@dataclass(frozen=True)
class Draft:
    """What one channel will be sent. Nobody can change it any more."""

    delivery_id: UUID
    network: Network
    composition: Composition
    own: OwnLimits | None  # of the channel's server

    async def post(self, work: Work) -> Post | None:
        """None when the storage has lost an image."""
        try:
            images = [
                await variant_for(work.runtime, media, self.network, self.own) for media in self.composition.media
            ]
        except NotFound:
            return None
        return self.of(images)

    def of(self, images: Sequence[Image]) -> Post:
        made = self.composition
        return Post(self.delivery_id, made.text, tuple(images), made.format, made.poll, made.source_url)


async def send_delivery(work: Work, due: DeliveryDue) -> None:
    """A repeat finds the attempt made, or being made, or broken off by a worker that is gone."""
    async with work.transaction() as context:
        draft = await draft_of(context, due.delivery_id)
    if draft is None:
        return
    with lane_of(work.runtime, draft.network, urgent=due.urgent):
        post = await draft.post(work)
        async with work.transaction() as context:
            begun = await _begin(context, due)
        match begun:
            case None:
                return
            case NotYet():
                raise Later(begun.seconds)
            case (channel, slot):
                pass
        verdict = IMAGE_LOST
        if post is not None:
            await slot.come(work.runtime.clock.now())
            connector = connector_of(work.runtime, channel.network)
            verdict = await called(connector.publish(account_of(work.runtime, channel), post))
        async with work.transaction() as context:
            found = await locked_delivery(context, due.delivery_id)
            if found is not None and _is_at(found[1], due):
                await settle(context, *found, channel, verdict)


async def draft_of(context: Context, delivery_id: UUID) -> Draft | None:
    delivery = await context.store.find(Delivery, delivery_id)
    if delivery is None:
        return None
    publication = await context.store.get(Publication, delivery.publication_id)
    channel = await context.store.get(Channel, delivery.channel_id)
    contents = await contents_of(context, publication.id)
    made = compose(publication, contents, channel.network, own_text=delivery.own_text, format_=delivery.format)
    text = await with_counted_links(context, publication, channel, made.text)
    return Draft(delivery.id, channel.network, replace(made, text=text), channel.limits())


async def _begin(context: Context, due: DeliveryDue) -> tuple[Channel, Slot] | NotYet | None:
    """Commit to an attempt, to be made at its slot; None when there is none to make. Raises Later."""
    found = await locked_delivery(context, due.delivery_id)
    if found is None:
        return None
    publication, delivery = found
    if _is_at(delivery, due):
        await _break_off(context, publication, delivery)
        return None
    if delivery.state not in WAITING or delivery.attempts + 1 != due.attempt:
        return None
    if await _is_over(context, publication, delivery):
        return None
    channel = await ready_channel(context, delivery.channel_id)
    urgent = is_urgent(publication.kind)
    slot = await slot_in_channel(context, channel, promise=delivery.slot_at, urgent=urgent)
    if isinstance(slot, NotYet):
        delivery.slot_at = slot.promise or delivery.slot_at
        return slot
    delivery.slot_at = None
    delivery.state = DeliveryState.SENDING
    delivery.attempts = due.attempt
    delivery.next_attempt_at = None
    delivery.version += 1
    context.store.add(
        Attempt(
            delivery_id=delivery.id,
            number=due.attempt,
            started_at=context.now,
            lease_until=await context.store.database_now() + LEASE,
        )
    )
    return channel, slot


async def _is_over(context: Context, publication: Publication, delivery: Delivery) -> bool:
    """Whether no attempt is made any more: it is too late for it, or another channel stands in."""
    begun_at = publication.published_at
    if begun_at is not None and is_too_late(publication.kind, begun_at, context.now, delivery.planned_at):
        delivery.reason = words_of(TOO_LATE)
        await follow(context, publication, delivery, Step(DeliveryState.DROPPED))
        return True
    return await is_handed_over(context, publication, delivery)


async def _break_off(context: Context, publication: Publication, delivery: Delivery) -> None:
    """The attempt of a worker that is gone. Raises Later while it may still be at work."""
    left = (await last_attempt(context, delivery)).lease_until - await context.store.database_now()
    if left.total_seconds() > 0:
        raise Later(left.total_seconds())
    channel = await context.store.get(Channel, delivery.channel_id)
    await settle(context, publication, delivery, channel, BROKEN_OFF)


def _is_at(delivery: Delivery, due: DeliveryDue) -> bool:
    """Whether this attempt has begun and has no result."""
    return delivery.state is DeliveryState.SENDING and delivery.attempts == due.attempt
