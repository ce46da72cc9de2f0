"""What one channel is sent: words, links and pictures as they go out there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.publisher.channels.tables import Channel
from services.publisher.media.actions.variants import variant_for
from services.publisher.networks.accounts import Network, OwnLimits
from services.publisher.networks.contents import Image, Post
from services.publisher.publications.actions.composing import Composition, compose
from services.publisher.publications.actions.contents import contents_of
from services.publisher.publications.actions.counting import with_counted_links
from services.publisher.publications.tables import Delivery, Publication
from shared.consumers import Work
from shared.context import Context
from shared.errors import NotFound


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


async def draft_of(context: Context, delivery_id: UUID) -> Draft | None:
    delivery = await context.store.find(Delivery, delivery_id)
    if delivery is None:
        return None
    publication = await context.store.get(Publication, delivery.publication_id)
    channel = await context.store.get(Channel, delivery.channel_id)
    contents = await contents_of(context, publication.id)
    made = compose(publication, contents, channel.network, own_text=delivery.own_text, format_=delivery.format)
    return await counting_clicks(
        context, Draft(delivery.id, channel.network, made, channel.limits()), publication, channel
    )


async def counting_clicks(context: Context, draft: Draft, publication: Publication, channel: Channel) -> Draft:
    """The same with the short links of this channel."""
    text = await with_counted_links(context, publication, channel, draft.composition.text)
    return replace(draft, composition=replace(draft.composition, text=text))
