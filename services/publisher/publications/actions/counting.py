"""Links of a publication are made short as it goes out, so that clicks count by channel. What was written stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.publisher.channels.tables import Channel
from services.publisher.links.actions.hosts import own_hosts
from services.publisher.links.actions.making import with_short_links
from services.publisher.links.actions.places import Spot
from services.publisher.links.rules.codes import example_address
from services.publisher.links.rules.targets import TargetKind
from services.publisher.links.rules.texts import may_have_addresses, own_addresses, with_addresses
from services.publisher.networks.accounts import Network
from services.publisher.publications.actions.policies import counts_clicks
from services.publisher.publications.tables import Publication
from shared.context import Context


@dataclass(frozen=True)
class CountedLinks:
    """How links will look: each address as long as the short one that it becomes."""

    hosts: frozenset[str]
    example: str

    def shown(self, text: str, network: Network) -> str:
        """Feeds show what was written: their readers are not counted."""
        if network is Network.FEED:
            return text
        return with_addresses(text, dict.fromkeys(own_addresses(text, self.hosts), self.example))


async def counted_links(
    context: Context, organization_id: UUID, texts: Sequence[str], *, wanted: bool | None
) -> CountedLinks | None:
    """None where nothing is counted. `wanted` is what the publication says of it; a text without links costs nothing."""
    if wanted is False or not any(may_have_addresses(text) for text in texts):
        return None
    if wanted is None and not await counts_clicks(context, organization_id):
        return None
    hosts = await own_hosts(context, organization_id)
    return CountedLinks(hosts, example_address(context.runtime.settings.public_url, context.tenant_id))


async def with_counted_links(context: Context, publication: Publication, channel: Channel, text: str) -> str:
    """With the short links of this channel: made when they are not there, the same each time."""
    organization_id, wanted = publication.organization_id, publication.count_clicks
    if channel.network is Network.FEED or await counted_links(context, organization_id, [text], wanted=wanted) is None:
        return text
    return await with_short_links(
        context,
        text,
        organization_id=organization_id,
        kind=TargetKind.PUBLICATION,
        about_id=publication.id,
        spot=Spot.channel(channel),
        campaign=publication.kind,
    )
