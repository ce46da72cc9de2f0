"""What each channel would show, and every problem, before anything is sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.networks.shortcomings import ImageFacts, Shortcoming
from services.publisher.publications.actions.composing import compose_as_shown, post_in
from services.publisher.publications.actions.contents import Contents
from services.publisher.publications.rules.problems import (
    ChannelOfPost,
    Found,
    ImageOfPost,
    LawChange,
    WholeOfPost,
    check_publishable,
    find_problems,
    problems_of_channel,
)
from services.publisher.publications.schemas.contents import PollBody
from services.publisher.publications.schemas.previews import ChannelPreview, ImagePreview, PreviewView, ProblemView
from services.publisher.publications.tables import Publication


def preview(publication: Publication, contents: Contents, now: datetime, *, for_partner: bool) -> PreviewView:
    """What a person signed is not described to a partner."""
    found = _problems_in(publication, contents, publication.publish_at or now)
    shown = [compose_as_shown(publication, contents, channel.network) for channel in contents.channels]
    return PreviewView(
        publishable=found.is_publishable,
        problems=[ProblemView.of(shortcoming) for _, shortcoming in found.whole],
        images=[
            ImagePreview.of(
                media,
                [ProblemView.of(shortcoming) for shortcoming in shortcomings],
                is_hidden=for_partner and media.is_signed,
            )
            for media, shortcomings in zip(contents.all_media.values(), found.images, strict=True)
        ],
        channels=[
            ChannelPreview.of(
                channel,
                composition.facts(),
                [media.id for media in composition.media],
                [ProblemView.of(shortcoming) for shortcoming in shortcomings],
            )
            for channel, composition, shortcomings in zip(contents.channels, shown, found.channels, strict=True)
        ],
    )


def check_can_be_sent(publication: Publication, contents: Contents, out_at: datetime) -> None:
    """As it would go out at `out_at`. Raises NotPublishable."""
    check_publishable(_problems_in(publication, contents, out_at), _images_of(contents))


def check_words(
    publication: Publication, contents: Contents, stand_ins: Sequence[tuple[UUID, ChannelOfPost]] = ()
) -> None:
    """What is out is to show other words, however its channels are now. Raises NotPublishable.

    `stand_ins`: those in whose place others carry it, and what these are to show; what is wrong there is said at that place.
    """
    places = {channel.id: place for place, channel in enumerate(contents.channels)}
    problems: list[list[Shortcoming]] = [[] for _ in places]
    own = zip(places, _channels(publication, contents), strict=True)
    for channel_id, shown in (*own, *stand_ins):
        there = problems[places[channel_id]]
        of_words = problems_of_channel(replace(shown, state=ChannelState.ACTIVE))
        there += [problem for problem in of_words if problem not in there]
    check_publishable(Found([], [], problems), [])


def _problems_in(publication: Publication, contents: Contents, out_at: datetime) -> Found:
    poll = None if publication.poll is None else PollBody.model_validate(publication.poll)
    law = LawChange(publication.act, publication.in_force_on, publication.summary, publication.source_url)
    whole = WholeOfPost(publication.kind, law, None if poll is None else poll.closes_at, out_at)
    return find_problems(whole, _images_of(contents), _channels(publication, contents))


def _channels(publication: Publication, contents: Contents) -> list[ChannelOfPost]:
    return [post_in(publication, contents, channel) for channel in contents.channels]


def _images_of(contents: Contents) -> list[ImageOfPost]:
    places = {media.id: f"/media_ids/{place}" for place, media in enumerate(contents.media)}
    for network, variant in contents.variants.items():
        for place, media_id in enumerate(variant.media_ids or ()):
            places.setdefault(media_id, f"/variants/{network}/media_ids/{place}")
    return [
        ImageOfPost(
            ImageFacts(media.width, media.height, media.size),
            is_described=bool(media.alt_text),
            pointer=places[media.id],
        )
        for media in contents.all_media.values()
    ]
