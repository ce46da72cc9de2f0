"""What a server says of itself stands in the place of the table's figures, and of nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.media.rules import as_sent
from services.publisher.networks.accounts import Network, OwnLimits
from services.publisher.networks.capabilities import CAPABILITIES, TextUnit, length_in
from services.publisher.networks.contents import Poll, PostFormat
from services.publisher.networks.own_limits import taken_by
from services.publisher.networks.shortcomings import ImageFacts, PostFacts, problems_of_post, problems_of_text

OWN = OwnLimits(
    text=1000,
    link=30,
    images=6,
    image_size=8_000_000,
    image_pixels=4_000_000,
    alt_text=420,
    poll_options=8,
    poll_option=80,
)
IMAGE = ImageFacts(1000, 1000, 500_000, 100)


def found(post: PostFacts, network: Network = Network.MASTODON) -> list[str]:
    return [shortcoming.code for shortcoming in problems_of_post(network, post)]


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_texts_images_and_descriptions_are_held_to_the_servers_own(beyond: int) -> None:
    text = PostFacts("я" * (1000 + beyond), own=OWN)
    images = PostFacts("Новость", [IMAGE] * (6 + beyond), own=OWN)
    described = PostFacts("Новость", [replace(IMAGE, alt_text=420 + beyond)], own=OWN)
    heavy = PostFacts("Новость", [replace(IMAGE, size=8_000_000 + beyond)], own=OWN)
    assert found(text) == ["publication.text_too_long"] * (beyond > 0)
    assert found(images) == ["publication.too_many_images"] * (beyond > 0)
    assert found(described) == ["publication.alt_text_too_long"] * (beyond > 0)
    assert found(heavy) == ["publication.image_not_taken"] * (beyond > 0)


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_polls_are_held_to_the_servers_own(beyond: int) -> None:
    many = Poll("Когда?", tuple(f"{number}" for number in range(8 + beyond)))
    long = Poll("Когда?", ("я" * (80 + beyond), "Нет"))
    asked = PostFacts("", format=PostFormat.POLL, poll=many, own=OWN)
    assert found(asked) == ["publication.poll_options_number"] * (beyond > 0)
    assert found(replace(asked, poll=long)) == ["publication.poll_option_too_long"] * (beyond > 0)


def test_a_link_counts_as_the_server_counts_it() -> None:
    assert length_in(TextUnit.SHORT_LINKS, "https://u.ru", 30) == 30
    text = "я" * 971 + "https://union.example/"
    assert found(PostFacts(text, own=OWN)) == ["publication.text_too_long"]
    assert found(PostFacts(text, own=replace(OWN, link=23))) == []


@pytest.mark.parametrize("network", Network)
def test_what_is_not_told_is_the_tables(network: Network) -> None:
    assert taken_by(network, None) is CAPABILITIES[network]
    told = taken_by(Network.MASTODON, OwnLimits())
    assert replace(told, texts=CAPABILITIES[Network.MASTODON].texts) == CAPABILITIES[Network.MASTODON]
    assert told.texts.post == CAPABILITIES[Network.MASTODON].texts.post


def test_words_for_a_network_whose_servers_differ_are_checked_when_a_channel_is_chosen() -> None:
    assert problems_of_text(Network.MASTODON, "я" * 5000) == []
    assert [one.code for one in problems_of_text(Network.BLUESKY, "я" * 301)] == ["publication.text_too_long"]


@pytest.mark.parametrize(
    ("network", "limit"),
    [
        (Network.MASTODON, 1500),
        (Network.BLUESKY, 2000),
        (Network.INSTAGRAM, 1000),
        (Network.TELEGRAM, None),
        (Network.VK, None),
    ],
)
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_descriptions_are_limited_where_a_network_limits_them(network: Network, limit: int | None, beyond: int) -> None:
    image = replace(IMAGE, alt_text=(limit or 5000) + beyond)
    assert found(PostFacts("Новость", [image]), network) == (
        ["publication.alt_text_too_long"] if limit is not None and beyond > 0 else []
    )


@given(width=st.integers(1, 4096), height=st.integers(1, 4096), pixels=st.integers(1, 20_000_000))
def test_what_is_sent_has_no_more_pixels_than_the_server_takes(width: int, height: int, pixels: int) -> None:
    limits = taken_by(Network.MASTODON, OwnLimits(image_pixels=pixels)).images
    sent = as_sent(ImageFacts(width, height, 1000, 50), limits)
    assert sent.width * sent.height <= max(pixels, sent.width, sent.height)
    assert (sent.width <= width, sent.height <= height, sent.alt_text) == (True, True, 50)
