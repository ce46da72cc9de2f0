"""Whatever is uploaded, what is kept is a clean picture or nothing."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from services.publisher.media.actions.pictures import cleaned
from services.publisher.media.rules import KEPT_SIDE, ImageFormat, NotAnImage, TooManyPixels
from tests.properties import examples

RED = (200, 30, 30)


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)  # pyright: ignore[reportArgumentType] - options differ by format
    return out.getvalue()


def reopened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises that many pixels and which holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("format_", "kept"), [("PNG", ImageFormat.PNG), ("JPEG", ImageFormat.JPEG), ("WEBP", ImageFormat.JPEG)]
)
def test_the_picture_stays_the_same(format_: str, kept: ImageFormat) -> None:
    picture = cleaned(encoded(Image.new("RGB", (60, 40), RED), format_))
    assert (picture.format, picture.width, picture.height) == (kept, 60, 40)
    colour = reopened(picture.content).convert("RGB").getpixel((30, 20))
    assert isinstance(colour, tuple)
    assert all(abs(one - other) < 12 for one, other in zip(colour, RED, strict=True))


def test_the_place_where_it_was_taken_does_not_leave() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    picture = cleaned(encoded(Image.new("RGB", (20, 20), RED), "JPEG", exif=exif, comment=b"SECRETCOMMENT"))
    kept = reopened(picture.content)
    assert not kept.getexif()
    assert b"SECRET" not in picture.content


def test_it_stands_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = cleaned(encoded(Image.new("RGB", (60, 40), RED), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (40, 60)


def test_what_is_transparent_stays_transparent() -> None:
    picture = cleaned(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "WEBP", lossless=True))
    assert picture.format is ImageFormat.PNG
    assert reopened(picture.content).mode == "RGBA"


def test_colours_of_a_profile_are_made_plain_and_a_broken_one_is_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - untyped
    for icc in (profile, b"no profile"):
        picture = cleaned(encoded(Image.new("RGB", (20, 20), RED), "PNG", icc_profile=icc))
        assert "icc_profile" not in reopened(picture.content).info


def test_a_large_one_is_scaled_down() -> None:
    picture = cleaned(encoded(Image.new("L", (KEPT_SIDE * 2, 100)), "PNG"))
    assert (picture.width, picture.height) == (KEPT_SIDE, 50)


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (12_000, 12_000), (9_000, 9_900), (13_000, 10)])
def test_a_bomb_is_not_decoded(width: int, height: int) -> None:
    with pytest.raises(TooManyPixels):
        cleaned(png_of(width, height))


def test_what_follows_the_picture_is_cut_off() -> None:
    content = encoded(Image.new("RGB", (20, 20), RED), "PNG") + b"<script>alert(1)</script>MZ\x90"
    assert b"script" not in cleaned(content).content


@settings(max_examples=examples(30))
@given(cut=st.integers(0, 400), noise=st.binary(max_size=40), format_=st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_a_broken_file_is_refused_and_breaks_nothing(cut: int, noise: bytes, format_: str) -> None:
    whole = encoded(Image.linear_gradient("L").convert("RGB").reduce(6), format_)
    try:
        picture = cleaned(whole[:cut] + noise + whole[cut + len(noise) :])
    except (NotAnImage, TooManyPixels):
        return
    reopened(picture.content).load()
