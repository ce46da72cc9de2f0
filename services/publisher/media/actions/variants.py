"""The form in which a network takes an image: the image itself, or one that is scaled down to the network's limits."""

import asyncio
import io

from PIL import Image

from services.publisher.media.actions.addresses import address_for
from services.publisher.media.actions.pictures import Picture
from services.publisher.media.rules import ImageFormat, as_sent
from services.publisher.media.tables import Media
from services.publisher.networks import contents
from services.publisher.networks.accounts import Network, OwnLimits
from services.publisher.networks.capabilities import Images
from services.publisher.networks.own_limits import taken_by
from services.publisher.networks.shortcomings import ImageFacts
from services.publisher.runtime import publisher_of
from shared.errors import NotFound
from shared.runtime import Runtime

QUALITIES = (88, 80, 70, 60)  # of JPEG: below 60 blocks are seen, so the picture becomes smaller instead
SHRINK = 0.8


async def variant_for(runtime: Runtime, media: Media, network: Network, own: OwnLimits | None = None) -> contents.Image:
    """The image as `network` takes it, with its alt text; the same bytes each time. Raises NotFound when it is lost or erased.

    Most images fit as they are, and nothing is decoded. A network that fetches them is told where, for an hour.
    """
    if not media.storage_key:
        raise NotFound
    content = await runtime.storage.get(media.storage_key)
    facts, limits = ImageFacts(media.width, media.height, media.size), taken_by(network, own).images
    url = address_for(runtime, media, network) if limits.are_fetched else None
    if as_sent(facts, limits) == facts and not (limits.jpeg_alone and media.format is not ImageFormat.JPEG):
        return contents.Image(content, media.format, media.alt_text, url)
    variant = await _made(runtime, media.storage_key, content, limits)
    return contents.Image(variant.content, variant.format, media.alt_text, url)


async def _made(runtime: Runtime, storage_key: str, content: bytes, limits: Images) -> Picture:
    """Made once for all the lines that come to it: it takes seconds of a processor."""
    publisher = publisher_of(runtime)

    async def make() -> Picture:
        return await asyncio.get_running_loop().run_in_executor(publisher.imaging, scaled_to, content, limits)

    key = (storage_key, limits)
    found = publisher.smaller.get(key) or await publisher.smaller.once(key, make)
    if not isinstance(found, Picture):
        raise TypeError(type(found))
    publisher.smaller.put(key, found)
    return found


def scaled_to(content: bytes, limits: Images) -> Picture:
    """A picture that `cleaned` has made, as a JPEG within `limits`; what was transparent stands on white.

    As good as fits: the quality gives way first, then the size.
    """
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
        flat = _on_white(image)
    wanted = as_sent(ImageFacts(*flat.size, len(content)), limits)
    flat.thumbnail((wanted.width, wanted.height), Image.Resampling.LANCZOS)
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            flat.save(out, "JPEG", quality=quality, progressive=True, optimize=True)
            if out.tell() <= limits.size or flat.size == (1, 1):
                return Picture(out.getvalue(), ImageFormat.JPEG, flat.width, flat.height)
        smaller = (max(1, int(flat.width * SHRINK)), max(1, int(flat.height * SHRINK)))
        flat.thumbnail(smaller, Image.Resampling.LANCZOS)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image.copy()
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
    ground.alpha_composite(layer)
    return ground.convert("RGB")
