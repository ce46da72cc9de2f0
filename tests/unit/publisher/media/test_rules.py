import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.media.rules import (
    MAX_BYTES,
    MAX_PIXELS,
    ImageFormat,
    MediaTooLarge,
    NotAnImage,
    TooManyPixels,
    check_file,
    check_pixels,
    kept_as,
)

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns=",
        b"%PDF-1.7",
        b"GIF89a",
        b"MZ\x90",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x18ftypheic",
        b" \x89PNG\r\n\x1a\n",
    ],
)
def test_only_png_jpeg_and_webp_are_images(head: bytes) -> None:
    with pytest.raises(NotAnImage):
        check_file(head, 100)


@pytest.mark.parametrize("head", [PNG, b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WEBPVP8 "])
def test_images_are_known_by_their_first_bytes(head: bytes) -> None:
    check_file(head, MAX_BYTES)
    with pytest.raises(MediaTooLarge):
        check_file(head, MAX_BYTES + 1)


@given(width=st.integers(1, 100_000), height=st.integers(1, 100_000))
def test_no_more_pixels_are_decoded_than_memory_is_kept_for(width: int, height: int) -> None:
    try:
        check_pixels(width, height)
    except TooManyPixels:
        return
    assert width * height <= MAX_PIXELS


def test_photographs_are_kept_as_jpeg_and_drawings_as_png() -> None:
    assert kept_as("WEBP", has_transparency=False) is ImageFormat.JPEG
    assert kept_as("WEBP", has_transparency=True) is ImageFormat.PNG
    assert kept_as("PNG", has_transparency=False) is ImageFormat.PNG
