from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.networks.accounts import Ability, Network
from services.publisher.networks.capabilities import CAPABILITIES, length_in
from services.publisher.networks.contents import PostFormat
from services.publisher.networks.shortcomings import ImageFacts, PostFacts
from services.publisher.publications.rules.problems import (
    ChannelOfPost,
    ImageOfPost,
    LawChange,
    WholeOfPost,
    check_publishable,
    find_problems,
)
from services.publisher.publications.rules.states import NotPublishable, PublicationKind

images = st.lists(
    st.builds(ImageOfPost, st.builds(ImageFacts, st.just(100), st.just(100), st.just(1000)), st.booleans()), max_size=3
)
posts = st.builds(PostFacts, st.text(max_size=20), format=st.sampled_from(PostFormat))
channels = st.lists(
    st.builds(
        ChannelOfPost,
        st.sampled_from(Network),
        st.sampled_from(ChannelState),
        st.frozensets(st.sampled_from(Ability)),
        posts,
    ),
    max_size=3,
)
NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)
LAW = LawChange("Приказ 7", date(2031, 3, 1), "Перерыв длиннее", "https://pravo.test/7")


def news(**more: Any) -> WholeOfPost:
    return replace(WholeOfPost(PublicationKind.NEWS, LawChange(None, None, None, None), None, NOW), **more)


@given(pictures=images, targets=channels)
def test_it_is_refused_exactly_for_what_the_preview_shows(
    pictures: Sequence[ImageOfPost], targets: Sequence[ChannelOfPost]
) -> None:
    found = find_problems(news(), pictures, targets)
    shown = list(chain((shortcoming for _, shortcoming in found.whole), *found.images, *found.channels))
    if not shown:
        check_publishable(found, pictures)
        return
    with pytest.raises(NotPublishable) as refusal:
        check_publishable(found, pictures)
    assert [error.code for error in refusal.value.errors] == [shortcoming.code for shortcoming in shown]


@given(pictures=images, targets=channels)
def test_an_image_that_is_not_described_is_never_published(
    pictures: Sequence[ImageOfPost], targets: Sequence[ChannelOfPost]
) -> None:
    found = find_problems(news(), pictures, targets)
    if not all(image.is_described for image in pictures):
        assert not found.is_publishable


@pytest.mark.parametrize("network", list(Network))
@pytest.mark.parametrize("with_image", [False, True])
def test_the_limit_is_each_networks_own(network: Network, *, with_image: bool) -> None:
    takes = CAPABILITIES[network]
    limit = takes.texts.caption if with_image else takes.texts.post
    pictures = [ImageFacts(100, 100, 1000)] if with_image or takes.images.least else []
    at_limit = "ж" * limit
    assert length_in(takes.texts.unit, at_limit) == limit

    def is_publishable(text: str) -> bool:
        target = ChannelOfPost(network, ChannelState.ACTIVE, (), PostFacts(text, pictures))
        return find_problems(news(), [], [target]).is_publishable

    assert is_publishable(at_limit)
    assert not is_publishable(at_limit + "ж")


@pytest.mark.parametrize("missing", ["act", "in_force_on", "summary", "source_url"])
def test_a_change_in_the_law_is_told_in_full(missing: str) -> None:
    whole = news(kind=PublicationKind.LAW_CHANGE, law_change=LAW)
    target = [ChannelOfPost(Network.VK, ChannelState.ACTIVE, (), PostFacts("Текст"))]
    assert find_problems(whole, [], target).is_publishable
    found = find_problems(replace(whole, law_change=replace(LAW, **{missing: None})), [], target)
    assert [pointer for pointer, _ in found.whole] == [f"/{missing}"]


def test_a_poll_that_would_be_over_is_not_put_out() -> None:
    target = [ChannelOfPost(Network.VK, ChannelState.ACTIVE, (), PostFacts("Текст"))]
    assert find_problems(news(poll_closes_at=NOW + timedelta(seconds=1)), [], target).is_publishable
    assert not find_problems(news(poll_closes_at=NOW), [], target).is_publishable
