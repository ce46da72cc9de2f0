"""The picture at a signed address, in the form of the network that it was made for."""

from uuid import UUID

from services.publisher.media.actions.addresses import Shown, check_address
from services.publisher.media.actions.variants import variant_for
from services.publisher.media.tables import Media
from services.publisher.networks.contents import Image
from shared.app import Outside
from shared.app.public_id import id_within
from shared.standing import check_active


async def picture_shown(outside: Outside, shown: Shown, signature: str) -> Image:
    """Raises NotFound for an address that we did not make, that is over, or whose picture is gone."""
    check_address(outside.runtime, shown, signature)
    media_id: UUID = id_within(outside.tenant_id, shown.media)
    async with outside.reading() as context:
        await check_active(context)
        media = await context.store.get(Media, media_id)
    return await variant_for(outside.runtime, media, shown.network)
