from collections.abc import Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.capabilities import CAPABILITIES, length_in
from services.publisher.networks.shortcomings import ImageFacts
from services.publisher.publications.rules.problems import (
    ChannelOfPost,
    ImageOfPost,
    check_publishable,
    find_problems,
)
from services.publisher.publications.rules.states import NotPublishable

images = st.lists(
    st.builds(ImageOfPost, st.builds(ImageFacts, st.just(100), st.just(100), st.just(1000)), st.booleans()), max_size=3
)
channels = st.lists(
    st.builds(
        ChannelOfPost, st.sampled_from(Network), st.sampled_from(ChannelState), st.frozensets(st.sampled_from(Ability))
    ),
    max_size=3,
)


@given(text=st.text(max_size=20), pictures=images, targets=channels)
def test_it_is_refused_exactly_for_what_the_preview_shows(
    text: str, pictures: Sequence[ImageOfPost], targets: Sequence[ChannelOfPost]
) -> None:
    found = find_problems(text, pictures, targets)
    shown = list(chain(found.whole, *found.images, *found.channels))
    if not shown:
        check_publishable(found)
        return
    with pytest.raises(NotPublishable) as refusal:
        check_publishable(found)
    assert [error.code for error in refusal.value.errors] == [shortcoming.code for shortcoming in shown]


@given(pictures=images, targets=channels)
def test_an_image_that_is_not_described_is_never_published(
    pictures: Sequence[ImageOfPost], targets: Sequence[ChannelOfPost]
) -> None:
    found = find_problems("Текст", pictures, targets)
    if not all(image.is_described for image in pictures):
        assert not found.is_publishable


@pytest.mark.parametrize("network", list(Network))
@pytest.mark.parametrize("with_image", [False, True])
def test_the_limit_is_each_networks_own(network: Network, *, with_image: bool) -> None:
    takes = CAPABILITIES[network]
    limit = takes.texts.caption if with_image else takes.texts.post
    pictures = [ImageOfPost(ImageFacts(100, 100, 1000), is_described=True)] if with_image else []
    target = [ChannelOfPost(network, ChannelState.ACTIVE, ())]
    at_limit = "ж" * limit
    assert length_in(takes.texts.unit, at_limit) == limit
    assert find_problems(at_limit, pictures, target).is_publishable
    assert not find_problems(at_limit + "ж", pictures, target).is_publishable
