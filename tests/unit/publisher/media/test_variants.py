"""What is too large for a network goes out smaller, and what fits goes out as it is."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.publisher.media.actions.pictures import cleaned
from services.publisher.media.actions.variants import scaled_to
from services.publisher.media.rules import ImageFormat, as_sent
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES, Images
from services.publisher.networks.shortcomings import ImageFacts, problems_of
from tests.properties import examples

FACTS = st.builds(ImageFacts, st.integers(1, 4096), st.integers(1, 4096), st.integers(100, 60_000_000))


def noise(width: int, height: int, mode: str = "RGB") -> bytes:
    """As hard to compress as a picture can be."""
    pixels = random.Random(7).randbytes(width * height * len(mode))
    out = io.BytesIO()
    Image.frombytes(mode, (width, height), pixels).save(out, "PNG")
    return out.getvalue()


@given(facts=FACTS, network=st.sampled_from(Network))
def test_only_the_shape_can_keep_an_image_from_a_network(facts: ImageFacts, network: Network) -> None:
    limits = CAPABILITIES[network].images
    sent = as_sent(facts, limits)
    narrow = limits.ratio is not None and max(sent.width, sent.height) / min(sent.width, sent.height) > limits.ratio
    refused = [found.code for found in problems_of(network, "", [sent])]
    assert ("publication.image_not_taken" in refused) == narrow


@given(facts=FACTS)
def test_what_fits_is_handed_on_as_it_is(facts: ImageFacts) -> None:
    assert as_sent(facts, Images(most=1, size=60_000_000, side_sum=9000)) == facts


@settings(max_examples=examples(4))
@given(
    width=st.integers(20, 500),
    height=st.integers(20, 500),
    size=st.integers(3_000, 60_000),
    side_sum=st.one_of(st.none(), st.integers(100, 900)),
)
def test_a_variant_is_within_every_limit(width: int, height: int, size: int, side_sum: int | None) -> None:
    limits = Images(most=1, size=size, side_sum=side_sum)
    variant = scaled_to(noise(width, height), limits)
    assert len(variant.content) <= size
    assert side_sum is None or variant.width + variant.height <= side_sum
    with Image.open(io.BytesIO(variant.content)) as reopened:
        assert (reopened.format, reopened.size) == ("JPEG", (variant.width, variant.height))
    assert variant.width / variant.height == pytest.approx(width / height, rel=0.15)


def test_the_quality_gives_way_before_the_size() -> None:
    picture = cleaned(noise(400, 300))
    just_less = len(scaled_to(picture.content, Images(most=1, size=10**9, side_sum=699)).content)
    variant = scaled_to(picture.content, Images(most=1, size=just_less - 1000))
    assert (variant.width, variant.height, variant.format) == (400, 300, ImageFormat.JPEG)


def test_what_was_transparent_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")
    variant = scaled_to(cleaned(out.getvalue()).content, Images(most=1, size=10**6, side_sum=60))
    with Image.open(io.BytesIO(variant.content)) as reopened:
        assert reopened.getpixel((10, 10)) == (255, 255, 255)
