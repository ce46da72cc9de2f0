"""Which files are images, and how large one may be."""

from dataclasses import replace
from enum import StrEnum
from math import sqrt

from services.publisher.networks.capabilities import Images
from services.publisher.networks.shortcomings import ImageFacts
from shared.errors import Invalid, TooLarge

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000  # decoded this takes 120 MB; a photograph of a modern phone has 12 to 50 million
MAX_SIDE = 12_000
KEPT_SIDE = 4096  # larger pictures are scaled down: more than any of the networks shows
ALT_TEXT_LIMIT = 1_500


class ImageFormat(StrEnum):
    """What is kept and handed on.

    `image/jpeg`: photographs; `image/png`: what is drawn, and what is transparent.
    """

    JPEG = "image/jpeg"
    PNG = "image/png"


class MediaTooLarge(TooLarge):
    code = "media.too_large"
    title = {"ru": "Файл больше 20 МБ", "en": "The file is larger than 20 MB"}


class NotAnImage(Invalid):
    code = "media.not_an_image"
    title = {"ru": "Это не изображение PNG, JPEG или WebP", "en": "This is not a PNG, JPEG or WebP image"}


class TooManyPixels(Invalid):
    code = "media.too_many_pixels"
    title = {"ru": "Изображение больше 40 мегапикселей", "en": "The image has more than 40 megapixels"}


def is_image(head: bytes) -> bool:
    """By its first bytes, whatever its name and declared type say."""
    return head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def check_file(head: bytes, size: int) -> None:
    """Raises MediaTooLarge, NotAnImage."""
    if size > MAX_BYTES:
        raise MediaTooLarge
    if not is_image(head):
        raise NotAnImage


def check_pixels(width: int, height: int) -> None:
    """Raises TooManyPixels. To be asked before anything is decoded."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise TooManyPixels


def kept_as(original: str, *, has_transparency: bool) -> ImageFormat:
    """Photographs become JPEG, drawings and what has transparency PNG. `original` is Pillow's name of the format."""
    return ImageFormat.PNG if original == "PNG" or has_transparency else ImageFormat.JPEG


def as_sent(image: ImageFacts, limits: Images) -> ImageFacts:
    """What a network is handed in place of `image`: itself, or a variant scaled down to its limits.

    A variant takes at most `limits.size` bytes. What is too narrow stays so: nobody's picture is cut.
    """
    share = 1.0 if limits.side_sum is None else min(1.0, limits.side_sum / (image.width + image.height))
    if limits.pixels is not None:
        share = min(share, sqrt(limits.pixels / max(1, image.width * image.height)))
    if share == 1.0 and image.size <= limits.size:
        return image
    width, height = (max(1, int(side * share)) for side in (image.width, image.height))
    return replace(image, width=width, height=height, size=min(image.size, limits.size))
