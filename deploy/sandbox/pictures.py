"""Uploaded images: checked like the networks check them, kept as they came."""

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta

from PIL import Image, UnidentifiedImageError

from deploy.sandbox.records import Picture
from deploy.sandbox.world import World

CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


class NotAnImage(ValueError):
    """The bytes are no image of a kind that the networks take."""


@dataclass(frozen=True)
class ImageFacts:
    content_type: str
    width: int
    height: int


def image_facts(content: bytes) -> ImageFacts:
    """Kind and size from the header, without decoding the pixels. Raises NotAnImage."""
    try:
        with Image.open(io.BytesIO(content), formats=list(CONTENT_TYPES)) as image:
            return ImageFacts(CONTENT_TYPES[image.format or ""], *image.size)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError) as error:
        raise NotAnImage from error


def keep_picture(
    world: World,
    network: str,
    content: bytes,
    *,
    processing_seconds: float = 0.0,
    owner_id: int = 0,
    saved: bool = True,
) -> Picture:
    """Keep an uploaded image. Raises NotAnImage."""
    facts = image_facts(content)
    number = world.next_number(f"{network}:picture", first=457_239_001)
    digest = hashlib.sha256(f"{network}:{number}".encode() + content).hexdigest()
    return world.pictures.put(
        Picture(
            network=network,
            id=digest[:16],
            number=number,
            secret=digest[16:56],
            content_type=facts.content_type,
            width=facts.width,
            height=facts.height,
            content=content,
            ready_at=world.now() + timedelta(seconds=processing_seconds),
            owner_id=owner_id,
            saved=saved,
        )
    )
