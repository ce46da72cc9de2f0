"""An uploaded file made into a clean picture: decoded within bounds and encoded anew.

What is kept is pixels alone: no place or camera from EXIF, nothing that hid behind or inside the image.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from services.publisher.media.rules import (
    KEPT_SIDE,
    ImageFormat,
    NotAnImage,
    TooManyPixels,
    check_file,
    check_pixels,
    kept_as,
)

_FORMATS = ("PNG", "JPEG", "WEBP")
_HEAD = 16
_JPEG_QUALITY = 90
_TRANSPARENT = {"RGBA", "LA", "PA", "RGBa", "La"}
_BAD_FILE = (OSError, ValueError, SyntaxError, EOFError, MemoryError, ArithmeticError, LookupError, TypeError)


@dataclass(frozen=True)
class Picture:
    content: bytes
    format: ImageFormat
    width: int
    height: int


def cleaned(content: bytes) -> Picture:
    """Raises MediaTooLarge, NotAnImage, TooManyPixels. Seconds of work for the largest: not for the event loop."""
    check_file(content[:_HEAD], len(content))
    try:
        with _opened(content) as image:
            check_pixels(*image.size)
            original = str(image.format)
            return _encoded(_upright(image), original)
    except _BAD_FILE as error:  # Pillow's decoders raise all of these for files that are broken or made to harm
        raise NotAnImage from error


def thumbnail(content: bytes, side: int) -> bytes:
    """A picture that `cleaned` has made, as a PNG whose longer side is at most `side`."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        small = image.convert("RGBA")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def _opened(content: bytes) -> Image.Image:
    """Only the header is read. Pillow's own guard against bombs speaks where its higher limits are passed too."""
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held, its colours in sRGB, no larger than networks show."""
    image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # lets JPEG decode straight to a smaller size
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    has_transparency = turned.mode in _TRANSPARENT or "transparency" in turned.info
    flat = turned.convert("RGBA" if has_transparency else "RGB")
    if profile and not has_transparency:
        flat = _in_srgb(flat, profile)
    flat.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    return flat


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - Pillow does not type its profiles
    except (ImageCms.PyCMSError, OSError):
        return image  # a broken profile: the colours as they are
    return converted or image


def _encoded(image: Image.Image, original: str) -> Picture:
    bare = Image.new(image.mode, image.size)  # a new image has no metadata that an encoder could copy
    bare.paste(image)
    format_ = kept_as(original, has_transparency=bare.mode == "RGBA")
    out = io.BytesIO()
    if format_ is ImageFormat.PNG:
        bare.save(out, "PNG", optimize=False)
    else:
        bare.save(out, "JPEG", quality=_JPEG_QUALITY, progressive=True)
    return Picture(out.getvalue(), format_, bare.width, bare.height)
